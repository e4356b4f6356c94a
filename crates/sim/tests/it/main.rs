//! Integration tests of fairlock-sim.

mod inputs;
mod kill9;
mod oracle;
mod phone;
mod story;
mod tiny;
