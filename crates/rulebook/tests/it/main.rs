//! Integration tests of fairlock-rulebook.
