//! Enrolment: what a phone believes of an offer, and a server of an acceptance.

use ed25519_dalek::Signer;
use fairlock_codes::keys::Exchange;
use fairlock_protocol::charter::CharterBreach;
use fairlock_protocol::cose::{Alg, assemble_multi, to_be_signed_multi};
use fairlock_protocol::enrol::{
    Acceptance, Bundle, Offer, Request, countersign, countersign_bytes,
};
use fairlock_protocol::ids::{Domain, lender_aad};
use fairlock_protocol::p256::{Point, low_s};
use fairlock_protocol::refusal::Refusal;
use fairlock_protocol::{Binding, Charter, Role, kid, sha256};
use p256::ecdsa::Signature;

use crate::reports::{device, public};
use crate::world::{charter, key, key_set, root};

const LENDER: [u8; 16] = [1; 16];
const NONCE: [u8; 16] = [6; 16];

fn binding() -> Binding {
    Binding {
        lender: LENDER,
        device: [2; 16],
        spki_hash: public(&device()).spki_hash(),
    }
}

fn bundle() -> Bundle {
    Bundle {
        token: [5; 16],
        server: "http://127.0.0.1:8080".into(),
        pins: Vec::new(),
        key_set: sha256(&key_set().payload().unwrap()),
        lender: LENDER,
        contract: "C-4471".into(),
    }
}

fn by_roots(roots: &[u8]) -> Vec<u8> {
    let payload = key_set().payload().unwrap();
    let aad = lender_aad(Domain::KeySet, &LENDER);
    let sign = |n: &u8| {
        let key = root(*n);
        let kid = kid(key.verifying_key().as_bytes());
        let message = to_be_signed_multi(kid, Alg::Ed25519, &aad, &payload);
        (kid, Alg::Ed25519, key.sign(&message).to_bytes())
    };
    assemble_multi(&payload, &roots.iter().map(sign).collect::<Vec<_>>())
}

fn by_charter_key(charter: &Charter, role: Role, binding: &Binding) -> Vec<u8> {
    let (key, payload) = (key(role), charter.payload().unwrap());
    let kid = kid(key.verifying_key().as_bytes());
    let message = to_be_signed_multi(kid, Alg::Ed25519, &binding.aad(Domain::Charter), &payload);
    assemble_multi(
        &payload,
        &[(kid, Alg::Ed25519, key.sign(&message).to_bytes())],
    )
}

fn point(random: u8) -> Point {
    Exchange::from_random(&[random; 32]).unwrap().public()
}

fn offer() -> Offer {
    Offer {
        nonce: NONCE,
        exchange: point(6),
        device: [2; 16],
        charter: by_charter_key(&charter(), Role::Charter, &binding()),
        key_set: by_roots(&[1, 3]),
    }
}

#[test]
fn an_offer_in_order() {
    let offered = offer().open(&bundle(), &NONCE, &public(&device())).unwrap();
    assert_eq!(offered.charter, charter());
    assert_eq!(offered.key_set, key_set());
    assert_eq!(offered.binding, binding());
}

#[test]
fn offers_that_are_not() {
    let open = |offer: &Offer| {
        offer
            .open(&bundle(), &NONCE, &public(&device()))
            .unwrap_err()
    };
    let other = |bend: &dyn Fn(&mut Offer)| {
        let mut offer = offer();
        bend(&mut offer);
        open(&offer)
    };
    assert_eq!(other(&|offer| offer.nonce = [0; 16]), Refusal::Nonce);
    let one_root = Refusal::Threshold;
    assert_eq!(other(&|offer| offer.key_set = by_roots(&[2])), one_root);
    let mut bundle = bundle();
    bundle.key_set[0] ^= 1;
    let refused = offer()
        .open(&bundle, &NONCE, &public(&device()))
        .unwrap_err();
    assert_eq!(refused, Refusal::Hash);
    let by_relax = by_charter_key(&charter(), Role::Relax, &binding());
    assert_eq!(
        other(&|offer| offer.charter = by_relax.clone()),
        Refusal::UnknownKid
    );
    let elsewhere = Binding {
        device: [8; 16],
        ..binding()
    };
    let elsewhere = by_charter_key(&charter(), Role::Charter, &elsewhere);
    assert_eq!(
        other(&|offer| offer.charter = elsewhere.clone()),
        Refusal::Signature
    );
    assert_eq!(other(&|offer| offer.device = [8; 16]), Refusal::Signature);
    let mut strict = charter();
    strict.pass.hours = 12;
    let strict = by_charter_key(&strict, Role::Charter, &binding());
    let breach = Refusal::Breach(CharterBreach::PassTooSmall);
    assert_eq!(other(&|offer| offer.charter = strict.clone()), breach);
}

/// A key set that lists a root among its keys, or a key twice, can't be made.
#[test]
fn one_key_one_role() {
    let mut set = key_set();
    set.roots.0[0] = set.keys[0].key;
    assert!(set.sorted().payload().is_err());
    let mut set = key_set();
    set.keys.push(set.keys[0].clone());
    assert!(set.sorted().payload().is_err());
    let mut set = key_set();
    set.roots.1 = 4;
    assert_eq!(
        set.payload().unwrap_err().expected,
        "a threshold of 2 or more that can be met"
    );
}

#[test]
fn a_countersigned_charter() {
    let (key, offer) = (device(), offer());
    let bytes = countersign_bytes(&offer.charter, &binding(), &public(&key)).unwrap();
    let signature: Signature = p256::ecdsa::signature::Signer::sign(&key, &bytes);
    let signature = low_s(signature.to_der().as_bytes()).unwrap();
    let accepted = countersign(&offer.charter, &public(&key), signature).unwrap();
    let message = Acceptance { charter: accepted };
    let open = |message: &Acceptance| {
        fairlock_issuer::open_acceptance(message, &binding(), &public(&key), &key_set())
    };
    assert_eq!(
        open(&Acceptance::decode(&message.encode()).unwrap()),
        Ok(charter())
    );
    let alone = Acceptance {
        charter: offer.charter.clone(),
    };
    assert_eq!(open(&alone), Err(Refusal::Signature));
    let mut spoilt = signature;
    spoilt[40] ^= 1;
    let charter = countersign(&offer.charter, &public(&key), spoilt).unwrap();
    assert_eq!(open(&Acceptance { charter }), Err(Refusal::Signature));
}

#[test]
fn messages_read_back_as_they_were() {
    let request = Request {
        token: [5; 16],
        spki: *public(&device()).spki(),
        attestation: vec![vec![1; 900], vec![2; 700]],
        nonce: NONCE,
        exchange: point(5),
        imei_hash: fairlock_issuer::imei_hash(&[5; 16], "356938035643809"),
    };
    assert!(Request::decode(&request.encode()) == Ok(request));
    assert!(Bundle::decode(&bundle().encode()) == Ok(bundle()));
    assert_eq!(Offer::decode(&offer().encode()), Ok(offer()));
}

#[test]
fn messages_without_a_point_of_the_curve_are_refused() {
    let mut offer = offer();
    offer.exchange[64] ^= 1;
    let refused = Offer::decode(&offer.encode()).map_err(|error| error.expected);
    assert_eq!(refused, Err("a point of P-256"));
}

#[test]
fn an_imei_says_nothing_without_the_token() {
    let imei = "356938035643809";
    assert_ne!(
        fairlock_issuer::imei_hash(&[5; 16], imei),
        fairlock_issuer::imei_hash(&[6; 16], imei)
    );
    assert_ne!(
        fairlock_issuer::imei_hash(&[5; 16], imei),
        fairlock_issuer::imei_hash(&[5; 16], "356938035643808")
    );
}
