//! Integration tests of fairlock-server.

mod money;
