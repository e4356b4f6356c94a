//! Values that stand beside a table: the account, its balances, the end of its period.
//!
//! A value is the cell behind its label in the same row, or the text behind the label's colon in
//! the same cell.

use std::borrow::Cow;

use super::chain::Signed;
use super::{Cell, Row};
use crate::error::{Place, ReadError};
use crate::mapping::{AmountStyle, Mapping, normal};
use crate::statement::Stamp;

/// What was found so far.
#[derive(Default)]
pub(super) struct Found {
    pub statement: Option<String>,
    account: Option<String>,
    currency: Option<String>,
    pub opening: Option<Signed>,
    pub closing: Option<Signed>,
    pub complete_to: Option<Stamp>,
}

impl Found {
    /// The account that all rows are of, unless a column says it.
    pub(super) fn account(&self, mapping: &Mapping) -> Option<String> {
        self.account
            .clone()
            .or_else(|| mapping.constants.account.clone())
    }

    /// The currency of rows that have none of their own.
    pub(super) fn currency(&self, mapping: &Mapping) -> Option<String> {
        self.currency
            .clone()
            .or_else(|| mapping.constants.currency.clone())
    }

    /// Looks for labels in a row that isn't the table's.
    pub(super) fn look(&mut self, row: &dyn Row, mapping: &Mapping, errors: &mut Vec<ReadError>) {
        if mapping.outside.is_empty() {
            return;
        }
        let outside = &mapping.outside;
        let text = |cell: Cell<'_>| text_of(cell);
        set(&mut self.statement, row, &outside.statement, errors, text);
        set(&mut self.account, row, &outside.account, errors, text);
        set(&mut self.currency, row, &outside.currency, errors, |cell| {
            let text = text_of(cell)?;
            match is_currency(&text) {
                true => Ok(text),
                false => Err("a currency of three capital letters, such as KES".to_owned()),
            }
        });
        let amount = |cell: Cell<'_>| signed(cell, mapping.amounts);
        set(&mut self.opening, row, &outside.opening, errors, amount);
        set(&mut self.closing, row, &outside.closing, errors, amount);
        let date = |cell: Cell<'_>| stamp(cell, mapping);
        set(
            &mut self.complete_to,
            row,
            &outside.complete_to,
            errors,
            date,
        );
    }
}

fn text_of(cell: Cell<'_>) -> Result<String, String> {
    let text = cell.text().map_err(str::to_owned)?;
    text.map(Cow::into_owned)
        .ok_or_else(|| "a value".to_owned())
}

pub(super) fn is_currency(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// An amount with its sign; the error is what was expected.
pub(super) fn signed(cell: Cell<'_>, style: AmountStyle) -> Result<Signed, String> {
    let (negative, amount) = amount(cell, style)?;
    Ok(Signed::new(negative, &amount))
}

/// An amount, and whether it had a minus. A workbook's own number is in no bank's style.
pub(super) fn amount(
    cell: Cell<'_>,
    style: AmountStyle,
) -> Result<(bool, crate::decimal::Decimal), String> {
    match cell {
        Cell::Text(text) => style.parse(text),
        Cell::Number(number) => match super::cell::shown(number) {
            Some(shown) => AmountStyle::PLAIN.parse(&shown),
            None => Err("a number of at most 15 digits".to_owned()),
        },
        Cell::Empty => style.parse(""),
        Cell::Date { .. } | Cell::NoValue(_) => Err("an amount".to_owned()),
    }
}

pub(super) fn stamp(cell: Cell<'_>, mapping: &Mapping) -> Result<Stamp, String> {
    let stamp = match cell {
        Cell::Date { day, second } => Some(mapping.dates.stamp(day, second)),
        cell => match cell.text() {
            Ok(text) => mapping.dates.parse(text.as_deref().unwrap_or_default()),
            Err(_) => None,
        },
    };
    stamp.ok_or_else(|| mapping.dates.expected())
}

/// Reads the value behind one of the labels, once.
fn set<T: PartialEq>(
    slot: &mut Option<T>,
    row: &dyn Row,
    labels: &[String],
    errors: &mut Vec<ReadError>,
    read: impl Fn(Cell<'_>) -> Result<T, String>,
) {
    if labels.is_empty() {
        return;
    }
    for position in 0..row.len() {
        let Cell::Text(text) = row.cell(position) else {
            continue;
        };
        let (label, behind) = match text.split_once(':') {
            Some((label, behind)) => (normal(label), Cell::of_text(behind)),
            None => (normal(text), Cell::Empty),
        };
        if !labels.contains(&label) {
            continue;
        }
        let mut cells = (position + 1..row.len()).map(|position| row.cell(position));
        let value = match behind {
            Cell::Empty => cells.find(|cell| !cell.is_empty()).unwrap_or(Cell::Empty),
            behind => behind,
        };
        let place = Place::Cell {
            row: row.line(),
            column: label,
        };
        match read(value) {
            Ok(value) if slot.as_ref().is_some_and(|known| *known != value) => {
                let expected = "the same as above";
                errors.push(ReadError::text(place, text, expected));
            }
            Ok(value) => *slot = Some(value),
            Err(expected) => errors.push(match value {
                Cell::Text(text) | Cell::Number(text) => ReadError::text(place, text, expected),
                other => ReadError::new(place, other.found(), expected),
            }),
        }
        return;
    }
}
