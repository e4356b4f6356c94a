//! `fairlock import payments`: a file of statements, taken and processed at once, or only shown.

use fairlock_storage::{MessageNo, MessageState, Stamp, StoreError, Taken};
use sha2::{Digest as _, Sha256};

use super::desk::Desk;
use super::draft::Summary;
use super::inbox;
use super::process::{self, Ended, ProcessError};
use super::{feeds, sweep, tables};

/// How an import ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Imported {
    /// The file's payments are in the books.
    Added(Summary),
    /// The same file was read before: nothing was added. What came of it then.
    ReadBefore(String),
}

/// Why a file isn't imported, in the order of the checks. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// What is wrong with the file, and where. Its bytes are kept in the inbox.
    #[error("{0}")]
    Refused(String),
    #[error(transparent)]
    Process(#[from] ProcessError),
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> ImportError {
        ImportError::Process(error.into())
    }
}

/// Imports a file, a table by the mapping of that name; the same file a second time adds nothing. Contracts that it touches are
/// planned in the same transaction; feeds and the contracts on them right after.
pub fn payments(
    desk: &Desk,
    name: &str,
    bytes: Vec<u8>,
    mapping: Option<&str>,
    now: Stamp,
) -> Result<Imported, ImportError> {
    // Whoever imports a table has it at hand: one that can't be read isn't kept, so that it can
    // come again by a better mapping.
    let table = match process::is_table(&bytes, mapping) {
        false => None,
        true => {
            let sha256: [u8; 32] = Sha256::digest(&bytes).into();
            let reading = process::read_file(desk, &bytes, &sha256, mapping)?;
            Some(reading.map_err(ImportError::Refused)?)
        }
    };
    let headers = mapping.map(|mapping| (tables::MAPPING.to_owned(), mapping.to_owned()));
    let headers = headers.into_iter().collect();
    let no = match inbox::take_file(desk, name, headers, bytes, now)? {
        Taken::New(no) => no,
        Taken::Seen { no, state, note } => match state {
            // Taken by a process that ended before it read the file.
            MessageState::Unread => no,
            MessageState::Processed => return Ok(Imported::ReadBefore(note.unwrap_or_default())),
            MessageState::Parked => return Err(ImportError::Refused(note.unwrap_or_default())),
        },
    };
    let message = desk.store.message(desk.lender, no)?;
    let message = message.ok_or(ProcessError::Gone(no))?;
    let ended = match table {
        Some(reading) => process::settle(desk, &message, &reading, now)?,
        None => process::process(desk, &message, now)?,
    };
    feeds::review(desk, now).map_err(ProcessError::from)?;
    sweep::reviews(desk, now)?;
    match ended {
        Ended::Processed(summary) => Ok(Imported::Added(summary)),
        Ended::Parked(problem) => Err(ImportError::Refused(problem)),
        Ended::Elsewhere => {
            let message = desk.store.message(desk.lender, no)?;
            let note = message.and_then(|m| m.note).unwrap_or_default();
            Ok(Imported::ReadBefore(note))
        }
    }
}

/// What an import would do; changes nothing.
pub fn check_payments(
    desk: &Desk,
    bytes: &[u8],
    mapping: Option<&str>,
    now: Stamp,
) -> Result<Summary, ImportError> {
    let sha256: [u8; 32] = Sha256::digest(bytes).into();
    let reading = process::read_file(desk, bytes, &sha256, mapping)?;
    let reading = reading.map_err(ImportError::Refused)?;
    // No message has this number: a draft that is only looked at is nobody's.
    let drafted = process::draft(desk, &reading, MessageNo(0), now, now);
    let drafted = drafted.map_err(ProcessError::from)?;
    process::post(desk, &drafted)?.map_err(ImportError::Refused)?;
    Ok(drafted.summary)
}
