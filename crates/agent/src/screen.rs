//! Screens as data: which of the five levels and side states is shown, and which messages of the
//! catalogue with which arguments. Words, layout and languages are the port's.
//!
//! An argument that isn't known is left out, and the port says so. Screens never decide: they tell
//! what is in force, and nothing in them is a ground for a level.

use alloc::string::String;
use alloc::vec::Vec;

use fairlock_protocol::charter::{AppClass, FloorKind};
use fairlock_protocol::display::Failure;
use fairlock_protocol::{Charter, codes};

mod build;

pub(crate) use build::build;

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
