//! Suspense: money that isn't a contract's yet, why, and whose it could be.

use fairlock_domain::calendar::Instant;
use fairlock_domain::payment::{Candidate, SuspenseReason};

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::payments::{self, PaymentRow};
use crate::sqlite::{Cells, Db, instant_cell, statements};
use crate::store::Store;

statements! { "suspense":
    OPEN = "
        INSERT INTO suspense (lender_id, payment_id, reason, opened_at) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT DO UPDATE SET reason = excluded.reason, opened_at = excluded.opened_at,
                                  cleared_at = NULL, cleared_by = NULL, round = round + 1,
                                  kept_at = NULL, kept_by = NULL
        WHERE cleared_at IS NOT NULL";
    FORGET_CANDIDATES = "
        DELETE FROM suspense_candidates WHERE lender_id = ?1 AND payment_id = ?2";
    WIDEN = "
        UPDATE suspense SET reason = ?3
        WHERE lender_id = ?1 AND payment_id = ?2 AND cleared_at IS NULL";
    KEEP = "
        UPDATE suspense SET kept_at = ?3, kept_by = ?4
        WHERE lender_id = ?1 AND payment_id = ?2 AND cleared_at IS NULL";
    ROUND = "
        UPDATE suspense SET round = round + 1
        WHERE lender_id = ?1 AND payment_id = ?2 AND cleared_at IS NULL";
    ADD_CANDIDATE = "
        INSERT INTO suspense_candidates (lender_id, payment_id, contract_id, evidence, score)
        VALUES (?1, ?2, ?3, ?4, ?5)";
    CLEAR = "
        UPDATE suspense SET cleared_at = ?3, cleared_by = ?4
        WHERE lender_id = ?1 AND payment_id = ?2 AND cleared_at IS NULL";
    WAITING = "
        SELECT payment_id, reason, opened_at, cleared_at, cleared_by, round, kept_at, kept_by
        FROM suspense
        WHERE lender_id = ?1 AND cleared_at IS NULL ORDER BY opened_at, payment_id LIMIT ?2";
    ONE = "
        SELECT payment_id, reason, opened_at, cleared_at, cleared_by, round, kept_at, kept_by
        FROM suspense
        WHERE lender_id = ?1 AND payment_id = ?2";
    CANDIDATES = "
        SELECT contract_id, evidence, score FROM suspense_candidates
        WHERE lender_id = ?1 AND payment_id = ?2 ORDER BY score DESC, contract_id";
}

/// A contract that the money could be for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CandidateRow {
    pub contract_id: String,
    /// `Evidence::name` of each, strongest first, joined by a plus.
    pub evidence: String,
    pub score: u8,
}

/// Money in suspense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuspenseRow {
    pub payment: PaymentRow,
    pub reason: SuspenseReason,
    pub opened_at: Instant,
    pub cleared_at: Option<Instant>,
    /// What or who cleared it, for people.
    pub cleared_by: Option<String>,
    /// From 1; the next when it was opened again, or its sum became another: each shields anew.
    pub round: u32,
    /// When a person last said that it stays open, and who.
    pub kept_at: Option<Instant>,
    pub kept_by: Option<String>,
    /// Strongest first.
    pub candidates: Vec<CandidateRow>,
}

impl Store {
    /// Money that waits, oldest first.
    pub fn open_suspense(
        &self,
        lender: LenderId,
        limit: u32,
    ) -> Result<Vec<SuspenseRow>, StoreError> {
        self.read("open_suspense", |db| {
            let heads = db.all(WAITING, (lender.0, limit), head)?;
            heads.into_iter().map(|h| whole(db, lender, h)).collect()
        })
    }

    /// The suspense row of a payment, open or cleared.
    pub fn suspense_of(
        &self,
        lender: LenderId,
        payment_id: &str,
    ) -> Result<Option<SuspenseRow>, StoreError> {
        self.read("suspense_of", |db| {
            let head = db.first(ONE, (lender.0, payment_id), head)?;
            head.map(|h| whole(db, lender, h)).transpose()
        })
    }
}

/// Opens suspense for a payment, or opens it again; false when it is open.
pub(crate) fn open(
    db: &Db<'_>,
    lender: LenderId,
    payment_id: &str,
    reason: SuspenseReason,
    candidates: &[Candidate],
    at: Instant,
) -> Result<bool, StoreError> {
    let row = (lender.0, payment_id, reason.name(), instant_cell(at)?);
    if db.run(OPEN, row)? == 0 {
        return Ok(false);
    }
    put_candidates(db, lender, payment_id, candidates)?;
    Ok(true)
}

/// More is known of it; false when it isn't open.
pub(crate) fn widen(
    db: &Db<'_>,
    lender: LenderId,
    payment_id: &str,
    reason: SuspenseReason,
    candidates: &[Candidate],
) -> Result<bool, StoreError> {
    if db.run(WIDEN, (lender.0, payment_id, reason.name()))? == 0 {
        return Ok(false);
    }
    put_candidates(db, lender, payment_id, candidates)?;
    Ok(true)
}

fn put_candidates(
    db: &Db<'_>,
    lender: LenderId,
    payment_id: &str,
    candidates: &[Candidate],
) -> Result<(), StoreError> {
    db.run(FORGET_CANDIDATES, (lender.0, payment_id))?;
    for candidate in candidates {
        let names: Vec<&str> = candidate.evidence.iter().map(|e| e.name()).collect();
        let id = &candidate.contract_id;
        let row = (lender.0, payment_id, id, names.join("+"), candidate.score());
        db.run(ADD_CANDIDATE, row)?;
    }
    Ok(())
}

/// Clears it; false when it isn't open.
pub(crate) fn clear(
    db: &Db<'_>,
    lender: LenderId,
    payment_id: &str,
    by: &str,
    at: Instant,
) -> Result<bool, StoreError> {
    let row = (lender.0, payment_id, instant_cell(at)?, by);
    Ok(db.run(CLEAR, row)? == 1)
}

/// Its sum is another: it shields anew. False when it isn't open.
pub(crate) fn next_round(
    db: &Db<'_>,
    lender: LenderId,
    payment_id: &str,
) -> Result<bool, StoreError> {
    Ok(db.run(ROUND, (lender.0, payment_id))? == 1)
}

/// A person looked, and it stays open; false when it isn't.
pub(crate) fn keep(
    db: &Db<'_>,
    lender: LenderId,
    payment_id: &str,
    by: &str,
    at: Instant,
) -> Result<bool, StoreError> {
    let row = (lender.0, payment_id, instant_cell(at)?, by);
    Ok(db.run(KEEP, row)? == 1)
}

/// What a payment's suspense is called in contracts' facts: a suspense is opened and cleared once
/// under one name.
pub fn suspense_subject(payment_id: &str, round: u32) -> String {
    match round {
        1 => payment_id.to_owned(),
        round => format!("{payment_id}/{round}"),
    }
}

struct Head {
    payment_id: String,
    reason: SuspenseReason,
    opened_at: Instant,
    cleared_at: Option<Instant>,
    cleared_by: Option<String>,
    round: u32,
    kept_at: Option<Instant>,
    kept_by: Option<String>,
}

fn head(c: &mut Cells<'_>) -> Result<Head, StoreError> {
    Ok(Head {
        payment_id: c.get()?,
        reason: c.word(SuspenseReason::from_name, "a reason for suspense")?,
        opened_at: c.instant()?,
        cleared_at: c.instant_or_none()?,
        cleared_by: c.get()?,
        round: c.get()?,
        kept_at: c.instant_or_none()?,
        kept_by: c.get()?,
    })
}

fn whole(db: &Db<'_>, lender: LenderId, head: Head) -> Result<SuspenseRow, StoreError> {
    let payment = payments::one(db, lender, &head.payment_id)?;
    let payment = payment.ok_or_else(|| StoreError::Row {
        place: "suspense.payment_id".into(),
        found: head.payment_id.clone(),
        expected: "a payment",
    })?;
    let key = (lender.0, &head.payment_id);
    let candidates = db.all(CANDIDATES, key, |c| {
        Ok(CandidateRow {
            contract_id: c.get()?,
            evidence: c.get()?,
            score: c.get()?,
        })
    })?;
    Ok(SuspenseRow {
        payment,
        reason: head.reason,
        opened_at: head.opened_at,
        cleared_at: head.cleared_at,
        cleared_by: head.cleared_by,
        round: head.round,
        kept_at: head.kept_at,
        kept_by: head.kept_by,
        candidates,
    })
}
