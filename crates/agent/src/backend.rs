//! The port to what limits a phone: device owner, a platform's lock, a simulation.
//!
//! A backend decides nothing. It is told a [`Conduct`], carries it out as far as it can, and says
//! what it sees afterwards. Every backend passes the conformance suite of `sim`.

use alloc::vec::Vec;

use fairlock_protocol::wire::ascending;
use fairlock_protocol::{Level, row};

use crate::conduct::Conduct;
use crate::floor::Function;

/// What limits the phone.
pub trait Backend {
    /// What it can do on this phone, at this moment.
    fn capabilities(&self) -> Capabilities;
    /// Makes the phone behave so. The same again changes nothing; a lower level undoes all that a
    /// higher one did. After a fault [`Backend::observe`] tells how far it came.
    fn apply(&mut self, conduct: &Conduct) -> Result<(), Fault>;
    /// What is in effect, as seen on the phone and not as remembered.
    fn observe(&self) -> Observed;
    /// Gives the phone back for ever: no restriction, no paused app, no right of ours is left.
    fn release(&mut self) -> Result<(), Fault>;
}

row! {
    /// A level above what a backend can do acts as the next one below that it can.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Capabilities: "capabilities" {
        /// It can pause classes of apps.
        reduce: bool,
        /// It can put a page before everything but the floor, and keep the floor.
        lock: bool,
    }
}

impl Default for Capabilities {
    fn default() -> Capabilities {
        Capabilities::ALL
    }
}

impl Capabilities {
    pub const ALL: Capabilities = Capabilities {
        reduce: true,
        lock: true,
    };

    /// The level that acts for this one.
    pub fn bound(self, level: Level) -> Level {
        match level {
            Level::Lock if !self.lock => self.bound(Level::Reduce),
            Level::Reduce if !self.reduce => Level::Remind,
            level => level,
        }
    }
}

/// Why a backend didn't do all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The platform refused the call.
    Refused,
    /// The right to call is gone.
    RightLost,
}

row! {
    /// What a backend sees.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Observed: "what is seen" {
        /// The highest level of which anything is in effect.
        level: Level,
        /// Functions of the floor that don't work now, ascending: always a fault.
        missing: Vec<Function>,
        |observed| {
            ascending(&observed.missing, |function| *function) => "functions in ascending order",
        }
    }
}
