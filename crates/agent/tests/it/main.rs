//! The agent from outside: events in, effects out, carried out by a rig that is strict about them.

mod codes;
mod contact;
mod enrolment;
mod floor;
mod notices;
mod power;
mod renew;
mod rig;
mod screens;
mod server;
mod state;
mod stories;
mod totality;
mod twin;
