//! The timeline of a contract: everything that happened to it, newest first.

use fairlock_domain::calendar::Instant;
use fairlock_domain::money::Currency;
use fairlock_domain::rules::Level;
use fairlock_domain::standing::Event;

use crate::error::StoreError;
use crate::events::{self, Subject};
use crate::ids::LenderId;
use crate::sqlite::{Cells, Db, instant_cell, instant_cell_or_none, statements};
use crate::store::Store;

statements! { "timeline":
    CONTRACT = "
        SELECT c.feed, c.currency, d.device_id FROM contracts AS c
        LEFT JOIN devices AS d ON d.lender_id = c.lender_id AND d.contract_id = c.contract_id
        WHERE c.lender_id = ?1 AND c.contract_id = ?2";
    // The instants of the newest entries of each kind; the last of them begins the page.
    BEGINS = "
        SELECT min(at) FROM (SELECT at FROM (
            SELECT * FROM (SELECT at FROM events
                WHERE lender_id = ?1 AND contract_id = ?2 AND at < ?5
                ORDER BY at DESC LIMIT ?6)
            UNION ALL SELECT * FROM (SELECT at FROM events
                WHERE lender_id = ?1 AND feed = ?3 AND at < ?5
                ORDER BY at DESC LIMIT ?6)
            UNION ALL SELECT * FROM (SELECT at FROM decisions
                WHERE lender_id = ?1 AND contract_id = ?2 AND at < ?5
                ORDER BY at DESC LIMIT ?6)
            UNION ALL SELECT * FROM (SELECT signed_at AS at FROM grants
                WHERE lender_id = ?1 AND device_id = ?4 AND signed_at < ?5
                ORDER BY signed_at DESC LIMIT ?6)
            UNION ALL SELECT * FROM (SELECT received_at AS at FROM reports
                WHERE lender_id = ?1 AND device_id = ?4 AND received_at < ?5
                ORDER BY received_at DESC LIMIT ?6)
            ) ORDER BY at DESC LIMIT ?6)";
    DECISIONS = "
        SELECT at, hash, level FROM decisions
        WHERE lender_id = ?1 AND contract_id = ?2 AND at >= ?3 AND at < ?4
        ORDER BY at, decision_no";
    GRANTS = "
        SELECT signed_at, seq, level, tightening FROM grants
        WHERE lender_id = ?1 AND device_id = ?2 AND signed_at >= ?3 AND signed_at < ?4
        ORDER BY signed_at, seq";
    REPORTS = "
        SELECT received_at, counter, level FROM reports
        WHERE lender_id = ?1 AND device_id = ?2 AND received_at >= ?3 AND received_at < ?4
        ORDER BY received_at, counter";
}

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
    /// `size`, by what happened at its oldest instant. Empty for a contract that isn't there.
    pub fn timeline(
        &self,
        lender: LenderId,
        contract_id: &str,
        before: Option<Instant>,
        size: u32,
    ) -> Result<TimelinePage, StoreError> {
        self.read("timeline", |db| {
            let key = (lender.0, contract_id);
            let found = db.first(CONTRACT, key, |c| {
                Ok(Whose {
                    feed: c.get()?,
                    currency: c.currency()?,
                    device: c.get()?,
                })
            })?;
            match found {
                Some(whose) => page(db, lender, contract_id, &whose, before, size),
                None => Ok(TimelinePage {
                    entries: Vec::new(),
                    next: None,
                }),
            }
        })
    }
}

/// Whose rows a contract's timeline is made of.
struct Whose {
    feed: Option<String>,
    currency: Currency,
    device: Option<[u8; 16]>,
}

fn page(
    db: &Db<'_>,
    lender: LenderId,
    contract_id: &str,
    whose: &Whose,
    before: Option<Instant>,
    size: u32,
) -> Result<TimelinePage, StoreError> {
    let end = instant_cell_or_none(before)?.unwrap_or(i64::MAX);
    let begins = |end: i64, size: u32| {
        let key = (lender.0, contract_id, &whose.feed, whose.device, end, size);
        db.one(BEGINS, key, |c| c.instant_or_none())
    };
    let Some(from) = begins(end, size.max(1))? else {
        return Ok(TimelinePage {
            entries: Vec::new(),
            next: None,
        });
    };
    let start = instant_cell(from)?;
    let subject = Subject {
        lender,
        contract_id,
        feed: whose.feed.as_deref(),
        currency: whose.currency,
    };
    let facts = events::read(db, &subject, Some(from), before)?;
    let mut entries: Vec<_> = facts.into_iter().map(TimelineEntry::Event).collect();
    entries.extend(db.all(DECISIONS, (lender.0, contract_id, start, end), decision)?);
    let of_device = (lender.0, whose.device, start, end);
    entries.extend(db.all(GRANTS, of_device, grant)?);
    entries.extend(db.all(REPORTS, of_device, report)?);
    // A stable sort, so that at one instant causes stand before effects; then newest first.
    entries.sort_by_key(TimelineEntry::at);
    entries.reverse();
    let more = begins(start, 1)?.is_some();
    Ok(TimelinePage {
        entries,
        next: more.then_some(from),
    })
}

fn decision(c: &mut Cells<'_>) -> Result<TimelineEntry, StoreError> {
    Ok(TimelineEntry::Decision {
        at: c.instant()?,
        hash: c.get()?,
        level: c.word(Level::from_name, "a level")?,
    })
}

fn grant(c: &mut Cells<'_>) -> Result<TimelineEntry, StoreError> {
    Ok(TimelineEntry::Grant {
        at: c.instant()?,
        seq: c.unsigned()?,
        level: c.word(Level::from_name, "a level")?,
        tightening: c.get()?,
    })
}

fn report(c: &mut Cells<'_>) -> Result<TimelineEntry, StoreError> {
    Ok(TimelineEntry::Report {
        at: c.instant()?,
        counter: c.unsigned()?,
        level: c.word(Level::from_name, "a level")?,
    })
}
