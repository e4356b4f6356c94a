//! A mapping tried on a table: what it comes to, or what is wrong. Nothing of it is kept.

use fairlock_domain::calendar::Day;
use fairlock_domain::money::Money;

pub struct MappingTry {
    /// That the server knows: name and title.
    pub known: Vec<(String, Option<String>)>,
    /// As it was chosen; empty to find it by the columns.
    pub chosen: String,
    pub outcome: Option<Outcome>,
}

pub enum Outcome {
    Read(Read),
    /// Cells that can't be read, by this mapping; `more` when the list was cut.
    Wrong {
        mapping: String,
        faults: Vec<Fault>,
        more: bool,
    },
    /// There is no one mapping, or it is wrong itself: each thing in a line.
    NoMapping(Vec<String>),
}

/// What is wrong in the table.
pub struct Fault {
    /// "row 3, column Amount".
    pub place: String,
    pub found: String,
    pub expected: String,
}

/// What the table comes to.
pub struct Read {
    pub mapping: String,
    pub statements: Vec<Statement>,
    /// The first of them.
    pub rows: Vec<Row>,
    pub entries: u64,
}

pub struct Statement {
    pub account: Option<String>,
    pub entries: u64,
    pub opening: Option<Money>,
    pub closing: Option<Money>,
    /// Opening and booked rows give closing; `None` where one of the two isn't known.
    pub chains: Option<bool>,
    /// Booked, by currency.
    pub credits: Vec<Money>,
    pub debits: Vec<Money>,
}

/// One entry.
pub struct Row {
    pub booked: Option<Day>,
    pub is_credit: bool,
    pub amount: Money,
    /// As the statement has it: `booked`, `pending`, `information`.
    pub status: &'static str,
    /// Name and value.
    pub references: Vec<(&'static str, String)>,
    pub remittance: Option<String>,
    pub counterparty: Option<String>,
}
