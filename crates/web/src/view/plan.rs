//! Why a contract has its level at an instant, rule by rule, and what comes next.

use fairlock_domain::calendar::Instant;
use fairlock_domain::money::Money;
pub use fairlock_domain::plan::Verdict;

use super::{Cite, Hold, Level, LevelAt};

/// The page at `/contracts/{id}/plan`.
#[derive(Debug, Clone)]
pub struct Plan {
    pub id: String,
    pub at: Instant,
    /// `at` was asked for, rather than being now.
    pub asked: bool,
    /// What stood in `?at=` and couldn't be read.
    pub unread: Option<String>,
    pub level: Level,
    pub dpd: u32,
    pub arrears: Money,
    pub restore: Money,
    pub payoff: Money,
    pub holds: Vec<Hold>,
    /// One for each pack; the lowest level of all wins.
    pub packs: Vec<PackFindings>,
    pub steps: Vec<LevelAt>,
    pub notices_due: Vec<(String, Instant)>,
    pub notices_served: Vec<(String, Instant)>,
    pub review_at: Option<Instant>,
    /// Hash of this plan's decision record, 32 hexadecimal digits.
    pub hash: String,
    /// A decision with this hash is stored.
    pub recorded: bool,
    /// What the lender owed besides, in order.
    pub duties: Vec<Duty>,
}

/// A time at which the lender had to give the phone back, or let it go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// By the rule of this pack.
    pub pack: String,
    /// All was paid: the phone had to be let go.
    pub let_go: bool,
    pub since: Instant,
    /// None: the pack says at once.
    pub deadline: Option<Instant>,
    /// When the phone said so; None: not yet.
    pub until: Option<Instant>,
    /// Hours begun after the deadline.
    pub hours_late: u64,
    pub compensation: Option<Money>,
}

/// All findings of one pack, in the engine's order.
#[derive(Debug, Clone)]
pub struct PackFindings {
    pub pack: String,
    pub version: String,
    pub status: String,
    pub findings: Vec<Finding>,
    /// Index of the first finding that caps the level.
    pub decides: Option<usize>,
}

/// One rule, judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub group: Group,
    pub verdict: Verdict,
    /// What the rule saw: "102 >= 90".
    pub saw: String,
    /// What the rule says, in words or numbers.
    pub says: String,
    pub cite: Cite,
}

/// The order of judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    Released,
    Gates,
    Status,
    Holds,
    DaysPastDue,
    Notices,
    Calendar,
    DwellApproval,
    Pass,
    Policy,
}
