//! The daily proof: what must be true of the whole database, looked at row by row.

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::store::Store;

/// What the proof looks at, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProofCheck {
    /// Debits equal credits, in each posting, layer and currency.
    DebitsEqualCredits,
    /// Each account's totals equal its legs.
    TotalsEqualLegs,
    /// Every payment has at least one source line.
    PaymentsHaveSources,
    /// No line stands behind two payments.
    LinesStandBehindOne,
    /// Each contract's receivable and credit agree with its instalments and its money.
    ReceivablesAgree,
}

/// A place where it isn't true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    pub check: ProofCheck,
    /// What: a posting, account, payment, line or contract.
    pub subject: String,
    pub found: String,
    pub expected: String,
}

/// The result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// What was looked at: the check, and how many subjects.
    pub looked_at: Vec<(ProofCheck, u64)>,
    /// At most 1,000 a check.
    pub breaks: Vec<Break>,
}

impl Proof {
    pub fn holds(&self) -> bool {
        self.breaks.is_empty()
    }
}

impl Store {
    /// Proves the books.
    pub fn proof(&self, lender: LenderId) -> Result<Proof, StoreError> {
        let _ = lender;
        todo!()
    }
}
