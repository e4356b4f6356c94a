//! Events as arrays: the number of the event, then what it brings.

use alloc::string::String;
use alloc::vec::Vec;

use fairlock_agent::Event;
use fairlock_agent::protocol::cbor::{Malformed, Reader, Writer};
use fairlock_agent::protocol::codes;
use fairlock_agent::protocol::enrol::Bundle;
use fairlock_agent::protocol::wire::Item;

use super::Bytes;

/// Longest text that is scanned, and that is typed, in bytes.
const SCANNED_MAX: usize = 4096;
const TYPED_MAX: usize = 128;

codes! {
    /// The events and their numbers.
    pub enum EventKind: "an event: 1 to 18" {
        Start = 1,
        Backend = 2,
        Tick = 3,
        Shutdown = 4,
        Enrol = 5,
        Answer = 6,
        CharterAccepted = 7,
        NetworkUp = 8,
        Connected = 9,
        Disconnected = 10,
        Frame = 11,
        Scanned = 12,
        Signed = 13,
        SignFailed = 14,
        CodeTyped = 15,
        PassPressed = 16,
        ScreenOn = 17,
        ScreenOff = 18,
    }
}

impl EventKind {
    pub fn of(event: &Event) -> EventKind {
        match event {
            Event::Start { .. } => EventKind::Start,
            Event::Backend(_) => EventKind::Backend,
            Event::Tick => EventKind::Tick,
            Event::Shutdown => EventKind::Shutdown,
            Event::Enrol { .. } => EventKind::Enrol,
            Event::Answer(_) => EventKind::Answer,
            Event::CharterAccepted => EventKind::CharterAccepted,
            Event::NetworkUp => EventKind::NetworkUp,
            Event::Connected => EventKind::Connected,
            Event::Disconnected => EventKind::Disconnected,
            Event::Frame(_) => EventKind::Frame,
            Event::Scanned(_) => EventKind::Scanned,
            Event::Signed(_) => EventKind::Signed,
            Event::SignFailed => EventKind::SignFailed,
            Event::CodeTyped(_) => EventKind::CodeTyped,
            Event::PassPressed => EventKind::PassPressed,
            Event::ScreenOn => EventKind::ScreenOn,
            Event::ScreenOff => EventKind::ScreenOff,
        }
    }

    /// How many items stand behind the number.
    fn arguments(self) -> u64 {
        match self {
            EventKind::Start => 3,
            EventKind::Enrol => 2,
            EventKind::Backend
            | EventKind::Answer
            | EventKind::Frame
            | EventKind::Scanned
            | EventKind::Signed
            | EventKind::CodeTyped => 1,
            EventKind::Tick
            | EventKind::Shutdown
            | EventKind::CharterAccepted
            | EventKind::NetworkUp
            | EventKind::Connected
            | EventKind::Disconnected
            | EventKind::SignFailed
            | EventKind::PassPressed
            | EventKind::ScreenOn
            | EventKind::ScreenOff => 0,
        }
    }
}

/// An event as `[number, …]`.
pub struct Written(pub Event);

impl Item for Written {
    fn put(&self, writer: &mut Writer) {
        let kind = EventKind::of(&self.0);
        writer.array(1 + kind.arguments());
        kind.put(writer);
        match &self.0 {
            Event::Start {
                boot,
                entropy,
                capabilities,
            } => {
                boot.put(writer);
                entropy.put(writer);
                capabilities.put(writer);
            }
            Event::Backend(observed) => observed.put(writer),
            Event::Enrol { bundle, facts } => {
                writer.bytes(&bundle.encode());
                facts.put(writer);
            }
            Event::Answer(bytes) | Event::Frame(bytes) | Event::Signed(bytes) => {
                writer.bytes(bytes);
            }
            Event::Scanned(text) | Event::CodeTyped(text) => writer.text(text),
            Event::Tick
            | Event::Shutdown
            | Event::CharterAccepted
            | Event::NetworkUp
            | Event::Connected
            | Event::Disconnected
            | Event::SignFailed
            | Event::PassPressed
            | Event::ScreenOn
            | Event::ScreenOff => {}
        }
    }

    fn take(r: &mut Reader<'_>) -> Result<Written, Malformed> {
        let length = r.array(1, 4, "an event: an array of 1 to 4")?;
        let kind = EventKind::take(r)?;
        if length != 1 + kind.arguments() {
            return r.wrong("an event of its length");
        }
        Ok(Written(match kind {
            EventKind::Start => Event::Start {
                boot: Item::take(r)?,
                entropy: Item::take(r)?,
                capabilities: Item::take(r)?,
            },
            EventKind::Backend => Event::Backend(Item::take(r)?),
            EventKind::Tick => Event::Tick,
            EventKind::Shutdown => Event::Shutdown,
            EventKind::Enrol => Event::Enrol {
                bundle: bundle(r)?,
                facts: Item::take(r)?,
            },
            EventKind::Answer => Event::Answer(bytes(r)?),
            EventKind::CharterAccepted => Event::CharterAccepted,
            EventKind::NetworkUp => Event::NetworkUp,
            EventKind::Connected => Event::Connected,
            EventKind::Disconnected => Event::Disconnected,
            EventKind::Frame => Event::Frame(bytes(r)?),
            EventKind::Scanned => Event::Scanned(text(r, SCANNED_MAX)?),
            EventKind::Signed => Event::Signed(bytes(r)?),
            EventKind::SignFailed => Event::SignFailed,
            EventKind::CodeTyped => Event::CodeTyped(text(r, TYPED_MAX)?),
            EventKind::PassPressed => Event::PassPressed,
            EventKind::ScreenOn => Event::ScreenOn,
            EventKind::ScreenOff => Event::ScreenOff,
        }))
    }
}

fn bytes(r: &mut Reader<'_>) -> Result<Vec<u8>, Malformed> {
    Bytes::take(r).map(|Bytes(bytes)| bytes)
}

fn text(r: &mut Reader<'_>, max: usize) -> Result<String, Malformed> {
    let text = r.text(max, "a text without control characters, not too long")?;
    Ok(String::from(text))
}

/// As it was scanned.
fn bundle(r: &mut Reader<'_>) -> Result<Bundle, Malformed> {
    match Bundle::decode(&bytes(r)?) {
        Ok(bundle) => Ok(bundle),
        Err(malformed) => r.wrong(malformed.expected),
    }
}
