//! Contract files: CSV, one financed device a row, columns named in the first row, in any order.
//!
//! Every error of a file is collected, up to a cap, so that a file is repaired in one go; a file
//! that has one gives nothing. A contract or a device that stands twice is an error, and so are two
//! contracts that would have the same payment reference. On purpose absent: mapping of other column
//! names, and anything that needs the database or the rule packs (a contract that exists, a pack or
//! a time zone that doesn't: the importer's answers).

mod row;

use std::collections::HashMap;

use csv::{ReaderBuilder, StringRecord};
use fairlock_domain::contract::Contract;
use fairlock_domain::payment::Reference;
use fairlock_domain::pii::Pii;

use crate::contracts::row::Cells;
use crate::error::{Place, ReadError};

/// Errors listed of one file; a file with more is broken in one way, and a longer list hides it.
pub const ERRORS_MAX: usize = 100;
/// Rows of one file: ten times the largest portfolio that one file was thought for.
pub const ROWS_MAX: usize = 1_000_000;

/// Columns that every file has.
pub const COLUMNS: [&str; 12] = [
    "contract",
    "borrower",
    "imei",
    "product",
    "currency",
    "signed_on",
    "time_zone",
    "packs",
    "first_due",
    "step",
    "instalments",
    "amount",
];
/// Columns that a file may leave out.
pub const OPTIONAL_COLUMNS: [&str; 10] = [
    "reference",
    "phone_number",
    "email",
    "language",
    "model",
    "consent_on",
    "separate_signature",
    "acknowledged_copy",
    "feed",
    "phone",
];

/// One row of a contract file, checked.
pub struct ContractRow {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// The agreement itself; its instalments are those of the row's first due date, step, number
    /// and amount.
    pub contract: Contract,
    /// What payers type; made of the contract's id.
    pub reference: Reference,
    pub borrower: Pii<String>,
    /// Digits with country code, without a plus sign.
    pub phone_number: Option<Pii<String>>,
    pub email: Option<Pii<String>>,
    /// The contract's language: two small letters, such as `sw`.
    pub language: Option<String>,
    /// 15 digits with a right check digit.
    pub imei: Pii<String>,
    pub model: Option<String>,
    /// IANA name, such as `Africa/Nairobi`; whether it exists is the importer's question.
    pub time_zone: String,
    /// Rule pack ids; whether they exist is the importer's question.
    pub packs: Vec<String>,
    /// In the demo, a simulated phone enrols for it.
    pub phone: bool,
}

/// Reads a whole contract file: every row, or every error up to the cap.
pub fn read_contracts(bytes: &[u8]) -> Result<Vec<ContractRow>, Vec<ReadError>> {
    let mut reading = Reading::default();
    match reading.file(bytes) {
        Ok(()) if reading.errors.is_empty() => Ok(reading.rows),
        Ok(()) => Err(reading.errors),
        Err(last) => {
            reading.errors.push(last);
            Err(reading.errors)
        }
    }
}

#[derive(Default)]
struct Reading {
    rows: Vec<ContractRow>,
    errors: Vec<ReadError>,
    /// The line on which each reference, and each device, stood first.
    references: HashMap<Reference, u64>,
    devices: HashMap<String, u64>,
}

impl Reading {
    /// An `Err` ends the reading; errors of rows are collected.
    fn file(&mut self, bytes: &[u8]) -> Result<(), ReadError> {
        let text = utf8(bytes)?;
        let mut reader = ReaderBuilder::new()
            .flexible(true)
            .has_headers(false)
            .from_reader(text.as_bytes());
        let mut records = reader.records();
        let header = match records.next() {
            Some(header) => header.map_err(|error| broken(&error))?,
            None => {
                return Err(ReadError::new(
                    Place::Input,
                    "nothing",
                    "a row of column names",
                ));
            }
        };
        let columns = self.columns(&header)?;
        for record in records {
            let record = record.map_err(|error| broken(&error))?;
            self.row(&columns, &record);
            if self.errors.len() >= ERRORS_MAX {
                self.errors.truncate(ERRORS_MAX);
                return Err(ReadError::new(
                    Place::Input,
                    "more errors",
                    "these to be repaired first",
                ));
            }
            if self.rows.len() > ROWS_MAX {
                return Err(ReadError::new(
                    Place::Input,
                    "more than 1,000,000 rows",
                    "at most 1,000,000",
                ));
            }
        }
        if self.rows.is_empty() && self.errors.is_empty() {
            return Err(ReadError::new(
                Place::Input,
                "column names only",
                "at least one contract",
            ));
        }
        Ok(())
    }

    /// Where each column stands. All errors of the header are collected before it ends the reading.
    fn columns(
        &mut self,
        header: &StringRecord,
    ) -> Result<HashMap<&'static str, usize>, ReadError> {
        let mut columns = HashMap::new();
        let mut errors = Vec::new();
        let place = |column: &str| Place::Cell {
            row: 1,
            column: column.to_owned(),
        };
        for (position, name) in header.iter().map(str::trim).enumerate() {
            let known = COLUMNS
                .iter()
                .chain(&OPTIONAL_COLUMNS)
                .find(|known| **known == name);
            match known {
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
        for missing in COLUMNS
            .iter()
            .filter(|column| !columns.contains_key(**column))
        {
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
                self.errors = errors;
                Err(last)
            }
        }
    }

    fn row(&mut self, columns: &HashMap<&'static str, usize>, record: &StringRecord) {
        let line = record.position().map_or(0, csv::Position::line);
        let mut cells = Cells::new(line, columns, record, &mut self.errors);
        let Some(row) = cells.row() else { return };
        let reference_first = *self.references.entry(row.reference.clone()).or_insert(line);
        let device_first = *self
            .devices
            .entry(row.imei.expose().clone())
            .or_insert(line);
        if reference_first != line {
            let expected = format!("a contract that isn't in row {reference_first} already");
            cells.error("contract", &row.contract.id, expected);
        }
        if device_first != line {
            cells.hidden_error(
                "imei",
                format!("an IMEI that isn't in row {device_first} already"),
            );
        }
        self.rows.push(row);
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
