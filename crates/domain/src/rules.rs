//! Rule packs as the engine reads them: typed conditions, each with its number and its citation.
//!
//! A pack is made from a file by the rulebook; here is no reading and no default. Every rule that
//! can stop or allow something is a [`Cited`] value: its number is frozen in the pack file (it
//! travels in warrants), its citation is what a finding shows. On purpose absent: what a phone may
//! never take away, which no pack can change: it is compiled into the agent.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::calendar::{Day, Span, Weekday};
use crate::contract::Product;
use crate::money::Money;

/// How far a phone is limited. In rising order; `Released` is below all, and final.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Released,
    Free,
    Remind,
    Reduce,
    Lock,
}

impl Level {
    pub const ALL: [Level; 5] = [
        Level::Released,
        Level::Free,
        Level::Remind,
        Level::Reduce,
        Level::Lock,
    ];

    /// As written everywhere.
    pub const fn name(self) -> &'static str {
        match self {
            Level::Released => "released",
            Level::Free => "free",
            Level::Remind => "remind",
            Level::Reduce => "reduce",
            Level::Lock => "lock",
        }
    }

    pub fn from_name(name: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|l| l.name() == name)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a pack's law says of locking. Only the first two can ever permit more than `remind`, and
/// `Counsel` while a clearance lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LegalStatus {
    Permitted,
    /// Permitted once the pack's own conditions hold.
    Conditional,
    Prohibited,
    /// Announced, not in force.
    Pending,
    Unclear,
    /// Encoded, off until a named lawyer clears it.
    Counsel,
    /// Good for its contact rules only.
    NoticesOnly,
    /// A statute about other goods: for tests and teaching.
    ModelOnly,
}

impl LegalStatus {
    pub const ALL: [LegalStatus; 8] = [
        LegalStatus::Permitted,
        LegalStatus::Conditional,
        LegalStatus::Prohibited,
        LegalStatus::Pending,
        LegalStatus::Unclear,
        LegalStatus::Counsel,
        LegalStatus::NoticesOnly,
        LegalStatus::ModelOnly,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            LegalStatus::Permitted => "permitted",
            LegalStatus::Conditional => "conditional",
            LegalStatus::Prohibited => "prohibited",
            LegalStatus::Pending => "pending",
            LegalStatus::Unclear => "unclear",
            LegalStatus::Counsel => "counsel",
            LegalStatus::NoticesOnly => "notices_only",
            LegalStatus::ModelOnly => "model_only",
        }
    }

    pub fn from_name(name: &str) -> Option<LegalStatus> {
        LegalStatus::ALL.into_iter().find(|s| s.name() == name)
    }
}

/// What is known of a notice on one channel; each counts as every lower one. `Failed` takes back
/// what the channel proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Proof {
    Failed,
    Sent,
    Delivered,
    Served,
    Shown,
}

impl Proof {
    pub const ALL: [Proof; 5] = [
        Proof::Failed,
        Proof::Sent,
        Proof::Delivered,
        Proof::Served,
        Proof::Shown,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Proof::Failed => "failed",
            Proof::Sent => "sent",
            Proof::Delivered => "delivered",
            Proof::Served => "served",
            Proof::Shown => "shown",
        }
    }

    pub fn from_name(name: &str) -> Option<Proof> {
        Proof::ALL.into_iter().find(|p| p.name() == name)
    }
}

/// How sure the source of a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confidence {
    /// The text of the law itself was seen.
    High,
    /// Reliable secondary sources that agree.
    Medium,
    /// One weak source.
    Low,
    /// A value of our own, not law.
    House,
    /// Made up, for trying things out.
    Fictional,
}

impl Confidence {
    pub const ALL: [Confidence; 5] = [
        Confidence::High,
        Confidence::Medium,
        Confidence::Low,
        Confidence::House,
        Confidence::Fictional,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Confidence::High => "high",
            Confidence::Medium => "medium",
            Confidence::Low => "low",
            Confidence::House => "house",
            Confidence::Fictional => "fictional",
        }
    }

    pub fn from_name(name: &str) -> Option<Confidence> {
        Confidence::ALL.into_iter().find(|c| c.name() == name)
    }
}

/// Where a rule stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    pub text: String,
    pub url: String,
    pub confidence: Confidence,
    pub seen_on: Day,
}

/// A rule: its value, its number, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited<T> {
    /// Frozen in the pack file, and like no other rule's in any pack: a warrant names it.
    pub number: u16,
    pub value: T,
    pub citation: Citation,
}

/// A set of weekdays; bit 0 is Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weekdays(pub u8);

impl Weekdays {
    pub const EVERY: Weekdays = Weekdays(0b111_1111);

    pub const fn contains(self, day: Weekday) -> bool {
        self.0 & (1 << day.index()) != 0
    }
}

/// Days of a pack: which weekdays, and how it minds holidays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    pub weekdays: Weekdays,
    pub not_on_holidays: bool,
    pub not_before_holidays: bool,
}

/// Local hours on some days: begin counts, end doesn't.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub from_minute: u16,
    /// At most 1440, more than `from_minute`.
    pub to_minute: u16,
    pub days: Days,
}

/// A person must agree before the level begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approval {
    /// An `approve` counts for less than this.
    pub valid_for: Span,
}

/// What must hold for a level to be reached, besides what the levels beneath it ask for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Conditions {
    pub min_days_past_due: Option<Cited<u32>>,
    pub window: Option<Cited<Window>>,
    /// So long at `reduce`, without holds and capped time.
    pub at_reduce_for: Option<Cited<Span>>,
    pub approval: Option<Cited<Approval>>,
}

/// One notice of the sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub id: String,
    /// The level that can't begin before this notice has expired.
    pub level: Level,
    /// Its number is the notice's own.
    pub terms: Cited<NoticeTerms>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeTerms {
    pub min_days_past_due: Option<u32>,
    /// Served only after so long at `reduce`.
    pub at_reduce_for: Option<Span>,
    /// Lead or cure time, which runs from service.
    pub lead: Span,
    /// On so many channels, at least one.
    pub channels: u16,
    /// The least that counts as service.
    pub proof: Proof,
}

/// The borrower's emergency pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pass {
    pub lasts: Span,
    /// One pass in so long, from its start.
    pub once_in: Span,
}

/// How fast money must give the phone back, and what lateness costs the lender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restoration {
    pub within: Span,
    /// For each hour begun after that; None: the pack knows no sum.
    pub compensation_an_hour: Option<Money>,
}

/// Where a pack's knowledge comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub title: String,
    pub url: String,
}

/// The law of one jurisdiction (or of the house) as data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    pub id: String,
    /// Frozen: a warrant names it.
    pub number: u16,
    pub version: u16,
    pub title: String,
    /// Country and subdivision, as "in" or "us/ct"; "none" for the house's and the fictional.
    pub jurisdiction: String,
    /// Outside these days (both included) the pack adds nothing.
    pub effective_from: Option<Day>,
    pub effective_to: Option<Day>,
    pub sources: Vec<Source>,
    pub release_at_payoff: Cited<()>,
    /// Binds the lender after a payment; the engine shows it and has nothing to judge.
    pub restoration: Option<Cited<Restoration>>,
    /// Products it takes; empty takes all.
    pub products: Cited<Vec<Product>>,
    pub consent: Cited<()>,
    pub device_link: Cited<()>,
    pub legal_status: Cited<LegalStatus>,
    pub holds: Cited<()>,
    /// A dispute should be answered within this; a finding, not an end.
    pub dispute_answer: Option<Cited<Span>>,
    pub remind: Conditions,
    /// None: the pack knows no such level.
    pub reduce: Option<Conditions>,
    pub lock: Option<Conditions>,
    /// In the order of service, those of `reduce` before those of `lock`.
    pub notices: Vec<Notice>,
    /// Working days and contact hours.
    pub contact: Cited<Window>,
    pub pass: Option<Cited<Pass>>,
    pub policy: Cited<()>,
}

impl Pack {
    /// What a level asks for; None for `free`, `released` and levels that the pack doesn't know.
    pub fn conditions(&self, level: Level) -> Option<&Conditions> {
        match level {
            Level::Released | Level::Free => None,
            Level::Remind => Some(&self.remind),
            Level::Reduce => self.reduce.as_ref(),
            Level::Lock => self.lock.as_ref(),
        }
    }

    /// When a level may begin: its own window, else that of the level beneath; None is always.
    pub fn window(&self, level: Level) -> Option<&Cited<Window>> {
        let own = self.conditions(level)?.window.as_ref();
        match (own, level) {
            (Some(window), _) => Some(window),
            (None, Level::Lock) => self.window(Level::Reduce),
            (None, _) => None,
        }
    }

    /// Position of a notice in the sequence.
    pub fn notice_index(&self, id: &str) -> Option<usize> {
        self.notices.iter().position(|n| n.id == id)
    }

    pub fn in_force(&self, day: Day) -> bool {
        self.effective_from.is_none_or(|from| from <= day)
            && self.effective_to.is_none_or(|to| day <= to)
    }
}

/// Every pack that applies to a contract, in the order given; the lowest level of all wins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rules {
    pub packs: Vec<Pack>,
}

impl Rules {
    pub fn pack(&self, id: &str) -> Option<&Pack> {
        self.packs.iter().find(|p| p.id == id)
    }
}
