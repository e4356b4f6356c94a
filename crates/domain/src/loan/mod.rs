//! Loans: what is owed when by the terms, and what became of it.
//!
//! `terms` and `schedule` know the agreement alone: nothing in them has happened yet. The account
//! ([`Loan`]) is the facts in order and what follows from them: `check` and `apply` take a command,
//! `replay` lives the facts; `due` says what lines owe by the plan, `allocate` gives a payment to
//! the debts by an `order`, `charge` adds debt, `reopen` brings it back, `rework` moves it.
//! `delinquency`, `payoff`, `explain` and `prove` only look. On purpose absent: postings (the
//! ledger's) and levels (the plan's).

mod account;
mod accrual;
mod actual;
mod allocate;
pub mod annuity;
mod apply;
pub mod charge;
mod check;
pub mod command;
mod declining;
pub mod delinquency;
mod due;
pub mod explain;
mod flat;
pub mod line;
pub mod order;
mod outcome;
pub mod payoff;
mod portions;
pub mod prepaid;
mod prepayment;
pub mod prove;
pub mod recalculation;
mod reopen;
mod replay;
mod rework;
pub mod schedule;
mod slots;
pub mod terms;
pub mod variation;

pub use account::{Change, ChargesCount, Entry, FACTS_MAX, Loan, Pause, Rules, Status};
pub use allocate::Share;
pub use apply::apply;
pub use line::{Line, LineKind};
pub use outcome::Outcome;
pub use portions::Portions;
