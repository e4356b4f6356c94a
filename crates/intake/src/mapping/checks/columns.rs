//! The columns of a mapping file: each named or numbered, and together one entry a row.

use toml::Spanned;

use super::{Checks, names_of};
use crate::mapping::columns::By;
use crate::mapping::file::{ColumnsFile, One, ReferencesFile, Several};
use crate::mapping::{Column, Columns, Money, Slot};

/// Columns of a table: no bank has so many.
const POSITION_MAX: u64 = 1_000;

impl Checks<'_> {
    pub(super) fn columns(
        &mut self,
        file: ColumnsFile,
        references: ReferencesFile,
        start: usize,
    ) -> Option<Columns> {
        let optional = file
            .optional
            .as_ref()
            .map_or(&[][..], |o| o.get_ref().as_slice());
        let mut slots = Slots {
            all: Vec::new(),
            optional,
            used: Vec::new(),
        };
        let money = self.money(&file, &mut slots, start);
        let mut one = |name, column: &Option<Spanned<One>>| self.slot(&mut slots, name, column);
        let booking = one("booking_date", &file.booking_date);
        let value = one("value_date", &file.value_date);
        let acted = one("acted", &file.acted);
        let currency = one("currency", &file.currency);
        let account = one("account", &file.account);
        let status = one("status", &file.status);
        let reversal = one("reversal", &file.reversal);
        let balance = one("balance", &file.balance);
        let counterparty = one("counterparty", &file.counterparty);
        let counterparty_account = one("counterparty_account", &file.counterparty_account);
        let return_reason = one("return_reason", &file.return_reason);
        let remittance = self.remittance(&mut slots, file.remittance.as_ref());
        let [entry_references, transaction] = references.named().map(|names| {
            let slots = names
                .into_iter()
                .filter_map(|(name, column)| Some((name, self.slot(&mut slots, name, &column)?)));
            slots.collect()
        });
        self.optional(&slots, file.optional.as_ref());
        if booking.or(value).or(acted).is_none() {
            let expected = "booking_date, value_date or acted";
            self.error(start, "no column with a date", expected);
        }
        Some(Columns {
            all: slots.all,
            booking,
            value,
            acted,
            money: money?,
            currency,
            account,
            status,
            reversal,
            balance,
            remittance,
            counterparty,
            counterparty_account,
            return_reason,
            entry_references,
            references: transaction,
        })
    }

    fn money(&mut self, file: &ColumnsFile, slots: &mut Slots<'_>, start: usize) -> Option<Money> {
        let mut one = |name, column: &Option<Spanned<One>>| self.slot(slots, name, column);
        let amount = one("amount", &file.amount);
        let direction = one("direction", &file.direction);
        let credit = one("credit", &file.credit);
        let debit = one("debit", &file.debit);
        match (amount, direction, credit, debit) {
            (Some(amount), None, None, None) => Some(Money::Signed(amount)),
            (Some(amount), Some(direction), None, None) => {
                Some(Money::Directed { amount, direction })
            }
            (None, None, Some(credit), Some(debit)) => Some(Money::Separate { credit, debit }),
            _ => {
                let expected = "amount, or amount and direction, or credit and debit";
                self.error(start, "other columns of money", expected);
                None
            }
        }
    }

    fn slot(
        &mut self,
        slots: &mut Slots<'_>,
        name: &'static str,
        column: &Option<Spanned<One>>,
    ) -> Option<Slot> {
        let column = column.as_ref()?;
        slots.used.push(name);
        let optional = slots.optional.iter().any(|optional| optional == name);
        let read = self.column(column.get_ref(), column.span().start, optional)?;
        Some(slots.add(read))
    }

    fn remittance(&mut self, slots: &mut Slots<'_>, list: Option<&Spanned<Several>>) -> Vec<Slot> {
        let Some(list) = list else {
            return Vec::new();
        };
        slots.used.push("remittance");
        let optional = slots
            .optional
            .iter()
            .any(|optional| optional == "remittance");
        let columns: Vec<Option<Column>> = list
            .get_ref()
            .0
            .iter()
            .map(|one| self.column(one, list.span().start, optional))
            .collect();
        columns
            .into_iter()
            .flatten()
            .map(|column| slots.add(column))
            .collect()
    }

    fn column(&mut self, one: &One, place: usize, optional: bool) -> Option<Column> {
        match one {
            One::Position(position @ 1..=POSITION_MAX) => Some(Column {
                title: format!("column {position}"),
                by: By::Position(*position as usize - 1),
                optional,
            }),
            One::Position(position) => {
                let expected = format!("a position from 1 to {POSITION_MAX}");
                self.error(place, position.to_string(), expected);
                None
            }
            One::Names(text) => {
                let names = names_of(text);
                if names.is_empty() {
                    let expected = "a column's name, or several with | between";
                    self.error(place, format!("{text:?}"), expected);
                    return None;
                }
                let title = text.split('|').next().unwrap_or(text).trim().to_owned();
                Some(Column {
                    title,
                    by: By::Names(names),
                    optional,
                })
            }
        }
    }

    /// Only columns that the mapping has, and not what an entry can't be without.
    fn optional(&mut self, slots: &Slots<'_>, list: Option<&Spanned<Vec<String>>>) {
        const NEEDED: [&str; 5] = ["amount", "direction", "credit", "debit", "status"];
        let Some(list) = list else { return };
        for name in list.get_ref() {
            if !slots.used.contains(&name.as_str()) || NEEDED.contains(&name.as_str()) {
                let expected = "keys of [columns] and [references] that a file may lack";
                self.error(list.span().start, format!("{name:?}"), expected);
            }
        }
    }
}

/// Columns as they are found in the file.
struct Slots<'a> {
    all: Vec<Column>,
    optional: &'a [String],
    /// Keys of columns that the mapping has.
    used: Vec<&'static str>,
}

impl Slots<'_> {
    /// A column that is two things stands there once; it is needed when one of them is.
    fn add(&mut self, column: Column) -> Slot {
        let same = self.all.iter().position(|known| known.by == column.by);
        match same {
            Some(slot) => {
                self.all[slot].optional &= column.optional;
                slot
            }
            None => {
                self.all.push(column);
                self.all.len() - 1
            }
        }
    }
}
