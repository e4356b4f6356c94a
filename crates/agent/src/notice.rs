//! Counting the seconds for which a notice stands in front of an unlocked, lit screen.

use fairlock_protocol::in_force::SHOWN_S;

use crate::state::State;

/// Counts what has passed since the last event for the notice that was in front, and puts the
/// next one there. Called at every event, after settling.
pub(crate) fn count(state: &mut State) {
    let running = state.time.running;
    let lower = state.time.moment().lower;
    let (on, watched) = (state.now.screen_on, state.now.watched.take());
    let Some(enrolled) = state.enrolled_mut() else {
        return;
    };
    let in_force = &mut enrolled.in_force;
    if let Some((id, since)) = watched {
        in_force.shown_for(id, running.saturating_sub(since), lower);
    }
    if !on || in_force.released.is_some() {
        return;
    }
    let next = in_force.notice_to_show(lower).map(|notice| notice.id);
    if let Some(id) = next {
        if watched.map(|(id, _)| id) != Some(id) {
            in_force.shown_once(id);
        }
        state.now.watched = Some((id, running));
    }
}

/// Running time at which the notice in front will have been there long enough.
pub(crate) fn next(state: &State) -> Option<u64> {
    let (id, since) = state.now.watched?;
    let shown = &state.in_force()?.shown;
    let showing = shown.iter().find(|showing| showing.id == id)?;
    Some(since + SHOWN_S.saturating_sub(showing.seconds))
}
