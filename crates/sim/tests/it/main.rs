//! Integration tests of fairlock-sim.

mod oracle;
