//! Integration tests of fairlock-sim.

mod backend;
mod daraja;
mod hooks;
mod inputs;
mod kill9;
mod oracle;
mod phone;
mod story;
mod tiny;
