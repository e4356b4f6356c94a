//! All that the agent knows.

use alloc::vec::Vec;

use fairlock_protocol::Level;
use fairlock_protocol::cbor::Malformed;
use fairlock_protocol::ids::DeviceId;

#[derive(Clone, PartialEq, Eq, Default)]
pub struct State {}

impl State {
    /// A phone that was never enrolled, or whose stored state can't be trusted: open.
    pub fn new() -> State {
        State::default()
    }

    /// The durable part, canonical and versioned, at most 4 KiB.
    pub fn encode(&self) -> Vec<u8> {
        todo!()
    }

    pub fn decode(bytes: &[u8]) -> Result<State, Malformed> {
        let _ = bytes;
        todo!()
    }

    /// The level in force.
    pub fn level(&self) -> Level {
        todo!()
    }

    /// Once the server has named this phone.
    pub fn device(&self) -> Option<DeviceId> {
        todo!()
    }

    /// The highest seq accepted, and the level that the grants alone give.
    pub fn seq(&self) -> u64 {
        todo!()
    }

    pub fn grant_level(&self) -> Level {
        todo!()
    }
}
