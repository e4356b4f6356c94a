//! One contract: where it stands, its money, its notices, its phone, and all that happened.

use fairlock_domain::calendar::{Day, Instant};
use fairlock_domain::money::Money;

use super::grant::InWords;
use super::{FiveFacts, Hold, Level, LevelAt, Payment};

/// The page at `/contracts/{id}`.
#[derive(Debug, Clone)]
pub struct Contract {
    pub id: String,
    /// ISO 11649, without spaces.
    pub reference: String,
    /// Masked name.
    pub borrower: Option<String>,
    pub product: String,
    pub signed_on: Day,
    /// Ids and versions of the packs that apply.
    pub packs: Vec<(String, String)>,
    pub feed: Option<String>,
    pub live: Live,
    pub schedule: Schedule,
    pub payments: Vec<Payment>,
    pub notices: Vec<Notice>,
    /// Newest first.
    pub messages: Vec<Message>,
    /// What all of them cost, a sum a currency.
    pub messages_cost: Vec<Money>,
    /// Older ones that aren't shown.
    pub messages_more: u64,
    pub timeline: Timeline,
    pub grant: Option<GrantInForce>,
    pub report: Option<Report>,
}

/// The part that the page keeps fresh by itself.
#[derive(Debug, Clone)]
pub struct Live {
    pub id: String,
    pub facts: FiveFacts,
    pub dpd: u32,
    pub arrears: Money,
    /// The exact amount that brings the level back to free now.
    pub restore: Money,
    pub payoff: Money,
    pub holds: Vec<Hold>,
    pub last_payment: Option<Payment>,
    pub next: NextChange,
}

/// What could change next, when nothing new happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextChange {
    /// The next stricter step: a level and the instant before which it can't begin.
    pub step: Option<LevelAt>,
    /// Notices that are due now.
    pub notices_due: Vec<String>,
    /// When the engine looks again; None for never.
    pub review_at: Option<Instant>,
}

/// What is due when, and what covers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    pub lines: Vec<Instalment>,
    pub total: Money,
    pub covered: Money,
    pub uncovered: Money,
    pub today: Day,
}

/// One line of the schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instalment {
    pub due: Day,
    pub amount: Money,
    pub covered: Money,
    pub uncovered: Money,
    /// Payments that cover it, oldest first.
    pub by: Vec<String>,
    /// Where a reversal moved it to.
    pub effective: Option<Day>,
}

impl Instalment {
    pub fn is_covered(&self) -> bool {
        self.uncovered.is_zero()
    }
}

/// A notice: due, or served with its proofs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub pack: String,
    pub name: String,
    pub state: NoticeState,
    /// What each channel proved.
    pub proofs: Vec<NoticeProof>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeState {
    DueAt(Instant),
    ServedAt(Instant),
}

/// One proof of service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeProof {
    pub channel: String,
    /// `sent`, `delivered`, `served`, `shown` or `failed`.
    pub proof: String,
    pub at: Instant,
}

/// A message to the borrower, by one channel: what was said, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// `PACK/ID`, or what a message about the debt is.
    pub about: String,
    pub channel: String,
    /// From 1: said again after the one before failed.
    pub round: u32,
    pub state: MessageState,
    /// When it came to its state; of a waiting one when it is tried next.
    pub at: Instant,
    /// Why it waits, failed or was withdrawn.
    pub note: Option<String>,
    /// Tries begun.
    pub attempts: u32,
    pub said: Option<Said>,
    pub cost: Option<Money>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageState {
    Waiting,
    /// Its carrier has it, and proves nothing yet.
    Accepted,
    Sent,
    Delivered,
    Failed,
    Withdrawn,
}

/// What a message says, and by which reviewed text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub text: String,
    pub template: Option<SaidTemplate>,
    /// Text messages that it is charged as; `None` for e-mail.
    pub parts: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidTemplate {
    pub name: String,
    pub version: u32,
    pub language: String,
    /// Hash of its words, whole.
    pub sha256: String,
}

/// What happened, newest first, one page of it.
#[derive(Debug, Clone)]
pub struct Timeline {
    pub days: Vec<TimelineDay>,
    /// The kind that is shown alone; None for all.
    pub kind: Option<Kind>,
    /// Query of the page with older events, without `?`.
    pub older: Option<String>,
}

/// The events of one local day.
#[derive(Debug, Clone)]
pub struct TimelineDay {
    pub day: Day,
    pub events: Vec<Event>,
}

#[derive(Debug, Clone)]
pub struct Event {
    pub at: Instant,
    pub what: What,
}

/// Kinds of events, as the filter names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Payment,
    Notice,
    Hold,
    Level,
    Grant,
    Report,
    Person,
}

impl Kind {
    pub const ALL: [Kind; 7] = [
        Kind::Payment,
        Kind::Notice,
        Kind::Hold,
        Kind::Level,
        Kind::Grant,
        Kind::Report,
        Kind::Person,
    ];

    /// Its name in URLs.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Payment => "payment",
            Kind::Notice => "notice",
            Kind::Hold => "hold",
            Kind::Level => "level",
            Kind::Grant => "grant",
            Kind::Report => "report",
            Kind::Person => "person",
        }
    }

    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|k| k.name() == name)
    }
}

/// One event, with who and why as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    PaymentPending {
        id: String,
        amount: Money,
    },
    PaymentBooked {
        id: String,
        amount: Money,
        paid_on: Option<Day>,
    },
    PaymentFailed {
        id: String,
        amount: Money,
    },
    PaymentReversed {
        id: String,
        amount: Money,
    },
    Suspense {
        id: String,
        amount: Money,
        cleared: bool,
    },
    PayoffWaived {
        amount: Money,
    },
    Notice {
        notice: String,
        channel: String,
        proof: String,
    },
    HoldBegun {
        kind: String,
        until: Option<Instant>,
    },
    HoldEnded {
        kind: String,
        outcome: Option<String>,
    },
    Feed {
        feed: String,
        state: String,
    },
    /// The plan changed the level; `hash` names the decision.
    Level {
        level: Level,
        hash: String,
    },
    GrantSigned {
        seq: u64,
    },
    Reported {
        level: Level,
        seq: u64,
        refused: Vec<String>,
    },
    EmergencyPass,
    Contact,
    Review {
        by: String,
        approved: bool,
    },
}

impl What {
    pub fn kind(&self) -> Kind {
        match self {
            What::PaymentPending { .. }
            | What::PaymentBooked { .. }
            | What::PaymentFailed { .. }
            | What::PaymentReversed { .. }
            | What::Suspense { .. }
            | What::PayoffWaived { .. } => Kind::Payment,
            What::Notice { .. } => Kind::Notice,
            What::HoldBegun { .. } | What::HoldEnded { .. } | What::Feed { .. } => Kind::Hold,
            What::Level { .. } => Kind::Level,
            What::GrantSigned { .. } => Kind::Grant,
            What::Reported { .. } | What::EmergencyPass | What::Contact => Kind::Report,
            What::Review { .. } => Kind::Person,
        }
    }
}

/// The newest signed grant, in words.
#[derive(Debug, Clone)]
pub struct GrantInForce {
    pub seq: u64,
    pub words: InWords,
}

/// The phone's newest report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub at: Instant,
    pub counter: u64,
    pub level: Level,
    pub grant_level: Level,
    pub seq: u64,
    /// Overlays that lower the level: `pass`, `code`, `cap`.
    pub overlays: Vec<String>,
    /// Ids of notices shown, with the instant of the first showing where it is known.
    pub shown: Vec<String>,
    pub refused: Vec<String>,
    pub agent: String,
    pub patch_level: Option<String>,
}
