//! Integration tests of fairlock-server.

mod console;
mod money;
