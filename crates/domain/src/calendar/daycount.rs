//! Day counts: how long a period is for interest, as exact fractions of a year.
//!
//! The definitions are those of the 2006 ISDA Definitions, section 4.16, where not said otherwise.
//! Nothing is rounded here: a fraction is a numerator over a denominator, and money rounds once.
//! A period that ends before it begins counts as the negative of its reverse. On purpose absent:
//! conventions that need a coupon schedule (Act/Act ICMA) or holidays (Bus/252).

use core::fmt;

use super::Day;
use super::{days_in_month, is_leap_year};

/// How days and years are counted between two dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DayCount {
    /// Months of 30 days; a 31st is a 30th. ISDA 4.16(g), "Eurobond basis".
    Thirty360European,
    /// As the bond basis, and the last day of February is a 30th where the period begins on one.
    /// The United States' securities industry's (SIA) rule.
    Thirty360Us,
    /// Months of 30 days; a 31st is a 30th at the end only where the period begins on a 30th or
    /// 31st. ISDA 4.16(f).
    Thirty360BondBasis,
    /// Actual days over 360. ISDA 4.16(e).
    Actual360,
    /// Actual days over 365, leap years too. ISDA 4.16(d).
    Actual365Fixed,
    /// Days in leap years over 366, the others over 365. ISDA 4.16(b).
    ActualActualIsda,
    /// Whole years counted back from the end, and the days left over 366 where a 29 February is
    /// among them, else over 365. Association Française des Banques, 1994.
    ActualActualAfb,
}

impl DayCount {
    pub const ALL: [DayCount; 7] = [
        DayCount::Thirty360European,
        DayCount::Thirty360Us,
        DayCount::Thirty360BondBasis,
        DayCount::Actual360,
        DayCount::Actual365Fixed,
        DayCount::ActualActualIsda,
        DayCount::ActualActualAfb,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            DayCount::Thirty360European => "30E/360",
            DayCount::Thirty360Us => "30/360 US",
            DayCount::Thirty360BondBasis => "30/360 Bond Basis",
            DayCount::Actual360 => "Act/360",
            DayCount::Actual365Fixed => "Act/365F",
            DayCount::ActualActualIsda => "Act/Act ISDA",
            DayCount::ActualActualAfb => "Act/Act AFB",
        }
    }

    pub fn from_name(name: &str) -> Option<DayCount> {
        DayCount::ALL.into_iter().find(|d| d.name() == name)
    }

    /// Days of the period from `start` to `end`, as the convention counts them.
    pub fn days(self, start: Day, end: Day) -> i32 {
        let negative = end < start;
        let (first, last) = if negative { (end, start) } else { (start, end) };
        let days = match self {
            DayCount::Thirty360European | DayCount::Thirty360Us | DayCount::Thirty360BondBasis => {
                self.thirty_days(first, last)
            }
            DayCount::Actual360
            | DayCount::Actual365Fixed
            | DayCount::ActualActualIsda
            | DayCount::ActualActualAfb => last.days_since(first),
        };
        if negative { -days } else { days }
    }

    /// The period as a (numerator, denominator) of years, the denominator above zero.
    pub fn fraction(self, start: Day, end: Day) -> (i128, i128) {
        if end < start {
            let (numerator, denominator) = self.fraction(end, start);
            return (-numerator, denominator);
        }
        let days = i128::from(self.days(start, end));
        match self {
            DayCount::Thirty360European
            | DayCount::Thirty360Us
            | DayCount::Thirty360BondBasis
            | DayCount::Actual360 => (days, 360),
            DayCount::Actual365Fixed => (days, 365),
            DayCount::ActualActualIsda => isda_years(start, end),
            DayCount::ActualActualAfb => afb_years(start, end),
        }
    }

    /// Days of a period in months of 30 days.
    fn thirty_days(self, start: Day, end: Day) -> i32 {
        let ((first_year, first_month, first), (last_year, last_month, last)) =
            (start.ymd(), end.ymd());
        let (first, last) = match self {
            DayCount::Thirty360European => (first.min(30), last.min(30)),
            DayCount::Thirty360Us if is_end_of_february(start) => {
                let both = is_end_of_february(end) || last == 31;
                (30, if both { 30 } else { last })
            }
            _ if first >= 30 => (30, last.min(30)),
            _ => (first, last),
        };
        let months = (i64::from(last_year) - i64::from(first_year)) * 12 + i64::from(last_month)
            - i64::from(first_month);
        let days = 30 * months + i64::from(last) - i64::from(first);
        // Only years of more than four digits come near the ends of i32.
        i32::try_from(days).unwrap_or(i32::MAX)
    }
}

impl fmt::Display for DayCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

fn is_end_of_february(day: Day) -> bool {
    let (year, month, number) = day.ymd();
    month == 2 && number == days_in_month(year, month)
}

/// Years over 365 * 366: both the days of leap years and the others are whole in it.
fn isda_years(start: Day, end: Day) -> (i128, i128) {
    const WHOLE: i128 = 365 * 366;
    // A day's place on the line of years: its year, and the share of that year that is over.
    let place = |day: Day| {
        let (year, month, number) = day.ymd();
        let months_before = (1..month).map(|m| i128::from(days_in_month(year, m)));
        let days_before = months_before.sum::<i128>() + i128::from(number) - 1;
        let year_length = if is_leap_year(year) { 366 } else { 365 };
        i128::from(year) * WHOLE + days_before * (WHOLE / year_length)
    };
    (place(end) - place(start), WHOLE)
}

fn afb_years(start: Day, end: Day) -> (i128, i128) {
    let (first_year, ..) = start.ymd();
    let (last_year, month, number) = end.ymd();
    // Counted back from 28 February, a year that has a 29th ends there.
    let back_to = |year: i32| match (month, number) {
        (2, 28..) if year != last_year => Day::of(year, 2, days_in_month(year, 2)),
        _ => Day::of(year, month, number),
    };
    let left_ends = [first_year, first_year.saturating_add(1)]
        .into_iter()
        .map(|year| back_to(year.min(last_year)))
        .find(|day| *day >= start)
        .unwrap_or(end);
    let years = i128::from(last_year) - i128::from(left_ends.ymd().0);
    let leap_day = |year: i32| {
        is_leap_year(year) && {
            let day = Day::of(year, 2, 29);
            start <= day && day < left_ends
        }
    };
    let year_length = if leap_day(first_year) || leap_day(left_ends.ymd().0) {
        366
    } else {
        365
    };
    let left = i128::from(left_ends.days_since(start));
    (years * year_length + left, year_length)
}
