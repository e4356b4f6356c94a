//! The cells of one row, each with its own error.

use std::collections::HashMap;

use csv::StringRecord;
use fairlock_domain::calendar::Day;

use crate::error::{Place, ReadError};

/// Characters of one cell: the longest is a name.
const CELL_MAX_CHARS: usize = 200;

/// One row being read; errors go to the table's list.
pub(crate) struct Cells<'a> {
    pub(crate) line: u64,
    columns: &'a HashMap<&'static str, usize>,
    record: &'a StringRecord,
    errors: &'a mut Vec<ReadError>,
    /// Errors of the table before this row.
    before: usize,
}

impl<'a> Cells<'a> {
    /// The row as it was split; its width is looked at first.
    pub(crate) fn new(
        line: u64,
        columns: &'a HashMap<&'static str, usize>,
        record: &'a StringRecord,
        errors: &'a mut Vec<ReadError>,
    ) -> Self {
        let before = errors.len();
        let mut cells = Self {
            line,
            columns,
            record,
            errors,
            before,
        };
        cells.width();
        cells
    }

    /// Nothing of this row was wrong so far.
    pub(crate) fn is_clean(&self) -> bool {
        self.errors.len() == self.before
    }

    /// Adds an error with a place and a text of its own.
    pub(crate) fn push(&mut self, error: ReadError) {
        self.errors.push(error);
    }

    /// Adds an error that shows what stood in the cell.
    pub(crate) fn error(&mut self, column: &'static str, found: &str, expected: impl Into<String>) {
        let error = ReadError::text(self.place(column), found, expected);
        self.errors.push(error);
    }

    /// Adds an error about a personal datum, which isn't shown.
    pub(crate) fn hidden_error(&mut self, column: &'static str, expected: impl Into<String>) {
        let found = match self.get(column).chars().count() {
            0 => "nothing".to_owned(),
            1 => "1 character".to_owned(),
            characters => format!("{characters} characters"),
        };
        let error = ReadError::new(self.place(column), found, expected);
        self.errors.push(error);
    }

    pub(crate) fn place(&self, column: &'static str) -> Place {
        Place::Cell {
            row: self.line,
            column: column.to_owned(),
        }
    }

    /// The cell's text; empty when the column, or this row's cell, isn't there.
    pub(crate) fn get(&self, column: &str) -> &'a str {
        let position = self.columns.get(column);
        position
            .and_then(|position| self.record.get(*position))
            .map_or("", str::trim)
    }

    pub(crate) fn optional(&self, column: &str) -> Option<&'a str> {
        Some(self.get(column)).filter(|text| !text.is_empty())
    }

    /// As many cells as columns, none too long.
    fn width(&mut self) {
        let (expected, found) = (self.columns.len(), self.record.len());
        if found != expected {
            let last = Place::Line(self.line);
            self.errors.push(ReadError::new(
                last,
                format!("{found} cells"),
                format!("{expected}, as in the first row"),
            ));
        }
        let long = self
            .columns
            .iter()
            .find(|(column, _)| self.get(column).chars().count() > CELL_MAX_CHARS);
        if let Some((column, _)) = long {
            self.hidden_error(column, "at most 200 characters");
        }
    }

    pub(crate) fn parse<T>(
        &mut self,
        column: &'static str,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.get(column);
        let value = parse(text);
        if value.is_none() {
            self.error(column, text, expected);
        }
        value
    }

    pub(crate) fn named(&mut self, column: &'static str, expected: &str) -> Option<String> {
        self.parse(column, expected, |text| {
            Some(text.to_owned()).filter(|text| !text.is_empty())
        })
    }

    pub(crate) fn day(&mut self, column: &'static str) -> Option<Day> {
        let text = self.get(column);
        let day = Day::parse(text);
        if let Err(error) = day {
            self.error(column, text, error.to_string());
        }
        day.ok()
    }

    /// yes or no; empty is no.
    pub(crate) fn flag(&mut self, column: &'static str) -> Option<bool> {
        self.parse(column, "yes or no", |text| match text {
            "yes" => Some(true),
            "no" | "" => Some(false),
            _ => None,
        })
    }

    /// One of these words.
    pub(crate) fn word<T>(
        &mut self,
        column: &'static str,
        words: &[&str],
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        self.parse(column, &listed(words), read)
    }

    /// One of these words, or nothing.
    pub(crate) fn word_or_none<T>(
        &mut self,
        column: &'static str,
        words: &[&str],
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<Option<T>> {
        match self.optional(column) {
            None => Some(None),
            Some(_) => self.word(column, words, read).map(Some),
        }
    }

    /// A date, or nothing.
    pub(crate) fn day_or_none(&mut self, column: &'static str) -> Option<Option<Day>> {
        match self.optional(column) {
            None => Some(None),
            Some(_) => self.day(column).map(Some),
        }
    }
}

/// "a, b or c".
fn listed(words: &[&str]) -> String {
    match words {
        [rest @ .., last] if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        words => words.concat(),
    }
}
