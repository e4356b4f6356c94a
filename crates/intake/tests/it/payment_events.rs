//! Fairlock's own payment events, as Standard Webhooks carries them.

use fairlock_intake::read_payment_event;
use rstest::rstest;

use crate::told::summary;

fn event(kind: &str, data: &str) -> String {
    let body = format!(
        r#"{{"type":"{kind}","timestamp":"2026-03-02T09:30:45Z","data":{{"id":"P1","amount":"1500.00","currency":"KES"{data}}}}}"#
    );
    summary(read_payment_event(body.as_bytes(), "msg_1"))
}

#[rstest]
#[case::pending("payment.pending", "", "pending P1 1500.00 KES")]
#[case::booked(
    "payment.booked",
    r#","reference":"RF93447120""#,
    "booked P1 1500.00 KES"
)]
#[case::failed(
    "payment.failed",
    r#","failure_code":"no_funds","failure_text":"Not enough money""#,
    "failed (no_funds: Not enough money) P1 1500.00 KES"
)]
#[case::reversed(
    "payment.reversed",
    r#","change_id":"C1""#,
    "reversal C1 of P1 1500.00 KES"
)]
#[case::returned(
    "payment.returned",
    r#","change_id":"C1""#,
    "return C1 of P1 1500.00 KES"
)]
#[case::refunded(
    "payment.refunded",
    r#","change_id":"C1""#,
    "refund C1 of P1 1500.00 KES"
)]
#[case::refund_failed(
    "payment.refund_failed",
    r#","change_id":"C1""#,
    "refund_failed C1 of P1 1500.00 KES"
)]
#[case::disputed(
    "payment.disputed",
    r#","change_id":"C1""#,
    "chargeback C1 of P1 1500.00 KES"
)]
#[case::won(
    "payment.dispute_won",
    r#","change_id":"C1""#,
    "chargeback_won C1 of P1 1500.00 KES"
)]
#[case::fee("payment.fee", r#","change_id":"C1""#, "fee C1 of P1 1500.00 KES")]
#[case::another("invoice.paid", "", "")]
#[case::no_reason(
    "payment.failed",
    "",
    "$.data.failure_code: found nothing, expected why it failed, in a word"
)]
#[case::no_change_id(
    "payment.refunded",
    "",
    "$.data.change_id: found nothing, expected the id of the reversal, refund, dispute or fee"
)]
#[case::the_30th_of_february(
    "payment.booked",
    r#","acted_at":"2026-02-30T09:30:45Z""#,
    "$.data.acted_at: found \"2026-02-30T09:30:45Z\", expected a time with an offset such as 2026-03-02T09:30:45Z"
)]
#[case::no_offset(
    "payment.booked",
    r#","acted_at":"2026-03-02T09:30:45""#,
    "$.data.acted_at: found \"2026-03-02T09:30:45\", expected a time with an offset such as 2026-03-02T09:30:45Z"
)]
fn events(#[case] kind: &str, #[case] data: &str, #[case] expected: &str) {
    assert_eq!(event(kind, data), expected);
}
