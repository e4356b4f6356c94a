//! The engine: from facts to a plan. One pure function, complete and replayable.
//!
//! [`plan`] lives the facts of one contract in order ([`Course`]), instant by instant (`state`),
//! each pack climbing by itself (`climb`, `ladder`, `gates`, `days`); then it lives on with no
//! facts to see what comes (`ahead`), and says why (`findings`) and what a phone must check
//! (`guards`). [`record()`] writes it down. Failure is one thing only: facts that contradict each
//! other. On purpose absent: carrying anything out, and knowing what was planned before.

mod ahead;
mod climb;
mod course;
mod days;
mod findings;
mod gates;
mod ground;
mod guards;
mod ladder;
mod moment;
mod outlook;
mod permits;
mod prepared;
mod record;
mod state;

use alloc::string::String;
use alloc::vec::Vec;

use crate::calendar::{Day, Instant};
use crate::money::Money;
use crate::rules::{Proof, Rules};
use crate::standing::Facts;

pub use crate::holds::HoldEntry;
pub use crate::rules::Level;
pub use crate::standing::{FactsError, Place, Problem};
pub use course::Course;
pub use days::LocalDays;
pub use outlook::{Outlook, outlook};
pub use permits::{highest_permitted, permitted};
pub use prepared::Prepared;
pub use record::record;

/// All that is wanted for one contract at one instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The level wanted now.
    pub level: Level,
    /// Days past due.
    pub dpd: u32,
    pub arrears: Money,
    /// What brings the level back to free now.
    pub restore: Money,
    /// What releases.
    pub payoff: Money,
    /// One entry a kind, sorted by kind; none when released.
    pub holds: Vec<HoldEntry>,
    /// False while a hold lasts in which nobody may be asked for money, and when released: then no
    /// amount and no demand is shown, and a grant carries no `pay`.
    pub may_demand: bool,
    /// `reduce` and `lock` as far as they stand in every pack now (emergency passes not counted),
    /// lowest first: what a grant needs to bring a phone to the level of now.
    pub reached: Vec<Step>,
    /// Later changes of the level if nothing else happens, in order.
    pub steps: Vec<Step>,
    /// In `auto`: what will be served, if nothing else happens. In `manual`: what is due now and
    /// not served yet.
    pub notices_due: Vec<NoticeDue>,
    /// Those of the running sequence, by pack, in the order of service.
    pub notices_served: Vec<NoticeServed>,
    /// Every rule evaluated, by pack, in the order of judgement.
    pub findings: Vec<Finding>,
    /// The next instant at which anything above but the findings and days past due could change
    /// with no new fact; None for never. A level that is reached beneath an emergency pass doesn't
    /// count until the pass ends.
    pub review_at: Option<Instant>,
}

/// A level from an instant on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub at: Instant,
    pub level: Level,
    /// Only for `reduce` and `lock`.
    pub guards: Option<Guards>,
}

/// What must hold for a step to begin, over all packs: the tightest of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guards {
    /// Rest on these; by pack, in order of service.
    pub notices: Vec<NoticeServed>,
    /// Free hours since the last of them.
    pub lead_hours: u32,
    /// Hours at the level beneath; 0 when no pack asks.
    pub dwell_hours: u32,
    /// Local minutes; `from` included, `to` excluded. `from >= to`: no time suits all packs.
    pub from_minute: u16,
    pub to_minute: u16,
    /// Bit 0 is Monday.
    pub weekdays: u8,
    /// It must begin before this: the first day from `at` on (from now on, when that is later) that
    /// a pack forbids as a holiday, or the end of the approval that it rests on.
    pub before: Option<Instant>,
    /// Numbers of the rules that this step rests on, ascending.
    pub rules: Vec<u16>,
}

/// A notice to serve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeDue {
    pub pack: String,
    pub notice: String,
    pub pack_number: u16,
    pub notice_number: u16,
    /// The level that waits for it.
    pub level: Level,
    /// When it is to be served: 09:00 on a working day.
    pub at: Instant,
    /// On at least so many channels, each with this proof.
    pub channels: u16,
    pub proof: Proof,
    /// Whole hours of lead or cure time from service.
    pub lead_hours: u32,
}

/// A notice that was served and still counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeServed {
    pub pack: String,
    pub notice: String,
    pub pack_number: u16,
    pub notice_number: u16,
    pub level: Level,
    /// When service was complete.
    pub at: Instant,
    /// Arrears at that instant.
    pub arrears: Money,
    /// Due day of the oldest instalment unpaid at that instant.
    pub due_day: Day,
    pub lead_hours: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The condition holds.
    Met,
    /// It doesn't hold now; time or money can change that.
    NotMet,
    /// A cap or a hold stops it.
    Blocked,
    /// Nothing to judge.
    NotApplicable,
}

impl Verdict {
    pub const fn name(self) -> &'static str {
        match self {
            Verdict::Met => "met",
            Verdict::NotMet => "not_met",
            Verdict::Blocked => "blocked",
            Verdict::NotApplicable => "not_applicable",
        }
    }
}

/// One rule, judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// `PACK/RULE`.
    pub rule: String,
    pub pack_number: u16,
    pub rule_number: u16,
    pub verdict: Verdict,
    /// The values it saw, as "102 >= 90".
    pub saw: String,
    pub citation: String,
    pub url: String,
}

/// What is wanted for this contract at `now`. Events later than `now` don't exist for it. Fails
/// on the first fact that can't follow those before it.
pub fn plan(facts: &Facts, rules: &Rules, now: Instant) -> Result<Plan, FactsError> {
    Course::new(facts, rules)?.plan_at(now)
}
