//! What every page of one contract reads first: its row, its facts, its phone, and its plan.

use fairlock_domain::calendar::Instant;
use fairlock_domain::holds::HoldKind;
use fairlock_domain::plan::{self, Plan};
use fairlock_domain::rules::Rules;
use fairlock_domain::standing::{Event, EventKind, Facts, FeedState};
use fairlock_storage::{ContractRow, DeviceRow, GrantRow, GrantState};
use fairlock_web::view::{FiveFacts, Hold, Level, LevelAt, Place, Signed};

use super::answer::Trouble;
use super::places;
use crate::Shared;
use crate::past::Past;

/// Grants of a contract that a page looks through; a phone rarely waits for more than one.
pub const GRANTS_MAX: u32 = 50;

/// One contract as its pages know it.
pub struct Known {
    pub row: ContractRow,
    pub facts: Facts,
    pub rules: Rules,
    pub plan: Plan,
    pub device: Option<DeviceRow>,
    /// Newest first.
    pub grants: Vec<GrantRow>,
    pub place: Place,
    pub at: Instant,
}

/// Reads a contract and plans it at `at`: before now with what was known then, by the rules of
/// then.
pub fn known(shared: &Shared, id: &str, at: Instant) -> Result<Known, Trouble> {
    let absent = || Trouble::NotFound {
        thing: format!("/contracts/{id}"),
        expected: Some("a contract's id, as C-1001"),
    };
    let store = &shared.store;
    let row = store.contract(shared.lender, id)?.ok_or_else(absent)?;
    let stored = store.facts(shared.lender, id)?.ok_or_else(absent)?;
    let place = places::get(shared, &stored.time_zone);
    let past = Past {
        store,
        lender: shared.lender,
        rulebook: &shared.rulebook,
    };
    let book = past.book_at(&stored, at)?;
    let facts = past.facts(&stored, &book, &place.zone, at)?;
    let rules = book.rules;
    let plan = plan::plan(&facts, &rules, at).map_err(|problem| Trouble::Facts {
        contract_id: id.to_string(),
        problem,
    })?;
    let device = store.device_of(shared.lender, id)?;
    let grants = store.grants_of(shared.lender, id, GRANTS_MAX)?;
    Ok(Known {
        row,
        facts,
        rules,
        plan,
        device,
        grants,
        place,
        at,
    })
}

impl Known {
    /// The newest grant that is signed, or waits to be.
    pub fn newest_grant(&self) -> Option<&GrantRow> {
        self.grants.iter().find(|grant| {
            matches!(
                grant.state,
                GrantState::Signed | GrantState::Unsigned | GrantState::Held
            )
        })
    }

    /// The newest grant that is signed.
    pub fn newest_signed(&self) -> Option<&GrantRow> {
        self.grants
            .iter()
            .find(|grant| grant.state == GrantState::Signed)
    }

    /// Wanted, signed, delivered, applied, reported.
    pub fn five_facts(&self) -> FiveFacts {
        let grant = self.newest_grant();
        let reported = self.device.as_ref().and_then(|d| d.reported.as_ref());
        FiveFacts {
            wanted: Level::from(self.plan.level),
            signed: grant.map(|g| Signed {
                seq: g.seq,
                at: g.signed.map(|stamp| stamp.at),
            }),
            delivered: grant.and_then(|g| g.delivered).map(|stamp| stamp.at),
            applied: grant.and_then(|g| g.applied).map(|stamp| stamp.at),
            reported: reported.map(|r| LevelAt {
                level: Level::from(r.level),
                at: r.at,
            }),
            enrolled: self.device.is_some(),
        }
    }

    /// The plan's holds.
    pub fn holds(&self) -> Vec<Hold> {
        let entries = self.plan.holds.iter();
        entries
            .map(|entry| Hold {
                kind: entry.kind.name().to_string(),
                since: self.since(entry.kind),
                until: entry.until,
                lowers: entry.kind.lowers(),
            })
            .collect()
    }

    /// Since when a hold of that kind lasts, where one event says it: the oldest one that is
    /// open, or the feed's fall. Money in doubt has a bound instead.
    fn since(&self, kind: HoldKind) -> Option<Instant> {
        let past = || self.facts.events.iter().filter(|e| e.at <= self.at);
        if kind == HoldKind::Feed {
            let own = |e: &&Event| {
                matches!(&e.kind, EventKind::Feed { feed, .. }
                if self.row.feed.as_ref() == Some(feed))
            };
            let healthy = |e: &&Event| matches!(&e.kind, EventKind::Feed { state, .. } if *state == FeedState::Healthy);
            let mut since = None;
            for event in past().filter(own) {
                since = match since {
                    _ if healthy(&event) => None,
                    None => Some(event.at),
                    some => some,
                };
            }
            return since;
        }
        let ended = |wanted: &str| {
            past().any(|e| matches!(&e.kind, EventKind::HoldEnd { id, .. } if id == wanted))
        };
        past().find_map(|event| match &event.kind {
            EventKind::Hold { id, kind: own, .. } if *own == kind && !ended(id) => Some(event.at),
            _ => None,
        })
    }
}
