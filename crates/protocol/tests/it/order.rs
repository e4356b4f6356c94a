//! The verifier's order: an object with two faults answers for the first, and each fault has its
//! own error.

use fairlock_protocol::channel::wrap;
use fairlock_protocol::cose::{Alg, OBJECT_MAX, assemble, to_be_signed};
use fairlock_protocol::ids::Domain;
use fairlock_protocol::verify::{CutReason, Refusal};
use fairlock_protocol::{Grant, Level, Role, kid};

use crate::world::{
    BINDING, DAY, Phone, START, key, ladder, sign_as, signed, step, unlock, warrant,
};
use ed25519_dalek::Signer;

fn name(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Released => "released",
        Refusal::Wrapper(_) => "wrapper",
        Refusal::Size => "size",
        Refusal::Canonical(_) => "canonical",
        Refusal::Header(_) => "header",
        Refusal::UnknownKid => "unknown kid",
        Refusal::KeyExpired => "key expired",
        Refusal::Alg => "alg",
        Refusal::Signature => "signature",
        Refusal::SeqOld => "old seq",
        Refusal::SeqJump => "seq jump",
        Refusal::Schema(_) => "schema",
        Refusal::Role => "role",
        Refusal::Nonce => "nonce",
        Refusal::Late => "late",
        Refusal::Outside => "outside",
        _ => "no grant, token or cap",
    }
}

/// Gives bytes to a phone on the ladder (highest seq 2, base 1) and expects a refusal.
#[track_caller]
fn check(bytes: &[u8], expected: &str) {
    let refusal = Phone::on_ladder().give_bytes(bytes).expect_err("refused");
    assert_eq!(name(refusal), expected, "{refusal:?}");
}

/// A COSE_Sign1 of RELAX around any payload bytes, rightly signed.
fn around(payload: &[u8]) -> Vec<u8> {
    sign_as(&key(Role::Relax), &BINDING.aad(Domain::Grant), payload)
}

/// The payload of an unlock with `extra` appended as map entries.
fn payload_with(seq: u64, entries: u8, extra: &[u8]) -> Vec<u8> {
    let mut payload = unlock(seq).payload().unwrap();
    payload[0] += entries;
    payload.extend_from_slice(extra);
    payload
}

#[test]
fn each_fault_has_its_own_error() {
    let good = signed(Role::Relax, &unlock(3));
    check(&[], "wrapper");
    check(&[0x83, 0, 0, 0], "wrapper");
    check(&[0xa0], "wrapper");
    let wrapped = wrap(&good, None);
    check(&[&[0x98, 1], &wrapped[1..]].concat(), "wrapper");
    check(&[&wrapped[..], &[0]].concat(), "wrapper");
    check(
        &around(&payload_with(
            3,
            1,
            &[0x0c, 0x59, 0x10, 0]
                .iter()
                .chain(&[0; 4096])
                .copied()
                .collect::<Vec<u8>>(),
        )),
        "size",
    );
    check(&[&good[..], &[0]].concat(), "canonical");
    check(&around(&payload_with(3, 0, &[])[..20]), "canonical");
    let mut bent = good.clone();
    bent[2] = 0xa1;
    check(&bent, "canonical");
    check(
        &sign_as(
            &stranger(),
            &BINDING.aad(Domain::Grant),
            &unlock(3).payload().unwrap(),
        ),
        "unknown kid",
    );
    check(&device_alg(&unlock(3)), "alg");
    let mut forged = good.clone();
    *forged.last_mut().unwrap() ^= 1;
    check(&forged, "signature");
    check(&signed(Role::Relax, &unlock(1)), "old seq");
    check(&signed(Role::Relax, &unlock(10_003)), "seq jump");
    check(&around(&payload_with(3, 1, &[0x0c, 0x01])), "schema");
    check(&signed(Role::Contact, &unlock(3)), "role");
    check(&signed(Role::Safety, &unlock(3)), "role");
    let released = Grant::plain(3, START, 3, Level::Released);
    check(&signed(Role::Relax, &released), "role");
    check(&signed(Role::Restrict, &released), "role");
}

#[test]
fn the_earlier_fault_answers() {
    let too_long = vec![0xff; OBJECT_MAX + 1];
    check(&too_long, "wrapper");
    // Unknown kid before wrong alg before wrong signature before old seq before schema before role.
    let payload = payload_with(1, 1, &[0x0c, 0x01]);
    let by = |key: &ed25519_dalek::SigningKey, alg, spoil: bool| {
        let kid = kid(key.verifying_key().as_bytes());
        let message = to_be_signed(kid, alg, &BINDING.aad(Domain::Grant), &payload);
        let mut signature = key.sign(&message).to_bytes();
        signature[0] ^= u8::from(spoil);
        assemble(kid, alg, &payload, &signature)
    };
    check(&by(&stranger(), Alg::Esp256, true), "unknown kid");
    check(&by(&key(Role::Contact), Alg::Esp256, true), "alg");
    check(&by(&key(Role::Contact), Alg::Ed25519, true), "signature");
    check(&by(&key(Role::Contact), Alg::Ed25519, false), "old seq");
    let payload = payload_with(3, 1, &[0x0c, 0x01]);
    let object = sign_as(&key(Role::Contact), &BINDING.aad(Domain::Grant), &payload);
    check(&object, "schema");
}

#[test]
fn a_released_phone_looks_at_nothing() {
    let mut phone = Phone::on_ladder();
    phone.take(Role::Release, &Grant::plain(3, START, 3, Level::Released));
    assert_eq!(phone.give_bytes(&[]), Err(Refusal::Released));
}

#[test]
fn an_expired_key_restricts_no_more_but_still_frees() {
    let mut phone = Phone::on_ladder();
    for entry in &mut phone.keys.keys {
        entry.not_after = Some(START - 1);
    }
    assert_eq!(
        phone.give(Role::Restrict, &ladder(3)),
        Err(Refusal::KeyExpired)
    );
    assert!(phone.take(Role::Relax, &unlock(3)).cuts.is_empty());
    phone.take(Role::Release, &Grant::plain(4, START, 3, Level::Released));
    assert_eq!(phone.level(), Level::Released);
}

/// Adds faults one by one, the later check first; the reason must be that of the first check.
#[test]
fn the_earlier_cut_answers() {
    let mut phone = Phone::on_ladder();
    phone.keys.keys.retain(|entry| entry.role != Role::Safety);
    let mut grant = Grant {
        later: vec![step(Level::Reduce, START + DAY)],
        warrant: Some(warrant(1)),
        base: Some(2),
        ..ladder(3)
    };
    // An earlier `reduce` than the ladder's, by the rules but for its lead.
    grant.later[0].guards.lead_h = Some(23);
    let check = |role: Role, grant: &Grant, reason: CutReason, phone: &Phone| {
        let cuts = phone.clone().cuts(role, grant);
        assert_eq!(cuts, [(reason, 1)], "{grant:?}");
    };
    check(Role::Restrict, &grant, CutReason::Charter, &phone);
    grant.warrant = None;
    check(Role::Restrict, &grant, CutReason::Warrant, &phone);
    grant.base = Some(1);
    check(Role::Restrict, &grant, CutReason::Base, &phone);
    grant.iat = START + 2 + 601;
    check(Role::Restrict, &grant, CutReason::Iat, &phone);
    check(Role::Relax, &grant, CutReason::Role, &phone);
    grant.seq = 2;
    check(Role::Relax, &grant, CutReason::Seq, &phone);
    grant.ksv = 1;
    check(Role::Relax, &grant, CutReason::Ksv, &phone);
    grant.ksv = 4;
    check(Role::Relax, &grant, CutReason::Ksv, &phone);
}

#[test]
fn without_a_proof_a_log_lets_nothing_tighten() {
    let mut phone = Phone::new();
    let log = phone
        .keys
        .keys
        .iter_mut()
        .find(|entry| entry.role == Role::Safety)
        .unwrap();
    log.role = Role::Log;
    assert_eq!(
        phone.cuts(Role::Restrict, &ladder(2)),
        [(CutReason::Proof, 1)]
    );
}

fn stranger() -> ed25519_dalek::SigningKey {
    ed25519_dalek::SigningKey::from_bytes(&[77; 32])
}

/// Signed by RELAX, but the header says the device's algorithm.
fn device_alg(grant: &Grant) -> Vec<u8> {
    let key = key(Role::Relax);
    let (kid, payload) = (
        kid(key.verifying_key().as_bytes()),
        grant.payload().unwrap(),
    );
    let message = to_be_signed(kid, Alg::Esp256, &BINDING.aad(Domain::Grant), &payload);
    assemble(kid, Alg::Esp256, &payload, &key.sign(&message).to_bytes())
}
