//! Events of providers that sign: what is let in, and what each does to a payment in any order.

use fairlock_domain::calendar::{Instant, Span};
use fairlock_domain::pii::Secret;
use fairlock_intake::adyen::Capture;
use fairlock_intake::signature::adyen::{Signed, signature_for};
use fairlock_intake::signature::{Keys, base64, standard, stripe};
use fairlock_server::config::{Adyen, Credit, Feed, Notices, Provider, Source, Standard, Stripe};
use fairlock_server::money::process::{self, Ended};
use fairlock_server::money::{feeds, inbox};
use fairlock_storage::{MessageNo, NewFeed, Taken};
use hyper::StatusCode;

use super::bench::{Bench, C1, LENDER, TILL, at, contract};
use super::site::Site;

const STRIPE_KEY: &str = "whsec_stripe-endpoint-secret";
const ADYEN_KEY: &[u8] = b"thirty-two bytes of an Adyen key";
const HOOK_KEY: &[u8] = b"twenty-four bytes of key";
const NOW: &str = "2026-03-03T12:00:00Z";

fn source(name: &str, provider: Provider) -> Source {
    Source {
        name: name.to_owned(),
        feed: name.to_owned(),
        secret_path: Secret::new(format!("{name}-0f9a3b7c5d1e2f46")),
        addresses: Vec::new(),
        credit: Credit::AtOnce,
        provider,
    }
}

fn sources() -> Vec<Source> {
    let hex: String = ADYEN_KEY.iter().map(|byte| format!("{byte:02x}")).collect();
    vec![
        source(
            "stripe",
            Provider::Stripe(Stripe {
                keys: Keys::plain([STRIPE_KEY]).unwrap(),
                live: true,
                api: None,
            }),
        ),
        source(
            "adyen",
            Provider::Adyen(Adyen {
                keys: Keys::hexadecimal([hex.as_str()]).unwrap(),
                merchant_account: "Lender".to_owned(),
                capture: Capture::Separate,
                live: true,
            }),
        ),
        source(
            "hooks",
            Provider::Standard(Standard {
                keys: Keys::whsec([base64(HOOK_KEY).as_str()]).unwrap(),
                live: true,
            }),
        ),
    ]
}

/// A bench whose desk reads the three.
fn bench() -> Bench {
    let mut bench = Bench::new();
    for source in sources() {
        let feed = NewFeed {
            feed: source.feed.clone(),
            kind: feeds::CALLBACK.to_owned(),
            account: None,
            period: Span::hours(30),
        };
        bench.store().define_feed(LENDER, feed, bench.now).unwrap();
        bench.desk.sources.push(source);
    }
    bench
}

/// Stores and processes an event as the route does once it is verified.
fn take(bench: &Bench, source: &str, kind: &str, event: &str, body: &str) -> Ended {
    let headers = vec![("webhook-id".to_owned(), event.to_owned())];
    let body = body.as_bytes().to_vec();
    let desk = &bench.desk;
    let taken = inbox::take_event(desk, source, kind, event, headers, body, bench.stamp());
    let no = match taken.unwrap() {
        Taken::New(no) => no,
        Taken::Seen { .. } => return Ended::Elsewhere,
    };
    let message = bench.store().message(LENDER, no).unwrap().unwrap();
    process::process(desk, &message, bench.stamp()).unwrap()
}

/// A Stripe event; its type is its id, so that each is one event.
fn stripe_event(kind: &str, object: &str) -> String {
    format!(
        r#"{{"id":"evt_{kind}","object":"event","created":1772539200,"livemode":true,"type":"{kind}","data":{{"object":{object}}}}}"#
    )
}

fn intent(status: &str) -> String {
    format!(
        r#"{{"object":"payment_intent","id":"pi_1","amount":10000,"amount_received":10000,"currency":"eur","created":1772535600,
        "latest_charge":"ch_1","description":"{C1}","status":"{status}"}}"#
    )
}

fn charge(status: &str, more: &str) -> String {
    format!(
        r#"{{"object":"charge","id":"ch_1","amount":10000,"currency":"eur","created":1772535600,"payment_intent":"pi_1",
        "captured":true,"amount_captured":10000,"description":"{C1}","status":"{status}"{more}}}"#
    )
}

fn dispute(status: &str, amount: u32) -> String {
    format!(
        r#"{{"object":"dispute","id":"dp_1","amount":{amount},"currency":"eur","charge":"ch_1","status":"{status}","created":1772537000}}"#
    )
}

fn refund(status: &str, amount: u32) -> String {
    format!(
        r#"{{"object":"refund","id":"re_1","amount":{amount},"currency":"eur","charge":"ch_1","status":"{status}","created":1772537000}}"#
    )
}

const FEE: &str = r#","balance_transaction":{"object":"balance_transaction","id":"txn_1","type":"charge","amount":10000,"fee":325,"net":9675,"currency":"eur","source":"ch_1"}"#;

/// Every order of these.
fn orders<T: Clone>(all: &[T]) -> Vec<Vec<T>> {
    if all.len() < 2 {
        return vec![all.to_vec()];
    }
    let mut orders_of_all = Vec::new();
    for (i, first) in all.iter().enumerate() {
        let mut rest = all.to_vec();
        rest.remove(i);
        for mut order in orders(&rest) {
            order.insert(0, first.clone());
            orders_of_all.push(order);
        }
    }
    orders_of_all
}

/// In every order, each told twice, the events end in this.
fn check(source: &str, kind: &str, events: &[(&str, String)], payments: &[&str], books: &[&str]) {
    for order in orders(events) {
        let bench = bench();
        let names: Vec<&str> = order.iter().map(|(name, _)| *name).collect();
        for (event, body) in order.iter().chain(&order) {
            let ended = take(&bench, source, kind, event, body);
            assert!(!matches!(ended, Ended::Parked(_)), "{names:?}: {ended:?}");
        }
        assert_eq!(bench.payments(), payments, "{names:?}");
        let balances = bench.balances();
        for line in books {
            assert!(
                balances.iter().any(|b| b == line),
                "{names:?}: {balances:?}"
            );
        }
        bench.proves();
    }
}

fn check_stripe(events: &[(&str, String)], payments: &[&str], books: &[&str]) {
    let whole: Vec<(&str, String)> = events
        .iter()
        .map(|(kind, object)| (*kind, stripe_event(kind, object)))
        .collect();
    check("stripe", "stripe event", &whole, payments, books);
}

#[test]
fn money_of_stripe_is_one_payment_whatever_comes_first() {
    check_stripe(
        &[
            ("payment_intent.processing", intent("processing")),
            ("charge.pending", charge("pending", "")),
            ("payment_intent.succeeded", intent("succeeded")),
            ("charge.succeeded", charge("succeeded", FEE)),
        ],
        &["C-1 booked 100.00 2026-03-03"],
        &["provider_fees 3.25", "clearing:stripe 96.75"],
    );
}

#[test]
fn announced_money_of_stripe_shields_and_credits_nothing() {
    let bench = bench();
    let body = stripe_event("payment_intent.processing", &intent("processing"));
    take(&bench, "stripe", "stripe event", "evt_1", &body);
    assert_eq!(bench.payments(), ["C-1 pending 100.00 2026-03-03"]);
    assert_eq!(bench.holds("C-1"), ["payment_in_doubt"]);
}

#[test]
fn a_failed_attempt_says_nothing_of_the_next() {
    let second = charge("succeeded", "").replace("ch_1", "ch_2");
    check_stripe(
        &[
            ("charge.pending", charge("pending", "")),
            (
                "charge.failed",
                charge("failed", r#","failure_code":"insufficient_funds""#),
            ),
            ("charge.succeeded", second),
        ],
        &[
            "C-1 booked 100.00 2026-03-03",
            "C-1 failed 100.00 2026-03-03",
        ],
        &["clearing:stripe 100.00"],
    );
}

#[test]
fn a_dispute_takes_the_money_back_and_a_won_one_returns_it() {
    let opened = || ("charge.dispute.created", dispute("needs_response", 10_000));
    let succeeded = || ("charge.succeeded", charge("succeeded", ""));
    check_stripe(
        &[
            succeeded(),
            opened(),
            ("charge.dispute.closed", dispute("lost", 10_000)),
        ],
        &["C-1 reversed 100.00 2026-03-03"],
        &[],
    );
    check_stripe(
        &[
            succeeded(),
            opened(),
            (
                "charge.dispute.funds_withdrawn",
                dispute("under_review", 10_000),
            ),
            ("charge.dispute.closed", dispute("won", 10_000)),
        ],
        &["C-1 booked 100.00 2026-03-03"],
        &["clearing:stripe 100.00"],
    );
}

#[test]
fn an_inquiry_takes_nothing() {
    check_stripe(
        &[
            ("charge.succeeded", charge("succeeded", "")),
            (
                "charge.dispute.created",
                dispute("warning_needs_response", 10_000),
            ),
            ("charge.dispute.closed", dispute("warning_closed", 10_000)),
        ],
        &["C-1 booked 100.00 2026-03-03"],
        &["clearing:stripe 100.00"],
    );
}

#[test]
fn a_refund_in_part_leaves_the_rest_and_one_that_fails_all() {
    check_stripe(
        &[
            ("charge.succeeded", charge("succeeded", "")),
            ("refund.created", refund("pending", 4_000)),
            ("refund.updated", refund("succeeded", 4_000)),
        ],
        &["C-1 booked 60.00 2026-03-03"],
        &["clearing:stripe 60.00"],
    );
    check_stripe(
        &[
            ("charge.succeeded", charge("succeeded", "")),
            ("refund.updated", refund("succeeded", 4_000)),
            ("refund.failed", refund("failed", 4_000)),
        ],
        &["C-1 booked 100.00 2026-03-03"],
        &["clearing:stripe 100.00"],
    );
}

fn adyen_item(code: &str, psp: &str, original: &str, value: u32) -> String {
    let text = value.to_string();
    let signed = Signed {
        psp_reference: psp,
        original_reference: original,
        merchant_account: "Lender",
        merchant_reference: C1,
        value: &text,
        currency: "EUR",
        event_code: code,
        success: "true",
    };
    let signature = signature_for(ADYEN_KEY, &signed);
    format!(
        r#"{{"NotificationRequestItem":{{"additionalData":{{"hmacSignature":"{signature}"}},"pspReference":"{psp}",
        "originalReference":"{original}","merchantAccountCode":"Lender","merchantReference":"{C1}",
        "amount":{{"currency":"EUR","value":{value}}},"eventCode":"{code}","eventDate":"2026-03-03T09:00:00+01:00","success":"true"}}}}"#
    )
}

fn adyen_batch(items: &[String]) -> String {
    let items = items.join(",");
    format!(r#"{{"live":"true","notificationItems":[{items}]}}"#)
}

#[test]
fn a_second_chargeback_after_a_won_one_takes_the_money_for_good() {
    let of = |code: &'static str, psp: &str, original: &str| {
        (
            code,
            adyen_batch(&[adyen_item(code, psp, original, 10_000)]),
        )
    };
    let mut events = vec![
        of("CAPTURE", "PSP2", "PSP1"),
        of("CHARGEBACK", "PSP3", "PSP1"),
        of("CHARGEBACK_REVERSED", "PSP3", "PSP1"),
    ];
    check(
        "adyen",
        "adyen notification",
        &events,
        &["C-1 booked 100.00 2026-03-03"],
        &["clearing:adyen 100.00"],
    );
    events.push(of("SECOND_CHARGEBACK", "PSP3", "PSP1"));
    check(
        "adyen",
        "adyen notification",
        &events,
        &["C-1 reversed 100.00 2026-03-03"],
        &[],
    );
}

#[test]
fn a_batch_of_adyen_is_one_transaction() {
    let bench = bench();
    let good = adyen_item("CAPTURE", "PSP2", "PSP1", 10_000);
    let bad = adyen_item("CAPTURE", "PSP4", "", 10_000);
    let body = adyen_batch(&[good.clone(), bad]);
    let ended = take(&bench, "adyen", "adyen notification", "1", &body);
    assert!(matches!(ended, Ended::Parked(_)), "{ended:?}");
    assert!(bench.payments().is_empty());
    let body = adyen_batch(&[good.clone(), good]);
    take(&bench, "adyen", "adyen notification", "2", &body);
    assert_eq!(bench.payments(), ["C-1 booked 100.00 2026-03-03"]);
}

fn hook(kind: &str, more: &str) -> String {
    format!(
        r#"{{"type":"{kind}","timestamp":"{NOW}","data":{{"id":"PAY-1","amount":"100.00","currency":"EUR","reference":"{C1}","acted_at":"2026-03-03T08:00:00Z"{more}}}}}"#
    )
}

#[test]
fn our_own_payment_events_have_the_same_life() {
    check(
        "hooks",
        "webhook",
        &[
            ("payment.pending", hook("payment.pending", "")),
            ("payment.booked", hook("payment.booked", "")),
            ("payment.fee", hook("payment.fee", r#","change_id":"F1""#)),
            (
                "payment.reversed",
                hook("payment.reversed", r#","change_id":"R1""#),
            ),
        ],
        &["C-1 reversed 100.00 2026-03-03"],
        &["provider_fees 100.00"],
    );
}

/// A test event is signed as well as a real one.
#[test]
fn play_money_credits_nothing() {
    let bench = bench();
    let body = stripe_event("charge.succeeded", &charge("succeeded", ""));
    let body = body.replace("\"livemode\":true", "\"livemode\":false");
    let ended = take(&bench, "stripe", "stripe event", "evt_1", &body);
    let expected = "charge.succeeded: found a test event, expected a live one";
    assert_eq!(ended, Ended::Parked(expected.to_owned()));
    assert!(bench.payments().is_empty());
}

/// A server that takes the three.
async fn site() -> Site {
    let contracts = vec![contract("C-1", "EUR", TILL)];
    Site::with(contracts, Notices::default(), |config| {
        for source in sources() {
            config.feeds.push(Feed {
                name: source.feed.clone(),
                account: None,
                period_s: 30 * 3600,
            });
            config.sources.push(source);
        }
    })
    .await
}

fn path(name: &str) -> String {
    format!("/v1/callbacks/{name}-0f9a3b7c5d1e2f46/events")
}

fn payments(site: &Site) -> Vec<String> {
    let all = site.store.payments_of(LENDER, "C-1").unwrap();
    let line = |(row, _): &(fairlock_storage::PaymentRow, _)| {
        format!("{} {}", row.state.name(), row.amount)
    };
    all.iter().map(line).collect()
}

fn stored(site: &Site) -> i64 {
    let there = |no: &i64| {
        site.store
            .message(LENDER, MessageNo(*no))
            .unwrap()
            .is_some()
    };
    (1..).take_while(there).count() as i64
}

fn seconds(text: &str, more: i64) -> Instant {
    Instant::from_unix_seconds(at(text).unix_seconds() + more)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_that_is_wrong_old_or_missing_leaves_nothing_behind() {
    let site = site().await;
    let body = stripe_event("charge.succeeded", &charge("succeeded", ""));
    let bytes = body.as_bytes();
    let right = stripe::header_for(STRIPE_KEY, bytes, at(NOW));
    let refused = [
        stripe::header_for("whsec_another-secret", bytes, at(NOW)),
        stripe::header_for(STRIPE_KEY, b"{}", at(NOW)),
        stripe::header_for(STRIPE_KEY, bytes, seconds(NOW, -301)),
        stripe::header_for(STRIPE_KEY, bytes, seconds(NOW, 301)),
        "t=,,".to_owned(),
    ];
    for header in &refused {
        let headers = [("stripe-signature", header.as_str())];
        let (status, answer) = site
            .post_with(&path("stripe"), &headers, body.clone())
            .await;
        assert_eq!(
            (status, answer.as_str()),
            (StatusCode::UNAUTHORIZED, ""),
            "{header}"
        );
    }
    let (status, _) = site.post(&path("stripe"), body.clone()).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let twice = [
        ("stripe-signature", right.as_str()),
        ("stripe-signature", right.as_str()),
    ];
    let (status, _) = site.post_with(&path("stripe"), &twice, body.clone()).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let (status, _) = site
        .post("/v1/callbacks/stripe-0000000000000000/events", body.clone())
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(site.running.shared().money.unauthenticated(), 8);
    assert_eq!(stored(&site), 0);

    let headers = [("stripe-signature", right.as_str())];
    let (status, answer) = site.post_with(&path("stripe"), &headers, body).await;
    assert_eq!((status, answer.as_str()), (StatusCode::OK, "{}"));
    site.running.quiet().await;
    assert_eq!(payments(&site), ["booked 100.00"]);
    site.running.shutdown().await;
}

/// Stripe sends an event again with other bytes (how many endpoints wait for it) and a new
/// signature: the id says that it is the same.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_sent_again_is_answered_the_same_and_adds_nothing() {
    let site = site().await;
    let first = stripe_event("charge.succeeded", &charge("succeeded", ""));
    let again = first.replace("\"livemode\"", "\"pending_webhooks\":0,\"livemode\"");
    for body in [&first, &again, &first] {
        let header = stripe::header_for(STRIPE_KEY, body.as_bytes(), at(NOW));
        let headers = [("stripe-signature", header.as_str())];
        let (status, answer) = site
            .post_with(&path("stripe"), &headers, body.clone())
            .await;
        assert_eq!((status, answer.as_str()), (StatusCode::OK, "{}"));
        site.running.quiet().await;
    }
    assert_eq!(stored(&site), 1);
    assert_eq!(payments(&site), ["booked 100.00"]);
    site.running.shutdown().await;
}

/// Whoever signs is answered as the provider expects, even when nobody can read what came: it is
/// kept for a person.
#[tokio::test(flavor = "multi_thread")]
async fn a_signed_event_that_cant_be_read_is_kept_and_acknowledged() {
    let site = site().await;
    let body = r#"{"object":"event","id":"evt_1","type":"charge.succeeded","data":{"object":{"object":"charge","amount":"12..34"}}}"#;
    let header = stripe::header_for(STRIPE_KEY, body.as_bytes(), at(NOW));
    let headers = [("stripe-signature", header.as_str())];
    let (status, _) = site.post_with(&path("stripe"), &headers, body).await;
    assert_eq!(status, StatusCode::OK);
    site.running.quiet().await;
    let parked = site.store.parked_messages(LENDER, 10).unwrap();
    assert_eq!(
        parked[0].note.as_deref(),
        Some("$.data.object.id: found nothing, expected the charge's id")
    );
    let message = site.store.message(LENDER, MessageNo(1)).unwrap().unwrap();
    let kept = message
        .headers
        .iter()
        .any(|(name, value)| name == "stripe-signature" && *value == header);
    assert!(kept, "the signature is kept with it");
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn adyen_and_standard_webhooks_are_answered_in_their_own_form() {
    let site = site().await;
    let batch = adyen_batch(&[adyen_item("CAPTURE", "PSP2", "PSP1", 10_000)]);
    let forged = batch.replace("10000", "99900");
    let (status, _) = site.post(&path("adyen"), forged).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let (status, answer) = site.post(&path("adyen"), batch).await;
    assert_eq!((status, answer.as_str()), (StatusCode::OK, "[accepted]"));

    let body = hook("payment.booked", "");
    let signature = standard::header_for(HOOK_KEY, "msg_1", body.as_bytes(), at(NOW));
    let time = at(NOW).unix_seconds().to_string();
    let headers = |id: &'static str| {
        [
            ("webhook-id", id.to_owned()),
            ("webhook-timestamp", time.clone()),
            ("webhook-signature", signature.clone()),
        ]
    };
    for (id, expected) in [
        ("msg_2", StatusCode::UNAUTHORIZED),
        ("msg_1", StatusCode::OK),
    ] {
        let headers = headers(id);
        let headers: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let (status, _) = site.post_with(&path("hooks"), &headers, body.clone()).await;
        assert_eq!(status, expected, "{id}");
    }
    site.running.quiet().await;
    assert_eq!(payments(&site), ["booked 100.00", "booked 100.00"]);
    site.running.shutdown().await;
}
