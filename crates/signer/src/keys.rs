//! The signer's five keys: one key, one role; and the secret that typed codes come from.
//!
//! Each key is derived from the seed handed in *and* its role's name, so that no key can ever
//! stand in two roles, whatever seeds an installation has. A seed can't be printed or compared,
//! and no key leaves this module: others hand in bytes and get a signature back.
//!
//! Keys come in generations, each named by the key set that brought it. A phone that is behind
//! knows the older keys alone, so an object for it is signed by the generation of the key set that
//! it last reported, as long as the newest key set still lists that key.
//!
//! Key set 1 tells phones the first generation. Where nobody makes one with ROOT keys of their own
//! it is signed by three starter roots, derived from the same seeds: good enough to try things
//! out, and replaced by the first rotation that names others.
//!
//! On purpose absent: making seeds (randomness is the caller's), keeping them (files of the `cli`,
//! later a hardware module), what a later key set lists (`ceremony`), and SAFETY and LOG keys,
//! which no server holds.

use ed25519_dalek::{Signer as _, SigningKey};
use fairlock_protocol::cbor::Malformed;
use fairlock_protocol::keyset::KeyEntry;
use fairlock_protocol::{Alg, KeySet, Kid, Role, kid};
use sha2::{Digest as _, Sha256};

use crate::held::{HeldKey, sign_key_set};

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

    /// As people write it.
    pub const fn name(self) -> &'static str {
        match self {
            KeyRole::Restrict => "restrict",
            KeyRole::Relax => "relax",
            KeyRole::Release => "release",
            KeyRole::Contact => "contact",
            KeyRole::Charter => "charter",
        }
    }
}

/// Unpredictable bytes, in the order of [`KeyRole::ALL`].
pub type Seeds = [[u8; 32]; 5];

type Generation = [SigningKey; 5];

/// The keys of one installation. No Debug, no Clone: there is one, and nobody prints it.
pub struct KeyRing {
    first: Generation,
    /// Later ones with the key set that brought each, ascending.
    later: Vec<(u64, Generation)>,
    roots: [SigningKey; 3],
    /// What this side's one-time keys for typed codes are derived from: always the first seeds',
    /// for phones agreed on their code keys at enrolment.
    codes: [u8; 32],
    /// By which payers' numbers and accounts are compared without being read.
    payers: [u8; 32],
}

/// The version of the first key set.
pub const FIRST_KSV: u64 = 1;

/// Roots that must have signed a key set: one may be lost, one may be stolen.
pub(crate) const ROOT_THRESHOLD: u8 = 2;

impl KeyRing {
    /// Makes the ring of the first generation's seeds.
    pub fn from_seeds(seeds: Seeds) -> KeyRing {
        KeyRing {
            first: generation(&seeds),
            later: Vec::new(),
            roots: ["root/1", "root/2", "root/3"].map(|name| derive(name, &seeds)),
            codes: secret("codes", &seeds),
            payers: secret("payers", &seeds),
        }
    }

    /// Adds the generation that a later key set brings; one that is there already stays.
    pub fn add(&mut self, ksv: u64, seeds: Seeds) {
        if ksv > FIRST_KSV && self.later.iter().all(|(known, _)| *known != ksv) {
            self.later.push((ksv, generation(&seeds)));
            self.later.sort_by_key(|(ksv, _)| *ksv);
        }
    }

    /// Key set 1 of these keys, as phones get it at enrolment, signed by the starter roots.
    pub fn first_key_set(&self, lender: &[u8; 16], iat: u64) -> Result<Vec<u8>, Malformed> {
        let starters = self.starters();
        let set = self.first_set(iat, starters.iter().map(HeldKey::public).collect());
        let signers: Vec<&HeldKey> = starters.iter().collect();
        sign_key_set(&set, lender, &signers)
    }

    /// What key set 1 lists, under these roots.
    pub(crate) fn first_set(&self, iat: u64, roots: Vec<[u8; 32]>) -> KeySet {
        let entry = |role: KeyRole| KeyEntry {
            role: role.role(),
            alg: Alg::Ed25519,
            key: self.public_in(role, FIRST_KSV),
            not_after: None,
        };
        let set = KeySet {
            ksv: FIRST_KSV,
            floor_ksv: FIRST_KSV,
            iat,
            keys: KeyRole::ALL.map(entry).to_vec(),
            roots: (roots, ROOT_THRESHOLD),
            mirrors: Vec::new(),
        };
        set.sorted()
    }

    /// The starter roots. Worth nothing once a key set lists others.
    pub fn starters(&self) -> [HeldKey; 3] {
        let held = |key: &SigningKey| HeldKey::from_seed(Role::Root, key.to_bytes());
        self.roots.each_ref().map(held)
    }

    /// The raw public key of a role in the newest generation.
    pub fn public(&self, role: KeyRole) -> [u8; 32] {
        self.public_in(role, u64::MAX)
    }

    /// The raw public key of a role in the generation of a key set.
    pub fn public_in(&self, role: KeyRole, ksv: u64) -> [u8; 32] {
        raw(self.key(role, ksv))
    }

    /// The id of a role's key in the newest generation.
    pub fn kid(&self, role: KeyRole) -> Kid {
        kid(&self.public(role))
    }

    /// The key set whose generation signs for a phone that last reported `reported`: its own while
    /// the newest key set still lists that key, else the newest one. A phone that has reported
    /// nothing has key set 1 and no other.
    pub(crate) fn generation_for(
        &self,
        role: KeyRole,
        reported: Option<u64>,
        newest: Option<&KeySet>,
    ) -> u64 {
        let (Some(ksv), Some(newest)) = (reported, newest) else {
            return reported.unwrap_or(FIRST_KSV);
        };
        let ksv = ksv.min(newest.ksv);
        let listed = newest.key(kid(&self.public_in(role, ksv)));
        match listed.is_some_and(|entry| entry.role == role.role()) {
            true => ksv,
            false => newest.ksv,
        }
    }

    /// Signs with a role's key; deterministic, so that signing again gives the same bytes.
    pub(crate) fn sign(&self, role: KeyRole, ksv: u64, message: &[u8]) -> [u8; 64] {
        self.key(role, ksv).sign(message).to_bytes()
    }

    /// The key under which payers' numbers and accounts are hashed.
    pub fn payer_key(&self) -> [u8; 32] {
        self.payers
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

    fn key(&self, role: KeyRole, ksv: u64) -> &SigningKey {
        let newest = self.later.iter().rfind(|(brought, _)| *brought <= ksv);
        let keys = newest.map_or(&self.first, |(_, keys)| keys);
        &keys[role as usize]
    }
}

fn generation(seeds: &Seeds) -> Generation {
    std::array::from_fn(|i| derive(KeyRole::ALL[i].name(), &seeds[i..=i]))
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
                one.sign(role, 1, b"payload"),
                two.sign(role, 1, b"payload"),
                "{role:?}"
            );
        }
    }

    #[test]
    fn a_phone_gets_the_keys_of_the_key_set_that_it_reported() {
        let mut ring = KeyRing::from_seeds([[1; 32]; 5]);
        let first = ring.public(KeyRole::Relax);
        ring.add(4, [[4; 32]; 5]);
        ring.add(4, [[9; 32]; 5]);
        assert_eq!(ring.public_in(KeyRole::Relax, 3), first);
        let fourth = ring.public_in(KeyRole::Relax, 4);
        assert_ne!(fourth, first);
        assert_eq!(ring.public(KeyRole::Relax), fourth);
        let mut newest = KeySet {
            ksv: 4,
            ..ring.first_set(0, Vec::new())
        };
        let of =
            |reported, newest: &KeySet| ring.generation_for(KeyRole::Relax, reported, Some(newest));
        assert_eq!(of(Some(2), &newest), 2, "still listed");
        newest.keys.retain(|entry| entry.key != first);
        assert_eq!(of(Some(2), &newest), 4, "revoked");
        assert_eq!(of(None, &newest), FIRST_KSV, "it knows no other yet");
    }
}
