//! Messages to borrowers: from a plan that asks for a notice to the proof that it was served.
//!
//! Reading order: [`due`] (what a plan asks for), [`ask`] (may it go now: still due, [`gate`], in
//! which words), [`template`], [`compose`] and [`parts`] (the words), [`gateway`] and [`mail`]
//! (the carriers), [`outcome`] and [`settle`] (what came of it), [`receipts`] and [`routes`] (what
//! comes later), [`work`] (the worker).
//!
//! A message waits in the store's outbox, durable before its first attempt, text and all. Every
//! attempt has the same id and the same words, so that after a crash a carrier that had it already
//! doesn't send it twice; between commit and answer nothing is lost. What a carrier tells becomes
//! a fact of the contract in the transaction that takes the message on, and it is the engine that
//! decides what the fact is worth: this module never calls a notice served.
//!
//! Failure is a message lost, sent twice, at a forbidden hour, or to somebody else; a proof that
//! isn't one; personal data in a log. On purpose absent: text of the moment (every word is reviewed
//! before), recipients (the address is the contract's), letters, and what the phone itself shows,
//! which travels in its grant.

use std::fmt;

use fairlock_storage::LenderId;

pub mod ask;
pub mod compose;
pub mod due;
pub mod gate;
mod gateway;
mod mail;
mod outcome;
pub mod parts;
mod receipts;
mod routes;
mod settle;
pub mod short;
mod state;
pub mod template;
mod work;

pub use mail::MailError;
pub use receipts::{RECEIPT, SOURCE, process_or_park as process_receipt};
pub use routes::routes;
pub use settle::tell_facts;
pub use state::{OpenError, State};
pub use work::{NoticesError, backlog, next_deadline, run};

/// A way to reach a borrower from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    Sms,
    Email,
}

impl Channel {
    pub const ALL: [Channel; 2] = [Channel::Sms, Channel::Email];

    /// As facts, rows and packs name it.
    pub const fn name(self) -> &'static str {
        match self {
            Channel::Sms => "sms",
            Channel::Email => "email",
        }
    }

    pub fn from_name(name: &str) -> Option<Channel> {
        Channel::ALL.into_iter().find(|c| c.name() == name)
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a message is called outside: `3fa09b1c-17`. Two lenders at one carrier don't collide.
pub fn message_id(lender: LenderId, no: i64) -> String {
    let [a, b, c, d, ..] = lender.0;
    format!("{a:02x}{b:02x}{c:02x}{d:02x}-{no}")
}

/// The number of a message of this lender's.
pub fn message_no(lender: LenderId, id: &str) -> Option<i64> {
    let (_, no) = id.split_once('-')?;
    let no = no.parse().ok()?;
    (message_id(lender, no) == id).then_some(no)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_known_by_its_id_and_another_lenders_isnt() {
        let (ours, theirs) = (LenderId([7; 16]), LenderId([8; 16]));
        let id = message_id(ours, 17);
        assert_eq!(id, "07070707-17");
        assert_eq!(message_no(ours, &id), Some(17));
        assert_eq!(message_no(theirs, &id), None);
        for other in ["07070707-017", "07070707-+17", "07070707", "-17", ""] {
            assert_eq!(message_no(ours, other), None, "{other}");
        }
    }
}
