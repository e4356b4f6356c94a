//! What must be true of a loan whatever happened to it; checked after every command, in release
//! builds too.
//!
//! A failure means that the code is wrong, never that the input was: the command is refused and
//! the loan stays as it was. On purpose absent: the ledger's own proof, which is about accounts.

use core::fmt;

use super::account::{Loan, Stand};
use super::order::Component;

/// What isn't true, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// The borrower's credit is below zero.
    CreditNegative,
    /// A line has more paid, waived or written off than is due, or less than nothing.
    LineNegative { line: usize },
    /// What came in and wasn't given back isn't what the lines and the credit took.
    Money,
    /// The principal of the lines isn't what was planned and came back.
    Principal,
    /// A payment's portions aren't its amount, or its shares aren't its portions.
    Portions { entry: usize },
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Broken::CreditNegative => f.write_str("credit below zero"),
            Broken::LineNegative { line } => write!(f, "line {line} has a figure below zero"),
            Broken::Money => f.write_str("lines and credit don't add up to the money that came"),
            Broken::Principal => f.write_str("lines don't add up to the principal given out"),
            Broken::Portions { entry } => write!(f, "fact {entry} isn't the sum of its portions"),
        }
    }
}

impl core::error::Error for Broken {}

/// Everything, the facts too.
pub fn prove(loan: &Loan) -> Result<(), Broken> {
    stand(&loan.stand)?;
    for (at, entry) in loan.entries().iter().enumerate() {
        if entry.reversed_on.is_some() {
            continue;
        }
        let debt = entry.portions.debt();
        let shared: i128 = entry.shares.iter().map(|share| share.amount).sum();
        let stated = super::check::amount_of(&entry.command.act);
        let is_payment = matches!(
            entry.command.act,
            super::command::Act::Pay { .. } | super::command::Act::AdjustCharge { .. }
        );
        let whole = stated.is_none_or(|amount| entry.portions.total() == amount.minor());
        if is_payment && !(whole && shared == debt) {
            return Err(Broken::Portions { entry: at });
        }
    }
    Ok(())
}

/// How it stands; costs a look at each line, whatever the history.
pub(super) fn stand(stand: &Stand) -> Result<(), Broken> {
    if stand.credit < 0 {
        return Err(Broken::CreditNegative);
    }
    let mut taken = stand.credit;
    let (mut due, mut planned) = (0_i128, 0_i128);
    for (at, line) in stand.lines.iter().enumerate() {
        let wrong = |component| {
            line.open(component) < 0 || line.paid.get(component) < 0 || line.due.get(component) < 0
        };
        if Component::ALL.into_iter().any(wrong) {
            return Err(Broken::LineNegative { line: at });
        }
        taken += line.paid.debt();
        due += line.due.principal();
        planned += line.credited;
    }
    planned += stand.planned.iter().map(|p| p.principal()).sum::<i128>();
    if taken != stand.money {
        return Err(Broken::Money);
    }
    if due != planned {
        return Err(Broken::Principal);
    }
    Ok(())
}
