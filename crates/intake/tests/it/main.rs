//! Integration tests of fairlock-intake.
