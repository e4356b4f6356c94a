//! What time alone brings: reviews that are due, announced money that expires.
//!
//! Reviews are leased by index in batches, so that a day on which little changes costs little.
//! The engine is complete up to the instant at which a sweep last left nothing due; phones are
//! told that instant, and no other, as fresh.

use std::collections::BTreeSet;

use fairlock_domain::calendar::{Instant, Span};
use fairlock_domain::ledger::{self, Command, Outcome, Work};
use fairlock_domain::payment::PaymentState;
use fairlock_domain::standing::{EventKind, SuspenseState};
use fairlock_storage::{
    ChangeSet, CommitError, ContractChange, PaymentChange, PaymentRow, Stamp, StoreError,
    SuspenseChange, suspense_subject,
};

use super::desk::Desk;
use super::draft::DraftError;
use super::process::ProcessError;
use super::replan::{self, ReplanError};

/// Contracts planned and written together: one fsync for many, and no lease held for long.
const BATCH: u32 = 256;

/// A lease outlasts the slowest batch by far; a server that died gives it back after this.
const LEASE: Span = Span::minutes(1);

/// A contract whose facts contradict each other is looked at again after this; its phone keeps
/// what it has, and the log says why.
const BROKEN_AGAIN_AFTER: Span = Span::hours(1);

/// Tries of one contract by itself: each conflict means that another writer got further.
const ATTEMPTS_MAX: u32 = 16;

/// The holder's name in leases; one server works on an embedded database.
const HOLDER: &str = "server";

/// Announced payments expired together.
const EXPIRIES: u32 = 256;

/// Plans every contract that is due at `now`, each once: one that is due again at once waits for
/// its signature first. Returns their ids.
pub fn reviews(desk: &Desk, now: Stamp) -> Result<Vec<String>, ProcessError> {
    let mut planned = BTreeSet::new();
    loop {
        let until = now.at.plus(LEASE);
        let due = desk
            .store
            .lease_reviews(desk.lender, HOLDER, now.at, until, BATCH)?;
        let due = due.into_iter().map(|review| review.contract_id);
        let ids: Vec<String> = due.filter(|id| !planned.contains(id)).collect();
        if ids.is_empty() {
            return Ok(planned.into_iter().collect());
        }
        let mut set = ChangeSet::new(now);
        for id in &ids {
            set.contracts.extend(one(desk, id, now.at)?);
        }
        match desk.store.commit(desk.lender, set) {
            Ok(_) => {}
            Err(CommitError::Store(error)) => return Err(error.into()),
            // News of one of them came in between, or one can't be written: each by itself.
            Err(_) => {
                for id in &ids {
                    alone(desk, id, now)?;
                }
            }
        }
        planned.extend(ids);
    }
}

/// Plans one contract by itself; one that can't be written is left as it is until later.
fn alone(desk: &Desk, contract_id: &str, now: Stamp) -> Result<(), ProcessError> {
    for attempt in 1..=ATTEMPTS_MAX {
        let mut set = ChangeSet::new(now);
        set.contracts.extend(one(desk, contract_id, now.at)?);
        match desk.store.commit(desk.lender, set) {
            Ok(_) => return Ok(()),
            Err(CommitError::Store(error)) => return Err(error.into()),
            Err(error) if error.is_conflict() && attempt < ATTEMPTS_MAX => {}
            Err(error) => {
                tracing::error!(%error, "a plan can't be written; its phone keeps what it has");
                break;
            }
        }
    }
    let facts = desk.store.facts(desk.lender, contract_id)?;
    let version = facts.map_or(0, |facts| facts.version);
    let mut set = ChangeSet::new(now);
    set.contracts
        .extend(broken(desk, contract_id, version, now.at)?);
    match desk.store.commit(desk.lender, set) {
        Err(CommitError::Store(error)) => Err(error.into()),
        // Beaten once more: it is due still, and the next pass looks at it.
        _ => Ok(()),
    }
}

/// The new plan of one contract; `None` when it isn't there any more.
fn one(
    desk: &Desk,
    contract_id: &str,
    now: Instant,
) -> Result<Option<ContractChange>, ProcessError> {
    let Some(facts) = desk.store.facts(desk.lender, contract_id)? else {
        return Ok(None);
    };
    let zone = desk
        .zone(&facts.time_zone)
        .map_err(|problem| ReplanError::Unknown {
            contract_id: contract_id.to_owned(),
            problem,
        });
    let change = zone.and_then(|zone| replan::change(desk, &facts, zone, Vec::new(), now));
    match change {
        Ok(change) => Ok(Some(change)),
        Err(problem) => {
            tracing::error!(%problem, "a contract can't be planned; its phone keeps what it has");
            broken(desk, contract_id, facts.version, now)
        }
    }
}

/// Leaves a contract as it is until later.
fn broken(
    desk: &Desk,
    contract_id: &str,
    version: u64,
    now: Instant,
) -> Result<Option<ContractChange>, ProcessError> {
    let Some(row) = desk.store.contract(desk.lender, contract_id)? else {
        return Ok(None);
    };
    let mut change = ContractChange::new(contract_id, version);
    change.projection = Some(fairlock_storage::Projection {
        level: row.level,
        past_due_since: row.past_due_since,
        arrears: row.arrears,
        restore: row.restore,
        payoff: row.payoff,
        holds: row.holds,
        review_at: Some(now.plus(BROKEN_AGAIN_AFTER)),
    });
    Ok(Some(change))
}

/// Announced money that didn't come by its time is failed in the books. The engine ended its
/// shield at the same instant by itself; only suspense must be told.
pub fn expiries(desk: &Desk, now: Stamp) -> Result<Vec<String>, ProcessError> {
    let mut touched = Vec::new();
    loop {
        let expired = desk.store.expired_payments(desk.lender, now.at, EXPIRIES)?;
        let done = expired.len() < EXPIRIES as usize;
        for row in expired {
            touched.extend(expire(desk, row, now)?);
        }
        if done {
            return Ok(touched);
        }
    }
}

fn expire(desk: &Desk, row: PaymentRow, now: Stamp) -> Result<Vec<String>, ProcessError> {
    let contracts: Vec<&str> = row.contract_id.as_deref().into_iter().collect();
    let books = desk
        .store
        .ledger(desk.lender, &contracts, &[&row.subject()])?;
    let command = Command {
        subject: row.subject(),
        at: now.at,
        work: Work::Expire,
    };
    let (books, outcome) = ledger::post(books, &command);
    if outcome != Outcome::Posted {
        tracing::warn!(
            payment = row.id,
            outcome = outcome.sentence(),
            "an announcement that can't expire"
        );
    }
    let mut set = ChangeSet::new(now);
    set.postings = books.made().cloned().collect();
    let mut touched = contracts
        .iter()
        .map(|c| (*c).to_owned())
        .collect::<Vec<_>>();
    if row.contract_id.is_none() {
        touched = cleared(desk, &row, &mut set, now)?;
    } else {
        for contract in &touched {
            set.contracts.extend(one(desk, contract, now.at)?);
        }
    }
    set.payments.push(PaymentChange {
        payment: PaymentRow {
            state: PaymentState::Failed,
            failure: Some("timed_out".to_owned()),
            expires_at: None,
            ..row
        },
        keys: Vec::new(),
    });
    match desk.store.commit(desk.lender, set) {
        Ok(_) => Ok(touched),
        // News of it came in between; it is looked at again in the next round.
        Err(error) if error.is_conflict() => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

/// Ends the shields of announced money in suspense that didn't come.
fn cleared(
    desk: &Desk,
    row: &PaymentRow,
    set: &mut ChangeSet,
    now: Stamp,
) -> Result<Vec<String>, ProcessError> {
    let suspense = desk.store.suspense_of(desk.lender, &row.id)?;
    let Some(open) = suspense.filter(|s| s.cleared_at.is_none()) else {
        return Ok(Vec::new());
    };
    set.suspense.push(SuspenseChange::Clear {
        payment_id: row.id.clone(),
        by: "its announcement expired".to_owned(),
    });
    let mut touched = Vec::new();
    for candidate in open.candidates {
        let id = candidate.contract_id;
        let facts = desk.store.facts(desk.lender, &id)?;
        let facts = facts.ok_or_else(|| DraftError::NoContract(id.clone()))?;
        let zone = desk
            .zone(&facts.time_zone)
            .map_err(|problem| ReplanError::Unknown {
                contract_id: id.clone(),
                problem,
            })?;
        if facts.contract.currency != row.amount.currency() {
            continue;
        }
        let event = EventKind::Suspense {
            id: suspense_subject(&row.id, open.round),
            amount: row.amount,
            state: SuspenseState::Cleared,
        };
        set.contracts
            .push(replan::change(desk, &facts, zone, vec![event], now.at)?);
        touched.push(id);
    }
    Ok(touched)
}

/// The instant up to which every contract was planned, at `now`.
pub fn complete_up_to(desk: &Desk, now: Instant) -> Result<Instant, StoreError> {
    let next = desk.store.next_review(desk.lender)?;
    Ok(next.map_or(now, |at| at.min(now)))
}

/// The next instant at which time alone brings something.
pub fn next_deadline(desk: &Desk) -> Result<Option<Instant>, StoreError> {
    let review = desk.store.next_review(desk.lender)?;
    let expiry = desk.store.next_payment_expiry(desk.lender)?;
    Ok(review.into_iter().chain(expiry).min())
}
