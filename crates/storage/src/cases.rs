//! What borrowers said on their phones: I have paid, something is wrong, I bought this used.
//!
//! A case has a clock that runs against the lender. It is stored together with the event that holds
//! the ladder; a case that is open isn't opened twice. On purpose absent: free text and pictures
//! (a phone sends a kind and nothing else), and what a kind holds, which is the caller's.

use fairlock_domain::calendar::{Day, Instant};

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::sqlite::{Cells, day_cell, instant_cell, statements};
use crate::store::Store;

statements! { "cases":
    PUT = "
        INSERT INTO cases (lender_id, contract_id, kind, state, hold, opened_at, answer_by)
        VALUES (?1, ?2, ?3, 'open', ?4, ?5, ?6) ON CONFLICT DO NOTHING";
    CLOSE = "
        UPDATE cases SET state = ?4, closed_at = ?5
        WHERE lender_id = ?1 AND contract_id = ?2 AND case_no = ?3 AND state = 'open'";
    OF_CONTRACT = "
        SELECT case_no, contract_id, kind, state, hold, opened_at, answer_by, closed_at FROM cases
        WHERE lender_id = ?1 AND contract_id = ?2 ORDER BY case_no DESC LIMIT 100";
    OPEN = "
        SELECT case_no, contract_id, kind, state, hold, opened_at, answer_by, closed_at FROM cases
        WHERE lender_id = ?1 AND state = 'open' ORDER BY opened_at, case_no LIMIT ?2";
}

/// What was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseKind {
    Paid,
    Wrong,
    BoughtUsed,
}

impl CaseKind {
    pub fn name(self) -> &'static str {
        match self {
            CaseKind::Paid => "paid",
            CaseKind::Wrong => "wrong",
            CaseKind::BoughtUsed => "bought_used",
        }
    }

    pub fn from_name(name: &str) -> Option<CaseKind> {
        let all = [CaseKind::Paid, CaseKind::Wrong, CaseKind::BoughtUsed];
        all.into_iter().find(|kind| kind.name() == name)
    }
}

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseState {
    Open,
    Upheld,
    Refused,
}

impl CaseState {
    pub fn name(self) -> &'static str {
        match self {
            CaseState::Open => "open",
            CaseState::Upheld => "upheld",
            CaseState::Refused => "refused",
        }
    }

    pub fn from_name(name: &str) -> Option<CaseState> {
        let all = [CaseState::Open, CaseState::Upheld, CaseState::Refused];
        all.into_iter().find(|state| state.name() == name)
    }
}

/// A case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    pub no: i64,
    pub contract_id: String,
    pub kind: CaseKind,
    pub state: CaseState,
    /// The hold that it opened.
    pub hold: String,
    pub opened_at: Instant,
    /// The lender's deadline, included.
    pub answer_by: Day,
    pub closed_at: Option<Instant>,
}

/// A case to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCase {
    pub contract_id: String,
    pub kind: CaseKind,
    pub hold: String,
    pub opened_at: Instant,
    pub answer_by: Day,
}

impl Store {
    /// Opens a case; false when the contract has an open one of this kind.
    pub fn open_case(&self, lender: LenderId, case: NewCase) -> Result<bool, StoreError> {
        self.write("open_case", move |tx| {
            let at = instant_cell(case.opened_at)?;
            let by = day_cell(Some(case.answer_by));
            let (contract, kind) = (&case.contract_id, case.kind.name());
            let row = (lender.0, contract, kind, &case.hold, at, by);
            Ok(tx.run(PUT, row)? == 1)
        })
    }

    /// Closes a case; false when there is no open one of this number.
    pub fn close_case(
        &self,
        lender: LenderId,
        contract_id: &str,
        no: i64,
        state: CaseState,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let contract_id = contract_id.to_owned();
        self.write("close_case", move |tx| {
            let row = (lender.0, &contract_id, no, state.name(), instant_cell(at)?);
            Ok(tx.run(CLOSE, row)? == 1)
        })
    }

    /// The newest hundred cases of a contract, newest first.
    pub fn cases_of(
        &self,
        lender: LenderId,
        contract_id: &str,
    ) -> Result<Vec<CaseRow>, StoreError> {
        self.read("cases_of", |db| {
            db.all(OF_CONTRACT, (lender.0, contract_id), case)
        })
    }

    /// Open cases, oldest first.
    pub fn open_cases(&self, lender: LenderId, limit: u32) -> Result<Vec<CaseRow>, StoreError> {
        self.read("open_cases", |db| db.all(OPEN, (lender.0, limit), case))
    }
}

fn case(c: &mut Cells<'_>) -> Result<CaseRow, StoreError> {
    Ok(CaseRow {
        no: c.get()?,
        contract_id: c.get()?,
        kind: c.word(CaseKind::from_name, "a kind of case")?,
        state: c.word(CaseState::from_name, "a state of a case")?,
        hold: c.get()?,
        opened_at: c.instant()?,
        answer_by: c.day()?,
        closed_at: c.instant_or_none()?,
    })
}
