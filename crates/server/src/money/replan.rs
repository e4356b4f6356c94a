//! What new facts mean for a contract: the plan, its projection and record, the notices that are
//! due, and the next grant's body, as one change for the store.
//!
//! Everything here is computed from facts of one version; the store refuses the change when they
//! are not the newest any more, and the caller reads again. On purpose absent: signing, and
//! sending anything.

use fairlock_domain::calendar::{Instant, Zone};
use fairlock_domain::plan::{self, FactsError, NoticeDue, Plan};
use fairlock_domain::rules::Rules;
use fairlock_domain::standing::{Event, EventKind, Facts};
use fairlock_storage::{ContractChange, ContractFacts, NewDecision, NewNotice, Projection};
use sha2::{Digest as _, Sha256};

use super::desk::{Desk, UnknownName};
use super::words;

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
    let mut facts = known.facts(zone);
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
    // Facts are in order; a clock that was set back doesn't put a fact before older ones.
    let newest = known.events.last().map_or(now, |event| event.at.max(now));
    let events: Vec<Event> = new
        .into_iter()
        .map(|kind| Event { at: newest, kind })
        .collect();
    let today = zone.day_of(newest);
    let judged = judge(desk, known, zone.clone(), &events, newest)?;
    let record = plan::record(&judged.plan, &judged.facts, &judged.rules, newest);
    let mut change = ContractChange::new(&known.contract.id, known.version);
    change.decision = Some(NewDecision {
        hash: decision_hash(&record),
        level: judged.plan.level,
        record,
    });
    change.notices = due_notices(desk, known, &zone, &judged, newest);
    change.projection = Some(Projection::of(&judged.plan, today));
    change.events = events;
    Ok(change)
}

/// The first half of SHA-256 of a decision's record.
pub fn decision_hash(record: &[u8]) -> [u8; 16] {
    let hash = Sha256::digest(record);
    let mut first = [0; 16];
    first.copy_from_slice(&hash[..16]);
    first
}

/// Notices that are due now, for the channels that this server sends by. What the phone shows
/// travels in its grant.
fn due_notices(
    desk: &Desk,
    known: &ContractFacts,
    zone: &Zone,
    judged: &Judged,
    now: Instant,
) -> Vec<NewNotice> {
    if !desk.sends_text {
        return Vec::new();
    }
    let due = judged.plan.notices_due.iter().filter(|n| n.at <= now);
    due.map(|notice| NewNotice {
        notice: notice_id(notice),
        channel: super::notices::TEXT_CHANNEL.to_owned(),
        due_at: notice.at,
        text: words::notice(&desk.texts, known, zone, &judged.plan, notice, now),
    })
    .collect()
}

/// `PACK/ID`.
pub fn notice_id(notice: &NoticeDue) -> String {
    format!("{}/{}", notice.pack, notice.notice)
}
