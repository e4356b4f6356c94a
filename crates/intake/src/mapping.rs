//! Mappings: how one bank's table becomes statements.
//!
//! A mapping is a TOML file that says which column is what, how amounts and dates are written, and
//! what the bank's words for a status mean; docs/mappings.md has every key. A mapping that
//! contradicts itself is refused with file and line, before any table is read by it. On purpose
//! absent: guessing. A date such as 03/04/2026 and an amount such as 1.234 have two meanings, and
//! only the bank's customer knows which is right.

mod amounts;
mod builtin;
mod checks;
mod columns;
mod dates;
mod file;
mod words;

use std::fmt;

use encoding_rs::Encoding;
use fairlock_domain::calendar::Zone;

pub(crate) use self::amounts::AmountStyle;
pub use self::builtin::{BUILTIN, builtin};
pub(crate) use self::columns::{By, Column, Columns, Money, Slot};
pub(crate) use self::dates::Dates;
pub(crate) use self::words::{StatusWord, Words, normal};

/// One bank's table, as its mapping file describes it.
#[derive(Clone)]
pub struct Mapping {
    /// As `--format csv:NAME` and the printed `format` have it: the file's name without `.toml`.
    pub name: String,
    /// For people.
    pub title: Option<String>,
    /// Files of this bank may tell the same entry again, as exports of any period do. When false,
    /// each entry stands in exactly one file.
    pub overlap: bool,
    pub(crate) table: Table,
    pub(crate) columns: Columns,
    pub(crate) amounts: AmountStyle,
    pub(crate) dates: Dates,
    pub(crate) words: Words,
    pub(crate) outside: Outside,
    pub(crate) constants: Constants,
    pub(crate) debit_sign: DebitSign,
    pub(crate) order: Option<Order>,
}

impl Mapping {
    /// Reads a mapping file; all that is wrong with it, else.
    ///
    /// `zones` finds a time zone by its IANA name: the database of zones is the caller's.
    pub fn parse(
        file: &str,
        text: &str,
        zones: &dyn Fn(&str) -> Option<Zone>,
    ) -> Result<Mapping, Vec<MappingError>> {
        checks::mapping(file, text, zones)
    }
}

/// What the table is before its cells mean anything.
#[derive(Clone)]
pub(crate) struct Table {
    pub delimiter: u8,
    pub quote: u8,
    pub encoding: &'static Encoding,
    pub header: Header,
    /// Rows that begin with one of these (normalised) stand behind the table.
    pub end: Vec<String>,
    /// Of a workbook; its only visible sheet when `None`.
    pub sheet: Option<String>,
}

/// Where the names of the columns stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Header {
    /// In the first row that has every column of the mapping.
    Find,
    /// In this row of the file, from 1.
    Row(u64),
    /// Nowhere: columns are named by position, and the table begins behind so many rows.
    None { skip: u64 },
}

/// Labels of values that stand beside the table, above or below it (normalised).
#[derive(Clone, Default)]
pub(crate) struct Outside {
    pub statement: Vec<String>,
    pub account: Vec<String>,
    pub currency: Vec<String>,
    pub opening: Vec<String>,
    pub closing: Vec<String>,
    pub complete_to: Vec<String>,
}

impl Outside {
    pub(crate) fn is_empty(&self) -> bool {
        let all = [
            &self.statement,
            &self.account,
            &self.currency,
            &self.opening,
            &self.closing,
            &self.complete_to,
        ];
        all.iter().all(|labels| labels.is_empty())
    }
}

/// What is the same in every file of the bank, and stands in none.
#[derive(Clone, Default)]
pub(crate) struct Constants {
    pub account: Option<String>,
    pub currency: Option<String>,
}

/// Which signs a debit column may have; a minus in one is money going which way?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DebitSign {
    /// A minus is an error.
    None,
    /// Every debit has a minus.
    Minus,
    /// A minus says nothing.
    Either,
}

/// The order of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    OldestFirst,
    NewestFirst,
}

/// What is wrong with a mapping file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappingError {
    pub file: String,
    /// From 1.
    pub line: usize,
    pub found: String,
    pub expected: String,
}

impl fmt::Display for MappingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let MappingError {
            file,
            line,
            found,
            expected,
        } = self;
        write!(f, "{file}:{line}: found {found}, expected {expected}")
    }
}

impl std::error::Error for MappingError {}
