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
