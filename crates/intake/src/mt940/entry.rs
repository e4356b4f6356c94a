//! `:61:`, the statement line: value date, entry date, mark, amount, type, references.
//!
//! What SWIFT asks for: `YYMMDD[MMDD]` `[R|E](C|D)` `[funds letter]` amount `N`type reference
//! `[//bank reference]`, and supplementary details on a line of their own. What banks do besides is
//! read too: no entry date, an amount without comma, a space or a line break before the amount, no
//! type, details behind sixteen columns of the same line. Failure: dates that don't exist, anything
//! but an amount where the amount stands. On purpose absent: what the type codes mean, but for a
//! returned item.

use crate::decimal::Decimal;
use crate::error::{Place, ReadError};
use crate::mt940::dates;
use crate::statement::{Direction, Stamp};

/// Columns of the reference for the account's owner.
const REFERENCE_CHARS: usize = 16;

/// What a bank writes where it has no reference, or where the reference stands in `:86:`.
const NO_REFERENCES: [&str; 8] = [
    "NONREF",
    "NOTPROVIDED",
    "EREF",
    "EREF+",
    "KREF",
    "KREF+",
    "MARF",
    "PREF",
];

pub(super) struct StatementLine {
    pub(super) value: Stamp,
    pub(super) booking: Option<Stamp>,
    pub(super) direction: Direction,
    pub(super) reversal: bool,
    /// MT942 `EC` and `ED`: expected, not yet on the account.
    pub(super) expected: bool,
    pub(super) amount: Decimal,
    /// The type is RTI, a returned item.
    pub(super) returned_item: bool,
    /// Whether there is a type at all.
    pub(super) has_type: bool,
    pub(super) customer_reference: Option<String>,
    pub(super) bank_reference: Option<String>,
    pub(super) supplementary: Option<String>,
}

/// Reads the field's text, whose first line has this number.
pub(super) fn read(text: &str, line: u64) -> Result<StatementLine, ReadError> {
    let wrong = |found: &str, expected: &str| {
        let found: String = found.chars().take(REFERENCE_CHARS).collect();
        ReadError::text(Place::Line(line), &found, format!("{expected} in :61:"))
    };
    let (value, rest) = text
        .split_at_checked(6)
        .and_then(|(day, rest)| Some((dates::value_day(day)?, rest)))
        .ok_or_else(|| wrong(text, "a value date that exists, such as 260302,"))?;
    let (booking, rest) = match rest.as_bytes().first() {
        Some(b'0'..=b'9') => rest
            .split_at_checked(4)
            .and_then(|(day, rest)| Some((dates::entry_day(day, value)?, rest)))
            .map(|(day, rest)| (Some(day), rest))
            .ok_or_else(|| wrong(rest, "an entry date that exists, such as 0302,"))?,
        _ => (None, rest),
    };
    let (mark, rest) =
        mark(rest).ok_or_else(|| wrong(rest, "a mark C, D, RC, RD, EC or ED before the amount"))?;
    let (amount, rest) = amount(rest).map_err(|expected| wrong(rest, expected))?;
    let (kind, rest) = kind(rest);
    let references = References::of(rest);
    let date = |day| Stamp { day, at: None };
    Ok(StatementLine {
        value: date(value),
        booking: booking.map(date),
        direction: mark.direction,
        reversal: mark.reversal,
        expected: mark.expected,
        amount,
        returned_item: kind.is_some_and(|kind| kind.ends_with("RTI")),
        has_type: kind.is_some(),
        customer_reference: references.customer,
        bank_reference: references.bank,
        supplementary: references.supplementary,
    })
}

struct Mark {
    direction: Direction,
    reversal: bool,
    expected: bool,
}

/// The mark, the funds letter behind it, and white space before the amount. `RC` is the reversal
/// of a credit and so a debit; `CR` is a credit with the funds letter R.
fn mark(text: &str) -> Option<(Mark, &str)> {
    let (reversal, expected) = (text.starts_with('R'), text.starts_with('E'));
    let rest = match reversal || expected {
        true => &text[1..],
        false => text,
    };
    let credit = match rest.as_bytes().first()? {
        b'C' => true,
        b'D' => false,
        _ => return None,
    };
    let direction = match credit != reversal {
        true => Direction::Credit,
        false => Direction::Debit,
    };
    let rest = &rest[1..];
    let rest = rest
        .strip_prefix(|c: char| c.is_ascii_uppercase())
        .unwrap_or(rest);
    let mark = Mark {
        direction,
        reversal,
        expected,
    };
    Some((mark, rest.trim_start_matches([' ', '\n'])))
}

/// The amount, up to a letter or the line's end.
fn amount(text: &str) -> Result<(Decimal, &str), &'static str> {
    const EXPECTED: &str = "an amount such as 1500,00";
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != ',')
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if !rest.is_empty()
        && !rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '\n' || c == ' ')
    {
        return Err(EXPECTED);
    }
    let amount = decimal(digits).ok_or(EXPECTED)?;
    Ok((amount, rest))
}

/// A decimal with a comma, or none.
pub(super) fn decimal(text: &str) -> Option<Decimal> {
    Decimal::parse_with(',', text)
        .ok()
        .filter(|_| !text.starts_with('+'))
}

/// The transaction type: a letter (`N`, `S`, `F`) and three more characters.
fn kind(text: &str) -> (Option<&str>, &str) {
    match text.split_at_checked(4) {
        Some((kind, rest)) if is_kind(kind) => (Some(kind), rest),
        _ => (None, text),
    }
}

fn is_kind(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic())
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b' ')
}

#[derive(Default)]
struct References {
    customer: Option<String>,
    bank: Option<String>,
    supplementary: Option<String>,
}

impl References {
    fn of(text: &str) -> Self {
        let (first, more) = text.split_once('\n').unwrap_or((text, ""));
        let (customer, bank) = match first.split_once("//") {
            Some((customer, bank)) => (customer, Some(bank)),
            None => (first, None),
        };
        let (customer, same_line) = match bank {
            None if !looks_like_iban(customer.trim()) => columns(customer),
            _ => (customer, ""),
        };
        let supplementary = [same_line.trim(), more.trim()];
        let supplementary = supplementary.map(|part| Some(part).filter(|part| !part.is_empty()));
        Self {
            customer: given(customer),
            bank: bank.and_then(given),
            supplementary: match supplementary {
                [Some(first), Some(second)] => Some(format!("{first}\n{second}")),
                [first, second] => first.or(second).map(str::to_owned),
            },
        }
    }
}

/// The sixteen columns of the reference, and what a bank writes behind them on the same line.
fn columns(text: &str) -> (&str, &str) {
    match text.char_indices().nth(REFERENCE_CHARS) {
        Some((at, _)) => text.split_at(at),
        None => (text, ""),
    }
}

fn given(text: &str) -> Option<String> {
    let text = text.trim();
    let says_nothing = text.is_empty()
        || NO_REFERENCES
            .iter()
            .any(|none| none.eq_ignore_ascii_case(text));
    (!says_nothing).then(|| text.to_owned())
}

/// By its shape alone: banks' test files have wrong check digits, and nothing is decided by it.
pub(super) fn looks_like_iban(text: &str) -> bool {
    let bytes = text.as_bytes();
    (15..=34).contains(&bytes.len())
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && bytes[4..]
            .iter()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}
