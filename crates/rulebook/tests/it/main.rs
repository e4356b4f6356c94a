//! Integration tests of fairlock-rulebook: packs, their numbers and scenarios, and what is refused.

mod compose;
mod format;
mod hostile;
mod kinds;
mod lint;
mod numbers;
mod packs;
mod pages;
mod policy;
mod reading;
mod scenarios;
mod writing;
mod zones;
