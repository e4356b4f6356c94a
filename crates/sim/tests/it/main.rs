//! Integration tests of fairlock-sim.

mod kill9;
mod oracle;
mod story;
mod tiny;
