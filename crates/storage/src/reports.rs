//! Reports: what phones say of themselves, as bytes, with what pages and delivery need.

use fairlock_domain::rules::Level;

use crate::devices;
use crate::error::StoreError;
use crate::grants::{self, PhoneVerdict};
use crate::ids::{DeviceId, LenderId, Stamp};
use crate::sqlite::{Cells, Db, instant_cell, statements, unsigned_cell};
use crate::store::Store;

statements! { "reports":
    INSERT = "
        INSERT INTO reports (lender_id, device_id, counter, received_at, received_mono_ns, level,
                             grant_level, seq, cose)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    ON_DEVICE = "
        UPDATE devices SET report_counter = ?3, last_contact_at = ?4, last_contact_mono_ns = ?5,
                           reported_at = ?4, reported_seq = ?6, reported_sha256 = ?7,
                           reported_grant_level = ?8, reported_level = ?9, reported_ksv = ?10
        WHERE lender_id = ?1 AND device_id = ?2";
    NEWEST = "
        SELECT device_id, counter, received_at, received_mono_ns, level, grant_level, seq, cose
        FROM reports WHERE lender_id = ?1 AND device_id = ?2 ORDER BY counter DESC LIMIT ?3";
}

/// A verified report to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReport {
    pub device: DeviceId,
    /// The phone's own, higher than any before.
    pub counter: u64,
    pub received: Stamp,
    /// Highest seq it accepted.
    pub seq: u64,
    /// SHA-256 of the payload in force; `None` before its first grant.
    pub payload_sha256: Option<[u8; 32]>,
    pub grant_level: Level,
    /// In force, overlays included.
    pub level: Level,
    pub ksv: u64,
    /// Grants it refused or cut, by seq.
    pub verdicts: Vec<(u64, PhoneVerdict)>,
    pub cose: Vec<u8>,
}

/// What came of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReportTaken {
    Stored {
        contract_id: String,
        /// The grant whose payload this report is the first to show in force.
        applied: Option<u64>,
        /// Level in force before this report; `None` before the first.
        level_before: Option<Level>,
        /// False when it names a payload that isn't any grant's of this device.
        payload_known: bool,
    },
    /// Not higher than the counter seen; nothing changed.
    Stale { newest_counter: u64 },
    /// No such device.
    UnknownDevice,
}

/// A kept report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    pub device: DeviceId,
    pub counter: u64,
    pub received: Stamp,
    pub seq: u64,
    pub grant_level: Level,
    pub level: Level,
    pub cose: Vec<u8>,
}

impl Store {
    /// Keeps a report: the device's last contact and levels, delivery of its grants.
    pub fn take_report(
        &self,
        lender: LenderId,
        report: NewReport,
    ) -> Result<ReportTaken, StoreError> {
        self.write("take_report", move |tx| take(tx, lender, &report))
    }

    /// A device's newest reports, newest first.
    pub fn reports_of(
        &self,
        lender: LenderId,
        device: DeviceId,
        limit: u32,
    ) -> Result<Vec<ReportRow>, StoreError> {
        self.read("reports_of", |db| {
            db.all(NEWEST, (lender.0, device.0, limit), report)
        })
    }
}

fn take(db: &Db<'_>, lender: LenderId, new: &NewReport) -> Result<ReportTaken, StoreError> {
    let Some(device) = devices::one(db, lender, new.device)? else {
        return Ok(ReportTaken::UnknownDevice);
    };
    if new.counter <= device.report_counter {
        return Ok(ReportTaken::Stale {
            newest_counter: device.report_counter,
        });
    }
    store(db, lender, new)?;
    let level_before = device.reported.as_ref().map(|r| r.level);
    if device.reported.is_none_or(|before| before.ksv < new.ksv) {
        grants::key_set_taken(db, lender, new.device, new.received.at)?;
    }
    grants::delivered(db, lender, new.device, new.seq, new.received)?;
    let mut applied = None;
    let mut payload_known = true;
    if let Some(sha256) = &new.payload_sha256 {
        applied = grants::applied(db, lender, new.device, sha256, new.received)?;
        payload_known = grants::by_payload(db, lender, new.device, sha256)?.is_some();
    }
    for (seq, verdict) in &new.verdicts {
        grants::judged(db, lender, new.device, *seq, verdict, new.received)?;
    }
    Ok(ReportTaken::Stored {
        contract_id: device.contract_id,
        applied,
        level_before,
        payload_known,
    })
}

fn store(db: &Db<'_>, lender: LenderId, new: &NewReport) -> Result<(), StoreError> {
    let counter = unsigned_cell(new.counter)?;
    let at = instant_cell(new.received.at)?;
    let mono = unsigned_cell(new.received.monotonic_ns)?;
    let seq = unsigned_cell(new.seq)?;
    let (level, grant_level) = (new.level.name(), new.grant_level.name());
    let (lender, device) = (lender.0, new.device.0);
    db.run(
        INSERT,
        (
            lender,
            device,
            counter,
            at,
            mono,
            level,
            grant_level,
            seq,
            &new.cose,
        ),
    )?;
    let (sha256, ksv) = (new.payload_sha256, unsigned_cell(new.ksv)?);
    db.run(
        ON_DEVICE,
        (
            lender,
            device,
            counter,
            at,
            mono,
            seq,
            sha256,
            grant_level,
            level,
            ksv,
        ),
    )
    .map(|_| ())
}

fn report(c: &mut Cells<'_>) -> Result<ReportRow, StoreError> {
    Ok(ReportRow {
        device: DeviceId(c.get()?),
        counter: c.unsigned()?,
        received: c.stamp()?,
        level: c.word(Level::from_name, "a level")?,
        grant_level: c.word(Level::from_name, "a level")?,
        seq: c.unsigned()?,
        cose: c.get()?,
    })
}
