//! Tables of comma-separated values: columns named in the first row, in any order, one record a
//! row.
//!
//! Every error of a table is collected, up to a cap, so that a file is repaired in one go; a table
//! that has one gives nothing. On purpose absent: mapping of other column names, and what a record
//! means.

mod cells;

use std::collections::HashMap;

use csv::{ReaderBuilder, StringRecord};

pub(crate) use self::cells::Cells;
use crate::error::{Place, ReadError};

/// Errors listed of one table; one with more is broken in one way, and a longer list hides it.
pub(crate) const ERRORS_MAX: usize = 100;
/// Rows of one table: ten times the largest portfolio that one file was thought for.
pub(crate) const ROWS_MAX: usize = 1_000_000;

/// What a table has.
pub(crate) struct Shape {
    /// Columns that every table has.
    pub columns: &'static [&'static str],
    /// Columns that one may leave out.
    pub optional: &'static [&'static str],
    /// What a row is, as "contract".
    pub record: &'static str,
}

/// Reads a whole table: what each row gives, or every error up to the cap.
pub(crate) fn read<T>(
    bytes: &[u8],
    shape: &Shape,
    mut each: impl FnMut(&mut Cells<'_>) -> Option<T>,
) -> Result<Vec<T>, Vec<ReadError>> {
    let mut errors = Vec::new();
    let mut read = Vec::new();
    let ended = rows(bytes, shape, &mut errors, &mut |cells| {
        read.extend(each(cells));
    });
    match ended {
        Ok(()) if errors.is_empty() => Ok(read),
        Ok(()) => Err(errors),
        Err(last) => {
            errors.push(last);
            Err(errors)
        }
    }
}

/// Goes through the rows. An `Err` ends the reading; errors of rows are collected.
fn rows(
    bytes: &[u8],
    shape: &Shape,
    errors: &mut Vec<ReadError>,
    each: &mut dyn FnMut(&mut Cells<'_>),
) -> Result<(), ReadError> {
    let text = utf8(bytes)?;
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut records = reader.records();
    let header = match records.next() {
        Some(header) => header.map_err(|error| broken(&error))?,
        None => {
            let expected = "a row of column names";
            return Err(ReadError::new(Place::Input, "nothing", expected));
        }
    };
    let columns = columns(&header, shape, errors)?;
    let mut seen = 0;
    for record in records {
        let record = record.map_err(|error| broken(&error))?;
        let line = record.position().map_or(0, csv::Position::line);
        let mut cells = Cells::new(line, &columns, &record, errors);
        each(&mut cells);
        seen += 1;
        if errors.len() >= ERRORS_MAX {
            errors.truncate(ERRORS_MAX);
            let expected = "these to be repaired first";
            return Err(ReadError::new(Place::Input, "more errors", expected));
        }
        if seen > ROWS_MAX {
            let expected = "at most 1,000,000";
            return Err(ReadError::new(
                Place::Input,
                "more than 1,000,000 rows",
                expected,
            ));
        }
    }
    if seen == 0 {
        let expected = format!("at least one {}", shape.record);
        return Err(ReadError::new(Place::Input, "column names only", expected));
    }
    Ok(())
}

/// Where each column stands. All errors of the header are collected before it ends the reading.
fn columns(
    header: &StringRecord,
    shape: &Shape,
    all: &mut Vec<ReadError>,
) -> Result<HashMap<&'static str, usize>, ReadError> {
    let mut columns = HashMap::new();
    let mut errors = Vec::new();
    let place = |column: &str| Place::Cell {
        row: 1,
        column: column.to_owned(),
    };
    for (position, name) in header.iter().map(str::trim).enumerate() {
        let mut known = shape.columns.iter().chain(shape.optional);
        match known.find(|known| **known == name) {
            None => errors.push(ReadError::text(
                place(name),
                name,
                "a column name that is known",
            )),
            Some(known) if columns.insert(*known, position).is_some() => {
                errors.push(ReadError::text(place(name), name, "each column once"));
            }
            Some(_) => {}
        }
    }
    for missing in shape.columns.iter().filter(|c| !columns.contains_key(**c)) {
        errors.push(ReadError::new(
            place(missing),
            "no such column",
            "this column",
        ));
    }
    errors.truncate(ERRORS_MAX);
    match errors.pop() {
        None => Ok(columns),
        Some(last) => {
            *all = errors;
            Err(last)
        }
    }
}

/// The text of the file, without a byte order mark.
fn utf8(bytes: &[u8]) -> Result<&str, ReadError> {
    if bytes.len() as u64 > crate::INPUT_MAX_BYTES {
        return Err(ReadError::new(
            Place::Input,
            "more than 64 MiB",
            "a file of at most 64 MiB",
        ));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
        ReadError::new(
            Place::Line(line),
            "bytes that are no characters",
            "text in UTF-8",
        )
    })
}

fn broken(error: &csv::Error) -> ReadError {
    let line = error.position().map_or(1, csv::Position::line);
    ReadError::new(
        Place::Line(line),
        "a row that can't be read",
        "comma-separated values",
    )
}
