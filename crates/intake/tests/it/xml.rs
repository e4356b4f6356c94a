//! Small camt documents of our own making, and what is asked of them.

use std::io::Cursor;

use fairlock_intake::{PrintError, ReadError, statement_json};
use serde_json::Value;

/// A camt.053.001.08 document with these elements in its only statement.
pub fn statement(inside: &str) -> String {
    document(
        "camt.053.001.08",
        "BkToCstmrStmt",
        &format!("<Stmt><Id>S-1</Id>{inside}</Stmt>"),
    )
}

pub fn document(message: &str, root: &str, inside: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:{message}\">\n\
         <{root}>\n<GrpHdr><MsgId>M-1</MsgId></GrpHdr>\n{inside}\n</{root}>\n</Document>\n"
    )
}

/// A booked entry of that direction and amount, with more elements inside.
pub fn entry(direction: &str, amount: &str, currency: &str, inside: &str) -> String {
    format!(
        "\n<Ntry>\n<Amt Ccy=\"{currency}\">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd>\
         <Sts><Cd>BOOK</Cd></Sts>{inside}</Ntry>"
    )
}

pub fn credit(amount: &str, inside: &str) -> String {
    entry("CRDT", amount, "KES", inside)
}

pub fn balance(code: &str, direction: &str, amount: &str, currency: &str) -> String {
    format!(
        "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"{currency}\">{amount}</Amt>\
         <CdtDbtInd>{direction}</CdtDbtInd><Dt><Dt>2026-03-02</Dt></Dt></Bal>"
    )
}

/// What `statement read --json` prints: one value a line.
pub fn printed(bytes: impl AsRef<[u8]>) -> Vec<Value> {
    match print(bytes.as_ref()) {
        Ok(lines) => lines,
        Err(error) => panic!("{error}"),
    }
}

pub fn print(bytes: &[u8]) -> Result<Vec<Value>, ReadError> {
    let mut output = Vec::new();
    match statement_json(&mut Cursor::new(bytes), None, &mut output) {
        Ok(()) => {}
        Err(PrintError::Input(error)) => {
            assert!(output.is_empty(), "an unreadable input prints nothing");
            return Err(error);
        }
        Err(other) => panic!("{other:?}"),
    }
    let lines = output
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    Ok(lines
        .map(|line| serde_json::from_slice(line).expect("printed lines are JSON"))
        .collect())
}

/// The first printed statement's value at a JSON pointer.
pub fn value(bytes: impl AsRef<[u8]>, pointer: &str) -> Value {
    let printed = printed(bytes);
    printed[0]
        .pointer(pointer)
        .unwrap_or_else(|| panic!("nothing at {pointer} in {}", printed[0]))
        .clone()
}

/// The error of an unreadable document, as a person sees it.
pub fn refusal(bytes: impl AsRef<[u8]>) -> String {
    match print(bytes.as_ref()) {
        Ok(lines) => panic!("read as {lines:?}"),
        Err(error) => error.to_string(),
    }
}
