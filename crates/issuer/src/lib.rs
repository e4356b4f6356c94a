//! The half of the protocol that phones don't need: what a server makes of what phones send back,
//! and how it predicts them. Apart from `protocol`, so that who audits a phone needn't read it.
//!
//! Failure is [`Refusal`], as everywhere. On purpose absent: keys and signatures (the signer's), and
//! everything that both sides must agree on, which stands in `protocol`.
#![no_std]

extern crate alloc;

use fairlock_protocol::charter::Charter;
use fairlock_protocol::compare::Remaining;
use fairlock_protocol::cose::{Alg, MultiSigned, Sign1, to_be_signed_multi};
use fairlock_protocol::enrol::{Acceptance, check_charter_signature};
use fairlock_protocol::grant::{Grant, Lapse};
use fairlock_protocol::ids::{Binding, Domain, LenderId, lender_aad};
use fairlock_protocol::keyset::{KeySet, signed_by};
use fairlock_protocol::level::Level;
use fairlock_protocol::moment::Moment;
use fairlock_protocol::p256::{DeviceKey, SPKI_HEAD};
use fairlock_protocol::refusal::Refusal;
use fairlock_protocol::report::Report;
use hmac::{Hmac, KeyInit, Mac};
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use sha2::Sha256;

/// The lapse of a charter that names none better.
pub const LAPSE_DEFAULT: Lapse = Lapse {
    hours: 72,
    level: Level::Reduce,
};

/// ESP256 over `message` by a device; a signature with a high S is refused.
pub fn device_signed(key: &DeviceKey, message: &[u8], signature: &[u8; 64]) -> bool {
    let parts = VerifyingKey::from_sec1_bytes(key.point())
        .ok()
        .zip(Signature::from_slice(signature).ok());
    parts.is_some_and(|(key, signature)| {
        signature.normalize_s() == signature && key.verify(message, &signature).is_ok()
    })
}

/// A device's key from its uncompressed point (65 bytes).
pub fn device_key(point: &[u8]) -> Option<DeviceKey> {
    DeviceKey::from_spki(&[&SPKI_HEAD[..], point].concat())
}

/// Opens a report of the phone with this key.
pub fn open_report(bytes: &[u8], binding: &Binding, key: &DeviceKey) -> Result<Report, Refusal> {
    let object = Sign1::parse(bytes)?;
    if object.kid != key.kid() {
        return Err(Refusal::UnknownKid);
    }
    if object.alg != Alg::Esp256.code() {
        return Err(Refusal::Alg);
    }
    let message = object.signed(Alg::Esp256, &binding.aad(Domain::Report));
    if !device_signed(key, &message, &object.signature) {
        return Err(Refusal::Signature);
    }
    Report::read(object.payload).map_err(Refusal::Schema)
}

/// Message 4: both signatures over the charter that was offered.
pub fn open_acceptance(
    message: &Acceptance,
    binding: &Binding,
    key: &DeviceKey,
    key_set: &KeySet,
) -> Result<Charter, Refusal> {
    let object = MultiSigned::parse(&message.charter)?;
    check_charter_signature(&object, binding, key_set)?;
    let signed = object.by(key.kid()).ok_or(Refusal::Signature)?;
    let aad = binding.aad(Domain::Charter);
    let message = to_be_signed_multi(signed.kid, Alg::Esp256, &aad, object.payload);
    if signed.alg != Alg::Esp256.code() || !device_signed(key, &message, &signed.signature) {
        return Err(Refusal::Signature);
    }
    Charter::read(object.payload).map_err(Refusal::Schema)
}

/// How many of these roots signed a key set of this lender validly.
pub fn signed_by_roots(object: &MultiSigned<'_>, lender: &LenderId, roots: &[[u8; 32]]) -> usize {
    signed_by(object, &lender_aad(Domain::KeySet, lender), roots)
}

/// The IMEI as it travels: HMAC-SHA-256 under the one-time token, so that it says something only
/// to a server that knows both.
pub fn imei_hash(token: &[u8; 16], imei: &str) -> [u8; 32] {
    // HMAC takes a key of any length: the error has no case here.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(token) else {
        return [0; 32];
    };
    mac.update(b"fairlock/imei/v1");
    mac.update(imei.as_bytes());
    mac.finalize().into_bytes().into()
}

/// What is left of a grant of which `begun` steps have begun and whose lapse hasn't fired, as the
/// server sees it; `lapse` and `end` as effective values.
pub fn left_of(grant: &Grant, begun: usize, lapse: Lapse, end: u64) -> Remaining<'_> {
    Remaining {
        later: grant.later.get(begun..).unwrap_or_default(),
        cap: None,
        notices: &grant.notices,
        lapse,
        end,
    }
}

/// An exact clock, as the server has it when it predicts.
pub fn exact(running: u64, now: u64) -> Moment {
    Moment {
        running,
        lower: now,
        upper: Some(now),
    }
}
