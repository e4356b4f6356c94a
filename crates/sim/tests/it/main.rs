//! Integration tests of fairlock-sim.
