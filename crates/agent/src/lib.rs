//! The phone's mind: `step(state, event, now) -> (state, effects)`.
//!
//! Pure: what happens is handed in as an [`Event`], what shall happen comes out as [`Effect`]s, in
//! the order in which a port must carry them out. Durable before visible: a [`Effect::Store`]
//! must be on disk before the effect behind it begins. No clock, no randomness, no key, no I/O.
//!
//! What counts as failure: nothing. Every event has an answer; an object that is refused changes
//! nothing and is reported with its code. On purpose absent: caps, key-set rotation
//! and charters after the first (each has its place in `protocol`'s types).
#![no_std]

extern crate alloc;

mod acting;
mod backend;
mod code;
mod conduct;
mod effect;
mod enrol;
mod event;
mod floor;
mod link;
mod notice;
mod renew;
mod report;
mod screen;
mod state;
mod step;
mod time;

/// For what carries the agent into other languages, which has no dependency but this one.
pub use fairlock_protocol as protocol;

pub use fairlock_display::{Arg, Message, Screen, ScreenKind};

pub use backend::{Backend, Capabilities, Fault, Observed};
pub use conduct::Conduct;
pub use effect::{Effect, Signing};
pub use event::{DeviceFacts, Event, Now};
pub use floor::{Floor, Function};
pub use state::State;
pub use step::step;

/// Hours between two check-ins: a quarter of a day keeps a connected phone's `fresh` well within
/// the shortest lapse and silence that packs use (24 h), at four small messages a day.
pub const CHECK_IN_H: u64 = 6;
/// Seconds after which running time is stored again at the next event. A port calls
/// [`Event::Tick`] at least this often while the phone is up; a power cut loses no more.
pub const STORE_EVERY_S: u64 = 600;
/// Largest stored state, in bytes.
pub const STATE_MAX: usize = 4096;
/// Largest [`State::session`], in bytes.
pub const SESSION_MAX: usize = 16_384;
/// What this agent calls itself in reports.
pub const AGENT_VERSION: &str = concat!("fairlock-agent ", env!("CARGO_PKG_VERSION"));
