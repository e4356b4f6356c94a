//! What comes if no new fact does: later steps, notices, and when to look again.
//!
//! The future is lived like the past, instant by instant, with no facts in it. `review_at` is the
//! first instant at which anything that the plan shows becomes another: the first later step, the
//! first notice, the end of a hold that is shown, or the next day on which arrears grow.

use super::HoldEntry;
use super::prepared::Terms;
use super::state::State;
use crate::calendar::Instant;
use crate::holds::Holds;
use crate::rules::Level;
use crate::standing::NoticeMode;

/// More instants than a ladder, its passes and its gates can have, hold ends and gate days
/// apart; a walk that is longer would be a fault of ours, and ends instead of turning for ever.
const INSTANTS_MAX: usize = 1_000;

/// Notices that go stale and are served again, with no level reached between: what comes after
/// the second time is the first time once more, for ever.
const LAPSES_MAX: usize = 2;

/// Something to come, told with the state of its instant.
pub enum Coming {
    Level(Level),
    /// By place of pack and notice. Only in `auto`: by hand a notice waits for a person or a
    /// gateway.
    Notice {
        pack: usize,
        notice: usize,
    },
}

/// Walks `state` on to its end, tells what comes, and returns `review_at`.
pub fn walk(
    state: &mut State,
    terms: &Terms,
    holds: &[HoldEntry],
    tell: &mut dyn FnMut(&State, Coming),
) -> Option<Instant> {
    let ends = holds.iter().filter_map(|hold| hold.until).min();
    let ground = &state.ground;
    let grows = ground.pool.next_arrears_change(terms.schedule, ground.day);
    let grows = grows.map(|day| terms.local.instant_of(day, 0));
    let mut changes = None;
    let mut level = state.level();
    let mut served = state.served_count();
    let mut lapses = 0;
    let bound = INSTANTS_MAX + state.ground.holds().map_or(0, Holds::count) + terms.turns_count();
    for _ in 0..bound {
        // What is due by hand moves nothing, and counts only as the first change.
        let notices = terms.mode == NoticeMode::Auto || changes.is_none();
        if !state.live_next(terms, notices) {
            break;
        }
        let mut changed = false;
        if state.level() != level {
            level = state.level();
            tell(state, Coming::Level(level));
            (changed, lapses) = (true, 0);
        }
        changed |= state.served_count() < served;
        served = state.served_count();
        changed |= match terms.mode {
            NoticeMode::Auto => tell_served(state, terms, tell),
            NoticeMode::Manual => state.climbs.iter().any(|climb| climb.due_changed()),
        };
        if changed && changes.is_none() {
            changes = Some(state.ground.at);
        }
        lapses += usize::from(state.climbs.iter().any(|climb| climb.lapsed));
        if lapses >= LAPSES_MAX {
            break;
        }
    }
    [ends, grows, changes].into_iter().flatten().min()
}

/// Tells the notices that served themselves at this instant; false when there are none.
fn tell_served(state: &State, terms: &Terms, tell: &mut dyn FnMut(&State, Coming)) -> bool {
    let mut any = false;
    for (i, pack) in terms.rules.packs.iter().enumerate() {
        for notice in 0..pack.notices.len() {
            let served = state.climbs[i].ladder.served(notice);
            if served.is_some_and(|served| served.at == state.ground.at) {
                tell(state, Coming::Notice { pack: i, notice });
                any = true;
            }
        }
    }
    any
}
