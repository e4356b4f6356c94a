//! Screens as data: which of the five levels and side states is shown, and which messages of the
//! catalogue with which arguments. Words, layout and languages are the port's.
//!
//! An argument that isn't known is left out, and the port says so. Screens never decide: they tell
//! what is in force, and nothing in them is a ground for a level.

use alloc::string::String;
use alloc::vec::Vec;

use fairlock_protocol::Charter;
use fairlock_protocol::charter::{AppClass, FloorKind};
use fairlock_protocol::display::Failure;

mod build;

pub(crate) use build::build;

/// The screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScreenKind {
    /// Not enrolled.
    Blank,
    /// The charter is before the owner, to be read and accepted.
    Charter,
    /// A stricter charter is beside the one in force, to be read and accepted, or not.
    NewCharter,
    Free,
    Remind,
    Reduce,
    Lock,
    /// The emergency pass is in use.
    Pass,
    /// A typed code has opened it.
    Code,
    /// A payment was seen and is being checked.
    Shielded,
    /// No contact for longer than two check-ins, at a level above `free`.
    Offline,
    /// Something stands still.
    Held,
    Released,
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
    /// The charter to be accepted, whole; behind the one in force if there is one.
    pub charters: Vec<Charter>,
}
