//! The phone's key store: a P-256 key that signs, a key that seals the agent's state; both never
//! leave.
//!
//! On purpose absent: hardware. A real phone's key is made in its secure element; these are 32
//! bytes in the phone's folder, of which the second key is derived.

use fairlock_protocol::p256::DeviceKey;
use fairlock_server::Entropy;
use hmac::{Hmac, KeyInit as _, Mac as _};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use sha2::Sha256;

/// Bytes of a P-256 scalar.
pub const KEY_BYTES: usize = 32;
/// Bytes of a seal.
const SEAL_BYTES: usize = 32;

/// What the sealing key is derived for.
const SEALING: &[u8] = b"fairlock/sim/seal/v1";

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

    /// The state with its seal before it.
    pub fn seal(&self, state: &[u8]) -> Vec<u8> {
        let seal = self.mac(state).finalize().into_bytes();
        [&seal[..], state].concat()
    }

    /// The state behind its seal; None when the seal is broken, or another phone's.
    pub fn unseal<'a>(&self, kept: &'a [u8]) -> Option<&'a [u8]> {
        let (seal, state) = kept.split_at_checked(SEAL_BYTES)?;
        self.mac(state).verify_slice(seal).ok()?;
        Some(state)
    }

    fn mac(&self, state: &[u8]) -> Hmac<Sha256> {
        let keyed = |key: &[u8]| Hmac::<Sha256>::new_from_slice(key);
        let scalar = self.key.to_bytes();
        let derived = keyed(&scalar).map(|mac| mac.chain_update(SEALING).finalize().into_bytes());
        // HMAC takes keys of every length.
        let derived = derived.unwrap_or_default();
        keyed(&derived).expect("any length").chain_update(state)
    }

    /// The public key as the server knows it.
    pub fn public(&self) -> Option<DeviceKey> {
        let point = self.key.verifying_key().to_sec1_point(false);
        fairlock_issuer::device_key(point.as_bytes())
    }

    /// ECDSA over SHA-256 in DER, as key stores give it; whoever sends it brings it to low S.
    pub fn sign_der(&self, message: &[u8]) -> Option<Vec<u8>> {
        let signature: Signature = self.key.try_sign(message).ok()?;
        Some(signature.to_der().as_bytes().to_vec())
    }
}
