//! The printed form itself: order of the fields, one object a line, nothing when the input is bad.

use crate::xml::{credit, document, statement};
use std::io::Cursor;

use fairlock_intake::{Format, PrintError, statement_json};

fn lines(document: &str, format: Option<Format>) -> String {
    let mut output = Vec::new();
    statement_json(&mut Cursor::new(document), format, &mut output).unwrap();
    String::from_utf8(output).unwrap()
}

#[test]
fn fields_stand_in_the_order_of_the_contract() {
    let details = "<NtryDtls><TxDtls><Refs><TxId>T</TxId></Refs></TxDtls></NtryDtls>";
    let expected = "{\"format\":\"camt.053.001.08\",\"statement\":\"S-1\",\"account\":null,\"currency\":\"KES\",\
        \"opening\":null,\"closing\":null,\"balances_chain\":null,\"entries\":[{\"index\":0,\"direction\":\"credit\",\
        \"amount\":\"1.0\",\"currency\":\"KES\",\"status\":\"booked\",\"reversal\":false,\"booking_date\":null,\
        \"value_date\":null,\"references\":{\"TxId\":\"T\"},\"remittance\":null,\"counterparty\":null,\
        \"counterparty_account\":null,\"return_reason\":null,\"details\":[{\"amount\":\"1.0\",\"currency\":\"KES\",\
        \"references\":{\"TxId\":\"T\"},\"remittance\":null,\"counterparty\":null}]}]}\n";
    assert_eq!(lines(&statement(&credit("1.0", details)), None), expected);
}

#[test]
fn a_statement_without_entries_is_a_line_too() {
    let printed = lines(
        &document("camt.053.001.02", "BkToCstmrStmt", "<Stmt/><Stmt/>"),
        Some(Format::Camt),
    );
    let empty = "{\"format\":\"camt.053.001.02\",\"statement\":null,\"account\":null,\"currency\":null,\"opening\":null,\
        \"closing\":null,\"balances_chain\":null,\"entries\":[]}\n";
    assert_eq!(printed, format!("{empty}{empty}"));
}

#[test]
fn an_error_after_good_statements_prints_nothing() {
    let document = document(
        "camt.053.001.02",
        "BkToCstmrStmt",
        "<Stmt/><Stmt><Ntry/></Stmt>",
    );
    let mut output = Vec::new();
    let printed = statement_json(&mut Cursor::new(document), None, &mut output);
    assert!(matches!(printed, Err(PrintError::Input(_))));
    assert!(output.is_empty());
}

#[test]
fn an_output_that_can_t_be_written_is_told_apart() {
    let printed = statement_json(
        &mut Cursor::new(statement(&credit("1", ""))),
        None,
        &mut [].as_mut_slice(),
    );
    assert!(matches!(printed, Err(PrintError::Output(_))));
}
