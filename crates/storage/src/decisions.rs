//! Decision records: what was decided, on what, as canonical bytes.

use fairlock_domain::calendar::Instant;
use fairlock_domain::rules::Level;

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::store::Store;

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionRow {
    pub contract_id: String,
    pub hash: [u8; 16],
    pub at: Instant,
    pub level: Level,
    pub record: Vec<u8>,
}

impl Store {
    /// The decision of that hash on that contract.
    pub fn decision(
        &self,
        lender: LenderId,
        contract_id: &str,
        hash: &[u8; 16],
    ) -> Result<Option<DecisionRow>, StoreError> {
        let _ = (lender, contract_id, hash);
        todo!()
    }

    /// A contract's newest decisions, newest first.
    pub fn decisions_of(
        &self,
        lender: LenderId,
        contract_id: &str,
        limit: usize,
    ) -> Result<Vec<DecisionRow>, StoreError> {
        let _ = (lender, contract_id, limit);
        todo!()
    }
}
