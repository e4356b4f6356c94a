//! The ledger in rows: slices for `post`, the journal of a contract.

use fairlock_domain::ledger::{Ledger, Posting};

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::store::Store;

/// A posting in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostingRow {
    /// Rises with time.
    pub no: i64,
    pub posting: Posting,
}

impl Store {
    /// The slice of the books that commands on these contracts and subjects (payments, bank
    /// lines…) need: the contracts' accounts, and every posting of the subjects.
    pub fn ledger(
        &self,
        lender: LenderId,
        contracts: &[&str],
        subjects: &[&str],
    ) -> Result<Ledger, StoreError> {
        let _ = (lender, contracts, subjects);
        todo!()
    }

    /// The whole chart with its balances; no postings.
    pub fn balances(&self, lender: LenderId) -> Result<Ledger, StoreError> {
        let _ = lender;
        todo!()
    }

    /// A contract's journal, oldest first.
    pub fn postings_of(
        &self,
        lender: LenderId,
        contract_id: &str,
    ) -> Result<Vec<PostingRow>, StoreError> {
        let _ = (lender, contract_id);
        todo!()
    }
}
