//! Reconciliation of one day: three sides of each channel, and the breaks between them.

use fairlock_domain::calendar::{Day, Instant};
use fairlock_domain::money::Money;

/// The page of one day.
pub struct Reconciliation {
    pub day: Day,
    pub previous: Day,
    /// `None` on the newest day that is over.
    pub next: Option<Day>,
    pub rows: Vec<ReconRow>,
    /// Of this day, closed ones last; at most 50.
    pub breaks: Vec<BreakLine>,
    /// Of earlier days that aren't closed, oldest first; at most 50.
    pub older: Vec<BreakLine>,
    /// Open ones of this day and earlier by age band, each band from the youngest.
    pub ages: Vec<(AgeBand, u64)>,
    /// When the books were last proved, and how many places didn't hold.
    pub proved: Option<(Instant, u64)>,
    pub said: Option<Said>,
}

/// A channel's day.
pub struct ReconRow {
    pub channel: String,
    /// `None`: no report tells of the day.
    pub report: Option<Money>,
    pub clearing: Money,
    /// `None`: no statement tells of the channel.
    pub bank: Option<Money>,
    pub ran_at: Instant,
}

/// How long a break is open, in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AgeBand {
    UpTo1,
    UpTo3,
    UpTo7,
    UpTo30,
    Over30,
}

impl AgeBand {
    pub const ALL: [AgeBand; 5] = [
        AgeBand::UpTo1,
        AgeBand::UpTo3,
        AgeBand::UpTo7,
        AgeBand::UpTo30,
        AgeBand::Over30,
    ];

    pub const fn of(days: i32) -> AgeBand {
        match days {
            ..=1 => AgeBand::UpTo1,
            2..=3 => AgeBand::UpTo3,
            4..=7 => AgeBand::UpTo7,
            8..=30 => AgeBand::UpTo30,
            _ => AgeBand::Over30,
        }
    }

    /// Days, as people write them.
    pub const fn name(self) -> &'static str {
        match self {
            AgeBand::UpTo1 => "0-1",
            AgeBand::UpTo3 => "2-3",
            AgeBand::UpTo7 => "4-7",
            AgeBand::UpTo30 => "8-30",
            AgeBand::Over30 => "30+",
        }
    }
}

/// One break.
pub struct BreakLine {
    pub no: i64,
    pub day: Day,
    pub channel: String,
    /// Whose word stands against the clearing account's: report or bank.
    pub side: String,
    /// From the closed list.
    pub kind: String,
    /// The payment it is of, else a place in a statement.
    pub mark: String,
    /// Theirs less ours.
    pub amount: Money,
    pub days_old: u64,
    pub owner: Option<String>,
    /// open, proposed, closed.
    pub state: String,
    pub proposed_by: Option<String>,
    /// How it was closed, by whom, and why.
    pub closed: Option<(String, String, String)>,
}

/// What became of what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    Done,
    NotTaken(String),
}
