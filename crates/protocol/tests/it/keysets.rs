//! Key sets: the chain from one to the next, and what a phone forgets after a theft.

use fairlock_protocol::keyset::{KeyEntry, KeySet};
use fairlock_protocol::verify::{CutReason, Outcome, Refusal};
use fairlock_protocol::{Alg, Grant, Level, Role};

use crate::world::{
    BINDING, Phone, START, by_roots, key, key_set, ladder, next_key_set, root, unlock,
};

/// The signers that n and n+1 both ask for: 2 of 1, 2, 3 and 2 of 2, 3, 4.
const BOTH: &[u8] = &[2, 3];

fn next(set: &KeySet, roots: &[u8]) -> Result<KeySet, Refusal> {
    key_set().next(&by_roots(set, roots), &BINDING.lender)
}

#[test]
fn the_next_key_set_is_signed_by_2_of_3_of_both() {
    let set = next_key_set();
    let taken = |roots: &[u8]| next(&set, roots);
    assert_eq!(taken(BOTH), Ok(set.clone()));
    assert_eq!(taken(&[1, 2, 3, 4]), Ok(set.clone()));
    assert_eq!(
        taken(&[1, 2, 4]),
        Ok(set.clone()),
        "1 and 2 of n, 2 and 4 of n+1"
    );
    for few in [
        &[2][..],
        &[1, 2],
        &[1, 3],
        &[2, 4],
        &[3, 4],
        &[1, 4],
        &[5, 6, 7],
    ] {
        assert_eq!(taken(few), Err(Refusal::Threshold), "{few:?}");
    }
    let other = by_roots(&set, BOTH);
    let lender = key_set().next(&other, &[9; 16]);
    assert_eq!(lender, Err(Refusal::Threshold), "another lender's");
}

#[test]
fn key_set_rolled_back() {
    let old = KeySet {
        ksv: 2,
        ..key_set()
    };
    assert_eq!(next(&old, &[1, 2, 3]), Err(Refusal::Version));
    assert_eq!(next(&key_set(), &[1, 2, 3]), Err(Refusal::Version));
    let lower = KeySet {
        floor_ksv: 1,
        ..next_key_set()
    };
    assert_eq!(next(&lower, BOTH), Err(Refusal::Floor));
}

#[test]
fn key_set_skipped() {
    let far = KeySet {
        ksv: 5,
        ..next_key_set()
    };
    assert_eq!(next(&far, BOTH), Err(Refusal::Version));
    // A phone that was away for long takes the whole chain, one by one.
    let mut phone = Phone::new();
    for ksv in 4..40 {
        let set = KeySet {
            ksv,
            ..next_key_set()
        };
        phone.rekey(&by_roots(&set, BOTH)).unwrap();
    }
    assert_eq!(phone.keys.ksv, 39);
}

#[test]
fn a_key_keeps_its_role_for_ever() {
    let mut moved = next_key_set();
    for entry in &mut moved.keys {
        match entry.role {
            Role::Restrict => entry.role = Role::Relax,
            Role::Relax => entry.role = Role::Restrict,
            _ => {}
        }
    }
    assert_eq!(next(&moved, BOTH), Err(Refusal::KeyRole));
    let mut was_root = next_key_set();
    was_root.keys.push(KeyEntry {
        role: Role::Relax,
        alg: Alg::Ed25519,
        key: root(1).verifying_key().to_bytes(),
        not_after: None,
    });
    assert_eq!(next(&was_root.sorted(), BOTH), Err(Refusal::KeyRole));
    let mut now_root = next_key_set();
    now_root
        .roots
        .0
        .push(key(Role::Relax).verifying_key().to_bytes());
    now_root.keys.retain(|entry| entry.role != Role::Relax);
    assert_eq!(next(&now_root.sorted(), BOTH), Err(Refusal::KeyRole));
}

/// The key set that follows a theft of RELAX: the thief's key is gone, another has come.
fn after_theft(floor_ksv: u64) -> KeySet {
    let mut set = KeySet {
        floor_ksv,
        ..next_key_set()
    };
    for entry in &mut set.keys {
        if entry.role == Role::Relax {
            entry.key = root(50).verifying_key().to_bytes();
        }
    }
    set.sorted()
}

/// A thief of RELAX burns the numbers up to where nothing more is accepted; the new key set with a
/// higher floor makes the phone forget them, and the true ladder goes on.
#[test]
fn seq_burnt_then_floor_ksv() {
    let mut phone = Phone::at(Level::Reduce);
    let highest = phone.state.highest;
    for jump in 1..=3 {
        phone.take(Role::Relax, &unlock(highest + jump * 10_000));
    }
    assert_eq!(phone.state.highest, highest + 30_000);
    phone.rekey(&by_roots(&after_theft(4), BOTH)).unwrap();
    assert_eq!(
        phone.state.highest, highest,
        "what RESTRICT has numbered stays"
    );
    let grant = Grant {
        base: Some(highest),
        ksv: 4,
        ..ladder(highest + 1)
    };
    let accepted = phone.take(Role::Restrict, &grant);
    assert_eq!((accepted.tightening, accepted.cuts), (true, Vec::new()));
    assert_eq!(
        phone.give(Role::Relax, &unlock(99)),
        Err(Refusal::UnknownKid)
    );
}

/// Without a higher floor a rotation forgets nothing, however often keys change.
#[test]
fn seqs_stay_when_the_floor_does() {
    let mut phone = Phone::new();
    phone.take(Role::Relax, &unlock(7));
    phone.rekey(&by_roots(&after_theft(2), BOTH)).unwrap();
    let again = KeySet {
        ksv: 5,
        ..after_theft(2)
    };
    phone.rekey(&by_roots(&again, BOTH)).unwrap();
    assert_eq!(phone.state.highest, 7);
    let raised = KeySet {
        ksv: 6,
        ..after_theft(5)
    };
    phone.rekey(&by_roots(&raised, BOTH)).unwrap();
    assert_eq!(phone.state.highest, 0, "only RELAX had signed anything");
}

#[test]
fn a_grant_below_the_floor_is_cut_or_refused() {
    let mut phone = Phone::at(Level::Lock);
    phone.rekey(&by_roots(&after_theft(4), BOTH)).unwrap();
    let old = Grant {
        base: Some(2),
        ..ladder(3)
    };
    assert_eq!(
        phone.cuts(Role::Restrict, &old),
        [(CutReason::Ksv, 1)],
        "a listed key"
    );
    assert_eq!(phone.level(), Level::Free);
    assert_eq!(
        phone.give(Role::Relax, &unlock(4)),
        Err(Refusal::UnknownKid)
    );
}

#[test]
fn a_grant_of_a_newer_key_set_makes_the_phone_fetch() {
    let mut phone = Phone::at(Level::Lock);
    let grant = Grant {
        ksv: 4,
        ..unlock(3)
    };
    assert!(phone.take(Role::Relax, &grant).newer_keys);
    assert!(!phone.take(Role::Relax, &unlock(4)).newer_keys);
    assert_eq!(phone.give(Role::Relax, &unlock(4)), Ok(Outcome::Known));
}

#[test]
fn expiry_is_not_for_keys_that_free() {
    let mut phone = Phone::at(Level::Lock);
    for entry in &mut phone.keys.keys {
        entry.not_after = Some(START);
    }
    let mut released = phone.clone();
    phone.take(Role::Relax, &unlock(3));
    released.take(Role::Release, &Grant::plain(3, START, 3, Level::Released));
    assert_eq!(
        phone.give(Role::Restrict, &ladder(4)),
        Err(Refusal::KeyExpired)
    );
}
