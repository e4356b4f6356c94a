//! Names of lenders, devices, keys and objects on the wire, and what binds an object to one phone.
//!
//! Nothing here can fail. Absent on purpose: any identifier made from signature bytes (P-256
//! signatures can be rewritten); an object's name is the SHA-256 of its payload.

use alloc::vec::Vec;

use sha2::{Digest, Sha256};

use crate::cbor;

/// 16 random bytes.
pub type LenderId = [u8; 16];
/// 16 random bytes, given by the server at enrolment.
pub type DeviceId = [u8; 16];
/// SHA-256 of a signed payload: the only name a signed object has.
pub type PayloadHash = [u8; 32];
/// The first 4 bytes of SHA-256 of the raw key.
pub type Kid = [u8; 4];

/// SHA-256, once for all crates that use this one.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The id of a raw key: 32 bytes for Ed25519, the uncompressed point (65 bytes) for P-256.
pub fn kid(raw_key: &[u8]) -> Kid {
    let [a, b, c, d, ..] = sha256(raw_key);
    [a, b, c, d]
}

/// The first 8 bytes of a payload's hash, as contact tokens name a grant.
pub fn short(hash: &PayloadHash) -> [u8; 8] {
    let [a, b, c, d, e, f, g, h, ..] = *hash;
    [a, b, c, d, e, f, g, h]
}

/// Whom an object is for: an object for another lender, device or key fails its signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    pub lender: LenderId,
    pub device: DeviceId,
    /// SHA-256 of the DER SubjectPublicKeyInfo of the device's key.
    pub spki_hash: [u8; 32],
}

/// The types of signed objects; each has its own domain, so none passes for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    Grant,
    Contact,
    Charter,
    Report,
    KeySet,
    Cap,
    Checkpoint,
    /// Not signed: what code keys and codes are made for.
    Code,
}

impl Domain {
    pub fn text(self) -> &'static str {
        match self {
            Domain::Grant => "fairlock/grant/v1",
            Domain::Contact => "fairlock/contact/v1",
            Domain::Charter => "fairlock/charter/v1",
            Domain::Report => "fairlock/report/v1",
            Domain::KeySet => "fairlock/keyset/v1",
            Domain::Cap => "fairlock/cap/v1",
            Domain::Checkpoint => "fairlock/checkpoint/v1",
            Domain::Code => "fairlock/code/v1",
        }
    }
}

impl Binding {
    /// The additional authenticated data of an object for this phone: `[domain, lender, device,
    /// spki_hash]`.
    pub fn aad(&self, domain: Domain) -> Vec<u8> {
        cbor::named(
            domain.text(),
            &[&self.lender, &self.device, &self.spki_hash],
        )
    }
}

/// The additional authenticated data of an object for all phones of a lender.
pub fn lender_aad(domain: Domain, lender: &LenderId) -> Vec<u8> {
    cbor::named(domain.text(), &[lender])
}
