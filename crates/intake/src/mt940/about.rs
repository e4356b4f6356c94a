//! `:86:`, what the bank tells about an entry, in the three ways banks write it.
//!
//! - Numbered fields, `166?00GUTSCHRIFT?20EREF+…?32NAME`: Germany, Austria, Poland, Luxembourg; `?`
//!   may be another sign. Their text fields hold words with a plus sign (`EREF+`, `SVWZ+`).
//! - Codes between slashes, `/EREF/…/NAME/…/REMI/…`: the Netherlands and others.
//! - Free text.
//!
//! In the first two a line's end is only the end of the paper: words go on in the next line. Free
//! text keeps its lines. Nothing here fails: what isn't understood is text. On purpose absent:
//! parties behind the counterparty, purpose codes, the bank's own numbers.

use crate::mt940::slashes;
use crate::mt940::words::{self, Purpose};
use crate::statement::Direction;

/// Signs that banks put before the number of a field.
const SEPARATORS: &[u8] = b"?>~^<";

/// Business transaction codes of money that came back: returned direct debits (108, 109) and
/// credit transfers (159). German banks' list; field 34 then has the reason.
const RETURNS: [&str; 3] = ["108", "109", "159"];

#[derive(Default)]
pub(super) struct About {
    pub(super) references: Vec<(&'static str, String)>,
    pub(super) remittance: Option<String>,
    /// The creditor reference of a structured remittance.
    pub(super) creditor_reference: Option<String>,
    /// The text with every line and field apart, when the remittance joined some.
    pub(super) as_written: Option<String>,
    pub(super) name: Option<String>,
    pub(super) account: Option<String>,
    pub(super) returned: bool,
    pub(super) return_reason: Option<String>,
    /// `OAMT+`, what was ordered, and `COAM+`, what was added to it.
    pub(super) original_amount: Option<String>,
    pub(super) compensation: Option<String>,
}

/// Reads the field's text: its lines, with line ends between.
pub(super) fn read(text: &str, direction: Direction) -> About {
    if let Some((code, separator)) = numbered(text) {
        return numbered_fields(text, code, separator);
    }
    if slashes::begins(text) {
        return slashes::read(text, direction);
    }
    if words::begins(text) {
        let mut purpose = Purpose::default();
        purpose.add(&unwrapped(text), false);
        return of_purpose(purpose, text);
    }
    About {
        remittance: Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        ..About::default()
    }
}

/// Whether the text has numbered fields: the sign before each and the code before the first.
pub(super) fn numbered(text: &str) -> Option<(&str, char)> {
    let bytes = text.as_bytes();
    let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    let is_field = matches!(bytes.get(digits..)?, [sign, a, b, ..]
        if SEPARATORS.contains(sign) && a.is_ascii_digit() && b.is_ascii_digit());
    ((digits == 3 || digits == 0) && is_field).then(|| (&text[..digits], char::from(bytes[digits])))
}

/// The text in one line.
pub(super) fn unwrapped(text: &str) -> String {
    text.replace('\n', "")
}

fn numbered_fields(text: &str, code: &str, separator: char) -> About {
    let flat = unwrapped(text);
    let mut purpose = Purpose::default();
    let (mut names, mut account, mut iban, mut reason) = (Vec::new(), None, None, None);
    let mut before = 0;
    for (number, value) in fields(&flat, separator) {
        match number {
            // The text goes on from 29 to 60; a bank that uses 60 without that says something else.
            20..=29 => purpose.add(value, before == 0),
            60..=69 if before == 29 || before >= 60 => purpose.add(value, false),
            60..=69 => purpose.add_plain(value),
            31 => account = filled(value),
            38 => iban = filled(value),
            32 | 33 => names.push(value),
            34 => reason = filled(value),
            _ => continue,
        }
        if number != 31 {
            before = if (30..60).contains(&number) {
                before
            } else {
                number
            };
        }
    }
    let returned = RETURNS.contains(&code);
    let about = of_purpose(purpose, text);
    About {
        name: name(&names),
        account: iban.or(account).or(about.account),
        returned,
        return_reason: reason.filter(|_| returned),
        ..about
    }
}

/// The numbered fields, in their order.
fn fields(flat: &str, separator: char) -> impl Iterator<Item = (u8, &str)> {
    let begins = move |at: &(usize, &str)| {
        let after = flat.as_bytes().get(at.0 + 1..at.0 + 3);
        after.is_some_and(|two| two.iter().all(u8::is_ascii_digit))
    };
    let mut starts = flat.match_indices(separator).filter(begins).peekable();
    std::iter::from_fn(move || {
        let (start, _) = starts.next()?;
        let end = starts.peek().map_or(flat.len(), |(at, _)| *at);
        let number = flat[start + 1..start + 3].parse().ok()?;
        Some((number, &flat[start + 3..end]))
    })
}

fn of_purpose(purpose: Purpose, text: &str) -> About {
    let read = purpose.complete();
    About {
        references: read.references,
        as_written: written(text),
        remittance: read.remittance,
        account: read.iban,
        original_amount: read.original_amount,
        compensation: read.compensation,
        ..About::default()
    }
}

/// Every line and every field apart: where the paper ended at a word's end, the joined text has
/// two words in one.
pub(super) fn written(text: &str) -> Option<String> {
    let mut apart = String::with_capacity(text.len());
    let bytes = text.as_bytes();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        let two = bytes.get(at + 1..at + 3);
        let numbered = two.is_some_and(|two| two.iter().all(u8::is_ascii_digit));
        if c.is_ascii() && SEPARATORS.contains(&(c as u8)) && numbered {
            apart.push('\n');
            chars.nth(1);
        } else {
            apart.push(c);
        }
    }
    Some(apart).filter(|text| !text.trim().is_empty())
}

/// A name over several fields: a full one goes on in the next, another ends with a word.
fn name(parts: &[&str]) -> Option<String> {
    let mut name = String::new();
    for part in parts {
        if words::ends_with_a_word(&name) {
            name.push(' ');
        }
        name.push_str(part);
    }
    let name: Vec<&str> = name.split_whitespace().collect();
    filled(&name.join(" "))
}

pub(super) fn filled(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}
