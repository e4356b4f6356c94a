//! Airtel and MoMo callbacks and enquiries of our own making.

use fairlock_domain::money::Currency;
use fairlock_intake::{
    read_airtel_callback, read_airtel_enquiry, read_momo_callback, read_momo_status,
};
use rstest::rstest;

use crate::told::summary;

fn ugx() -> Currency {
    Currency::from_code("UGX").unwrap()
}

/// A callback credits nothing and fails nothing: it says that there is something to ask about.
#[rstest]
#[case::success("TS", "ask about RF93447120-7 (NoAmount)")]
#[case::failed("TF", "ask about RF93447120-7 (Unsigned)")]
#[case::under_way("TIP", "ask about RF93447120-7 (UnderWay)")]
#[case::ambiguous("TA", "ask about RF93447120-7 (Ambiguous)")]
#[case::reversed("TR", "ask about RF93447120-7 (NoAmount)")]
#[case::unheard_of("TX", "ask about RF93447120-7 (Ambiguous)")]
fn airtel_callbacks(#[case] code: &str, #[case] expected: &str) {
    let body = format!(
        r#"{{"transaction":{{"id":"RF93447120-7","message":"Paid UGX 5,000","status_code":"{code}","airtel_money_id":"MP2103"}}}}"#
    );
    assert_eq!(summary(read_airtel_callback(body.as_bytes())), expected);
}

fn enquiry(transaction: &str, status: &str) -> String {
    let body = format!(r#"{{"data":{{"transaction":{transaction}}},"status":{status}}}"#);
    summary(read_airtel_enquiry(body.as_bytes(), "RF93447120-7", ugx()))
}

const GOOD: &str = r#"{"code":"200","message":"SUCCESS","result_code":"ESB000010","response_code":"DP00800001001","success":true}"#;

#[rstest]
#[case::success(
    r#","status":"TS","airtel_money_id":"MP2103""#,
    "booked RF93447120-7+MP2103 5000 UGX"
)]
#[case::failed(
    r#","status":"TF","message":"No funds""#,
    "failed (DP00800001001: No funds) RF93447120-7 5000 UGX"
)]
#[case::under_way(
    r#","status":"TIP""#,
    "pending RF93447120-7 5000 UGX; ask about RF93447120-7 (UnderWay)"
)]
#[case::ambiguous(
    r#","status":"TA""#,
    "pending RF93447120-7 5000 UGX; ask about RF93447120-7 (Ambiguous)"
)]
#[case::unheard_of(
    r#","status":"TX""#,
    "pending RF93447120-7 5000 UGX; ask about RF93447120-7 (Ambiguous)"
)]
#[case::reversed(
    r#","status":"TR","airtel_money_id":"MP2103""#,
    "reversal RF93447120-7/TR of RF93447120-7+MP2103 5000 UGX"
)]
fn airtel_enquiries(#[case] members: &str, #[case] expected: &str) {
    for amount in ["5000", "\"5000\"", "\"5000.00\""] {
        let transaction =
            format!(r#"{{"id":"RF93447120-7","amount":{amount},"currency":"UGX"{members}}}"#);
        assert_eq!(enquiry(&transaction, GOOD), expected);
    }
}

/// Codes that say that Airtel itself doesn't know are never failures, whatever the status beside
/// them says: a phone would be locked while its money is under way.
#[rstest]
#[case::ambiguous("response_code", "DP00800001000")]
#[case::in_process("response_code", "DP00800001006")]
#[case::unclear("response_code", "DP00800001014")]
#[case::router("code", "ROUTER117")]
#[case::one("result_code", "ESB000001")]
#[case::four("result_code", "ESB000004")]
#[case::eight("result_code", "ESB000008")]
#[case::fourteen("result_code", "ESB000014")]
fn ambiguous_codes_of_airtel_never_fail(#[case] name: &str, #[case] code: &str) {
    let status = format!(r#"{{"{name}":"{code}","success":false}}"#);
    let failed = r#"{"id":"RF93447120-7","status":"TF","amount":5000}"#;
    assert_eq!(
        enquiry(failed, &status),
        "pending RF93447120-7 5000 UGX; ask about RF93447120-7 (Ambiguous)"
    );
    let without = r#"{"id":"RF93447120-7","status":"TF"}"#;
    assert_eq!(
        enquiry(without, &status),
        "ask about RF93447120-7 (Ambiguous)"
    );
    assert_eq!(
        enquiry("null", &status),
        "ask about RF93447120-7 (Ambiguous)"
    );
}

#[rstest]
#[case::another_id(
    r#"{"id":"RF93447120-8","status":"TS","amount":5000}"#,
    "$.data.transaction.id: found \"RF93447120-8\", expected \"RF93447120-7\", which was asked about"
)]
#[case::no_amount(
    r#"{"id":"RF93447120-7","status":"TS"}"#,
    "$.data.transaction.amount: found nothing, expected the amount, which only an enquiry's answer tells"
)]
#[case::half_a_shilling(
    r#"{"id":"RF93447120-7","status":"TS","amount":5000.5}"#,
    "$.data.transaction.amount: found \"5000.5\", expected an amount above zero in UGX, at most 10^15 minor units"
)]
#[case::negative(
    r#"{"id":"RF93447120-7","status":"TS","amount":-5000}"#,
    "$.data.transaction.amount: found \"-5000\", expected an amount without a sign; the direction carries it"
)]
#[case::ten_to_the_18th(
    r#"{"id":"RF93447120-7","status":"TS","amount":1000000000000000000}"#,
    "$.data.transaction.amount: found \"1000000000000000000\", expected an amount of at most 18 digits, 5 of them decimals"
)]
#[case::two_points(
    r#"{"id":"RF93447120-7","status":"TS","amount":"12..34"}"#,
    "$.data.transaction.amount: found \"12..34\", expected a decimal amount such as 1500.00"
)]
fn airtel_answers_that_cant_be_read(#[case] transaction: &str, #[case] expected: &str) {
    assert_eq!(enquiry(transaction, GOOD), expected);
}

const REFERENCE: &str = "5f5a1f5e-1a9f-4d5e-8f0f-2c6d9c1c7a11";

/// Tables write R for the reference.
fn of_reference(expected: &str) -> String {
    let spaced = expected.replace(" R ", &format!(" {REFERENCE} "));
    spaced.replace(" R+", &format!(" {REFERENCE}+"))
}

fn momo(members: &str) -> Vec<u8> {
    format!(
        r#"{{"externalId":"RF93447120","amount":"5000","currency":"UGX","payer":{{"partyIdType":"MSISDN","partyId":"256770000000"}}{members}}}"#
    )
    .into_bytes()
}

#[rstest]
#[case::successful(
    r#","status":"SUCCESSFUL","financialTransactionId":"363440463""#,
    "booked R+363440463 5000 UGX"
)]
#[case::a_number_as_id(
    r#","status":"SUCCESSFUL","financialTransactionId":363440463"#,
    "booked R+363440463 5000 UGX"
)]
#[case::pending(r#","status":"PENDING""#, "pending R 5000 UGX; ask about R (UnderWay)")]
#[case::failed(
    r#","status":"FAILED","reason":"LOW_BALANCE""#,
    "failed (LOW_BALANCE) R 5000 UGX"
)]
#[case::failed_with_words(
    r#","status":"FAILED","reason":{"code":"PAYER_NOT_FOUND","message":"Payee does not exist"}"#,
    "failed (PAYER_NOT_FOUND: Payee does not exist) R 5000 UGX"
)]
#[case::failed_without_a_reason(
    r#","status":"FAILED","reason":null"#,
    "failed (FAILED) R 5000 UGX"
)]
#[case::unheard_of(r#","status":"ONGOING""#, "ask about R (Ambiguous)")]
fn momo_statuses(#[case] members: &str, #[case] expected: &str) {
    let read = read_momo_status(&momo(members), REFERENCE);
    assert_eq!(summary(read), of_reference(expected));
}

/// Unsigned: booked money is announced, failed money isn't believed, and either is asked about.
#[rstest]
#[case::successful(
    r#","status":"SUCCESSFUL","financialTransactionId":"363440463""#,
    "pending R+363440463 5000 UGX; ask about R (Unsigned)"
)]
#[case::pending(r#","status":"PENDING""#, "pending R 5000 UGX; ask about R (Unsigned)")]
#[case::failed(
    r#","status":"FAILED","reason":"LOW_BALANCE""#,
    "ask about R (Unsigned)"
)]
#[case::unheard_of(r#","status":"ONGOING""#, "ask about R (Unsigned)")]
fn momo_callbacks(#[case] members: &str, #[case] expected: &str) {
    let read = read_momo_callback(&momo(members), REFERENCE);
    assert_eq!(summary(read), of_reference(expected));
}

#[rstest]
#[case::negative(
    "\"5000\"",
    "-1",
    "$.amount: found \"-1\", expected an amount without a sign; the direction carries it"
)]
#[case::zero(
    "\"5000\"",
    "0",
    "$.amount: found \"0\", expected an amount above zero in UGX, at most 10^15 minor units"
)]
#[case::currency(
    "UGX",
    "SHS",
    "$.currency: found \"SHS\", expected a currency code of ISO 4217 such as KES"
)]
#[case::no_status(
    "status",
    "state",
    "$.status: found nothing, expected PENDING, SUCCESSFUL or FAILED"
)]
fn momo_answers_that_cant_be_read(#[case] from: &str, #[case] to: &str, #[case] expected: &str) {
    let body = String::from_utf8(momo(r#","status":"SUCCESSFUL""#)).unwrap();
    let read = read_momo_status(body.replace(from, to).as_bytes(), REFERENCE);
    assert_eq!(summary(read), expected);
}
