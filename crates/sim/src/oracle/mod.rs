//! The oracle: says from the demo's input files and from what was seen each tick whether the run
//! kept Fairlock's promises.
//!
//! It shares no code with `domain` but ids and money: its calendar is jiff's, and arrears,
//! payments, shields, silent feeds and pay-offs are its own small model. Reading order: `model`
//! (words), `inputs` (what the files say), `account` (one contract's money), `doubt` (shields and
//! silent feeds), `trace` (what was seen), `checks` (the promises), `digest` (same seed, same
//! run).
//!
//! A check is red when it finds one case against it; it says how many cases it judged, because a
//! check that judged nothing proves nothing. On purpose absent: any opinion on which level the
//! law would allow. The oracle knows when a level must not rise and when it must fall.

pub mod account;
pub mod checks;
mod contracts;
pub mod digest;
pub mod doubt;
pub mod inputs;
pub mod model;
pub mod trace;

pub use checks::{CheckResult, check};
pub use digest::{Digests, digests};
pub use inputs::Inputs;
pub use trace::Trace;
