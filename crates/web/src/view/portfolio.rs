//! The portfolio: what needs a person now, the counts, and the rows that match the filters.

use fairlock_domain::calendar::Instant;
use fairlock_domain::money::Money;

use super::{Feed, Found, Level, Place, encoded};

/// The page at `/` and `/contracts`.
#[derive(Clone)]
pub struct Portfolio {
    pub summary: Summary,
    pub filters: Filters,
    pub found: Found,
    pub rows: Vec<Row>,
    /// Contracts in the portfolio at all: tells "none" from "none match these filters".
    pub total: u64,
    /// Query of the page before and after, without `?`.
    pub previous: Option<String>,
    pub next: Option<String>,
}

/// The live part above the list.
#[derive(Debug, Clone)]
pub struct Summary {
    /// Exceptions, worst and oldest first.
    pub needs: Vec<Need>,
    pub by_level: Vec<(Level, u64)>,
    pub by_band: Vec<(Band, u64)>,
    pub speeds: Speeds,
    pub feeds: Vec<Feed>,
}

/// Something that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    pub kind: NeedKind,
    /// Since when the oldest of them has waited.
    pub since: Option<Instant>,
    /// The list that shows them.
    pub href: Option<String>,
    /// The first few of them.
    pub items: Vec<NeedItem>,
}

/// One of the things behind an exception.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NeedItem {
    /// A grant of a contract.
    Grant { contract: String, seq: u64 },
    /// A contract.
    Contract(String),
    /// Money that could be one of these contracts'.
    Payment {
        amount: Money,
        source: String,
        candidates: Vec<String>,
    },
    /// What is wrong with a message, and where.
    Message(String),
}

/// What kind of exception, with its size. The order is the order on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NeedKind {
    /// A feed is silent or has a gap; so many contracts stand still.
    Feed { name: String, shielded: u64 },
    /// Messages that could be stored but not read.
    Parked { messages: u64 },
    /// Money that matches no contract.
    Suspense { payments: u64 },
    /// Grants that the signer holds or refused, or that a phone refused or cut.
    Troubled { grants: u64 },
    /// Notices that couldn't be sent.
    NoticesFailed { notices: u64 },
}

/// Days past due in bands (ui.md section 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Band {
    Current,
    To30,
    To60,
    To90,
    Over90,
}

impl Band {
    pub const ALL: [Band; 5] = [
        Band::Current,
        Band::To30,
        Band::To60,
        Band::To90,
        Band::Over90,
    ];

    /// Its name in URLs.
    pub const fn name(self) -> &'static str {
        match self {
            Band::Current => "0",
            Band::To30 => "1-30",
            Band::To60 => "31-60",
            Band::To90 => "61-90",
            Band::Over90 => "over-90",
        }
    }

    pub fn from_name(name: &str) -> Option<Band> {
        Band::ALL.into_iter().find(|b| b.name() == name)
    }

    /// First and last day past due that the band holds; None is without end.
    pub const fn days(self) -> (u32, Option<u32>) {
        match self {
            Band::Current => (0, Some(0)),
            Band::To30 => (1, Some(30)),
            Band::To60 => (31, Some(60)),
            Band::To90 => (61, Some(90)),
            Band::Over90 => (91, None),
        }
    }
}

/// How fast money frees phones; both speeds, measured over `payments` that freed one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speeds {
    pub payments: u64,
    /// Credited, and not applied by the phone yet.
    pub not_yet: u64,
    /// Seconds in the contracts' calendar.
    pub acted_s: Option<Quantiles>,
    /// Milliseconds of real time.
    pub received_ms: Option<Quantiles>,
}

/// The median, and what one in a hundred exceeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quantiles {
    pub p50: u64,
    pub p99: u64,
}

/// The filters in force; the order of the fields is their order in the URL.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    pub level: Option<Level>,
    pub band: Option<Band>,
    pub hold: Option<String>,
    pub feed: Option<String>,
    /// Only contracts with an enrolled phone.
    pub with_phone: bool,
    /// What can be chosen.
    pub holds: Vec<String>,
    pub feeds: Vec<String>,
}

impl Filters {
    /// The filters as a query, in their fixed order, without `?`.
    pub fn query(&self) -> String {
        let pairs = [
            ("level", self.level.map(|l| l.name().to_string())),
            ("band", self.band.map(|b| b.name().to_string())),
            ("hold", self.hold.clone()),
            ("feed", self.feed.clone()),
            ("phone", self.with_phone.then(|| "1".to_string())),
        ];
        let set: Vec<String> = pairs
            .into_iter()
            .filter_map(|(name, value)| Some(format!("{name}={}", encoded(&value?))))
            .collect();
        set.join("&")
    }

    /// The query of the page that begins after a key.
    pub fn query_after(&self, key: &str) -> String {
        let own = self.query();
        let join = if own.is_empty() { "" } else { "&" };
        format!("{own}{join}after={}", encoded(key))
    }
}

/// One contract in the list.
#[derive(Clone)]
pub struct Row {
    pub id: String,
    /// Masked: "A••• K•••"; None when no name is kept.
    pub borrower: Option<String>,
    pub wanted: Level,
    pub reported: Option<Level>,
    /// A phone was enrolled for it.
    pub enrolled: bool,
    pub dpd: u32,
    pub arrears: Money,
    pub holds: Vec<String>,
    /// When the phone was last heard; None for never.
    pub heard: Option<Instant>,
    /// The phone is connected now.
    pub connected: bool,
    /// When the engine looks next; None for never.
    pub next: Option<Instant>,
    /// The contract's own zone.
    pub place: Place,
}

impl Row {
    /// The reported level is known and isn't the wanted one.
    pub fn differs(&self) -> bool {
        self.reported.is_some_and(|level| level != self.wanted)
    }
}
