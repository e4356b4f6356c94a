//! Rows of a workbook (XLSX: Office Open XML in a ZIP archive).
//!
//! Read here and not by a spreadsheet library because money stands in it: numbers are taken as
//! the file writes them, never through a float that is printed again, a reference to a text that
//! isn't there is an error, and nothing unpacks beyond its limit. The sheet streams; shared texts
//! and styles are held. On purpose absent: values of formulas (a program's guess, and maybe an old
//! one), merged cells beyond their first, macros, and files before 2007.

mod archive;
mod book;
mod part;
mod serial;
mod sheet;
mod strings;
mod styles;

use std::io::Read;

use self::archive::Archive;
use super::Row;
use crate::error::ReadError;
use crate::mapping::Mapping;

pub(super) fn rows(
    input: &mut dyn Read,
    mapping: &Mapping,
    each: &mut dyn FnMut(&dyn Row) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    let bytes = super::whole(input)?;
    let mut archive = Archive::open(&bytes)?;
    let book = book::read(&mut archive)?;
    let sheet = book.sheet(mapping.table.sheet.as_deref())?;
    let styles = match &book.styles {
        Some(part) => styles::read(&mut archive, part)?,
        None => styles::Styles::default(),
    };
    let strings = match &book.strings {
        Some(part) => strings::read(&mut archive, part)?,
        None => strings::Strings::default(),
    };
    let values = sheet::Values {
        strings: &strings,
        styles: &styles,
        calendar: book.calendar,
    };
    sheet::rows(&mut archive, &sheet, &values, each)
}
