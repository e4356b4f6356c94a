//! Adyen notifications of our own making: what each event code tells, and what can't be read.

use fairlock_intake::adyen::Capture;
use fairlock_intake::{ReadError, read_adyen};
use rstest::rstest;

use crate::told::{summary, told};

fn item(code: &str, success: &str, members: &str) -> String {
    format!(
        r#"{{"NotificationRequestItem":{{"pspReference":"PSP2","originalReference":"PSP1","merchantAccountCode":"Lender",
        "merchantReference":"RF93447120","amount":{{"currency":"KES","value":150000}},
        "eventCode":"{code}","eventDate":"2026-03-02T09:30:45+01:00","success":{success}{members}}}}}"#
    )
}

fn batch(items: &[String]) -> Vec<u8> {
    let items = items.join(",");
    format!(r#"{{"live":"true","notificationItems":[{items}]}}"#).into_bytes()
}

fn read_one(item: &str, capture: Capture) -> String {
    let read = read_adyen(&batch(&[item.to_owned()]), "Lender", capture);
    summary(read.map(|mut all| all.remove(0)))
}

#[rstest]
#[case::pending("PENDING", "true", "pending PSP2 1500.00 KES")]
#[case::authorised("AUTHORISATION", "true", "pending PSP2 1500.00 KES")]
#[case::refused(
    "AUTHORISATION",
    "false",
    "failed (AUTHORISATION: Refused) PSP2 1500.00 KES"
)]
#[case::not_taken_up(
    "OFFER_CLOSED",
    "true",
    "failed (OFFER_CLOSED: Refused) PSP2 1500.00 KES"
)]
#[case::captured("CAPTURE", "true", "booked PSP1 1500.00 KES")]
#[case::not_captured("CAPTURE", "false", "failed (CAPTURE: Refused) PSP1 1500.00 KES")]
#[case::captured_in_vain("CAPTURE_FAILED", "true", "reversal PSP2 of PSP1 1500.00 KES")]
#[case::cancelled(
    "CANCELLATION",
    "true",
    "failed (CANCELLATION: Refused) PSP1 1500.00 KES"
)]
#[case::not_cancelled("CANCELLATION", "false", "")]
#[case::cancelled_for_us(
    "TECHNICAL_CANCEL",
    "true",
    "failed (TECHNICAL_CANCEL: Refused) PSP1 1500.00 KES"
)]
#[case::refunded("REFUND", "true", "refund PSP2 of PSP1 1500.00 KES")]
#[case::refund_refused("REFUND", "false", "")]
#[case::refund_failed("REFUND_FAILED", "true", "refund_failed PSP2 of PSP1 1500.00 KES")]
#[case::refund_returned("REFUNDED_REVERSED", "true", "refund_failed PSP2 of PSP1 1500.00 KES")]
#[case::may_be_disputed("NOTIFICATION_OF_CHARGEBACK", "true", "")]
#[case::question("REQUEST_FOR_INFORMATION", "true", "")]
#[case::disputed("CHARGEBACK", "true", "chargeback PSP2 of PSP1 1500.00 KES")]
#[case::won(
    "CHARGEBACK_REVERSED",
    "true",
    "chargeback_won PSP2 of PSP1 1500.00 KES"
)]
#[case::disputed_again(
    "SECOND_CHARGEBACK",
    "true",
    "chargeback_won PSP2 of PSP1 1500.00 KES; chargeback PSP2/2 of PSP1 1500.00 KES"
)]
#[case::lost_in_the_end(
    "PREARBITRATION_LOST",
    "true",
    "chargeback_won PSP2 of PSP1 1500.00 KES; chargeback PSP2/2 of PSP1 1500.00 KES"
)]
#[case::a_report("REPORT_AVAILABLE", "true", "")]
fn event_codes(#[case] code: &str, #[case] success: &str, #[case] expected: &str) {
    for success in [success.to_owned(), format!("\"{success}\"")] {
        let item = item(code, &success, r#","reason":"Refused""#);
        assert_eq!(read_one(&item, Capture::Separate), expected, "{success}");
    }
}

/// With immediate capture no capture is told: the authorisation is the money.
#[test]
fn an_authorisation_is_the_money_where_capture_is_immediate() {
    let item = item("AUTHORISATION", "\"true\"", "");
    assert_eq!(
        read_one(&item, Capture::Immediate),
        "booked PSP2 1500.00 KES"
    );
    assert_eq!(
        read_one(&item, Capture::Separate),
        "pending PSP2 1500.00 KES"
    );
}

#[rstest]
#[case::cancelled("cancel", "failed (CANCEL_OR_REFUND) PSP1 1500.00 KES")]
#[case::refunded("refund", "refund PSP2 of PSP1 1500.00 KES")]
fn cancel_or_refund_says_which(#[case] action: &str, #[case] expected: &str) {
    let data = format!(r#","additionalData":{{"modification.action":"{action}"}}"#);
    let item = item("CANCEL_OR_REFUND", "\"true\"", &data);
    assert_eq!(read_one(&item, Capture::Immediate), expected);
}

/// Adyen's minor units are ISO's but for four currencies.
#[rstest]
#[case::peso("CLP", "150000", "booked PSP2 1500 CLP")]
#[case::escudo("CVE", "1500", "booked PSP2 1500.00 CVE")]
#[case::rupiah("IDR", "1500", "booked PSP2 1500.00 IDR")]
#[case::krona("ISK", "150000", "booked PSP2 1500 ISK")]
#[case::ugandan_shilling("UGX", "1500", "booked PSP2 1500 UGX")]
#[case::dinar("KWD", "18150", "booked PSP2 18.150 KWD")]
#[case::as_text("KES", "\"150000\"", "booked PSP2 1500.00 KES")]
#[case::ten_to_the_18th(
    "KES",
    "1000000000000000000",
    "$.notificationItems[0].NotificationRequestItem.amount.value: found \"1000000000000000000\", expected whole minor units of KES, at most 10^15"
)]
#[case::negative(
    "KES",
    "-1",
    "$.notificationItems[0].NotificationRequestItem.amount.value: found \"-1\", expected an amount above zero in minor units"
)]
#[case::half_a_peso(
    "CLP",
    "150050",
    "$.notificationItems[0].NotificationRequestItem.amount.value: found \"150050\", expected whole minor units of CLP, at most 10^15"
)]
#[case::no_currency(
    "XXX",
    "1",
    "$.notificationItems[0].NotificationRequestItem.amount.currency: found \"XXX\", expected a currency code of ISO 4217 such as KES"
)]
fn amounts(#[case] currency: &str, #[case] value: &str, #[case] expected: &str) {
    let item = item("AUTHORISATION", "\"true\"", "").replace(
        r#"{"currency":"KES","value":150000}"#,
        &format!(r#"{{"currency":"{currency}","value":{value}}}"#),
    );
    assert_eq!(read_one(&item, Capture::Immediate), expected);
}

#[test]
fn a_batch_is_read_in_order() {
    let items = [
        item("CHARGEBACK", "\"true\"", ""),
        item("REPORT_AVAILABLE", "\"true\"", ""),
        item("CHARGEBACK_REVERSED", "\"true\"", ""),
    ];
    let read = read_adyen(&batch(&items), "Lender", Capture::Immediate).unwrap();
    let all: Vec<Vec<String>> = read.iter().map(told).collect();
    assert_eq!(all[0], ["chargeback PSP2 of PSP1 1500.00 KES"]);
    assert!(all[1].is_empty());
    assert_eq!(all[2], ["chargeback_won PSP2 of PSP1 1500.00 KES"]);
    assert_eq!(read[0].at.map(|at| at.unix_seconds()), Some(1_772_440_245));
    assert_eq!(read[0].live, Some(true));
}

#[rstest]
#[case::another_lender(
    r#""merchantAccountCode":"Lender""#,
    r#""merchantAccountCode":"Other""#,
    "$.notificationItems[0].NotificationRequestItem.merchantAccountCode: found \"Other\", expected Lender"
)]
#[case::maybe(
    r#""success":"true""#,
    r#""success":"maybe""#,
    "$.notificationItems[0].NotificationRequestItem.success: found \"maybe\", expected true or false"
)]
#[case::the_30th_of_february(
    "2026-03-02T",
    "2026-02-30T",
    "$.notificationItems[0].NotificationRequestItem.eventDate: found \"2026-02-30T09:30:45+01:00\", expected a time with an offset such as 2026-03-02T09:30:45+01:00"
)]
#[case::of_nothing(
    r#""originalReference":"PSP1","#,
    "",
    "$.notificationItems[0].NotificationRequestItem.originalReference: found nothing, expected the reference of the payment that it is of"
)]
#[case::no_item(
    "NotificationRequestItem",
    "NotificationItem",
    "$.notificationItems[0].NotificationRequestItem: found nothing, expected the item itself"
)]
fn what_cant_be_read(#[case] from: &str, #[case] to: &str, #[case] expected: &str) {
    let changed = item("REFUND", "\"true\"", "").replace(from, to);
    assert_eq!(read_one(&changed, Capture::Immediate), expected);
}

#[test]
fn an_empty_batch_is_an_error() {
    let read = read_adyen(&batch(&[]), "Lender", Capture::Immediate);
    let error: Option<ReadError> = read.err();
    assert_eq!(
        error.unwrap().to_string(),
        "$.notificationItems: found nothing, expected at least one item"
    );
}
