//! Feeds: whether all the money is seen, and time for those who stand still while it isn't.

use fairlock_domain::calendar::{Day, Instant};

use super::FeedState;

/// The page, feeds that aren't whole first.
pub struct Feeds {
    pub rows: Vec<FeedLine>,
    /// The newest actions that are over, newest first.
    pub past: Vec<FeedAction>,
    /// The longest time that can be given at once.
    pub days_max: u32,
    pub said: Option<Said>,
    /// As typed, when something wasn't taken.
    pub typed: Typed,
}

/// One feed.
pub struct FeedLine {
    pub name: String,
    /// A provider's calls; else a bank's statements.
    pub calls: bool,
    pub state: FeedState,
    /// Why it isn't whole, from a closed list.
    pub reason: Option<String>,
    /// The same with what was found and what was expected.
    pub why: Option<String>,
    /// Since when it isn't.
    pub since: Option<Instant>,
    pub heartbeat: Option<Instant>,
    pub period_s: u64,
    pub complete_to: Option<Instant>,
    /// Number of the newest statement in the unbroken row.
    pub sequence: Option<u64>,
    /// Contracts on it that aren't released.
    pub contracts: u64,
    /// The last 28 days, oldest first.
    pub strip: Vec<StripDay>,
    /// What waits for a decision, or is being carried out.
    pub open: Option<FeedAction>,
    /// Time that was given and lasts: it can be taken back.
    pub given: Option<FeedAction>,
}

/// One day of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StripDay {
    pub day: Day,
    /// The worst state of the day; `None` before it was watched.
    pub state: Option<FeedState>,
    /// That stood still at most.
    pub contracts: u64,
}

/// Time for all contracts of a feed, or its taking back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedAction {
    pub no: i64,
    pub feed: String,
    /// Takes back; else gives.
    pub back: bool,
    pub reason: String,
    pub until: Instant,
    /// On the feed when it was proposed.
    pub contracts: u64,
    /// That have it.
    pub done: u64,
    pub proposed_by: String,
    pub proposed_at: Instant,
    pub lapses_at: Instant,
    /// By its name in the closed list: proposed, refused, lapsed, running, done.
    pub state: String,
    pub decided_by: Option<String>,
    pub decided_why: Option<String>,
    pub decided_at: Option<Instant>,
}

/// What became of what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    Proposed,
    Approved,
    Refused,
    /// Not taken, and why.
    NotTaken(String),
}

/// What stands in the forms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    pub feed: String,
    pub by: String,
    pub reason: String,
    pub days: String,
}
