//! The normalised statement: what every bank's file becomes, whatever its format.
//!
//! Values are the source's own: amounts as exact decimals, dates as written, references under the
//! source's names. On purpose absent: what a payment is, whom it belongs to, what it changes.
//! Names, accounts and remittance texts are personal data and can't be formatted into a log, so
//! that none of these types has `Debug`.

use fairlock_domain::calendar::{Day, Instant};
use fairlock_domain::pii::Pii;

use crate::decimal::Decimal;

/// Which way money went over the account, as the entry finally says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Credit,
    Debit,
}

impl Direction {
    pub fn name(self) -> &'static str {
        match self {
            Direction::Credit => "credit",
            Direction::Debit => "debit",
        }
    }
}

/// How final an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryStatus {
    /// camt BOOK.
    Booked,
    /// camt PDNG: announced, not yet on the account.
    Pending,
    /// camt INFO: never money on the account.
    Information,
    /// camt FUTR: will be booked on a later day.
    Future,
}

impl EntryStatus {
    pub fn name(self) -> &'static str {
        match self {
            EntryStatus::Booked => "booked",
            EntryStatus::Pending => "pending",
            EntryStatus::Information => "information",
            EntryStatus::Future => "future",
        }
    }
}

/// An amount with the currency that stood beside it: three capital letters, not yet looked up.
/// Empty where the source says none (an MT940 message without a balance).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    pub value: Decimal,
    pub currency: String,
}

/// A date, or a date and time, as the source wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The calendar date as written, in the source's own zone.
    pub day: Day,
    /// The instant, when a time and an offset were written.
    pub at: Option<Instant>,
}

/// A signed balance, as text such as "-12.50", with its currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balance {
    pub amount: Decimal,
    pub direction: Direction,
    pub currency: String,
}

impl Balance {
    /// Signed: an overdrawn account has a leading minus; zero never has.
    pub fn signed(&self) -> String {
        match self.direction {
            Direction::Debit if !self.amount.is_zero() => format!("-{}", self.amount),
            _ => self.amount.to_string(),
        }
    }

    pub(crate) fn scaled(&self) -> i128 {
        match self.direction {
            Direction::Credit => self.amount.scaled(),
            Direction::Debit => -self.amount.scaled(),
        }
    }
}

/// References under the source's own names (camt: `EndToEndId`, `AcctSvcrRef`…), in the order of
/// the source. Without those that have no value; `NOTPROVIDED` is none.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct References(Vec<(&'static str, String)>);

impl References {
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| value.as_str())
    }

    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a reference unless it says that there is none.
    pub(crate) fn add(&mut self, name: &'static str, value: String) {
        if !value.eq_ignore_ascii_case("NOTPROVIDED") {
            self.0.push((name, value));
        }
    }
}

/// One transaction inside an entry.
pub struct Detail {
    /// Its own amount, else the entry's when it is the only one, else unknown.
    pub amount: Option<Amount>,
    /// What the payer ordered (camt `InstdAmt`), when it differs by charges or by currency.
    pub instructed: Option<Amount>,
    /// Charges that are inside the entry's amount, each as the source lists them.
    pub charges: Vec<Charge>,
    pub references: References,
    /// Every unstructured line, then of each structured block its reference and its additional
    /// text; one per line.
    pub remittance: Option<Pii<String>>,
    /// The text with every line apart, where the source breaks words at a line's end and the
    /// remittance joined them (MT940): a word that ended there stands alone only here.
    pub as_written: Option<Pii<String>>,
    /// The creditor references of the structured blocks alone.
    pub creditor_references: Vec<String>,
    /// Debtor of a credit, creditor of a debit, by the entry's direction.
    pub counterparty: Option<Pii<String>>,
    pub counterparty_account: Option<Pii<String>>,
    /// When the payer acted: camt `TxDtTm`, else `AccptncDtTm`.
    pub acted: Option<Stamp>,
    /// The source says that this money came back (camt `RtrInf`).
    pub returned: bool,
    /// Why it came back: the code or the bank's own, else the text.
    pub return_reason: Option<String>,
}

/// A charge inside an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    pub amount: Amount,
    /// Debit when the account pays it; `None` when the source doesn't say.
    pub direction: Option<Direction>,
}

/// One movement on the account.
pub struct Entry {
    /// From 0, in its statement.
    pub index: u32,
    pub direction: Direction,
    pub amount: Amount,
    pub status: EntryStatus,
    /// The source marked it as the reversal of an earlier entry; the direction is already final.
    pub reversal: bool,
    pub booking: Option<Stamp>,
    pub value: Option<Stamp>,
    /// The entry's own references (camt `AcctSvcrRef`, `NtryRef`).
    pub references: References,
    /// Charges of the entry as a whole.
    pub charges: Vec<Charge>,
    pub details: Vec<Detail>,
}

impl Entry {
    /// The detail that stands for the whole entry: the only one.
    pub fn only_detail(&self) -> Option<&Detail> {
        match self.details.as_slice() {
            [detail] => Some(detail),
            _ => None,
        }
    }
}

/// What a statement says of itself, without its entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementHead {
    /// The account's final word: each entry stands in exactly one such statement (camt.053, MT940,
    /// tables whose mapping says so). Others may tell an entry again.
    pub is_final: bool,
    /// "camt.053.001.02", or "camt.053" for a document without a namespace; "mt940", "mt942".
    pub format: String,
    /// Statement, report or notification id; MT940 `:20:` and `:28C:` with a slash between.
    pub statement: Option<String>,
    /// IBAN, else the bank's own number.
    pub account: Option<String>,
    /// The account's, else the one that all entries share.
    pub currency: Option<String>,
    /// camt OPBD, else PRCD; MT940 `:60a:`.
    pub opening: Option<Balance>,
    /// camt CLBD, else ITBD; MT940 `:62a:`.
    pub closing: Option<Balance>,
    /// Opening plus booked entries is closing; `None` when one balance is missing.
    pub balances_chain: Option<bool>,
    /// camt `ElctrncSeqNb`, MT940 the number in `:28C:` of a final page: rises by one from statement
    /// to statement, for gaps in a feed.
    pub electronic_sequence: Option<u64>,
    /// camt `LglSeqNb`: as the bank numbers its legal statements.
    pub legal_sequence: Option<u64>,
    pub created: Option<Stamp>,
    /// The end of the period that the statement covers (camt `FrToDt/ToDtTm` or `ToDt`, MT940 the
    /// closing balance's day).
    pub complete_to: Option<Stamp>,
    pub entries: u32,
}

/// A statement in memory.
pub struct Statement {
    pub head: StatementHead,
    pub entries: Vec<Entry>,
}
