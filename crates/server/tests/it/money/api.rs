//! Payments that a lender's own systems report, with idempotency keys, over real HTTP.

use fairlock_server::config::Notices;
use fairlock_storage::{Answered, Asked, NewMessage, RequestKey, Stamp};
use hyper::StatusCode;
use serde_json::{Value, json};

use super::bench::{C1, LENDER, at, contract};
use super::site::{API_TOKEN, Site};

const PATH: &str = "/v1/payments";

async fn site() -> Site {
    let contracts = vec![
        contract("C-1", "EUR", "bank"),
        contract("C-2", "EUR", "bank"),
    ];
    Site::start(contracts, Notices::default()).await
}

fn event(kind: &str, id: &str, amount: &str, reference: &str) -> Value {
    json!({"type": kind, "timestamp": "2026-03-03T11:00:00Z", "data": {
        "id": id, "amount": amount, "currency": "EUR", "reference": reference,
        "acted_at": "2026-03-02T23:30:00+03:00"}})
}

async fn report(site: &Site, key: &str, body: &Value) -> (StatusCode, Value) {
    let bearer = format!("Bearer {API_TOKEN}");
    let headers = [("authorization", bearer.as_str()), ("idempotency-key", key)];
    let (status, answer) = site.post_with(PATH, &headers, body.to_string()).await;
    (status, serde_json::from_str(&answer).unwrap())
}

fn paid(site: &Site) -> Vec<String> {
    let rows = site.store.payments_of(LENDER, "C-1").unwrap();
    rows.iter()
        .map(|(row, _)| {
            format!(
                "{} {} {}",
                row.state.name(),
                row.amount,
                row.paid_on.unwrap()
            )
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reported_payment_is_answered_with_its_contract() {
    let site = site().await;
    let (status, answer) = report(&site, "k1", &event("payment.booked", "S-1", "30.00", C1)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let of = &answer["payments"][0];
    assert_eq!(of["contract"], "C-1", "{answer}");
    assert_eq!(
        (&of["amount"], &of["currency"], &of["state"]),
        (&json!("30.00"), &json!("EUR"), &json!("booked"))
    );
    assert_eq!(paid(&site), ["booked 30.00 2026-03-02"]);
    let (_, answer) = report(&site, "k2", &event("payment.booked", "S-2", "30.00", "who")).await;
    assert_eq!(
        answer["payments"][0]["contract"],
        Value::Null,
        "suspense: {answer}"
    );
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_and_body_answers_the_same_and_adds_nothing() {
    let site = site().await;
    let pending = event("payment.pending", "S-1", "30.00", C1);
    let first = report(&site, "k1", &pending).await;
    assert_eq!(first.1["payments"][0]["state"], "pending");
    report(&site, "k2", &event("payment.booked", "S-1", "30.00", C1)).await;
    assert_eq!(paid(&site), ["booked 30.00 2026-03-02"]);
    // Whatever became of it since: the answer is the one that was given.
    assert_eq!(report(&site, "k1", &pending).await, first);
    assert_eq!(
        report(&site, "\"k1\"", &pending).await,
        first,
        "quoted is the same key"
    );
    assert_eq!(paid(&site), ["booked 30.00 2026-03-02"]);
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_with_another_body_is_refused() {
    let site = site().await;
    report(&site, "k1", &event("payment.booked", "S-1", "30.00", C1)).await;
    let (status, answer) = report(&site, "k1", &event("payment.booked", "S-1", "31.00", C1)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{answer}");
    assert_eq!(answer["title"], "The key was used for another body");
    assert_eq!(paid(&site), ["booked 30.00 2026-03-02"]);
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_under_one_key_are_one_payment() {
    let site = site().await;
    let body = event("payment.booked", "S-1", "30.00", C1);
    let tries = (0..20).map(|_| report(&site, "k1", &body));
    let answers = futures_util::future::join_all(tries).await;
    for (status, answer) in &answers {
        let known = [StatusCode::OK, StatusCode::CONFLICT];
        assert!(known.contains(status), "{status} {answer}");
    }
    assert!(answers.iter().any(|(status, _)| *status == StatusCode::OK));
    assert_eq!(paid(&site).len(), 1);
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_without_a_token_or_key_is_refused_and_leaves_nothing() {
    let site = site().await;
    let body = event("payment.booked", "S-1", "30.00", C1).to_string();
    let bearer = format!("Bearer {API_TOKEN}");
    let check = async |headers: &[(&str, &str)], expected: StatusCode| {
        let (status, answer) = site.post_with(PATH, headers, body.clone()).await;
        assert_eq!(status, expected, "{answer}");
    };
    let key = ("idempotency-key", "k1");
    check(&[key], StatusCode::UNAUTHORIZED).await;
    check(
        &[key, ("authorization", "Bearer wrong")],
        StatusCode::UNAUTHORIZED,
    )
    .await;
    check(
        &[key, ("authorization", API_TOKEN)],
        StatusCode::UNAUTHORIZED,
    )
    .await;
    let known = ("authorization", bearer.as_str());
    check(&[known], StatusCode::BAD_REQUEST).await;
    check(&[known, ("idempotency-key", "")], StatusCode::BAD_REQUEST).await;
    check(
        &[known, ("idempotency-key", "two words")],
        StatusCode::BAD_REQUEST,
    )
    .await;
    site.running.quiet().await;
    assert!(paid(&site).is_empty());
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_cant_be_read_is_kept_and_answered_the_same_each_time() {
    let site = site().await;
    let wrong = event("payment.booked", "S-1", "12..34", C1);
    let first = report(&site, "k1", &wrong).await;
    assert_eq!(first.0, StatusCode::UNPROCESSABLE_ENTITY);
    let detail = first.1["detail"].as_str().unwrap();
    assert!(detail.contains("amount"), "{detail}");
    assert_eq!(report(&site, "k1", &wrong).await, first);
    let parked = site.store.parked_messages(LENDER, 10).unwrap();
    assert_eq!(parked.len(), 1);
    assert_eq!(first.1["message"], parked[0].no.0);
    site.running.shutdown().await;
}

fn asked(site: &Site, key: &str) -> Asked {
    let key = RequestKey {
        caller: "shop".to_owned(),
        route: "POST /v1/payments".to_owned(),
        key: key.to_owned(),
    };
    let message = NewMessage {
        source: "api/shop".to_owned(),
        transport_key: format!("event/{}", key.key),
        name: "payment event".to_owned(),
        headers: Vec::new(),
        body: b"{}".to_vec(),
        sha256: [1; 32],
        received: Stamp {
            at: at("2026-03-03T12:00:00Z"),
            monotonic_ns: 1,
        },
    };
    site.store.take_request(LENDER, &key, message).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_in_flight_until_it_is_answered_and_the_first_answer_stands() {
    let site = site().await;
    let Asked::New(no) = asked(&site, "k9") else {
        panic!("it is new");
    };
    assert_eq!(asked(&site, "k9"), Asked::Open(no));
    let key = RequestKey {
        caller: "shop".to_owned(),
        route: "POST /v1/payments".to_owned(),
        key: "k9".to_owned(),
    };
    let answer = |body: &str| Answered {
        status: 200,
        body: body.to_owned(),
    };
    assert_eq!(
        site.store
            .answer_request(LENDER, &key, answer("one"))
            .unwrap(),
        answer("one")
    );
    assert_eq!(
        site.store
            .answer_request(LENDER, &key, answer("two"))
            .unwrap(),
        answer("one")
    );
    assert_eq!(asked(&site, "k9"), Asked::Answered(answer("one")));
    let other = RequestKey {
        caller: "till-2".to_owned(),
        ..key
    };
    let message = site.store.message(LENDER, no).unwrap().unwrap();
    let of_another = NewMessage {
        source: "api/till-2".to_owned(),
        transport_key: "event/k9".to_owned(),
        name: message.name,
        headers: Vec::new(),
        body: b"{}".to_vec(),
        sha256: [2; 32],
        received: message.received,
    };
    let asked = site.store.take_request(LENDER, &other, of_another).unwrap();
    assert!(matches!(asked, Asked::New(_)), "a key is its caller's own");
    site.running.shutdown().await;
}
