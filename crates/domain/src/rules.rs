//! Rule packs as the engine reads them: typed conditions, each with its number and its citation.
//!
//! A pack is made from a file by the rulebook; here is no reading and no default. Every rule is a
//! [`Cited`] value: its number is frozen in the pack file (it travels in warrants), its citation is
//! what a finding shows. A kind of rule that a pack's law doesn't have is None or empty. `status`,
//! `scope`, `level`, `notice` and `phone` hold what decides levels; `contact` what gates messages;
//! `duty` what binds the lender. On purpose absent: what a phone may never lose, which no pack can
//! change: it is compiled into the agent, and a pack that asks for more is refused when it is read.

pub mod contact;
pub mod duty;
mod level;
pub mod listing;
mod notice;
pub mod phone;
pub mod scope;
mod status;

use alloc::string::String;
use alloc::vec::Vec;

use crate::calendar::{Day, Span};
use crate::contract::{CreditorKind, Product};

pub use contact::Collection;
pub use duty::{Release, Restoration};
pub use level::{Approval, Conditions, Days, DaysInDefault, Level, Weekdays, Window};
pub use listing::{Group, Rule, group_of, rules_of};
pub use notice::{Notice, NoticeForm, NoticeItem, NoticeTerms, Paper, Proof};
pub use phone::{Actuation, Function, Pass};
pub use scope::{Applies, ConsentTerms, OtherDues};
pub use status::{CourtOrder, LegalStatus, Licence, Litigation, LitigationState};

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

/// One rule of a list, where a pack may have several of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named<T> {
    pub id: String,
    pub rule: Cited<T>,
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

    pub release_at_payoff: Cited<Release>,
    /// Binds the lender after a payment; the engine shows it and has nothing to judge.
    pub restoration: Option<Cited<Restoration>>,

    pub applies: Option<Cited<Applies>>,
    /// Products it takes; empty takes all.
    pub products: Cited<Vec<Product>>,
    pub consent: Cited<ConsentTerms>,
    pub device_link: Cited<Vec<OtherDues>>,

    pub legal_status: Cited<LegalStatus>,
    pub litigation: Vec<Named<Litigation>>,
    pub court_orders: Vec<Named<CourtOrder>>,
    /// Only these may limit a phone; one that isn't known may not.
    pub creditors: Option<Cited<Vec<CreditorKind>>>,
    pub licence: Option<Cited<Licence>>,
    pub actuation: Actuation,
    /// What no level may take away; all of it is on the floor of every agent.
    pub never_restrict: Option<Cited<Vec<Function>>>,
    /// A platform's pack: what the platform itself keeps open at its strongest.
    pub platform_keeps: Option<Cited<Vec<Function>>>,

    /// Guards that its law names.
    pub holds: Cited<Vec<duty::Guard>>,
    /// A dispute should be answered within this; a finding, not an end.
    pub dispute_answer: Option<Cited<Span>>,
    pub answers: Vec<Named<duty::Answer>>,
    /// The ledger is read again within this before a level begins.
    pub recheck: Option<Cited<Span>>,

    pub remind: Conditions,
    /// None: the pack knows no such level.
    pub reduce: Option<Conditions>,
    pub lock: Option<Conditions>,
    /// In the order of service, those of `reduce` before those of `lock`.
    pub notices: Vec<Notice>,

    /// What counts as a business day where this pack counts in them.
    pub business_days: Option<Cited<Days>>,
    /// Money that comes up to this local minute counts for the day.
    pub payment_cut_off: Option<Cited<u16>>,
    /// Working days and contact hours of statutory notices.
    pub contact: Cited<Window>,
    pub collection: Collection,
    pub pass: Option<Cited<Pass>>,

    pub data_limits: Option<Cited<duty::DataLimits>>,
    pub location: Option<Cited<duty::LocationLimits>>,
    /// Nothing may be charged for these.
    pub fees: Option<Cited<Vec<duty::Charged>>>,
    /// No message may do these.
    pub honesty: Option<Cited<Vec<duty::Claim>>>,
    pub message_limits: Option<Cited<duty::MessageLimits>>,
    pub complaints: Option<Cited<duty::Complaints>>,
    pub records: Vec<Named<duty::Records>>,
    pub penalties: Vec<Named<duty::Penalty>>,
    /// A phone that hears nothing for so long opens by itself.
    pub continuity: Option<Cited<Span>>,
    pub policy: Cited<()>,
}

impl Pack {
    /// The number of a lender's own ladder, which no pack's file can have.
    pub const POLICY_NUMBER: u16 = u16::MAX;

    /// A lender's own ladder: softer than the laws beside it, and nothing without one.
    pub fn is_policy(&self) -> bool {
        self.number == Pack::POLICY_NUMBER
    }

    /// What a platform itself keeps: beside a law it caps nothing, and it permits nothing.
    pub fn is_platform(&self) -> bool {
        self.platform_keeps.is_some()
    }

    /// Neither a policy nor a platform: what may stand by itself.
    pub fn is_law(&self) -> bool {
        !self.is_policy() && !self.is_platform()
    }

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

    /// The highest level that it has conditions for.
    pub fn highest_known(&self) -> Level {
        let known = match (&self.reduce, &self.lock) {
            (Some(_), Some(_)) => Level::Lock,
            (Some(_), None) => Level::Reduce,
            (None, _) => Level::Remind,
        };
        let max = self.actuation.max_level.as_ref();
        max.map_or(known, |rule| known.min(rule.value))
    }

    /// The highest level that its status permits with no clearance, licence or order looked at.
    pub fn highest_permitted(&self) -> Level {
        match self.legal_status.value {
            LegalStatus::Permitted | LegalStatus::Conditional => self.highest_known(),
            LegalStatus::Prohibited
            | LegalStatus::Pending
            | LegalStatus::Unclear
            | LegalStatus::Counsel
            | LegalStatus::NoticesOnly
            | LegalStatus::ModelOnly => Level::Remind,
        }
    }

    /// Position of a notice in the sequence.
    pub fn notice_index(&self, id: &str) -> Option<usize> {
        self.notices.iter().position(|n| n.id == id)
    }

    /// The days that count where it counts business days; every day where it doesn't say.
    pub fn days_of_business(&self) -> Days {
        let every = Days {
            weekdays: Weekdays::EVERY,
            not_on_holidays: false,
            not_before_holidays: false,
        };
        self.business_days.as_ref().map_or(every, |rule| rule.value)
    }

    /// A lead of one of its notices is counted in business days.
    pub fn counts_business_leads(&self) -> bool {
        let mut leads = self
            .notices
            .iter()
            .map(|n| n.terms.value.lead_business_days);
        leads.any(|lead| lead.is_some())
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
