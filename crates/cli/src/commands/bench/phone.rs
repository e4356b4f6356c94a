//! A phone that has enrolled, and a lender's keys that sign for it: what `bench verify` works on.

use anyhow::anyhow;
use ed25519_dalek::{Signer as _, SigningKey};
use fairlock_agent::{Capabilities, DeviceFacts, Effect, Event, Now, State, step};
use fairlock_codes::keys::Exchange;
use fairlock_issuer::LAPSE_DEFAULT;
use fairlock_protocol::charter::{
    Channel, ChannelKind, Charter, Currency, Help, HelpKind, Limits, Pass, Zone,
};
use fairlock_protocol::cose::{assemble, assemble_multi, to_be_signed, to_be_signed_multi};
use fairlock_protocol::enrol::{Bundle, Offer, Request, Welcome};
use fairlock_protocol::ids::{Domain, lender_aad};
use fairlock_protocol::keyset::KeyEntry;
use fairlock_protocol::{Alg, Binding, Grant, KeySet, Level, Role, kid, sha256};
use p256::ecdsa::Signature;

use crate::exit::Failure;

/// Monday 2 March 2026, 06:00 UTC.
pub const START: u64 = 20_514 * 86_400 + 6 * 3600;
pub const NOW: Now = Now {
    running: 60,
    wall: START.cast_signed(),
};
const LENDER: [u8; 16] = [1; 16];
const DEVICE: [u8; 16] = [2; 16];
const ROLES: [Role; 5] = [
    Role::Restrict,
    Role::Relax,
    Role::Release,
    Role::Contact,
    Role::Charter,
];

pub struct Phone {
    pub state: State,
    pub binding: Binding,
}

pub fn key(role: Role) -> SigningKey {
    SigningKey::from_bytes(&[role.code() as u8 + 100; 32])
}

fn wrong(what: &str) -> Failure {
    Failure::Outside(anyhow!("the bench's own phone: {what}"))
}

/// Enrols a phone by the five messages.
pub fn enrolled() -> Result<Phone, Failure> {
    let device = p256::ecdsa::SigningKey::from_slice(&[42; 32]).map_err(Failure::outside)?;
    let point = device.verifying_key().to_sec1_point(false);
    let public = fairlock_issuer::device_key(point.as_bytes()).ok_or_else(|| wrong("its key"))?;
    let binding = Binding {
        lender: LENDER,
        device: DEVICE,
        spki_hash: public.spki_hash(),
    };
    let key_set = key_set().payload().map_err(Failure::outside)?;
    let bundle = Bundle {
        token: [5; 16],
        server: "http://127.0.0.1:1".to_string(),
        pins: Vec::new(),
        key_set: sha256(&key_set),
        lender: LENDER,
        contract: "C-1".to_string(),
    };
    let facts = DeviceFacts {
        spki: public.spki().to_vec(),
        attestation: Vec::new(),
        imei_hash: [0; 32],
        os_patch: "2026-02-05".to_string(),
        backend: "record".to_string(),
    };
    let start = Event::Start {
        boot: 1,
        entropy: [9; 32],
        capabilities: Capabilities::ALL,
    };
    let (state, _) = step(State::new(), start, NOW);
    let (state, effects) = step(state, Event::Enrol { bundle, facts }, NOW);
    let request = effects.into_iter().find_map(|effect| match effect {
        Effect::Post { body, .. } => Request::decode(&body).ok(),
        _ => None,
    });
    let request = request.ok_or_else(|| wrong("message 2"))?;
    let offer = offer(&request, &binding, &key_set)?;
    let (state, _) = step(state, Event::Answer(offer.encode()), NOW);
    let (state, effects) = step(state, Event::CharterAccepted, NOW);
    let signature = effects.into_iter().find_map(|effect| match effect {
        Effect::Sign { bytes, .. } => {
            let signature: Signature = p256::ecdsa::signature::Signer::sign(&device, &bytes);
            Some(signature.to_der().as_bytes().to_vec())
        }
        _ => None,
    });
    let signature = signature.ok_or_else(|| wrong("message 4"))?;
    let (state, _) = step(state, Event::Signed(signature), NOW);
    let grant = sign(
        &binding,
        Role::Relax,
        &Grant::plain(1, START, 1, Level::Free),
    )?;
    let (state, _) = step(state, Event::Answer(Welcome { grant }.encode()), NOW);
    match state.device() {
        Some(_) => Ok(Phone { state, binding }),
        None => Err(wrong("message 5")),
    }
}

/// A grant as one role signs it for the phone.
pub fn sign(binding: &Binding, role: Role, grant: &Grant) -> Result<Vec<u8>, Failure> {
    let payload = grant.payload().map_err(Failure::outside)?;
    let key = key(role);
    let kid = kid(key.verifying_key().as_bytes());
    let message = to_be_signed(kid, Alg::Ed25519, &binding.aad(Domain::Grant), &payload);
    Ok(assemble(
        kid,
        Alg::Ed25519,
        &payload,
        &key.sign(&message).to_bytes(),
    ))
}

fn offer(request: &Request, binding: &Binding, key_set: &[u8]) -> Result<Offer, Failure> {
    let by = |keys: &[SigningKey], aad: &[u8], payload: &[u8]| {
        let one = |key: &SigningKey| {
            let kid = kid(key.verifying_key().as_bytes());
            let message = to_be_signed_multi(kid, Alg::Ed25519, aad, payload);
            (kid, Alg::Ed25519, key.sign(&message).to_bytes())
        };
        assemble_multi(payload, &keys.iter().map(one).collect::<Vec<_>>())
    };
    let charter = charter().payload().map_err(Failure::outside)?;
    let exchange = Exchange::from_random(&[6; 32]).ok_or_else(|| wrong("its code keys"))?;
    let roots = [1, 2].map(|n| SigningKey::from_bytes(&[n; 32]));
    Ok(Offer {
        nonce: request.nonce,
        exchange: exchange.public(),
        device: DEVICE,
        charter: by(
            &[key(Role::Charter)],
            &binding.aad(Domain::Charter),
            &charter,
        ),
        key_set: by(&roots, &lender_aad(Domain::KeySet, &LENDER), key_set),
    })
}

pub fn key_set() -> KeySet {
    let entry = |role| KeyEntry {
        role,
        alg: Alg::Ed25519,
        key: key(role).verifying_key().to_bytes(),
        not_after: None,
    };
    let roots = [1, 2, 3].map(|n| SigningKey::from_bytes(&[n; 32]).verifying_key().to_bytes());
    KeySet {
        ksv: 1,
        floor_ksv: 1,
        iat: START,
        keys: ROLES.map(entry).to_vec(),
        roots: (roots.to_vec(), 2),
        mirrors: Vec::new(),
    }
    .sorted()
}

pub fn charter() -> Charter {
    let limits = |lead_h, dwell_h| Limits {
        lead_h,
        dwell_h,
        from_min: 480,
        to_min: 1200,
        days: 127,
    };
    let help = |kind, name: &str| Help {
        kind,
        name: name.to_string(),
        contact: "0800 1".to_string(),
    };
    Charter {
        n: 1,
        iat: START,
        lender: "Test lender".to_string(),
        contract: "C-1".to_string(),
        currency: Currency {
            code: *b"KES",
            exponent: 2,
        },
        reference: "RF93447120".to_string(),
        channels: vec![Channel {
            id: 1,
            kind: ChannelKind::MobileMoney,
            payee: "Test lender".to_string(),
            account: "400200".to_string(),
        }],
        highest: Level::Lock,
        reduce: Some(limits(24, 0)),
        lock: Some(limits(48, 24)),
        floor: Vec::new(),
        classes: Vec::new(),
        offline_days: 14,
        silence_h: 72,
        lapse: LAPSE_DEFAULT,
        pass: Pass {
            hours: 24,
            times: 1,
            period_days: 30,
        },
        code_days: 7,
        reset_lead_h: 72,
        restrictions: Vec::new(),
        last_due: 20_900,
        last_day: 21_000,
        zone: Zone {
            name: "Africa/Nairobi".to_string(),
            offset_min: 180,
            transitions: Vec::new(),
        },
        help: vec![
            help(HelpKind::Lender, "Test lender"),
            help(HelpKind::Complaint, "Test ombudsman"),
        ],
        languages: vec!["en".to_string()],
    }
}
