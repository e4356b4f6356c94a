//! Integration tests of fairlock-protocol.
