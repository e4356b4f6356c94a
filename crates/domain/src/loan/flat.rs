//! Schedules whose interest doesn't follow the balance: none, or flat on what was given out.
//!
//! A cumulative schedule divides all that was given out so far by the whole count, each time; what
//! a later disbursement had no share of in lines of the past is in the last one. A progressive one
//! adds each disbursement to the lines still to come. On purpose absent: equal principal as another
//! rule than equal instalments, which differ only in when interest in grace is paid.

use alloc::vec::Vec;

use super::accrual::{Accrual, Accrued, Period};
use super::schedule::{Disbursement, Line, LineKind, down_payment, net};
use super::slots::{Ahead, Slot, Slots};
use super::terms::{Amortization, Interest, Terms, TermsError};
use crate::calendar::Day;

/// What every line has, until it is computed anew.
#[derive(Clone, Copy)]
struct Share {
    /// The first slot it is for, and what was due before.
    from: u16,
    principal_before: i128,
    /// Of each line, in minor units.
    interest: i128,
    /// Interest of all lines from there on.
    interest_left: i128,
}

/// The whole schedule from the first day.
pub(super) fn cumulative(
    terms: &Terms,
    given: &[Disbursement],
    slots: &Slots,
    lines: &mut Vec<Line>,
) -> Result<(), TermsError> {
    let mut accrual = accrual(terms);
    let mut from = Slots::begin(terms, given[0].on);
    let mut coming = given.iter().peekable();
    let (mut principal, mut scheduled, mut deferred) = (0, 0, 0);
    let whole = given.iter().map(|g| g.amount.minor()).sum();
    let mut share = None;
    for nth in 0..slots.count() {
        let slot = slots.get(nth, from)?;
        while let Some(next) = coming.next_if(|next| next.on <= slot.due) {
            lines.extend(down_payment(terms, next)?);
            principal += net(terms, next)?;
        }
        if let (Some(rate), Some(old)) = (slot.rate, &accrual) {
            accrual = Some(old.with_rate(rate));
        }
        let mut current = match share {
            Some(share) if !slot.anew => share,
            _ => {
                let left = interest_left(terms, accrual.as_ref(), whole, slots, (nth, from))?;
                Share {
                    from: nth,
                    principal_before: scheduled,
                    ..left
                }
            }
        };
        let last = nth + 1 == slots.count();
        let mut interest = match (slot.free, slot.interest_later) {
            _ if last => current.interest_left,
            (true, _) => 0,
            (_, true) if terms.amortization == Amortization::EqualInstalments => 0,
            _ => current.interest.min(current.interest_left),
        };
        current.interest_left -= interest;
        if slot.interest_later && !last {
            deferred += interest;
            interest = 0;
        } else if !slot.free || last {
            interest += core::mem::take(&mut deferred);
        }
        let unscheduled = principal - scheduled;
        let due = if last {
            unscheduled
        } else {
            let each = each_principal(terms, slots, &slot, current, principal)?;
            in_multiples(terms, &slot, each, interest)?.clamp(0, unscheduled)
        };
        scheduled += due;
        lines.push(Line::instalment(from, slot.due, due, interest));
        share = Some(current);
        from = slot.due;
    }
    match coming.next() {
        Some(_) => Err(TermsError::AfterTheEnd),
        None => Ok(()),
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
    let count = i128::try_from(lines.len()).map_err(|_| TermsError::Overflow)?;
    let divided = |amount| terms.rounding.divide(amount, count);
    let each = divided(principal).ok_or(TermsError::Overflow)?;
    let each_interest = divided(interest).ok_or(TermsError::Overflow)?;
    let (mut principal_left, mut interest_left) = (principal, interest);
    for line in lines.iter_mut() {
        let more = rounded(terms, line.principal + each)? - line.principal;
        line.principal += more;
        line.interest += each_interest;
        principal_left -= more;
        interest_left -= each_interest;
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

/// Interest of the slots from the nth on, and of each of them.
fn interest_left(
    terms: &Terms,
    accrual: Option<&Accrual>,
    principal: i128,
    slots: &Slots,
    (nth, from): (u16, Day),
) -> Result<Share, TermsError> {
    let mut share = Share {
        from: nth,
        principal_before: 0,
        interest: 0,
        interest_left: 0,
    };
    let Some(accrual) = accrual else {
        return Ok(share);
    };
    let total = accrued(accrual, principal, slots, (nth, from))?;
    let total = accrual.interest(total);
    let total = total.ok_or(TermsError::Overflow)?;
    let divided = |amount, by: u16| match by {
        0 => Some(0),
        by => terms.rounding.divide(amount, i128::from(by)),
    };
    let Ahead {
        end, free, paying, ..
    } = slots.ahead(nth);
    let each = divided(total, end - nth).ok_or(TermsError::Overflow)?;
    // Rounding each may make more of all than there is.
    share.interest_left = match free == end - nth {
        true => 0,
        false => (total - each * i128::from(free)).max(0),
    };
    share.interest = match terms.amortization {
        Amortization::EqualPrincipal => each,
        Amortization::EqualInstalments => {
            divided(share.interest_left, paying).ok_or(TermsError::Overflow)?
        }
    };
    Ok(share)
}

/// The principal over the time of the slots from the nth on.
fn accrued(
    accrual: &Accrual,
    principal: i128,
    slots: &Slots,
    (nth, mut from): (u16, Day),
) -> Result<Accrued, TermsError> {
    if let (Some((years, of)), 0) = (accrual.same_for_all(), nth) {
        let years = years * i128::from(slots.ahead(nth).end);
        let all = Accrued::NOTHING.add(principal, (years, of));
        return all.ok_or(TermsError::Overflow);
    }
    let mut sum = Accrued::NOTHING;
    for at in nth..slots.ahead(nth).end {
        let slot = slots.get(at, from)?;
        let period = Period {
            from,
            due: slot.due,
            whole: slot.whole,
        };
        sum = sum
            .add(principal, accrual.years(period))
            .ok_or(TermsError::Overflow)?;
        from = slot.due;
    }
    Ok(sum)
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
    for line in ahead {
        let period = Period {
            from: line.from,
            due: line.due,
            whole: true,
        };
        let years = accrual.part(period, line.from.max(more.on), line.due);
        sum = sum.and_then(|sum| sum.add(more.amount.minor(), years?));
    }
    sum.and_then(|sum| accrual.interest(sum))
        .ok_or(TermsError::Overflow)
}

fn each_principal(
    terms: &Terms,
    slots: &Slots,
    slot: &Slot,
    share: Share,
    principal: i128,
) -> Result<i128, TermsError> {
    if slot.no_principal {
        return Ok(0);
    }
    let lines = i128::from(slots.ahead(share.from).with_principal.max(1));
    let each = terms
        .rounding
        .divide(principal - share.principal_before, lines);
    each.ok_or(TermsError::Overflow)
}

/// Principal such that it makes whole multiples with the interest, each rounded for itself.
fn in_multiples(
    terms: &Terms,
    slot: &Slot,
    principal: i128,
    interest: i128,
) -> Result<i128, TermsError> {
    if slot.no_principal {
        return Ok(0);
    }
    Ok(rounded(terms, principal)? + rounded(terms, interest)? - interest)
}

fn rounded(terms: &Terms, amount: i128) -> Result<i128, TermsError> {
    let multiple = terms.instalment_multiple.max(1);
    let times = terms.rounding.divide(amount, multiple);
    times
        .and_then(|times| times.checked_mul(multiple))
        .ok_or(TermsError::Overflow)
}

impl Line {
    pub(super) const fn instalment(from: Day, due: Day, principal: i128, interest: i128) -> Line {
        Line {
            number: 0,
            kind: LineKind::Instalment,
            from,
            due,
            principal,
            interest,
        }
    }
}
