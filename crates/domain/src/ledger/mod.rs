//! The ledger: double entry in integer minor units, two-phase postings, one flat [`Outcome`].
//!
//! [`post`] takes the books and a command and gives back the books and an outcome. A refused
//! command leaves the books as they were; a posting made twice changes nothing; after each
//! posting, debits and credits are compared again, in release builds too.
//!
//! A contract is kept as a pool (`Finance`: one sum owed, one sum paid) or as a loan (`Open`: the
//! loan module computes which debt each amount goes to, [`journal`] turns that into legs, and
//! [`of_loan`] makes the command of what the loan just did). When a replay moves money between
//! debts, the differences are posted together with what caused them: one command, one posting,
//! all or nothing.
//!
//! The books given in may be a slice of the whole: what a command touches. That is the five
//! accounts of its contract, the contract's own postings (opened, closed), every posting under
//! the command's subject and the subject it reverses, and the records of the entries it names.
//! Accounts of the lender (bank, clearing, suspense…) begin at zero when they aren't in it, for
//! nothing is decided by their balance. Nothing else is ever read, so a command costs the same
//! after ten postings as after a million (but for the depth of a tree).
//!
//! On purpose absent: which debt money covers (the loan's), unearned interest as a debt of the
//! lender (interest that was paid ahead stands as a receivable below zero), and dates that change
//! what is posted: balances follow from the entries as they stand, never from the order in which
//! they came.

mod account;
mod books;
mod command;
mod entry;
mod journal;
mod loans;
mod of_loan;
mod outcome;
mod payments;
mod post;
mod posting;
mod proof;
mod refunds;

pub use account::{Account, Balance};
pub use books::Ledger;
pub use command::{Command, Owner, Work};
pub use entry::{EntryKind, LoanChange, LoanEntry, Moved, Record, Source};
pub use journal::journal;
pub use of_loan::of_loan;
pub use outcome::Outcome;
pub use post::post;
pub use posting::{Layer, Leg, Posting, PostingKind, Side};
pub use proof::{Break, prove};
