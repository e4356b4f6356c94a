//! `fairlock demo`: one process with the real server, one with phones, and a compressed calendar.
//!
//! The tick, so that races can't lie: the clock moves to T; files and callbacks due at T arrive;
//! the server runs until nothing is left to do; phones fire their own timers; both run until
//! quiet; the next T is the next instant that anything waits for.
//!
//! Failure is one sentence ([`DemoError`]); a red check of the oracle is no failure of the run
//! but its result ([`Ended`]). On purpose absent: a route, table or branch in the server for the
//! demo alone. What it has of its own are its clock and its keys.

mod options;

pub use options::{DemoError, Ended, Options, Said, Say};

/// Runs the demo to its end: after the last day with `exit`, else when `options.stop` says so.
pub async fn run(options: Options, say: Say) -> Result<Ended, DemoError> {
    let _ = (options, say);
    todo!()
}
