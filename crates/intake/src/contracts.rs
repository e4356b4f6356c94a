//! Contract files: CSV, one financed device a row, columns named in the first row, in any order.
//!
//! A contract or a device that stands twice is an error, and so are two contracts that would have
//! the same payment reference. On purpose absent: anything that needs the database or the rule
//! packs (a contract that exists, a pack or a time zone that doesn't: the importer's answers).

mod row;

use std::collections::HashMap;

use fairlock_domain::contract::{Contract, Particulars};
use fairlock_domain::payment::Reference;
use fairlock_domain::pii::Pii;

use crate::error::ReadError;
use crate::table::{self, Cells, Shape};

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
pub const OPTIONAL_COLUMNS: [&str; 16] = [
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
    "goods",
    "creditor",
    "creditor_kind",
    "borrower_kind",
    "days_of_grace",
    "virtual_account",
];

/// One row of a contract file, checked.
pub struct ContractRow {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// The agreement itself; its instalments are those of the row's first due date, step, number
    /// and amount.
    pub contract: Contract,
    /// What packs ask besides; approvals are the lender's and stand elsewhere.
    pub particulars: Particulars,
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
    /// The bank account number that is this contract's alone; capitals and digits.
    pub virtual_account: Option<String>,
    /// IANA name, such as `Africa/Nairobi`; whether it exists is the importer's question.
    pub time_zone: String,
    /// Rule pack ids; whether they exist is the importer's question.
    pub packs: Vec<String>,
    /// In the demo, a simulated phone enrols for it.
    pub phone: bool,
}

const SHAPE: Shape = Shape {
    columns: &COLUMNS,
    optional: &OPTIONAL_COLUMNS,
    record: "contract",
};

/// Reads a whole contract file: every row, or every error up to the cap.
pub fn read_contracts(bytes: &[u8]) -> Result<Vec<ContractRow>, Vec<ReadError>> {
    let mut seen = Seen::default();
    table::read(bytes, &SHAPE, |cells| {
        let row = cells.contract()?;
        seen.once(cells, &row);
        Some(row)
    })
}

/// The line on which each reference, and each device, stood first.
#[derive(Default)]
struct Seen {
    references: HashMap<Reference, u64>,
    devices: HashMap<String, u64>,
}

impl Seen {
    fn once(&mut self, cells: &mut Cells<'_>, row: &ContractRow) {
        let line = row.line;
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
            let expected = format!("an IMEI that isn't in row {device_first} already");
            cells.hidden_error("imei", expected);
        }
    }
}
