//! What `fairlock statement read --json` prints: design/cli.md has the shape, which is a contract.
//!
//! One object a line, fields in the order of the contract. A file is read twice: once to know that
//! it can be read and what each statement says of itself, once to print its entries as they pass,
//! so that a large file is printed in flat memory and an unreadable one prints nothing.

use std::io::{self, Read, Seek, Write};

use serde::{Serialize, Serializer};

use fairlock_domain::pii::Pii;

use crate::document::{Contents, Format, read};
use crate::error::ReadError;
use crate::mapping::Mapping;
use crate::pain002::{GroupStatus, PaymentStatus, StatusReport, TransactionStatus};
use crate::sheet;
use crate::statement::{Amount, Balance, Detail, Entry, References, Stamp, StatementHead};

/// Why nothing, or not all, was printed.
#[derive(Debug)]
pub enum PrintError {
    /// The input can't be read; nothing was printed.
    Input(ReadError),
    /// The table can't be read: everything that is wrong with it; nothing was printed.
    Table(Vec<ReadError>),
    /// The output can't be written.
    Output(io::Error),
}

impl From<Vec<ReadError>> for PrintError {
    fn from(errors: Vec<ReadError>) -> Self {
        PrintError::Table(errors)
    }
}

impl From<ReadError> for PrintError {
    fn from(error: ReadError) -> Self {
        PrintError::Input(error)
    }
}

impl From<io::Error> for PrintError {
    fn from(error: io::Error) -> Self {
        PrintError::Output(error)
    }
}

impl From<serde_json::Error> for PrintError {
    fn from(error: serde_json::Error) -> Self {
        PrintError::Output(error.into())
    }
}

/// Prints every statement, or every payment block of a status report, of the input.
pub fn statement_json(
    input: &mut (impl Read + Seek),
    format: Option<Format>,
    output: &mut dyn Write,
) -> Result<(), PrintError> {
    let contents = read(input, format, &mut |_, _| {})?;
    for report in &contents.status_reports {
        print_report(report, output)?;
    }
    if contents.statements.is_empty() {
        return Ok(());
    }
    input.rewind()?;
    print_statements(input, format, &contents, output)
}

/// The same of a table, which a mapping reads.
pub fn table_json(
    input: &mut (impl Read + Seek),
    mapping: &Mapping,
    output: &mut dyn Write,
) -> Result<(), PrintError> {
    let contents = sheet::read(input, mapping, &mut |_, _| {})?;
    input.rewind()?;
    print_entries(&contents, output, |on_entry| {
        sheet::read(input, mapping, on_entry).map(drop)
    })
}

fn print_statements(
    input: &mut dyn Read,
    format: Option<Format>,
    contents: &Contents,
    output: &mut dyn Write,
) -> Result<(), PrintError> {
    print_entries(contents, output, |on_entry| {
        read(input, format, on_entry).map(drop)
    })
}

/// Prints the statements around their entries, which `read` hands out in order.
fn print_entries<E>(
    contents: &Contents,
    output: &mut dyn Write,
    read: impl FnOnce(&mut dyn FnMut(usize, Entry)) -> Result<(), E>,
) -> Result<(), PrintError>
where
    PrintError: From<E>,
{
    let mut printer = Printer {
        heads: &contents.statements,
        begun: 0,
        output,
    };
    let mut printed = Ok(());
    read(&mut |statement, entry| {
        if printed.is_ok() {
            printed = printer.entry(statement, &entry);
        }
    })?;
    printed?;
    printer.end()
}

/// Writes the statements' objects around their entries.
struct Printer<'a> {
    heads: &'a [StatementHead],
    /// How many statements were begun; the last of them isn't ended yet.
    begun: usize,
    output: &'a mut dyn Write,
}

impl Printer<'_> {
    fn entry(&mut self, statement: usize, entry: &Entry) -> Result<(), PrintError> {
        self.begin_up_to(statement + 1)?;
        if entry.index > 0 {
            self.output.write_all(b",")?;
        }
        serde_json::to_writer(&mut *self.output, &EntryJson::of(entry))?;
        Ok(())
    }

    /// Ends the statement before and begins the next, until so many were begun; those without
    /// entries too.
    fn begin_up_to(&mut self, count: usize) -> Result<(), PrintError> {
        for head in self.heads.iter().take(count).skip(self.begun) {
            if self.begun > 0 {
                self.output.write_all(b"]}\n")?;
            }
            let mut object = serde_json::to_vec(&HeadJson::of(head))?;
            object.pop();
            object.extend_from_slice(b",\"entries\":[");
            self.output.write_all(&object)?;
            self.begun += 1;
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), PrintError> {
        self.begin_up_to(self.heads.len())?;
        self.output.write_all(b"]}\n")?;
        Ok(())
    }
}

#[derive(Serialize)]
struct HeadJson<'a> {
    format: &'a str,
    statement: Option<&'a str>,
    account: Option<&'a str>,
    currency: Option<&'a str>,
    opening: Option<String>,
    closing: Option<String>,
    balances_chain: Option<bool>,
}

impl<'a> HeadJson<'a> {
    fn of(head: &'a StatementHead) -> Self {
        Self {
            format: &head.format,
            statement: head.statement.as_deref(),
            account: head.account.as_deref(),
            currency: head.currency.as_deref(),
            opening: head.opening.as_ref().map(Balance::signed),
            closing: head.closing.as_ref().map(Balance::signed),
            balances_chain: head.balances_chain,
        }
    }
}

#[derive(Serialize)]
struct EntryJson<'a> {
    index: u32,
    direction: &'static str,
    amount: &'a str,
    currency: Option<&'a str>,
    status: &'static str,
    reversal: bool,
    booking_date: Option<String>,
    value_date: Option<String>,
    #[serde(serialize_with = "references")]
    references: [&'a References; 2],
    remittance: Option<&'a str>,
    counterparty: Option<&'a str>,
    counterparty_account: Option<&'a str>,
    return_reason: Option<&'a str>,
    details: Vec<DetailJson<'a>>,
}

impl<'a> EntryJson<'a> {
    fn of(entry: &'a Entry) -> Self {
        let only = entry.only_detail();
        Self {
            index: entry.index,
            direction: entry.direction.name(),
            amount: entry.amount.value.as_str(),
            currency: currency(&entry.amount),
            status: entry.status.name(),
            reversal: entry.reversal,
            booking_date: day(entry.booking),
            value_date: day(entry.value),
            references: [
                &entry.references,
                only.map_or(&NO_REFERENCES, |detail| &detail.references),
            ],
            remittance: only.and_then(|detail| open(&detail.remittance)),
            counterparty: only.and_then(|detail| open(&detail.counterparty)),
            counterparty_account: only.and_then(|detail| open(&detail.counterparty_account)),
            return_reason: only.and_then(|detail| detail.return_reason.as_deref()),
            details: entry.details.iter().map(DetailJson::of).collect(),
        }
    }
}

static NO_REFERENCES: References = References::none();

#[derive(Serialize)]
struct DetailJson<'a> {
    amount: Option<&'a str>,
    currency: Option<&'a str>,
    #[serde(serialize_with = "references")]
    references: [&'a References; 1],
    remittance: Option<&'a str>,
    counterparty: Option<&'a str>,
}

impl<'a> DetailJson<'a> {
    fn of(detail: &'a Detail) -> Self {
        Self {
            amount: detail.amount.as_ref().map(|amount| amount.value.as_str()),
            currency: detail.amount.as_ref().and_then(currency),
            references: [&detail.references],
            remittance: open(&detail.remittance),
            counterparty: open(&detail.counterparty),
        }
    }
}

/// One object of all references; where both have a name, the first one's value stands.
fn references<S: Serializer>(all: &[&References], serializer: S) -> Result<S::Ok, S::Error> {
    let mut shown: Vec<(&str, &str)> = Vec::new();
    for (name, value) in all.iter().flat_map(|references| references.iter()) {
        if !shown.iter().any(|(known, _)| *known == name) {
            shown.push((name, value));
        }
    }
    serializer.collect_map(shown)
}

/// An amount whose source says no currency has none.
fn currency(amount: &Amount) -> Option<&str> {
    Some(amount.currency.as_str()).filter(|currency| !currency.is_empty())
}

fn day(stamp: Option<Stamp>) -> Option<String> {
    stamp.map(|stamp| stamp.day.to_string())
}

/// The person who reads a statement is the one it was sent to.
fn open(text: &Option<Pii<String>>) -> Option<&str> {
    text.as_ref().map(|text| text.expose().as_str())
}

#[derive(Serialize)]
struct PaymentJson<'a> {
    format: &'a str,
    message: Option<&'a str>,
    original_message: Option<&'a str>,
    group_status: Option<&'a str>,
    group_reason: Option<&'a str>,
    group_text: Option<&'a str>,
    payment: Option<&'a str>,
    payment_status: Option<&'a str>,
    payment_reason: Option<&'a str>,
    payment_text: Option<&'a str>,
    transactions: Vec<TransactionJson<'a>>,
}

impl<'a> PaymentJson<'a> {
    fn of(group: &'a GroupStatus, payment: &'a PaymentStatus) -> Self {
        Self {
            format: &group.format,
            message: group.message.as_deref(),
            original_message: group.original_message.as_deref(),
            group_status: group.status.code.as_deref(),
            group_reason: group.status.reason.as_deref(),
            group_text: group.status.text.as_deref(),
            payment: payment.payment.as_deref(),
            payment_status: payment.status.code.as_deref(),
            payment_reason: payment.status.reason.as_deref(),
            payment_text: payment.status.text.as_deref(),
            transactions: payment
                .transactions
                .iter()
                .map(TransactionJson::of)
                .collect(),
        }
    }
}

#[derive(Serialize)]
struct TransactionJson<'a> {
    original_id: Option<&'a str>,
    status: Option<&'a str>,
    reason: Option<&'a str>,
    text: Option<&'a str>,
    amount: Option<&'a str>,
    currency: Option<&'a str>,
    effect: &'static str,
}

impl<'a> TransactionJson<'a> {
    fn of(transaction: &'a TransactionStatus) -> Self {
        Self {
            original_id: transaction.original_id.as_deref(),
            status: transaction.status.code.as_deref(),
            reason: transaction.status.reason.as_deref(),
            text: transaction.status.text.as_deref(),
            amount: transaction
                .amount
                .as_ref()
                .map(|amount| amount.value.as_str()),
            currency: transaction
                .amount
                .as_ref()
                .map(|amount| amount.currency.as_str()),
            effect: transaction.effect.name(),
        }
    }
}

fn print_report(report: &StatusReport, output: &mut dyn Write) -> Result<(), PrintError> {
    for payment in &report.payments {
        serde_json::to_writer(&mut *output, &PaymentJson::of(&report.group, payment))?;
        output.write_all(b"\n")?;
    }
    Ok(())
}
