//! Integration tests of fairlock-sim.

mod backend;
mod hooks;
mod inputs;
mod kill9;
mod oracle;
mod phone;
mod story;
mod tiny;
