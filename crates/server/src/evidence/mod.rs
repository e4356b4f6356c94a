//! The evidence file: everything that a third person needs to judge a lock, in one archive, and
//! the reader that checks it without this server.
//!
//! [`collect`] gathers one contract's facts, books, decisions, packs, grants and reports as named
//! items as they were at an instant, and for each decision the rules of then ([`settings`]); [`archive`] seals them under one hash and writes them as a
//! folder or a zip; [`check`] reads such a file again, recomputes every hash, plans every decision
//! anew from the events and packs inside, and verifies every signature.
//!
//! The same database and instant give the same bytes: no clock is read, nothing stands in the
//! order of a hash map. Failure is a file that can't be judged, told with its item; what doesn't
//! hold is a result, never an error. On purpose absent: other people (accounts of other contracts
//! and the texts of bank lines, which name who paid, stay out), and any secret.

pub mod archive;
pub mod check;
pub mod collect;
mod decode;
mod gather;
mod settings;
mod tables;

use std::collections::BTreeMap;

pub use archive::{ArchiveError, evidence_hash};
pub use check::{Broken, Check, Checked};
pub use collect::{CollectError, collect};
pub use tables::duties as duties_table;

/// What `about.json` says the file is.
pub const FORMAT: &str = "fairlock-evidence/2";

/// Items by path, in the order of their paths.
pub type Items = BTreeMap<String, Vec<u8>>;

/// Lower-case hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    fairlock_protocol::enrol::hex(bytes)
}
