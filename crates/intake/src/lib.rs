//! Statement, callback and contract-file readers: bytes in, normalised entries out.
//!
//! Reading order: `error` (the one error), `decimal` and `statement` (what comes out), `source` and
//! `xml` (bytes to elements), `leaf` and `stamp` (elements to values), `totals` (what entries add
//! up to), `camt`, `pain002` and `mt940` (the formats), `messages` and `document` (what a file is),
//! `mapping` and `sheet` (tables of banks, CSV and XLSX), `json` (what `fairlock statement read`
//! prints), `mpesa`;
//! `signature`, `members` and `notification` with `stripe`, `adyen`, `airtel`, `momo` and
//! `standard_webhooks` (callbacks), `cash` (agents' receipts);
//! `contracts` and `permits` (both by `table`). Failure is a `ReadError`, never a panic: input is hostile. On purpose absent:
//! storage, network, clocks, and any opinion about whose money it is.

pub mod adyen;
pub mod airtel;
mod camt;
pub mod cash;
pub mod contracts;
pub mod decimal;
pub mod document;
pub mod error;
pub mod imei;
pub mod json;
mod leaf;
pub mod mapping;
mod members;
mod messages;
pub mod momo;
pub mod mpesa;
mod mt940;
pub mod notification;
pub mod pain002;
pub mod permits;
pub mod sheet;
pub mod signature;
mod source;
mod stamp;
pub mod standard_webhooks;
pub mod statement;
pub mod stripe;
mod table;
mod totals;
mod xml;

pub use adyen::{read_adyen, verify_adyen};
pub use airtel::{read_airtel_callback, read_airtel_enquiry, verify_airtel};
pub use camt::ENTRIES_MAX;
pub use contracts::{ContractRow, read_contracts};
pub use decimal::Decimal;
pub use document::{Contents, Format, detect, read, read_statements};
pub use error::{Place, ReadError};
pub use json::{PrintError, statement_json, table_json};
pub use mapping::{Mapping, MappingError};
pub use members::CALLBACK_MAX;
pub use momo::{read_momo_callback, read_momo_status};
pub use mpesa::{C2bPayment, read_c2b};
pub use pain002::StatusReport;
pub use permits::{ApprovalRow, ClearanceRow, read_approvals, read_clearances};
pub use source::INPUT_MAX_BYTES;
pub use standard_webhooks::read_payment_event;
pub use statement::{Detail, Entry, Statement, StatementHead};
pub use stripe::{read_balance_transactions, read_stripe_event};
