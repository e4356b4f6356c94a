//! Stripe events of our own making: what each object tells, and what can't be read.

use fairlock_intake::{read_balance_transactions, read_stripe_event};
use rstest::rstest;

use crate::told::{summary, told};

/// An event around an object.
fn event(kind: &str, object: &str) -> Vec<u8> {
    format!(
        r#"{{"id":"evt_1","object":"event","created":1772436645,"livemode":true,"type":"{kind}",
        "data":{{"object":{object}}}}}"#
    )
    .into_bytes()
}

fn intent(members: &str) -> String {
    format!(
        r#"{{"object":"payment_intent","id":"pi_1","amount":150000,"currency":"kes","created":1772436000{members}}}"#
    )
}

fn charge(members: &str) -> String {
    format!(
        r#"{{"object":"charge","id":"ch_1","amount":150000,"currency":"kes","created":1772436000{members}}}"#
    )
}

fn refund(members: &str) -> String {
    format!(
        r#"{{"object":"refund","id":"re_1","amount":50000,"currency":"kes","charge":"ch_1"{members}}}"#
    )
}

fn dispute(members: &str) -> String {
    format!(
        r#"{{"object":"dispute","id":"dp_1","amount":150000,"currency":"kes","charge":"ch_1"{members}}}"#
    )
}

fn check(kind: &str, object: &str, expected: &str) {
    assert_eq!(summary(read_stripe_event(&event(kind, object))), expected);
}

#[rstest]
#[case::created(r#","status":"requires_payment_method","last_payment_error":null"#, "")]
#[case::waits_for_the_payer(r#","status":"requires_action","latest_charge":"ch_1""#, "")]
#[case::processing(
    r#","status":"processing","latest_charge":"ch_1""#,
    "pending ch_1 1500.00 KES"
)]
#[case::no_charge_yet(
    r#","status":"processing","latest_charge":null"#,
    "pending pi_1 1500.00 KES"
)]
#[case::the_list_of_old(
    r#","status":"processing","charges":{"object":"list","data":[{"id":"ch_2"},{"id":"ch_1"}]}"#,
    "pending ch_2 1500.00 KES"
)]
#[case::authorised(
    r#","status":"requires_capture","amount_capturable":140000,"latest_charge":"ch_1""#,
    "pending ch_1 1400.00 KES"
)]
#[case::succeeded(
    r#","status":"succeeded","amount_received":140000,"latest_charge":{"id":"ch_1","object":"charge"}"#,
    "booked ch_1+pi_1 1400.00 KES"
)]
#[case::failed(
    r#","status":"requires_payment_method","latest_charge":"ch_1","last_payment_error":{"code":"card_declined","decline_code":"insufficient_funds","message":"Your card has insufficient funds."}"#,
    "failed (insufficient_funds: Your card has insufficient funds.) ch_1 1500.00 KES"
)]
#[case::canceled(
    r#","status":"canceled","cancellation_reason":"abandoned""#,
    "failed (abandoned) pi_1 1500.00 KES"
)]
fn intents(#[case] members: &str, #[case] expected: &str) {
    check("payment_intent.updated", &intent(members), expected);
}

#[rstest]
#[case::captured(
    "charge.succeeded",
    r#","status":"succeeded","captured":true,"amount_captured":140000,"payment_intent":"pi_1""#,
    "booked ch_1+pi_1 1400.00 KES"
)]
#[case::without_an_intent(
    "charge.succeeded",
    r#","status":"succeeded","captured":true"#,
    "booked ch_1 1500.00 KES"
)]
#[case::authorised(
    "charge.succeeded",
    r#","status":"succeeded","captured":false,"amount_captured":0,"payment_intent":"pi_1""#,
    "pending ch_1 1500.00 KES"
)]
#[case::expired(
    "charge.expired",
    r#","status":"succeeded","captured":false,"amount_captured":0"#,
    "failed (expired: the authorisation was never captured) ch_1 1500.00 KES"
)]
#[case::pending("charge.pending", r#","status":"pending""#, "pending ch_1 1500.00 KES")]
#[case::failed(
    "charge.failed",
    r#","status":"failed","failure_code":"card_declined","failure_message":"No.""#,
    "failed (card_declined: No.) ch_1 1500.00 KES"
)]
#[case::another_status(
    "charge.updated",
    r#","status":"lost""#,
    "$.data.object.status: found \"lost\", expected succeeded, pending or failed"
)]
#[case::refunded_with_a_list(
    "charge.refunded",
    r#","status":"succeeded","captured":true,"refunds":{"object":"list","data":[{"object":"refund","id":"re_1","amount":150000,"currency":"kes","charge":"ch_1","status":"succeeded"}]}"#,
    "booked ch_1 1500.00 KES; refund re_1 of ch_1 1500.00 KES"
)]
#[case::with_its_fee(
    "charge.updated",
    r#","status":"succeeded","captured":true,"balance_transaction":{"object":"balance_transaction","id":"txn_1","type":"charge","amount":150000,"fee":4650,"net":145350,"currency":"kes","source":"ch_1","fee_details":[{"amount":4350,"currency":"kes","type":"stripe_fee"},{"amount":300,"currency":"kes","type":"tax"}]}"#,
    "booked ch_1 1500.00 KES; fee txn_1 of ch_1 46.50 KES"
)]
fn charges(#[case] kind: &str, #[case] members: &str, #[case] expected: &str) {
    check(kind, &charge(members), expected);
}

#[rstest]
#[case::done(r#","status":"succeeded""#, "refund re_1 of ch_1 500.00 KES")]
#[case::before_there_were_states("", "refund re_1 of ch_1 500.00 KES")]
#[case::under_way(r#","status":"pending""#, "")]
#[case::waits_for_the_payer(r#","status":"requires_action""#, "")]
#[case::failed(
    r#","status":"failed","failure_reason":"expired_or_canceled_card""#,
    "refund_failed re_1 of ch_1 500.00 KES"
)]
#[case::canceled(r#","status":"canceled""#, "refund_failed re_1 of ch_1 500.00 KES")]
fn refunds(#[case] members: &str, #[case] expected: &str) {
    check("refund.updated", &refund(members), expected);
}

#[rstest]
#[case::opened(
    "charge.dispute.created",
    "needs_response",
    "chargeback dp_1 of ch_1 1500.00 KES"
)]
#[case::an_inquiry("charge.dispute.created", "warning_needs_response", "")]
#[case::an_inquiry_ended("charge.dispute.closed", "warning_closed", "")]
#[case::withdrawn(
    "charge.dispute.funds_withdrawn",
    "needs_response",
    "chargeback dp_1 of ch_1 1500.00 KES"
)]
#[case::withdrawn_early(
    "charge.dispute.funds_withdrawn",
    "warning_under_review",
    "chargeback dp_1 of ch_1 1500.00 KES"
)]
#[case::reinstated(
    "charge.dispute.funds_reinstated",
    "under_review",
    "chargeback_won dp_1 of ch_1 1500.00 KES"
)]
#[case::won(
    "charge.dispute.closed",
    "won",
    "chargeback_won dp_1 of ch_1 1500.00 KES"
)]
#[case::lost("charge.dispute.closed", "lost", "chargeback dp_1 of ch_1 1500.00 KES")]
fn disputes(#[case] kind: &str, #[case] status: &str, #[case] expected: &str) {
    check(
        kind,
        &dispute(&format!(r#","status":"{status}""#)),
        expected,
    );
}

#[test]
fn a_dispute_s_fee_is_a_line_of_its_own() {
    let members = r#","status":"needs_response","balance_transactions":[{"object":"balance_transaction","id":"txn_9",
        "type":"adjustment","amount":-150000,"fee":150000,"net":-300000,"currency":"kes","source":"dp_1"}]"#;
    let expected = "chargeback dp_1 of ch_1 1500.00 KES; fee txn_9 of ch_1 1500.00 KES";
    check("charge.dispute.created", &dispute(members), expected);
}

#[rstest]
#[case::on_its_way("in_transit", "payout po_1 1100.00 KES on its way")]
#[case::paid("paid", "payout po_1 1100.00 KES paid")]
#[case::failed("failed", "payout po_1 1100.00 KES failed")]
fn payouts(#[case] status: &str, #[case] expected: &str) {
    let object = format!(
        r#"{{"object":"payout","id":"po_1","amount":110000,"currency":"kes","arrival_date":1772500000,"status":"{status}"}}"#
    );
    check("payout.updated", &object, expected);
}

#[test]
fn everything_else_is_information() {
    check(
        "customer.created",
        r#"{"object":"customer","id":"cus_1"}"#,
        "",
    );
    check(
        "plan.created",
        r#"{"object":"plan","id":"price_1","amount":2000}"#,
        "",
    );
}

/// Stripe's minor units aren't ISO's everywhere.
#[rstest]
#[case::yen("jpy", "1500", "booked ch_1 1500 JPY")]
#[case::dinar("kwd", "18150", "booked ch_1 18.150 KWD")]
#[case::ugandan_shilling_is_written_with_two("ugx", "500000", "booked ch_1 5000 UGX")]
#[case::ugandan_shilling_has_none(
    "ugx",
    "500050",
    "$.data.object.amount: found \"500050\", expected whole minor units of UGX, at most 10^15"
)]
#[case::krona_is_written_with_two("isk", "500", "booked ch_1 5 ISK")]
#[case::ariary_has_none_there("mga", "5000", "booked ch_1 5000.00 MGA")]
fn minor_units(#[case] currency: &str, #[case] amount: &str, #[case] expected: &str) {
    let object = format!(
        r#"{{"object":"charge","id":"ch_1","amount":{amount},"currency":"{currency}","status":"succeeded","captured":true}}"#
    );
    check("charge.succeeded", &object, expected);
}

#[rstest]
#[case::as_text(r#""150000""#, "booked ch_1 1500.00 KES")]
#[case::most("1000000000000000", "booked ch_1 10000000000000.00 KES")]
#[case::ten_to_the_18th(
    "1000000000000000000",
    "$.data.object.amount: found \"1000000000000000000\", expected whole minor units of KES, at most 10^15"
)]
#[case::negative(
    "-150000",
    "$.data.object.amount: found \"-150000\", expected an amount above zero in minor units"
)]
#[case::zero(
    "0",
    "$.data.object.amount: found \"0\", expected an amount above zero in minor units"
)]
#[case::with_decimals(
    "1500.00",
    "$.data.object.amount: found \"1500.00\", expected a whole number such as 1500"
)]
#[case::with_an_exponent(
    "15e4",
    "$.data.object.amount: found \"15e4\", expected a whole number such as 1500"
)]
#[case::a_list(
    "[150000]",
    "$.data.object.amount: found other JSON, expected a string or a number"
)]
#[case::null(
    "null",
    "$.data.object.amount: found nothing, expected an amount above zero in minor units"
)]
fn odd_amounts(#[case] amount: &str, #[case] expected: &str) {
    let object = format!(
        r#"{{"object":"charge","id":"ch_1","amount":{amount},"currency":"kes","status":"succeeded","captured":"true"}}"#
    );
    check("charge.succeeded", &object, expected);
}

#[rstest]
#[case::an_unknown_currency(
    r#"{"object":"charge","id":"ch_1","amount":1,"currency":"xxx","status":"succeeded"}"#,
    "$.data.object.currency: found \"xxx\", expected a currency code of ISO 4217 such as KES"
)]
#[case::no_id(
    r#"{"object":"charge","amount":1,"currency":"kes","status":"succeeded"}"#,
    "$.data.object.id: found nothing, expected the charge's id"
)]
#[case::an_id_with_a_space(
    r#"{"object":"charge","id":"ch 1","amount":1,"currency":"kes","status":"succeeded"}"#,
    "$.data.object.id: found \"ch 1\", expected an id of at most 255 printable characters"
)]
#[case::a_member_twice(
    r#"{"object":"charge","id":"ch_1","amount":1,"amount":100000000,"currency":"kes","status":"succeeded"}"#,
    "$.data.object: found other JSON, expected an object with each member once"
)]
#[case::a_refund_of_nothing(
    r#"{"object":"refund","id":"re_1","amount":1,"currency":"kes","status":"succeeded"}"#,
    "$.data.object.charge: found nothing, expected the charge that it is of"
)]
fn what_cant_be_read(#[case] object: &str, #[case] expected: &str) {
    check("charge.succeeded", object, expected);
}

#[test]
fn an_event_has_an_envelope() {
    let of = |body: &str| summary(read_stripe_event(body.as_bytes()));
    let thin = r#"{"id":"evt_1","object":"v2.core.event","type":"v1.charge.succeeded"}"#;
    assert_eq!(
        of(thin),
        "$.object: found \"v2.core.event\", expected \"event\", with the object in it"
    );
    assert_eq!(
        of("[]"),
        "line 1: found other JSON, expected a JSON object with each member once"
    );
    assert_eq!(
        of(""),
        "line 1: found the end of the input, expected a JSON object with each member once"
    );
    let event = read_stripe_event(&event("charge.pending", &charge(r#","status":"pending""#)));
    let event = event.unwrap();
    assert_eq!(event.event.as_deref(), Some("evt_1"));
    assert_eq!(event.at.map(|at| at.unix_seconds()), Some(1_772_436_645));
    assert_eq!(event.live, Some(true));
    assert_eq!(told(&event), ["pending ch_1 1500.00 KES"]);
}

/// The contract's reference may stand in the description or anywhere in the metadata.
#[test]
fn the_merchant_s_own_words_are_kept() {
    use fairlock_intake::notification::Tells;
    let object = charge(
        r#","status":"succeeded","captured":true,"description":"Phone\nrent","metadata":{"contract":"RF93447120","month":3},
        "billing_details":{"name":"Achieng' O.","phone":"+254700000000"}"#,
    );
    let event = read_stripe_event(&event("charge.succeeded", &object)).unwrap();
    let Some(Tells::Payment(payment)) = event.tells.first() else {
        panic!("a payment");
    };
    let texts: Vec<&str> = payment.texts.iter().map(|t| t.expose().as_str()).collect();
    assert_eq!(texts, ["Phone rent", "RF93447120", "3"]);
    assert_eq!(payment.payer.as_ref().unwrap().expose(), "Achieng' O.");
    // Typed by the payer: no proof of who paid.
    assert!(payment.phone.is_none());
}

#[test]
fn a_page_of_stripe_s_books() {
    let line = |id: &str, amount: i64, fee: i64, net: i64, source: &str| {
        format!(
            r#"{{"object":"balance_transaction","id":"{id}","type":"charge","amount":{amount},"fee":{fee},"net":{net},"currency":"kes","source":{source}}}"#
        )
    };
    let page = |lines: &[String]| {
        let lines = lines.join(",");
        format!(r#"{{"object":"list","has_more":false,"data":[{lines}]}}"#).into_bytes()
    };
    let good = page(&[
        line("txn_1", 150_000, 4_650, 145_350, r#""ch_1""#),
        line("txn_2", -150_000, -4_650, -145_350, "null"),
    ]);
    let read = read_balance_transactions(&good).unwrap();
    assert_eq!(read[0].net.to_string(), "1453.50");
    assert_eq!(read[0].source.as_deref(), Some("ch_1"));
    assert_eq!(
        (read[1].amount.minor(), read[1].fee.minor()),
        (-150_000, -4_650)
    );

    let wrong = page(&[line("txn_1", 150_000, 4_650, 150_000, "null")]);
    let error = read_balance_transactions(&wrong).unwrap_err().to_string();
    assert_eq!(
        error,
        "$.data[0].net: found \"150000\", expected the amount less the fee"
    );
}
