//! Phones on real sockets, against a whole server.

mod channel;
mod delivery;
mod enrol;
pub mod rig;
