//! Cumulative recalculation: interest on what is owed day by day, and what early money changes.
//!
//! Payments are taken in their order. Each pays the lines that are past due, interest before
//! principal; what is left is early and lowers the balance, and the terms say whether later
//! instalments become smaller, fewer, or are paid ahead. What is past due bears interest until it
//! is paid. A payoff ends the schedule on its day. On purpose absent: orders of allocation.

use alloc::vec::{IntoIter, Vec};
use core::iter::Peekable;
use core::slice::Iter;

use super::accrual::{Accrual, Period};
use super::declining::{equal_part, period};
use super::recalculation::{History, Paid, Until};
use super::schedule::{Disbursement, Line, LineKind, down_payment, net};
use super::slots::{Slot, Slots};
use super::terms::{
    Amortization, Charging, Compounding, PastDue, PayoffUntil, Prepayment, Recalculation, Rest,
    Terms, TermsError,
};
use crate::calendar::{Day, Step};

/// More than any loan can owe, and still far from what can be computed: a payoff's money.
const EVERYTHING: i128 = i128::MAX >> 8;

/// What was paid on a day.
#[derive(Clone, Copy)]
struct Money {
    on: Day,
    amount: i128,
}

/// An instalment that was made, and what was paid of it.
struct Made {
    due: Day,
    principal: i128,
    interest: i128,
    paid: i128,
    /// It was never part of the balance that bears interest.
    down_payment: bool,
}

impl Made {
    fn unpaid(&self) -> i128 {
        self.principal + self.interest - self.paid
    }

    /// Of what is unpaid; interest is paid first.
    fn unpaid_principal(&self) -> i128 {
        self.unpaid().min(self.principal)
    }
}

/// An instalment, paid as far as its own money goes.
fn made(line: &Line, money: i128) -> Made {
    Made {
        due: line.due,
        principal: line.principal,
        interest: line.interest,
        paid: money.min(line.total()),
        down_payment: line.kind == LineKind::DownPayment,
    }
}

/// What happens within one period.
struct Within {
    period: Period,
    balance: i128,
    /// What bears interest of what is past due, at the beginning.
    late: i128,
    /// Changes of the balance.
    changes: Vec<(Day, i128)>,
    /// Changes of what is past due.
    paid_late: Vec<(Day, i128)>,
    /// Money before the due day that no earlier line needed.
    early: i128,
    /// The same of the due day itself.
    on_time: i128,
    last_payment: Option<Day>,
}

/// A schedule in the making.
struct Course<'a> {
    terms: &'a Terms,
    rules: Recalculation,
    slots: &'a Slots<'a>,
    accrual: Accrual,
    start: Day,
    given: Peekable<Iter<'a, Disbursement>>,
    money: Peekable<IntoIter<Money>>,
    until: Until,
    /// Principal that no line has yet.
    left: i128,
    /// Equal instalment, or equal principal.
    each: i128,
    /// Paid ahead of the next lines.
    ahead: i128,
    /// Interest of slots in which it isn't paid.
    deferred: i128,
    made: Vec<Made>,
    lines: Vec<Line>,
}

pub(super) fn schedule(
    history: &History,
    charging: Charging,
    rules: Recalculation,
    slots: &Slots,
) -> Result<Vec<Line>, TermsError> {
    let start = history.given[0].on;
    let mut course = Course {
        terms: history.terms,
        rules,
        slots,
        accrual: Accrual::new(history.terms, charging),
        start,
        given: history.given.iter().peekable(),
        money: payments(history.paid, history.until).into_iter().peekable(),
        until: history.until,
        left: 0,
        each: 0,
        ahead: 0,
        deferred: 0,
        made: Vec::new(),
        lines: Vec::new(),
    };
    let mut from = Slots::begin(history.terms, start);
    for nth in 0..slots.count() {
        let slot = slots.get(nth, from)?;
        course.take(nth, from, &slot)?;
        from = slot.due;
        if course.left == 0 && course.given.peek().is_none() {
            break;
        }
    }
    if course.given.peek().is_some() {
        return Err(TermsError::AfterTheEnd);
    }
    course.after_the_end(from)?;
    Ok(course.lines)
}

/// One amount a day; a payoff is one of all that can be owed.
fn payments(paid: &[Paid], until: Until) -> Vec<Money> {
    let mut money: Vec<Money> = Vec::new();
    for one in paid {
        let amount = one.principal + one.interest;
        match money.last_mut() {
            Some(last) if last.on == one.on => last.amount += amount,
            _ => money.push(Money { on: one.on, amount }),
        }
    }
    if let Until::PayoffOn(on) = until {
        money.retain(|m| m.on <= on);
        let amount = EVERYTHING;
        money.push(Money { on, amount });
    }
    money
}

impl Course<'_> {
    /// One slot: its interest, its line, and what its money changes for those to come.
    fn take(&mut self, nth: u16, from: Day, slot: &Slot) -> Result<(), TermsError> {
        if let Some(rate) = self.slots.new_rate(nth) {
            self.accrual = self.accrual.with_rate(rate);
        }
        let mut within = Within {
            period: period(from, slot),
            balance: self.left,
            late: self.late(from),
            changes: Vec::new(),
            paid_late: Vec::new(),
            early: 0,
            on_time: 0,
            last_payment: None,
        };
        self.give_out(&mut within)?;
        if !within.changes.is_empty() || slot.anew {
            self.each = self.part(nth, self.left)?;
        }
        if let Some(payoff) = self.receive(&mut within)? {
            self.lines.push(payoff);
            self.left = 0;
            return Ok(());
        }
        let interest = match slot.free {
            true => 0,
            false => self.interest(&within, slot.due, self.known_until(&within))?,
        };
        let last = nth + 1 == self.slots.count();
        let principal = self.principal(nth, slot, interest, last, within.early)?;
        let interest = self.due_interest(slot, interest, last);
        self.make(nth, &within, principal, interest)
    }

    /// The line, with money of the due day itself that is beyond it.
    fn make(
        &mut self,
        nth: u16,
        within: &Within,
        mut principal: i128,
        interest: i128,
    ) -> Result<(), TermsError> {
        let owed = (principal + interest - within.early).max(0);
        let beyond = (within.on_time - owed).clamp(0, self.left - principal);
        if beyond > 0 {
            principal += beyond;
            self.prepaid(nth, beyond, self.left - principal)?;
        }
        self.left -= principal;
        let Period { from, due, .. } = within.period;
        let line = Line::instalment(from, due, principal, interest);
        self.made.push(made(&line, within.early + within.on_time));
        self.lines.push(line);
        Ok(())
    }

    /// What is given out until the due day.
    fn give_out(&mut self, within: &mut Within) -> Result<(), TermsError> {
        let due = within.period.due;
        while let Some(given) = self.given.next_if(|given| given.on <= due) {
            if let Some(line) = down_payment(self.terms, given)? {
                self.made.push(made(&line, 0));
                self.lines.push(line);
            }
            let net = net(self.terms, given)?;
            within.changes.push((given.on, net));
            self.left += net;
        }
        Ok(())
    }

    /// What of the past due bears interest on a day, as paid so far.
    fn late(&self, on: Day) -> i128 {
        let bears = |made: &Made| match self.rules.compounding {
            _ if made.down_payment => 0,
            Compounding::Interest(step)
                if compounded_on(step, self.start, made.due).is_some_and(|day| day <= on) =>
            {
                made.unpaid()
            }
            _ => made.unpaid_principal(),
        };
        self.made.iter().map(bears).sum()
    }

    /// Takes a period's payments. One that pays all is the last line.
    fn receive(&mut self, within: &mut Within) -> Result<Option<Line>, TermsError> {
        let Period { from, due, .. } = within.period;
        while let Some(money) = self.money.next_if(|money| money.on <= due) {
            let before = self.late(from);
            let left = self.pay_past_due(money);
            let on = match self.rules.rest {
                Rest::Daily => money.on.max(from),
                Rest::SamePeriod => due,
            };
            within.paid_late.push((on, self.late(from) - before));
            within.last_payment = Some(on);
            if on == due {
                within.on_time += left;
                continue;
            }
            if let Some(payoff) = self.payoff(within, on, left)? {
                return Ok(Some(payoff));
            }
            let early = left.min(self.left - within.early);
            within.early += early;
            within.changes.push((on, -early));
        }
        Ok(None)
    }

    /// Pays earlier lines, the oldest first; the answer is what is left of the money.
    fn pay_past_due(&mut self, money: Money) -> i128 {
        let mut left = money.amount;
        for made in self.made.iter_mut().filter(|made| made.due <= money.on) {
            let part = left.min(made.unpaid());
            made.paid += part;
            left -= part;
        }
        left
    }

    /// The last line, when money pays all that is left with the interest until its day.
    fn payoff(&self, within: &Within, on: Day, money: i128) -> Result<Option<Line>, TermsError> {
        let all = self.left - within.early;
        if self.rules.payoff != PayoffUntil::Day || money < all {
            return Ok(None);
        }
        let interest = self.interest(within, on, Some(on))? + self.deferred;
        let enough = money >= all + interest;
        Ok(enough.then(|| Line::instalment(within.period.from, on, self.left, interest)))
    }

    /// Until which day it is known that the past due was unpaid; None: no interest on it.
    fn known_until(&self, within: &Within) -> Option<Day> {
        match (self.rules.past_due, self.until) {
            (PastDue::PeriodsWithPayments, _) => within.last_payment,
            (PastDue::EveryPeriod, Until::AsOf(day) | Until::PayoffOn(day)) => {
                let day = day.min(within.period.due);
                Some(within.last_payment.map_or(day, |payment| payment.max(day)))
            }
        }
    }

    /// The period's interest until a day of it, with that on the past due.
    fn interest(
        &self,
        within: &Within,
        end: Day,
        known_until: Option<Day>,
    ) -> Result<i128, TermsError> {
        let from = within.period.from;
        let mut changes = within.changes.clone();
        if let Some(known) = known_until.filter(|known| *known > from) {
            let paid: i128 = within.paid_late.iter().map(|(_, paid)| paid).sum();
            changes.push((from, within.late));
            changes.extend(&within.paid_late);
            changes.push((known, -within.late - paid));
        }
        changes.sort_by_key(|(on, _)| *on);
        let interest = self
            .accrual
            .on_changing(within.period, end, within.balance, &changes);
        interest.ok_or(TermsError::Overflow)
    }

    /// A line's principal, before money of its due day.
    fn principal(
        &mut self,
        nth: u16,
        slot: &Slot,
        interest: i128,
        last: bool,
        early: i128,
    ) -> Result<i128, TermsError> {
        if last {
            return Ok(self.left);
        }
        let agreed = match self.terms.amortization {
            _ if slot.no_principal => 0,
            Amortization::EqualInstalments => self.each - interest,
            Amortization::EqualPrincipal => self.each,
        };
        let agreed = agreed.clamp(0, self.left);
        let principal = agreed - agreed.min(self.ahead);
        self.ahead -= agreed - principal;
        if early <= principal {
            return Ok(principal);
        }
        self.prepaid(nth, early - principal, self.left - early)?;
        Ok(early)
    }

    /// What money beyond a line changes for those after it, which have `left` of principal.
    fn prepaid(&mut self, nth: u16, beyond: i128, left: i128) -> Result<(), TermsError> {
        match self.rules.prepayment {
            Prepayment::ReduceCount | Prepayment::AdjustLast => {}
            Prepayment::RescheduleNext => self.ahead += beyond,
            Prepayment::ReduceInstalment if left > 0 && nth + 1 < self.slots.count() => {
                self.each = self.part(nth + 1, left)?;
            }
            Prepayment::ReduceInstalment => {}
        }
        Ok(())
    }

    fn part(&self, nth: u16, amount: i128) -> Result<i128, TermsError> {
        let lines = self.slots.ahead(nth).with_principal.max(1);
        equal_part(self.terms, &self.accrual, amount, lines)
    }

    /// What is due of a slot's interest: nothing in grace, and that of the grace after it.
    fn due_interest(&mut self, slot: &Slot, interest: i128, last: bool) -> i128 {
        if slot.interest_later && !last {
            self.deferred += interest;
            return 0;
        }
        interest + core::mem::take(&mut self.deferred)
    }

    /// What is past due when the last line was due bears interest until it is paid, or until the
    /// day that is asked for; a line for each payment.
    fn after_the_end(&mut self, end: Day) -> Result<(), TermsError> {
        let mut since = end;
        while let Some(money) = self.money.next() {
            self.interest_alone(&mut since, money.on)?;
            self.pay_past_due(money);
        }
        match (self.rules.past_due, self.until) {
            (PastDue::EveryPeriod, Until::AsOf(day)) => self.interest_alone(&mut since, day),
            _ => Ok(()),
        }
    }

    fn interest_alone(&mut self, since: &mut Day, on: Day) -> Result<(), TermsError> {
        let late = self.late(*since);
        if on <= *since || late == 0 {
            return Ok(());
        }
        let step = Period {
            from: *since,
            due: self.terms.step.nth(*since, 1).unwrap_or(on),
            whole: true,
        };
        let interest = self.accrual.on_changing(step, on, late, &[]);
        let interest = interest.ok_or(TermsError::Overflow)?;
        let line = Line::instalment(*since, on, 0, interest);
        self.made.push(made(&line, 0));
        self.lines.push(line);
        *since = on;
        Ok(())
    }
}

/// The first date at which unpaid interest of a line joins what bears interest.
fn compounded_on(step: Step, start: Day, due: Day) -> Option<Day> {
    let steps = step.whole_steps(start, due)?;
    let before = step.nth(start, steps)?;
    match before == due {
        true => Some(due),
        false => step.nth(start, steps.checked_add(1)?),
    }
}
