//! The leaves of ISO 20022 messages: amounts, dates, indicators. Each is read from the current
//! element to its end, and an error names the element.

use crate::decimal::Decimal;
use crate::error::ReadError;
use crate::stamp::parse_stamp;
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
    let value = Decimal::parse(xml.text_ref()?)
        .map_err(|error| ReadError::text(xml.place(), xml.last_text(), error.expected()))?;
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
pub(crate) fn direction(xml: &mut Xml<'_>) -> Result<Direction, ReadError> {
    match xml.text_ref()? {
        "CRDT" => Ok(Direction::Credit),
        "DBIT" => Ok(Direction::Debit),
        _ => Err(ReadError::text(
            xml.place(),
            xml.last_text(),
            "CRDT or DBIT",
        )),
    }
}

/// An entry's status: the code itself up to version 6, inside `Cd` later.
pub(crate) fn status(xml: &mut Xml<'_>) -> Result<EntryStatus, ReadError> {
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

pub(crate) fn boolean(xml: &mut Xml<'_>) -> Result<bool, ReadError> {
    match xml.text_ref()? {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(ReadError::text(
            xml.place(),
            xml.last_text(),
            "true or false",
        )),
    }
}

/// A sequence number: digits.
pub(crate) fn number(xml: &mut Xml<'_>) -> Result<Option<u64>, ReadError> {
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
pub(crate) fn date_choice(xml: &mut Xml<'_>) -> Result<Option<Stamp>, ReadError> {
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
pub(crate) fn stamp(xml: &mut Xml<'_>) -> Result<Option<Stamp>, ReadError> {
    let stamp = match xml.text_ref()? {
        "" => return Ok(None),
        text => parse_stamp(text),
    };
    stamp
        .map(Some)
        .ok_or_else(|| ReadError::text(xml.place(), xml.last_text(), A_DATE))
}
