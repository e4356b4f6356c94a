//! Schedules whose interest follows what was really paid, and when.
//!
//! The whole schedule is made anew from the terms, what was given out and what was paid: a pure
//! function, so that a payment that arrives late gives what it would have given in time. On
//! purpose absent: which debt a payment goes to, which is the account's; it says what was paid of
//! each instalment, and asks again.

use alloc::vec::Vec;

use super::schedule::{self, Disbursement, Line};
use super::slots::Slots;
use super::terms::{Interest, ScheduleType, Terms, TermsError};
use super::variation::Variation;
use super::{actual, prepayment};
use crate::calendar::Day;
use crate::money::AMOUNT_MAX_MINOR;

/// What a payment paid of one instalment. Minor units, not below zero.
///
/// Fees and penalties are left out. A progressive schedule takes what was paid of instalments
/// alone; a cumulative one all of a payment in one or more, and gives it to down payments and
/// instalments itself, the oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paid {
    pub on: Day,
    /// The due day of the instalment; a cumulative schedule doesn't ask for it.
    pub due: Day,
    pub principal: i128,
    pub interest: i128,
}

/// Interest until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// What is known on this day, and after it all goes as agreed.
    AsOf(Day),
    /// All is paid on this day: no interest arises after it.
    PayoffOn(Day),
}

/// What the loan is made of, in the order in which it counts.
#[derive(Debug, Clone, Copy)]
pub struct History<'a> {
    pub terms: &'a Terms,
    pub given: &'a [Disbursement],
    pub variations: &'a [Variation],
    pub paid: &'a [Paid],
    pub until: Until,
}

/// The schedule as the history makes it. Of terms without recalculation it is the agreed one.
pub fn recalculate(history: &History) -> Result<Vec<Line>, TermsError> {
    let History {
        terms,
        given,
        variations,
        paid,
        ..
    } = *history;
    let agreed = schedule::generate_varied(terms, given, variations)?;
    let (Interest::Declining(charging), Some(rules)) = (terms.interest, terms.recalculation) else {
        return Ok(agreed);
    };
    if charging.rate.is_zero() {
        return Ok(agreed);
    }
    if paid.windows(2).any(|two| two[1].on < two[0].on) {
        return Err(TermsError::OutOfOrder);
    }
    if paid.iter().any(|p| p.principal < 0 || p.interest < 0) {
        return Err(TermsError::NotPositive);
    }
    let most = |paid: &Paid| paid.principal.max(paid.interest);
    if paid.iter().any(|p| most(p) > AMOUNT_MAX_MINOR) {
        return Err(TermsError::TooLarge);
    }
    let slots = Slots::new(terms, given[0].on, variations)?;
    let mut lines = match terms.schedule_type {
        ScheduleType::Progressive => actual::schedule(history, charging, &slots, &agreed)?,
        ScheduleType::Cumulative => prepayment::schedule(history, charging, rules, &slots)?,
    };
    schedule::finish(&mut lines);
    Ok(lines)
}
