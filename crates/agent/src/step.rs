//! One event at a time.

use alloc::vec::Vec;

use crate::effect::Effect;
use crate::event::{Event, Now};
use crate::state::State;

/// What the phone does about an event. Total: every state takes every event.
pub fn step(state: State, event: Event, now: Now) -> (State, Vec<Effect>) {
    let _ = (state, event, now);
    todo!()
}
