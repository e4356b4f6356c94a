//! The one call as bytes: session, event and clocks in; session and effects out, in canonical CBOR
//! as `docs/agent.cddl` has it. A port in any language needs nothing else.
//!
//! Failure is an answer too: which part wasn't as expected, where, and what was expected there. It
//! changes nothing, so the port goes on with the session it had. On purpose absent: any way to look
//! into a session, and any list of what may be left out of one.

mod conduct;
mod effect;
mod event;

use alloc::vec::Vec;

use fairlock_protocol::cbor::{Malformed, MapWriter, Reader, Writer, canonical};
use fairlock_protocol::wire::{self, Fits, Item};
use fairlock_protocol::{codes, record, rules, sha256};

use crate::event::{Event, Now};
use crate::state::State;
use crate::step::step;
use crate::{INPUT_MAX, SESSION_MAX, STATE_MAX};

pub use event::EventKind;

/// What only ever goes out.
pub(crate) trait Put {
    fn put(&self, writer: &mut Writer);
}

/// Of the bytes that a value has on the wire.
pub(crate) fn hash(value: &impl Put) -> [u8; 32] {
    let mut writer = Writer::new();
    value.put(&mut writer);
    sha256(&writer.finish())
}

/// A list, left out when it is empty.
fn put_list<T: Item>(map: &mut MapWriter, key: u64, list: &[T]) {
    if !list.is_empty() {
        let writer = map.key(key);
        writer.array(list.len() as u64);
        list.iter().for_each(|item| item.put(writer));
    }
}

/// Bytes within an input, which is bounded as a whole.
pub(crate) struct Bytes(pub Vec<u8>);

impl Item for Bytes {
    fn put(&self, writer: &mut Writer) {
        writer.bytes(&self.0);
    }

    fn take(reader: &mut Reader<'_>) -> Result<Bytes, Malformed> {
        let bytes = reader.bytes(INPUT_MAX, "a byte string")?;
        Ok(Bytes(bytes.to_vec()))
    }
}

record! {
    struct Input: "an input" v1 {
        2 need now: Now,
        3 need event: Event,
        /// As the last call gave it, in this process.
        4 some session: Bytes,
        /// As [`crate::Effect::Store`] last gave it, for the first call of a process. Neither of
        /// the two: a phone that was never enrolled.
        5 some stored: Bytes,
    }
}

impl Fits for Input {
    fn fits(&self) -> Result<(), &'static str> {
        rules! {
            self.session.is_none() || self.stored.is_none() => "a session or a stored state, not both",
        }
    }
}

codes! {
    /// What of an input wasn't as expected.
    enum Part: "a part: 1 to 3" {
        Input = 1,
        Session = 2,
        Stored = 3,
    }
}

/// One event at a time, as bytes. Total: whatever the input, the output says what came of it.
pub fn step_bytes(input: &[u8]) -> Vec<u8> {
    let mut map = MapWriter::default();
    map.key(1).uint(1);
    match understood(input) {
        Ok((state, event, now)) => {
            let (state, effects) = step(state, event, now);
            map.key(2).bytes(&state.session());
            let writer = map.key(3);
            writer.array(effects.len() as u64);
            effects.iter().for_each(|effect| effect.put(writer));
        }
        Err((part, malformed)) => {
            let writer = map.key(4);
            writer.array(3);
            part.put(writer);
            writer.uint(malformed.at as u64);
            writer.text(malformed.expected);
        }
    }
    map.finish()
}

fn understood(input: &[u8]) -> Result<(State, Event, Now), (Part, Malformed)> {
    let of = |part| move |malformed| (part, malformed);
    if input.len() > INPUT_MAX {
        let malformed = Malformed::new(INPUT_MAX, "an input of at most 32 KiB");
        return Err((Part::Input, malformed));
    }
    canonical(input).map_err(of(Part::Input))?;
    let input: Input = wire::read_whole(input).map_err(of(Part::Input))?;
    let state = match (input.session, input.stored) {
        (Some(Bytes(session)), _) => State::resume(&session).map_err(of(Part::Session))?,
        (None, Some(Bytes(stored))) => State::decode(&stored).map_err(of(Part::Stored))?,
        (None, None) => State::new(),
    };
    Ok((state, input.event, input.now))
}

const _: () = assert!(SESSION_MAX + STATE_MAX < INPUT_MAX);
