//! Who did what to phones and keys by hand: key sets, caps, charters offered, cases answered.
//!
//! Rows are written once and never changed. Failure is an act that left no row, so whoever acts
//! writes it in the same breath. On purpose absent: what the engine decides (decisions) and what
//! phones say (reports); personal data.

use fairlock_domain::calendar::Instant;

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::sqlite::{Cells, instant_cell, statements};
use crate::store::Store;

statements! { "device_acts":
    PUT = "
        INSERT INTO device_acts (lender_id, at, kind, subject, done_by, note)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    LAST = "SELECT coalesce(max(act_no), 0) FROM device_acts WHERE lender_id = ?1";
    AFTER = "
        SELECT act_no, at, kind, subject, done_by, note FROM device_acts
        WHERE lender_id = ?1 AND act_no > ?2 ORDER BY act_no LIMIT 1000";
    NEWEST = "
        SELECT act_no, at, kind, subject, done_by, note FROM device_acts
        WHERE lender_id = ?1 ORDER BY act_no DESC LIMIT ?2";
}

/// One act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceAct {
    pub at: Instant,
    /// key_set, cap, charter, case.
    pub kind: String,
    /// The key set's version, the cap's number, the contract.
    pub subject: String,
    pub by: String,
    pub note: String,
}

impl Store {
    /// Writes an act down.
    pub fn record_act(&self, lender: LenderId, act: DeviceAct) -> Result<(), StoreError> {
        self.write("record_act", move |tx| {
            let at = instant_cell(act.at)?;
            let row = (lender.0, at, &act.kind, &act.subject, &act.by, &act.note);
            tx.run(PUT, row).map(|_| ())
        })
    }

    /// The number of the newest act; 0 when there is none.
    pub fn last_act(&self, lender: LenderId) -> Result<i64, StoreError> {
        self.read("last_act", |db| db.one(LAST, (lender.0,), |c| c.get()))
    }

    /// The first thousand acts after a number, oldest first.
    pub fn acts_after(
        &self,
        lender: LenderId,
        no: i64,
    ) -> Result<Vec<(i64, DeviceAct)>, StoreError> {
        self.read("acts_after", |db| db.all(AFTER, (lender.0, no), act))
    }

    /// The newest acts with their numbers, newest first.
    pub fn acts(&self, lender: LenderId, limit: u32) -> Result<Vec<(i64, DeviceAct)>, StoreError> {
        self.read("acts", |db| db.all(NEWEST, (lender.0, limit), act))
    }
}

fn act(c: &mut Cells<'_>) -> Result<(i64, DeviceAct), StoreError> {
    let no = c.get()?;
    let act = DeviceAct {
        at: c.instant()?,
        kind: c.get()?,
        subject: c.get()?,
        by: c.get()?,
        note: c.get()?,
    };
    Ok((no, act))
}
