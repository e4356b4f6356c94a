//! Key sets of a lender, as bytes: a chain that only grows.
//!
//! Failure is a version that isn't the next one, or one that is there already with other bytes. On
//! purpose absent: what a key set says and who signed it (the signer's and the caller's), and any
//! secret key.

use fairlock_domain::calendar::Instant;

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::sqlite::{Cells, instant_cell, statements, unsigned_cell};
use crate::store::Store;

statements! { "key_sets":
    PUT = "
        INSERT INTO key_sets (lender_id, ksv, bytes, created_at) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT DO NOTHING";
    NEWEST = "
        SELECT ksv, bytes, created_at FROM key_sets WHERE lender_id = ?1
        ORDER BY ksv DESC LIMIT 1";
    ABOVE = "
        SELECT ksv, bytes, created_at FROM key_sets WHERE lender_id = ?1 AND ksv > ?2
        ORDER BY ksv";
    REVIEW_SIGNED_BY = "
        UPDATE contracts SET version = version + 1,
                             review_at = min(coalesce(review_at, ?3), ?3)
        WHERE lender_id = ?1 AND contract_id IN (
            SELECT contract_id FROM grants
            WHERE lender_id = ?1 AND state = 'signed' AND applied_at IS NULL AND kid = ?2)";
    AT_KSV = "
        SELECT reported_ksv, count(*) FROM devices WHERE lender_id = ?1
        GROUP BY reported_ksv ORDER BY reported_ksv";
}

/// A key set of the lender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySetRow {
    pub ksv: u64,
    pub bytes: Vec<u8>,
    pub created_at: Instant,
}

impl Store {
    /// Stores the first key set; the same version again changes nothing.
    pub fn put_key_set(&self, lender: LenderId, set: KeySetRow) -> Result<(), StoreError> {
        self.write("put_key_set", move |tx| {
            let (ksv, at) = (unsigned_cell(set.ksv)?, instant_cell(set.created_at)?);
            tx.run(PUT, (lender.0, ksv, &set.bytes, at)).map(|_| ())
        })
    }

    /// Stores the key set after the newest one. Contracts whose phones may still be on the way to
    /// a grant by a key in `gone` are due for review: that grant will be refused. False when the
    /// version isn't the next one.
    pub fn add_key_set(
        &self,
        lender: LenderId,
        set: KeySetRow,
        gone: Vec<[u8; 4]>,
    ) -> Result<bool, StoreError> {
        self.write("add_key_set", move |tx| {
            let newest = tx.first(NEWEST, (lender.0,), key_set)?;
            if newest.map_or(0, |row| row.ksv) + 1 != set.ksv {
                return Ok(false);
            }
            let (ksv, at) = (unsigned_cell(set.ksv)?, instant_cell(set.created_at)?);
            tx.run(PUT, (lender.0, ksv, &set.bytes, at))?;
            for kid in &gone {
                tx.run(REVIEW_SIGNED_BY, (lender.0, *kid, at))?;
            }
            Ok(true)
        })
    }

    /// The newest key set.
    pub fn newest_key_set(&self, lender: LenderId) -> Result<Option<KeySetRow>, StoreError> {
        self.read("newest_key_set", |db| {
            db.first(NEWEST, (lender.0,), key_set)
        })
    }

    /// Key sets above a version, oldest first: the chain for a phone that is behind.
    pub fn key_sets_above(&self, lender: LenderId, ksv: u64) -> Result<Vec<KeySetRow>, StoreError> {
        let ksv = unsigned_cell(ksv)?;
        self.read("key_sets_above", |db| {
            db.all(ABOVE, (lender.0, ksv), key_set)
        })
    }

    /// How many phones last reported each key set; `None` for those that have reported nothing.
    pub fn phones_by_key_set(
        &self,
        lender: LenderId,
    ) -> Result<Vec<(Option<u64>, u64)>, StoreError> {
        self.read("phones_by_key_set", |db| {
            db.all(AT_KSV, (lender.0,), |c| {
                Ok((c.unsigned_or_none()?, c.unsigned()?))
            })
        })
    }
}

fn key_set(c: &mut Cells<'_>) -> Result<KeySetRow, StoreError> {
    Ok(KeySetRow {
        ksv: c.unsigned()?,
        bytes: c.get()?,
        created_at: c.instant()?,
    })
}
