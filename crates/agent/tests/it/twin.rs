//! The same phone a second time, as a port sees it that knows nothing but bytes: whatever the
//! first does, the second must do too.

use fairlock_agent::{Effect, Event, Now, State};
use fairlock_agent_ffi::step_bytes;
use fairlock_agent_ffi::wire::{Written, encoded};
use fairlock_protocol::cbor::{MapWriter, Reader, canonical};
use fairlock_protocol::wire::Item;

/// Where an input begins from.
#[derive(Clone)]
pub enum Before {
    Nothing,
    Stored(Vec<u8>),
    Session(Vec<u8>),
}

pub struct Twin {
    before: Before,
    /// Every input and its output, in order.
    pub calls: Vec<(Vec<u8>, Vec<u8>)>,
}

/// What an output says when the input was understood.
pub struct Output<'a> {
    pub session: &'a [u8],
    pub effects: Vec<&'a [u8]>,
}

impl Default for Twin {
    fn default() -> Twin {
        Twin {
            before: Before::Nothing,
            calls: Vec::new(),
        }
    }
}

impl Twin {
    pub fn hear(&mut self, event: &Event, now: Now) {
        let input = input(&self.before, event, now);
        let output = step_bytes(&input);
        self.calls.push((input, output));
    }

    pub fn compare(&mut self, state: &State, effects: &[Effect]) {
        let (input, output) = self.calls.last().expect("an event was heard");
        let said = read(output).unwrap_or_else(|error| panic!("{error}: {input:02x?}"));
        let expected: Vec<Vec<u8>> = effects.iter().map(encoded).collect();
        assert_eq!(said.effects, expected);
        assert_eq!(said.session, state.session(), "the same mind afterwards");
        self.before = Before::Session(said.session.to_vec());
    }

    pub fn power_cut(&mut self, disk: &[u8]) {
        self.before = Before::Stored(disk.to_vec());
    }
}

pub fn input(before: &Before, event: &Event, now: Now) -> Vec<u8> {
    let mut map = MapWriter::default();
    map.key(1).uint(1);
    now.put(map.key(2));
    Written(event.clone()).put(map.key(3));
    match before {
        Before::Nothing => {}
        Before::Session(session) => map.key(4).bytes(session),
        Before::Stored(stored) => map.key(5).bytes(stored),
    }
    map.finish()
}

/// The error is what the output says was expected.
pub fn read(output: &[u8]) -> Result<Output<'_>, String> {
    canonical(output).expect("canonical");
    let mut r = Reader::new(output);
    let f = &mut r.fields("an output").unwrap();
    r.need(f, 1, "version").unwrap();
    assert_eq!(r.uint(1, "version 1"), Ok(1));
    if r.has(f, 4).unwrap() {
        r.array(3, 3, "part, place, expectation").unwrap();
        let (part, at) = (
            r.uint(9, "part").unwrap(),
            r.uint(u64::MAX, "place").unwrap(),
        );
        let expected = r.text(128, "expectation").unwrap();
        return Err(format!("part {part}, byte {at}: expected {expected}"));
    }
    r.need(f, 2, "session").unwrap();
    let session = r.bytes(fairlock_agent::SESSION_MAX, "a session").unwrap();
    r.need(f, 3, "effects").unwrap();
    let count = r.array(0, 32, "effects").unwrap();
    let effects = (0..count).map(|_| r.item().unwrap()).collect();
    r.end_fields(f).unwrap();
    r.end().unwrap();
    Ok(Output { session, effects })
}
