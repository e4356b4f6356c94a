//! A grant decoded: what the phone may do, under which conditions, and who signed it.

use fairlock_domain::calendar::{Day, Instant};
use fairlock_domain::money::Money;

use super::{Cite, Level};

/// The page at `/contracts/{id}/grants/{seq}`.
#[derive(Debug, Clone)]
pub struct Grant {
    pub id: String,
    pub words: InWords,
    pub signature: Option<Signature>,
    pub answer: Answer,
    /// The payload's SHA-256, in hexadecimal.
    pub payload_hash: String,
    /// The payload, or the whole COSE object once it is signed, in hexadecimal.
    pub raw_hex: String,
    pub bytes: usize,
    /// Seqs of the grants before and after this one.
    pub previous: Option<u64>,
    pub next: Option<u64>,
}

/// Who signed, with which key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// `RESTRICT`, `RELAX`, `RELEASE`.
    pub role: String,
    /// The key's id, 8 hexadecimal digits.
    pub kid: String,
    pub at: Instant,
    /// The signature was checked against the lender's key just now.
    pub holds: bool,
}

/// What the phone said to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Waits for its signature.
    Unsigned,
    /// No report names this seq or a higher one yet.
    NotDelivered,
    /// Reported as in force.
    Accepted { at: Instant },
    /// A newer one was reported before this one was ever seen in force.
    Superseded { at: Instant },
    /// Refused, or cut, with its codes.
    Refused { at: Instant, codes: Vec<String> },
}

/// The content, key by key, ready to be worded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InWords {
    pub seq: u64,
    pub issued: Instant,
    pub ksv: u64,
    pub steps: Vec<Step>,
    pub notices: Vec<GrantNotice>,
    /// The amount that restores now; absent when nothing is owed or may be asked for.
    pub pay: Option<Money>,
    pub warrant: Option<Warrant>,
    /// After so many hours without contact every step counts as at most this level.
    pub lapse: Option<(u64, Level)>,
    pub end: Option<Instant>,
    pub base: Option<u64>,
}

/// One step and what must hold for it to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub at: Instant,
    pub level: Level,
    pub guards: Vec<Guard>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guard {
    /// These notices, by name, were shown on this phone.
    Shown(Vec<String>),
    /// The last of them first at least so many hours ago.
    LeadHours(u64),
    /// Fresh contact within so many hours.
    ContactHours(u64),
    /// Inside a window of the day, at a fixed offset in minutes.
    Window {
        from_min: u16,
        to_min: u16,
        /// Bit 0 is Monday.
        days: u8,
        offset_min: i32,
    },
    /// At the level before for at least so many hours.
    DwellHours(u64),
    /// Begun before this instant, or never.
    Before(Instant),
}

/// A notice that a step rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantNotice {
    pub id: u64,
    /// `PACK/NAME` where the number is known.
    pub name: Option<String>,
    pub level: Level,
    pub amount: Money,
    pub due: Day,
    pub show_from: Instant,
}

/// What justifies a stricter level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warrant {
    pub packs: Vec<(String, u64)>,
    pub rules: Vec<Cite>,
    /// The decision's hash, in hexadecimal.
    pub decision: String,
    /// Index of the highest step covered.
    pub covers: u64,
}
