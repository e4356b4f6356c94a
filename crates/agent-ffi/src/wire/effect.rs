//! Effects as arrays: the number of the effect, then what it needs. A port that meets a number it
//! doesn't know is older than its core, and must not go on.

use fairlock_agent::Effect;
use fairlock_agent::protocol::cbor::Writer;
use fairlock_agent::protocol::wire::Item;

use super::Put;

impl Put for Effect {
    fn put(&self, writer: &mut Writer) {
        let mut head = |length, number| {
            writer.array(length);
            writer.uint(number);
        };
        match self {
            Effect::Store(bytes) => {
                head(2, 1);
                writer.bytes(bytes);
            }
            Effect::Apply(conduct) => {
                head(2, 2);
                conduct.put(writer);
            }
            Effect::Release => head(1, 3),
            Effect::Show(screen) => {
                head(2, 4);
                writer.raw(&screen.encode());
            }
            Effect::Sign { what, bytes } => {
                head(3, 5);
                what.put(writer);
                writer.bytes(bytes);
            }
            Effect::Post { path, body } => {
                head(3, 6);
                writer.text(path);
                writer.bytes(body);
            }
            Effect::Connect { mirror, path } => {
                head(if mirror.is_some() { 3 } else { 2 }, 7);
                writer.text(path);
                if let Some(mirror) = mirror {
                    writer.text(mirror);
                }
            }
            Effect::Send(bytes) => {
                head(2, 8);
                writer.bytes(bytes);
            }
            Effect::WakeAt { running } => {
                head(2, 9);
                writer.uint(*running);
            }
        }
    }
}
