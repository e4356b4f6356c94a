//! Into the inbox: every way by which a message can arrive, and the first thing done with it.
//!
//! Whatever comes is first stored byte for byte; only when that is durable is anybody answered,
//! any file moved, anything read. A message that comes again is told apart by its hash.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::PoisonError;

use fairlock_storage::{MessageNo, MessageState, NewMessage, Stamp, StoreError, Taken};
use sha2::{Digest as _, Sha256};

use super::desk::Desk;
use super::folder::{self, Age, Candidate, FileError, Looks, Outcome};
use super::process::FILE_SOURCE;

/// Stores a file's bytes, whichever way and under whatever name it came.
pub fn take_file(
    desk: &Desk,
    name: &str,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    received: Stamp,
) -> Result<Taken, StoreError> {
    take(desk, FILE_SOURCE, name, headers, body, received)
}

/// Stores a call; without an event's id the same bytes are the same call.
pub fn take_call(
    desk: &Desk,
    source: &str,
    kind: &str,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    received: Stamp,
) -> Result<Taken, StoreError> {
    take(desk, source, kind, headers, body, received)
}

/// Stores a call that its source gave an id: told again under it, it is the same call, whatever
/// its bytes.
pub fn take_event(
    desk: &Desk,
    source: &str,
    kind: &str,
    event_id: &str,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    received: Stamp,
) -> Result<Taken, StoreError> {
    let message = event(source, kind, event_id, headers, body, received);
    desk.store.take_message(desk.lender, message)
}

/// The message of an event, not stored yet.
pub fn event(
    source: &str,
    kind: &str,
    id: &str,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    received: Stamp,
) -> NewMessage {
    NewMessage {
        source: source.to_owned(),
        transport_key: format!("event/{id}"),
        name: kind.to_owned(),
        headers,
        sha256: Sha256::digest(&body).into(),
        body,
        received,
    }
}

fn take(
    desk: &Desk,
    source: &str,
    name: &str,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    received: Stamp,
) -> Result<Taken, StoreError> {
    let sha256: [u8; 32] = Sha256::digest(&body).into();
    let hash: String = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    let message = NewMessage {
        source: source.to_owned(),
        transport_key: match source {
            FILE_SOURCE => hash,
            _ => format!("{name}/{hash}"),
        },
        name: name.to_owned(),
        headers,
        body,
        sha256,
        received,
    };
    desk.store.take_message(desk.lender, message)
}

/// A file of the watched folder that is in the inbox and waits to be moved.
pub struct Waiting {
    pub path: PathBuf,
    pub message: MessageNo,
    /// It was read before; how that ended.
    pub seen: Option<(MessageState, String)>,
}

/// Takes every whole file of the folder. Files that can't be taken are moved aside at once.
pub fn take_folder(
    desk: &Desk,
    dir: &Path,
    looks: &std::sync::Mutex<Looks>,
    now: Stamp,
) -> Result<Vec<Waiting>, FolderError> {
    let mut looks = looks.lock().unwrap_or_else(PoisonError::into_inner);
    let found = folder::look(dir, &mut looks, now.monotonic_ns);
    let found = found.map_err(|error| FolderError::at(dir, error))?;
    let mut waiting = Vec::new();
    for Candidate { path, age } in found {
        if age == Age::Waiting {
            continue;
        }
        match folder::read(&path) {
            Ok(bytes) if age == Age::Still || is_whole(&bytes) => {
                waiting.push(take_one(desk, path, bytes, now)?);
            }
            Ok(_) => {}
            Err(FileError::Io(error)) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                let text = format!("{error}\n");
                let moved = folder::settle(&path, Outcome::Failed, Some(&text));
                moved.map_err(|error| FolderError::at(&path, error))?;
            }
        }
    }
    Ok(waiting)
}

/// Whether a file can be read to its end.
fn is_whole(mut bytes: &[u8]) -> bool {
    fairlock_intake::read(&mut bytes, None, &mut |_, _| {}).is_ok()
}

fn take_one(desk: &Desk, path: PathBuf, bytes: Vec<u8>, now: Stamp) -> Result<Waiting, StoreError> {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned());
    let name = name.unwrap_or_default();
    Ok(match take_file(desk, &name, Vec::new(), bytes, now)? {
        Taken::New(message) => Waiting {
            path,
            message,
            seen: None,
        },
        Taken::Seen { no, state, note } => Waiting {
            path,
            message: no,
            seen: (state != MessageState::Unread).then(|| (state, note.unwrap_or_default())),
        },
    })
}

/// Moves files whose messages ended, with a word where there is one to say.
pub fn settle_folder(desk: &Desk, waiting: Vec<Waiting>) -> Result<(), FolderError> {
    for file in waiting {
        let ended = match &file.seen {
            Some((state, note)) => Some((*state, note.clone())),
            None => desk
                .store
                .message(desk.lender, file.message)?
                .map(|message| (message.state, message.note.unwrap_or_default())),
        };
        let (outcome, text) = match ended {
            Some((MessageState::Processed, note)) if file.seen.is_some() => (
                Outcome::Done,
                Some(format!("read before, nothing added; then: {note}\n")),
            ),
            Some((MessageState::Processed, _)) => (Outcome::Done, None),
            Some((MessageState::Parked, note)) => (Outcome::Failed, Some(format!("{note}\n"))),
            Some((MessageState::Unread, _)) | None => continue,
        };
        let moved = folder::settle(&file.path, outcome, text.as_deref());
        moved.map_err(|error| FolderError::at(&file.path, error))?;
    }
    Ok(())
}

/// Files in the folder that aren't stored and moved yet.
pub fn files_left(dir: &Path) -> Result<u64, FolderError> {
    folder::count(dir).map_err(|error| FolderError::at(dir, error))
}

/// Why the folder can't be worked on.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    #[error("{}: {error}; expected a folder that can be read and written", .path.display())]
    Io { path: PathBuf, error: io::Error },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl FolderError {
    fn at(path: &Path, error: io::Error) -> FolderError {
        FolderError::Io {
            path: path.to_owned(),
            error,
        }
    }
}
