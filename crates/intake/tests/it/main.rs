//! Integration tests of fairlock-intake.

mod camt_traps;
mod contracts;
mod decimals;
mod demo;
mod documents;
mod hostile;
mod mpesa;
mod pain002;
mod permits;
mod printed;
mod samples;
mod xml;
