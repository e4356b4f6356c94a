//! The timeline of a contract: everything that happened to it, newest first.

use fairlock_domain::calendar::Instant;
use fairlock_domain::rules::Level;
use fairlock_domain::standing::Event;

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::store::Store;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimelineEntry {
    /// A fact: payment, notice, hold, feed…
    Event(Event),
    /// A decision that was recorded.
    Decision {
        at: Instant,
        hash: [u8; 16],
        level: Level,
    },
    /// A grant was signed.
    Grant {
        at: Instant,
        seq: u64,
        level: Level,
        tightening: bool,
    },
    /// A report arrived.
    Report {
        at: Instant,
        counter: u64,
        level: Level,
    },
}

impl TimelineEntry {
    pub fn at(&self) -> Instant {
        match self {
            TimelineEntry::Event(event) => event.at,
            TimelineEntry::Decision { at, .. }
            | TimelineEntry::Grant { at, .. }
            | TimelineEntry::Report { at, .. } => *at,
        }
    }
}

/// A page of the timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelinePage {
    pub entries: Vec<TimelineEntry>,
    /// What to hand in as `before` for older entries; `None` on the last page.
    pub next: Option<Instant>,
}

impl Store {
    /// What happened before an instant (or up to now), newest first. A page may be longer than
    /// `size`, by what happened at its oldest instant.
    pub fn timeline(
        &self,
        lender: LenderId,
        contract_id: &str,
        before: Option<Instant>,
        size: u32,
    ) -> Result<TimelinePage, StoreError> {
        let _ = (lender, contract_id, before, size);
        todo!()
    }
}
