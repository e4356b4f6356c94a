//! One cell of a row, whatever kind of file it stands in.

use std::borrow::Cow;

use fairlock_domain::calendar::Day;

/// Digits that a workbook's number is sure to have: it is a binary float.
const NUMBER_DIGITS_MAX: usize = 15;

/// What stands in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cell<'a> {
    Empty,
    /// Trimmed, never empty.
    Text(&'a str),
    /// A workbook's number, as its file writes it: "12.1", "1.25E3", "12.099999999999999".
    Number(&'a str),
    /// A workbook's date, and the second in it when it isn't midnight.
    Date {
        day: Day,
        second: Option<u32>,
    },
    /// What isn't a value: "a formula", "an error".
    NoValue(&'static str),
}

impl<'a> Cell<'a> {
    pub(crate) fn of_text(text: &'a str) -> Self {
        match text.trim() {
            "" => Cell::Empty,
            text => Cell::Text(text),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Cell::Empty)
    }

    /// The cell as text; the error is what was expected of it.
    pub(crate) fn text(&self) -> Result<Option<Cow<'a, str>>, &'static str> {
        match *self {
            Cell::Empty => Ok(None),
            Cell::Text(text) => Ok(Some(Cow::Borrowed(text))),
            Cell::Number(number) => match shown(number) {
                Some(shown) => Ok(Some(shown)),
                None => Err("a text; a number of a workbook has at most 15 digits"),
            },
            Cell::Date { day, .. } => Ok(Some(Cow::Owned(day.to_string()))),
            Cell::NoValue(_) => Err("a value"),
        }
    }

    /// For errors.
    pub(crate) fn found(&self) -> String {
        match self {
            Cell::Empty => "nothing".to_owned(),
            Cell::Text(text) | Cell::Number(text) => (*text).to_owned(),
            Cell::Date { day, .. } => format!("the date {day}"),
            Cell::NoValue(what) => (*what).to_owned(),
        }
    }
}

/// A workbook's number as it is shown: "12.1" of "12.099999999999999". Binary floats hold 15
/// decimal digits exactly, so that the number rounded to 15 digits is the one that was typed;
/// `None` where more were typed, because then some are lost.
pub(crate) fn shown(number: &str) -> Option<Cow<'_, str>> {
    let digits = number.strip_prefix('-').unwrap_or(number);
    let plain = digits
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let count = digits.bytes().filter(u8::is_ascii_digit).count();
    let leading = digits.starts_with('.') || digits.is_empty();
    if plain && count <= NUMBER_DIGITS_MAX && !leading {
        return Some(Cow::Borrowed(number));
    }
    let value: f64 = number
        .parse()
        .ok()
        .filter(|value: &f64| value.is_finite())?;
    // A whole number at the limit may have had digits that aren't there any more.
    if value.abs() >= 1e15 {
        return None;
    }
    let rounded = format!("{value:.*e}", NUMBER_DIGITS_MAX - 1);
    let (mantissa, exponent) = rounded.split_once('e')?;
    Some(Cow::Owned(positional(mantissa, exponent.parse().ok()?)))
}

/// "1.25000000000000" and 3 as "1250".
fn positional(mantissa: &str, exponent: i32) -> String {
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let point = exponent + 1;
    let (whole, decimals) = match usize::try_from(point) {
        Ok(point) if point >= digits.len() => (
            digits.clone() + &"0".repeat(point - digits.len()),
            String::new(),
        ),
        Ok(point) if point > 0 => (digits[..point].to_owned(), digits[point..].to_owned()),
        _ => (
            "0".to_owned(),
            "0".repeat(point.unsigned_abs() as usize) + &digits,
        ),
    };
    let decimals = decimals.trim_end_matches('0');
    match decimals.is_empty() {
        true => format!("{sign}{whole}"),
        false => format!("{sign}{whole}.{decimals}"),
    }
}

/// One row of a table.
pub(crate) trait Row {
    /// The line on which it begins, or its number in the sheet; from 1.
    fn line(&self) -> u64;
    /// Cells that are there.
    fn len(&self) -> usize;
    /// Empty where there is none.
    fn cell(&self, position: usize) -> Cell<'_>;
    /// Whether a row with fewer cells than the header was cut off; a workbook leaves out what is
    /// empty.
    fn is_whole(&self) -> bool;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_float_is_the_number_that_was_typed() {
        for (written, typed) in [
            ("12.1", Some("12.1")),
            ("12.099999999999999", Some("12.1")),
            ("12.100000000000001", Some("12.1")),
            ("1234.5599999999999", Some("1234.56")),
            ("0.30000000000000004", Some("0.3")),
            ("-4.5", Some("-4.5")),
            ("1.25E3", Some("1250")),
            ("1.0000000000000001E-5", Some("0.00001")),
            ("100", Some("100")),
            ("123456789012345", Some("123456789012345")),
            ("1234567890123456", None),
            ("1.2345678901234567E17", None),
            ("1E400", None),
            ("NaN", None),
            ("inf", None),
            ("", None),
        ] {
            assert_eq!(shown(written).as_deref(), typed, "{written}");
        }
    }
}
