//! Reports: what the server takes from a phone.

use fairlock_protocol::cose::{Alg, assemble, to_be_signed};
use fairlock_protocol::ids::Domain;
use fairlock_protocol::p256::{DeviceKey, low_s};
use fairlock_protocol::refusal::Refusal;
use fairlock_protocol::report::{
    Cause, OverlayKind, OverlayLive, Reject, Report, Shown, Wait, Why,
};
use fairlock_protocol::{Binding, Level};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};

use crate::world::{BINDING, START};

pub fn device() -> SigningKey {
    SigningKey::from_slice(&[42; 32]).unwrap()
}

pub fn public(key: &SigningKey) -> DeviceKey {
    fairlock_issuer::device_key(key.verifying_key().to_sec1_point(false).as_bytes()).unwrap()
}

pub fn report() -> Report {
    Report {
        counter: 7,
        nonce: Some([4; 16]),
        seq: 12,
        in_force: [5; 32],
        grant_level: Level::Lock,
        level: Level::Remind,
        why: Why {
            cause: Cause::Pass,
            step: 2,
            waits: vec![Wait::Dwell, Wait::Overlay],
        },
        overlays: vec![OverlayLive {
            kind: OverlayKind::Pass,
            left_s: 3600,
        }],
        shown: vec![Shown {
            id: 3,
            first: Some(START),
            times: 2,
            seconds: 9,
        }],
        rejects: vec![Reject {
            code: 105,
            seq: 11,
            step: 2,
        }],
        lower: START,
        upper: Some(START + 3),
        ksv: 3,
        charter_n: 1,
        enrolments: 1,
        agent: "fairlock-agent 0.1.0".into(),
        os_patch: "2026-02-05".into(),
        backend: "record".into(),
        code_tries: 3,
        passes: 1,
    }
}

fn signed(key: &SigningKey, alg: Alg, binding: &Binding, high_s: bool) -> Vec<u8> {
    let payload = report().payload().unwrap();
    let kid = public(key).kid();
    let signature: Signature = key.sign(&to_be_signed(
        kid,
        alg,
        &binding.aad(Domain::Report),
        &payload,
    ));
    let signature = match high_s {
        true => {
            let (r, s) = signature.normalize_s().split_scalars();
            Signature::from_scalars(*r, -*s).unwrap()
        }
        false => signature.normalize_s(),
    };
    assemble(kid, alg, &payload, &signature.to_bytes().into())
}

#[test]
fn a_report_of_this_phone() {
    let key = device();
    let object = signed(&key, Alg::Esp256, &BINDING, false);
    assert_eq!(
        fairlock_issuer::open_report(&object, &BINDING, &public(&key)),
        Ok(report())
    );
}

#[test]
fn what_is_no_report_of_this_phone() {
    let (key, other) = (device(), SigningKey::from_slice(&[43; 32]).unwrap());
    let open =
        |object: &[u8]| fairlock_issuer::open_report(object, &BINDING, &public(&key)).unwrap_err();
    assert_eq!(open(&[0; 5000]), Refusal::Size);
    assert_eq!(
        open(&signed(&other, Alg::Esp256, &BINDING, false)),
        Refusal::UnknownKid
    );
    assert_eq!(
        open(&signed(&key, Alg::Ed25519, &BINDING, false)),
        Refusal::Alg
    );
    let elsewhere = Binding {
        device: [9; 16],
        ..BINDING
    };
    assert_eq!(
        open(&signed(&key, Alg::Esp256, &elsewhere, false)),
        Refusal::Signature
    );
    assert_eq!(
        open(&signed(&key, Alg::Esp256, &BINDING, true)),
        Refusal::Signature,
        "high S"
    );
}

#[test]
fn der_becomes_64_bytes_with_low_s() {
    let key = device();
    for n in 0..32u8 {
        let signature: Signature = key.sign(&[n]);
        let (r, s) = signature.split_scalars();
        let high = Signature::from_scalars(*r, -*s).unwrap();
        let from = |signature: &Signature| low_s(signature.to_der().as_bytes());
        assert_eq!(
            from(&signature),
            from(&high),
            "either reading is the same signature"
        );
        assert!(fairlock_issuer::device_signed(
            &public(&key),
            &[n],
            &from(&high).unwrap()
        ));
    }
    assert_eq!(low_s(&[0x30, 0x00]), None);
}

#[test]
fn keys_that_are_no_p256_keys() {
    let good = public(&device());
    assert_eq!(DeviceKey::from_spki(good.spki()).as_ref(), Some(&good));
    let mut off_curve = *good.spki();
    off_curve[90] ^= 1;
    assert_eq!(DeviceKey::from_spki(&off_curve), None);
    let mut other_curve = *good.spki();
    other_curve[22] = 8;
    assert_eq!(DeviceKey::from_spki(&other_curve), None);
    assert_eq!(DeviceKey::from_spki(&good.spki()[..90]), None);
    assert_eq!(
        fairlock_issuer::device_key(&good.spki()[26..59]),
        None,
        "no compressed points"
    );
}

#[test]
fn the_field_list_is_closed() {
    let mut payload = report().payload().unwrap();
    assert_eq!(payload[0], 0xb5, "21 fields");
    payload[0] += 1;
    payload.extend_from_slice(&[0x16, 0x00]);
    let error = Report::read(&payload).unwrap_err();
    assert_eq!(error.expected, "no key beyond the closed list");
}
