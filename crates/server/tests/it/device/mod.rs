//! Phones on real sockets, against a whole server.

mod channel;
mod charters;
mod delivery;
mod enrol;
mod keysets;
pub mod rig;
