//! Cells of rows: from columns to domain values and back, each failure with table and column.

use fairlock_domain::calendar::{Day, Instant, Span};
use fairlock_domain::money::{Currency, Money};
use rusqlite::Row;
use rusqlite::types::FromSql;

use crate::error::StoreError;
use crate::ids::Stamp;

const CURRENCY: &str = "a currency of ISO 4217";

/// Reads a row's columns one after the other, in the order of the query.
pub(crate) struct Cells<'r> {
    row: &'r Row<'r>,
    table: &'static str,
    next: usize,
}

impl<'r> Cells<'r> {
    /// `table` is only for the words of an error.
    pub(crate) fn of(row: &'r Row<'r>, table: &'static str) -> Cells<'r> {
        Cells {
            row,
            table,
            next: 0,
        }
    }

    pub(crate) fn get<T: FromSql>(&mut self) -> Result<T, StoreError> {
        let at = self.next;
        self.next += 1;
        self.row.get(at).map_err(|e| StoreError::Row {
            place: self.place(at),
            found: e.to_string(),
            expected: "a value of the column's type",
        })
    }

    pub(crate) fn day(&mut self) -> Result<Day, StoreError> {
        Ok(Day::from_unix_days(self.get()?))
    }

    pub(crate) fn day_or_none(&mut self) -> Result<Option<Day>, StoreError> {
        Ok(self.get::<Option<i32>>()?.map(Day::from_unix_days))
    }

    pub(crate) fn instant(&mut self) -> Result<Instant, StoreError> {
        Ok(instant_from(self.get()?))
    }

    pub(crate) fn instant_or_none(&mut self) -> Result<Option<Instant>, StoreError> {
        Ok(self.get::<Option<i64>>()?.map(instant_from))
    }

    /// Two columns: the instant and the monotonic reading.
    pub(crate) fn stamp(&mut self) -> Result<Stamp, StoreError> {
        let at = self.instant()?;
        let monotonic_ns = self.unsigned()?;
        Ok(Stamp { at, monotonic_ns })
    }

    /// Two columns, both null for none.
    pub(crate) fn stamp_or_none(&mut self) -> Result<Option<Stamp>, StoreError> {
        let at = self.instant_or_none()?;
        let monotonic_ns = self.unsigned_or_none()?;
        Ok(at
            .zip(monotonic_ns)
            .map(|(at, monotonic_ns)| Stamp { at, monotonic_ns }))
    }

    pub(crate) fn money(&mut self, currency: Currency) -> Result<Money, StoreError> {
        let minor: i64 = self.get()?;
        Ok(Money::new(minor.into(), currency))
    }

    /// Two columns: minor units and code.
    pub(crate) fn money_and_currency(&mut self) -> Result<Money, StoreError> {
        let minor: i64 = self.get()?;
        let currency = self.currency()?;
        Ok(Money::new(minor.into(), currency))
    }

    /// Two columns, both null for none.
    pub(crate) fn money_or_none(&mut self) -> Result<Option<Money>, StoreError> {
        let minor: Option<i64> = self.get()?;
        let currency = self.word_or_none(Currency::from_code, CURRENCY)?;
        Ok(minor
            .zip(currency)
            .map(|(minor, c)| Money::new(minor.into(), c)))
    }

    /// A column of nanoseconds that elapsed.
    pub(crate) fn span(&mut self) -> Result<Span, StoreError> {
        let epoch = Instant::from_unix_seconds(0);
        Ok(self.instant()?.since(epoch))
    }

    pub(crate) fn currency(&mut self) -> Result<Currency, StoreError> {
        self.word(Currency::from_code, CURRENCY)
    }

    pub(crate) fn unsigned(&mut self) -> Result<u64, StoreError> {
        let at = self.next;
        let value: i64 = self.get()?;
        u64::try_from(value).map_err(|_| self.unexpected(at, &value, "a number from 0 up"))
    }

    pub(crate) fn unsigned_or_none(&mut self) -> Result<Option<u64>, StoreError> {
        let at = self.next;
        let value: Option<i64> = self.get()?;
        let read =
            |v: i64| u64::try_from(v).map_err(|_| self.unexpected(at, &v, "a number from 0 up"));
        value.map(read).transpose()
    }

    /// A word of a closed list.
    pub(crate) fn word<T>(
        &mut self,
        read: impl FnOnce(&str) -> Option<T>,
        expected: &'static str,
    ) -> Result<T, StoreError> {
        let at = self.next;
        let word: String = self.get()?;
        read(&word).ok_or_else(|| self.unexpected(at, &word, expected))
    }

    /// A word of a closed list, or null.
    pub(crate) fn word_or_none<T>(
        &mut self,
        read: impl FnOnce(&str) -> Option<T>,
        expected: &'static str,
    ) -> Result<Option<T>, StoreError> {
        let at = self.next;
        let word: Option<String> = self.get()?;
        let read = |word: String| read(&word).ok_or_else(|| self.unexpected(at, &word, expected));
        word.map(read).transpose()
    }

    fn unexpected(
        &self,
        at: usize,
        found: &impl std::fmt::Display,
        expected: &'static str,
    ) -> StoreError {
        StoreError::Row {
            place: self.place(at),
            found: found.to_string(),
            expected,
        }
    }

    fn place(&self, at: usize) -> String {
        let column = self.row.as_ref().column_name(at).unwrap_or("?");
        format!("{}.{column}", self.table)
    }
}

fn instant_from(nanos: i64) -> Instant {
    Instant::from_unix_nanos(i128::from(nanos))
}

/// The column of an instant: nanoseconds, from the year 1677 to 2262.
pub(crate) fn instant_cell(at: Instant) -> Result<i64, StoreError> {
    let nanos = at.unix_nanos();
    i64::try_from(nanos).map_err(|_| range("an instant", &at))
}

pub(crate) fn instant_cell_or_none(at: Option<Instant>) -> Result<Option<i64>, StoreError> {
    at.map(instant_cell).transpose()
}

pub(crate) fn day_cell(day: Option<Day>) -> Option<i32> {
    day.map(Day::unix_days)
}

pub(crate) fn amount_cell(minor: i128) -> Result<i64, StoreError> {
    i64::try_from(minor).map_err(|_| range("an amount in minor units", &minor))
}

pub(crate) fn unsigned_cell(value: u64) -> Result<i64, StoreError> {
    i64::try_from(value).map_err(|_| range("a number", &value))
}

fn range(what: &'static str, found: &impl std::fmt::Display) -> StoreError {
    let found = found.to_string();
    StoreError::Range { what, found }
}
