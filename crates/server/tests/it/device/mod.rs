//! Phones on real sockets, against a whole server.

mod channel;
mod delivery;
mod enrol;
mod rig;
