//! Arbitrary bytes against every reader: no panic, and what is read keeps its word. An unreadable
//! input prints nothing, a second reading says the same as the first, what is printed is JSON, and
//! a statement whose balances are said to chain adds up. Failure is a panic.
//!
//! The same functions run in the crate's tests over the kept corpus, on a stable compiler.

use std::io::Cursor;

use fairlock_intake::statement::{Balance, Direction, EntryStatus, Statement};
use fairlock_intake::{
    Format, PrintError, ReadError, detect, mpesa, read_approvals, read_c2b, read_clearances,
    read_contracts, read_statements, statement_json,
};
use serde_json::Value;

/// A target: its name, and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

pub const ALL: &[Target] = &[
    ("camt", camt),
    ("mt940", mt940),
    ("pain002", pain002),
    ("contracts", contracts),
    ("mpesa", mpesa),
];

pub fn camt(bytes: &[u8]) {
    statements(bytes, Format::Camt);
}

pub fn mt940(bytes: &[u8]) {
    statements(bytes, Format::Mt940);
    statements(bytes, Format::Mt942);
    let _ = print(bytes, None);
}

pub fn pain002(bytes: &[u8]) {
    let Some(printed) = print(bytes, Some(Format::Pain002)) else {
        return;
    };
    for payment in &printed {
        for transaction in payment["transactions"].as_array().expect("a list") {
            let effect = transaction["effect"].as_str().expect("an effect");
            assert!(["pending", "booked", "failed", "information"].contains(&effect));
        }
    }
}

pub fn contracts(bytes: &[u8]) {
    if let Err(errors) = read_contracts(bytes) {
        assert!(!errors.is_empty());
    }
    if let Err(errors) = read_approvals(bytes) {
        assert!(!errors.is_empty());
    }
    if let Err(errors) = read_clearances(bytes) {
        assert!(!errors.is_empty());
    }
}

pub fn mpesa(bytes: &[u8]) {
    let told = |read: Result<(), ReadError>| {
        if let Err(error) = read {
            assert!(!error.found.is_empty() && !error.expected.is_empty());
        }
    };
    told(read_c2b(bytes).map(drop));
    told(mpesa::stk::read_stk(bytes).map(drop));
    told(mpesa::result::read_reversal(bytes).map(drop));
    told(mpesa::result::read_status(bytes).map(drop));
    told(mpesa::result::read_timeout(bytes).map(drop));
    told(mpesa::reply::read_taken(bytes).map(drop));
    told(mpesa::reply::read_prompt(bytes).map(drop));
    told(mpesa::reply::read_token(bytes).map(drop));
    match mpesa::pull::read_pull(bytes) {
        Ok(page) => assert!(page.transactions.iter().all(|t| !t.amount.is_zero())),
        Err(error) => told(Err(error)),
    }
}

/// Prints, and reads again what was printed.
fn print(bytes: &[u8], format: Option<Format>) -> Option<Vec<Value>> {
    let mut output = Vec::new();
    match statement_json(&mut Cursor::new(bytes), format, &mut output) {
        Ok(()) => {}
        Err(PrintError::Input(error)) => {
            assert!(output.is_empty(), "an unreadable input prints nothing");
            assert!(!error.found.is_empty() && !error.expected.is_empty());
            return None;
        }
        Err(other) => panic!("{other:?}"),
    }
    let lines = output
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    let read = |line| serde_json::from_slice(line).expect("printed lines are JSON");
    Some(lines.map(read).collect())
}

fn statements(bytes: &[u8], format: Format) {
    let Some(printed) = print(bytes, Some(format)) else {
        return;
    };
    let read = read_statements(bytes);
    if detect(&mut &*bytes) != Ok(format) {
        // Read as one thing, and told by its beginning to be another.
        return;
    }
    let Ok(statements) = read else {
        // A file may hold both kinds of a family; the wanted one alone was asked for.
        return;
    };
    assert_eq!(printed.len(), statements.len());
    for (printed, statement) in printed.iter().zip(&statements) {
        let entries = printed["entries"].as_array().expect("a list");
        assert_eq!(entries.len(), statement.entries.len());
        assert_eq!(entries.len(), statement.head.entries as usize);
        adds_up(statement);
    }
}

/// Opening plus booked entries is closing exactly when the statement says that its balances chain.
fn adds_up(statement: &Statement) {
    let head = &statement.head;
    let (Some(opening), Some(closing)) = (&head.opening, &head.closing) else {
        assert_eq!(head.balances_chain, None);
        return;
    };
    let booked = || {
        let entries = statement.entries.iter();
        entries.filter(|entry| entry.status == EntryStatus::Booked)
    };
    let sum: i128 = booked()
        .map(|entry| signed(entry.amount.value.as_str(), entry.direction))
        .sum();
    let one_currency = opening.currency == closing.currency
        && booked().all(|entry| entry.amount.currency == opening.currency);
    let closes = balance(opening) + sum == balance(closing);
    assert_eq!(head.balances_chain, Some(one_currency && closes));
}

fn balance(balance: &Balance) -> i128 {
    signed(balance.amount.as_str(), balance.direction)
}

/// Times 10^5, read from the text alone.
fn signed(amount: &str, direction: Direction) -> i128 {
    let (whole, decimals) = amount.split_once('.').unwrap_or((amount, ""));
    let digits = format!("{whole}{decimals:0<5}");
    let (kept, beyond) = digits.split_at(whole.len() + 5);
    assert!(beyond.bytes().all(|digit| digit == b'0'));
    let value: i128 = kept.parse().expect("digits");
    match direction {
        Direction::Credit => value,
        Direction::Debit => -value,
    }
}
