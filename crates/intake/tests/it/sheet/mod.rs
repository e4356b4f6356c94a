//! Tables of banks, read by mappings.

mod balances;
mod csv;
mod fuzzed;
mod hostile;
mod mappings;
mod mpesa;
mod samples;
mod workbook;

use std::io::Cursor;

use fairlock_domain::calendar::{Instant, Zone};
use fairlock_intake::{Mapping, PrintError, table_json};
use serde_json::Value;

/// A zone of the tests, so that they need no database of zones.
pub fn zone(name: &str) -> Option<Zone> {
    let east = || Zone::new(vec![(Instant::from_unix_seconds(0), 180)]);
    (name == "Africa/Nairobi").then(east)
}

pub fn mapping(text: &str) -> Mapping {
    match Mapping::parse("bank.toml", text, &zone) {
        Ok(mapping) => mapping,
        Err(errors) => panic!("{errors:?}"),
    }
}

/// A mapping with these columns, and more of its file.
pub fn with(columns: &str, more: &str) -> Mapping {
    let dates = "formats = [\"dd.MM.yyyy\"]";
    mapping(&format!(
        "{more}\n[columns]\n{columns}\n[dates]\n{dates}\n[constants]\ncurrency = \"KES\"\n"
    ))
}

/// Date, amount and text.
pub fn plain() -> Mapping {
    with(
        "booking_date = \"Date\"\namount = \"Amount\"\nremittance = \"Text\"",
        "",
    )
}

/// What `statement read --json` prints: one value a line.
pub fn printed(mapping: &Mapping, bytes: impl AsRef<[u8]>) -> Vec<Value> {
    match print(mapping, bytes.as_ref()) {
        Ok(lines) => lines,
        Err(errors) => panic!("{}", errors.join("\n")),
    }
}

/// The only statement's value at a pointer.
pub fn value(mapping: &Mapping, bytes: impl AsRef<[u8]>, pointer: &str) -> Value {
    let printed = printed(mapping, bytes);
    assert_eq!(printed.len(), 1, "one statement");
    printed[0]
        .pointer(pointer)
        .cloned()
        .unwrap_or_else(|| panic!("nothing at {pointer}"))
}

/// Every error, as it is said.
pub fn refusals(mapping: &Mapping, bytes: impl AsRef<[u8]>) -> Vec<String> {
    match print(mapping, bytes.as_ref()) {
        Ok(lines) => panic!("it was read: {lines:?}"),
        Err(errors) => errors,
    }
}

fn print(mapping: &Mapping, bytes: &[u8]) -> Result<Vec<Value>, Vec<String>> {
    let mut output = Vec::new();
    match table_json(&mut Cursor::new(bytes), mapping, &mut output) {
        Ok(()) => {}
        Err(PrintError::Table(errors)) => {
            assert!(output.is_empty(), "an unreadable input prints nothing");
            return Err(errors.iter().map(ToString::to_string).collect());
        }
        Err(other) => panic!("{other:?}"),
    }
    let lines = output
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    Ok(lines
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect())
}
