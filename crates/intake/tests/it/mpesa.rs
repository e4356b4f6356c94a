//! M-Pesa C2B callbacks as operators post them, on good and on bad days.

use fairlock_intake::mpesa::{
    C2bPayment, CONFIRMATION_ANSWER, Msisdn, Refusal, read_c2b, validation_answer,
};
use rstest::rstest;
use serde_json::{Value, json};

/// A confirmation with one field changed, or removed by null being put there.
fn confirmation(field: &str, value: Value) -> String {
    let mut body = json!({
        "TransactionType": "Pay Bill", "TransID": "SGR7X0Q2MZ", "TransTime": "20260302093045",
        "TransAmount": "1500.00", "BusinessShortCode": "600638", "BillRefNumber": "RF93447120",
        "InvoiceNumber": "", "OrgAccountBalance": "491234.00", "ThirdPartyTransID": "",
        "MSISDN": "254701234567", "FirstName": "Amina", "MiddleName": "", "LastName": "Otieno",
    });
    body[field] = value;
    body.to_string()
}

fn read(field: &str, value: Value) -> C2bPayment {
    match read_c2b(confirmation(field, value).as_bytes()) {
        Ok(payment) => payment,
        Err(error) => panic!("{error}"),
    }
}

fn refusal(body: impl AsRef<[u8]>) -> String {
    match read_c2b(body.as_ref()) {
        Ok(payment) => panic!("read as {}", payment.trans_id),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_confirmation_is_read() {
    let payment = read("Unannounced", json!({"any": ["thing"]}));
    assert_eq!(payment.trans_id, "SGR7X0Q2MZ");
    assert_eq!(
        payment.acted.to_string(),
        "2026-03-02T06:30:45Z",
        "East Africa Time is UTC+3"
    );
    assert_eq!(payment.amount.as_str(), "1500.00");
    assert_eq!(payment.short_code, "600638");
    assert_eq!(payment.bill_ref.as_deref(), Some("RF93447120"));
    assert_eq!(payment.invoice_number, None);
    assert_eq!(payment.balance.unwrap().as_str(), "491234.00");
    assert_eq!(payment.payer.unwrap().expose(), "Amina Otieno");
    assert!(
        matches!(payment.msisdn, Some(Msisdn::Plain(number)) if number.expose() == "254701234567")
    );
}

#[test]
fn numbers_may_be_numbers() {
    let body = r#"{"TransID":"A1","TransTime":20260302093045,"TransAmount":10.50,"BusinessShortCode":600638,
        "MSISDN":254701234567,"BillRefNumber":7}"#;
    let payment = read_c2b(body.as_bytes()).ok().unwrap();
    assert_eq!(payment.amount.as_str(), "10.50", "no float between");
    assert_eq!(payment.short_code, "600638");
    assert_eq!(payment.bill_ref.as_deref(), Some("7"));
    assert!(payment.payer.is_none());
}

#[rstest]
#[case(json!("+254701234567"), "plain 254701234567")]
#[case(json!("2547 ***** 126"), "masked 2547 ***** 126")]
#[case(json!("9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08"), "hashed 9f86")]
#[case(json!(""), "none")]
#[case(json!(null), "none")]
fn phone_numbers(#[case] written: Value, #[case] expected: &str) {
    let shown = match read("MSISDN", written).msisdn {
        None => "none".to_owned(),
        Some(Msisdn::Plain(number)) => format!("plain {}", number.expose()),
        Some(Msisdn::Masked(number)) => format!("masked {}", number.expose()),
        Some(Msisdn::Hashed(hash)) => format!("hashed {:02x}{:02x}", hash[0], hash[1]),
    };
    assert_eq!(shown, expected);
}

#[test]
fn a_balance_that_can_t_be_read_stops_no_payment() {
    assert!(
        read("OrgAccountBalance", json!("{Amount={BasicAmount=50.5}}"))
            .balance
            .is_none()
    );
}

#[rstest]
#[case("TransID", json!(null), "$.TransID: found nothing, expected a transaction id such as RKTQDM7W6S")]
#[case("TransID", json!("A/B"), "$.TransID: found \"A/B\", expected a transaction id such as RKTQDM7W6S")]
#[case("TransAmount", json!("12..34"), "$.TransAmount: found \"12..34\", expected a decimal amount such as 1500.00")]
#[case("TransAmount", json!("-5"), "$.TransAmount: found \"-5\", expected an amount without a sign; the direction carries it")]
#[case("TransAmount", json!(1e30), "$.TransAmount: found \"1e+30\", expected a decimal amount such as 1500.00")]
#[case("TransAmount", json!("0.00"), "$.TransAmount: found \"0.00\", expected an amount above zero")]
#[case("TransAmount", json!([]), "$.TransAmount: found other JSON, expected a string or a number")]
#[case("TransAmount", json!(true), "$.TransAmount: found other JSON, expected a string or a number")]
#[case("TransTime", json!("20260230093045"), "$.TransTime: found \"20260230093045\", expected a time that exists, as yyyyMMddHHmmss, such as 20260302093045")]
#[case("TransTime", json!("yesterday"), "$.TransTime: found \"yesterday\", expected a time that exists, as yyyyMMddHHmmss, such as 20260302093045")]
#[case("BusinessShortCode", json!(" "), "$.BusinessShortCode: found nothing, expected a short code such as 600638")]
#[case("BillRefNumber", json!("a\u{0}b"), "$.BillRefNumber: found control characters, expected printable text")]
fn a_bad_field_is_named(#[case] field: &str, #[case] value: Value, #[case] expected: &str) {
    assert_eq!(refusal(confirmation(field, value)), expected);
}

#[rstest]
#[case("", "line 1: found the end of the input")]
#[case("{\"TransID\":\n", "line 2: found the end of the input")]
#[case("TransID=A1&TransAmount=10", "line 1: found text that isn't JSON")]
#[case("[]", "line 1: found other JSON")]
#[case("{\"TransID\":\"A\",\"TransID\":\"B\"}", "line 1: found other JSON")]
fn what_is_no_object_is_refused(#[case] body: &str, #[case] expected: &str) {
    let expected = format!(
        "{expected}, expected a JSON object with each field once, as the operator posts it"
    );
    assert_eq!(refusal(body), expected);
}

#[test]
fn a_long_body_is_refused() {
    let body = confirmation("Unannounced", json!("x".repeat(64 * 1024)));
    assert_eq!(
        refusal(body),
        "input: found more than 64 KiB, expected a callback of at most 64 KiB"
    );
}

#[test]
fn answers_have_the_operator_s_form() {
    let answer: Value = serde_json::from_str(CONFIRMATION_ANSWER).unwrap();
    assert_eq!(answer, json!({"ResultCode": 0, "ResultDesc": "Success"}));
    let answer: Value = serde_json::from_str(&validation_answer(Ok(()))).unwrap();
    assert_eq!(answer, json!({"ResultCode": "0", "ResultDesc": "Accepted"}));
    let answer: Value = serde_json::from_str(&validation_answer(Err(Refusal::Account))).unwrap();
    assert_eq!(
        answer,
        json!({"ResultCode": "C2B00012", "ResultDesc": "Rejected"})
    );
}
