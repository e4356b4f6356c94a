//! Charters as the store keeps them, read again: what a phone enforces against this server.
//!
//! Failure is nothing: a row that can't be read is told as none, for charters are made and checked
//! here before they are stored.

use fairlock_domain::calendar::Instant;
use fairlock_domain::rules::Level;
use fairlock_protocol::cose::MultiSigned;
use fairlock_protocol::{Charter, Level as Wire};
use fairlock_storage::{CharterRow, LenderId, Store, StoreError};

/// The charter of a phone at an instant.
pub struct Standing {
    pub charter: Charter,
    /// When the borrower's phone signed it; `None` for one that was only offered.
    pub accepted_at: Option<Instant>,
}

impl Standing {
    /// Whatever is planned, the phone never goes beyond.
    pub fn highest(&self) -> Level {
        highest(&self.charter)
    }
}

/// The body of a row, accepted or offered.
pub fn read(row: &CharterRow) -> Option<Charter> {
    let bytes = row.accepted.as_ref().unwrap_or(&row.offered);
    let object = MultiSigned::parse(bytes).ok()?;
    Charter::read(object.payload).ok()
}

/// The level beyond which a charter lets nothing go.
pub fn highest(charter: &Charter) -> Level {
    match charter.highest {
        Wire::Released => Level::Released,
        Wire::Free => Level::Free,
        Wire::Remind => Level::Remind,
        Wire::Reduce => Level::Reduce,
        Wire::Lock => Level::Lock,
    }
}

/// The newest charter that a contract's phone had signed at an instant, else the newest offered.
pub fn at(
    store: &Store,
    lender: LenderId,
    contract_id: &str,
    at: Instant,
) -> Result<Option<Standing>, StoreError> {
    let Some(device) = store.device_of(lender, contract_id)? else {
        return Ok(None);
    };
    let mut rows = store.charters(lender, device.device)?;
    rows.retain(|row| row.offered_at <= at);
    let accepted = |row: &CharterRow| row.accepted_at.filter(|accepted| *accepted <= at);
    let row = rows.iter().find(|row| accepted(row).is_some());
    let standing = row.or(rows.first()).and_then(|row| {
        Some(Standing {
            charter: read(row)?,
            accepted_at: accepted(row),
        })
    });
    Ok(standing)
}
