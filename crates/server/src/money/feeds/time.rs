//! Time for every contract of a feed: one person proposes it, another approves it, and then it is
//! written to each contract as a hold with an end.
//!
//! The hold is an outage: no level rises, no notice is served and no lead runs until its end,
//! whatever becomes of the feed. It can be given for a healthy feed too: a provider that announces
//! an outage is believed before its feed falls silent. Taking it back is an action of its own, with
//! two people, for it makes contracts stricter than they would be.
//!
//! Contracts are written in pages, each with the place up to which the action got, so that a
//! server that died goes on where it stood and no contract gets it twice. On purpose absent: a
//! sign-in; until there is one, a person is a name that is typed, and the two must differ.

use fairlock_domain::calendar::{Instant, Span};
use fairlock_domain::holds::HoldKind;
use fairlock_domain::standing::EventKind;
use fairlock_storage::{
    ChangeSet, CommitError, ContractFacts, FeedActionChange, FeedActionError, FeedActionKind,
    FeedActionRow, FeedActionState, FeedDecision, FeedWork, NewFeedAction, Stamp,
};

use super::super::desk::Desk;
use super::super::process::ProcessError;
use super::super::replan::{self, ReplanError};

/// The longest time that is given at once, in days: a provider that is down for longer is a case
/// for more than one decision.
pub const DAYS_MAX: u32 = 31;

/// A proposal that nobody decides on lapses after this: what was true then may not be any more.
pub const LAPSES_AFTER: Span = Span::hours(72);

/// The longest name of a person, in characters.
pub const NAME_MAX: usize = 60;

/// The longest reason, in characters: a sentence or two.
pub const REASON_MAX: usize = 300;

/// Contracts written together: one fsync for many.
const PAGE: u32 = 256;

/// Tries of a page: each conflict means that another writer got further.
const ATTEMPTS_MAX: u32 = 16;

/// Why a proposal or a decision isn't taken, in the order of the checks.
#[derive(Debug, thiserror::Error)]
pub enum TimeError {
    #[error("{what}: {found} characters; expected 1 to {max}, on one line")]
    Text {
        what: &'static str,
        found: usize,
        max: usize,
    },
    #[error("{0} days; expected 1 to {DAYS_MAX}")]
    Days(u32),
    #[error(transparent)]
    Action(#[from] FeedActionError),
}

/// Proposes that no contract of a feed climbs for so many days, counted from now.
pub fn propose(
    desk: &Desk,
    feed: &str,
    days: u32,
    reason: &str,
    by: &str,
    now: Instant,
) -> Result<FeedActionRow, TimeError> {
    let (reason, by) = (text("reason", reason, REASON_MAX)?, name(by)?);
    if !(1..=DAYS_MAX).contains(&days) {
        return Err(TimeError::Days(days));
    }
    let until = now.plus(Span::hours(days * 24));
    let work = FeedWork::GiveTime { until };
    proposed(desk, feed, work, reason, by, now)
}

/// Proposes to take back what an action gave.
pub fn propose_back(
    desk: &Desk,
    action: i64,
    reason: &str,
    by: &str,
    now: Instant,
) -> Result<FeedActionRow, TimeError> {
    let (reason, by) = (text("reason", reason, REASON_MAX)?, name(by)?);
    let given = desk.store.feed_action(desk.lender, action);
    let given = given.map_err(FeedActionError::from)?;
    let given = given.ok_or(FeedActionError::UnknownAction(action))?;
    let work = FeedWork::TakeBack { action };
    proposed(desk, &given.feed, work, reason, by, now)
}

fn proposed(
    desk: &Desk,
    feed: &str,
    work: FeedWork,
    reason: String,
    by: String,
    now: Instant,
) -> Result<FeedActionRow, TimeError> {
    let new = NewFeedAction {
        feed: feed.to_owned(),
        work,
        reason,
        by,
        at: now,
        lapses_at: now.plus(LAPSES_AFTER),
    };
    Ok(desk.store.propose_feed_action(desk.lender, new)?)
}

/// A second person approves, or anybody refuses; why is for the audit.
pub fn decide(
    desk: &Desk,
    no: i64,
    approve: bool,
    by: &str,
    why: &str,
    now: Instant,
) -> Result<FeedActionRow, TimeError> {
    let decision = FeedDecision {
        no,
        approve,
        by: name(by)?,
        why: text("reason", why, REASON_MAX)?,
        at: now,
    };
    Ok(desk.store.decide_feed_action(desk.lender, decision)?)
}

fn name(by: &str) -> Result<String, TimeError> {
    text("name", by, NAME_MAX)
}

/// A line of text without what surrounds it.
fn text(what: &'static str, text: &str, max: usize) -> Result<String, TimeError> {
    let text = text.trim();
    let found = text.chars().count();
    if !(1..=max).contains(&found) || text.chars().any(char::is_control) {
        return Err(TimeError::Text { what, found, max });
    }
    Ok(text.to_owned())
}

/// Carries out what was approved, all of it; the contracts that were touched. `told` hears after
/// each page how far an action got.
pub fn run(
    desk: &Desk,
    now: Stamp,
    told: &mut dyn FnMut(&FeedActionRow),
) -> Result<Vec<String>, ProcessError> {
    desk.store.lapse_feed_actions(desk.lender, now.at)?;
    let mut touched = Vec::new();
    for action in desk.store.open_feed_actions(desk.lender)? {
        if action.state != FeedActionState::Running {
            continue;
        }
        let no = action.no;
        let mut running = Some(action);
        while let Some(action) = running {
            touched.extend(page(desk, &action, now)?);
            let after = desk.store.feed_action(desk.lender, no)?;
            if let Some(after) = &after {
                told(after);
            }
            running = after.filter(|row| row.state == FeedActionState::Running);
        }
    }
    Ok(touched)
}

/// One page of contracts; those that changed.
fn page(desk: &Desk, action: &FeedActionRow, now: Stamp) -> Result<Vec<String>, ProcessError> {
    let (store, lender) = (&desk.store, desk.lender);
    let ids = store.contracts_on_feed(lender, &action.feed, &action.cursor, PAGE)?;
    for _ in 0..ATTEMPTS_MAX {
        let mut set = ChangeSet::new(now);
        for id in &ids {
            let facts = store.facts(lender, id)?;
            let Some((facts, event)) = facts.and_then(|f| event(action, &f).map(|e| (f, e))) else {
                continue;
            };
            let zone = desk.zone(&facts.time_zone);
            let zone = zone.map_err(|problem| ReplanError::Unknown {
                contract_id: id.clone(),
                problem,
            })?;
            let change = replan::change_or_later(desk, &facts, zone, vec![event], now.at)?;
            set.contracts.push(change);
        }
        let changed: Vec<String> = set
            .contracts
            .iter()
            .map(|c| c.contract_id.clone())
            .collect();
        set.feed_actions.push(FeedActionChange {
            no: action.no,
            from: action.cursor.clone(),
            to: ids.last().unwrap_or(&action.cursor).clone(),
            contracts: changed.len() as u64,
            finished: ids.len() < PAGE as usize,
        });
        match store.commit(lender, set) {
            Ok(_) => return Ok(changed),
            // Another process carried this page out.
            Err(CommitError::FeedActionMoved { .. }) => return Ok(Vec::new()),
            Err(error) if error.is_conflict() => {}
            Err(error) => return Err(error.into()),
        }
    }
    let first = ids.into_iter().next().unwrap_or_default();
    Err(ProcessError::ContractContended(first))
}

/// The id of the hold that an action opens on each contract.
pub fn hold_id(action: i64) -> String {
    format!("feed-time/{action}")
}

/// The fact that an action is to a contract; `None` when it has it already, or has nothing to be
/// taken back.
fn event(action: &FeedActionRow, facts: &ContractFacts) -> Option<EventKind> {
    let id = hold_id(action.of.unwrap_or(action.no));
    let mut own = facts.events.iter();
    let begun = own.any(|e| matches!(&e.kind, EventKind::Hold { id: hold, .. } if *hold == id));
    let ended = own.any(|e| matches!(&e.kind, EventKind::HoldEnd { id: hold, .. } if *hold == id));
    match action.kind {
        FeedActionKind::GiveTime => (!begun).then_some(EventKind::Hold {
            id,
            kind: HoldKind::Outage,
            until: Some(action.until),
        }),
        FeedActionKind::TakeBack => {
            (begun && !ended).then_some(EventKind::HoldEnd { id, outcome: None })
        }
    }
}
