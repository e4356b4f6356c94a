//! Dates and times as XML Schema writes them.
//!
//! On purpose absent: years of more than four digits, and a zone for times that were written
//! without an offset: nobody knows it.

use fairlock_domain::calendar::{Day, Instant};

use crate::statement::Stamp;

/// `YYYY-MM-DD`, optionally with `THH:MM:SS[.fraction]`, optionally with `Z` or an offset, as XML
/// Schema writes them.
pub(crate) fn parse_stamp(text: &str) -> Option<Stamp> {
    let (date, rest) = text.split_at_checked(10)?;
    let day = Day::parse(date).ok()?;
    let Some(time) = rest.strip_prefix('T') else {
        return match rest {
            "" | "Z" => Some(Stamp { day, at: None }),
            _ => offset_minutes(rest).map(|_| Stamp { day, at: None }),
        };
    };
    let (clock, zone) = time.split_at(time.find(['Z', '+', '-']).unwrap_or(time.len()));
    let nanos = clock_nanos(clock)?;
    let at = match zone {
        "" => None,
        _ => Some(instant(day, nanos, offset_minutes(zone)?)),
    };
    Some(Stamp { day, at })
}

fn instant(day: Day, nanos: i128, offset_minutes: i32) -> Instant {
    let midnight = i128::from(day.unix_days()) * 86_400;
    Instant::from_unix_nanos((midnight - i128::from(offset_minutes) * 60) * 1_000_000_000 + nanos)
}

/// Nanoseconds since midnight of `HH:MM:SS[.fraction]`; 24:00:00 and a leap second are allowed, a
/// fraction is cut at nine digits.
fn clock_nanos(clock: &str) -> Option<i128> {
    let (whole, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let [hour, minute, second] = numbers(whole)?;
    let fits = hour < 24 && minute < 60 && second <= 60 || hour == 24 && minute == 0 && second == 0;
    if !fits || fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(9);
    let nanos = digits.fold(0i128, |nanos, digit| nanos * 10 + i128::from(digit - b'0'));
    let seconds = i128::from(hour * 3600 + minute * 60 + second);
    Some(seconds * 1_000_000_000 + nanos)
}

/// Three two-digit numbers with colons between.
fn numbers(text: &str) -> Option<[u32; 3]> {
    let mut parts = text.split(':');
    let mut next = || {
        let part = parts.next()?;
        let two_digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        if two_digits { part.parse().ok() } else { None }
    };
    let found = [next()?, next()?, next()?];
    parts.next().is_none().then_some(found)
}

/// `Z`, or `+HH:MM` or `-HH:MM` up to 14 hours.
fn offset_minutes(zone: &str) -> Option<i32> {
    if zone == "Z" {
        return Some(0);
    }
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let [hours, minutes, _] = numbers(&format!("{}:00", zone.get(1..)?))?;
    let minutes = i32::try_from(hours * 60 + minutes)
        .ok()
        .filter(|_| minutes < 60)?;
    (minutes <= 14 * 60).then_some(sign * minutes)
}
