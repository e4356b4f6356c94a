//! Integration tests of fairlock-server.

mod console;
mod device;
mod duties;
mod live;
mod money;
mod notices;
mod past;
