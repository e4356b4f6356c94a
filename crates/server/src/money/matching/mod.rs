//! Whose money it is: the look-ups behind the domain's `matching`, and what people decide.
//!
//! [`payer`] keeps payers' numbers and accounts from being read, [`lookup`] finds what points to a
//! contract, [`person`] is what somebody at the lender does about money: match, unmatch, keep,
//! refund. On purpose absent: the rules of what posts, which are the domain's.

pub mod lookup;
pub mod payer;
pub mod person;

pub use payer::PayerKey;
pub use person::{ActError, Deed, Done, Order, REFUND_OWED, REFUNDED, act, is_going_back};
