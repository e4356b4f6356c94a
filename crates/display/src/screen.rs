//! Screens as data: which of the five levels and side states is shown, and which messages of the
//! catalogue with which arguments. Words, layout and languages are the port's.
//!
//! An argument that isn't known is left out, and the port says so. Screens never decide: they tell
//! what is in force, and nothing in them is a ground for a level.

use alloc::string::String;
use alloc::vec::Vec;

use fairlock_protocol::cbor::{MapWriter, Writer};
use fairlock_protocol::charter::{AppClass, FloorKind};
use fairlock_protocol::wire::{self, Item};
use fairlock_protocol::{Charter, codes};

use crate::news::Failure;

codes! {
    /// The screens.
    pub enum ScreenKind: "a screen: 1 to 13" {
        /// Not enrolled.
        Blank = 1,
        /// The charter is before the owner, to be read and accepted.
        Charter = 2,
        /// A stricter charter is beside the one in force, to be read and accepted, or not.
        NewCharter = 3,
        Free = 4,
        Remind = 5,
        Reduce = 6,
        Lock = 7,
        /// The emergency pass is in use.
        Pass = 8,
        /// A typed code has opened it.
        Code = 9,
        /// A payment was seen and is being checked.
        Shielded = 10,
        /// No contact for longer than two check-ins, at a level above `free`.
        Offline = 11,
        /// Something stands still.
        Held = 12,
        Released = 13,
    }
}

/// One message of the catalogue, by its id, with its arguments by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub id: &'static str,
    pub args: Vec<(&'static str, Arg)>,
}

/// A value that the port writes in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg {
    /// Minor units of the charter's currency.
    Amount(u64),
    /// Days since 1970-01-01.
    Day(u32),
    /// Unix seconds, shown in the charter's zone.
    Instant(u64),
    Count(u64),
    Text(String),
    Classes(Vec<AppClass>),
    Floor(Vec<FloorKind>),
    Failure(Failure),
}

/// Everything that the screen says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Screen {
    pub kind: ScreenKind,
    pub messages: Vec<Message>,
    /// The notice that must now be in front of an unlocked, lit screen until it counts as shown.
    pub notice: Option<u16>,
    /// Emergency passes that the borrower may still press in this period.
    pub passes_left: u64,
    /// As of when the payment and case data were, if there are any.
    pub display_at: Option<u64>,
    /// The borrower's name, masked by the server, if it sent one.
    pub borrower: Option<String>,
    /// The server's instant at the last contact that counted.
    pub heard: Option<u64>,
    /// The charter to be accepted, whole; behind the one in force if there is one.
    pub charters: Vec<Charter>,
}

impl Screen {
    /// A screen without messages.
    pub fn bare(kind: ScreenKind, charters: Vec<Charter>) -> Screen {
        Screen {
            kind,
            messages: Vec::new(),
            notice: None,
            passes_left: 0,
            display_at: None,
            borrower: None,
            heard: None,
            charters,
        }
    }

    /// As a canonical map; charters are the bytes that are signed.
    pub fn encode(&self) -> Vec<u8> {
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
        map.finish()
    }
}

/// `[id, (name, kind, value)…]`, flat.
impl Message {
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
