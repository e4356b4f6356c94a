//! Every version of every camt message, and the shapes in which they differ.

use rstest::rstest;
use serde_json::{Value, json};

use crate::xml::{credit, document, statement, value};

/// Root element and statement element of a message; version 1 had its version in the root's name.
fn names(message: &str, version: u32) -> (String, &'static str) {
    let (root, kind) = match message {
        "camt.052" => ("BkToCstmrAcctRpt", "Rpt"),
        "camt.053" => ("BkToCstmrStmt", "Stmt"),
        _ => ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
    };
    match version {
        1 => (format!("{root}V01"), kind),
        _ => (root.to_owned(), kind),
    }
}

#[rstest]
#[case("camt.052")]
#[case("camt.053")]
#[case("camt.054")]
fn versions_1_to_13_with_both_shapes_of_status(#[case] message: &str) {
    for version in 1..=13 {
        let (root, kind) = names(message, version);
        let identifier = format!("{message}.001.{version:02}");
        for (status, name) in [("BOOK", "booked"), ("PDNG", "pending")] {
            for shape in [status.to_owned(), format!("<Cd>{status}</Cd>")] {
                let entry = format!(
                    "<Ntry><Amt Ccy=\"KES\">1</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>{shape}</Sts></Ntry>"
                );
                let file = document(
                    &identifier,
                    &root,
                    &format!("<{kind}><Id>X</Id>{entry}</{kind}>"),
                );
                assert_eq!(value(&file, "/format"), json!(identifier));
                assert_eq!(
                    value(&file, "/entries/0/status"),
                    json!(name),
                    "{identifier}"
                );
                assert_eq!(value(&file, "/entries/0/details"), json!([]));
            }
        }
    }
}

#[rstest]
#[case::iban("<IBAN>KE55EQBL0000000001</IBAN>", json!("KE55EQBL0000000001"))]
#[case::other("<Othr><Id>0123456789</Id></Othr>", json!("0123456789"))]
#[case::version_one("<PrtryAcct><Id>0123456789</Id></PrtryAcct>", json!("0123456789"))]
#[case::none("", Value::Null)]
fn the_account_is_an_iban_or_the_banks_own(#[case] id: &str, #[case] expected: Value) {
    let file = statement(&format!("<Acct><Id>{id}</Id></Acct>"));
    assert_eq!(value(file, "/account"), expected);
}

/// The yen has no decimals, and a bank of Kuwait may write five.
#[rstest]
#[case("JPY", "5000")]
#[case("KWD", "18.150")]
#[case("KWD", "18.15000")]
fn amounts_keep_what_was_written(#[case] currency: &str, #[case] amount: &str) {
    let file = statement(&credit(amount, "")).replace("KES", currency);
    assert_eq!(value(&file, "/entries/0/amount"), json!(amount));
    assert_eq!(value(&file, "/entries/0/currency"), json!(currency));
}

/// UETR came with version 8; before, nobody writes it, and nothing is asked for it.
#[test]
fn a_uetr_is_read_where_it_stands() {
    let refs = |inside: &str| {
        let detail = format!("<NtryDtls><TxDtls><Refs>{inside}</Refs></TxDtls></NtryDtls>");
        value(statement(&credit("1", &detail)), "/entries/0/references")
    };
    let uetr = "97ed4827-7b6f-4491-a06f-b548d5a7512d";
    assert_eq!(refs(&format!("<UETR>{uetr}</UETR>")), json!({"UETR": uetr}));
    assert_eq!(refs("<TxId>T</TxId>"), json!({"TxId": "T"}));
}
