//! What the next key set lists, held against what a phone takes.

use fairlock_protocol::cose::MultiSigned;
use fairlock_protocol::{KeySet, Kid, Role, sha256};
use fairlock_signer::ceremony::{CeremonyError, Change, STAY_LISTED_S, first, next, replaced_at};
use fairlock_signer::held::{add_root, sign_key_set};
use fairlock_signer::{HeldKey, KeyRing, KeyRole};

const LENDER: [u8; 16] = [9; 16];
const DAY_S: u64 = 86_400;
const START: u64 = 1_772_431_200;

fn root(seed: u8) -> HeldKey {
    HeldKey::from_seed(Role::Root, [seed; 32])
}

/// A chain with its ring, and the roots that sign it.
struct Ceremony {
    ring: KeyRing,
    chain: Vec<KeySet>,
    roots: Vec<HeldKey>,
}

impl Ceremony {
    fn new() -> Ceremony {
        let ring = KeyRing::from_seeds([[1; 32]; 5]);
        let roots: Vec<HeldKey> = [21, 22, 23].map(root).into();
        let public: Vec<[u8; 32]> = roots.iter().map(HeldKey::public).collect();
        let set = first(&ring, START, &public).expect("three roots");
        let bytes = sign_key_set(&set, &LENDER, &[&roots[0], &roots[2]]).expect("in bounds");
        let payload = MultiSigned::parse(&bytes).expect("an object").payload;
        let hash = sha256(payload);
        let taken = KeySet::first(&bytes, &LENDER, &hash).expect("a phone takes it");
        Ceremony {
            ring,
            chain: vec![taken],
            roots,
        }
    }

    fn last(&self) -> &KeySet {
        self.chain.last().expect("a chain")
    }

    fn kid(&self, role: KeyRole) -> Kid {
        fairlock_protocol::kid(&self.ring.public(role))
    }

    /// Makes the next one with a new generation, signs it by two roots, and lets a phone take it.
    fn goes_on(&mut self, days: u64, change: Change) {
        let ksv = self.last().ksv + 1;
        let seed = u8::try_from(ksv).expect("few");
        self.ring.add(ksv, [[seed; 32]; 5]);
        let change = Change {
            at: START + days * DAY_S,
            ..change
        };
        let set = next(&self.chain, &change, &self.ring).expect("the next");
        let bytes = sign_key_set(&set, &LENDER, &[&self.roots[0], &self.roots[1]]);
        let taken = self.last().next(&bytes.expect("in bounds"), &LENDER);
        self.chain.push(taken.expect("a phone takes it"));
    }
}

fn all() -> Change {
    Change {
        replace: KeyRole::ALL.to_vec(),
        ..Change::default()
    }
}

fn only(role: KeyRole) -> Change {
    Change {
        replace: vec![role],
        ..Change::default()
    }
}

#[test]
fn relax_and_release_keys_stay_listed_for_400_days_after_they_were_replaced() {
    let mut ceremony = Ceremony::new();
    let (relax, release) = (ceremony.kid(KeyRole::Relax), ceremony.kid(KeyRole::Release));
    let contact = ceremony.kid(KeyRole::Contact);
    ceremony.goes_on(100, all());
    assert_eq!(
        replaced_at(ceremony.last().key(relax).expect("listed"), &ceremony.chain),
        Some(START + 100 * DAY_S)
    );
    for day in [200, 499] {
        ceremony.goes_on(day, only(KeyRole::Contact));
        for kid in [relax, release] {
            let entry = ceremony.last().key(kid).expect("still listed");
            assert_eq!(entry.not_after, None, "what opens never runs out");
        }
    }
    assert!(ceremony.last().key(contact).is_none(), "what a month ended");
    assert_eq!(STAY_LISTED_S, 400 * DAY_S);
    ceremony.goes_on(500, only(KeyRole::Contact));
    assert!(ceremony.last().key(relax).is_none());
    assert!(ceremony.last().key(release).is_none());
}

#[test]
fn what_is_on_its_way_holds_for_a_month_where_there_is_room() {
    let mut ceremony = Ceremony::new();
    let restrict = ceremony.kid(KeyRole::Restrict);
    ceremony.goes_on(0, only(KeyRole::Restrict));
    let old = ceremony.last().key(restrict).expect("still listed");
    assert_eq!(old.not_after, Some(START + 30 * DAY_S));
    // A second rotation of all at once leaves no room for what could limit.
    ceremony.goes_on(1, all());
    ceremony.goes_on(
        2,
        Change {
            safety: vec![[7; 32], [8; 32]],
            ..all()
        },
    );
    assert!(ceremony.last().key(restrict).is_none());
    assert_eq!(ceremony.last().keys.len(), 12);
    let relax = ceremony
        .last()
        .keys
        .iter()
        .filter(|key| key.role == Role::Relax);
    assert_eq!(relax.count(), 3);
}

#[test]
fn a_revoked_key_goes_at_once_is_made_anew_and_raises_the_floor() {
    let mut ceremony = Ceremony::new();
    let (relax, restrict) = (
        ceremony.kid(KeyRole::Relax),
        ceremony.kid(KeyRole::Restrict),
    );
    ceremony.goes_on(
        1,
        Change {
            revoke: vec![relax],
            ..Change::default()
        },
    );
    let set = ceremony.last();
    assert_eq!((set.ksv, set.floor_ksv), (2, 2));
    assert!(set.key(relax).is_none());
    assert!(set.key(restrict).is_some(), "others stay");
    assert!(
        set.key(ceremony.kid(KeyRole::Relax)).is_some(),
        "a new one opens"
    );
    // The floor stays up.
    ceremony.goes_on(2, only(KeyRole::Contact));
    assert_eq!(ceremony.last().floor_ksv, 2);
}

#[test]
fn other_roots_take_over_when_two_of_both_sign() {
    let mut ceremony = Ceremony::new();
    let new: Vec<HeldKey> = [31, 32, 33].map(root).into();
    let change = Change {
        at: START,
        roots: Some(new.iter().map(HeldKey::public).collect()),
        ..Change::default()
    };
    let set = next(&ceremony.chain, &change, &ceremony.ring).expect("the next");
    let two = |roots: &[HeldKey]| {
        sign_key_set(&set, &LENDER, &[&roots[0], &roots[1]]).expect("in bounds")
    };
    for (bytes, enough) in [(two(&ceremony.roots), false), (two(&new), false)] {
        assert_eq!(ceremony.last().next(&bytes, &LENDER).is_ok(), enough);
    }
    // Signed by two of the old, and then, elsewhere, by two of the new.
    let bytes = two(&ceremony.roots);
    let bytes = add_root(&bytes, &LENDER, &new[2]).expect("an object");
    assert!(
        ceremony.last().next(&bytes, &LENDER).is_err(),
        "one of the new"
    );
    let bytes = add_root(&bytes, &LENDER, &new[0]).expect("an object");
    let taken = ceremony
        .last()
        .next(&bytes, &LENDER)
        .expect("a phone takes it");
    ceremony.chain.push(taken);
    ceremony.roots = new;
    ceremony.goes_on(1, only(KeyRole::Contact));
}

#[test]
fn what_cannot_be_is_told() {
    let mut ceremony = Ceremony::new();
    let told = |ceremony: &Ceremony, change: Change| {
        next(&ceremony.chain, &change, &ceremony.ring).expect_err("nothing to make")
    };
    assert_eq!(told(&ceremony, Change::default()), CeremonyError::Nothing);
    let gone = Change {
        revoke: vec![[0; 4]],
        ..Change::default()
    };
    assert_eq!(
        told(&ceremony, gone),
        CeremonyError::Unlisted("00000000".to_owned())
    );
    let few = Change {
        roots: Some(vec![[1; 32]]),
        ..Change::default()
    };
    assert_eq!(told(&ceremony, few), CeremonyError::Roots(1));
    for day in 1..=4 {
        ceremony
            .ring
            .add(ceremony.last().ksv + 1, [[100 + day; 32]; 5]);
        let change = Change {
            at: START + u64::from(day) * DAY_S,
            ..all()
        };
        match next(&ceremony.chain, &change, &ceremony.ring) {
            Ok(set) => ceremony.chain.push(set),
            Err(error) => {
                // 5 new keys, and 4 times 2 that must stay.
                assert_eq!((day, error), (4, CeremonyError::TooMany(13)));
            }
        }
    }
    assert_eq!(ceremony.last().ksv, 4);
    assert_eq!(
        next(&[], &all(), &ceremony.ring),
        Err(CeremonyError::NoChain)
    );
}
