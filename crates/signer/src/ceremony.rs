//! What the next key set says: rotation, revocation after a theft, other roots.
//!
//! A pure function of the chain so far. ROOT keys sign what it returns somewhere else, and the
//! protocol's own `KeySet::next` judges the result, so that nothing here can talk a phone into
//! anything. Rules kept here: RELAX and RELEASE keys stay listed for 400 days after another took
//! their place, for a phone in a drawer must be opened by what it knows; other keys stay for a
//! month, as far as there is room, for what they signed may be on its way; a revoked key goes at
//! once and raises `floor_ksv`, which makes phones forget the numbers it has burnt.
//!
//! Failure is [`CeremonyError`]. On purpose absent: LOG keys (there is no log yet).

use fairlock_protocol::keyset::KeyEntry;
use fairlock_protocol::{Alg, KeySet, Kid, Role, kid};

use crate::keys::{KeyRing, KeyRole, ROOT_THRESHOLD};

/// RELAX and RELEASE keys stay listed so long after routine rotation (grants.md).
pub const STAY_LISTED_S: u64 = 400 * 86_400;
/// Other keys that were replaced: what they signed may be on its way for so long.
pub const ON_ITS_WAY_S: u64 = 30 * 86_400;
/// Keys that a key set has room for (protocol: 1 to 12).
const KEYS_MAX: usize = 12;

/// What is to change.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// Unix seconds.
    pub at: u64,
    /// Roles whose keys a new generation replaces.
    pub replace: Vec<KeyRole>,
    /// Keys that are stolen or lost: gone at once.
    pub revoke: Vec<Kid>,
    /// SAFETY keys to list.
    pub safety: Vec<[u8; 32]>,
    /// ROOT keys in the place of those before.
    pub roots: Option<Vec<[u8; 32]>>,
    /// Addresses of mirrors in the place of those before.
    pub mirrors: Option<Vec<String>>,
}

/// Why there is no next key set, in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CeremonyError {
    #[error("there is no key set yet; expected the one that the first phone enrolled with")]
    NoChain,
    #[error("key {0}: not in the newest key set; expected one that `fairlock keys show` lists")]
    Unlisted(String),
    #[error("{0} ROOT keys; expected 2 to 5 different ones")]
    Roots(usize),
    #[error(
        "{0} keys; expected at most 12, with RELAX and RELEASE keys listed for 400 days after they were replaced: replace fewer roles"
    )]
    TooMany(usize),
    #[error("nothing would change; expected roles to replace, keys to add or revoke, or others")]
    Nothing,
}

/// The key set after the last of `chain`. `ring` holds the generation that the new set brings.
pub fn next(chain: &[KeySet], change: &Change, ring: &KeyRing) -> Result<KeySet, CeremonyError> {
    let last = chain.last().ok_or(CeremonyError::NoChain)?;
    if let Some(gone) = change.revoke.iter().find(|kid| last.key(**kid).is_none()) {
        return Err(CeremonyError::Unlisted(name(*gone)));
    }
    let ksv = last.ksv + 1;
    let mut keys: Vec<KeyEntry> = last
        .keys
        .iter()
        .filter_map(|entry| kept(entry, chain, change))
        .collect();
    for role in replaced(last, chain, change) {
        keys.push(entry(role.role(), ring.public_in(role, ksv)));
    }
    for key in &change.safety {
        if keys.iter().all(|listed| listed.key != *key) {
            keys.push(entry(Role::Safety, *key));
        }
    }
    make_room(&mut keys);
    let set = KeySet {
        ksv,
        floor_ksv: if change.revoke.is_empty() {
            last.floor_ksv
        } else {
            ksv
        },
        iat: change.at,
        keys,
        roots: roots(last, change)?,
        mirrors: change
            .mirrors
            .clone()
            .unwrap_or_else(|| last.mirrors.clone()),
    }
    .sorted();
    if set.keys.len() > KEYS_MAX {
        return Err(CeremonyError::TooMany(set.keys.len()));
    }
    let same = (&set.keys, &set.roots, &set.mirrors) == (&last.keys, &last.roots, &last.mirrors);
    if same {
        Err(CeremonyError::Nothing)
    } else {
        Ok(set)
    }
}

/// The roles that get a key of the new generation: those asked for, and those whose key in use is
/// revoked. Their keys must be made before: the ring has them under the next version.
pub fn replaced(last: &KeySet, chain: &[KeySet], change: &Change) -> Vec<KeyRole> {
    let in_use = |role: KeyRole| {
        let of_role = last.keys.iter().filter(move |key| key.role == role.role());
        of_role.filter(|key| replaced_at(key, chain).is_none())
    };
    let revoked = |role: &KeyRole| in_use(*role).any(|key| change.revoke.contains(&key.kid()));
    let mut roles = KeyRole::ALL.to_vec();
    roles.retain(|role| change.replace.contains(role) || revoked(role));
    roles
}

/// Key set 1 under ROOT keys that people hold, before the first phone.
pub fn first(ring: &KeyRing, at: u64, roots: &[[u8; 32]]) -> Result<KeySet, CeremonyError> {
    let change = Change {
        roots: Some(roots.to_vec()),
        ..Change::default()
    };
    let bare = ring.first_set(at, Vec::new());
    let roots = self::roots(&bare, &change)?.0;
    Ok(ring.first_set(at, roots))
}

/// When another key took the place of this one; `None` while it is the one in use.
pub fn replaced_at(entry: &KeyEntry, chain: &[KeySet]) -> Option<u64> {
    let mut since = chain
        .iter()
        .skip_while(|set| set.key(entry.kid()).is_none());
    let mut before = since.next()?;
    for set in since {
        let new = |other: &&KeyEntry| other.role == entry.role && before.key(other.kid()).is_none();
        if entry.role != Role::Safety && set.keys.iter().any(|key| new(&key)) {
            return Some(set.iat);
        }
        before = set;
    }
    None
}

/// A key as the next set lists it, if it still does.
fn kept(entry: &KeyEntry, chain: &[KeySet], change: &Change) -> Option<KeyEntry> {
    if change.revoke.contains(&entry.kid()) {
        return None;
    }
    let asked = change.replace.iter().any(|role| role.role() == entry.role);
    let since = replaced_at(entry, chain).or_else(|| asked.then_some(change.at));
    let Some(since) = since else {
        return Some(entry.clone());
    };
    let stays = match entry.role {
        Role::Relax | Role::Release => STAY_LISTED_S,
        _ => ON_ITS_WAY_S,
    };
    let until = since + stays;
    (change.at < until).then(|| KeyEntry {
        // Phones don't apply it to RELAX and RELEASE keys: what opens never runs out.
        not_after: match entry.role {
            Role::Relax | Role::Release => None,
            _ => Some(until),
        },
        ..entry.clone()
    })
}

/// Replaced keys go where there is no room, one after the other: first those that could limit, of a
/// role the one that was replaced first.
fn make_room(keys: &mut Vec<KeyEntry>) {
    for role in [Role::Restrict, Role::Charter, Role::Contact] {
        while keys.len() > KEYS_MAX {
            let replaced = keys.iter().filter(|key| key.role == role);
            let oldest = replaced.filter_map(|key| Some((key.not_after?, key.kid())));
            let Some((_, oldest)) = oldest.min() else {
                break;
            };
            keys.retain(|key| key.kid() != oldest);
        }
    }
}

fn roots(last: &KeySet, change: &Change) -> Result<(Vec<[u8; 32]>, u8), CeremonyError> {
    let Some(roots) = &change.roots else {
        return Ok(last.roots.clone());
    };
    let mut roots = roots.clone();
    roots.sort_by_key(|root| kid(root));
    roots.dedup();
    match roots.len() {
        2..=5 => Ok((roots, ROOT_THRESHOLD)),
        few => Err(CeremonyError::Roots(few)),
    }
}

fn entry(role: Role, key: [u8; 32]) -> KeyEntry {
    KeyEntry {
        role,
        alg: Alg::Ed25519,
        key,
        not_after: None,
    }
}

/// A key's id as people read it.
pub fn name(kid: Kid) -> String {
    kid.iter().map(|byte| format!("{byte:02x}")).collect()
}
