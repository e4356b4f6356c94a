//! Integration tests of fairlock-sim.

mod inputs;
mod kill9;
mod oracle;
mod story;
mod tiny;
