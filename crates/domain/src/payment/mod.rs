//! Payments: one identity for money that many messages announce, and whose money it is.
//!
//! [`keys`] says by what a payment is recognised, [`state`] how its state rises, [`change`] what can
//! happen to money that came, [`reference`] how a contract is named so that a mistyped name is
//! caught, [`virtual_account`] and [`payer`] what else names one, [`evidence`] how strongly something
//! points to a contract, [`matching`] when money is somebody's and when it waits in suspense. Failure here is money counted twice, lost, or given to the wrong
//! contract; so that only exact evidence matches, and doubt always waits.
//!
//! On purpose absent: hashing (the caller hashes the texts that [`keys`] defines), look-ups (the
//! caller finds what [`reference`] asks for), and posting, which is the ledger's.

pub mod change;
pub mod evidence;
pub mod keys;
pub mod matching;
pub mod payer;
pub mod reference;
pub mod state;
pub mod virtual_account;

pub use change::{Change, ChangeKind};
pub use evidence::{Candidate, Evidence};
pub use keys::Key;
pub use matching::{Match, SuspenseReason};
pub use payer::PhoneMask;
pub use reference::{Reference, ReferenceError};
pub use state::{Move, PaymentState};
