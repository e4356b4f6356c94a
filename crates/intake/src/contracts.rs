//! Contract files: one financed device a row.
//!
//! Every error of a file is collected, up to a cap, so that a file is repaired in one go; a file that has one gives
//! nothing. On purpose absent: mapping of other column names, and anything that needs the database (a contract that
//! exists already is the importer's answer).

use crate::pending::Day;
use crate::pending::Money;
use crate::pending::Pii;

use crate::error::ReadError;

/// Time between two due dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Weekly,
    Fortnightly,
    /// The same day of each month; a month that is too short takes its last day.
    Monthly,
}

/// What was financed and how, as the engine's products.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductKind {
    PurchaseLoan,
    Lease,
    CashLoan,
}

/// The borrower's consent to a device that can be limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConsentRow {
    pub separate_signature: bool,
    pub acknowledged_copy: bool,
    pub on: Day,
}

/// One row of a contract file, checked.
pub struct ContractRow {
    /// The line on which it begins.
    pub line: u64,
    pub contract: String,
    /// ISO 11649 reference with valid check digits, as payers type it.
    pub reference: String,
    pub borrower: Pii<String>,
    /// Digits with country code, without a plus sign.
    pub phone_number: Option<Pii<String>>,
    /// 15 digits with a valid check digit.
    pub imei: String,
    pub model: String,
    pub product: ProductKind,
    pub signed_on: Day,
    pub consent: Option<ConsentRow>,
    /// IANA name, such as `Africa/Nairobi`; looked up by the importer.
    pub time_zone: String,
    /// Rule pack ids; looked up by the importer.
    pub packs: Vec<String>,
    /// The feed that shows this contract's payments.
    pub feed: Option<String>,
    pub first_due: Day,
    pub step: Step,
    /// Number of equal instalments.
    pub instalments: u32,
    pub amount: Money,
    /// In the demo: a simulated phone enrols for it.
    pub phone: bool,
}

/// Reads a whole contract file: every row, or every error up to the cap.
pub fn read_contracts(bytes: &[u8]) -> Result<Vec<ContractRow>, Vec<ReadError>> {
    let _ = bytes;
    todo!()
}
