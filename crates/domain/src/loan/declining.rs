//! Schedules whose interest is on what is still owed.
//!
//! Each line's interest is rounded once; with equal instalments principal is what the instalment
//! leaves. The last line takes the rest. A disbursement makes the lines from its period on anew. A
//! cumulative schedule's instalment is computed with periods that cost the same, where parts of a
//! step don't count; a progressive one takes each period as it is, and evens out an instalment whose rest in the last line is large.
//! On purpose absent: payments, with which `recalculation` deals.

use alloc::vec::Vec;

use super::accrual::{Accrual, Period};
use super::annuity::Factor;
use super::schedule::{Disbursement, Line, down_payment, net};
use super::slots::{Slot, Slots};
use super::terms::{Amortization, Charging, ScheduleType, Terms, TermsError};
use crate::calendar::Day;

/// A schedule in the making.
struct Run<'a> {
    terms: &'a Terms,
    slots: &'a Slots<'a>,
    /// The number of slots.
    end: u16,
    accrual: Accrual,
    balance: i128,
    /// Interest of slots in which it isn't paid.
    deferred: i128,
    /// Equal instalment, or equal principal.
    each: i128,
}

pub(super) fn schedule(
    terms: &Terms,
    charging: Charging,
    given: &[Disbursement],
    slots: &Slots,
    lines: &mut Vec<Line>,
) -> Result<(), TermsError> {
    let mut run = Run {
        terms,
        slots,
        end: slots.count(),
        accrual: Accrual::new(terms, charging),
        balance: 0,
        deferred: 0,
        each: 0,
    };
    let (mut from, mut coming) = (Slots::begin(terms, given[0].on), given);
    for nth in 0..slots.count() {
        let slot = slots.get(nth, from)?;
        if let Some(rate) = slots.new_rate(nth) {
            run.accrual = run.accrual.with_rate(rate);
        }
        let belongs = |g: &&Disbursement| match terms.schedule_type {
            ScheduleType::Cumulative => g.on <= slot.due,
            ScheduleType::Progressive => g.on < slot.due,
        };
        let now = coming.iter().take_while(belongs).count();
        let (now, later) = coming.split_at(now);
        coming = later;
        let interest = run.give_out(from, &slot, now, lines)?;
        if !now.is_empty() || slot.anew {
            run.each = run.computed_anew(nth, from, interest)?;
        }
        lines.push(run.line(nth, from, &slot, interest));
        from = slot.due;
    }
    match coming {
        [] => Ok(()),
        _ => Err(TermsError::AfterTheEnd),
    }
}

impl Run<'_> {
    /// Takes a period's disbursements in; the answer is the period's interest.
    fn give_out(
        &mut self,
        from: Day,
        slot: &Slot,
        given: &[Disbursement],
        lines: &mut Vec<Line>,
    ) -> Result<i128, TermsError> {
        let period = period(from, slot);
        let mut changes: Vec<(Day, i128)> = Vec::new();
        for more in given {
            lines.extend(down_payment(self.terms, more)?);
            let net = net(self.terms, more)?;
            self.balance += net;
            if more.on > from {
                changes.push((more.on, net));
            }
        }
        let interest = if slot.free {
            Some(0)
        } else if changes.is_empty() {
            self.accrual.on_constant(period, self.balance)
        } else {
            let later: i128 = changes.iter().map(|(_, net)| net).sum();
            let at_once = self.balance - later;
            self.accrual
                .on_changing(period, slot.due, at_once, &changes)
        };
        interest.ok_or(TermsError::Overflow)
    }

    /// The line of a slot; the balance is less by its principal.
    fn line(&mut self, nth: u16, from: Day, slot: &Slot, interest: i128) -> Line {
        let last = nth + 1 == self.end;
        let principal = if last {
            self.balance
        } else {
            self.principal(slot, interest).clamp(0, self.balance)
        };
        self.balance -= principal;
        let mut due = interest;
        if slot.interest_later && !last {
            self.deferred += interest;
            due = 0;
        } else if !slot.free || last {
            due += core::mem::take(&mut self.deferred);
        }
        Line::instalment(from, slot.due, principal, due)
    }

    fn principal(&self, slot: &Slot, interest: i128) -> i128 {
        match self.terms.amortization {
            _ if slot.no_principal => 0,
            Amortization::EqualInstalments => self.each - interest,
            Amortization::EqualPrincipal => self.each,
        }
    }

    /// The equal instalment, or the equal principal, for slots from the nth on.
    fn computed_anew(&self, nth: u16, from: Day, interest: i128) -> Result<i128, TermsError> {
        let lines = self.slots.ahead(nth).with_principal.max(1);
        let each = match self.periods_differ() {
            false => equal_part(self.terms, &self.accrual, self.balance, lines)?,
            true => {
                let factor = self.factor_of_periods(nth, from)?;
                let multiple = self.terms.instalment_multiple.max(1);
                factor
                    .and_then(|f| f.instalment(self.balance, multiple, self.terms.rounding))
                    .ok_or(TermsError::Overflow)?
            }
        };
        let equal = self.terms.amortization == Amortization::EqualInstalments;
        match (equal, self.terms.schedule_type) {
            (true, ScheduleType::Progressive) => self.evened_out(nth, from, interest, each),
            _ => Ok(each),
        }
    }

    /// Whether the instalment is computed with each period as long as it is.
    fn periods_differ(&self) -> bool {
        if self.terms.amortization == Amortization::EqualPrincipal {
            return false;
        }
        let odd = self.accrual.counts_parts() && !self.slots.are_plain();
        match self.terms.schedule_type {
            ScheduleType::Cumulative => odd,
            ScheduleType::Progressive => odd || !self.accrual.is_uniform(),
        }
    }

    /// The discounts of the slots from the nth on that have principal, each as long as it is.
    fn factor_of_periods(&self, nth: u16, mut from: Day) -> Result<Option<Factor>, TermsError> {
        let mut costs = Vec::with_capacity(usize::from(self.slots.count()));
        for at in nth..self.slots.ahead(nth).end {
            let slot = self.slots.get(at, from)?;
            if !slot.no_principal {
                let years = self.accrual.years(period(from, &slot));
                costs.push(if slot.free {
                    Some((0, 1))
                } else {
                    self.accrual.cost(years)
                });
            }
            from = slot.due;
        }
        Ok(Factor::of(costs.into_iter().rev()))
    }

    /// Where the last instalment differs by more than half a minor unit for each line, a part of
    /// that for each; kept when it is nearer. One turn, as Fineract does it.
    fn evened_out(
        &self,
        nth: u16,
        from: Day,
        interest: i128,
        each: i128,
    ) -> Result<i128, TermsError> {
        let lines = i128::from(self.slots.ahead(nth).end - nth);
        let rest = self.last_instalment(nth, from, interest, each)? - each;
        if rest.abs() <= lines / 2 || lines < 2 {
            return Ok(each);
        }
        let rounding = self.terms.rounding;
        let multiple = self.terms.instalment_multiple.max(1);
        let nearer = rounding
            .divide(rest, lines)
            .and_then(|part| rounding.divide(each + part, multiple))
            .and_then(|times| times.checked_mul(multiple))
            .ok_or(TermsError::Overflow)?;
        if nearer == each {
            return Ok(each);
        }
        let new_rest = self.last_instalment(nth, from, interest, nearer)? - nearer;
        Ok(if new_rest.abs() < rest.abs() {
            nearer
        } else {
            each
        })
    }

    /// What the last line would be with this instalment, if nothing else happened.
    fn last_instalment(
        &self,
        nth: u16,
        mut from: Day,
        interest: i128,
        each: i128,
    ) -> Result<i128, TermsError> {
        let end = self.slots.ahead(nth).end;
        let mut ahead = Run { each, end, ..*self };
        let mut total = 0;
        for at in nth..end {
            let slot = self.slots.get(at, from)?;
            let interest = match at == nth {
                true => interest,
                false => ahead.give_out(from, &slot, &[], &mut Vec::new())?,
            };
            total = ahead.line(at, from, &slot, interest).total();
            from = slot.due;
        }
        Ok(total)
    }
}

/// The equal principal, or the equal instalment of periods that cost the same.
pub(super) fn equal_part(
    terms: &Terms,
    accrual: &Accrual,
    amount: i128,
    lines: u16,
) -> Result<i128, TermsError> {
    let each = match terms.amortization {
        Amortization::EqualPrincipal => terms.rounding.divide(amount, i128::from(lines)),
        Amortization::EqualInstalments => {
            let factor = accrual.cost(accrual.standard());
            let factor = factor.and_then(|cost| Factor::uniform(cost, lines));
            let multiple = terms.instalment_multiple.max(1);
            factor.and_then(|f| f.instalment(amount, multiple, terms.rounding))
        }
    };
    each.ok_or(TermsError::Overflow)
}

pub(super) fn period(from: Day, slot: &Slot) -> Period {
    Period {
        from,
        due: slot.due,
        whole: slot.whole,
    }
}
