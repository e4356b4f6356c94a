//! One row of a table as an entry.
//!
//! Each cell that can't be read is an error of its own, so that a file is repaired in one go. A
//! personal datum is never shown in one.

use std::borrow::Cow;

use fairlock_domain::money::Currency;
use fairlock_domain::pii::Pii;

use super::chain::Signed;
use super::header::Bound;
use super::outside::{Found, amount, is_currency, signed, stamp};
use super::{Cell, Row};
use crate::decimal::Decimal;
use crate::error::{Place, ReadError};
use crate::mapping::{DebitSign, Mapping, Money, Slot, StatusWord};
use crate::statement::{Amount, Detail, Direction, Entry, EntryStatus, References, Stamp};

/// What a row says.
#[expect(
    clippy::large_enum_variant,
    reason = "one at a time, and nearly every row is an entry: a box would only cost"
)]
pub(super) enum Said {
    Entry {
        entry: Entry,
        /// From a column of the table.
        account: Option<String>,
        balance: Option<Signed>,
    },
    /// The mapping says that it isn't an entry.
    Ignored,
    /// Errors were added.
    Wrong,
}

pub(super) struct Cells<'a> {
    pub mapping: &'a Mapping,
    pub bound: &'a Bound,
    pub found: &'a Found,
    pub row: &'a dyn Row,
    pub errors: &'a mut Vec<ReadError>,
}

impl<'a> Cells<'a> {
    pub(super) fn read(mut self) -> Said {
        let before = self.errors.len();
        let status = match self.status() {
            Some(StatusWord::Ignored) => return Said::Ignored,
            Some(StatusWord::Entry(status)) => status,
            None => EntryStatus::Booked,
        };
        let columns = &self.mapping.columns;
        let money = self.money();
        let currency = self.currency();
        let booking = self.stamp(columns.booking);
        let value = self.stamp(columns.value);
        let acted = self.stamp(columns.acted);
        let balance = self.balance();
        let account = self.text(columns.account, true);
        let reversal = self.text(columns.reversal, false);
        let detail = self.detail();
        let references = self.references(&columns.entry_references);
        self.dated(booking.or(value).or(acted));
        let (Some((direction, value_of)), Some(currency)) = (money, currency) else {
            return Said::Wrong;
        };
        self.holds(&value_of, &currency);
        if self.errors.len() > before {
            return Said::Wrong;
        }
        let amount = Amount {
            value: value_of,
            currency,
        };
        let entry = Entry {
            index: 0,
            direction,
            amount: amount.clone(),
            status,
            reversal: reversal.is_some_and(|word| self.mapping.words.is_reversal(&word)),
            booking,
            value,
            references,
            charges: Vec::new(),
            details: vec![Detail {
                amount: Some(amount),
                acted,
                ..detail
            }],
        };
        Said::Entry {
            entry,
            account: account.map(Cow::into_owned),
            balance,
        }
    }

    /// The cell of a column; empty where the table lacks the column.
    fn cell(&self, slot: Slot) -> Cell<'a> {
        let position = self.bound.positions.get(slot).copied().flatten();
        position.map_or(Cell::Empty, |position| self.row.cell(position))
    }

    fn place(&self, slot: Slot) -> Place {
        Place::Cell {
            row: self.row.line(),
            column: self.bound.titles.get(slot).cloned().unwrap_or_default(),
        }
    }

    fn wrong(&mut self, slot: Slot, expected: impl Into<String>) {
        let found = self.cell(slot).found();
        let error = match self.cell(slot) {
            Cell::Text(_) | Cell::Number(_) => ReadError::text(self.place(slot), &found, expected),
            _ => ReadError::new(self.place(slot), found, expected),
        };
        self.errors.push(error);
    }

    /// Booked where no column says it.
    fn status(&mut self) -> Option<StatusWord> {
        let slot = self.mapping.columns.status?;
        let text = self.text(Some(slot), true)?;
        let word = self.mapping.words.status(&text);
        if word.is_none() {
            self.wrong(slot, self.mapping.words.expected_status());
        }
        word
    }

    fn money(&mut self) -> Option<(Direction, Decimal)> {
        match self.mapping.columns.money {
            Money::Signed(slot) => {
                let (negative, amount) = self.amount(slot)?;
                let direction = match negative {
                    true => Direction::Debit,
                    false => Direction::Credit,
                };
                Some((direction, amount))
            }
            Money::Directed { amount, direction } => {
                let word = self.text(Some(direction), true)?;
                let read = self.mapping.words.direction(&word);
                if read.is_none() {
                    self.wrong(direction, self.mapping.words.expected_direction());
                }
                let (negative, value) = self.amount(amount)?;
                // The sign may repeat what the word says, and nothing else.
                if negative && read == Some(Direction::Credit) {
                    self.wrong(
                        amount,
                        "an amount without a minus: the direction says credit",
                    );
                    return None;
                }
                Some((read?, value))
            }
            Money::Separate { credit, debit } => self.separate(credit, debit),
        }
    }

    /// One of two columns has the amount; the other is empty or zero.
    fn separate(&mut self, credit: Slot, debit: Slot) -> Option<(Direction, Decimal)> {
        let credited = self.amount_if_any(credit)?;
        let debited = self.amount_if_any(debit)?;
        let is_zero = |read: &Option<(bool, Decimal)>| {
            read.as_ref().is_none_or(|(_, amount)| amount.is_zero())
        };
        match (credited, debited) {
            (credited, Some((negative, amount))) if is_zero(&credited) && !amount.is_zero() => {
                let right = match self.mapping.debit_sign {
                    DebitSign::None => !negative,
                    DebitSign::Minus => negative,
                    DebitSign::Either => true,
                };
                if !right {
                    let expected = match negative {
                        true => "a debit without a minus, or debit_sign in the mapping",
                        false => "a debit with a minus, as the mapping says",
                    };
                    self.wrong(debit, expected);
                    return None;
                }
                Some((Direction::Debit, amount))
            }
            (Some(_), Some((_, debit_amount))) if !debit_amount.is_zero() => {
                self.wrong(debit, "an amount in one of the two columns, not in both");
                None
            }
            (Some((negative, amount)), _) => {
                if negative {
                    self.wrong(credit, "a credit without a minus");
                    return None;
                }
                Some((Direction::Credit, amount))
            }
            (None, Some((_, zero))) => Some((Direction::Debit, zero)),
            (None, None) => {
                self.wrong(credit, "an amount in one of the two columns");
                None
            }
        }
    }

    fn amount(&mut self, slot: Slot) -> Option<(bool, Decimal)> {
        match amount(self.cell(slot), self.mapping.amounts) {
            Ok(read) => Some(read),
            Err(expected) => {
                self.wrong(slot, expected);
                None
            }
        }
    }

    /// The outer `None` is an error.
    fn amount_if_any(&mut self, slot: Slot) -> Option<Option<(bool, Decimal)>> {
        match self.cell(slot) {
            // A dash alone is how some banks write nothing.
            Cell::Empty | Cell::Text("-" | "\u{2013}" | "\u{2014}") => Some(None),
            _ => self.amount(slot).map(Some),
        }
    }

    fn currency(&mut self) -> Option<String> {
        let everywhere = self.found.currency(self.mapping);
        let slot = self.mapping.columns.currency;
        let own = slot.filter(|slot| !self.cell(*slot).is_empty());
        let Some(slot) = own else {
            if everywhere.is_none() {
                let expected = "a currency, in its column or above the table";
                match slot {
                    Some(slot) => self.wrong(slot, expected),
                    None => {
                        let line = Place::Line(self.row.line());
                        self.errors
                            .push(ReadError::new(line, "no currency", expected));
                    }
                }
            }
            return everywhere;
        };
        let text = self.text(Some(slot), false)?;
        if !is_currency(&text) {
            self.wrong(slot, "a currency of three capital letters, such as KES");
            return None;
        }
        match everywhere {
            Some(constant) if constant != *text => {
                self.wrong(slot, format!("{constant}, the currency of this table"));
                None
            }
            _ => Some(text.into_owned()),
        }
    }

    /// The amount is money of its currency: said here, where row and column are known.
    fn holds(&mut self, amount: &Decimal, code: &str) {
        let columns = &self.mapping.columns;
        let slot = match columns.money {
            Money::Signed(slot) | Money::Directed { amount: slot, .. } => slot,
            Money::Separate { credit, debit } => match self.cell(credit).is_empty() {
                true => debit,
                false => credit,
            },
        };
        match (Currency::from_code(code), columns.currency) {
            (Some(currency), _) if amount.to_money(currency).is_none() => {
                let expected = format!(
                    "an amount of at most {} decimals and 10^15 minor units of {code}",
                    currency.exponent()
                );
                self.wrong(slot, expected);
            }
            (None, Some(slot)) => self.wrong(slot, "a currency of ISO 4217, such as KES"),
            (Some(_), _) | (None, None) => {}
        }
    }

    fn stamp(&mut self, slot: Option<Slot>) -> Option<Stamp> {
        let slot = slot?;
        if self.cell(slot).is_empty() {
            return None;
        }
        match stamp(self.cell(slot), self.mapping) {
            Ok(stamp) => Some(stamp),
            Err(expected) => {
                self.wrong(slot, expected);
                None
            }
        }
    }

    /// Every row has a date; which of the mapping's columns has it is the bank's choice.
    fn dated(&mut self, any: Option<Stamp>) {
        let columns = &self.mapping.columns;
        let slots = [columns.booking, columns.value, columns.acted];
        let all_empty = slots
            .iter()
            .flatten()
            .all(|slot| self.cell(*slot).is_empty());
        if any.is_none()
            && all_empty
            && let Some(slot) = slots.into_iter().flatten().next()
        {
            self.wrong(slot, self.mapping.dates.expected());
        }
    }

    fn balance(&mut self) -> Option<Signed> {
        let slot = self.mapping.columns.balance?;
        if self.cell(slot).is_empty() {
            return None;
        }
        match signed(self.cell(slot), self.mapping.amounts) {
            Ok(balance) => Some(balance),
            Err(expected) => {
                self.wrong(slot, expected);
                None
            }
        }
    }

    /// A cell's text. One that must be there and isn't is an error.
    fn text(&mut self, slot: Option<Slot>, must_be: bool) -> Option<Cow<'a, str>> {
        let slot = slot?;
        match self.cell(slot).text() {
            Ok(None) if must_be => {
                self.wrong(slot, "a value");
                None
            }
            Ok(text) => text,
            Err(expected) => {
                self.wrong(slot, expected);
                None
            }
        }
    }

    fn personal(&mut self, slot: Option<Slot>) -> Option<Pii<String>> {
        self.text(slot, false)
            .map(|text| Pii::new(text.into_owned()))
    }

    fn references(&mut self, columns: &[(&'static str, Slot)]) -> References {
        let mut references = References::none();
        for (name, slot) in columns {
            if let Some(text) = self.text(Some(*slot), false) {
                references.add(name, text.into_owned());
            }
        }
        references
    }

    /// A row is one transaction; what is the entry's is filled in by the caller.
    fn detail(&mut self) -> Detail {
        let columns = &self.mapping.columns;
        let mut remittance = String::new();
        for slot in &columns.remittance {
            if let Some(text) = self.text(Some(*slot), false) {
                if !remittance.is_empty() {
                    remittance.push('\n');
                }
                remittance.push_str(&text);
            }
        }
        let return_reason = self.text(columns.return_reason, false);
        Detail {
            amount: None,
            instructed: None,
            charges: Vec::new(),
            references: self.references(&columns.references),
            remittance: (!remittance.is_empty()).then(|| Pii::new(remittance)),
            as_written: None,
            creditor_references: Vec::new(),
            counterparty: self.personal(columns.counterparty),
            counterparty_account: self.personal(columns.counterparty_account),
            acted: None,
            returned: return_reason.is_some(),
            return_reason: return_reason.map(Cow::into_owned),
        }
    }
}
