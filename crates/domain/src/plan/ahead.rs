//! What comes if no new fact does: later steps, notices, and when to look again.
//!
//! The future is lived like the past, instant by instant, with no facts in it. `review_at` is the
//! first instant at which anything that the plan shows becomes another: the first later step, the
//! first notice, the end of a hold that is shown, or the next day on which arrears grow.

use alloc::vec::Vec;

use super::state::{State, Terms};
use super::{HoldEntry, NoticeDue, Step, guards};
use crate::calendar::Instant;
use crate::standing::NoticeMode;

/// More instants than a ladder, its passes and its gates can have, hold ends and gate days
/// apart; a walk that is longer would be a fault of ours, and ends instead of turning for ever.
const INSTANTS_MAX: usize = 1_000;

pub struct Ahead {
    pub steps: Vec<Step>,
    /// In `auto`: to be served; in `manual`: none, for those wait for a person or a gateway.
    pub notices: Vec<NoticeDue>,
    pub review_at: Option<Instant>,
}

/// Walks on from `state`, which is used up by it.
pub fn walk<'f>(mut state: State<'f>, terms: &Terms<'f>, holds: &[HoldEntry]) -> Ahead {
    let mut changes: Vec<Option<Instant>> = holds.iter().map(|hold| hold.until).collect();
    let grows = state.pool.next_arrears_change(&terms.schedule, state.day);
    changes.push(grows.map(|day| terms.local.zone.instant_of(day, 0)));
    let mut ahead = Ahead {
        steps: Vec::new(),
        notices: Vec::new(),
        review_at: None,
    };
    let mut level = state.level();
    let mut due_changes = None;
    let bound = INSTANTS_MAX + state.holds.count() + terms.turns_count();
    for _ in 0..bound {
        let due_before = due(&state);
        if !state.live_next(terms) {
            break;
        }
        if state.level() != level {
            level = state.level();
            ahead
                .steps
                .push(guards::step(&state, terms, state.at, level));
        }
        if terms.facts.notices == NoticeMode::Auto {
            ahead.notices.extend(served_now(&state, terms));
        } else if due_changes.is_none() && due(&state) != due_before {
            due_changes = Some(state.at);
        }
    }
    changes.push(ahead.steps.first().map(|step| step.at));
    changes.push(ahead.notices.first().map(|notice| notice.at));
    changes.push(due_changes);
    ahead.review_at = changes.into_iter().flatten().min();
    ahead
}

fn due(state: &State) -> Vec<Option<(usize, Instant)>> {
    state.climbs.iter().map(|climb| climb.due).collect()
}

/// Notices that served themselves at this instant.
fn served_now(state: &State, terms: &Terms) -> Vec<NoticeDue> {
    let mut now = Vec::new();
    for (climb, pack) in state.climbs.iter().zip(&terms.rules.packs) {
        for i in 0..pack.notices.len() {
            let at = climb.ladder.served(i).map(|served| served.at);
            if at == Some(state.at) {
                now.extend(guards::notice_due(pack, i, state.at));
            }
        }
    }
    now
}
