//! The signer's five keys: one key, one role; and the secret that typed codes come from.
//!
//! Each key is derived from the seed handed in *and* its role's name, so that no key can ever
//! stand in two roles, whatever seeds an installation has. A seed can't be printed or compared,
//! and no key leaves this module: others hand in bytes and get a signature back.
//!
//! Key set 1 tells phones these keys; it is signed by three ROOT keys, of which two are needed.
//! Until there is a ceremony that makes them offline, the roots are derived from the same seeds,
//! so that a later ceremony can still sign key set 2 with them.
//!
//! On purpose absent: making seeds (randomness is the caller's), keeping them (a file of the
//! `cli`, later a hardware module), rotation, and SAFETY and LOG keys, which no server holds.

use ed25519_dalek::{Signer as _, SigningKey};
use fairlock_protocol::cbor::Malformed;
use fairlock_protocol::cose::{assemble_multi, to_be_signed_multi};
use fairlock_protocol::ids::{Domain, lender_aad};
use fairlock_protocol::keyset::KeyEntry;
use fairlock_protocol::{Alg, KeySet, Kid, Role, kid};
use sha2::{Digest as _, Sha256};

/// What a key of this ring may sign; the order is that of the seeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyRole {
    /// Any grant but `released` and an earlier `end`.
    Restrict,
    /// Loosenings.
    Relax,
    /// `released`.
    Release,
    /// Contact tokens.
    Contact,
    /// Charters.
    Charter,
}

impl KeyRole {
    pub const ALL: [KeyRole; 5] = [
        KeyRole::Restrict,
        KeyRole::Relax,
        KeyRole::Release,
        KeyRole::Contact,
        KeyRole::Charter,
    ];

    /// The role as grants and key sets number it.
    pub const fn role(self) -> Role {
        match self {
            KeyRole::Restrict => Role::Restrict,
            KeyRole::Relax => Role::Relax,
            KeyRole::Release => Role::Release,
            KeyRole::Contact => Role::Contact,
            KeyRole::Charter => Role::Charter,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            KeyRole::Restrict => "restrict",
            KeyRole::Relax => "relax",
            KeyRole::Release => "release",
            KeyRole::Contact => "contact",
            KeyRole::Charter => "charter",
        }
    }
}

/// The keys of one installation. No Debug, no Clone: there is one, and nobody prints it.
pub struct KeyRing {
    keys: [SigningKey; 5],
    roots: [SigningKey; 3],
    /// What this side's one-time keys for typed codes are derived from.
    codes: [u8; 32],
}

/// The version of the first key set.
pub const FIRST_KSV: u64 = 1;

/// Roots that must have signed a key set: one may be lost, one may be stolen.
const ROOT_THRESHOLD: u8 = 2;

impl KeyRing {
    /// Makes the ring from five seeds of unpredictable bytes, in the order of [`KeyRole::ALL`].
    pub fn from_seeds(seeds: [[u8; 32]; 5]) -> KeyRing {
        KeyRing {
            keys: std::array::from_fn(|i| derive(KeyRole::ALL[i].name(), &seeds[i..=i])),
            roots: ["root/1", "root/2", "root/3"].map(|name| derive(name, &seeds)),
            codes: secret("codes", &seeds),
        }
    }

    /// Key set 1 of these keys, as phones get it at enrolment.
    pub fn first_key_set(&self, lender: &[u8; 16], iat: u64) -> Result<Vec<u8>, Malformed> {
        let entry = |role: KeyRole| KeyEntry {
            role: role.role(),
            alg: Alg::Ed25519,
            key: self.public(role),
            not_after: None,
        };
        let set = KeySet {
            ksv: FIRST_KSV,
            floor_ksv: FIRST_KSV,
            iat,
            keys: KeyRole::ALL.map(entry).to_vec(),
            roots: (self.roots.iter().map(raw).collect(), ROOT_THRESHOLD),
            mirrors: Vec::new(),
        };
        let payload = set.sorted().payload()?;
        let aad = lender_aad(Domain::KeySet, lender);
        let signatures = self.roots.each_ref().map(|root| {
            let kid = kid(&raw(root));
            let message = to_be_signed_multi(kid, Alg::Ed25519, &aad, &payload);
            (kid, Alg::Ed25519, root.sign(&message).to_bytes())
        });
        Ok(assemble_multi(&payload, &signatures))
    }

    /// The raw public key of a role.
    pub fn public(&self, role: KeyRole) -> [u8; 32] {
        raw(self.key(role))
    }

    /// The id of a role's key.
    pub fn kid(&self, role: KeyRole) -> Kid {
        kid(&self.public(role))
    }

    /// Signs with a role's key; deterministic, so that signing again gives the same bytes.
    pub(crate) fn sign(&self, role: KeyRole, message: &[u8]) -> [u8; 64] {
        self.key(role).sign(message).to_bytes()
    }

    /// A secret for one phone, of parts of fixed length.
    pub(crate) fn code_secret(&self, parts: [&[u8]; 4]) -> [u8; 32] {
        let hash = Sha256::new().chain_update(b"fairlock/code-exchange/v1/");
        let hash = hash.chain_update(self.codes);
        parts
            .into_iter()
            .fold(hash, |hash, part| hash.chain_update(part))
            .finalize()
            .into()
    }

    fn key(&self, role: KeyRole) -> &SigningKey {
        &self.keys[role as usize]
    }
}

fn raw(key: &SigningKey) -> [u8; 32] {
    key.verifying_key().to_bytes()
}

fn derive(name: &str, seeds: &[[u8; 32]]) -> SigningKey {
    SigningKey::from_bytes(&secret(name, seeds))
}

fn secret(name: &str, seeds: &[[u8; 32]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"fairlock/signer-key/v1/");
    hash.update(name.as_bytes());
    hash.update(b"/");
    seeds.iter().for_each(|seed| hash.update(seed));
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_seeds_still_make_five_different_keys() {
        let ring = KeyRing::from_seeds([[7; 32]; 5]);
        let mut keys: Vec<_> = KeyRole::ALL.into_iter().map(|r| ring.public(r)).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 5);
    }

    #[test]
    fn the_same_seeds_make_the_same_ring_and_signature() {
        let (one, two) = (
            KeyRing::from_seeds([[1; 32]; 5]),
            KeyRing::from_seeds([[1; 32]; 5]),
        );
        for role in KeyRole::ALL {
            assert_eq!(
                one.sign(role, b"payload"),
                two.sign(role, b"payload"),
                "{role:?}"
            );
        }
    }
}
