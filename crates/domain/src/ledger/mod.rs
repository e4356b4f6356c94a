//! The ledger: double entry in integer minor units, two-phase postings, one flat [`Outcome`].
//!
//! [`post`] takes the books and a command and gives back the books and an outcome. A refused
//! command leaves the books as they were; a posting made twice changes nothing; after each
//! posting, debits and credits are compared again, in release builds too.
//!
//! The books given in may be a slice of the whole: the accounts and postings that a command
//! touches. Receivable and customer credit of a contract must be in the slice, and every posting
//! of the payment; accounts of the lender (bank, clearing, suspense…) begin at zero when they
//! aren't, for nothing is decided by their balance.
//!
//! On purpose absent: which instalment money covers (that is the plan's pool, by due date),
//! interest and fees (one receivable a contract, the principal), and dates that change what is
//! posted: a contract's receivable and credit depend only on how much money came, never on the
//! order in which it did.

mod account;
mod books;
mod command;
mod post;

pub use account::{Account, Balance};
pub use books::{Layer, Ledger, Leg, Posting, PostingKind, Side};
pub use command::{Command, Owner, Work};
pub use post::{Outcome, post};
