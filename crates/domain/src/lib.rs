//! Money, calendar, contract, ledger, rules and plan: Fairlock's pure core.
//!
//! Everything here is a value or a function of its arguments. On purpose absent: a clock, I/O,
//! randomness, floats, serialisation, and any dependency. Module order is reading order; each
//! module may use only those above it.

#![no_std]

extern crate alloc;

mod words;

pub mod money;

pub mod calendar;

pub mod pii;

pub mod contract;

pub mod loan;

pub mod ledger;

pub mod payment;

pub mod rules;

pub mod holds;

pub mod standing;

pub mod plan;

pub mod duties;
