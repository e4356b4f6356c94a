//! `fairlock payments`: suspense is listed, decided and decided otherwise, each with its trail.

use crate::run::{check_refused, file, run, text_of, workspace};

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

/// One credit of 2,000.00 shillings that names C-1001 without its check digits.
const STATEMENT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>
<Id>S-1</Id><Acct><Id><Othr><Id>0112004430567800</Id></Othr></Id><Ccy>KES</Ccy></Acct>
<Ntry><Amt Ccy="KES">2000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2026-03-02</Dt></BookgDt><ValDt><Dt>2026-03-02</Dt></ValDt>
<NtryDtls><TxDtls><RmtInf><Ustrd>phone C1001</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
</Stmt></BkToCstmrStmt></Document>"#;

#[test]
fn suspense_is_listed_matched_and_taken_off_again() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let data = text_of(&dir.path().join("data"));
    let with = |words: &[&str]| run(&[words, &["--data-dir", &data][..]].concat());
    let demo = std::fs::read_to_string(workspace().join("demo/contracts.csv")).expect("demo data");
    let two: String = demo
        .lines()
        .take(3)
        .map(|line| format!("{line}\n"))
        .collect();
    let contracts = file(dir.path(), "contracts.csv", &two);
    assert_eq!(with(&["import", "contracts", &contracts]).code, 0);
    let statement = file(dir.path(), "statement.xml", STATEMENT);
    let ran = with(&["import", "payments", &statement]);
    assert_eq!(ran.code, 0, "{}", ran.err);

    let listed = with(&["payments", "suspense", "--json"]).out;
    let row = json(listed.lines().next().expect("one payment"));
    assert_eq!(row["reason"], "no_reference");
    assert_eq!(row["candidates"][0]["contract"], "C-1001");
    let evidence = row["candidates"][0]["evidence"].to_string();
    assert!(
        evidence.contains("reference_without_check_digits"),
        "{evidence}"
    );
    let payment = row["payment"].as_str().expect("an id").to_owned();
    let text = with(&["payments", "suspense"]).out;
    assert!(
        text.contains("C-1001  score") && text.contains("shielded"),
        "{text}"
    );

    let order = ["--by", "amina", "--reason", "receipt seen"];
    let matched = with(&[&["payments", "match", &payment, "RF34C1001"], &order[..]].concat());
    assert_eq!(matched.code, 0, "{}", matched.err);
    assert!(
        matched.out.contains("booked on contract C-1001"),
        "{}",
        matched.out
    );
    let nothing = with(&["payments", "suspense"]).out;
    assert!(nothing.contains("nothing in suspense"), "{nothing}");
    assert_eq!(with(&["proof"]).code, 0);

    let off = with(&[&["payments", "unmatch", &payment], &order[..]].concat());
    assert_eq!(off.code, 0, "{}", off.err);
    assert_eq!(with(&["proof"]).code, 0);
    let again = ["payments", "unmatch", &payment, "--data-dir", &data];
    check_refused(
        &[&again[..], &order[..]].concat(),
        &["expected one that is on a contract", "nothing was changed"],
    );
}
