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
        INSERT INTO decisions (lender_id, contract_id, hash, at, level, record, pack_hashes,
                               calendar_version)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING";
    ONE = "
        SELECT contract_id, hash, at, level, record, pack_hashes, calendar_version
        FROM decisions WHERE lender_id = ?1 AND contract_id = ?2 AND hash = ?3";
    AT = "
        SELECT contract_id, hash, at, level, record, pack_hashes, calendar_version
        FROM decisions WHERE lender_id = ?1 AND contract_id = ?2 AND at = ?3
        ORDER BY decision_no DESC LIMIT 1";
    NEWEST = "
        SELECT contract_id, hash, at, level, record, pack_hashes, calendar_version
        FROM decisions WHERE lender_id = ?1 AND contract_id = ?2 ORDER BY at DESC, decision_no DESC LIMIT ?3";
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionRow {
    pub contract_id: String,
    pub hash: [u8; 16],
    pub at: Instant,
    pub level: Level,
    pub record: Vec<u8>,
    /// `None` for one of a time before this was written down.
    pub rests_on: Option<RestsOn>,
}

/// What a decision rested on besides the facts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RestsOn {
    /// SHA-256 of the packs' texts, in the order of the contract's packs.
    pub packs: Vec<[u8; 32]>,
    /// Version of the contract's holiday calendar; `None` where it has none.
    pub calendar_version: Option<u32>,
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

    /// The decision of an instant; of several the newest.
    pub fn decision_at(
        &self,
        lender: LenderId,
        contract_id: &str,
        at: Instant,
    ) -> Result<Option<DecisionRow>, StoreError> {
        let at = instant_cell(at)?;
        self.read("decision_at", |db| {
            db.first(AT, (lender.0, contract_id, at), decision)
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
        new.rests_on.packs.concat(),
        new.rests_on.calendar_version,
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
        rests_on: rests_on(c)?,
    })
}

fn rests_on(c: &mut Cells<'_>) -> Result<Option<RestsOn>, StoreError> {
    let hashes: Option<Vec<u8>> = c.get()?;
    let calendar_version = c.get()?;
    Ok(hashes.map(|hashes| {
        let (packs, _) = hashes.as_chunks();
        RestsOn {
            packs: packs.to_vec(),
            calendar_version,
        }
    }))
}
