//! Changes of what was agreed, while the loan runs: a payment holiday, more instalments, grace
//! within the term, another rate.
//!
//! A variation starts at the instalment that is due on a day of the schedule as it then is; what
//! is before stays. [`reschedule`] gives the old schedule and the new one with the reason, so that
//! a record can keep both. On purpose absent: who may do it, and re-ageing and re-amortising, which
//! move what is open and so need the account.

use alloc::string::String;
use alloc::vec::Vec;

use super::schedule::{self, Disbursement, Line};
use super::terms::{Terms, TermsError};
use crate::calendar::Day;
use crate::money::Rate;

/// What becomes otherwise, from the instalment that is due on `from`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variation {
    pub from: Day,
    /// The new due day of that instalment; later ones follow it with the same steps.
    pub due: Option<Day>,
    /// So many more instalments at the end; what is left is spread anew.
    pub extra: u16,
    /// So many instalments have no principal, and as many come at the end.
    pub grace_principal: u16,
    /// The interest of so many instalments is paid with the first one after.
    pub grace_interest: u16,
    /// Another yearly rate, from the beginning of that instalment's period.
    pub rate: Option<Rate>,
}

impl Variation {
    /// Nothing changes.
    pub const fn at(from: Day) -> Variation {
        Variation {
            from,
            due: None,
            extra: 0,
            grace_principal: 0,
            grace_interest: 0,
            rate: None,
        }
    }

    /// Whether the amounts of what is left are computed anew.
    pub(super) fn changes_amounts(&self) -> bool {
        let counts = [self.extra, self.grace_principal, self.grace_interest];
        counts != [0; 3] || self.rate.is_some()
    }
}

/// A schedule that was replaced by another one, on a day and for a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub on: Day,
    pub reason: String,
    pub before: Vec<Line>,
    pub after: Vec<Line>,
}

/// The schedule with `so_far`, and with one variation more.
pub fn reschedule(
    terms: &Terms,
    given: &[Disbursement],
    so_far: &[Variation],
    more: Variation,
    on: Day,
    reason: &str,
) -> Result<Change, TermsError> {
    let mut variations = so_far.to_vec();
    variations.push(more);
    Ok(Change {
        on,
        reason: String::from(reason),
        before: schedule::generate_varied(terms, given, so_far)?,
        after: schedule::generate_varied(terms, given, &variations)?,
    })
}
