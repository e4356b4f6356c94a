//! Due reviews: contracts whose `review_at` has come, found by index, leased by batch.

use fairlock_domain::calendar::Instant;

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::store::Store;

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
        limit: usize,
    ) -> Result<Vec<DueReview>, StoreError> {
        let _ = (lender, holder, now, until, limit);
        todo!()
    }

    /// How many contracts are due at `now`.
    pub fn due_review_count(&self, lender: LenderId, now: Instant) -> Result<u64, StoreError> {
        let _ = (lender, now);
        todo!()
    }

    /// The next instant at which a contract is due; it may have come already.
    pub fn next_review(&self, lender: LenderId) -> Result<Option<Instant>, StoreError> {
        let _ = lender;
        todo!()
    }
}
