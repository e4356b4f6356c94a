//! The phone's mind: step(state, event, now) -> (state, effects).
