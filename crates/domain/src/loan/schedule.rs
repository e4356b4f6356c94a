//! Schedules: what is due when, by the terms and the amounts given out, before any payment.
//!
//! Whole minor units; each line is rounded once and the last takes the rest, so that principal
//! sums to what was given out. On purpose absent: charges and payments, which are the account's.

use alloc::vec::Vec;

use super::slots::Slots;
use super::terms::{Interest, ScheduleType, Terms, TermsError};
use super::variation::Variation;
use super::{declining, flat};
use crate::calendar::Day;
use crate::money::{AMOUNT_MAX_MINOR, Money, Rate};

/// Money (or the phone) given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disbursement {
    pub on: Day,
    pub amount: Money,
}

/// Why a line is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineKind {
    /// Part of a disbursement, due on its day.
    DownPayment,
    Instalment,
}

/// One line of a schedule. Amounts are minor units, never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// From 1, down payments too.
    pub number: u16,
    pub kind: LineKind,
    /// The day after which it runs: the due day before, or the disbursement.
    pub from: Day,
    pub due: Day,
    pub principal: i128,
    pub interest: i128,
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

    /// Principal and interest.
    pub const fn total(&self) -> i128 {
        self.principal + self.interest
    }
}

/// The schedule of these disbursements, which are in the order of their days.
pub fn generate(terms: &Terms, given: &[Disbursement]) -> Result<Vec<Line>, TermsError> {
    generate_varied(terms, given, &[])
}

/// The schedule with what was changed since it was agreed, each change in its turn.
pub fn generate_varied(
    terms: &Terms,
    given: &[Disbursement],
    variations: &[Variation],
) -> Result<Vec<Line>, TermsError> {
    terms.check()?;
    check_given(terms, given)?;
    let slots = Slots::new(terms, given[0].on, variations)?;
    let mut lines = Vec::with_capacity(usize::from(slots.count()) + given.len());
    match (terms.interest, terms.schedule_type) {
        (Interest::Declining(charging), _) if !charging.rate.is_zero() => {
            declining::schedule(terms, charging, given, &slots, &mut lines)?;
        }
        (_, ScheduleType::Cumulative) => flat::cumulative(terms, given, &slots, &mut lines)?,
        (_, ScheduleType::Progressive) => flat::progressive(terms, given, &slots, &mut lines)?,
    }
    finish(&mut lines);
    Ok(lines)
}

/// Numbers the lines, without those at the end on which nothing is due: rounding up may have paid
/// all before the last.
pub(super) fn finish(lines: &mut Vec<Line>) {
    let kept = lines.iter().rposition(|line| line.total() > 0);
    lines.truncate(kept.map_or(0, |at| at + 1));
    for (number, line) in (1..).zip(lines) {
        line.number = number;
    }
}

fn check_given(terms: &Terms, given: &[Disbursement]) -> Result<(), TermsError> {
    if given.is_empty() {
        return Err(TermsError::NothingGivenOut);
    }
    let mut total: i128 = 0;
    for disbursement in given {
        if !disbursement.amount.is_positive() {
            return Err(TermsError::NotPositive);
        }
        total = total.saturating_add(disbursement.amount.minor());
        if total > AMOUNT_MAX_MINOR {
            return Err(TermsError::TooLarge);
        }
        if disbursement.amount.currency() != terms.currency {
            return Err(TermsError::WrongCurrency);
        }
    }
    if given.windows(2).any(|two| two[1].on < two[0].on) {
        return Err(TermsError::OutOfOrder);
    }
    Ok(())
}

/// What is due on the day of a disbursement; None without a down payment.
pub(super) fn down_payment(
    terms: &Terms,
    given: &Disbursement,
) -> Result<Option<Line>, TermsError> {
    let Some(share) = terms.down_payment else {
        return Ok(None);
    };
    let amount = given.amount.minor();
    let multiple = terms.instalment_multiple.max(1);
    let times = Rate::ONE_UNITS
        .checked_mul(multiple)
        .and_then(|one| terms.rounding.multiply_divide(amount, share.units(), one));
    let due = times.and_then(|times| times.checked_mul(multiple));
    Ok(Some(Line {
        number: 0,
        kind: LineKind::DownPayment,
        from: given.on,
        due: given.on,
        principal: due.ok_or(TermsError::Overflow)?.min(amount),
        interest: 0,
    }))
}

/// What of a disbursement is left for the instalments.
pub(super) fn net(terms: &Terms, given: &Disbursement) -> Result<i128, TermsError> {
    let down = down_payment(terms, given)?.map_or(0, |line| line.principal);
    Ok(given.amount.minor() - down)
}
