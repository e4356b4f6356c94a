//! The proof that a tightening stands in the public log: a checkpoint signed by LOG, and the path
//! from SHA-256 of the grant's payload to the checkpoint's root (RFC 9162, 2.1.3.2).
//!
//! Failure is no proof. Absent on purpose: whether checkpoints follow each other; that is the
//! monitors' business, who see them all.

use alloc::vec::Vec;

use crate::cbor::canonical;
use crate::grant::TIME_MAX;
use crate::ids::{PayloadHash, sha256};
use crate::wire;

crate::record! {
    /// The log, as far as it had grown.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Checkpoint: "a checkpoint" v1 {
        /// Leaves.
        2 need size: u64,
        /// Of the Merkle tree over them.
        3 need root: [u8; 32],
        4 need iat: u64,
        |checkpoint| {
            checkpoint.iat <= TIME_MAX => "an instant below 2^40",
        }
    }
}

crate::signed_payload!(Checkpoint);

crate::record! {
    /// What travels beside a tightening.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Proof: "a proof" {
        /// COSE_Sign1 by LOG.
        1 blob checkpoint: Vec<u8>,
        /// Of the leaf, from 0.
        2 need index: u64,
        /// Siblings, from the leaf to the root.
        3 list path: [u8; 32],
    }
}

impl Proof {
    pub fn encode(&self) -> Vec<u8> {
        wire::bytes(self)
    }

    /// `None` when it isn't one.
    pub fn decode(bytes: &[u8]) -> Option<Proof> {
        canonical(bytes).ok()?;
        wire::read_whole(bytes).ok()
    }

    /// Does its path lead from this grant to the checkpoint's root?
    pub fn leads_to(&self, checkpoint: &Checkpoint, grant: &PayloadHash) -> bool {
        let Some(last) = checkpoint.size.checked_sub(1) else {
            return false;
        };
        let (mut index, mut last) = (self.index, last);
        if index > last {
            return false;
        }
        let mut hash = leaf(grant);
        for sibling in &self.path {
            if last == 0 {
                return false;
            }
            if index & 1 == 1 || index == last {
                hash = node(sibling, &hash);
                while index & 1 == 0 && index != 0 {
                    (index, last) = (index >> 1, last >> 1);
                }
            } else {
                hash = node(&hash, sibling);
            }
            (index, last) = (index >> 1, last >> 1);
        }
        last == 0 && hash == checkpoint.root
    }
}

/// A leaf of the log: of a payload's hash.
pub fn leaf(grant: &PayloadHash) -> [u8; 32] {
    sha256(&[&[0][..], grant].concat())
}

/// An inner node.
pub fn node(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    sha256(&[&[1][..], left, right].concat())
}
