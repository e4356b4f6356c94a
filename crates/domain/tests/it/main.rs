//! Integration tests of fairlock-domain.
