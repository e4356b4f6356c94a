//! Due reviews: contracts whose `review_at` has come, found by index, leased by batch.

use fairlock_domain::calendar::Instant;

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::sqlite::{instant_cell, statements};
use crate::store::Store;

statements! { "contracts":
    LEASE = "
        UPDATE contracts SET lease_holder = ?2, lease_until = ?4
        WHERE lender_id = ?1 AND contract_id IN (
            SELECT contract_id FROM contracts
            WHERE lender_id = ?1 AND review_at <= ?3
              AND (lease_until IS NULL OR lease_until <= ?3 OR lease_holder = ?2)
            ORDER BY review_at, contract_id LIMIT ?5)
        RETURNING contract_id, review_at";
    DUE_COUNT = "SELECT count(*) FROM contracts WHERE lender_id = ?1 AND review_at <= ?2";
    NEXT = "
        SELECT review_at FROM contracts WHERE lender_id = ?1 AND review_at IS NOT NULL
        ORDER BY review_at LIMIT 1";
}

/// A contract to plan again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueReview {
    pub contract_id: String,
    pub review_at: Instant,
}

impl Store {
    /// Leases the oldest due reviews to a holder until an instant. A review leased to another
    /// holder is left out while that lease lasts; the same holder gets its own again, so that a
    /// restarted server goes on at once. A commit with a projection ends the lease.
    pub fn lease_reviews(
        &self,
        lender: LenderId,
        holder: &str,
        now: Instant,
        until: Instant,
        limit: u32,
    ) -> Result<Vec<DueReview>, StoreError> {
        let holder = holder.to_owned();
        self.write("lease_reviews", move |tx| {
            let (now, until) = (instant_cell(now)?, instant_cell(until)?);
            let row = (lender.0, &holder, now, until, limit);
            let mut due = tx.all(LEASE, row, |c| {
                Ok(DueReview {
                    contract_id: c.get()?,
                    review_at: c.instant()?,
                })
            })?;
            due.sort_by(|a, b| {
                let (a, b) = ((a.review_at, &a.contract_id), (b.review_at, &b.contract_id));
                a.cmp(&b)
            });
            Ok(due)
        })
    }

    /// How many contracts are due at `now`.
    pub fn due_review_count(&self, lender: LenderId, now: Instant) -> Result<u64, StoreError> {
        let now = instant_cell(now)?;
        self.read("due_review_count", |db| {
            db.one(DUE_COUNT, (lender.0, now), |c| c.unsigned())
        })
    }

    /// The next instant at which a contract is due; it may have come already.
    pub fn next_review(&self, lender: LenderId) -> Result<Option<Instant>, StoreError> {
        self.read("next_review", |db| {
            db.first(NEXT, (lender.0,), |c| c.instant())
        })
    }
}
