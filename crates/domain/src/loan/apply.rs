//! Taking a command: the checks in the order of [`Outcome`], then the change.
//!
//! A fact that counts after everything before it is a single step; any other replays. A refusal
//! changes nothing at all.

use alloc::vec::Vec;

use super::account::{Change, Entry, FACTS_MAX, Loan, Pause, Status, counts_from, key};
use super::charge::{Amount, Charge};
use super::command::{Act, Command, Reschedule};
use super::outcome::Outcome;
use super::portions::Portions;
use super::replay::{self, Known};
use super::{due, prove};
use crate::calendar::Day;
use crate::money::{AMOUNT_MAX_MINOR, Money};

/// Takes one command. Refused, the loan is as it was, bit for bit.
pub fn apply(mut loan: Loan, command: &Command) -> (Loan, Outcome) {
    let outcome = match check(&loan, command) {
        Ok(()) => match take(&mut loan, command) {
            Ok(()) => Outcome::Done,
            Err(refused) => refused,
        },
        Err(refused) => refused,
    };
    (loan, outcome)
}

/// Every check, in the order of [`Outcome`].
fn check(loan: &Loan, command: &Command) -> Result<(), Outcome> {
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
        Act::WriteOff if loan.outstanding().is_zero() => Err(Outcome::NothingOpen),
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

fn check_reversal(loan: &Loan, of: &str) -> Result<(), Outcome> {
    let entry = standing(loan, of)?;
    let reversible = match &entry.command.act {
        Act::Reverse { .. } | Act::Resume | Act::Pause { .. } | Act::Close => false,
        // Giving out is undone only while nothing rests on it.
        Act::Disburse { .. } => !loan.entries.iter().any(|e| {
            let later = e.command.at > entry.command.at && e.reversed_on.is_none();
            later && !matches!(e.command.act, Act::Reverse { .. })
        }),
        _ => true,
    };
    reversible.then_some(()).ok_or(Outcome::WrongKind)
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
    let overlaps = loan.pauses.iter().any(|p| {
        let end = p.resumed_on.unwrap_or(p.until);
        from < end && p.from < until
    });
    if overlaps {
        return Err(Outcome::PauseOverlaps);
    }
    Ok(())
}

fn runs(pause: &Pause, on: Day) -> bool {
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

/// Enters a command that was checked.
fn take(loan: &mut Loan, command: &Command) -> Result<(), Outcome> {
    let at = loan.entries.len();
    let place = loan.order.partition_point(|e| loan.key(*e) < key(command));
    let last = place == loan.order.len();
    if last && steps_alone(&command.act) {
        return take_last(loan, command);
    }
    let mut next = loan.clone();
    next.enter(at, place, command);
    next.note(command)?;
    next.replay()?;
    *loan = next;
    Ok(())
}

/// Whether an act, when it is the last one, is a step that can't be refused any more.
fn steps_alone(act: &Act) -> bool {
    matches!(
        act,
        Act::Pay { .. }
            | Act::AdjustCharge { .. }
            | Act::RefundCredit { .. }
            | Act::RefundPaid { .. }
            | Act::Chargeback { .. }
            | Act::WriteOff
            | Act::Recover { .. }
    )
}

/// The last fact of all: one step.
fn take_last(loan: &mut Loan, command: &Command) -> Result<(), Outcome> {
    if loan.terms.recalculates() {
        let (at, place) = (loan.entries.len(), loan.order.len());
        let mut next = loan.clone();
        next.enter(at, place, command);
        next.replay()?;
        *loan = next;
        return Ok(());
    }
    let known = Known {
        terms: &loan.terms,
        rules: &loan.rules,
        entries: &loan.entries,
        ids: &loan.ids,
    };
    let step = replay::step(&known, &mut loan.charges, &mut loan.stand, command)?;
    if prove::stand(&loan.stand).is_err() {
        loan.replay()?;
        return Err(Outcome::NotConserved);
    }
    loan.changes.clear();
    let at = loan.entries.len();
    loan.enter(at, loan.order.len(), command);
    let entry = &mut loan.entries[at];
    entry.portions = step.portions;
    entry.shares = step.shares;
    entry.balance = loan.stand.balance.max(0);
    Ok(())
}

impl Loan {
    fn enter(&mut self, at: usize, place: usize, command: &Command) {
        self.entries.push(Entry {
            command: command.clone(),
            portions: Portions::NONE,
            shares: Vec::new(),
            balance: 0,
            reversed_on: None,
        });
        self.ids.insert(command.id.clone(), at);
        self.order.insert(place, at);
    }

    /// What a command changes besides the stand.
    fn note(&mut self, command: &Command) -> Result<(), Outcome> {
        match &command.act {
            Act::Reverse { of } => self.reverse(of, command.on),
            Act::Charge { kind, amount, time } => {
                self.charges.push(Charge {
                    id: command.id.clone(),
                    kind: *kind,
                    amount: *amount,
                    time: *time,
                    raised_on: command.on,
                    reversed: false,
                    parts: Vec::new(),
                    at_disbursement: 0,
                });
                Ok(())
            }
            Act::Pause { until } => {
                self.pauses.push(Pause {
                    from: command.on,
                    until: *until,
                    resumed_on: None,
                });
                Ok(())
            }
            Act::Resume => {
                let running = self.pauses.iter_mut().find(|p| runs(p, command.on));
                running.ok_or(Outcome::NoPause)?.resumed_on = Some(command.on);
                Ok(())
            }
            Act::Close => {
                self.closed = true;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn reverse(&mut self, of: &str, on: Day) -> Result<(), Outcome> {
        let at = *self.ids.get(of).ok_or(Outcome::Unknown)?;
        self.entries[at].reversed_on = Some(on);
        let charge = self.charges.iter_mut().find(|c| c.id == of);
        if let Some(charge) = charge {
            charge.reversed = true;
        }
        Ok(())
    }

    /// Lives all facts anew, and notes whose portions are others than before.
    fn replay(&mut self) -> Result<(), Outcome> {
        let last = self.order.last().map(|at| &self.entries[*at].command);
        let known_on = last.map_or(self.signed_on, counts_from);
        self.replay_as_of(known_on)
    }

    /// As it stands on a day on which no later fact is known. Where interest follows what was
    /// really paid, what lines owe depends on that day; elsewhere it is the same every day.
    pub fn as_of(&self, known_on: Day) -> Result<Loan, Outcome> {
        let mut loan = self.clone();
        if self.terms.recalculates() {
            loan.replay_as_of(known_on)?;
        }
        Ok(loan)
    }

    fn replay_as_of(&mut self, known_on: Day) -> Result<(), Outcome> {
        self.stand = replay::start(self, known_on)?;
        self.changes.clear();
        for place in 0..self.order.len() {
            let at = self.order[place];
            if self.entries[at].reversed_on.is_some() {
                continue;
            }
            let (command, mut stand, mut charges) = (
                self.entries[at].command.clone(),
                core::mem::take(&mut self.stand),
                core::mem::take(&mut self.charges),
            );
            let known = Known {
                terms: &self.terms,
                rules: &self.rules,
                entries: &self.entries,
                ids: &self.ids,
            };
            let step = replay::step(&known, &mut charges, &mut stand, &command);
            self.stand = stand;
            self.charges = charges;
            let step = step?;
            let entry = &mut self.entries[at];
            let before = core::mem::replace(&mut entry.portions, step.portions);
            entry.shares = step.shares;
            entry.balance = self.stand.balance.max(0);
            let is_new = at + 1 == self.entries.len();
            if before != step.portions && !is_new {
                self.changes.push(Change { entry: at, before });
            }
        }
        due::as_of(&self.terms, &self.entries, &mut self.stand, known_on)?;
        prove::stand(&self.stand).map_err(|_| Outcome::NotConserved)
    }
}
