//! Integration tests of fairlock-server.
