//! Screens as maps. Ids of messages and names of arguments are those of the message catalogues;
//! charters are the bytes that are signed.

use fairlock_protocol::cbor::{MapWriter, Writer};
use fairlock_protocol::wire::{self, Item};

use super::Put;
use crate::screen::{Arg, Message, Screen};

impl Put for Screen {
    fn put(&self, writer: &mut Writer) {
        // Taken apart whole, so that a new field must be thought about.
        let Screen {
            kind,
            messages,
            notice,
            passes_left,
            display_at,
            borrower,
            heard,
            charters,
        } = self;
        let mut map = MapWriter::default();
        kind.put(map.key(1));
        if !messages.is_empty() {
            let writer = map.key(2);
            writer.array(messages.len() as u64);
            messages.iter().for_each(|message| message.put(writer));
        }
        if let Some(notice) = notice {
            notice.put(map.key(3));
        }
        passes_left.put(map.key(4));
        if let Some(display_at) = display_at {
            display_at.put(map.key(5));
        }
        if !charters.is_empty() {
            let writer = map.key(6);
            writer.array(charters.len() as u64);
            let payloads = charters.iter().map(wire::bytes);
            payloads.for_each(|payload| writer.bytes(&payload));
        }
        if let Some(borrower) = borrower {
            borrower.put(map.key(7));
        }
        if let Some(heard) = heard {
            heard.put(map.key(8));
        }
        writer.raw(&map.finish());
    }
}

/// `[id, (name, kind, value)…]`, flat.
impl Put for Message {
    fn put(&self, writer: &mut Writer) {
        writer.array(1 + 3 * self.args.len() as u64);
        writer.text(self.id);
        for (name, arg) in &self.args {
            writer.text(name);
            put_value(arg, writer);
        }
    }
}

/// The kind of an argument, and its value.
fn put_value(arg: &Arg, writer: &mut Writer) {
    let mut kind = |number| writer.uint(number);
    match arg {
        Arg::Amount(amount) => {
            kind(1);
            amount.put(writer);
        }
        Arg::Day(day) => {
            kind(2);
            day.put(writer);
        }
        Arg::Instant(at) => {
            kind(3);
            at.put(writer);
        }
        Arg::Count(count) => {
            kind(4);
            count.put(writer);
        }
        Arg::Text(text) => {
            kind(5);
            text.put(writer);
        }
        Arg::Classes(classes) => {
            kind(6);
            classes.put(writer);
        }
        Arg::Floor(kinds) => {
            kind(7);
            kinds.put(writer);
        }
        Arg::Failure(failure) => {
            kind(8);
            failure.put(writer);
        }
    }
}
