//! Key sets: which key may sign what. Key set 1 arrives at enrolment, named by its hash in the
//! bundle and signed by its own roots.
//!
//! Failure is [`KeySetError`], in the order of the checks. A later key set will need the roots
//! of the one before too ([`KeySet::signed_by_roots`] takes any root list).

use alloc::string::String;
use alloc::vec::Vec;

use crate::cbor::{Malformed, MapWriter, Reader};
use crate::cose::{Alg, CoseError, MultiSigned, to_be_signed_multi, verify_ed25519};
use crate::grant::TIME_MAX;
use crate::ids::{Domain, Kid, LenderId, PayloadHash, kid, lender_aad, sha256};

/// Largest key set payload: 8 roots, 12 keys, 2 mirrors; the phone keeps it in its state.
pub const KEY_SET_MAX: usize = 1024;
const KEYS_MAX: u64 = 12;
const ROOTS_MAX: u64 = 8;
const MIRRORS_MAX: u64 = 2;
const MIRROR_MAX: usize = 96;

/// What a key may sign; one key, one role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Root,
    Restrict,
    Relax,
    Release,
    Safety,
    Contact,
    Log,
    Charter,
}

impl Role {
    const ALL: [Role; 8] = [
        Role::Root,
        Role::Restrict,
        Role::Relax,
        Role::Release,
        Role::Safety,
        Role::Contact,
        Role::Log,
        Role::Charter,
    ];

    /// 0 to 7.
    pub fn code(self) -> u64 {
        self as u64
    }

    pub fn from_code(code: u64) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.code() == code)
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

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySet {
    /// Its version.
    pub ksv: u64,
    /// Grants that name an older key set have their tightening part cut.
    pub floor_ksv: u64,
    pub iat: u64,
    /// Ascending by kid, each kid once.
    pub keys: Vec<KeyEntry>,
    /// Ascending by kid.
    pub roots: Vec<[u8; 32]>,
    /// How many roots must have signed.
    pub threshold: u8,
    /// Hosts that serve the same objects.
    pub mirrors: Vec<String>,
}

/// Why a key set isn't taken, in the order of the checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeySetError {
    Cose(CoseError),
    /// Not the one that the enrolment bundle names.
    Hash,
    Schema(Malformed),
    /// Fewer valid signatures of its roots than its threshold.
    Threshold,
}

impl KeySet {
    pub fn payload(&self) -> Result<Vec<u8>, Malformed> {
        let mut map = MapWriter::default();
        map.key(1).uint(1);
        map.key(2).uint(self.ksv);
        map.key(3).uint(self.floor_ksv);
        map.key(4).uint(self.iat);
        let writer = map.key(5);
        writer.array(self.keys.len() as u64);
        for entry in &self.keys {
            writer.array(if entry.not_after.is_some() { 5 } else { 4 });
            writer.bytes(&entry.kid());
            writer.uint(entry.role.code());
            writer.int(entry.alg.code());
            writer.bytes(&entry.key);
            if let Some(not_after) = entry.not_after {
                writer.uint(not_after);
            }
        }
        let writer = map.key(6);
        writer.array(2);
        writer.array(self.roots.len() as u64);
        self.roots.iter().for_each(|root| writer.bytes(root));
        writer.uint(u64::from(self.threshold));
        if !self.mirrors.is_empty() {
            let writer = map.key(7);
            writer.array(self.mirrors.len() as u64);
            self.mirrors.iter().for_each(|mirror| writer.text(mirror));
        }
        let payload = map.finish();
        KeySet::read(&payload)?;
        Ok(payload)
    }

    /// Sorts keys and roots by kid, as they must stand.
    pub fn sorted(mut self) -> KeySet {
        self.keys.sort_by_key(KeyEntry::kid);
        self.roots.sort_by_key(|root| kid(root));
        self
    }

    pub fn read(payload: &[u8]) -> Result<KeySet, Malformed> {
        let mut r = Reader::new(payload);
        if payload.len() > KEY_SET_MAX {
            return r.wrong("a key set of at most 1,024 bytes");
        }
        let mut fields = r.fields("a key set: a map")?;
        r.need(&mut fields, 1, "key 1, the version")?;
        if r.uint(1, "version 1")? != 1 {
            return r.wrong("version 1");
        }
        r.need(&mut fields, 2, "key 2, ksv")?;
        let ksv = r.uint(u64::from(u16::MAX), "a key set version below 2^16")?;
        r.need(&mut fields, 3, "key 3, floor_ksv")?;
        let floor_ksv = r.uint(ksv, "a floor_ksv not above ksv")?;
        r.need(&mut fields, 4, "key 4, iat")?;
        let iat = r.uint(TIME_MAX, "an instant below 2^40")?;
        r.need(&mut fields, 5, "key 5, keys")?;
        let keys = read_keys(&mut r)?;
        r.need(&mut fields, 6, "key 6, roots")?;
        let (roots, threshold) = read_roots(&mut r)?;
        let mut mirrors = Vec::new();
        if r.has(&mut fields, 7)? {
            let count = r.array(1, MIRRORS_MAX, "1 or 2 mirrors")?;
            for _ in 0..count {
                mirrors.push(String::from(r.text(MIRROR_MAX, "a mirror's host")?));
            }
        }
        r.end_fields(&fields)?;
        r.end()?;
        Ok(KeySet {
            ksv,
            floor_ksv,
            iat,
            keys,
            roots,
            threshold,
            mirrors,
        })
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
    pub fn first(
        bytes: &[u8],
        lender: &LenderId,
        hash: &PayloadHash,
    ) -> Result<KeySet, KeySetError> {
        let object = MultiSigned::parse(bytes).map_err(KeySetError::Cose)?;
        if sha256(object.payload) != *hash {
            return Err(KeySetError::Hash);
        }
        let set = KeySet::read(object.payload).map_err(KeySetError::Schema)?;
        if KeySet::signed_by_roots(&object, lender, &set.roots) < usize::from(set.threshold) {
            return Err(KeySetError::Threshold);
        }
        Ok(set)
    }

    /// How many of these roots signed validly.
    pub fn signed_by_roots(
        object: &MultiSigned<'_>,
        lender: &LenderId,
        roots: &[[u8; 32]],
    ) -> usize {
        let aad = lender_aad(Domain::KeySet, lender);
        let signed = |root: &&[u8; 32]| {
            let kid = kid(*root);
            let message = to_be_signed_multi(kid, Alg::Ed25519, &aad, object.payload);
            object.by(kid).is_some_and(|signed| {
                signed.alg == Alg::Ed25519.code()
                    && verify_ed25519(root, &message, &signed.signature)
            })
        };
        roots.iter().filter(signed).count()
    }
}

fn read_keys(r: &mut Reader<'_>) -> Result<Vec<KeyEntry>, Malformed> {
    let count = r.array(1, KEYS_MAX, "1 to 12 keys")?;
    let mut keys: Vec<KeyEntry> = Vec::new();
    for _ in 0..count {
        let length = r.array(4, 5, "[kid, role, alg, key, not_after?]")?;
        let named: Kid = r.fixed("a kid of 4 bytes")?;
        let Some(role) = Role::from_code(r.uint(7, "a role: 1 to 7")?) else {
            return r.wrong("a role: 1 to 7");
        };
        if role == Role::Root {
            return r.wrong("roots under key 6 alone");
        }
        if r.int(-256, -1, "an algorithm number")? != Alg::Ed25519.code() {
            return r.wrong("alg -19, Ed25519");
        }
        let key: [u8; 32] = r.fixed("a key of 32 bytes")?;
        let not_after = if length == 5 {
            Some(r.uint(TIME_MAX, "an instant below 2^40")?)
        } else {
            None
        };
        if kid(&key) != named {
            return r.wrong("a kid that is the hash of its key");
        }
        if keys.last().is_some_and(|last| last.kid() >= named) {
            return r.wrong("keys in ascending order of kid");
        }
        keys.push(KeyEntry {
            role,
            alg: Alg::Ed25519,
            key,
            not_after,
        });
    }
    Ok(keys)
}

fn read_roots(r: &mut Reader<'_>) -> Result<(Vec<[u8; 32]>, u8), Malformed> {
    r.array(2, 2, "[root keys, threshold]")?;
    let count = r.array(1, ROOTS_MAX, "1 to 8 roots")?;
    let mut roots: Vec<[u8; 32]> = Vec::new();
    for _ in 0..count {
        let root: [u8; 32] = r.fixed("a root key of 32 bytes")?;
        if roots.last().is_some_and(|last| kid(last) >= kid(&root)) {
            return r.wrong("roots in ascending order of kid");
        }
        roots.push(root);
    }
    let threshold = r.uint(count, "a threshold not above the number of roots")? as u8;
    if threshold == 0 {
        return r.wrong("a threshold of at least 1");
    }
    Ok((roots, threshold))
}
