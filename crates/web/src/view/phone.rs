//! What the borrower sees on the phone now: the mirror beside the five facts.
//!
//! A screen holds only what may stand on a phone: no full name, no reason of a hold, no whole
//! debt (product.md, Never on a lock screen).

use fairlock_domain::calendar::{Day, Instant};
use fairlock_domain::money::Money;

use super::{FiveFacts, Level, Payment};

/// The page at `/contracts/{id}/phone`.
#[derive(Debug, Clone)]
pub struct Phone {
    pub id: String,
    pub live: Live,
}

/// The part that the page keeps fresh by itself.
#[derive(Debug, Clone)]
pub struct Live {
    pub id: String,
    pub source: Source,
    pub screen: Screen,
    pub facts: FiveFacts,
    pub overlays: Vec<String>,
    /// Notices shown on this phone, as it reported them.
    pub shown: Vec<(String, Option<Instant>)>,
    pub heard: Option<Instant>,
    /// The phone is connected now.
    pub connected: bool,
    pub charter: Option<CharterFacts>,
}

/// Whose word the picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// From the plan, as if everything had arrived.
    Predicted,
    /// From the newest report.
    Reported(Instant),
    /// Asked as reported, but there is no report.
    NothingReported,
}

/// One of the screens, with the facts that stand on every one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screen {
    pub kind: ScreenKind,
    pub lender: String,
    /// The contract's reference, ISO 11649 without spaces.
    pub reference: String,
    /// 15 digits; None where it isn't known.
    pub imei: Option<String>,
    /// The lender's telephone number, from the charter; None before there is one.
    pub support: Option<String>,
    pub next_instance: Option<String>,
    pub heard: Option<Instant>,
    pub pass: Pass,
    /// The newest payment, with its state.
    pub payment: Option<Payment>,
    /// Names of the reduce classes of the charter: `games`, `video`, …
    pub classes: Vec<String>,
}

/// What is owed, as far as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    pub amount: Money,
    pub since: Day,
}

/// The nine screens, and the plain phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScreenKind {
    /// Nothing is shown: a phone like any other.
    Free {
        next_due: Option<(Day, Money)>,
    },
    /// May be swiped away. `owed` is None where no amount may stand (engine.md, Holds).
    Remind {
        owed: Option<Owed>,
        not_before: Option<Day>,
    },
    Reduce {
        owed: Owed,
    },
    Lock {
        owed: Owed,
    },
    /// An emergency pass is in use.
    PassInUse {
        owed: Option<Owed>,
        until: Instant,
    },
    /// A payment is in doubt and covers what is owed.
    Shielded {
        amount: Money,
        /// None for money in suspense, which has no bound.
        days: Option<u32>,
    },
    /// Money arrived and freed it.
    Freed {
        amount: Money,
        acted_to_usable_s: Option<u64>,
        next_due: Option<(Day, Money)>,
    },
    Released,
    /// No contact for so long that facts may be old.
    Offline {
        last: Instant,
        owed: Option<Owed>,
        lock: bool,
    },
    /// Held: a dispute or another reason, which isn't told here.
    Held {
        until: Option<Instant>,
    },
}

/// The emergency pass, as the charter grants it and the phone reported its use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pass {
    pub hours: u32,
    pub times: u32,
    pub period_days: u32,
    /// As the phone reported; None where it hasn't.
    pub used: Option<u32>,
}

/// The charter's limits that staff want beside the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CharterFacts {
    pub counter: u64,
    /// Whatever is planned, the phone never goes beyond.
    pub highest: Level,
    pub offline_days: u32,
    pub lapse_hours: u64,
    pub last_day: Day,
    /// The borrower's countersignature is stored.
    pub accepted: bool,
}
