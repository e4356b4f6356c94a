//! Arbitrary bytes against the ledger and the loan account: bytes become commands, and after each
//! one what must always hold is looked at. Failure is a panic.
//!
//! The same functions run in domain's tests over the kept corpus, on a stable compiler. On purpose
//! absent: a library for arbitrary values, so that tests need none either, and randomness.

mod bytes;
pub mod ledger;
pub mod loan;
