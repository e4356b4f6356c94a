//! Dates as a workbook counts them: days since the end of 1899, or since the first of 1904, with
//! the time as a fraction of the day.
//!
//! Excel's 1900 has a 29 February that never was, so that its days before 1 March 1900 are off by
//! one; no payment is from then, and they are none.

use fairlock_domain::calendar::Day;

const DAY_SECONDS: f64 = 86_400.0;
/// Days of the year 9999 in either calendar.
const SERIAL_MAX: f64 = 2_958_465.0;
/// 1 March 1900.
const SERIAL_MIN_1900: f64 = 61.0;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Calendar {
    #[default]
    From1900,
    From1904,
}

/// The day, and the second in it unless it is midnight.
pub(super) fn date(number: &str, calendar: Calendar) -> Option<(Day, Option<u32>)> {
    let serial: f64 = number.parse().ok()?;
    let least = match calendar {
        Calendar::From1900 => SERIAL_MIN_1900,
        Calendar::From1904 => 0.0,
    };
    // Also false for what isn't a number.
    if !(least..=SERIAL_MAX).contains(&serial) {
        return None;
    }
    let (year, month, day) = match calendar {
        Calendar::From1900 => (1899, 12, 30),
        Calendar::From1904 => (1904, 1, 1),
    };
    let first = Day::from_ymd(year, month, day)?;
    let seconds = (serial.fract() * DAY_SECONDS).round() as u32;
    // Half a second before midnight is midnight.
    let (more, second) = (seconds / 86_400, seconds % 86_400);
    let days = serial.trunc() as i32 + more as i32;
    Some((first.plus_days(days), (second > 0).then_some(second)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(number: &str, calendar: Calendar, expected: Option<(&str, Option<u32>)>) {
        let read = date(number, calendar);
        let read = read.map(|(day, second)| (day.to_string(), second));
        let expected = expected.map(|(day, second)| (day.to_owned(), second));
        assert_eq!(read, expected, "{number} {calendar:?}");
    }

    #[test]
    fn a_serial_number_is_a_day_of_its_calendar() {
        check("46083", Calendar::From1900, Some(("2026-03-02", None)));
        check("44621", Calendar::From1904, Some(("2026-03-02", None)));
        check("61", Calendar::From1900, Some(("1900-03-01", None)));
        check("60", Calendar::From1900, None);
        check("0", Calendar::From1904, Some(("1904-01-01", None)));
    }

    #[test]
    fn a_fraction_is_a_time() {
        check(
            "46083.5",
            Calendar::From1900,
            Some(("2026-03-02", Some(43_200))),
        );
        check(
            "46083.58549768519",
            Calendar::From1900,
            Some(("2026-03-02", Some(50_587))),
        );
        check(
            "46083.999999",
            Calendar::From1900,
            Some(("2026-03-03", None)),
        );
    }

    #[test]
    fn what_is_no_day_is_none() {
        for number in ["-1", "NaN", "inf", "1E300", "2958466", "x", ""] {
            check(number, Calendar::From1900, None);
        }
    }
}
