//! Rows of comma-separated values.
//!
//! A quote that is opened and never closed swallows the rows behind it; where that isn't seen by
//! the number of cells, the end of the file tells it.

use std::io::{self, Read};

use csv::{ReaderBuilder, StringRecord};

use super::{CELL_MAX_CHARS, COLUMNS_MAX, Cell, Row};
use crate::error::{Place, ReadError};
use crate::mapping::Mapping;
use crate::source::Source;

pub(super) fn rows(
    input: &mut dyn Read,
    mapping: &Mapping,
    each: &mut dyn FnMut(&dyn Row) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    let mut source = Source::in_encoding(input, mapping.table.encoding)?;
    let mut tail = Tail {
        source: &mut source,
        last: 0,
    };
    let read = records(&mut tail, mapping, each);
    let last = tail.last;
    let ended = match read {
        Ok(ended) => ended,
        // What stopped the bytes is nearer to the truth than what the table made of it.
        Err(error) => return Err(source.fault().unwrap_or(error)),
    };
    if ended.is_multiline && last != mapping.table.quote {
        let expected = "a quote that is closed before the file ends";
        return Err(ReadError::new(
            Place::Line(ended.line),
            "a quote that is never closed",
            expected,
        ));
    }
    Ok(())
}

/// The last row that was read.
#[derive(Default)]
struct Ended {
    line: u64,
    /// Its last cell has several lines.
    is_multiline: bool,
}

fn records(
    input: &mut Tail<'_, '_>,
    mapping: &Mapping,
    each: &mut dyn FnMut(&dyn Row) -> Result<(), ReadError>,
) -> Result<Ended, ReadError> {
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .delimiter(mapping.table.delimiter)
        .quote(mapping.table.quote)
        .from_reader(input);
    let mut row = CsvRow {
        record: StringRecord::new(),
        line: 0,
    };
    let mut ended = Ended::default();
    loop {
        match reader.read_record(&mut row.record) {
            Ok(true) => {}
            Ok(false) => return Ok(ended),
            Err(error) => return Err(broken(&error)),
        }
        row.line = row.record.position().map_or(0, csv::Position::line);
        row.check()?;
        let last = row.record.len().checked_sub(1);
        let last = last.and_then(|last| row.record.get(last));
        ended = Ended {
            line: row.line,
            is_multiline: last.is_some_and(|text| text.contains('\n')),
        };
        each(&row)?;
    }
}

struct CsvRow {
    record: StringRecord,
    line: u64,
}

impl CsvRow {
    fn check(&self) -> Result<(), ReadError> {
        if self.record.len() > COLUMNS_MAX {
            return Err(ReadError::new(
                Place::Line(self.line),
                format!("{} cells", self.record.len()),
                "at most 1,000",
            ));
        }
        // Bytes first: they are seldom so many that characters must be counted.
        if self.record.as_slice().len() <= CELL_MAX_CHARS {
            return Ok(());
        }
        let long = self
            .record
            .iter()
            .position(|cell| cell.chars().count() > CELL_MAX_CHARS);
        match long {
            None => Ok(()),
            Some(position) => Err(ReadError::new(
                Place::Cell {
                    row: self.line,
                    column: (position + 1).to_string(),
                },
                "more than 4,000 characters",
                "a cell of at most 4,000; is a quote never closed?",
            )),
        }
    }
}

impl Row for CsvRow {
    fn line(&self) -> u64 {
        self.line
    }

    fn len(&self) -> usize {
        self.record.len()
    }

    fn cell(&self, position: usize) -> Cell<'_> {
        self.record.get(position).map_or(Cell::Empty, Cell::of_text)
    }

    fn is_whole(&self) -> bool {
        false
    }
}

/// Remembers the last byte that isn't white space.
struct Tail<'s, 'i> {
    source: &'s mut Source<'i>,
    last: u8,
}

impl Read for Tail<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        let mut bytes = buffer[..read].iter().rev();
        if let Some(last) = bytes.find(|byte| !byte.is_ascii_whitespace()) {
            self.last = *last;
        }
        Ok(read)
    }
}

fn broken(error: &csv::Error) -> ReadError {
    let line = error.position().map_or(1, csv::Position::line);
    ReadError::new(
        Place::Line(line),
        "a row that can't be read",
        "cells with the mapping's delimiter between",
    )
}
