//! Standing: the facts about one contract, as they came in.
//!
//! [`Facts`] is everything the engine may know; an [`Event`] is one thing that happened. Events
//! stand in the order in which they became known. [`check`] refuses facts that contradict each
//! other; [`Pool`] says what the money covers. On purpose absent: where a fact came from
//! (messages, statements, people), which the store keeps.

mod admit;
mod history;
mod schedule;

use alloc::string::String;
use alloc::vec::Vec;

use crate::calendar::{Day, Instant, Zone};
use crate::contract::{Contract, Particulars};
use crate::holds::HoldKind;
use crate::money::Money;
use crate::payment::PaymentState;
use crate::rules::{Proof, Rules};

pub use admit::{ChannelIndex, Fact, FactsError, Known, Place, Problem, check_contract};
pub use history::{History, Told, check};
pub use schedule::{Pool, Schedule};

/// A notice of a pack, written `PACK/ID`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoticeId {
    pub pack: String,
    pub notice: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedState {
    Healthy,
    /// No heartbeat within its period, or not complete up to the due time.
    Stale,
    /// A gap in its sequence.
    Gap,
}

/// How a hold ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Upheld,
    Rejected,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SuspenseState {
    /// Money that could be this borrower's.
    Candidate,
    Cleared,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Approve,
    Refuse,
}

/// One thing that happened, at the instant at which it became known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub at: Instant,
    pub kind: EventKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventKind {
    Payment {
        id: String,
        state: PaymentState,
        amount: Money,
        /// The day on which the borrower acted; never after the event's local day.
        paid_on: Option<Day>,
    },
    Feed {
        feed: String,
        state: FeedState,
    },
    Notice {
        notice: NoticeId,
        channel: String,
        proof: Proof,
    },
    Hold {
        id: String,
        kind: HoldKind,
        until: Option<Instant>,
    },
    HoldEnd {
        id: String,
        outcome: Option<Outcome>,
    },
    Suspense {
        id: String,
        amount: Money,
        state: SuspenseState,
    },
    Review {
        by: String,
        decision: Decision,
    },
    EmergencyPass,
    /// The phone reached the server; changes no level.
    Contact,
    PayoffWaived {
        amount: Money,
    },
}

/// Who serves notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeMode {
    /// Served by themselves at 09:00, on every channel, with the proof they need.
    Auto,
    /// Only `notice` events count.
    Manual,
}

/// A lawyer's clearance of a `counsel` pack; both days are included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clearance {
    pub pack: String,
    pub by: String,
    pub on: Day,
    pub until: Day,
    pub opinion_sha256: [u8; 32],
}

/// The device, as far as the gates ask for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceLink {
    pub charter_accepted: bool,
    /// The loan of this contract bought this device.
    pub is_this_loans: bool,
}

/// All that is known of one contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    pub contract: Contract,
    pub particulars: Particulars,
    /// The borrower's.
    pub zone: Zone,
    /// In any order, twice allowed.
    pub holidays: Vec<Day>,
    pub clearances: Vec<Clearance>,
    pub notices: NoticeMode,
    /// None: not known, and then the gate counts as met.
    pub device: Option<DeviceLink>,
    /// In the order of `at`, equal allowed.
    pub events: Vec<Event>,
}

impl Facts {
    /// Without proofs of notices that these rules don't have. A pack that was changed may have
    /// dropped a notice that was sent before: its proof counts for nothing then, and keeps no
    /// contract from being judged.
    #[must_use]
    pub fn under(mut self, rules: &Rules) -> Facts {
        let has = |id: &NoticeId| {
            let mut packs = rules.packs.iter().filter(|pack| pack.id == id.pack);
            packs.any(|pack| pack.notices.iter().any(|notice| notice.id == id.notice))
        };
        self.events.retain(|event| match &event.kind {
            EventKind::Notice { notice, .. } => has(notice),
            _ => true,
        });
        self
    }
}
