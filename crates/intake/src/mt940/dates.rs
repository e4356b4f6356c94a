//! Dates of two-digit years and of no year.
//!
//! Failure: a date that no calendar has. One exception: a value date on 29 or 30 February of a
//! year that has no such day is the last day of that February, because banks that count thirty
//! days a month value interest so. On purpose absent: times, but for an interim report's moment.

use fairlock_domain::calendar::{Day, Instant, days_in_month};

use crate::statement::Stamp;

/// SWIFT's window: 80 to 99 are the years 1980 to 1999, all others are of this century.
const LAST_CENTURY_FROM: i32 = 80;

/// `YYMMDD`.
pub(super) fn day(text: &str) -> Option<Day> {
    let (year, month, day) = parts(text)?;
    Day::from_ymd(year, month, day)
}

/// `YYMMDD` of a value date.
pub(super) fn value_day(text: &str) -> Option<Day> {
    let (year, month, day) = parts(text)?;
    let last = match month {
        2 if day == 29 || day == 30 => day.min(days_in_month(year, 2)),
        _ => day,
    };
    Day::from_ymd(year, month, last)
}

/// `MMDD`, in the year that brings it nearest to the value date: an entry of 2 January may have
/// its value on 31 December.
pub(super) fn entry_day(text: &str, value: Day) -> Option<Day> {
    let (month, day) = (pair(text.get(..2)?)?, pair(text.get(2..4)?)?);
    let (year, _, _) = value.ymd();
    let candidates = [year, year - 1, year + 1].map(|year| Day::from_ymd(year, month, day));
    let there = candidates.into_iter().flatten();
    there.min_by_key(|day| day.days_since(value).unsigned_abs())
}

/// `YYMMDDHHMM`, with an offset `+HHMM` behind it or none.
pub(super) fn moment(text: &str) -> Option<Stamp> {
    let day = day(text.get(..6)?)?;
    let (hour, minute) = (pair(text.get(6..8)?)?, pair(text.get(8..10)?)?);
    if hour > 23 || minute > 59 {
        return None;
    }
    let minutes = i32::from(hour) * 60 + i32::from(minute);
    let zone = text.get(10..15).map(offset_minutes);
    let at = zone.flatten().map(|offset| {
        let seconds = i128::from(day.unix_days()) * 86_400 + i128::from(minutes - offset) * 60;
        Instant::from_unix_nanos(seconds * 1_000_000_000)
    });
    Some(Stamp { day, at })
}

fn offset_minutes(text: &str) -> Option<i32> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = (pair(text.get(1..3)?)?, pair(text.get(3..5)?)?);
    (hours <= 14 && minutes < 60).then(|| sign * (i32::from(hours) * 60 + i32::from(minutes)))
}

fn parts(text: &str) -> Option<(i32, u8, u8)> {
    let year = i32::from(pair(text.get(..2)?)?);
    let century = if year >= LAST_CENTURY_FROM {
        1900
    } else {
        2000
    };
    Some((
        century + year,
        pair(text.get(2..4)?)?,
        pair(text.get(4..6)?)?,
    ))
}

/// Two digits.
fn pair(text: &str) -> Option<u8> {
    match text.as_bytes() {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Some((tens - b'0') * 10 + ones - b'0'),
        _ => None,
    }
}
