//! View models: what each page shows, as plain structs, without a word of any language.
//!
//! The server fills them from its reads and from the plan; `page` turns them into HTML. They are
//! types of their own, so that neither a table nor the engine's types leak into a template.
//! Amounts are exact [`Money`], instants are real instants: wording is the renderer's business.
//!
//! On purpose absent: any decision. A view says what was found, never what should happen.

pub mod contract;
pub mod error;
pub mod evidence;
pub mod feeds;
pub mod grant;
pub mod mapping;
pub mod pack;
pub mod phone;
pub mod plan;
pub mod portfolio;
pub mod reconciliation;
pub mod suspense;

use fairlock_domain::calendar::{Day, Instant, Zone};
use fairlock_domain::money::Money;

pub use contract::Contract;
pub use error::ErrorPage;
pub use evidence::Evidence;
pub use grant::Grant;
pub use pack::RulePack;
pub use phone::Phone;
pub use plan::Plan;
pub use portfolio::Portfolio;

/// What stands around every page of the console.
#[derive(Clone)]
pub struct Frame {
    /// The lender's name as borrowers know it.
    pub lender: String,
    /// The nonce that this response's CSP header names; 128 random bits, base64.
    pub nonce: String,
    pub theme: Theme,
    pub density: Density,
    /// The instant at which the page was made.
    pub now: Instant,
    /// The zone in which the page tells times: the contract's, or the lender's on lists.
    pub place: Place,
    /// Path and query of this page, to come back to after a setting was changed.
    pub path: String,
    /// Where this page's live part streams from; None where nothing is live.
    pub live: Option<String>,
    /// Some contract stands on the fictional pack: only a test lender may, and pages say so.
    pub test_lender: bool,
}

/// A time zone and the name people know it by.
#[derive(Clone)]
pub struct Place {
    /// "Nairobi": the last part of the zone's IANA name, with spaces.
    pub name: String,
    pub zone: Zone,
}

impl Place {
    /// Names a zone after its IANA id: `Africa/Nairobi` is "Nairobi".
    pub fn new(iana: &str, zone: Zone) -> Place {
        let last = iana.rsplit('/').next().unwrap_or(iana);
        Place {
            name: last.replace('_', " "),
            zone,
        }
    }
}

/// The reader's choice of colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the device says.
    #[default]
    Auto,
    Light,
    Dark,
}

/// The reader's choice of row height in lists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Density {
    /// 48 px rows.
    #[default]
    Comfortable,
    /// 32 px rows.
    Compact,
}

/// How far a phone is limited (product.md, Levels).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Free,
    Remind,
    Reduce,
    Lock,
    Released,
}

impl Level {
    pub const ALL: [Level; 5] = [
        Level::Free,
        Level::Remind,
        Level::Reduce,
        Level::Lock,
        Level::Released,
    ];

    /// The name in `product.md`, in URLs and in style classes.
    pub const fn name(self) -> &'static str {
        match self {
            Level::Free => "free",
            Level::Remind => "remind",
            Level::Reduce => "reduce",
            Level::Lock => "lock",
            Level::Released => "released",
        }
    }

    pub fn from_name(name: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|l| l.name() == name)
    }
}

impl From<fairlock_domain::rules::Level> for Level {
    fn from(level: fairlock_domain::rules::Level) -> Level {
        use fairlock_domain::rules::Level as Domain;
        match level {
            Domain::Free => Level::Free,
            Domain::Remind => Level::Remind,
            Domain::Reduce => Level::Reduce,
            Domain::Lock => Level::Lock,
            Domain::Released => Level::Released,
        }
    }
}

/// A level and since when, or as of when, it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LevelAt {
    pub level: Level,
    pub at: Instant,
}

/// The five facts about a level, which are never one: wanted by the plan, signed, delivered to
/// the phone, applied by it, and what its newest report says is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiveFacts {
    pub wanted: Level,
    pub signed: Option<Signed>,
    /// When a report first named the newest grant's seq or a higher one.
    pub delivered: Option<Instant>,
    /// When a report first had the newest grant's payload in force.
    pub applied: Option<Instant>,
    /// The newest report's level in force, overlays included; None means nothing reported yet.
    pub reported: Option<LevelAt>,
    /// False for a contract whose phone was never enrolled.
    pub enrolled: bool,
}

/// The newest grant that the signer made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    pub seq: u64,
    /// None while the body waits for its signature.
    pub at: Option<Instant>,
}

impl FiveFacts {
    /// The reported level alone.
    pub fn reported_level(&self) -> Option<Level> {
        self.reported.map(|r| r.level)
    }

    /// The reported level is known and isn't the wanted one.
    pub fn differs(&self) -> bool {
        self.reported.is_some_and(|r| r.level != self.wanted)
    }
}

/// A reason that stops escalation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// As in `engine.md`: `payment_in_doubt`, `feed`, `promise`, …
    pub kind: String,
    pub since: Option<Instant>,
    /// The latest end; None while nobody can say.
    pub until: Option<Instant>,
    /// Lowers the level to `remind`, instead of only standing still.
    pub lowers: bool,
}

/// A rule's address: where its law is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cite {
    pub pack: String,
    pub version: String,
    /// Without the pack: `min_days_past_due`.
    pub rule: String,
    /// The source's own words or number, as the pack has it.
    pub citation: String,
    /// Where that can be read, when it is on the web.
    pub url: Option<String>,
}

/// A payment with its five steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    pub id: String,
    pub amount: Money,
    /// Where the news came from: a feed's name.
    pub source: String,
    pub state: PaymentState,
    /// When the borrower acted, where the source says so to the second.
    pub acted: Option<Instant>,
    /// The day on which the borrower acted.
    pub acted_on: Option<Day>,
    pub seen: Option<Instant>,
    pub matched: Option<Instant>,
    pub credited: Option<Instant>,
    /// The grant that the payment led to: sent to the phone, applied by it.
    pub sent: Option<Instant>,
    pub applied: Option<Instant>,
    /// Of a failed payment: why, from the closed list of failures.
    pub failure: Option<String>,
    /// False when the payment changed nothing that a grant says.
    pub needs_grant: bool,
    /// Whole milliseconds of real time from receipt to the phone's report.
    pub received_to_usable_ms: Option<u64>,
    /// Whole seconds from the borrower's act to the phone's report, in the contract's calendar.
    pub acted_to_usable_s: Option<u64>,
}

/// What has become of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentState {
    Pending,
    Booked,
    Failed,
    Reversed,
    InSuspense,
}

/// A source of payment news and its health.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    pub name: String,
    pub state: FeedState,
    /// The longest silence that counts as health, in seconds.
    pub period_s: u64,
    pub heartbeat: Option<Instant>,
    pub complete_to: Option<Instant>,
    /// Since when it has been unhealthy.
    pub since: Option<Instant>,
    /// Contracts that stand still while it is unhealthy.
    pub shielded: u64,
}

/// The health of a feed, as the engine knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedState {
    Healthy,
    Stale,
    Gap,
}

/// A count that isn't counted beyond a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    Exactly(u64),
    /// More than this many; nobody counted on.
    MoreThan(u64),
}

/// Percent-encodes what isn't plain in an address.
pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
