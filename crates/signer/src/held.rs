//! Keys that people hold, in files of their own away from any server: ROOT and SAFETY.
//!
//! A held key signs the two objects of its role, key sets and caps, and nothing else. Failure is a
//! value that no phone would read. On purpose absent: reading files and asking for passwords; the
//! `cli` hands in a seed and forgets it.

use ed25519_dalek::{Signer as _, SigningKey};
use fairlock_protocol::cap::Cap;
use fairlock_protocol::cbor::Malformed;
use fairlock_protocol::cose::{
    MultiSigned, assemble, assemble_multi, to_be_signed, to_be_signed_multi,
};
use fairlock_protocol::ids::{Domain, lender_aad};
use fairlock_protocol::refusal::Refusal;
use fairlock_protocol::{Alg, Binding, KeySet, Kid, Role, kid};

/// A key in somebody's hand. No Debug, no Clone.
pub struct HeldKey {
    role: Role,
    key: SigningKey,
}

/// One signature of a COSE_Sign.
type Signature = (Kid, Alg, [u8; 64]);

impl HeldKey {
    pub fn from_seed(role: Role, seed: [u8; 32]) -> HeldKey {
        HeldKey {
            role,
            key: SigningKey::from_bytes(&seed),
        }
    }

    pub fn role(&self) -> Role {
        self.role
    }

    /// The raw public key, as key sets list it.
    pub fn public(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }

    pub fn kid(&self) -> Kid {
        kid(&self.public())
    }

    /// A cap of a lender, by a SAFETY key.
    pub fn sign_cap(&self, lender: &[u8; 16], cap: &Cap) -> Result<Vec<u8>, Malformed> {
        let payload = cap.payload()?;
        let aad = lender_aad(Domain::Cap, lender);
        let message = to_be_signed(self.kid(), Alg::Ed25519, &aad, &payload);
        let signature = self.key.sign(&message).to_bytes();
        Ok(assemble(self.kid(), Alg::Ed25519, &payload, &signature))
    }

    fn signature(&self, aad: &[u8], payload: &[u8]) -> Signature {
        let message = to_be_signed_multi(self.kid(), Alg::Ed25519, aad, payload);
        let signature = self.key.sign(&message).to_bytes();
        (self.kid(), Alg::Ed25519, signature)
    }
}

/// A key set as it travels, signed by these keys.
pub fn sign_key_set(
    set: &KeySet,
    lender: &[u8; 16],
    keys: &[&HeldKey],
) -> Result<Vec<u8>, Malformed> {
    let payload = set.payload()?;
    let aad = lender_aad(Domain::KeySet, lender);
    let signatures = keys.iter().map(|key| key.signature(&aad, &payload));
    Ok(assembled(&payload, signatures.collect()))
}

/// The same key set with one more signature; a second one by the same key takes the first's place.
pub fn add_root(object: &[u8], lender: &[u8; 16], key: &HeldKey) -> Result<Vec<u8>, Refusal> {
    add(object, &lender_aad(Domain::KeySet, lender), key)
}

/// A charter that sends money elsewhere, with one more ROOT signature.
pub fn add_root_to_charter(
    object: &[u8],
    phone: &Binding,
    key: &HeldKey,
) -> Result<Vec<u8>, Refusal> {
    add(object, &phone.aad(Domain::Charter), key)
}

fn add(object: &[u8], aad: &[u8], key: &HeldKey) -> Result<Vec<u8>, Refusal> {
    let parsed = MultiSigned::parse(object)?;
    let mut signatures: Vec<Signature> = Vec::new();
    for signed in &parsed.signatures {
        if signed.kid != key.kid() && signed.alg == Alg::Ed25519.code() {
            signatures.push((signed.kid, Alg::Ed25519, signed.signature));
        }
    }
    signatures.push(key.signature(aad, parsed.payload));
    Ok(assembled(parsed.payload, signatures))
}

fn assembled(payload: &[u8], mut signatures: Vec<Signature>) -> Vec<u8> {
    signatures.sort_by_key(|(kid, ..)| *kid);
    signatures.dedup_by_key(|(kid, ..)| *kid);
    assemble_multi(payload, &signatures)
}
