//! Suspense: money that isn't a contract's yet, why, and whose it could be.

use fairlock_domain::calendar::Instant;
use fairlock_domain::payment::SuspenseReason;

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::payments::PaymentRow;
use crate::store::Store;

/// A contract that the money could be for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CandidateRow {
    pub contract_id: String,
    /// `Evidence::name`.
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
    /// Strongest first.
    pub candidates: Vec<CandidateRow>,
}

impl Store {
    /// Money that waits, oldest first.
    pub fn open_suspense(
        &self,
        lender: LenderId,
        limit: usize,
    ) -> Result<Vec<SuspenseRow>, StoreError> {
        let _ = (lender, limit);
        todo!()
    }

    /// The suspense row of a payment, open or cleared.
    pub fn suspense_of(
        &self,
        lender: LenderId,
        payment_id: &str,
    ) -> Result<Option<SuspenseRow>, StoreError> {
        let _ = (lender, payment_id);
        todo!()
    }
}
