//! Tables of banks, CSV and XLSX, read by a mapping into statements.
//!
//! A file is told apart by its first bytes: a workbook is a ZIP archive, everything else is text.
//! Rows stream through; each becomes an entry or an error that names row and column, and a file
//! with one error gives nothing. Rows of one account are one statement. On purpose absent: what a
//! mapping is (`mapping`), and tables of our own (`table`).

mod cell;
mod chain;
mod csv;
mod entry;
mod header;
mod outside;
mod reader;
mod xlsx;

use std::io::Read;

pub(crate) use self::cell::{Cell, Row};
use crate::document::Contents;
use crate::error::{Place, ReadError};
use crate::mapping::Mapping;
use crate::source::INPUT_MAX_BYTES;
use crate::statement::Entry;

/// Rows of a table (design/payments.md, "Bad input": entries of a file).
pub(crate) const ROWS_MAX: u32 = crate::camt::ENTRIES_MAX;
/// Characters of one cell; the longest are remittance texts.
pub(crate) const CELL_MAX_CHARS: usize = 4_000;
/// Columns of one row.
pub(crate) const COLUMNS_MAX: usize = 1_000;

/// The first bytes of a ZIP archive.
const ZIP: &[u8] = b"PK\x03\x04";

/// And of what Excel wrote before 2007, or writes with a password.
const OLE: &[u8] = b"\xd0\xcf\x11\xe0";

/// Reads a whole table, each entry handed to `on_entry` with the position of its statement. When
/// this fails, what was handed out before counts for nothing; the errors are all that there are,
/// up to a cap.
pub fn read(
    input: &mut dyn Read,
    mapping: &Mapping,
    on_entry: &mut dyn FnMut(usize, Entry),
) -> Result<Contents, Vec<ReadError>> {
    let mut reader = reader::Reader::new(mapping, on_entry);
    let ended = rows(input, mapping, &mut |row| reader.row(row));
    match ended {
        Ok(()) => reader.finish(),
        Err(last) => Err(reader.fail(last)),
    }
}

/// Whether the file's table has the columns of this mapping; reads no further than its header.
/// Mappings without column names recognise nothing.
pub fn recognises(bytes: &[u8], mapping: &Mapping) -> bool {
    let mut finder = header::Finder::new(mapping);
    if !finder.is_by_name() {
        return false;
    }
    let mut found = false;
    let mut input = bytes;
    // The row that stops the reading isn't wrong: nothing behind it is of interest.
    let _ = rows(&mut input, mapping, &mut |row| {
        found = matches!(finder.look(row), Ok(Some(_)));
        match found {
            true => Err(ReadError::new(Place::Input, "the header", "no more")),
            false => Ok(()),
        }
    });
    found
}

/// Goes through the rows of a text or of a workbook. An `Err`, also of `each`, ends it.
fn rows(
    input: &mut dyn Read,
    mapping: &Mapping,
    each: &mut dyn FnMut(&dyn Row) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    let mut head = [0; ZIP.len()];
    let read = fill(input, &mut head)?;
    if head == OLE {
        return Err(ReadError::new(
            Place::Input,
            "an Excel file of before 2007, or one with a password",
            "XLSX without a password, or CSV",
        ));
    }
    let mut whole = head[..read].chain(input);
    match head == ZIP {
        true => xlsx::rows(&mut whole, mapping, each),
        false => csv::rows(&mut whole, mapping, each),
    }
}

/// Fills the buffer as far as the input goes.
fn fill(input: &mut dyn Read, buffer: &mut [u8]) -> Result<usize, ReadError> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => {
                let found = format!("an input that can't be read ({error})");
                return Err(ReadError::new(Place::Input, found, "a readable file"));
            }
        }
    }
    Ok(filled)
}

/// The whole input, for formats that need to seek in it.
fn whole(input: &mut dyn Read) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    let read = input.take(INPUT_MAX_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| {
        let found = format!("an input that can't be read ({error})");
        ReadError::new(Place::Input, found, "a readable file")
    })?;
    if bytes.len() as u64 > INPUT_MAX_BYTES {
        let expected = "a file of at most 64 MiB";
        return Err(ReadError::new(Place::Input, "more than 64 MiB", expected));
    }
    Ok(bytes)
}
