//! The phone's key store: one P-256 key that signs and never leaves.
//!
//! On purpose absent: hardware. A real phone's key is made in its secure element; this one is 32
//! bytes in the phone's folder.

use fairlock_protocol::p256::DeviceKey;
use fairlock_server::Entropy;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};

/// Bytes of a P-256 scalar.
pub const KEY_BYTES: usize = 32;

/// The device key.
pub struct KeyStore {
    key: SigningKey,
}

impl KeyStore {
    /// Makes a key; also gives the bytes to keep.
    pub fn make(entropy: &dyn Entropy) -> (KeyStore, [u8; KEY_BYTES]) {
        loop {
            let mut bytes = [0; KEY_BYTES];
            entropy.fill(&mut bytes);
            // Zero and what is above the curve's order are no keys: fewer than one in 2^32.
            if let Some(store) = KeyStore::load(&bytes) {
                return (store, bytes);
            }
        }
    }

    /// The key of kept bytes; None when they are none.
    pub fn load(bytes: &[u8]) -> Option<KeyStore> {
        let key = SigningKey::from_slice(bytes).ok()?;
        Some(KeyStore { key })
    }

    /// The public key as the server knows it.
    pub fn public(&self) -> Option<DeviceKey> {
        let point = self.key.verifying_key().to_sec1_point(false);
        DeviceKey::from_point(point.as_bytes())
    }

    /// ECDSA over SHA-256 in DER, as key stores give it; whoever sends it brings it to low S.
    pub fn sign_der(&self, message: &[u8]) -> Option<Vec<u8>> {
        let signature: Signature = self.key.try_sign(message).ok()?;
        Some(signature.to_der().as_bytes().to_vec())
    }
}
