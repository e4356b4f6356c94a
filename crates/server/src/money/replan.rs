//! What new facts mean for a contract: the plan, its projection and record, the notices that are
//! due, and the next grant's body, as one change for the store.
//!
//! Everything here is computed from facts of one version; the store refuses the change when they
//! are not the newest any more, and the caller reads again. A decision's record is kept when it
//! decides something: new facts, another substance than the newest record, or a grant. On purpose
//! absent: signing, and sending anything.

use fairlock_domain::calendar::{Instant, Zone};
use fairlock_domain::plan::{self, FactsError, NoticeDue, Plan};
use fairlock_domain::rules::Rules;
use fairlock_domain::standing::{Event, EventKind, Facts};
use fairlock_signer::convert::{self, Context, Prior};
use fairlock_signer::prior::PriorError;
use fairlock_storage::{
    ContractChange, ContractFacts, GrantRow, GrantState, NewDecision, NewGrant, Projection,
    StoreError,
};
use sha2::{Digest as _, Sha256};

use super::desk::{Desk, Sending, UnknownName};
use crate::notices::due;

/// A contract as it is judged.
pub struct Judged {
    pub facts: Facts,
    pub rules: Rules,
    pub plan: Plan,
}

/// Why a contract can't be judged, in the order of the checks.
#[derive(Debug, thiserror::Error)]
pub enum ReplanError {
    #[error("contract {contract_id}: {problem}")]
    Unknown {
        contract_id: String,
        problem: UnknownName,
    },
    #[error("contract {contract_id}: facts contradict each other: {problem}")]
    Facts {
        contract_id: String,
        problem: FactsError,
    },
    #[error(transparent)]
    Prior(#[from] PriorError),
    #[error("contract {contract_id}: a grant that no phone would read: expected {expected}")]
    Grant {
        contract_id: String,
        expected: &'static str,
    },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Judges a contract with facts that aren't stored yet.
pub fn judge(
    desk: &Desk,
    known: &ContractFacts,
    zone: Zone,
    new: &[Event],
    now: Instant,
) -> Result<Judged, ReplanError> {
    let contract_id = &known.contract.id;
    let rules = desk
        .rules(&known.packs)
        .map_err(|problem| ReplanError::Unknown {
            contract_id: contract_id.clone(),
            problem,
        })?;
    let mut facts = known.facts(zone).under(&rules);
    facts.events.extend_from_slice(new);
    let plan = plan::plan(&facts, &rules, now).map_err(|problem| ReplanError::Facts {
        contract_id: contract_id.clone(),
        problem,
    })?;
    Ok(Judged { facts, rules, plan })
}

/// The change that new facts make, judged at `now`.
pub fn change(
    desk: &Desk,
    known: &ContractFacts,
    zone: Zone,
    new: Vec<EventKind>,
    now: Instant,
) -> Result<ContractChange, ReplanError> {
    let now = not_before_facts(known, now);
    let events = dated(known, new, now);
    let judged = judge(desk, known, zone.clone(), &events, now)?;
    let record = plan::record(&judged.plan, &judged.facts, &judged.rules, now);
    let hash = decision_hash(&record);
    let (grant, again_at) = grant(desk, known, &zone, &judged, hash, now)?;
    let mut change = ContractChange::new(&known.contract.id, known.version);
    if !events.is_empty() || grant.is_some() || decides_otherwise(desk, known, &record)? {
        change.decision = Some(NewDecision {
            hash,
            level: judged.plan.level,
            record,
            rests_on: desk.rests_on(known),
        });
    }
    let mut projection = Projection::of(&judged.plan, zone.day_of(now));
    projection.review_at = projection.review_at.into_iter().chain(again_at).min();
    match &desk.sending {
        Sending::Here(channels) => {
            change.notices = due::messages(desk, known, &judged, channels, now)?;
        }
        Sending::Elsewhere if judged.plan.notices_due.iter().any(|n| n.at <= now) => {
            projection.review_at = Some(now);
        }
        Sending::Elsewhere => {}
    }
    change.projection = Some(projection);
    change.grant = grant;
    change.events = events;
    Ok(change)
}

/// The same; a contract that can't be planned takes its facts all the same, and is due for review:
/// one contract's trouble never keeps money off another.
pub fn change_or_later(
    desk: &Desk,
    known: &ContractFacts,
    zone: Zone,
    new: Vec<EventKind>,
    now: Instant,
) -> Result<ContractChange, StoreError> {
    match change(desk, known, zone, new.clone(), now) {
        Ok(change) => Ok(change),
        Err(ReplanError::Store(error)) => Err(error),
        Err(problem) => {
            tracing::error!(%problem, "new facts are kept; their contract can't be planned");
            let mut change = ContractChange::new(&known.contract.id, known.version);
            change.events = dated(known, new, now);
            Ok(change)
        }
    }
}

/// New facts with their instant.
fn dated(known: &ContractFacts, new: Vec<EventKind>, now: Instant) -> Vec<Event> {
    let at = not_before_facts(known, now);
    new.into_iter().map(|kind| Event { at, kind }).collect()
}

/// Facts are in order: a clock that was set back doesn't put one before older ones.
pub fn not_before_facts(known: &ContractFacts, now: Instant) -> Instant {
    known.events.last().map_or(now, |event| event.at.max(now))
}

/// The body that the phone needs, if it needs another one, and when to look again even if
/// nothing new becomes known.
fn grant(
    desk: &Desk,
    known: &ContractFacts,
    zone: &Zone,
    judged: &Judged,
    decision: [u8; 16],
    now: Instant,
) -> Result<(Option<NewGrant>, Option<Instant>), ReplanError> {
    let Some(device) = &known.device else {
        return Ok((None, None));
    };
    let Some(prior) = Prior::read(&desk.store, desk.lender, known)? else {
        return Ok((None, None));
    };
    let context = Context {
        rules: &judged.rules,
        zone,
        decision,
        now,
    };
    let converted = convert::grant(&judged.plan, &prior, &context);
    let converted = converted.map_err(|malformed| ReplanError::Grant {
        contract_id: known.contract.id.clone(),
        expected: malformed.expected,
    })?;
    let body = converted.body.map(|body| body.row(device.device, decision));
    // A newer body takes the place of one that isn't signed yet, and a tightening waits behind
    // the lock budget: so a loosening is signed first.
    let frees = |row: &GrantRow| row.state == GrantState::Unsigned && !row.tightening;
    if body.as_ref().is_some_and(|body| body.tightening)
        && device.newest.as_ref().is_some_and(frees)
    {
        return Ok((None, Some(now)));
    }
    Ok((body, converted.again_at))
}

/// Whether a record says something else than the newest one that is kept.
fn decides_otherwise(
    desk: &Desk,
    known: &ContractFacts,
    record: &[u8],
) -> Result<bool, StoreError> {
    let newest = desk
        .store
        .decisions_of(desk.lender, &known.contract.id, 1)?;
    let newest = newest.first().map(|row| row.record.as_slice());
    Ok(newest.is_none_or(|newest| !substance(newest).eq(substance(record))))
}

/// The lines of a record that say what is wanted; the others say when it was asked, what was seen
/// and where it is written.
fn substance(record: &[u8]) -> impl Iterator<Item = &[u8]> {
    const PASSING: [&[u8]; 5] = [b"at ", b"dpd ", b"review_at ", b"finding ", b"citation "];
    let lines = record.split(|byte| *byte == b'\n');
    lines.filter(|line| !PASSING.iter().any(|name| line.starts_with(name)))
}

/// The first half of SHA-256 of a decision's record.
pub fn decision_hash(record: &[u8]) -> [u8; 16] {
    let hash = Sha256::digest(record);
    let mut first = [0; 16];
    first.copy_from_slice(&hash[..16]);
    first
}

/// `PACK/ID`.
pub fn notice_id(notice: &NoticeDue) -> String {
    format!("{}/{}", notice.pack, notice.notice)
}
