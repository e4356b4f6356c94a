//! Integration tests of fairlock-rulebook: packs, their numbers and scenarios, and what is refused.

mod compose;
mod corpus;
mod findings;
mod format;
#[path = "../../fuzz/src/lib.rs"]
mod fuzzed;
mod hostile;
mod kinds;
mod lint;
mod numbers;
mod packs;
mod pages;
mod policy;
mod reading;
mod scenarios;
mod together;
mod words;
mod writing;
mod zones;
