//! What a borrower would pay: what is past due, what frees the phone, what ends the loan, and what
//! is the borrower's.
//!
//! Failure: only an amount beyond what can be computed. Charges that were raised are owed, those
//! of instalments to come too; a lender who gives them up waives them. On purpose absent: levels
//! and holds (the plan's), and taking the money.

use alloc::format;
use alloc::string::String;

use super::account::{Loan, Status};
use super::apply::apply;
use super::command::{Act, Command, PaymentKind};
use super::line::Line;
use super::order::Component;
use super::portions::Portions;
use super::terms::{Interest, Terms};
use crate::calendar::{Day, Instant};
use crate::money::{AMOUNT_MAX_MINOR, Money};

/// What becomes of interest of the time after a payoff, where it was agreed as amounts. Where it
/// follows what was really paid there is no such interest, and the account says what is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unearned {
    /// It is owed all the same: the price of the use was agreed as a sum.
    Owed,
    /// It isn't owed: whole periods to come fall away, the running one counts by its days. The
    /// account keeps it, so the lender gives it as goodwill: see [`Quote::rebate`].
    GivenUp,
}

impl Unearned {
    /// What applies where contract and law say nothing: interest on what is still owed ends with
    /// the debt; a flat price is a price.
    pub fn usual(terms: &Terms) -> Unearned {
        match terms.interest {
            Interest::Declining(_) => Unearned::GivenUp,
            Interest::Flat(_) | Interest::None => Unearned::Owed,
        }
    }
}

/// Debt by component, and what of it the borrower's credit covers already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Owed {
    pub parts: Portions,
    pub by_credit: i128,
}

impl Owed {
    /// Minor units to be paid.
    pub fn amount(&self) -> i128 {
        self.parts.debt() - self.by_credit
    }
}

/// What ends a loan, if it is paid in these days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quote {
    pub on: Day,
    /// The last day on which the amount is right, if nothing else happens.
    pub valid_until: Day,
    pub owed: Owed,
    /// Interest that isn't earned and that the account still shows. A goodwill credit of so much
    /// on the day of the payment ends the loan; without it so much stays open.
    pub rebate: i128,
}

impl Quote {
    /// Minor units to be paid.
    pub fn amount(&self) -> i128 {
        self.owed.amount()
    }
}

/// What is open of lines that were due before the day. Credit covers it first.
pub fn arrears(loan: &Loan, on: Day) -> Owed {
    owed(loan, open(loan, |line| line.due_on < on), 0)
}

/// What brings the phone back to free now: the arrears and never more, as the engine judges too.
pub fn restore(loan: &Loan, on: Day) -> Owed {
    arrears(loan, on)
}

/// What is open of lines that are due on the day itself. Credit that arrears need covers nothing.
pub fn due_today(loan: &Loan, on: Day) -> Owed {
    let before = arrears(loan, on).by_credit;
    owed(loan, open(loan, |line| line.due_on == on), before)
}

/// What the lender owes the borrower, and may pay out. Nothing once the contract is ended or the
/// debt given up.
pub fn refundable(loan: &Loan) -> Money {
    match loan.status() {
        Status::Closed | Status::WrittenOff => Money::zero(loan.currency()),
        Status::Agreed | Status::Active | Status::Settled | Status::Overpaid => loan.credit(),
    }
}

/// What ends the loan when it is paid on a day, and how long that amount holds: at most `days`
/// days, and not past a day on which it becomes another one. None beyond what can be computed.
pub fn quote(loan: &Loan, on: Day, days: u16, unearned: Unearned) -> Option<Quote> {
    let (parts, rebate) = ending(loan, on, unearned)?;
    let mut valid_until = on;
    for _ in 0..days {
        let next = valid_until.plus_days(1);
        if ending(loan, next, unearned)? != (parts, rebate) {
            break;
        }
        valid_until = next;
    }
    Some(Quote {
        on,
        valid_until,
        owed: owed(loan, parts, 0),
        rebate,
    })
}

/// What would have to be paid, and what the account would still show as open.
fn ending(loan: &Loan, on: Day, unearned: Unearned) -> Option<(Portions, i128)> {
    let mut parts = open(loan, |_| true);
    if loan.terms().recalculates() && loan.status() == Status::Active {
        return Some((tried(loan, on)?, 0));
    }
    if unearned == Unearned::Owed {
        return Some((parts, 0));
    }
    let mut rebate = 0;
    for line in loan.lines() {
        rebate += not_earned(loan, line, on)?;
    }
    parts.add(Component::Interest, -rebate);
    Some((parts, rebate))
}

/// What a payment of more than enough would go to: the account itself says what it needs.
fn tried(loan: &Loan, on: Day) -> Option<Portions> {
    let ids = (0..=loan.entries().len()).map(|nr| format!("payoff {nr}"));
    let id: String = ids.into_iter().find(|id| loan.entry(id).is_none())?;
    let enough = Command {
        id: id.clone(),
        on,
        at: Instant::from_unix_seconds(i64::MAX),
        act: Act::Pay {
            kind: PaymentKind::Repayment,
            amount: Money::new(AMOUNT_MAX_MINOR, loan.currency()),
        },
    };
    let (after, outcome) = apply(loan.clone(), &enough);
    if !outcome.is_done() {
        return None;
    }
    let mut parts = after.entry(&id)?.portions;
    parts.credit = 0;
    Some(parts)
}

/// What of a line's open interest isn't earned on the day, by its days. Never more than is open:
/// interest that was paid stays paid.
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

/// Debt of which credit covers what others don't need.
fn owed(loan: &Loan, parts: Portions, needed: i128) -> Owed {
    let credit = loan.credit().minor() - needed;
    Owed {
        parts,
        by_credit: credit.min(parts.debt()),
    }
}

fn open(loan: &Loan, which: impl Fn(&Line) -> bool) -> Portions {
    let mut sum = Portions::NONE;
    for line in loan.lines().iter().filter(|line| which(line)) {
        sum.add_all(&line.all_open());
    }
    sum
}
