//! The log's proofs: under a key set with a LOG key nothing tightens without one.

use fairlock_protocol::channel::wrap;
use fairlock_protocol::ids::{Domain, PayloadHash, lender_aad};
use fairlock_protocol::log::{Checkpoint, Proof, leaf, node};
use fairlock_protocol::verify::{CutReason, Outcome};
use fairlock_protocol::{Alg, Grant, Level, Role};

use crate::world::{BINDING, Phone, START, hash_of, key, ladder, sign_as, unlock};

/// The root of a tree over leaf hashes, by the definition in RFC 9162, 2.1.1.
fn root(leaves: &[[u8; 32]]) -> [u8; 32] {
    match leaves {
        [] => fairlock_protocol::sha256(&[]),
        [one] => *one,
        more => {
            let (left, right) = more.split_at(split(more.len()));
            node(&root(left), &root(right))
        }
    }
}

/// The largest power of two below n.
fn split(n: usize) -> usize {
    n.next_power_of_two() / 2
}

/// Siblings from a leaf upwards, by the definition in 2.1.3.1.
fn path(leaves: &[[u8; 32]], index: usize) -> Vec<[u8; 32]> {
    if leaves.len() < 2 {
        return Vec::new();
    }
    let at = split(leaves.len());
    let (left, right) = leaves.split_at(at);
    let (mut below, sibling) = match index < at {
        true => (path(left, index), root(right)),
        false => (path(right, index - at), root(left)),
    };
    below.push(sibling);
    below
}

/// A log of so many grants with this one at an index.
fn tree(size: usize, index: usize, grant: &PayloadHash) -> (Checkpoint, Vec<[u8; 32]>) {
    let mut leaves: Vec<_> = (0..size).map(|n| leaf(&[n as u8; 32])).collect();
    leaves[index] = leaf(grant);
    let checkpoint = Checkpoint {
        size: size as u64,
        root: root(&leaves),
        iat: START,
    };
    (checkpoint, path(&leaves, index))
}

fn proof(role: Role, size: usize, index: usize, grant: &PayloadHash) -> Proof {
    let (checkpoint, path) = tree(size, index, grant);
    let aad = lender_aad(Domain::Checkpoint, &BINDING.lender);
    Proof {
        checkpoint: sign_as(&key(role), &aad, &checkpoint.payload().unwrap()),
        index: index as u64,
        path,
    }
}

/// A phone whose key set lists a LOG key.
fn logged() -> Phone {
    let mut phone = Phone::new();
    let mut entry = phone.keys.keys[0].clone();
    entry.role = Role::Log;
    entry.alg = Alg::Ed25519;
    entry.key = key(Role::Log).verifying_key().to_bytes();
    phone.keys.keys.push(entry);
    phone.keys = phone.keys.sorted();
    phone
}

fn cuts(proof: Option<&Proof>) -> Vec<CutReason> {
    let payload = ladder(2).payload().unwrap();
    let object = sign_as(&key(Role::Restrict), &BINDING.aad(Domain::Grant), &payload);
    let encoded = proof.map(Proof::encode);
    match logged().give_bytes(&wrap(&object, encoded.as_deref())) {
        Ok(Outcome::Accepted(accepted)) => accepted.cuts.iter().map(|cut| cut.reason).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_tightening_with_its_proof() {
    let grant = hash_of(&ladder(2));
    for size in 1..=33 {
        for index in 0..size {
            let (checkpoint, path) = tree(size, index, &grant);
            let proof = Proof {
                checkpoint: Vec::new(),
                index: index as u64,
                path,
            };
            assert!(proof.leads_to(&checkpoint, &grant), "{index} of {size}");
            assert!(!proof.leads_to(&checkpoint, &[9; 32]), "another grant");
            let larger = Checkpoint {
                size: checkpoint.size << 8,
                ..checkpoint
            };
            assert!(
                !proof.leads_to(&larger, &grant),
                "a size that isn't the root's"
            );
            let mut longer = proof.clone();
            longer.path.push([0; 32]);
            assert!(!longer.leads_to(&checkpoint, &grant), "{index} of {size}");
            let elsewhere = Proof {
                index: index as u64 + 1,
                ..proof.clone()
            };
            assert!(
                !elsewhere.leads_to(&checkpoint, &grant),
                "{index} of {size}"
            );
            let mut shorter = proof.clone();
            if shorter.path.pop().is_some() {
                assert!(!shorter.leads_to(&checkpoint, &grant), "{index} of {size}");
            }
        }
    }
    assert_eq!(cuts(Some(&proof(Role::Log, 11, 4, &grant))), []);
}

#[test]
fn a_tightening_without_a_good_proof_is_cut() {
    let grant = hash_of(&ladder(2));
    assert_eq!(cuts(None), [CutReason::Proof]);
    let by_another_role = proof(Role::Restrict, 11, 4, &grant);
    assert_eq!(cuts(Some(&by_another_role)), [CutReason::Proof]);
    let of_another = proof(Role::Log, 11, 4, &hash_of(&ladder(3)));
    assert_eq!(cuts(Some(&of_another)), [CutReason::Proof]);
    let mut forged = proof(Role::Log, 11, 4, &grant);
    let last = forged.checkpoint.len() - 1;
    forged.checkpoint[last] ^= 1;
    assert_eq!(cuts(Some(&forged)), [CutReason::Proof]);
}

/// A loosening needs no proof, log or not.
#[test]
fn a_loosening_travels_alone() {
    let mut phone = logged();
    assert_eq!(phone.cuts(Role::Relax, &unlock(2)), []);
    let level = Level::Remind;
    assert_eq!(
        phone.cuts(Role::Restrict, &Grant { level, ..unlock(3) }),
        []
    );
}
