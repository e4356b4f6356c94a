//! What a borrower would pay: what is past due, what frees the phone, what ends the loan.
//!
//! Failure: only an amount beyond what can be computed. On purpose absent: levels and holds (the
//! plan's), and taking the money.

use super::account::Loan;
use super::line::Line;
use super::order::Component;
use super::portions::Portions;
use crate::calendar::Day;

/// What becomes of interest of the time after a payoff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unearned {
    /// It is owed all the same: the price of the use was agreed as a sum.
    Owed,
    /// It isn't owed: whole periods to come fall away, the running one counts by its days.
    /// The default of a loan on which interest is charged by what is still owed.
    GivenUp,
}

/// What ends a loan, if it is paid in these days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quote {
    pub on: Day,
    /// The last day on which the amount is right.
    pub valid_until: Day,
    /// By component; `credit` is what the borrower's credit pays of it.
    pub parts: Portions,
}

impl Quote {
    /// Minor units to be paid.
    pub fn amount(&self) -> i128 {
        self.parts.debt() - self.parts.credit
    }
}

/// What is open of lines that were due before the day, by component.
pub fn arrears(loan: &Loan, on: Day) -> Portions {
    open(loan.lines().iter().filter(|line| line.due_on < on))
}

/// What brings the phone back to free now: the arrears, as `engine.md` says; never more.
pub fn restore(loan: &Loan, on: Day) -> Portions {
    arrears(loan, on)
}

/// What is open of lines that are due on the day itself.
pub fn due_on(loan: &Loan, on: Day) -> Portions {
    open(loan.lines().iter().filter(|line| line.due_on == on))
}

/// What ends the loan when it is paid on a day, and how long that amount holds: at most `days`
/// days, and not past a day on which it becomes another one. None beyond what can be computed.
pub fn quote(loan: &Loan, on: Day, days: u16, unearned: Unearned) -> Option<Quote> {
    let parts = parts(loan, on, unearned)?;
    let mut valid_until = on;
    for _ in 0..days {
        let next = valid_until.plus_days(1);
        if self::parts(loan, next, unearned)? != parts {
            break;
        }
        valid_until = next;
    }
    Some(Quote {
        on,
        valid_until,
        parts,
    })
}

fn parts(loan: &Loan, on: Day, unearned: Unearned) -> Option<Portions> {
    let mut parts = open(loan.lines().iter());
    if unearned == Unearned::GivenUp {
        for line in loan.lines() {
            parts.add(Component::Interest, -not_earned(loan, line, on)?);
        }
    }
    parts.credit = loan.credit().minor().min(parts.debt());
    Some(parts)
}

/// What of a line's open interest isn't earned on the day. Never more than is open: interest that
/// was paid stays paid.
fn not_earned(loan: &Loan, line: &Line, on: Day) -> Option<i128> {
    let open = line.open(Component::Interest);
    if open == 0 || line.due_on <= on {
        return Some(0);
    }
    let period = i128::from(line.due_on.days_since(line.from)).max(1);
    let passed = i128::from(on.days_since(line.from)).clamp(0, period);
    let rounding = loan.terms().rounding;
    let earned = rounding.multiply_divide(line.due.interest(), passed, period)?;
    Some((line.due.interest() - earned).clamp(0, open))
}

fn open<'a>(lines: impl Iterator<Item = &'a Line>) -> Portions {
    let mut sum = Portions::NONE;
    for line in lines {
        sum.add_all(&line.all_open());
    }
    sum
}
