//! What must be true of a loan whatever happened to it; checked with every command, in release
//! builds too.
//!
//! A failure means that the code is wrong, never that the input was: the command is refused. What
//! a command touches is checked each time, at the cost of a look at each line ([`stand`]) and at
//! the command's own fact ([`fact`]); [`prove`] looks at every fact too. On purpose absent: the
//! ledger's own proof, which is about accounts.

use core::fmt;

use super::account::{Entry, Loan, Stand};
use super::allocate::Share;
use super::command::{Act, Command};
use super::line::Line;
use super::order::Component;
use super::portions::Portions;

/// What isn't true, in the order of the checks. Lines and facts by index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// The borrower's credit is below zero.
    CreditNegative,
    /// A line has more paid, waived or written off than is due, or less than nothing.
    LineNegative { line: usize },
    /// More of a line was paid early and late than was paid.
    LineTimes { line: usize },
    /// A line counts as settled, and something is open.
    LineSettled { line: usize },
    /// What came in and wasn't given back isn't what the lines and the credit took.
    Money,
    /// The principal of the lines isn't what was planned and came back.
    Principal,
    /// The principal that is open isn't what was given out and came back, less what was paid and
    /// given up.
    Balance,
    /// A fact's portions aren't its amount, or its shares aren't its portions.
    Portions { fact: usize },
    /// What is owed isn't what the facts add up to.
    Facts,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Broken::CreditNegative => f.write_str("credit below zero"),
            Broken::LineNegative { line } => write!(f, "line {line} has a figure below zero"),
            Broken::LineTimes { line } => {
                write!(
                    f,
                    "of line {line} more was paid early and late than was paid"
                )
            }
            Broken::LineSettled { line } => write!(f, "line {line} is settled, and open"),
            Broken::Money => f.write_str("lines and credit don't add up to the money that came"),
            Broken::Principal => f.write_str("lines don't add up to the principal planned"),
            Broken::Balance => f.write_str("lines don't add up to the principal given out"),
            Broken::Portions { fact } => write!(f, "fact {fact} isn't the sum of its portions"),
            Broken::Facts => f.write_str("what is owed isn't what the facts add up to"),
        }
    }
}

impl core::error::Error for Broken {}

/// Everything, the facts too.
pub fn prove(loan: &Loan) -> Result<(), Broken> {
    stand(&loan.stand)?;
    let whole = |e: &Entry| fact(&e.command, &e.portions, &e.shares);
    let broken = |e: &Entry| e.reversed_on.is_none() && !whole(e);
    if let Some(fact) = loan.entries.iter().position(broken) {
        return Err(Broken::Portions { fact });
    }
    let owed: i128 = loan.stand.lines.iter().map(Line::outstanding).sum();
    if owed - loan.stand.credit != by_the_facts(loan) {
        return Err(Broken::Facts);
    }
    Ok(())
}

/// How it stands; costs a look at each line, whatever the history.
pub(super) fn stand(stand: &Stand) -> Result<(), Broken> {
    if stand.credit < 0 {
        return Err(Broken::CreditNegative);
    }
    let mut taken = stand.credit;
    let (mut due, mut planned, mut open) = (0_i128, 0_i128, 0_i128);
    for (at, line) in stand.lines.iter().enumerate() {
        self::line(at, line)?;
        taken += line.paid.debt();
        due += line.due.principal();
        planned += line.credited;
        open += line.open(Component::Principal);
    }
    planned += stand.planned.iter().map(Portions::principal).sum::<i128>();
    if taken != stand.money {
        return Err(Broken::Money);
    }
    if due != planned {
        return Err(Broken::Principal);
    }
    if open != stand.balance {
        return Err(Broken::Balance);
    }
    Ok(())
}

fn line(at: usize, line: &Line) -> Result<(), Broken> {
    let negative = |c| {
        let figures = [&line.due, &line.paid, &line.waived, &line.written_off];
        line.open(c) < 0 || figures.iter().any(|figure| figure.get(c) < 0)
    };
    if Component::ALL.into_iter().any(negative) {
        return Err(Broken::LineNegative { line: at });
    }
    let timed = line.in_advance + line.late;
    if line.in_advance < 0 || line.late < 0 || timed > line.paid.debt() {
        return Err(Broken::LineTimes { line: at });
    }
    if line.settled_on.is_some() && line.is_open() {
        return Err(Broken::LineSettled { line: at });
    }
    Ok(())
}

/// Whether a fact's portions are its amount, and its shares its portions.
pub(super) fn fact(command: &Command, portions: &Portions, shares: &[Share]) -> bool {
    let amount = match &command.act {
        Act::Disburse { amount }
        | Act::Pay { amount, .. }
        | Act::AdjustCharge { amount, .. }
        | Act::Chargeback { amount, .. }
        | Act::RefundCredit { amount }
        | Act::RefundPaid { amount } => Some(amount.minor()),
        _ => None,
    };
    if amount.is_some_and(|amount| portions.total() != amount) {
        return false;
    }
    let shares_it = matches!(
        command.act,
        Act::Pay { .. } | Act::AdjustCharge { .. } | Act::WaiveCharge { .. }
    );
    let shared = |component| {
        let of_it = shares.iter().filter(|s| s.bucket.component == component);
        of_it.map(|share| share.amount).sum::<i128>()
    };
    let whole = |component| shared(component) == portions.get(component);
    !shares_it || Component::ALL.into_iter().all(whole)
}

/// Debt less credit, from nothing but what each fact is worth.
fn by_the_facts(loan: &Loan) -> i128 {
    let standing = loan.entries.iter().filter(|e| e.reversed_on.is_none());
    let worth = standing.map(|entry| match &entry.command.act {
        Act::Disburse { amount }
        | Act::Chargeback { amount, .. }
        | Act::RefundCredit { amount }
        | Act::RefundPaid { amount } => amount.minor(),
        Act::Pay { amount, .. } | Act::AdjustCharge { amount, .. } => -amount.minor(),
        Act::WaiveCharge { .. } | Act::WriteOff => -entry.portions.debt(),
        Act::Charge { .. }
        | Act::Reverse { .. }
        | Act::Recover { .. }
        | Act::ReAge { .. }
        | Act::ReAmortise
        | Act::Reschedule(_)
        | Act::Pause { .. }
        | Act::Resume
        | Act::Close => 0,
    });
    let charges = loan.charges.iter().filter(|charge| !charge.reversed);
    let charged = charges.flat_map(|charge| &charge.parts).map(|p| p.amount);
    let interest = loan.stand.planned.iter().map(Portions::interest);
    worth.chain(charged).chain(interest).sum()
}
