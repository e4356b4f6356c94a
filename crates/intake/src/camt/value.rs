//! The leaves of camt messages: amounts, dates, indicators.

use fairlock_domain::calendar::{Day, Instant};

use crate::decimal::Decimal;
use crate::error::ReadError;
use crate::statement::{Amount, Direction, EntryStatus, Stamp};
use crate::xml::Xml;

const A_DATE: &str = "a date that exists, such as 2026-03-02";

/// Fills a slot that may be filled once.
pub(crate) fn once<T>(
    xml: &Xml<'_>,
    slot: &mut Option<T>,
    value: Option<T>,
) -> Result<(), ReadError> {
    match (slot.is_some(), value) {
        (true, _) => Err(xml.unexpected("a second element of this name", "it once")),
        (false, value) => {
            *slot = value;
            Ok(())
        }
    }
}

/// An amount with its `Ccy` attribute.
pub(crate) fn amount(xml: &mut Xml<'_>) -> Result<Amount, ReadError> {
    let currency = xml.currency();
    let text = xml.text()?.unwrap_or_default();
    let value = Decimal::parse(&text)
        .map_err(|error| ReadError::text(xml.place(), &text, error.expected()))?;
    let Some(currency) = currency else {
        return Err(xml.unexpected("no attribute Ccy", "a currency such as KES"));
    };
    if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(ReadError::text(
            xml.place(),
            &currency,
            "a currency of three capital letters, such as KES",
        ));
    }
    Ok(Amount { value, currency })
}

/// The amount inside an element such as `TxAmt`, whose child is `Amt`.
pub(crate) fn inner_amount(xml: &mut Xml<'_>) -> Result<Option<Amount>, ReadError> {
    let mut found = None;
    while xml.child()? {
        match xml.name() {
            "Amt" => {
                let value = amount(xml)?;
                once(xml, &mut found, Some(value))?;
            }
            _ => xml.skip()?,
        }
    }
    Ok(found)
}

/// `CRDT` or `DBIT`.
pub(super) fn direction(xml: &mut Xml<'_>) -> Result<Direction, ReadError> {
    let text = xml.text()?.unwrap_or_default();
    match text.as_str() {
        "CRDT" => Ok(Direction::Credit),
        "DBIT" => Ok(Direction::Debit),
        _ => Err(ReadError::text(xml.place(), &text, "CRDT or DBIT")),
    }
}

/// An entry's status: the code itself up to version 6, inside `Cd` later.
pub(super) fn status(xml: &mut Xml<'_>) -> Result<EntryStatus, ReadError> {
    let text = xml.text_or_child(&["Cd", "Prtry"])?.unwrap_or_default();
    match text.as_str() {
        "BOOK" => Ok(EntryStatus::Booked),
        "PDNG" => Ok(EntryStatus::Pending),
        "INFO" => Ok(EntryStatus::Information),
        "FUTR" => Ok(EntryStatus::Future),
        _ => Err(ReadError::text(
            xml.place(),
            &text,
            "BOOK, PDNG, INFO or FUTR",
        )),
    }
}

pub(super) fn boolean(xml: &mut Xml<'_>) -> Result<bool, ReadError> {
    let text = xml.text()?.unwrap_or_default();
    match text.as_str() {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(ReadError::text(xml.place(), &text, "true or false")),
    }
}

/// A sequence number: digits.
pub(super) fn number(xml: &mut Xml<'_>) -> Result<Option<u64>, ReadError> {
    let Some(text) = xml.text()? else {
        return Ok(None);
    };
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = if digits { text.parse().ok() } else { None };
    number
        .map(Some)
        .ok_or_else(|| ReadError::text(xml.place(), &text, "a number of at most 18 digits"))
}

/// A date in `Dt` or a date and time in `DtTm`.
pub(super) fn date_choice(xml: &mut Xml<'_>) -> Result<Option<Stamp>, ReadError> {
    let mut found = None;
    while xml.child()? {
        match xml.name() {
            "Dt" | "DtTm" => {
                let value = stamp(xml)?;
                once(xml, &mut found, value)?;
            }
            _ => xml.skip()?,
        }
    }
    Ok(found)
}

/// The current element as a date or a date and time; `None` when it is empty.
pub(super) fn stamp(xml: &mut Xml<'_>) -> Result<Option<Stamp>, ReadError> {
    let Some(text) = xml.text()? else {
        return Ok(None);
    };
    let stamp = parse_stamp(&text);
    stamp
        .map(Some)
        .ok_or_else(|| ReadError::text(xml.place(), &text, A_DATE))
}

/// `YYYY-MM-DD`, optionally with `THH:MM:SS[.fraction]`, optionally with `Z` or an offset, as XML Schema writes them.
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

/// Nanoseconds since midnight of `HH:MM:SS[.fraction]`; 24:00:00 and a leap second are allowed, a fraction is cut at nine digits.
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
