//! pain.002: three levels of status, and what each means for a payment.

use rstest::rstest;
use serde_json::{Value, json};

use crate::xml::{document, printed, refusal};

fn report(inside: &str) -> String {
    document("pain.002.001.03", "CstmrPmtStsRpt", inside)
}

fn group(status: &str) -> String {
    format!("<OrgnlGrpInfAndSts><OrgnlMsgId>O-1</OrgnlMsgId>{status}</OrgnlGrpInfAndSts>")
}

#[test]
fn a_group_alone_is_one_object_without_payment() {
    let reason = "<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>NARR</Cd></Rsn><AddtlInf>cut </AddtlInf>\
        <AddtlInf>in two</AddtlInf></StsRsnInf>";
    let expected = json!({
        "format": "pain.002.001.03", "message": "M-1", "original_message": "O-1", "group_status": "RJCT",
        "group_reason": "NARR", "group_text": "cut in two", "payment": null, "payment_status": null,
        "payment_reason": null, "payment_text": null, "transactions": [],
    });
    assert_eq!(printed(report(&group(reason))), [expected]);
}

#[test]
fn each_payment_block_is_an_object_with_its_transactions() {
    let transaction = "<TxInfAndSts><OrgnlEndToEndId>E-1</OrgnlEndToEndId><TxSts>RJCT</TxSts>\
        <StsRsnInf><Rsn><Cd>AC01</Cd></Rsn><AddtlInf>no such account</AddtlInf></StsRsnInf>\
        <OrgnlTxRef><Amt><InstdAmt Ccy=\"EUR\">90.08</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>";
    let inside = format!(
        "{}<OrgnlPmtInfAndSts><OrgnlPmtInfId>P-1</OrgnlPmtInfId><PmtInfSts>PART</PmtInfSts>{transaction}\
         </OrgnlPmtInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>P-2</OrgnlPmtInfId></OrgnlPmtInfAndSts>",
        group("<GrpSts>PART</GrpSts>")
    );
    let printed = printed(report(&inside));
    assert_eq!(printed.len(), 2);
    assert_eq!(printed[0]["payment"], json!("P-1"));
    assert_eq!(
        printed[0]["transactions"],
        json!([{
            "original_id": "E-1", "status": "RJCT", "reason": "AC01", "text": "no such account",
            "amount": "90.08", "currency": "EUR", "effect": "failed",
        }])
    );
    assert_eq!(printed[1]["payment"], json!("P-2"));
    assert_eq!(printed[1]["payment_status"], Value::Null);
}

/// Group, payment and transaction status, "-" for none.
#[rstest]
#[case::received("RCVD", "-", "-", "pending")]
#[case::technically("ACTC", "-", "-", "pending")]
#[case::profile("ACCP", "-", "-", "pending")]
#[case::in_process("ACSP", "-", "-", "pending")]
#[case::with_change("ACWC", "-", "-", "pending")]
#[case::pending("PDNG", "-", "-", "pending")]
#[case::settled("ACSC", "-", "-", "booked")]
#[case::credited("ACCC", "-", "-", "booked")]
#[case::rejected("RJCT", "-", "-", "failed")]
#[case::cancelled("CANC", "-", "-", "failed")]
#[case::payee_checked("RCVC", "-", "-", "information")]
#[case::payee_no_match("RVNM", "-", "-", "information")]
#[case::payee_close_match("RVMC", "-", "-", "information")]
#[case::payee_not_checked("RVNA", "-", "-", "information")]
#[case::in_part("PART", "-", "-", "information")]
#[case::nothing_said("-", "-", "-", "information")]
#[case::payment_before_group("RJCT", "ACSC", "-", "booked")]
#[case::transaction_before_payment("ACSC", "ACSC", "RJCT", "failed")]
#[case::payee_check_of_an_accepted_one("ACSC", "ACSC", "RVNM", "information")]
fn the_nearest_status_counts(
    #[case] of_group: &str,
    #[case] payment: &str,
    #[case] transaction: &str,
    #[case] effect: &str,
) {
    let element = |name: &str, status: &str| match status {
        "-" => String::new(),
        status => format!("<{name}>{status}</{name}>"),
    };
    let inside = format!(
        "{}<OrgnlPmtInfAndSts>{}<TxInfAndSts>{}</TxInfAndSts></OrgnlPmtInfAndSts>",
        group(&element("GrpSts", of_group)),
        element("PmtInfSts", payment),
        element("TxSts", transaction)
    );
    assert_eq!(
        printed(report(&inside))[0]["transactions"][0]["effect"],
        json!(effect)
    );
}

#[test]
fn version_two_has_transactions_beside_the_group() {
    let inside = format!(
        "{}<TxInfAndSts><OrgnlEndToEndId>NOTPROVIDED</OrgnlEndToEndId></TxInfAndSts>",
        group("<GrpSts>RJCT</GrpSts>")
    );
    let printed = printed(document("pain.002.001.02", "pain.002.001.02", &inside));
    assert_eq!(printed[0]["format"], json!("pain.002.001.02"));
    assert_eq!(printed[0]["payment"], Value::Null);
    assert_eq!(printed[0]["transactions"][0]["original_id"], Value::Null);
    assert_eq!(printed[0]["transactions"][0]["effect"], json!("failed"));
}

#[test]
fn counters_by_status_are_no_status() {
    let inside = format!(
        "{}<OrgnlPmtInfAndSts><NbOfTxsPerSts><DtldNbOfTxs>1</DtldNbOfTxs><DtldSts>RJCT</DtldSts></NbOfTxsPerSts>\
         </OrgnlPmtInfAndSts>",
        group("<GrpSts>ACTC</GrpSts>")
    );
    assert_eq!(printed(report(&inside))[0]["payment_status"], Value::Null);
}

#[test]
fn a_bad_amount_is_named() {
    let inside = "<OrgnlPmtInfAndSts><TxInfAndSts><OrgnlTxRef><Amt><InstdAmt Ccy=\"EUR\">1,5</InstdAmt></Amt>\
        </OrgnlTxRef></TxInfAndSts></OrgnlPmtInfAndSts>";
    let expected = "line 5, /Document[1]/CstmrPmtStsRpt/OrgnlPmtInfAndSts[1]/TxInfAndSts[1]/OrgnlTxRef/Amt/InstdAmt: \
        found \"1,5\", expected a decimal amount such as 1500.00";
    assert_eq!(refusal(report(inside)), expected);
}

#[test]
fn people_get_one_line() {
    let inside = format!(
        "{}<OrgnlPmtInfAndSts><TxInfAndSts><TxSts>RJCT</TxSts></TxInfAndSts><TxInfAndSts/></OrgnlPmtInfAndSts>",
        group("<GrpSts>PART</GrpSts>")
    );
    let report = report(&inside);
    let contents = fairlock_intake::read(&mut report.as_bytes(), None, &mut |_, _| {}).ok();
    let line = contents.unwrap().status_reports[0].to_string();
    assert_eq!(
        line,
        "M-1, pain.002.001.03, answer to O-1: group PART, 2 transactions, 1 failed"
    );
}
