//! Key sets: which key may sign what. Key set 1 arrives at enrolment, named by its hash in the
//! bundle and signed by its own roots.
//!
//! Each later one follows the one before by one version, and is signed by the roots of both, so a
//! phone that was away for long takes the chain one by one, and never goes back.
//!
//! Failure is [`Refusal`], in the order of the checks. Absent on purpose: how long a rotated
//! key stays listed; that is the ceremony's.

use alloc::string::String;
use alloc::vec::Vec;

use crate::cbor::{Malformed, Reader, Writer};
use crate::cose::{Alg, MultiSigned, to_be_signed_multi, verify_ed25519};
use crate::grant::TIME_MAX;
use crate::ids::{Domain, Kid, LenderId, PayloadHash, kid, lender_aad, sha256};
use crate::refusal::Refusal;
use crate::wire::{Item, ascending};

/// Largest key set payload: room for 5 roots, 12 keys and 2 mirrors; the phone keeps it in its
/// state.
pub const KEY_SET_MAX: usize = 896;
const KEYS_MAX: usize = 12;
const ROOTS_MAX: usize = 5;

crate::codes! {
    /// What a key may sign; one key, one role.
    pub enum Role: "a role: 0 to 7" {
        Root = 0,
        Restrict = 1,
        Relax = 2,
        Release = 3,
        Safety = 4,
        Contact = 5,
        Log = 6,
        Charter = 7,
    }
}

/// One listed key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyEntry {
    pub role: Role,
    pub alg: Alg,
    pub key: [u8; 32],
    /// Not applied to RELAX and RELEASE keys.
    pub not_after: Option<u64>,
}

impl KeyEntry {
    pub fn kid(&self) -> Kid {
        kid(&self.key)
    }
}

/// `[kid, role, alg, key, not_after?]`
impl Item for KeyEntry {
    fn put(&self, writer: &mut Writer) {
        writer.array(if self.not_after.is_some() { 5 } else { 4 });
        self.kid().put(writer);
        self.role.put(writer);
        writer.int(self.alg.code());
        self.key.put(writer);
        if let Some(not_after) = self.not_after {
            not_after.put(writer);
        }
    }

    fn take(r: &mut Reader<'_>) -> Result<KeyEntry, Malformed> {
        let length = r.array(4, 5, "[kid, role, alg, key, not_after?]")?;
        let (named, role) = (Kid::take(r)?, Role::take(r)?);
        if r.int(-256, -1, "an algorithm number")? != Alg::Ed25519.code() {
            return r.wrong("alg -19, Ed25519");
        }
        let key = <[u8; 32]>::take(r)?;
        let not_after = (length == 5).then(|| u64::take(r)).transpose()?;
        if kid(&key) != named || role == Role::Root {
            return r.wrong("the kid of its key, and no root among the keys");
        }
        Ok(KeyEntry {
            role,
            alg: Alg::Ed25519,
            key,
            not_after,
        })
    }
}

crate::record! {
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct KeySet: "a key set" v1 {
        /// Its version.
        2 need ksv: u64,
        /// Grants that name an older key set have their tightening part cut.
        3 need floor_ksv: u64,
        4 need iat: u64,
        /// Ascending by kid, each kid once.
        5 need keys: Vec<KeyEntry>,
        /// Keys ascending by kid, and how many of them must have signed.
        6 need roots: (Vec<[u8; 32]>, u8),
        /// Hosts that serve the same objects.
        7 list mirrors: String,
        |set| {
            set.ksv <= u64::from(u16::MAX) => "a key set version below 2^16",
            set.floor_ksv <= set.ksv => "a floor_ksv not above ksv",
            set.iat <= TIME_MAX => "an instant below 2^40",
            (1..=KEYS_MAX).contains(&set.keys.len()) => "1 to 12 keys",
            ascending(&set.keys, KeyEntry::kid) => "keys in ascending order of kid",
            set.roots.0.len() <= ROOTS_MAX => "at most 5 roots",
            ascending(&set.roots.0, |root| kid(root)) => "roots in ascending order of kid",
            (2..=set.roots.0.len()).contains(&usize::from(set.roots.1))
                => "a threshold of 2 or more that can be met",
            !set.keys.iter().any(|entry| set.roots.0.contains(&entry.key)) => "one key, one role",
        }
    }
}

crate::signed_payload!(KeySet, KEY_SET_MAX, "at most 896 bytes");

impl KeySet {
    /// Sorts keys and roots by kid, as they must stand.
    pub fn sorted(mut self) -> KeySet {
        self.keys.sort_by_key(KeyEntry::kid);
        self.roots.0.sort_by_key(|root| kid(root));
        self
    }

    /// The listed key of this id.
    pub fn key(&self, kid: Kid) -> Option<&KeyEntry> {
        self.keys.iter().find(|entry| entry.kid() == kid)
    }

    /// Does a log exist, so that tightenings need a proof?
    pub fn has_log(&self) -> bool {
        self.keys.iter().any(|entry| entry.role == Role::Log)
    }

    /// Takes key set 1 as the bundle names it: by the hash of its payload, signed by its roots.
    pub fn first(bytes: &[u8], lender: &LenderId, hash: &PayloadHash) -> Result<KeySet, Refusal> {
        let object = MultiSigned::parse(bytes)?;
        if sha256(object.payload) != *hash {
            return Err(Refusal::Hash);
        }
        let set = KeySet::read(object.payload).map_err(Refusal::Schema)?;
        match set.has_signed(&object, &lender_aad(Domain::KeySet, lender)) {
            true => Ok(set),
            false => Err(Refusal::Threshold),
        }
    }

    /// Takes the key set that follows this one.
    pub fn next(&self, bytes: &[u8], lender: &LenderId) -> Result<KeySet, Refusal> {
        let object = MultiSigned::parse(bytes)?;
        let set = KeySet::read(object.payload).map_err(Refusal::Schema)?;
        if set.ksv != self.ksv + 1 {
            return Err(Refusal::Version);
        }
        if set.floor_ksv < self.floor_ksv {
            return Err(Refusal::Floor);
        }
        let had_other = |entry: &KeyEntry| {
            let before = self.key(entry.kid());
            let other = before.is_some_and(|before| before.role != entry.role);
            other || self.roots.0.contains(&entry.key)
        };
        let was_no_root = |root: &[u8; 32]| self.key(kid(root)).is_some();
        if set.keys.iter().any(had_other) || set.roots.0.iter().any(was_no_root) {
            return Err(Refusal::KeyRole);
        }
        let aad = lender_aad(Domain::KeySet, lender);
        match self.has_signed(&object, &aad) && set.has_signed(&object, &aad) {
            true => Ok(set),
            false => Err(Refusal::Threshold),
        }
    }

    /// Have enough of its roots signed this object?
    pub fn has_signed(&self, object: &MultiSigned<'_>, aad: &[u8]) -> bool {
        let (roots, threshold) = &self.roots;
        signed_by(object, aad, roots) >= usize::from(*threshold)
    }
}

/// How many of these roots signed this object validly.
pub fn signed_by(object: &MultiSigned<'_>, aad: &[u8], roots: &[[u8; 32]]) -> usize {
    let signed = |root: &&[u8; 32]| {
        let kid = kid(*root);
        let message = to_be_signed_multi(kid, Alg::Ed25519, aad, object.payload);
        object.by(kid).is_some_and(|signed| {
            signed.alg == Alg::Ed25519.code() && verify_ed25519(root, &message, &signed.signature)
        })
    };
    roots.iter().filter(signed).count()
}
