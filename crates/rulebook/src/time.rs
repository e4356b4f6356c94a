//! RFC 3339 instants, read and printed.

use fairlock_domain::calendar::{Day, Instant, Zone};

/// Reads an RFC 3339 instant with offset and at most nine decimals; None when it isn't one.
pub fn parse_instant(text: &str) -> Option<Instant> {
    let bytes = text.as_bytes();
    let day = Day::parse(text.get(..10)?).ok()?;
    if !matches!(bytes.get(10)?, b'T' | b't') {
        return None;
    }
    let clock = text.get(11..19)?.as_bytes();
    if clock[2] != b':' || clock[5] != b':' {
        return None;
    }
    let hour = two_digits(clock, 0, 23)?;
    let minute = two_digits(clock, 3, 59)?;
    let second = two_digits(clock, 6, 59)?;
    let (nanos, offset) = decimals(text.get(19..)?)?;
    let offset = offset_minutes(offset)?;
    let local = i64::from(day.unix_days()) * 86_400 + hour * 3600 + minute * 60 + second;
    Some(Instant::from_unix_parts(local - offset * 60, nanos))
}

/// Two digits at `at`, at most `max`.
fn two_digits(bytes: &[u8], at: usize, max: i64) -> Option<i64> {
    let digit = |b: u8| b.is_ascii_digit().then(|| i64::from(b - b'0'));
    let value = digit(*bytes.get(at)?)? * 10 + digit(*bytes.get(at + 1)?)?;
    (value <= max).then_some(value)
}

/// Nanoseconds of `.123…`, if it is there, and what follows it.
fn decimals(text: &str) -> Option<(u32, &str)> {
    let Some(fraction) = text.strip_prefix('.') else {
        return Some((0, text));
    };
    let width = fraction.bytes().take_while(u8::is_ascii_digit).count();
    if !(1..=9).contains(&width) {
        return None;
    }
    let (digits, rest) = fraction.split_at(width);
    let scale = 10_u32.pow(u32::try_from(9 - width).ok()?);
    Some((digits.parse::<u32>().ok()? * scale, rest))
}

/// Minutes of `Z`, `+05:30`, `-03:00`.
fn offset_minutes(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    match bytes {
        [b'Z' | b'z'] => Some(0),
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let minutes = two_digits(bytes, 1, 23)? * 60 + two_digits(bytes, 4, 59)?;
            Some(if *sign == b'-' { -minutes } else { minutes })
        }
        _ => None,
    }
}

/// RFC 3339 with the zone's offset at that instant: `2026-02-10T09:00:00+05:30`.
pub fn format_instant(at: Instant, zone: &Zone) -> String {
    zone.local(at).to_string()
}
