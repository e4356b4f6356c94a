//! The device's key: P-256 as Android's key store has it.
//!
//! Failure: a key that isn't a point of the curve in its 91 bytes, a signature that isn't
//! DER. Absent on purpose: making keys and signatures, which is the key store's, and verifying
//! them, which is the server's.

use p256::ecdsa::{Signature, VerifyingKey};

use crate::cbor::{Malformed, Reader, Writer};
use crate::ids::{Kid, kid, sha256};
use crate::wire::Item;

/// The length of a P-256 SubjectPublicKeyInfo in DER.
pub const SPKI_LEN: usize = 91;
/// All of it but the uncompressed point: id-ecPublicKey, prime256v1, BIT STRING.
pub const SPKI_HEAD: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// An uncompressed point.
pub type Point = [u8; 65];

/// Is it a point of the curve?
pub fn is_point(point: &Point) -> bool {
    VerifyingKey::from_sec1_bytes(point).is_ok()
}

/// A device's public key, checked to be a point of the curve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceKey {
    spki: [u8; SPKI_LEN],
}

impl DeviceKey {
    /// From the DER SubjectPublicKeyInfo; `None` when it isn't exactly a P-256 key.
    pub fn from_spki(spki: &[u8]) -> Option<DeviceKey> {
        let spki: [u8; SPKI_LEN] = spki.try_into().ok()?;
        let point = spki.strip_prefix(&SPKI_HEAD)?;
        VerifyingKey::from_sec1_bytes(point).ok()?;
        Some(DeviceKey { spki })
    }

    pub fn spki(&self) -> &[u8; SPKI_LEN] {
        &self.spki
    }

    /// SHA-256 of the SubjectPublicKeyInfo, as it binds objects to this phone.
    pub fn spki_hash(&self) -> [u8; 32] {
        sha256(&self.spki)
    }

    /// The uncompressed point, 65 bytes.
    pub fn point(&self) -> &[u8] {
        self.spki.get(SPKI_HEAD.len()..).unwrap_or_default()
    }

    /// The key's id: of the uncompressed point.
    pub fn kid(&self) -> Kid {
        kid(self.point())
    }
}

impl Item for DeviceKey {
    fn put(&self, writer: &mut Writer) {
        writer.bytes(&self.spki);
    }

    fn take(r: &mut Reader<'_>) -> Result<DeviceKey, Malformed> {
        match DeviceKey::from_spki(r.bytes(SPKI_LEN, "a key of 91 bytes")?) {
            Some(key) => Ok(key),
            None => r.wrong("a P-256 SubjectPublicKeyInfo of 91 bytes"),
        }
    }
}

/// A key store's DER signature as the 64 bytes that travel, with low S.
pub fn low_s(der: &[u8]) -> Option<[u8; 64]> {
    let signature = Signature::from_der(der).ok()?.normalize_s();
    Some(signature.to_bytes().into())
}
