//! Schedules: what is due when, by the terms and the amounts given out, before any payment.
//!
//! Whole minor units; each line is rounded once and the last takes the rest, so that principal
//! sums to what was given out. On purpose absent: charges and payments, which are the account's.

use alloc::vec::Vec;

use super::terms::{Terms, TermsError};
use crate::calendar::Day;
use crate::money::{AMOUNT_MAX_MINOR, Money};

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
    /// Principal and interest.
    pub const fn total(&self) -> i128 {
        self.principal + self.interest
    }
}

/// The schedule of these disbursements, which are in the order of their days.
pub fn generate(terms: &Terms, given: &[Disbursement]) -> Result<Vec<Line>, TermsError> {
    terms.check()?;
    check_given(terms, given)?;
    Ok(Vec::new())
}

fn check_given(terms: &Terms, given: &[Disbursement]) -> Result<(), TermsError> {
    if given.is_empty() {
        return Err(TermsError::NothingGivenOut);
    }
    for disbursement in given {
        if !disbursement.amount.is_positive() {
            return Err(TermsError::NotPositive);
        }
        if disbursement.amount.minor() > AMOUNT_MAX_MINOR {
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
