//! Reports: what phones say of themselves, as bytes, with what pages and delivery need.

use fairlock_domain::rules::Level;

use crate::error::StoreError;
use crate::grants::PhoneVerdict;
use crate::ids::{DeviceId, LenderId, Stamp};
use crate::store::Store;

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
        let _ = (lender, report);
        todo!()
    }

    /// A device's newest reports, newest first.
    pub fn reports_of(
        &self,
        lender: LenderId,
        device: DeviceId,
        limit: usize,
    ) -> Result<Vec<ReportRow>, StoreError> {
        let _ = (lender, device, limit);
        todo!()
    }
}
