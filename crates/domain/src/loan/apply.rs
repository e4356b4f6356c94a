//! Taking a command: the checks (`check`), then the change.
//!
//! A fact that counts after everything before it is a single step; any other replays. A refusal
//! changes nothing at all.

use alloc::vec::Vec;

use super::account::{Change, Entry, Loan, Pause, counts_from, key};
use super::charge::Charge;
use super::check::{check, runs};
use super::command::{Act, Command};
use super::outcome::Outcome;
use super::portions::Portions;
use super::replay::{self, Known};
use super::{due, prove};
use crate::calendar::Day;

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

/// Enters a command that was checked.
fn take(loan: &mut Loan, command: &Command) -> Result<(), Outcome> {
    let at = loan.entries.len();
    let place = loan.order.partition_point(|e| loan.key(*e) < key(command));
    let last = place == loan.order.len();
    if last && steps_alone(&command.act) && !loan.terms.recalculates() {
        return take_last(loan, command);
    }
    let mut next = loan.clone();
    next.enter(at, place, command);
    next.note(command)?;
    next.replay()?;
    let waives = matches!(command.act, Act::WaiveCharge { .. });
    if waives && replay::charges_first(&next.terms, &next.rules) {
        // Its amount is known now, and counts before any payment.
        next.replay()?;
    }
    next.changes = changes(&loan.entries, &next.entries);
    *loan = next;
    Ok(())
}

/// Entries of before whose portions are others now.
fn changes(before: &[Entry], now: &[Entry]) -> Vec<Change> {
    let pairs = before.iter().zip(now).enumerate();
    let changed = pairs.filter(|(_, (old, new))| old.portions != new.portions);
    let change = |(entry, (old, _)): (usize, (&Entry, &Entry))| Change {
        entry,
        before: old.portions,
    };
    changed.map(change).collect()
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
    let known = Known {
        terms: &loan.terms,
        rules: &loan.rules,
        entries: &loan.entries,
        ids: &loan.ids,
    };
    let step = replay::step(&known, &mut loan.charges, &mut loan.stand, command)?;
    let whole = prove::fact(command, &step.portions, &step.shares);
    if !whole || prove::stand(&loan.stand).is_err() {
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

    /// Lives all facts anew.
    fn replay(&mut self) -> Result<(), Outcome> {
        self.live(self.last_day(), &mut |_, _| {})
    }

    /// The day of the last fact: what is known without being told more.
    pub(super) fn last_day(&self) -> Day {
        let last = self.order.last().map(|at| &self.entries[*at].command);
        last.map_or(self.signed_on, counts_from)
    }

    /// As it stands on a day on which no later fact is known. Where interest follows what was
    /// really paid, what lines owe depends on that day; elsewhere it is the same every day.
    pub fn as_of(&self, known_on: Day) -> Result<Loan, Outcome> {
        let mut loan = self.clone();
        if self.terms.recalculates() {
            loan.live(known_on, &mut |_, _| {})?;
        }
        Ok(loan)
    }

    /// Lives all facts as known on a day, and shows itself before the first and after each.
    pub(super) fn live(
        &mut self,
        known_on: Day,
        seen: &mut dyn FnMut(Option<usize>, &Loan),
    ) -> Result<(), Outcome> {
        self.stand = replay::start(self, known_on)?;
        seen(None, self);
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
            if !prove::fact(&command, &step.portions, &step.shares) {
                return Err(Outcome::NotConserved);
            }
            let entry = &mut self.entries[at];
            entry.portions = step.portions;
            entry.shares = step.shares;
            entry.balance = self.stand.balance.max(0);
            seen(Some(at), self);
        }
        due::as_of(&self.terms, &self.entries, &mut self.stand, known_on)?;
        prove::stand(&self.stand).map_err(|_| Outcome::NotConserved)
    }
}
