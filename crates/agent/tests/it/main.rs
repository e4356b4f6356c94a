//! The agent from outside: events in, effects out, carried out by a rig that is strict about them.

mod contact;
mod enrolment;
mod notices;
mod power;
mod rig;
mod screens;
mod server;
mod state;
mod stories;
mod totality;
