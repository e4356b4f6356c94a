//! Whether a command can be taken: every check, in the order of [`Outcome`].
//!
//! A check looks and never changes. On purpose absent: what the command then does (`apply`).

use super::account::{Entry, FACTS_MAX, Loan, Pause, Status, counts_from, key};
use super::charge::{Amount, Charge};
use super::command::{Act, Command, Reschedule};
use super::outcome::Outcome;
use super::replay;
use crate::calendar::Day;
use crate::money::{AMOUNT_MAX_MINOR, Money};

/// Every check, in the order of [`Outcome`].
pub(super) fn check(loan: &Loan, command: &Command) -> Result<(), Outcome> {
    if let Some(known) = loan.entry(&command.id) {
        let same = known.command.on == command.on && known.command.act == command.act;
        return Err(if same {
            Outcome::Exists
        } else {
            Outcome::IdTaken
        });
    }
    check_amount(loan, &command.act)?;
    if loan.entries.len() >= FACTS_MAX {
        return Err(Outcome::TooMany);
    }
    if counts_from(command) < loan.signed_on {
        return Err(Outcome::BeforeContract);
    }
    check_status(loan, &command.act)?;
    check_subject(loan, command)
}

/// Currency and size of whatever amount the act has.
fn check_amount(loan: &Loan, act: &Act) -> Result<(), Outcome> {
    let Some(amount) = amount_of(act) else {
        return Ok(());
    };
    if amount.currency() != loan.currency() {
        return Err(Outcome::WrongCurrency);
    }
    if !amount.is_positive() {
        return Err(Outcome::NotPositive);
    }
    if amount.minor() > AMOUNT_MAX_MINOR {
        return Err(Outcome::TooLarge);
    }
    Ok(())
}

/// The amount that an act states.
pub(super) fn amount_of(act: &Act) -> Option<Money> {
    match act {
        Act::Disburse { amount }
        | Act::Pay { amount, .. }
        | Act::AdjustCharge { amount, .. }
        | Act::Chargeback { amount, .. }
        | Act::RefundCredit { amount }
        | Act::RefundPaid { amount }
        | Act::Recover { amount }
        | Act::Charge {
            amount: Amount::Flat(amount),
            ..
        } => Some(*amount),
        _ => None,
    }
}

fn check_status(loan: &Loan, act: &Act) -> Result<(), Outcome> {
    if loan.closed {
        return Err(Outcome::Closed);
    }
    // While it is written off, only the write-off itself can be undone: first that, then others.
    let undone = match act {
        Act::Reverse { of } => loan.entry(of),
        _ => None,
    };
    let reverses = undone.is_some_and(|entry| entry.command.act == Act::WriteOff);
    let recovers = matches!(act, Act::Recover { .. });
    let disburses = matches!(act, Act::Disburse { .. });
    match loan.status() {
        Status::WrittenOff if !reverses && !recovers => Err(Outcome::WrittenOff),
        Status::Agreed if !disburses => Err(Outcome::NotDisbursed),
        Status::WrittenOff => Ok(()),
        _ if recovers => Err(Outcome::NotWrittenOff),
        _ => Ok(()),
    }
}

/// What the act is about must be there, and must have enough left.
fn check_subject(loan: &Loan, command: &Command) -> Result<(), Outcome> {
    match &command.act {
        Act::Reverse { of } => check_reversal(loan, of),
        Act::Chargeback { of, amount } => {
            let entry = standing(loan, of)?;
            let Act::Pay { amount: paid, .. } = &entry.command.act else {
                return Err(Outcome::WrongKind);
            };
            not_before(command, entry)?;
            let left = paid.minor() - charged_back(loan, of);
            at_most(amount.minor(), left, Outcome::MoreThanLeft)
        }
        Act::AdjustCharge { charge, amount } => {
            let charge = charge_of(loan, charge)?;
            not_before(command, standing(loan, &charge.id)?)?;
            let adjusted = adjusted(loan, &charge.id);
            let left = charge.due() - charge.waived() - adjusted;
            at_most(amount.minor(), left, Outcome::MoreThanLeft)
        }
        Act::WaiveCharge { charge, line } => {
            let charge = charge_of(loan, charge)?;
            not_before(command, standing(loan, &charge.id)?)?;
            match replay::waivable(&loan.stand.lines, charge, *line) {
                0 => Err(Outcome::NothingOpen),
                _ => Ok(()),
            }
        }
        Act::RefundCredit { amount } => {
            at_most(amount.minor(), loan.stand.credit, Outcome::MoreThanCredit)
        }
        Act::RefundPaid { amount } => {
            let paid = loan.stand.lines.iter().map(|l| l.paid.debt()).sum();
            at_most(amount.minor(), paid, Outcome::MoreThanLeft)
        }
        Act::WriteOff => check_write_off(loan, command),
        // What lines owe is asked of the terms again with each payment: moved principal would be
        // lost. Such a loan is rescheduled.
        Act::ReAge { .. } | Act::ReAmortise if loan.terms.recalculates() => {
            Err(Outcome::InterestFollows)
        }
        Act::ReAge {
            first,
            every,
            count,
        } => {
            let later = *first > command.on && *count > 0 && every.every > 0;
            let open = !loan.outstanding().is_zero();
            match (later, open) {
                (false, _) => Err(Outcome::BadPlan),
                (_, false) => Err(Outcome::NothingOpen),
                _ => Ok(()),
            }
        }
        Act::ReAmortise => {
            let to_come = loan.lines().iter().any(|l| l.due_on > command.on);
            to_come.then_some(()).ok_or(Outcome::NoInstalment)
        }
        Act::Reschedule(change) => check_reschedule(loan, change),
        Act::Pause { until } => check_pause(loan, command.on, *until),
        Act::Resume => {
            let running = loan.pauses.iter().any(|p| runs(p, command.on));
            running.then_some(()).ok_or(Outcome::NoPause)
        }
        Act::Close => {
            let settled = loan.outstanding().is_zero() && loan.credit().is_zero();
            settled.then_some(()).ok_or(Outcome::NotSettled)
        }
        _ => Ok(()),
    }
}

/// Afterwards nothing is owed: money given out or paid later can't be there already.
fn check_write_off(loan: &Loan, command: &Command) -> Result<(), Outcome> {
    let moves_money = |act: &Act| {
        matches!(
            act,
            Act::Disburse { .. } | Act::Pay { .. } | Act::AdjustCharge { .. }
        )
    };
    let standing = loan.entries.iter().filter(|e| e.reversed_on.is_none());
    let mut later = standing.filter(|e| key(&e.command) > key(command));
    if later.any(|e| moves_money(&e.command.act)) {
        return Err(Outcome::TooEarly);
    }
    match loan.outstanding().is_zero() {
        true => Err(Outcome::NothingOpen),
        false => Ok(()),
    }
}

fn check_reversal(loan: &Loan, of: &str) -> Result<(), Outcome> {
    let entry = standing(loan, of)?;
    if let Act::Reverse { .. } | Act::Resume | Act::Pause { .. } | Act::Close = entry.command.act {
        return Err(Outcome::WrongKind);
    }
    let others = loan.entries.iter().filter(|e| e.reversed_on.is_none());
    let rests = |other: &Entry| match &other.command.act {
        Act::Reverse { .. } => false,
        Act::Chargeback { of: named, .. }
        | Act::WaiveCharge { charge: named, .. }
        | Act::AdjustCharge { charge: named, .. }
            if named == of =>
        {
            true
        }
        // Whatever was entered later rests on what was given out.
        _ => {
            let given_out = matches!(entry.command.act, Act::Disburse { .. });
            given_out && other.command.at > entry.command.at
        }
    };
    match others.into_iter().any(rests) {
        true => Err(Outcome::RestedOn),
        false => Ok(()),
    }
}

fn check_reschedule(loan: &Loan, change: &Reschedule) -> Result<(), Outcome> {
    if !loan.lines().iter().any(|l| l.due_on == change.from) {
        return Err(Outcome::NoInstalment);
    }
    let moves = change.due.is_none_or(|due| due > change.from);
    moves.then_some(()).ok_or(Outcome::BadPlan)
}

fn check_pause(loan: &Loan, from: Day, until: Day) -> Result<(), Outcome> {
    if until <= from {
        return Err(Outcome::BadPlan);
    }
    let overlaps = loan.pauses.iter().any(|p| from < p.end() && p.from < until);
    if overlaps {
        return Err(Outcome::PauseOverlaps);
    }
    Ok(())
}

pub(super) fn runs(pause: &Pause, on: Day) -> bool {
    pause.resumed_on.is_none() && pause.from <= on && on < pause.until
}

/// An entry that counts.
fn standing<'a>(loan: &'a Loan, id: &str) -> Result<&'a Entry, Outcome> {
    let entry = loan.entry(id).ok_or(Outcome::Unknown)?;
    match entry.reversed_on {
        Some(_) => Err(Outcome::AlreadyReversed),
        None => Ok(entry),
    }
}

/// A fact counts after what it is about; of one day, after it was entered.
fn not_before(command: &Command, about: &Entry) -> Result<(), Outcome> {
    let early = key(command) < key(&about.command);
    if early {
        Err(Outcome::TooEarly)
    } else {
        Ok(())
    }
}

fn charge_of<'a>(loan: &'a Loan, id: &str) -> Result<&'a Charge, Outcome> {
    let entry = standing(loan, id)?;
    let Act::Charge { .. } = entry.command.act else {
        return Err(Outcome::WrongKind);
    };
    let charge = loan.charges.iter().find(|c| c.id == id);
    charge.ok_or(Outcome::Unknown)
}

fn at_most(amount: i128, left: i128, else_: Outcome) -> Result<(), Outcome> {
    if amount > left { Err(else_) } else { Ok(()) }
}

/// What was charged back of a payment, in minor units.
fn charged_back(loan: &Loan, payment: &str) -> i128 {
    let backs = loan.entries.iter().filter_map(|e| match &e.command.act {
        Act::Chargeback { of, amount } if of == payment && e.reversed_on.is_none() => {
            Some(amount.minor())
        }
        _ => None,
    });
    backs.sum()
}

/// What was given back of a charge.
fn adjusted(loan: &Loan, id: &str) -> i128 {
    let given = loan.entries.iter().filter_map(|e| match &e.command.act {
        Act::AdjustCharge { charge, amount } if charge == id && e.reversed_on.is_none() => {
            Some(amount.minor())
        }
        _ => None,
    });
    given.sum()
}
