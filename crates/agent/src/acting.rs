//! Making the level true: what the backend is told, what it saw, and what follows from that.
//!
//! A backend that fails is asked again every minute. One that is seen to take a function of the
//! floor loses its say: the phone counts as at most `remind` until it is restarted.

use fairlock_protocol::report::Cause;
use fairlock_protocol::{Level, record};

use crate::backend::Observed;
use crate::conduct::Conduct;
use crate::effect::Effect;
use crate::state::State;

/// Seconds after which a backend that didn't do what it was told is told again.
const RETRY_S: u64 = 60;

record! {
    /// What is being made true.
    #[derive(Clone, Default)]
    pub(crate) struct Acting: "what is made true" {
        /// The level that the backend was told last.
        1 some told: Level,
        /// What it saw since; `None` while its answer is awaited.
        2 some seen: Level,
        /// Running time of the next try.
        3 some retry: u64,
        /// `n` of the charter under which it was told; none without one. Level and charter are all
        /// that a conduct is made of, and no other charter has the same `n`.
        4 some charter: u64,
    }
}

/// Tells the backend what is wanted, once.
pub(crate) fn act(state: &mut State) -> Option<Effect> {
    let (level, charter) = (state.level(), state.charter());
    let n = charter.map(|charter| charter.n);
    if (state.now.acting.told, state.now.acting.charter) == (Some(level), n) {
        return None;
    }
    let conduct = Conduct::at(level, charter);
    state.now.acting = Acting {
        told: Some(level),
        charter: n,
        ..Acting::default()
    };
    Some(match level {
        Level::Released => Effect::Release,
        _ => Effect::Apply(conduct),
    })
}

/// The backend has looked at the phone.
pub(crate) fn seen(state: &mut State, observed: Observed) {
    let boot = state.time.boot;
    if !observed.missing.is_empty()
        && let Some(enrolled) = state.enrolled_mut()
    {
        enrolled.distrusted = Some(boot);
    }
    let acting = &mut state.now.acting;
    acting.seen = Some(observed.level);
    acting.retry = (acting.told != acting.seen).then_some(state.time.running + RETRY_S);
}

/// Another boot, another look.
pub(crate) fn booted(state: &mut State) {
    let boot = state.time.boot;
    if let Some(enrolled) = state.enrolled_mut() {
        enrolled.distrusted = enrolled.distrusted.filter(|distrusted| *distrusted == boot);
    }
}

/// A minute after a failure, and when no answer came.
pub(crate) fn try_again(state: &mut State) {
    let acting = &mut state.now.acting;
    let due = acting.retry.is_some_and(|at| at <= state.time.running);
    if due || acting.seen.is_none() {
        acting.told = None;
    }
}

pub(crate) fn next(state: &State) -> Option<u64> {
    state.now.acting.retry
}

/// The backend's answer is awaited: nothing is reported before it.
pub(crate) fn awaits(state: &State) -> bool {
    state.now.acting.seen.is_none()
}

/// The level as seen on the phone, and why it isn't what grants and overlays say, if so.
pub(crate) fn truth(state: &State) -> (Level, Option<Cause>) {
    let wanted = state
        .in_force()
        .map_or(Level::Free, |in_force| in_force.level());
    let seen = state.now.acting.seen.unwrap_or(state.level());
    let cause = match state.distrusts() {
        true => Cause::Floor,
        false => Cause::Backend,
    };
    (seen, (seen != wanted).then_some(cause))
}
