//! Schedules whose interest doesn't follow the balance: none, or flat on what was given out.
//!
//! A cumulative schedule divides all that was given out so far by the whole count, each time; what
//! a later disbursement had no share of in lines of the past is in the last one. A progressive one
//! adds each disbursement to the lines still to come. On purpose absent: equal principal as another
//! rule than equal instalments, which differ only in when interest in grace is paid.

use alloc::vec::Vec;

use super::accrual::{Accrual, Accrued, Period};
use super::declining::period;
use super::schedule::{Disbursement, Line, LineKind, down_payment, net};
use super::slots::{Ahead, Slot, Slots};
use super::terms::{Amortization, Interest, Terms, TermsError};
use crate::calendar::Day;

/// A schedule in the making. Amounts in minor units.
struct Run<'a> {
    terms: &'a Terms,
    slots: &'a Slots<'a>,
    accrual: Option<Accrual>,
    /// Interest is flat on all of it.
    whole: i128,
    /// Principal given out so far, and how much of it lines have.
    given: i128,
    scheduled: i128,
    /// Interest of slots in which it isn't paid.
    deferred: i128,
    share: Share,
}

/// What each line has, until that is computed anew.
#[derive(Clone, Copy)]
struct Share {
    /// Lines among which principal is shared, and what those before them have.
    lines: u16,
    before: i128,
    interest: i128,
    /// Interest of all lines still to come.
    interest_left: i128,
    /// In multiples, with the interest.
    principal: i128,
    /// The same in a line without interest.
    bare_principal: i128,
}

/// The whole schedule from the first day.
pub(super) fn cumulative(
    terms: &Terms,
    given: &[Disbursement],
    slots: &Slots,
    lines: &mut Vec<Line>,
) -> Result<(), TermsError> {
    let mut run = Run {
        terms,
        slots,
        accrual: accrual(terms),
        whole: given.iter().map(|g| g.amount.minor()).sum(),
        given: 0,
        scheduled: 0,
        deferred: 0,
        share: Share::NOTHING,
    };
    let mut from = Slots::begin(terms, given[0].on);
    let mut coming = given.iter().peekable();
    let count = slots.count();
    for nth in 0..count {
        let slot = slots.get(nth, from)?;
        let known = run.given;
        while let Some(next) = coming.next_if(|next| next.on <= slot.due) {
            lines.extend(down_payment(terms, next)?);
            run.given += net(terms, next)?;
        }
        if nth == 0 || slot.anew {
            run.begin_share(nth, from)?;
        } else if run.given != known {
            run.share_principal()?;
        }
        lines.push(run.line(from, &slot, nth + 1 == count));
        from = slot.due;
    }
    match coming.next() {
        Some(_) => Err(TermsError::AfterTheEnd),
        None => Ok(()),
    }
}

impl Share {
    const NOTHING: Share = Share {
        lines: 1,
        before: 0,
        interest: 0,
        interest_left: 0,
        principal: 0,
        bare_principal: 0,
    };
}

impl Run<'_> {
    /// What is left is shared by the slots from the nth on.
    fn begin_share(&mut self, nth: u16, from: Day) -> Result<(), TermsError> {
        if let (Some(rate), Some(old)) = (self.slots.new_rate(nth), self.accrual) {
            self.accrual = Some(old.with_rate(rate));
        }
        let ahead = self.slots.ahead(nth);
        self.share = Share {
            lines: ahead.with_principal.max(1),
            before: self.scheduled,
            ..Share::NOTHING
        };
        if let Some(accrual) = self.accrual {
            let total = self.interest_of(&accrual, nth, from, ahead.end)?;
            self.share_interest(total, ahead, ahead.end - nth)?;
        }
        self.share_principal()
    }

    /// Flat interest for the time of the slots from the nth until the end.
    fn interest_of(
        &self,
        accrual: &Accrual,
        nth: u16,
        mut from: Day,
        end: u16,
    ) -> Result<i128, TermsError> {
        let mut sum = Some(Accrued::NOTHING);
        if let Some((years, of)) = accrual.same_for_all() {
            let years = years * i128::from(end - nth);
            sum = Accrued::NOTHING.add(self.whole, (years, of));
        } else {
            for at in nth..end {
                let slot = self.slots.get(at, from)?;
                let years = accrual.years(period(from, &slot));
                sum = sum.and_then(|sum| sum.add(self.whole, years));
                from = slot.due;
            }
        }
        sum.and_then(|sum| accrual.interest(sum))
            .ok_or(TermsError::Overflow)
    }

    fn share_interest(&mut self, total: i128, ahead: Ahead, lines: u16) -> Result<(), TermsError> {
        let each = divided(self.terms, total, lines)?;
        // Rounding each may make more of all than there is.
        self.share.interest_left = match ahead.free == lines {
            true => 0,
            false => (total - each * i128::from(ahead.free)).max(0),
        };
        self.share.interest = match self.terms.amortization {
            Amortization::EqualPrincipal => each,
            Amortization::EqualInstalments if ahead.paying == 0 => 0,
            Amortization::EqualInstalments => {
                divided(self.terms, self.share.interest_left, ahead.paying)?
            }
        };
        Ok(())
    }

    /// Principal such that a line is a whole multiple, principal and interest each rounded.
    fn share_principal(&mut self) -> Result<(), TermsError> {
        let Share {
            lines,
            before,
            interest,
            ..
        } = self.share;
        let each = divided(self.terms, self.given - before, lines)?;
        self.share.bare_principal = rounded(self.terms, each)?;
        self.share.principal = match interest {
            0 => self.share.bare_principal,
            _ => self.share.bare_principal + rounded(self.terms, interest)? - interest,
        };
        Ok(())
    }

    fn line(&mut self, from: Day, slot: &Slot, last: bool) -> Line {
        let interest = self.interest(slot, last);
        let unscheduled = self.given - self.scheduled;
        let agreed = match interest {
            _ if last => unscheduled,
            _ if slot.no_principal => 0,
            0 => self.share.bare_principal,
            _ => self.share.principal,
        };
        let principal = agreed.clamp(0, unscheduled);
        self.scheduled += principal;
        Line::instalment(from, slot.due, principal, interest)
    }

    /// A line's interest; with equal instalments that of the grace is in the shares after it.
    fn interest(&mut self, slot: &Slot, last: bool) -> i128 {
        let spread = self.terms.amortization == Amortization::EqualInstalments;
        if last {
            return self.share.interest_left + core::mem::take(&mut self.deferred);
        }
        if slot.free || slot.interest_later && spread {
            return 0;
        }
        let interest = self.share.interest.min(self.share.interest_left);
        self.share.interest_left -= interest;
        if slot.interest_later {
            self.deferred += interest;
            return 0;
        }
        interest + core::mem::take(&mut self.deferred)
    }
}

/// The first disbursement's schedule, to which each later one adds.
pub(super) fn progressive(
    terms: &Terms,
    given: &[Disbursement],
    slots: &Slots,
    lines: &mut Vec<Line>,
) -> Result<(), TermsError> {
    cumulative(terms, &given[..1], slots, lines)?;
    for more in &given[1..] {
        let ahead = lines.iter().position(|line| line.due > more.on);
        let ahead = ahead.ok_or(TermsError::AfterTheEnd)?;
        let interest = interest_of_more(terms, more, &lines[ahead..])?;
        add(terms, &mut lines[ahead..], net(terms, more)?, interest)?;
        if let Some(line) = down_payment(terms, more)? {
            lines.insert(ahead, line);
        }
    }
    Ok(())
}

/// Adds equal parts to the lines; the last takes the rest.
fn add(
    terms: &Terms,
    lines: &mut [Line],
    principal: i128,
    interest: i128,
) -> Result<(), TermsError> {
    let count = u16::try_from(lines.len()).map_err(|_| TermsError::Overflow)?;
    let each = divided(terms, principal, count)?;
    let each_interest = divided(terms, interest, count)?;
    let (mut principal_left, mut interest_left) = (principal, interest);
    for line in lines.iter_mut() {
        // Rounding each may make more of all than there is.
        let more = rounded(terms, line.principal + each)? - line.principal;
        let more = more.min(principal_left);
        let more_interest = each_interest.min(interest_left);
        line.principal += more;
        line.interest += more_interest;
        principal_left -= more;
        interest_left -= more_interest;
    }
    if let Some(last) = lines.last_mut() {
        last.principal += principal_left;
        last.interest += interest_left;
    }
    Ok(())
}

fn accrual(terms: &Terms) -> Option<Accrual> {
    match terms.interest {
        Interest::Flat(charging) if !charging.rate.is_zero() => Some(Accrual::new(terms, charging)),
        _ => None,
    }
}

/// Interest of a later disbursement, from its day to the last due day.
fn interest_of_more(
    terms: &Terms,
    more: &Disbursement,
    ahead: &[Line],
) -> Result<i128, TermsError> {
    let Some(accrual) = accrual(terms) else {
        return Ok(0);
    };
    let mut sum = Some(Accrued::NOTHING);
    for line in ahead.iter().filter(|l| l.kind == LineKind::Instalment) {
        let whole = Period {
            from: line.from,
            due: line.due,
            whole: true,
        };
        let years = accrual.part(whole, line.from.max(more.on), line.due);
        sum = sum.and_then(|sum| sum.add(more.amount.minor(), years?));
    }
    sum.and_then(|sum| accrual.interest(sum))
        .ok_or(TermsError::Overflow)
}

fn divided(terms: &Terms, amount: i128, lines: u16) -> Result<i128, TermsError> {
    let each = terms.rounding.divide(amount, i128::from(lines));
    each.ok_or(TermsError::Overflow)
}

fn rounded(terms: &Terms, amount: i128) -> Result<i128, TermsError> {
    let multiple = terms.instalment_multiple;
    if multiple <= 1 {
        return Ok(amount);
    }
    let times = terms.rounding.divide(amount, multiple);
    times
        .and_then(|times| times.checked_mul(multiple))
        .ok_or(TermsError::Overflow)
}
