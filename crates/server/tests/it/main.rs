//! Integration tests of fairlock-server.

mod console;
mod device;
mod money;
mod notices;
mod past;
