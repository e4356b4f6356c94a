//! Steps between due dates: every so many days, weeks, months or years.
//!
//! Each date is counted from the first one, never from the one before, so that a month too short
//! for the day doesn't wear the others down: 31 January, 29 February, 31 March. On purpose absent:
//! business days (see `business`), and rules like "the last Friday".

use super::{Day, days_in_month};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    Days,
    Weeks,
    Months,
    Years,
}

/// Every so many units: every 2 weeks, every month. Of `every` 0 there is no next date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Step {
    pub every: u16,
    pub unit: Unit,
}

/// From -9999-01-01 to 9999-12-31, in days since 1970-01-01.
const DATES: core::ops::RangeInclusive<i64> = -4_371_587..=2_932_896;

/// The dates that are steps away from one; see [`Step::nth`].
#[derive(Debug, Clone, Copy)]
pub struct Dates {
    length: Option<Length>,
    day: i64,
    /// Counted from the year 0, and the day of the month.
    month: i64,
    number: u8,
}

impl Dates {
    pub fn nth(&self, n: u32) -> Option<Day> {
        let n = i64::from(n);
        match self.length? {
            Length::Days(days) => {
                let day = self.day + n * days;
                let known = DATES.contains(&day);
                known.then(|| i32::try_from(day).map(Day::from_unix_days).ok())?
            }
            Length::Months(months) => {
                let month = self.month + n * months;
                let year = i32::try_from(month.div_euclid(12)).ok()?;
                let month = u8::try_from(month.rem_euclid(12) + 1).ok()?;
                Day::from_ymd(year, month, self.number.min(days_in_month(year, month)))
            }
        }
    }
}

/// What a step is made of: all units are a number of days or a number of months.
#[derive(Debug, Clone, Copy)]
enum Length {
    Days(i64),
    Months(i64),
}

impl Step {
    pub const WEEKLY: Step = Step {
        every: 1,
        unit: Unit::Weeks,
    };
    pub const FORTNIGHTLY: Step = Step {
        every: 2,
        unit: Unit::Weeks,
    };
    pub const MONTHLY: Step = Step {
        every: 1,
        unit: Unit::Months,
    };

    /// The date `n` steps after `start`, which is the 0th. A day of the month that a month doesn't
    /// have is its last. None for `every` 0, or beyond the years that a date can have.
    pub fn nth(self, start: Day, n: u32) -> Option<Day> {
        self.from(start).nth(n)
    }

    /// All dates after `start`, for whoever asks for many.
    pub fn from(self, start: Day) -> Dates {
        let (year, month, number) = start.ymd();
        Dates {
            length: self.length(),
            day: i64::from(start.unix_days()),
            month: i64::from(year) * 12 + i64::from(month) - 1,
            number,
        }
    }

    /// How many whole steps fit between two dates: the largest n whose date is not after `end`.
    /// None for `every` 0 or an `end` before `start`.
    pub fn whole_steps(self, start: Day, end: Day) -> Option<u32> {
        if end < start {
            return None;
        }
        let steps = match self.length()? {
            Length::Days(days) => {
                (i64::from(end.unix_days()) - i64::from(start.unix_days())) / days
            }
            Length::Months(months) => whole_months(start, end) / months,
        };
        u32::try_from(steps).ok()
    }

    fn length(self) -> Option<Length> {
        let every = i64::from(self.every);
        let length = match self.unit {
            Unit::Days => Length::Days(every),
            Unit::Weeks => Length::Days(7 * every),
            Unit::Months => Length::Months(every),
            Unit::Years => Length::Months(12 * every),
        };
        (every > 0).then_some(length)
    }
}

/// Whole months from `start` to a later `end`, a month being over on the day that
/// [`Step::MONTHLY`] gives: from 31 January to 29 February it is one.
fn whole_months(start: Day, end: Day) -> i64 {
    let ((first_year, first_month, first), (last_year, last_month, last)) =
        (start.ymd(), end.ymd());
    let months = (i64::from(last_year) - i64::from(first_year)) * 12 + i64::from(last_month)
        - i64::from(first_month);
    let reached = last >= first.min(days_in_month(last_year, last_month));
    months - i64::from(!reached)
}

/// Whole months from one date to another, negative when `end` is the earlier; see
/// [`Step::whole_steps`].
pub fn months_between(start: Day, end: Day) -> i64 {
    if end < start {
        -whole_months(end, start)
    } else {
        whole_months(start, end)
    }
}
