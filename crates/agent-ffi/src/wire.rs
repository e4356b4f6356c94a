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

use fairlock_agent::protocol::cbor::{Malformed, MapWriter, Reader, Writer, canonical};
use fairlock_agent::protocol::wire::{self, Item};
use fairlock_agent::protocol::{codes, record};
use fairlock_agent::{Effect, Event, Now, SESSION_MAX, STATE_MAX, State, step};

pub use event::{EventKind, Written};

/// Largest input: a session and the largest event, the server's answer. A port drops what is
/// longer.
pub const INPUT_MAX: usize = 32_768;
/// Room for any output.
pub const OUTPUT_MAX: usize = 65_536;
/// Version of input and output.
pub const VERSION: u32 = 1;

/// What only ever goes out.
trait Put {
    fn put(&self, writer: &mut Writer);
}

/// As it stands in an output.
pub fn encoded(effect: &Effect) -> Vec<u8> {
    let mut writer = Writer::new();
    effect.put(&mut writer);
    writer.finish()
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
struct Bytes(Vec<u8>);

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
        3 need event: Written,
        /// As the last call gave it, in this process.
        4 some session: Bytes,
        /// As [`Effect::Store`] last gave it, for the first call of a process. Neither of
        /// the two: a phone that was never enrolled.
        5 some stored: Bytes,
        |input| {
            input.session.is_none() || input.stored.is_none()
                => "a session or a stored state, not both",
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
    let Written(event) = input.event;
    Ok((state, event, input.now))
}

const _: () = assert!(SESSION_MAX + STATE_MAX < INPUT_MAX);
