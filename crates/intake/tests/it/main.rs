//! Integration tests of fairlock-intake.

mod adyen;
mod camt_traps;
mod camt_versions;
mod contracts;
mod decimals;
mod demo;
mod documents;
mod flat_memory;
mod fuzzed;
mod hostile;
mod mobile;
mod mpesa;
mod mpesa_results;
mod mt940_bad;
mod mt940_traps;
mod pain002;
mod payment_events;
mod permits;
mod printed;
mod samples;
mod sheet;
mod signatures;
mod stripe;
mod told;
mod webhooks;
mod xml;
