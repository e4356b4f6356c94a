//! Loans: what is owed when by the terms, and what became of it.
//!
//! `terms` and `schedule` know the agreement alone; nothing in them has happened yet. On purpose
//! absent: postings (the ledger's) and levels (the plan's).

pub mod schedule;
pub mod terms;
