//! Files of clearances and approvals become permits: `fairlock import clearances` and `approvals`.
//!
//! All or nothing a file: every row is checked before the first is recorded, and every fault is
//! named with its row. A permit for a pack that asks for none is a fault: it would be believed to
//! do something. On purpose absent: judging an opinion; its hash and its lawyer's name are kept.

use fairlock_domain::calendar::Instant;
use fairlock_domain::rules::{LegalStatus, Pack};
use fairlock_intake::error::{Place, ReadError};
use fairlock_intake::{read_approvals, read_clearances};
use fairlock_rulebook::Rulebook;
use fairlock_storage::{LenderId, NewPermit, Permit, PermitError, PermitsRecorded, Store};

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Clearances,
    Approvals,
}

/// Why a file isn't taken, in the order of the checks.
#[derive(Debug, thiserror::Error)]
pub enum PermitFileError {
    /// Every fault that was found in it, each with its place.
    #[error("{}", crate::contracts::faults(.0))]
    Faults(Vec<ReadError>),
    #[error(transparent)]
    Permit(#[from] PermitError),
}

/// Records the permits of a file, all or none; the same file again changes nothing.
pub fn import(
    store: &Store,
    lender: LenderId,
    rulebook: &Rulebook,
    (kind, bytes): (Kind, &[u8]),
    at: Instant,
) -> Result<PermitsRecorded, PermitFileError> {
    let permits = read(kind, bytes, rulebook)?;
    Ok(store.record_permits(lender, permits, at)?)
}

/// What [`import`] would do, changing nothing.
pub fn check_import(
    store: &Store,
    lender: LenderId,
    rulebook: &Rulebook,
    (kind, bytes): (Kind, &[u8]),
) -> Result<PermitsRecorded, PermitFileError> {
    let permits = read(kind, bytes, rulebook)?;
    Ok(store.check_permits(lender, permits)?)
}

fn read(kind: Kind, bytes: &[u8], rulebook: &Rulebook) -> Result<Vec<NewPermit>, PermitFileError> {
    let rows = match kind {
        Kind::Clearances => clearances(bytes)?,
        Kind::Approvals => approvals(bytes)?,
    };
    let mut faults = Vec::new();
    let mut permits = Vec::with_capacity(rows.len());
    for (line, permit) in rows {
        let pack = permit.permit.pack();
        if let Err(expected) = asks_for(kind, rulebook.get(pack)) {
            let place = Place::Cell {
                row: line,
                column: "pack".to_owned(),
            };
            faults.push(ReadError::text(place, pack, expected));
        }
        permits.push(permit);
    }
    match faults.is_empty() {
        true => Ok(permits),
        false => Err(PermitFileError::Faults(faults)),
    }
}

/// Permits, each with the line on which it begins.
type Rows = Vec<(u64, NewPermit)>;

fn clearances(bytes: &[u8]) -> Result<Rows, PermitFileError> {
    let rows = read_clearances(bytes).map_err(PermitFileError::Faults)?;
    let permit = |row: fairlock_intake::ClearanceRow| {
        let permit = NewPermit {
            permit: Permit::Clearance(row.clearance),
            withdrawn_on: row.withdrawn_on,
        };
        (row.line, permit)
    };
    Ok(rows.into_iter().map(permit).collect())
}

fn approvals(bytes: &[u8]) -> Result<Rows, PermitFileError> {
    let rows = read_approvals(bytes).map_err(PermitFileError::Faults)?;
    let permit = |row: fairlock_intake::ApprovalRow| {
        let permit = NewPermit {
            permit: Permit::Approval(row.approval),
            withdrawn_on: row.withdrawn_on,
        };
        (row.line, permit)
    };
    Ok(rows.into_iter().map(permit).collect())
}

/// Whether a pack asks for such a permit; what was expected where it doesn't.
fn asks_for(kind: Kind, pack: Option<&Pack>) -> Result<(), &'static str> {
    let pack = pack.ok_or("a rule pack that is known")?;
    let asks = match kind {
        Kind::Clearances => pack.legal_status.value == LegalStatus::Counsel,
        Kind::Approvals => pack.licence.is_some(),
    };
    match (asks, kind) {
        (true, _) => Ok(()),
        (false, Kind::Clearances) => Err("a pack whose legal status is counsel"),
        (false, Kind::Approvals) => Err("a pack that asks for a regulator's approval ([licence])"),
    }
}
