//! `fairlock demo`: one process with the real server, one with phones, and a compressed calendar.
//!
//! The tick, so that races can't lie: the clock moves to T; files and callbacks due at T arrive;
//! the server runs until nothing is left to do; phones fire their own timers; both run until
//! quiet; the next T is the next instant that anything waits for.
//!
//! Reading order: `options` (what is handed in and told), `script` (the demo folder), `place`
//! (the data directory), `world` (everything put together), `tick` and `calendar` (the run),
//! `people`, `bank`, `gateway`, `child` (who takes part), `events`, `record`, `summary` (what is
//! told of it).
//!
//! Failure is one sentence ([`DemoError`]); a red check of the oracle is no failure of the run
//! but its result ([`Ended`]). On purpose absent: a route, table or branch in the server for the
//! demo alone. What it has of its own are its clock and its keys.

mod bank;
mod calendar;
mod child;
mod events;
mod gateway;
mod options;
mod people;
mod place;
mod record;
mod script;
mod summary;
mod tick;
mod world;

pub use calendar::{inputs_of, run};
pub use options::{DemoError, Ended, Options, Said, Say};
