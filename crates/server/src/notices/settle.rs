//! What came of a message, written down: its state, the fact that it proves, the next round.
//!
//! Carriers tell things twice, late, and in any order; a message only goes forward, and a failure
//! ends it. A proof becomes a fact when the pack's own hours are open: at night it waits for them,
//! for time that runs from a forbidden hour would be taken from the borrower. A failure takes the
//! proof back at once, at any hour, and while the notice is still due it is said again, later and
//! not for ever. Only the newest message of a notice says anything about it: a receipt for one of
//! an earlier sequence is kept, and proves nothing of this one.

use fairlock_domain::calendar::{Instant, Span, Zone};
use fairlock_domain::rules::Proof;
use fairlock_domain::standing::{EventKind, NoticeId};
use fairlock_storage::{
    ChangeSet, CommitError, ContractFacts, MessageNo, MessageOutcome, MessageState, NewNotice,
    NoticeChange, NoticeClass, NoticeRow, NoticeState, Stamp,
};

use super::ask::place;
use super::due::{ROUNDS_MAX, is_newest};
use super::gate;
use super::outcome::{Reached, SendError, Told};
use crate::money::Desk;
use crate::money::process::ProcessError;
use crate::money::replan::{self, ReplanError};

/// Attempts of one message: with a wait that doubles from a minute, the last comes two hours after
/// the first, and then a person is told.
pub const ATTEMPTS_MAX: u32 = 8;

/// The wait after the first failed attempt; it doubles.
const FIRST_WAIT: Span = Span::minutes(1);

/// A message that failed after its carrier had it is said again after this; it doubles, so that a
/// phone that is off for an hour is met later.
const SAID_AGAIN_AFTER: Span = Span::hours(1);

/// Conflicts of one settling: each means that another writer got further.
const SETTLES_MAX: u32 = 16;

/// Proofs that became facts in one go.
const FACTS: u32 = 64;

/// An attempt failed: it is tried again later, or ends in sight.
pub fn failed(
    desk: &Desk,
    row: &NoticeRow,
    error: &SendError,
    now: Stamp,
) -> Result<(), ProcessError> {
    let why = format!("{}: {error}", row.channel);
    if !error.is_final() && row.attempts + 1 < ATTEMPTS_MAX {
        let again = now.at.plus(doubled(FIRST_WAIT, row.attempts));
        return Ok(desk.store.notice_later(desk.lender, row.no, &why, again)?);
    }
    tracing::warn!(message = row.no, %error, "a message to a borrower can't be sent");
    let mut set = ChangeSet::new(now);
    set.notices.push(NoticeChange {
        note: Some(why),
        ..NoticeChange::to(row.no, NoticeState::Waiting, NoticeState::Failed)
    });
    match desk.store.commit(desk.lender, set) {
        // A receipt said more than the answer did.
        Ok(_) | Err(CommitError::NoticeMoved { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// 1, 2, 4… times.
fn doubled(span: Span, times: u32) -> Span {
    span.times(1 << times.min(10))
}

/// A carrier told how far a message came; with the inbox's message that said so, if one did.
/// Returns the contract, and whether anything changed.
pub fn told(
    desk: &Desk,
    no: i64,
    told: &Told,
    receipt: Option<MessageNo>,
    now: Stamp,
) -> Result<Option<(String, bool)>, ProcessError> {
    for _ in 0..SETTLES_MAX {
        let Some(row) = desk.store.notice(desk.lender, no)? else {
            return Ok(None);
        };
        let mut set = ChangeSet::new(now);
        let changed = match advance(row.state, told.state) {
            Some(state) => {
                go_on(desk, &row, state, told, &mut set)?;
                true
            }
            None => {
                set.notices.push(same(&row, told));
                false
            }
        };
        set.message = receipt.map(|no| MessageOutcome {
            no,
            state: MessageState::Processed,
            note: match changed {
                true => format!("message {}: {}", row.no, told.state.state().name()),
                false => format!("message {} is {} already", row.no, row.state.name()),
            },
        });
        match desk.store.commit(desk.lender, set) {
            Ok(_) => return Ok(Some((row.contract_id, changed))),
            Err(error) if error.is_conflict() => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ProcessError::MessageContended(no))
}

/// Where a message comes to, if it goes on: forward only, and nothing follows an end.
fn advance(was: NoticeState, reached: Reached) -> Option<NoticeState> {
    let state = reached.state();
    (!was.is_end() && state > was).then_some(state)
}

/// As it is, with what is new about its name and cost.
fn same(row: &NoticeRow, told: &Told) -> NoticeChange {
    NoticeChange {
        note: row.note.clone(),
        provider_id: told.provider_id.clone(),
        cost: told.cost,
        fact_at: row.fact_at,
        ..NoticeChange::to(row.no, row.state, row.state)
    }
}

/// The message's new state, with its fact or the next round.
fn go_on(
    desk: &Desk,
    row: &NoticeRow,
    state: NoticeState,
    told: &Told,
    set: &mut ChangeSet,
) -> Result<(), ProcessError> {
    let mut change = NoticeChange {
        note: told.reason.clone(),
        provider_id: told.provider_id.clone(),
        cost: told.cost,
        ..NoticeChange::to(row.no, row.state, state)
    };
    if state == NoticeState::Failed {
        let why = "its carrier failed and gave no reason";
        change.note = change.note.or(Some(why.to_owned()));
        tracing::warn!(message = row.no, "a carrier failed to deliver a message");
    }
    if row.class == NoticeClass::Statutory
        && let Some(case) = Case::read(desk, row)?
    {
        match state {
            NoticeState::Sent | NoticeState::Delivered => {
                change.fact_at = case.prove(desk, row, state, set)?;
            }
            NoticeState::Failed => case.take_back(desk, row, set)?,
            NoticeState::Waiting | NoticeState::Accepted | NoticeState::Withdrawn => {}
        }
    }
    set.notices.push(change);
    Ok(())
}

/// Proofs whose hour has come become facts. Returns the contracts.
pub fn tell_facts(desk: &Desk, now: Stamp) -> Result<Vec<String>, ProcessError> {
    let mut touched = Vec::new();
    for row in desk.store.notice_facts(desk.lender, now.at, FACTS)? {
        for _ in 0..SETTLES_MAX {
            let mut set = ChangeSet::new(now);
            let mut change = NoticeChange {
                note: row.note.clone(),
                ..NoticeChange::to(row.no, row.state, row.state)
            };
            if let Some(case) = Case::read(desk, &row)? {
                change.fact_at = case.prove(desk, &row, row.state, &mut set)?;
            }
            set.notices.push(change);
            match desk.store.commit(desk.lender, set) {
                // One that moved meanwhile is asked again in the next pass, as it is then.
                Ok(_) | Err(CommitError::NoticeMoved { .. }) => break,
                Err(error) if error.is_conflict() => {}
                Err(error) => return Err(error.into()),
            }
        }
        touched.push(row.contract_id);
    }
    Ok(touched)
}

/// A notice's contract as it is now.
struct Case {
    facts: ContractFacts,
    zone: Zone,
    /// This message is the newest of its notice and channel.
    newest: bool,
}

impl Case {
    fn read(desk: &Desk, row: &NoticeRow) -> Result<Option<Case>, ProcessError> {
        let id = &row.contract_id;
        let Some(facts) = desk.store.facts(desk.lender, id)? else {
            return Ok(None);
        };
        let rows = desk.store.notices_of(desk.lender, id)?;
        let zone = desk
            .zone(&facts.time_zone)
            .map_err(|problem| ReplanError::Unknown {
                contract_id: id.clone(),
                problem,
            })?;
        Ok(Some(Case {
            newest: is_newest(&rows, row),
            facts,
            zone,
        }))
    }

    /// The fact that a message reached its borrower, or the instant at which it will be one.
    fn prove(
        &self,
        desk: &Desk,
        row: &NoticeRow,
        state: NoticeState,
        set: &mut ChangeSet,
    ) -> Result<Option<Instant>, ProcessError> {
        let now = replan::not_before_facts(&self.facts, set.stamp.at);
        let judged = replan::judge(desk, &self.facts, self.zone.clone(), &[], now)?;
        let plan = &judged.plan;
        let is_due = plan
            .notices_due
            .iter()
            .any(|n| replan::notice_id(n) == row.notice && n.at == row.due_at);
        let is_served = plan.notices_served.iter().any(|n| {
            let id = format!("{}/{}", n.pack, n.notice);
            id == row.notice && n.at >= row.due_at
        });
        let Some((pack, _)) = place(&judged.rules, &row.notice) else {
            return Ok(None);
        };
        if !self.newest || !(is_due || is_served) {
            return Ok(None);
        }
        let mut holidays = self.facts.holidays.clone();
        holidays.sort_unstable();
        holidays.dedup();
        let from = gate::proof_counts_from(pack, &self.zone, &holidays, now);
        if from != Some(now) {
            return Ok(from);
        }
        let proof = match state {
            NoticeState::Delivered => Proof::Delivered,
            _ => Proof::Sent,
        };
        let event = self.event(row, proof);
        let change = replan::change(desk, &self.facts, self.zone.clone(), event, now)?;
        set.contracts.push(change);
        Ok(None)
    }

    /// What was proved is taken back; while the notice is due it is said again.
    fn take_back(
        &self,
        desk: &Desk,
        row: &NoticeRow,
        set: &mut ChangeSet,
    ) -> Result<(), ProcessError> {
        if !self.newest {
            return Ok(());
        }
        let now = replan::not_before_facts(&self.facts, set.stamp.at);
        let event = self.event(row, Proof::Failed);
        let mut change = replan::change(desk, &self.facts, self.zone.clone(), event, now)?;
        let judged = replan::judge(desk, &self.facts, self.zone.clone(), &change.events, now)?;
        let is_due = judged
            .plan
            .notices_due
            .iter()
            .any(|n| replan::notice_id(n) == row.notice && n.at == row.due_at);
        if is_due && row.round < ROUNDS_MAX {
            change.notices.push(NewNotice {
                class: row.class,
                notice: row.notice.clone(),
                channel: row.channel.clone(),
                due_at: row.due_at,
                round: row.round + 1,
                not_before: now.plus(doubled(SAID_AGAIN_AFTER, row.round - 1)),
            });
        }
        set.contracts.push(change);
        Ok(())
    }

    fn event(&self, row: &NoticeRow, proof: Proof) -> Vec<EventKind> {
        let Some((pack, notice)) = row.notice.split_once('/') else {
            return Vec::new();
        };
        vec![EventKind::Notice {
            notice: NoticeId {
                pack: pack.to_owned(),
                notice: notice.to_owned(),
            },
            channel: row.channel.clone(),
            proof,
        }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_only_goes_forward() {
        use NoticeState::{Accepted, Delivered, Failed, Sent, Waiting, Withdrawn};
        let told = [
            Reached::Accepted,
            Reached::Sent,
            Reached::Delivered,
            Reached::Failed,
        ];
        let check = |was, expected: [Option<NoticeState>; 4]| {
            assert_eq!(told.map(|told| advance(was, told)), expected, "{was:?}");
        };
        let (sent, delivered, failed) = (Some(Sent), Some(Delivered), Some(Failed));
        check(Waiting, [Some(Accepted), sent, delivered, failed]);
        check(Accepted, [None, sent, delivered, failed]);
        check(Sent, [None, None, delivered, failed]);
        check(Delivered, [None, None, None, failed]);
        check(Failed, [None; 4]);
        check(Withdrawn, [None; 4]);
    }
}
