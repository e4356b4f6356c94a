//! Holds: reasons that stop escalation, how long they last, and whether they lower.

use core::fmt;

use crate::calendar::{Instant, Span};

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
