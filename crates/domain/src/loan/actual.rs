//! Progressive recalculation: instalments stay, their interest is on what is really owed.
//!
//! A line's interest is on the balance of each of its days: what was really owed until the day
//! for which the schedule is asked; after it as agreed, less what was paid ahead. Principal is
//! what the instalment leaves; the last line that isn't paid takes the rest. On purpose absent:
//! interest after the last due day.

use alloc::vec::Vec;

use super::accrual::{Accrual, Period};
use super::recalculation::{History, Paid, Until};
use super::schedule::{Disbursement, Line, LineKind, net};
use super::slots::Slots;
use super::terms::{Charging, Terms, TermsError};
use crate::calendar::Day;

/// What is known of one period when its turn comes.
struct Course<'a> {
    terms: &'a Terms,
    given: &'a [Disbursement],
    paid: &'a [Paid],
    until: Until,
    accrual: Accrual,
    /// Principal that is left by the lines so far, if each is paid on its day.
    scheduled: i128,
    /// The lines so far.
    lines: Vec<Line>,
}

pub(super) fn schedule(
    history: &History,
    charging: Charging,
    slots: &Slots,
    agreed: &[Line],
) -> Result<Vec<Line>, TermsError> {
    let mut course = Course {
        terms: history.terms,
        given: history.given,
        paid: history.paid,
        until: history.until,
        accrual: Accrual::new(history.terms, charging),
        scheduled: 0,
        lines: Vec::with_capacity(agreed.len()),
    };
    let absorbing = course.absorbing(agreed)?;
    let mut nth = 0;
    for (at, line) in agreed.iter().enumerate() {
        if line.kind == LineKind::DownPayment {
            course.lines.push(*line);
            continue;
        }
        let slot = slots.get(nth, line.from)?;
        if let Some(rate) = slots.new_rate(nth) {
            course.accrual = course.accrual.with_rate(rate);
        }
        let period = Period {
            from: line.from,
            due: line.due,
            whole: slot.whole,
        };
        let new = if absorbing.is_none_or(|last| at > last) {
            course.paid_up(*line)
        } else {
            course.line(*line, period, slot.free, absorbing == Some(at))?
        };
        course.lines.push(new);
        nth += 1;
    }
    Ok(course.lines)
}

impl Course<'_> {
    /// The line that takes the rest: the last one that isn't paid. Where each has what was agreed
    /// and principal is left, late payments bore interest, and the last line owes it.
    fn absorbing(&self, agreed: &[Line]) -> Result<Option<usize>, TermsError> {
        let instalment = |line: &Line| line.kind == LineKind::Instalment;
        let unpaid = |line: &Line| instalment(line) && self.paid_of(line.due) < line.total();
        if let Some(at) = agreed.iter().rposition(unpaid) {
            return Ok(Some(at));
        }
        let given = self.given.iter().map(|given| net(self.terms, given));
        let given = given.sum::<Result<i128, TermsError>>()?;
        let left = self.principal_paid(|_| true) < given;
        Ok(agreed.iter().rposition(instalment).filter(|_| left))
    }

    fn paid_of(&self, due: Day) -> i128 {
        let of_it = self.paid.iter().filter(|paid| paid.due == due);
        of_it.map(|paid| paid.principal + paid.interest).sum()
    }

    fn principal_paid(&self, which: impl Fn(&Paid) -> bool) -> i128 {
        let of_it = self.paid.iter().filter(|paid| which(paid));
        of_it.map(|paid| paid.principal).sum()
    }

    /// A line that was paid whole, with what was paid.
    fn paid_up(&mut self, line: Line) -> Line {
        let principal = self.principal_paid(|paid| paid.due == line.due);
        self.scheduled -= principal;
        Line {
            principal,
            interest: self.paid_of(line.due) - principal,
            ..line
        }
    }

    fn line(
        &mut self,
        line: Line,
        period: Period,
        free: bool,
        absorbs: bool,
    ) -> Result<Line, TermsError> {
        let now: i128 = self.given_in(period).try_fold(0, |sum, given| {
            Ok::<_, TermsError>(sum + net(self.terms, given)?)
        })?;
        let interest = if free { 0 } else { self.interest(period)? };
        self.scheduled += now;
        // What was paid of a line stays paid, and later lines keep what was paid of them.
        let paid = self.principal_paid(|paid| paid.due == line.due);
        let interest = interest.max(self.paid_of(line.due) - paid);
        let paid_later = self.principal_paid(|paid| paid.due > line.due);
        let most = self.scheduled + self.still_to_come(period)? - paid_later;
        let principal = if absorbs {
            most
        } else {
            let instalment = line.total().max(self.paid_of(line.due));
            let most = most.min(self.scheduled);
            (instalment - interest).max(paid).min(most)
        };
        if principal < 0 {
            return Err(TermsError::PaidTooMuch);
        }
        self.scheduled -= principal;
        Ok(Line {
            principal,
            interest,
            ..line
        })
    }

    fn given_in(&self, period: Period) -> impl Iterator<Item = &Disbursement> {
        let given = self.given.iter();
        given.filter(move |g| period.from <= g.on && g.on < period.due)
    }

    /// Net amounts given out after this period, for a line that takes all that is left.
    fn still_to_come(&self, period: Period) -> Result<i128, TermsError> {
        let later = self.given.iter().filter(|g| g.on >= period.due);
        later.map(|g| net(self.terms, g)).sum()
    }

    /// The period's interest on the balance of each of its days.
    fn interest(&self, period: Period) -> Result<i128, TermsError> {
        let Period { from, due, .. } = period;
        let (known, end) = match self.until {
            Until::AsOf(day) => (day, due),
            Until::PayoffOn(day) => (day, day.clamp(from, due)),
        };
        // Paid on the day the period begins counts from its beginning.
        let ahead = self.principal_paid(|paid| paid.due >= due && paid.on <= from);
        let mut late = 0;
        if known > from {
            let before = self.lines.iter().filter(|l| l.kind == LineKind::Instalment);
            late = before.map(|l| l.principal).sum::<i128>();
            late -= self.principal_paid(|paid| paid.due < due && paid.on <= from);
        }
        let mut changes: Vec<(Day, i128)> = Vec::new();
        for given in self.given_in(period) {
            changes.push((given.on, net(self.terms, given)?));
        }
        let mut late_left = late;
        for paid in self.paid.iter().filter(|p| from < p.on && p.on < due) {
            changes.push((paid.on, -paid.principal));
            if paid.due < due {
                late_left -= paid.principal;
            }
        }
        if from < known && known < due {
            changes.push((known, -late_left));
        }
        changes.sort_by_key(|(on, _)| *on);
        let balance = self.scheduled - ahead + late;
        let interest = self.accrual.on_changing(period, end, balance, &changes);
        interest.ok_or(TermsError::Overflow)
    }
}
