//! Decision records: what was decided, on what, as canonical bytes.

use fairlock_domain::calendar::Instant;
use fairlock_domain::rules::Level;

use crate::changes::NewDecision;
use crate::error::StoreError;
use crate::ids::LenderId;
use crate::sqlite::{Cells, Db, instant_cell, statements};
use crate::store::Store;

statements! { "decisions":
    INSERT = "
        INSERT INTO decisions (lender_id, contract_id, hash, at, level, record)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
    ONE = "
        SELECT contract_id, hash, at, level, record FROM decisions
        WHERE lender_id = ?1 AND contract_id = ?2 AND hash = ?3";
    NEWEST = "
        SELECT contract_id, hash, at, level, record FROM decisions
        WHERE lender_id = ?1 AND contract_id = ?2 ORDER BY at DESC, decision_no DESC LIMIT ?3";
}

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
        self.read("decision", |db| {
            db.first(ONE, (lender.0, contract_id, hash), decision)
        })
    }

    /// A contract's newest decisions, newest first.
    pub fn decisions_of(
        &self,
        lender: LenderId,
        contract_id: &str,
        limit: u32,
    ) -> Result<Vec<DecisionRow>, StoreError> {
        self.read("decisions_of", |db| {
            db.all(NEWEST, (lender.0, contract_id, limit), decision)
        })
    }
}

/// Keeps a decision; the same record again changes nothing.
pub(crate) fn insert(
    db: &Db<'_>,
    lender: LenderId,
    contract_id: &str,
    new: &NewDecision,
    at: Instant,
) -> Result<(), StoreError> {
    let at = instant_cell(at)?;
    let row = (
        lender.0,
        contract_id,
        new.hash,
        at,
        new.level.name(),
        &new.record,
    );
    db.run(INSERT, row).map(|_| ())
}

fn decision(c: &mut Cells<'_>) -> Result<DecisionRow, StoreError> {
    Ok(DecisionRow {
        contract_id: c.get()?,
        hash: c.get()?,
        at: c.instant()?,
        level: c.word(Level::from_name, "a level")?,
        record: c.get()?,
    })
}
