//! Typed codes: digits that a person reads out and another types, and that can only loosen.
//!
//! Two forms share one count a device: OpenPAYGO Token ([`openpaygo`]: 9 digits, or 15 of 1 to 4)
//! for keypads and for whoever speaks it already, and Fairlock's own 17 digits ([`long`]), which
//! nobody guesses. [`keys`] says where their keys come from. Both halves stand here, the server's
//! that makes codes and the phone's that reads them.
//!
//! A crate of its own, because nothing in it can limit a phone: it sees digits, keys and counts, and
//! says whether a code is right. Failure is a code that isn't right, or is used. On purpose absent:
//! how often one may try and what a right code opens, which are the agent's matter, and 12 or 20
//! digits (OpenPAYGO's extended form) on a phone, which has no more security in them than 9.
#![no_std]

extern crate alloc;

use alloc::string::String;
use alloc::vec::Vec;

pub mod keys;
pub mod long;
pub mod openpaygo;
pub mod qr;

/// Codes up to so many counts below the newest still count, each once: they may arrive by slow
/// roads and in any order.
pub const OLDER: u64 = 16;
/// The count of a device before its first code, so that its first ADD has 2 and its first SET 3.
pub const FIRST_COUNT: u64 = 1;

/// What a code does, by the names of OpenPAYGO.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Add,
    Set,
    Disable,
    /// Moves the count and nothing else.
    Sync,
}

/// What became of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    Right {
        kind: Kind,
        value: u64,
    },
    /// It was right once, but doesn't count any more.
    Used,
    Wrong,
}

/// Which codes have counted: a set, so that none counts twice in whatever order they come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Of the newest code that counted.
    pub count: u64,
    /// Within the last [`OLDER`], ascending.
    pub used: Vec<u64>,
}

/// Before the first code.
impl Default for Counts {
    fn default() -> Counts {
        Counts {
            count: FIRST_COUNT,
            used: alloc::vec![FIRST_COUNT],
        }
    }
}

impl Counts {
    fn allows(&self, count: u64, kind: Kind) -> bool {
        let older = count + OLDER > self.count && !self.used.contains(&count);
        match kind {
            Kind::Sync => count + openpaygo::LOOK_AHEAD > self.count,
            Kind::Add => count > self.count || older,
            Kind::Set | Kind::Disable => count > self.count,
        }
    }

    /// An ADD uses its own count; anything else all older ones, so that no older code can follow.
    fn take(&mut self, count: u64, kind: Kind) {
        let highest = self.used.last().map_or(count, |last| count.max(*last));
        let before = core::mem::take(&mut self.used);
        let taken = |one: &u64| kind != Kind::Add || *one == count || before.contains(one);
        self.used = (highest.saturating_sub(OLDER)..=highest)
            .filter(taken)
            .collect();
        if count > self.count || kind == Kind::Sync {
            self.count = count;
        }
    }
}

/// The digits of what was typed; spaces and dashes are only for people. `None` when there is
/// anything else in it, or far too much.
pub fn digits(typed: &str) -> Option<Vec<u8>> {
    let spoken = typed.chars().filter(|one| !matches!(one, ' ' | '-'));
    let read = |one: char| one.to_digit(10).and_then(|digit| u8::try_from(digit).ok());
    let digits: Option<Vec<u8>> = spoken.take(32).map(read).collect();
    digits.filter(|digits| digits.len() < 32)
}

/// Digits in groups, as one reads them out: fours for 17, the last one longer, else threes.
pub fn grouped(digits: &str) -> String {
    let size = if digits.len() == long::DIGITS { 4 } else { 3 };
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && i % size == 0 && digits.len() - i > 1 {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

fn number(digits: &[u8]) -> u64 {
    digits
        .iter()
        .fold(0, |sum, digit| sum * 10 + u64::from(*digit))
}
