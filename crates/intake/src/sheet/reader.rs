//! A table from its first row to its last: what stands above it, its header, its entries, what
//! stands below.

use super::chain::Statement;
use super::entry::{Cells, Said};
use super::header::{Bound, Finder};
use super::outside::{Found, stamp};
use super::{ROWS_MAX, Row};
use crate::document::Contents;
use crate::error::{Place, ReadError};
use crate::mapping::{Mapping, normal};
use crate::statement::{Entry, StatementHead};
use crate::table::ERRORS_MAX;

pub(super) struct Reader<'a> {
    mapping: &'a Mapping,
    on_entry: &'a mut dyn FnMut(usize, Entry),
    finder: Finder<'a>,
    phase: Phase,
    found: Found,
    /// The statement that is being read, and those before it.
    current: Option<Statement>,
    ended: Vec<Statement>,
    rows: u32,
    rows_max: u32,
    errors: Vec<ReadError>,
}

enum Phase {
    Above,
    Table(Bound),
    Below(Bound),
}

impl<'a> Reader<'a> {
    pub(super) fn new(mapping: &'a Mapping, on_entry: &'a mut dyn FnMut(usize, Entry)) -> Self {
        Self {
            mapping,
            on_entry,
            finder: Finder::new(mapping),
            phase: Phase::Above,
            found: Found::default(),
            current: None,
            ended: Vec::new(),
            rows: 0,
            rows_max: ROWS_MAX,
            errors: Vec::new(),
        }
    }

    /// Takes the next row. An `Err` ends the reading; errors of cells are collected.
    pub(super) fn row(&mut self, row: &dyn Row) -> Result<(), ReadError> {
        if (0..row.len()).all(|position| row.cell(position).is_empty()) {
            return Ok(());
        }
        // Taken out and put back: the row reads it while it adds to the rest.
        match std::mem::replace(&mut self.phase, Phase::Above) {
            Phase::Above => self.above(row)?,
            Phase::Table(bound) if self.is_end(row) => {
                self.found.look(row, self.mapping, &mut self.errors);
                self.phase = Phase::Below(bound);
            }
            Phase::Table(bound) => {
                let read = self.entry(row, &bound);
                self.phase = Phase::Table(bound);
                read?;
            }
            Phase::Below(bound) => {
                self.below(row, &bound);
                self.phase = Phase::Below(bound);
            }
        }
        if self.errors.len() >= ERRORS_MAX {
            self.errors.truncate(ERRORS_MAX);
            let expected = "these to be repaired first";
            return Err(ReadError::new(Place::Input, "more errors", expected));
        }
        Ok(())
    }

    fn above(&mut self, row: &dyn Row) -> Result<(), ReadError> {
        if let Some(bound) = self.finder.headless(row) {
            let read = self.entry(row, &bound);
            self.phase = Phase::Table(bound);
            return read;
        }
        match self.finder.look(row)? {
            Some(bound) => self.phase = Phase::Table(bound),
            None => self.found.look(row, self.mapping, &mut self.errors),
        }
        Ok(())
    }

    /// The first cell with something in it is one of the mapping's words for the end.
    fn is_end(&self, row: &dyn Row) -> bool {
        let end = &self.mapping.table.end;
        if end.is_empty() {
            return false;
        }
        let mut cells = (0..row.len()).map(|position| row.cell(position));
        let first = cells.find(|cell| !cell.is_empty());
        let Some(Ok(Some(text))) = first.map(|cell| cell.text()) else {
            return false;
        };
        let label = text.split_once(':').map_or(&*text, |(label, _)| label);
        end.contains(&normal(label))
    }

    /// Below the table no entry may stand: it would be lost.
    fn below(&mut self, row: &dyn Row, bound: &Bound) {
        let columns = &self.mapping.columns;
        let dates = [columns.booking, columns.value, columns.acted];
        let dated = dates.iter().flatten().any(|slot| {
            let position = bound.positions.get(*slot).copied().flatten();
            position.is_some_and(|position| stamp(row.cell(position), self.mapping).is_ok())
        });
        match dated {
            true => self.errors.push(ReadError::new(
                Place::Line(row.line()),
                "a row with a date",
                "no entries behind the end of the table",
            )),
            false => self.found.look(row, self.mapping, &mut self.errors),
        }
    }

    fn entry(&mut self, row: &dyn Row, bound: &Bound) -> Result<(), ReadError> {
        if self.rows == self.rows_max {
            let expected = "at most 1,000,000 in one file";
            return Err(ReadError::new(
                Place::Line(row.line()),
                "more than 1,000,000 rows",
                expected,
            ));
        }
        self.rows += 1;
        if !self.has_width(row, bound) {
            return Ok(());
        }
        let said = Cells {
            mapping: self.mapping,
            bound,
            found: &self.found,
            row,
            errors: &mut self.errors,
        };
        if let Said::Entry {
            entry,
            account,
            balance,
        } = said.read()
        {
            self.begin(account, row)?;
            if let Some(statement) = &mut self.current {
                let index = statement.next_index();
                let entry = Entry { index, ..entry };
                statement.add(&entry, balance);
                // With an error before it the file gives nothing any more.
                if self.errors.is_empty() {
                    (self.on_entry)(self.ended.len(), entry);
                }
            }
        }
        Ok(())
    }

    /// As many cells as the header, unless those that are missing or too many are empty.
    fn has_width(&mut self, row: &dyn Row, bound: &Bound) -> bool {
        let beyond = (bound.width..row.len()).any(|position| !row.cell(position).is_empty());
        let by_name = self.finder.is_by_name();
        let right = (row.is_whole() || row.len() >= bound.width) && !(beyond && by_name);
        if !right {
            let expected = format!("{}, as in the header", bound.width);
            self.errors.push(ReadError::new(
                Place::Line(row.line()),
                format!("{} cells", row.len()),
                expected,
            ));
        }
        right
    }

    /// Makes the account's statement the current one.
    fn begin(&mut self, account: Option<String>, row: &dyn Row) -> Result<(), ReadError> {
        let same = self
            .current
            .as_ref()
            .is_some_and(|known| known.account == account);
        if same {
            return Ok(());
        }
        if self.ended.iter().any(|ended| ended.account == account) {
            let expected = "the rows of an account together";
            return Err(ReadError::new(
                Place::Line(row.line()),
                "a row of an account whose rows ended",
                expected,
            ));
        }
        self.ended
            .extend(self.current.replace(Statement::new(account)));
        Ok(())
    }

    /// All errors, with the one that ended the reading.
    pub(super) fn fail(mut self, last: ReadError) -> Vec<ReadError> {
        self.errors.push(last);
        self.errors
    }

    pub(super) fn finish(self) -> Result<Contents, Vec<ReadError>> {
        if matches!(self.phase, Phase::Above) {
            let missing = self.finder.not_found();
            return Err(self.fail(missing));
        }
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        let mut all = self.ended;
        // A table without rows is the statement of a day on which nothing happened.
        all.push(self.current.unwrap_or_else(|| Statement::new(None)));
        let is_only = all.len() == 1;
        let head = |statement: Statement| -> StatementHead {
            statement.head(self.mapping, &self.found, is_only)
        };
        Ok(Contents {
            statements: all.into_iter().map(head).collect(),
            ..Contents::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAPPING: &str = "[columns]\nbooking_date = \"Date\"\namount = \"Amount\"\n\
         [dates]\nformats = [\"yyyy-MM-dd\"]\n[constants]\ncurrency = \"KES\"\n";

    /// A million rows take long where nothing is optimised, so that the limit is tried with a
    /// smaller one.
    #[test]
    fn rows_are_counted_against_the_limit() {
        let mapping = Mapping::parse("bank.toml", MAPPING, &|_| None).expect("a right mapping");
        let table = "Date,Amount\n2026-03-02,1\n2026-03-02,1\n";
        let read = |rows_max| {
            let mut on_entry = |_, _| {};
            let mut reader = Reader::new(&mapping, &mut on_entry);
            reader.rows_max = rows_max;
            let mut input = table.as_bytes();
            crate::sheet::rows(&mut input, &mapping, &mut |row| reader.row(row))
        };
        assert_eq!(read(2), Ok(()));
        let error = read(1).expect_err("one too many");
        assert_eq!(
            error.to_string(),
            "line 3: found more than 1,000,000 rows, expected at most 1,000,000 in one file"
        );
    }
}
