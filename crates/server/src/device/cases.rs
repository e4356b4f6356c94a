//! What borrowers say on their phones: "I have paid", "something is wrong", "I bought this used".
//!
//! A phone sends a kind and nothing else, over its own channel. Each opens a case with a clock that
//! runs against the lender, and a hold: a claim to have paid shields, so nothing gets stricter for
//! as long as announced money is checked, and it never credits; a dispute opens the phone until it is
//! answered; a buyer's word stands still until a person has looked. [`open`] is the one place where a
//! case begins and [`answer`] the one where it ends, whoever asks for it.
//!
//! Failure is a press that holds nothing, or one that holds twice. On purpose absent: amounts,
//! references and pictures of receipts (the money side's), and any judgement of who is right.

use fairlock_domain::calendar::{Instant, Span};
use fairlock_domain::holds::HoldKind;
use fairlock_domain::standing::{Event, EventKind, Outcome};
use fairlock_storage::{
    CaseKind, CaseRow, CaseState, ChangeSet, CommitError, ContractChange, ContractFacts, LenderId,
    NewCase, Stamp, Store, StoreError,
};

use crate::money::desk::{Desk, UnknownName};

/// A claim to have paid is looked into for as long as announced money is (the engine's shield).
const CLAIM_LASTS: Span = Span::days(5);
/// The lender's deadline for all else (engine.md: 14 days for a dispute).
const ANSWER_WITHIN: Span = Span::days(14);
/// Claims that shield in [`CLAIMS_WITHIN`]: as many as announced payments that never come.
const CLAIMS_MAX: usize = 3;
const CLAIMS_WITHIN: Span = Span::days(30);
/// News of the contract may come between reading and writing so many times.
const TRIES: u32 = 8;

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opened {
    /// The case is open, and its hold stands.
    Open,
    /// One of this kind was open already.
    Already,
    /// Nothing is limited by this contract any more, or claims are used up: it is heard, and holds
    /// nothing.
    Nothing,
}

/// Why a case can't be opened or answered, in the order of the checks.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    #[error("no such contract; expected one that was imported")]
    UnknownContract,
    #[error("no open case {0}; expected one that is open")]
    NotOpen(i64),
    #[error(transparent)]
    Unknown(#[from] UnknownName),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Commit(#[from] CommitError),
    #[error("news of the contract came in between {TRIES} times; try again")]
    Busy,
}

/// Opens a case of a contract, with its hold.
pub fn open(
    store: &Store,
    lender: LenderId,
    desk: &Desk,
    (contract_id, kind): (&str, CaseKind),
    now: Stamp,
) -> Result<Opened, CaseError> {
    for _ in 0..TRIES {
        let cases = store.cases_of(lender, contract_id)?;
        let of_kind = || cases.iter().filter(|case| case.kind == kind);
        if of_kind().any(|case| case.state == CaseState::Open && !is_over(case, now.at)) {
            return Ok(Opened::Already);
        }
        let recent = |case: &&CaseRow| case.opened_at.plus(CLAIMS_WITHIN) > now.at;
        if kind == CaseKind::Paid && of_kind().filter(recent).count() >= CLAIMS_MAX {
            return Ok(Opened::Nothing);
        }
        let facts = store.facts(lender, contract_id)?;
        let facts = facts.ok_or(CaseError::UnknownContract)?;
        let zone = desk.zone(&facts.time_zone)?;
        let at = newest(&facts, now.at);
        // The same press again, after a crash between the two writes, finds its hold.
        let hold = format!("phone/{}/{}", kind.name(), of_kind().count() + 1);
        if !has_hold(&facts, &hold) {
            let (held, lasts) = hold_of(kind);
            let event = EventKind::Hold {
                id: hold.clone(),
                kind: held,
                until: lasts.map(|lasts| at.plus(lasts)),
            };
            match commit(store, lender, &facts, (at, event), now) {
                Ok(()) => {}
                Err(error) if error.is_conflict() => continue,
                Err(error) => return Err(error.into()),
            }
        }
        for over in of_kind().filter(|case| case.state == CaseState::Open) {
            store.close_case(lender, contract_id, over.no, CaseState::Refused, now.at)?;
        }
        let within = hold_of(kind).1.unwrap_or(ANSWER_WITHIN);
        let case = NewCase {
            contract_id: contract_id.to_owned(),
            kind,
            hold,
            opened_at: now.at,
            answer_by: zone.day_of(now.at.plus(within)),
        };
        return match store.open_case(lender, case)? {
            true => Ok(Opened::Open),
            false => Ok(Opened::Already),
        };
    }
    Err(CaseError::Busy)
}

/// The lender's people answer a case: its hold ends, and a dispute that is upheld starts the ladder
/// again.
pub fn answer(
    store: &Store,
    lender: LenderId,
    (contract_id, no): (&str, i64),
    upheld: bool,
    now: Stamp,
) -> Result<(), CaseError> {
    let cases = store.cases_of(lender, contract_id)?;
    let open = |case: &&CaseRow| case.no == no && case.state == CaseState::Open;
    let case = cases.iter().find(open).ok_or(CaseError::NotOpen(no))?;
    for _ in 0..TRIES {
        let facts = store.facts(lender, contract_id)?;
        let facts = facts.ok_or(CaseError::UnknownContract)?;
        let ended = |event: &Event| matches!(&event.kind, EventKind::HoldEnd { id, .. } if *id == case.hold);
        if has_hold(&facts, &case.hold) && !facts.events.iter().any(ended) {
            let outcome = match upheld {
                true => Outcome::Upheld,
                false => Outcome::Rejected,
            };
            let event = EventKind::HoldEnd {
                id: case.hold.clone(),
                outcome: Some(outcome),
            };
            match commit(store, lender, &facts, (newest(&facts, now.at), event), now) {
                Ok(()) => {}
                Err(error) if error.is_conflict() => continue,
                Err(error) => return Err(error.into()),
            }
        }
        let state = match upheld {
            true => CaseState::Upheld,
            false => CaseState::Refused,
        };
        store.close_case(lender, contract_id, no, state, now.at)?;
        return Ok(());
    }
    Err(CaseError::Busy)
}

/// A claim is over by itself once it has been looked into long enough.
pub fn is_over(case: &CaseRow, now: Instant) -> bool {
    case.kind == CaseKind::Paid && case.opened_at.plus(CLAIM_LASTS) <= now
}

/// What a kind holds, and for how long at most; open ended until it is answered.
const fn hold_of(kind: CaseKind) -> (HoldKind, Option<Span>) {
    match kind {
        CaseKind::Paid => (HoldKind::HumanReview, Some(CLAIM_LASTS)),
        CaseKind::Wrong => (HoldKind::Dispute, None),
        CaseKind::BoughtUsed => (HoldKind::HumanReview, None),
    }
}

fn newest(facts: &ContractFacts, now: Instant) -> Instant {
    facts.events.last().map_or(now, |event| event.at.max(now))
}

fn has_hold(facts: &ContractFacts, hold: &str) -> bool {
    let is_it = |event: &Event| matches!(&event.kind, EventKind::Hold { id, .. } if id == hold);
    facts.events.iter().any(is_it)
}

fn commit(
    store: &Store,
    lender: LenderId,
    facts: &ContractFacts,
    (at, kind): (Instant, EventKind),
    now: Stamp,
) -> Result<(), CommitError> {
    let mut change = ContractChange::new(&facts.contract.id, facts.version);
    change.events.push(Event { at, kind });
    let mut set = ChangeSet::new(now);
    set.contracts.push(change);
    store.commit(lender, set).map(|_| ())
}
