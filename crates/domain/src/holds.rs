//! Holds: reasons that stop escalation, how long they last, and whether they lower.
//!
//! While any hold lasts, time stands still: no level rises, no notice is served, no lead, cure or
//! dwell time runs. [`Holds`] is the state of all of them for one contract. A hold begins at its
//! instant and is over at its end; one that lasts no time changes nothing. On purpose absent: who
//! opened a hold and on what evidence.

mod doubt;
mod register;

use alloc::vec::Vec;
use core::fmt;

use crate::calendar::{Instant, Span};

pub use doubt::{Doubt, PaymentIndex, SHIELD_PART};
pub use register::{HoldIndex, Register};

/// Why time stands still. The order is that of the names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HoldKind {
    Court,
    Death,
    Disaster,
    Dispute,
    /// The feed that would show this borrower's money is silent or incomplete.
    Feed,
    /// A person at the lender unlocks.
    Goodwill,
    Grievance,
    Hardship,
    HumanReview,
    Insolvency,
    Outage,
    /// Pending money, or money in suspense that could be this borrower's.
    PaymentInDoubt,
    /// The borrower's promise to pay.
    Promise,
    Theft,
    Warranty,
    WrongPerson,
}

impl HoldKind {
    pub const ALL: [HoldKind; 16] = [
        HoldKind::Court,
        HoldKind::Death,
        HoldKind::Disaster,
        HoldKind::Dispute,
        HoldKind::Feed,
        HoldKind::Goodwill,
        HoldKind::Grievance,
        HoldKind::Hardship,
        HoldKind::HumanReview,
        HoldKind::Insolvency,
        HoldKind::Outage,
        HoldKind::PaymentInDoubt,
        HoldKind::Promise,
        HoldKind::Theft,
        HoldKind::Warranty,
        HoldKind::WrongPerson,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            HoldKind::Court => "court",
            HoldKind::Death => "death",
            HoldKind::Disaster => "disaster",
            HoldKind::Dispute => "dispute",
            HoldKind::Feed => "feed",
            HoldKind::Goodwill => "goodwill",
            HoldKind::Grievance => "grievance",
            HoldKind::Hardship => "hardship",
            HoldKind::HumanReview => "human_review",
            HoldKind::Insolvency => "insolvency",
            HoldKind::Outage => "outage",
            HoldKind::PaymentInDoubt => "payment_in_doubt",
            HoldKind::Promise => "promise",
            HoldKind::Theft => "theft",
            HoldKind::Warranty => "warranty",
            HoldKind::WrongPerson => "wrong_person",
        }
    }

    pub fn from_name(name: &str) -> Option<HoldKind> {
        HoldKind::ALL.into_iter().find(|k| k.name() == name)
    }

    /// Opened by a `hold` event; the other two follow from money and feeds.
    pub const fn is_declared(self) -> bool {
        !matches!(self, HoldKind::PaymentInDoubt | HoldKind::Feed)
    }

    /// While one lasts the level is `remind` at most. A payment in doubt lowers too, but only
    /// when the pending sum covers what restores.
    pub const fn lowers(self) -> bool {
        use HoldKind::{
            Court, Death, Dispute, Goodwill, Grievance, Hardship, Insolvency, Theft, Warranty,
            WrongPerson,
        };
        matches!(
            self,
            Court
                | Death
                | Dispute
                | Goodwill
                | Grievance
                | Hardship
                | Insolvency
                | Theft
                | Warranty
                | WrongPerson
        )
    }

    /// While one lasts nobody is asked for money: `remind` shows no amount and no demand.
    pub const fn silences_demands(self) -> bool {
        matches!(
            self,
            HoldKind::WrongPerson | HoldKind::Death | HoldKind::Insolvency | HoldKind::Court
        )
    }

    /// It ends by itself after this, whatever its `until` says.
    pub const fn longest(self) -> Option<Span> {
        match self {
            HoldKind::Promise => Some(PROMISE_LASTS),
            HoldKind::PaymentInDoubt => Some(SHIELD_LASTS),
            _ => None,
        }
    }

    /// It can't be opened without an end.
    pub const fn needs_until(self) -> bool {
        matches!(self, HoldKind::Goodwill)
    }
}

impl fmt::Display for HoldKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A promise stands for a week: long enough for the next pay day, short enough not to be a way out.
pub const PROMISE_LASTS: Span = Span::days(7);

/// Pending money shields for five days: the slowest channels book within that.
pub const SHIELD_LASTS: Span = Span::days(5);

/// One kind of hold that lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HoldEntry {
    pub kind: HoldKind,
    /// The latest end of its kind; None when one of them is open.
    pub until: Option<Instant>,
}

/// Every hold of one contract, at one instant.
#[derive(Debug, Clone, Default)]
pub struct Holds {
    pub register: Register,
    pub doubt: Doubt,
    /// The feed that would show this borrower's money isn't healthy.
    pub feed_unhealthy: bool,
}

impl Holds {
    /// Ends what is over at `at`.
    pub fn expire(&mut self, at: Instant) {
        self.register.expire(at);
        self.doubt.expire(at);
    }

    /// Nothing lasts, and nothing of the past counts any more.
    pub fn are_over(&self) -> bool {
        !self.feed_unhealthy && self.register.is_empty() && self.doubt.is_over()
    }

    /// A hold lasts, of whatever kind.
    pub fn last(&self) -> bool {
        self.feed_unhealthy || self.doubt.lasts() || !self.register.is_empty()
    }

    /// A hold lasts that lowers the level to `remind`; `restore`, asked only when money is
    /// pending, in minor units.
    pub fn lower(&self, restore: impl FnOnce() -> i128) -> bool {
        (self.doubt.lasts() && self.doubt.pending_sum() >= restore())
            || self.register.any(HoldKind::lowers)
    }

    /// Nobody may be asked for money now.
    pub fn silence_demands(&self) -> bool {
        self.register.any(HoldKind::silences_demands)
    }

    /// The next instant at which one of them is over by itself.
    pub fn next_end(&self) -> Option<Instant> {
        let ends = [self.register.next_end(), self.doubt.next_end()];
        ends.into_iter().flatten().min()
    }

    /// How many will end by themselves.
    pub fn count(&self) -> usize {
        self.register.count() + self.doubt.count()
    }

    /// One entry a kind that lasts, sorted by kind.
    pub fn entries(&self) -> Vec<HoldEntry> {
        if !self.last() {
            return Vec::new();
        }
        let entry = |kind| {
            let (lasts, until) = match kind {
                HoldKind::Feed => (self.feed_unhealthy, None),
                HoldKind::PaymentInDoubt => (self.doubt.lasts(), self.doubt.until()),
                _ => (self.register.lasts(kind), self.register.until(kind)),
            };
            lasts.then_some(HoldEntry { kind, until })
        };
        HoldKind::ALL.into_iter().filter_map(entry).collect()
    }
}
