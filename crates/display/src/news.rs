//! Display data: what the phone's screen says about payments and cases. Unsigned, dated, shown
//! with its date, and never a ground for a level.
//!
//! Failure is [`Malformed`]. Absent on purpose: why a hold exists, full names, free
//! text.

use alloc::string::String;
use alloc::vec::Vec;

use fairlock_protocol::cbor::{Malformed, canonical};
use fairlock_protocol::grant::{AMOUNT_MAX, DAY_MAX, TIME_MAX};
use fairlock_protocol::wire;
use fairlock_protocol::{codes, record};

/// Longest masked name, in bytes.
const NAME_MAX: usize = 64;

record! {
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Display: "display data" {
        /// As of, Unix seconds.
        1 need at: u64,
        2 some payment: PaymentNews,
        3 some case: CaseNews,
        4 some held: Held,
        /// The borrower's name, masked by the server.
        5 some borrower: String,
        /// Emergency passes left, as the server counts them.
        6 some passes_left: u8,
        |display| {
            display.at <= TIME_MAX => "an instant below 2^40",
            display.borrower.as_ref().is_none_or(|name| name.len() <= NAME_MAX)
                => "a masked name of at most 64 bytes",
        }
    }
}

impl Display {
    /// As it stands in a frame of the channel.
    pub fn encode(&self) -> Vec<u8> {
        wire::bytes(self)
    }

    pub fn decode(bytes: &[u8]) -> Result<Display, Malformed> {
        canonical(bytes)?;
        wire::read_whole(bytes)
    }
}

record! {
    /// The newest payment that the borrower should know about.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct PaymentNews: "news of a payment" {
        1 need state: PaymentState,
        2 need amount: u64,
        /// The day it was acted, or taken back.
        3 need day: u32,
        /// What is missing all the same, for [`PaymentState::SeenPart`].
        4 some rest: u64,
        /// For how many days at most it is checked, for [`PaymentState::SeenCovers`].
        5 some days: u8,
        /// Why it failed.
        6 some failure: Failure,
        |news| {
            news.amount.max(news.rest.unwrap_or(0)) <= AMOUNT_MAX => "an amount of at most 10^15",
            news.day <= DAY_MAX => "a day since 1970-01-01",
        }
    }
}

codes! {
    pub enum PaymentState: "a payment's state: 1 to 5" {
        /// Seen, and it covers what restores.
        SeenCovers = 1,
        /// Seen, and more is needed.
        SeenPart = 2,
        Failed = 3,
        Reversed = 4,
        /// Booked.
        Credited = 5,
    }

    /// The closed list of product.md.
    pub enum Failure: "a failure: 1 to 8" {
        InsufficientFunds = 1,
        WrongPin = 2,
        Cancelled = 3,
        TimedOut = 4,
        WrongAccount = 5,
        LimitExceeded = 6,
        Refused = 7,
        Unknown = 8,
    }
}

record! {
    /// The newest case of this contract.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct CaseNews: "news of a case" {
        1 need state: CaseState,
        /// The lender's deadline.
        2 some until: u32,
        |news| {
            news.until.is_none_or(|day| day <= DAY_MAX) => "a day since 1970-01-01",
        }
    }
}

codes! {
    pub enum CaseState: "a case's state: 1 to 3" {
        Open = 1,
        Upheld = 2,
        Refused = 3,
    }
}

record! {
    /// Something stands still. A feed may be named; every private reason reads as held.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Held: "a hold" {
        1 need by: HeldBy,
        2 some until: u32,
        |held| {
            held.until.is_none_or(|day| day <= DAY_MAX) => "a day since 1970-01-01",
        }
    }
}

codes! {
    pub enum HeldBy: "what holds: 1 or 2" {
        Feed = 1,
        Private = 2,
    }
}
