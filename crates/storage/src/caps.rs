//! Caps of a lender, as bytes with what pages and delivery need.
//!
//! Caps add up on phones: none ends or replaces another, so a row is never changed. On purpose
//! absent: SAFETY keys, and what a cap does.

use fairlock_domain::calendar::Instant;
use fairlock_domain::rules::Level;

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::sqlite::{Cells, instant_cell, statements, unsigned_cell};
use crate::store::Store;

statements! { "caps":
    NEXT = "SELECT coalesce(max(n), 0) + 1 FROM caps WHERE lender_id = ?1";
    PUT = "
        INSERT INTO caps (lender_id, n, level, until_at, bytes, made_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
    ALIVE = "
        SELECT n, level, until_at, bytes, made_at FROM caps
        WHERE lender_id = ?1 AND until_at > ?2 ORDER BY until_at, n";
    NEWEST = "
        SELECT n, level, until_at, bytes, made_at FROM caps WHERE lender_id = ?1
        ORDER BY n DESC LIMIT ?2";
}

/// A cap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapRow {
    /// Its number, for people.
    pub n: u64,
    /// `lock` lowers nothing, but nothing new begins.
    pub level: Level,
    /// Excluded.
    pub until: Instant,
    /// As SAFETY signed it.
    pub bytes: Vec<u8>,
    pub made_at: Instant,
}

impl Store {
    /// The number of the next cap.
    pub fn next_cap(&self, lender: LenderId) -> Result<u64, StoreError> {
        self.read("next_cap", |db| db.one(NEXT, (lender.0,), |c| c.unsigned()))
    }

    /// Stores a cap; false when its number is taken.
    pub fn add_cap(&self, lender: LenderId, cap: CapRow) -> Result<bool, StoreError> {
        self.write("add_cap", move |tx| {
            let (n, until) = (unsigned_cell(cap.n)?, instant_cell(cap.until)?);
            let at = instant_cell(cap.made_at)?;
            let row = (lender.0, n, cap.level.name(), until, &cap.bytes, at);
            Ok(tx.run(PUT, row)? == 1)
        })
    }

    /// Caps that aren't over at `now`, the one that ends first first.
    pub fn caps_alive(&self, lender: LenderId, now: Instant) -> Result<Vec<CapRow>, StoreError> {
        let now = instant_cell(now)?;
        self.read("caps_alive", |db| db.all(ALIVE, (lender.0, now), cap))
    }

    /// The newest caps, newest first.
    pub fn caps(&self, lender: LenderId, limit: u32) -> Result<Vec<CapRow>, StoreError> {
        self.read("caps", |db| db.all(NEWEST, (lender.0, limit), cap))
    }
}

fn cap(c: &mut Cells<'_>) -> Result<CapRow, StoreError> {
    Ok(CapRow {
        n: c.unsigned()?,
        level: c.word(Level::from_name, "a level")?,
        until: c.instant()?,
        bytes: c.get()?,
        made_at: c.instant()?,
    })
}
