//! What banks' files do that a simple reader gets wrong, each in a small file of its own.

use rstest::rstest;
use serde_json::{Value, json};

use crate::xml::{balance, credit, document, entry, printed, statement, value};

fn check(document: &str, pointer: &str, expected: Value) {
    assert_eq!(value(document, pointer), expected, "at {pointer}");
}

/// An entry with one detail that has these elements.
fn detail(inside: &str) -> String {
    statement(&credit(
        "10.00",
        &format!("<NtryDtls><TxDtls>{inside}</TxDtls></NtryDtls>"),
    ))
}

#[test]
fn a_whole_statement_prints_in_the_shape_of_the_contract() {
    let details = "<BookgDt><Dt>2026-03-02</Dt></BookgDt><ValDt><Dt>2026-03-03</Dt></ValDt>\
        <AcctSvcrRef>BANK-7</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>E-1</EndToEndId>\
        <UETR>7b1c</UETR></Refs><RltdPties><Dbtr><Pty><Nm>Amina Otieno</Nm></Pty></Dbtr>\
        <DbtrAcct><Id><IBAN>KE1</IBAN></Id></DbtrAcct></RltdPties>\
        <RmtInf><Ustrd>RF93 4471 20</Ustrd></RmtInf></TxDtls></NtryDtls>";
    let inside = format!(
        "<Acct><Id><IBAN>KE99</IBAN></Id><Ccy>KES</Ccy></Acct>{}{}{}",
        balance("OPBD", "CRDT", "100.00", "KES"),
        balance("CLBD", "CRDT", "142.50", "KES"),
        credit("42.50", details)
    );
    let expected = json!({
        "format": "camt.053.001.08", "statement": "S-1", "account": "KE99", "currency": "KES",
        "opening": "100.00", "closing": "142.50", "balances_chain": true,
        "entries": [{
            "index": 0, "direction": "credit", "amount": "42.50", "currency": "KES", "status": "booked",
            "reversal": false, "booking_date": "2026-03-02", "value_date": "2026-03-03",
            "references": {"AcctSvcrRef": "BANK-7", "EndToEndId": "E-1", "UETR": "7b1c"},
            "remittance": "RF93 4471 20", "counterparty": "Amina Otieno", "counterparty_account": "KE1",
            "return_reason": null,
            "details": [{
                "amount": "42.50", "currency": "KES", "references": {"EndToEndId": "E-1", "UETR": "7b1c"},
                "remittance": "RF93 4471 20", "counterparty": "Amina Otieno",
            }],
        }],
    });
    assert_eq!(printed(statement(&inside)), [expected]);
}

#[rstest]
#[case(
    "camt.053.001.02",
    "BkToCstmrStmt",
    "Stmt",
    "<Sts>BOOK</Sts>",
    "booked"
)]
#[case(
    "camt.053.001.13",
    "BkToCstmrStmt",
    "Stmt",
    "<Sts><Cd>PDNG</Cd></Sts>",
    "pending"
)]
#[case(
    "camt.052.001.06",
    "BkToCstmrAcctRpt",
    "Rpt",
    "<Sts>INFO</Sts>",
    "information"
)]
#[case(
    "camt.054.001.08",
    "BkToCstmrDbtCdtNtfctn",
    "Ntfctn",
    "<Sts><Cd>FUTR</Cd></Sts>",
    "future"
)]
#[case(
    "camt.053.001.01",
    "BkToCstmrStmtV01",
    "Stmt",
    "<Sts>BOOK</Sts>",
    "booked"
)]
fn versions_and_status_shapes(
    #[case] message: &str,
    #[case] root: &str,
    #[case] kind: &str,
    #[case] status: &str,
    #[case] expected: &str,
) {
    let entry = format!("<Ntry><Amt Ccy=\"KES\">1</Amt><CdtDbtInd>CRDT</CdtDbtInd>{status}</Ntry>");
    let document = document(
        message,
        root,
        &format!("<{kind}><Id>X</Id>{entry}</{kind}>"),
    );
    check(&document, "/format", json!(message));
    check(&document, "/entries/0/status", json!(expected));
}

#[test]
fn version_one_has_its_own_names() {
    let detail = "<TxDtls><RmtInf><Strd><CdtrRefInf><CdtrRef>RF1</CdtrRef></CdtrRefInf></Strd></RmtInf>\
        <RtrInf><RtrRsn><Cd>AC04</Cd></RtrRsn></RtrInf></TxDtls>";
    let entry = format!(
        "<Ntry><Amt Ccy=\"KES\">1</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>{detail}</Ntry>"
    );
    let balance =
        "<Bal><Tp><Cd>OPBD</Cd></Tp><Amt Ccy=\"KES\">5</Amt><CdtDbtInd>DBIT</CdtDbtInd></Bal>";
    let account = "<Acct><Id><BBAN>123</BBAN></Id></Acct>";
    let document = document(
        "camt.053.001.01",
        "BkToCstmrStmtV01",
        &format!("<Stmt>{account}{balance}{entry}</Stmt>"),
    );
    check(&document, "/entries/0/remittance", json!("RF1"));
    check(&document, "/entries/0/return_reason", json!("AC04"));
    check(&document, "/opening", json!("-5"));
    check(&document, "/account", json!("123"));
    check(&document, "/statement", Value::Null);
}

#[rstest]
#[case("1500", "1500")]
#[case("18.150", "18.150")]
#[case("0.00001", "0.00001")]
#[case("007.50", "7.50")]
#[case(".5", "0.5")]
#[case("  12.00\n", "12.00")]
#[case("999999999999999999", "999999999999999999")]
fn amounts_keep_the_precision_of_the_source(#[case] written: &str, #[case] expected: &str) {
    check(
        &statement(&credit(written, "")),
        "/entries/0/amount",
        json!(expected),
    );
}

#[rstest]
#[case("<Dt>2026-02-28</Dt>", "2026-02-28")]
#[case("<DtTm>2026-03-02T23:30:00+03:00</DtTm>", "2026-03-02")]
#[case("<DtTm>2026-03-02T23:30:00.123456Z</DtTm>", "2026-03-02")]
#[case("<DtTm>2026-03-02T23:30:00</DtTm>", "2026-03-02")]
#[case("<Dt>2026-03-02+02:00</Dt>", "2026-03-02")]
fn dates_are_those_that_were_written(#[case] written: &str, #[case] expected: &str) {
    let document = statement(&credit("1", &format!("<BookgDt>{written}</BookgDt>")));
    check(&document, "/entries/0/booking_date", json!(expected));
    check(&document, "/entries/0/value_date", Value::Null);
}

#[test]
fn a_batch_has_one_detail_for_each_transaction_and_the_entry_repeats_none() {
    let transaction = |amount: &str, name: &str| {
        format!(
            "<TxDtls><Refs><EndToEndId>{name}</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy=\"KES\">{amount}</Amt>\
             </TxAmt></AmtDtls><RltdPties><Dbtr><Nm>{name}</Nm></Dbtr></RltdPties></TxDtls>"
        )
    };
    let batch = format!(
        "<NtryDtls><Btch><NbOfTxs>3</NbOfTxs></Btch>{}{}</NtryDtls><NtryDtls><TxDtls/></NtryDtls>",
        transaction("10.00", "a"),
        transaction("20.00", "b")
    );
    let document = statement(&credit("35.00", &batch));
    check(&document, "/entries/0/references", json!({}));
    check(&document, "/entries/0/counterparty", Value::Null);
    check(&document, "/entries/0/details/0/amount", json!("10.00"));
    check(&document, "/entries/0/details/1/counterparty", json!("b"));
    check(
        &document,
        "/entries/0/details/1/references/EndToEndId",
        json!("b"),
    );
    // One of several without an amount: nobody knows it.
    check(&document, "/entries/0/details/2/amount", Value::Null);
    check(&document, "/entries/0/details/2/currency", Value::Null);
}

#[test]
fn a_detail_prefers_its_own_amount() {
    let amounts = "<Amt Ccy=\"SEK\">0</Amt><AmtDtls><InstdAmt><Amt Ccy=\"USD\">9</Amt></InstdAmt>\
        <TxAmt><Amt Ccy=\"EUR\">8</Amt></TxAmt></AmtDtls>";
    check(&detail(amounts), "/entries/0/details/0/amount", json!("0"));
    check(
        &detail(amounts),
        "/entries/0/details/0/currency",
        json!("SEK"),
    );
    check(&detail(""), "/entries/0/details/0/amount", json!("10.00"));
}

#[test]
fn an_entry_without_details_has_none() {
    let document = statement(&credit(
        "1",
        "<NtryRef>R</NtryRef><AcctSvcrRef>NOTPROVIDED</AcctSvcrRef>",
    ));
    check(&document, "/entries/0/details", json!([]));
    check(&document, "/entries/0/references", json!({"NtryRef": "R"}));
    check(&document, "/entries/0/remittance", Value::Null);
}

#[test]
fn references_that_say_nothing_are_absent() {
    let document = detail(
        "<Refs><MsgId> </MsgId><EndToEndId>NOTPROVIDED</EndToEndId><TxId>T</TxId>\
        <Prtry><Tp>a</Tp><Ref>1</Ref></Prtry><Prtry><Tp>b</Tp><Ref>2</Ref></Prtry></Refs>",
    );
    check(
        &document,
        "/entries/0/references",
        json!({"TxId": "T", "Prtry": "1\n2"}),
    );
}

#[test]
fn the_entrys_own_reference_stands_before_its_details() {
    let inside = "<AcctSvcrRef>entry</AcctSvcrRef><NtryDtls><TxDtls><Refs><AcctSvcrRef>detail</AcctSvcrRef></Refs>\
        </TxDtls></NtryDtls>";
    let document = statement(&credit("1", inside));
    check(
        &document,
        "/entries/0/references/AcctSvcrRef",
        json!("entry"),
    );
    check(
        &document,
        "/entries/0/details/0/references/AcctSvcrRef",
        json!("detail"),
    );
}

#[test]
fn remittance_is_every_free_line_then_each_structured_block() {
    let document = detail(
        "<RmtInf><Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>RF1</Ref></CdtrRefInf>\
         <AddtlRmtInf>one</AddtlRmtInf></Strd><Ustrd>free &amp; easy</Ustrd><Ustrd><![CDATA[<second>]]></Ustrd>\
         <Strd><CdtrRefInf><Ref>RF2</Ref></CdtrRefInf></Strd></RmtInf>",
    );
    check(
        &document,
        "/entries/0/remittance",
        json!("free & easy\n<second>\nRF1\none\nRF2"),
    );
}

#[rstest]
#[case("CRDT", "the debtor", "D1")]
#[case("DBIT", "the creditor", "C1")]
fn the_counterparty_is_on_the_other_side(
    #[case] direction: &str,
    #[case] name: &str,
    #[case] account: &str,
) {
    let parties = "<NtryDtls><TxDtls><RltdPties><Dbtr><Nm>the debtor</Nm></Dbtr>\
        <DbtrAcct><Id><Othr><Id>D1</Id></Othr></Id></DbtrAcct><UltmtDbtr><Nm>nobody</Nm></UltmtDbtr>\
        <Cdtr><Pty><Nm>the creditor</Nm></Pty></Cdtr><CdtrAcct><Id><IBAN>C1</IBAN></Id></CdtrAcct></RltdPties>\
        </TxDtls></NtryDtls>";
    let document = statement(&entry(direction, "1", "KES", parties));
    check(&document, "/entries/0/counterparty", json!(name));
    check(&document, "/entries/0/counterparty_account", json!(account));
}

#[test]
fn a_party_may_be_a_bank() {
    let document = detail(
        "<RltdPties><Dbtr><Agt><FinInstnId><Nm>A Bank</Nm></FinInstnId></Agt></Dbtr></RltdPties>",
    );
    check(&document, "/entries/0/counterparty", json!("A Bank"));
}

#[rstest]
#[case("<RtrInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>closed</AddtlInf></RtrInf>", json!("AC04"))]
#[case("<RtrInf><Rsn><Prtry>R7</Prtry></Rsn></RtrInf>", json!("R7"))]
#[case("<RtrInf><AddtlInf>account </AddtlInf><AddtlInf>closed</AddtlInf></RtrInf>", json!("account closed"))]
#[case("<RtrInf></RtrInf>", Value::Null)]
#[case("", Value::Null)]
fn a_return_gives_its_reason(#[case] inside: &str, #[case] expected: Value) {
    check(&detail(inside), "/entries/0/return_reason", expected);
}

#[test]
fn a_returned_direct_debit_has_the_order_and_the_charges_inside() {
    let detail = "<NtryDtls><TxDtls><AmtDtls><InstdAmt><Amt Ccy=\"EUR\">50.00</Amt></InstdAmt></AmtDtls>\
        <Chrgs><TtlChrgsAndTaxAmt Ccy=\"EUR\">3.00</TtlChrgsAndTaxAmt><Rcrd><Amt Ccy=\"EUR\">3.00</Amt>\
        <CdtDbtInd>DBIT</CdtDbtInd></Rcrd></Chrgs><RtrInf><AddtlInf>refused</AddtlInf></RtrInf></TxDtls></NtryDtls>";
    let document = statement(&entry("DBIT", "53.00", "EUR", detail));
    check(&document, "/entries/0/direction", json!("debit"));
    check(&document, "/entries/0/reversal", json!(false));
    let statements = fairlock_intake::read_statements(document.as_bytes()).unwrap();
    let detail = &statements[0].entries[0].details[0];
    assert!(detail.returned);
    assert_eq!(detail.instructed.as_ref().unwrap().value.as_str(), "50.00");
    assert_eq!(detail.charges.len(), 1);
    assert_eq!(detail.charges[0].amount.value.as_str(), "3.00");
}

#[test]
fn a_reversal_keeps_the_direction_that_is_written() {
    let document = statement(&entry("DBIT", "5", "KES", "<RvslInd>true</RvslInd>"));
    check(&document, "/entries/0/reversal", json!(true));
    check(&document, "/entries/0/direction", json!("debit"));
}

#[rstest]
#[case::debit_is_signed(&["OPBD DBIT 5 KES", "CLBD CRDT 5 KES"], "10", json!(["-5", "5", true]))]
#[case::previous_and_interim_stand_in(&["PRCD CRDT 1 KES", "ITBD CRDT 11 KES"], "10", json!(["1", "11", true]))]
#[case::opening_before_previous(&["PRCD CRDT 9 KES", "OPBD CRDT 1 KES"], "10", json!(["1", null, null]))]
#[case::one_cent_off(&["OPBD CRDT 1 KES", "CLBD CRDT 11.01 KES"], "10", json!(["1", "11.01", false]))]
#[case::two_currencies(&["OPBD CRDT 1 KES", "CLBD CRDT 11 USD"], "10", json!(["1", "11", false]))]
#[case::balances_of_another_currency(&["OPBD CRDT 1 USD", "CLBD CRDT 11 USD"], "10", json!(["1", "11", false]))]
#[case::precisions_differ(&["OPBD CRDT 1.000 KES", "CLBD CRDT 11 KES"], "10.00000", json!(["1.000", "11", true]))]
#[case::available_is_another_balance(&["OPAV CRDT 1 KES", "CLAV CRDT 11 KES"], "10", json!([null, null, null]))]
#[case::zero_has_no_sign(&["OPBD DBIT 0.00 KES", "CLBD CRDT 10 KES"], "10", json!(["0.00", "10", true]))]
fn opening_and_closing(#[case] balances: &[&str], #[case] amount: &str, #[case] expected: Value) {
    let balances = balances.iter().map(|line| {
        let words: Vec<&str> = line.split(' ').collect();
        balance(words[0], words[1], words[2], words[3])
    });
    let document = statement(&format!(
        "{}{}",
        balances.collect::<String>(),
        credit(amount, "")
    ));
    let printed = &printed(document)[0];
    assert_eq!(
        json!([
            printed["opening"],
            printed["closing"],
            printed["balances_chain"]
        ]),
        expected
    );
}

#[test]
fn only_booked_entries_move_the_balance() {
    let pending = credit("7", "").replace("BOOK", "PDNG");
    let inside = format!(
        "{}{}{}{pending}",
        balance("OPBD", "CRDT", "1", "KES"),
        balance("CLBD", "CRDT", "3", "KES"),
        credit("2", "")
    );
    check(&statement(&inside), "/balances_chain", json!(true));
}

#[test]
fn the_accounts_currency_chooses_among_balances() {
    let inside = format!(
        "<Acct><Ccy>KES</Ccy></Acct>{}{}",
        balance("OPBD", "CRDT", "1", "USD"),
        balance("OPBD", "CRDT", "2", "KES")
    );
    check(&statement(&inside), "/opening", json!("2"));
}

#[rstest]
#[case("<Acct><Ccy>KES</Ccy></Acct>", "USD", "USD", json!("KES"))]
#[case("", "USD", "USD", json!("USD"))]
#[case("", "USD", "KES", Value::Null)]
fn the_statements_currency(
    #[case] account: &str,
    #[case] first: &str,
    #[case] second: &str,
    #[case] expected: Value,
) {
    let entries = entry("CRDT", "1", first, "") + &entry("CRDT", "1", second, "");
    check(
        &statement(&format!("{account}{entries}")),
        "/currency",
        expected,
    );
}

#[test]
fn each_statement_counts_its_entries_from_zero() {
    let inside = format!(
        "<Stmt><Id>A</Id>{}{}</Stmt><Stmt><Id>B</Id></Stmt><Stmt><Id>C</Id>{}</Stmt>",
        credit("1", ""),
        credit("2", ""),
        credit("3", "")
    );
    let printed = printed(document("camt.053.001.04", "BkToCstmrStmt", &inside));
    let shown: Vec<Value> = printed
        .iter()
        .map(|statement| {
            let entries = statement["entries"].as_array().unwrap();
            let entries: Vec<Value> = entries
                .iter()
                .map(|entry| json!([entry["index"], entry["amount"]]))
                .collect();
            json!([statement["statement"], entries])
        })
        .collect();
    assert_eq!(
        shown,
        [
            json!(["A", [[0, "1"], [1, "2"]]]),
            json!(["B", []]),
            json!(["C", [[0, "3"]]])
        ]
    );
}

#[rstest]
#[case(
    "<RltdDts><AccptncDtTm>2026-03-01T22:00:00Z</AccptncDtTm><TxDtTm>2026-03-01T21:30:00Z</TxDtTm></RltdDts>",
    "2026-03-01T21:30:00Z"
)]
#[case(
    "<RltdDts><AccptncDtTm>2026-03-02T00:30:00+03:00</AccptncDtTm></RltdDts>",
    "2026-03-01T21:30:00Z"
)]
fn the_payer_acted_when_the_transaction_says(#[case] dates: &str, #[case] expected: &str) {
    let statements = fairlock_intake::read_statements(detail(dates).as_bytes()).unwrap();
    let acted = statements[0].entries[0].details[0].acted.unwrap();
    assert_eq!(acted.at.unwrap().to_string(), expected);
}

#[test]
fn elements_that_nobody_needs_are_passed_over() {
    let inside = "<TxsSummry><TtlCdtNtries><Sum>garbage</Sum></TtlCdtNtries></TxsSummry>\
        <SplmtryData><Envlp><Ntry><Amt>not an entry</Amt></Ntry></Envlp></SplmtryData>";
    let document = statement(&format!(
        "{inside}{}",
        credit("1", "<AddtlNtryInf>x</AddtlNtryInf>")
    ));
    assert_eq!(value(document, "/entries").as_array().unwrap().len(), 1);
}
