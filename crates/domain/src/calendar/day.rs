//! Calendar days of the proleptic Gregorian calendar, without a time or a zone.

use core::fmt;

/// A calendar day, counted from 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

/// Why a text isn't a day, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayError {
    /// Not four, two and two digits with dashes.
    Malformed,
    /// The shape is right, but no calendar has that day.
    NoSuchDay,
}

impl fmt::Display for DayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            DayError::Malformed => "a date like 2026-02-10",
            DayError::NoSuchDay => "a date that exists",
        })
    }
}

impl core::error::Error for DayError {}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    pub const ALL: [Weekday; 7] = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];

    /// Monday is 0.
    pub const fn index(self) -> u8 {
        self as u8
    }
}

/// Years a day can be made from; wide enough for every ISO 8601 date of four digits.
const YEARS: core::ops::RangeInclusive<i32> = -9999..=9999;

impl Day {
    /// Days since 1970-01-01; negative before.
    pub const fn from_unix_days(days: i32) -> Day {
        Day(days)
    }

    pub const fn unix_days(self) -> i32 {
        self.0
    }

    /// None when the calendar has no such day, or the year has more than four digits.
    pub fn from_ymd(year: i32, month: u8, day: u8) -> Option<Day> {
        let known = YEARS.contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day);
        known.then(|| Day::of(year, month, day))
    }

    /// For a day that is known to exist, in years of any length.
    pub(super) fn of(year: i32, month: u8, day: u8) -> Day {
        let days = days_from_civil(i64::from(year), month, day);
        Day(i32::try_from(days).unwrap_or(if year < 0 { i32::MIN } else { i32::MAX }))
    }

    /// Year, month 1 to 12, day of the month from 1.
    pub fn ymd(self) -> (i32, u8, u8) {
        civil_from_days(self.0)
    }

    pub fn weekday(self) -> Weekday {
        // 1970-01-01 was a Thursday.
        let index = (i64::from(self.0) + 3).rem_euclid(7);
        Weekday::ALL[usize::try_from(index).unwrap_or(0)]
    }

    /// So many days later (earlier when negative), stopping at the ends of the range.
    #[must_use]
    pub const fn plus_days(self, days: i32) -> Day {
        Day(self.0.saturating_add(days))
    }

    /// Days from `earlier` to this one; negative when that is later.
    pub const fn days_since(self, earlier: Day) -> i32 {
        self.0.saturating_sub(earlier.0)
    }

    /// Reads `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Result<Day, DayError> {
        let bytes = text.as_bytes();
        let shape = bytes.len() == 10
            && bytes.iter().enumerate().all(|(i, b)| match i {
                4 | 7 => *b == b'-',
                _ => b.is_ascii_digit(),
            });
        if !shape {
            return Err(DayError::Malformed);
        }
        let number = |range: core::ops::Range<usize>| {
            bytes[range]
                .iter()
                .fold(0_i32, |n, b| n * 10 + i32::from(b - b'0'))
        };
        // Two digits always fit a byte.
        let small = |range| u8::try_from(number(range)).unwrap_or(u8::MAX);
        Day::from_ymd(number(0..4), small(5..7), small(8..10)).ok_or(DayError::NoSuchDay)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Whether the year has 366 days.
pub const fn is_leap_year(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// How many days a month (1 to 12) has.
pub const fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        2 if is_leap_year(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01, counted in eras of 400 years that begin on 1 March, so that the leap
/// day is the last of its year.
fn days_from_civil(year: i64, month: u8, day: u8) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The inverse of [`days_from_civil`]; i64 inside, so that the ends of the range can't overflow.
fn civil_from_days(days: i32) -> (i32, u8, u8) {
    let shifted = i64::from(days) + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    // Every part is in range by construction: i32 days are less than 6 million years.
    (
        i32::try_from(year).unwrap_or(i32::MAX),
        u8::try_from(month).unwrap_or(1),
        u8::try_from(day).unwrap_or(1),
    )
}
