//! Cash that agents take: signed receipts, bags, deposits; over real HTTP.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use fairlock_domain::payment::Reference;
use fairlock_domain::pii::Pii;
use fairlock_protocol::p256::SPKI_HEAD;
use fairlock_server::config::Notices;
use fairlock_server::money::cash::Kind;
use fairlock_server::money::cash::signed::signed_bytes;
use fairlock_storage::CashAgent;
use hyper::StatusCode;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};

use super::bench::{C1, C2, LENDER, at, contract};
use super::camt::{credit, statement};
use super::site::Site;

/// An agent's phone.
struct Phone {
    agent: &'static str,
    key: SigningKey,
}

impl Phone {
    fn new(agent: &'static str, seed: u8) -> Phone {
        let key = SigningKey::from_slice(&[seed; 32]).unwrap();
        Phone { agent, key }
    }

    fn spki(&self) -> Vec<u8> {
        let point = self.key.verifying_key().to_sec1_point(false);
        [&SPKI_HEAD[..], point.as_bytes()].concat()
    }

    fn signature(&self, kind: Kind, body: &str) -> String {
        let said = signed_bytes(kind, LENDER, self.agent, body.as_bytes());
        let signature: Signature = self.key.sign(&said);
        BASE64_STANDARD.encode(signature.normalize_s().to_bytes())
    }

    async fn send(&self, site: &Site, kind: Kind, body: &Value) -> (StatusCode, Value) {
        let body = body.to_string();
        let signature = self.signature(kind, &body);
        let headers = [
            ("fairlock-agent", self.agent),
            ("fairlock-signature", signature.as_str()),
        ];
        send(site, kind, &headers, body).await
    }
}

async fn send(
    site: &Site,
    kind: Kind,
    headers: &[(&str, &str)],
    body: String,
) -> (StatusCode, Value) {
    let path = match kind {
        Kind::Bag => "/v1/cash/bags",
        _ => "/v1/cash/receipts",
    };
    let (status, answer) = site.post_with(path, headers, body).await;
    (status, serde_json::from_str(&answer).unwrap())
}

fn receipt(number: &str, reference: &str, amount: &str) -> Value {
    json!({"receipt": number, "reference": reference, "amount": amount, "currency": "EUR",
        "taken_at": "2026-03-01T10:00:00+03:00"})
}

fn bag(receipts: &[&str], amount: &str) -> Value {
    json!({"bag": "A7-B12", "receipts": receipts, "amount": amount, "currency": "EUR",
        "closed_at": "2026-03-03T11:00:00Z"})
}

/// A site with two contracts and the agent A7.
async fn site() -> (Site, Phone) {
    let contracts = vec![
        contract("C-1", "EUR", "bank"),
        contract("C-2", "EUR", "bank"),
    ];
    let site = Site::start(contracts, Notices::default()).await;
    let phone = Phone::new("A7", 7);
    let agent = CashAgent {
        agent: "A7".to_owned(),
        name: Pii::new("Kiosk Mtwapa".to_owned()),
        spki: phone.spki(),
        added_at: at("2026-03-01T00:00:00Z"),
        closed_at: None,
    };
    assert!(site.store.add_cash_agent(LENDER, agent).unwrap());
    (site, phone)
}

fn paid(site: &Site, contract: &str) -> Vec<String> {
    let rows = site.store.payments_of(LENDER, contract).unwrap();
    let line = |row: &fairlock_storage::PaymentRow| {
        let day = row.paid_on.map(|day| day.to_string()).unwrap_or_default();
        format!("{} {} {day}", row.state.name(), row.amount)
    };
    rows.iter().map(|(row, _)| line(row)).collect()
}

fn slip() -> String {
    Reference::of_contract("A7-B12")
        .unwrap()
        .as_str()
        .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_shields_and_its_banked_bag_credits_as_of_the_day_it_was_paid() {
    let (site, phone) = site().await;
    let (status, answer) = phone
        .send(&site, Kind::Receipt, &receipt("A7-1", C1, "60.00"))
        .await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let of = &answer["payments"][0];
    assert_eq!(
        (of["state"].as_str(), of["contract"].as_str()),
        (Some("pending"), Some("C-1"))
    );
    phone
        .send(&site, Kind::Receipt, &receipt("A7-2", C2, "40.00"))
        .await;
    assert_eq!(paid(&site, "C-1"), ["pending 60.00 2026-03-01"]);
    let (status, answer) = phone
        .send(&site, Kind::Bag, &bag(&["A7-1", "A7-2"], "100.00"))
        .await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert!(
        answer["note"].as_str().unwrap().contains(&slip()),
        "{answer}"
    );
    // The deposit is no payment of its own: two receipts, one line.
    let deposit = statement("S-1").with(credit("100.00").text(&format!("cash {}", slip())));
    site.drop_file("s1.xml", &deposit.xml());
    site.running.quiet().await;
    assert_eq!(paid(&site, "C-1"), ["booked 60.00 2026-03-01"]);
    assert_eq!(paid(&site, "C-2"), ["booked 40.00 2026-03-01"]);
    assert!(site.store.open_suspense(LENDER, 10).unwrap().is_empty());
    let clearing = site.store.balances(LENDER).unwrap();
    let cash = clearing
        .accounts()
        .find(|(account, ..)| account.name().contains("cash/A7"));
    assert!(
        cash.is_none_or(|(.., balance)| balance.net() == 0),
        "cash isn't cleared"
    );
    assert!(site.store.proof(LENDER).unwrap().breaks.is_empty());
    // The same statement in another file adds nothing.
    let mut again = deposit.xml();
    again.extend_from_slice(b"\n<!-- again -->");
    site.drop_file("s2.xml", &again);
    site.running.quiet().await;
    assert_eq!(paid(&site, "C-1"), ["booked 60.00 2026-03-01"]);
    assert!(site.store.open_suspense(LENDER, 10).unwrap().is_empty());
    assert!(site.store.proof(LENDER).unwrap().breaks.is_empty());
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deposit_of_another_sum_is_nobodys_and_the_bag_stays_open() {
    let (site, phone) = site().await;
    phone
        .send(&site, Kind::Receipt, &receipt("A7-1", C1, "60.00"))
        .await;
    phone.send(&site, Kind::Bag, &bag(&["A7-1"], "60.00")).await;
    let deposit = statement("S-1").with(credit("59.00").text(&slip()));
    site.drop_file("s1.xml", &deposit.xml());
    site.running.quiet().await;
    assert_eq!(paid(&site, "C-1"), ["pending 60.00 2026-03-01"]);
    assert_eq!(site.store.open_suspense(LENDER, 10).unwrap().len(), 1);
    assert_eq!(site.store.open_cash_bags(LENDER, "A7").unwrap().len(), 1);
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_receipt_again_is_one_payment() {
    let (site, phone) = site().await;
    let body = receipt("A7-1", C1, "60.00");
    let (_, first) = phone.send(&site, Kind::Receipt, &body).await;
    let (status, again) = phone.send(&site, Kind::Receipt, &body).await;
    assert_eq!(
        (status, &again["payments"]),
        (StatusCode::OK, &first["payments"])
    );
    assert_eq!(paid(&site, "C-1").len(), 1);
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_agent_signed_is_refused_and_stores_nothing() {
    let (site, phone) = site().await;
    let body = receipt("A7-1", C1, "60.00").to_string();
    let right = phone.signature(Kind::Receipt, &body);
    let other = Phone {
        agent: "A7",
        ..Phone::new("A7", 8)
    }
    .signature(Kind::Receipt, &body);
    let of_a_bag = phone.signature(Kind::Bag, &body);
    let check = async |headers: &[(&str, &str)], why: &str| {
        let (status, answer) = send(&site, Kind::Receipt, headers, body.clone()).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{answer}");
        let detail = answer["detail"].as_str().unwrap();
        assert!(detail.contains(why), "{detail}: expected {why}");
    };
    check(&[], "fairlock-agent: found none").await;
    check(
        &[("fairlock-agent", "A7")],
        "fairlock-signature: found none",
    )
    .await;
    let signed = |agent, signature| [("fairlock-agent", agent), ("fairlock-signature", signature)];
    check(&signed("A8", right.as_str()), "no such agent").await;
    check(&signed("A7", "c2hvcnQ="), "64 bytes").await;
    check(&signed("A7", other.as_str()), "doesn't fit").await;
    check(&signed("A7", of_a_bag.as_str()), "doesn't fit").await;
    site.store
        .close_cash_agent(LENDER, "A7", at("2026-03-03T11:59:00Z"))
        .unwrap();
    check(&signed("A7", right.as_str()), "closed since").await;
    site.running.quiet().await;
    assert!(paid(&site, "C-1").is_empty());
    assert!(site.store.parked_messages(LENDER, 10).unwrap().is_empty());
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bag_that_doesnt_add_up_is_kept_and_says_why() {
    let (site, phone) = site().await;
    phone
        .send(&site, Kind::Receipt, &receipt("A7-1", C1, "60.00"))
        .await;
    phone
        .send(&site, Kind::Receipt, &receipt("A7-2", C2, "40.00"))
        .await;
    let check = async |receipts: &[&str], amount: &str, why: &str| {
        let (status, answer) = phone.send(&site, Kind::Bag, &bag(receipts, amount)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{answer}");
        let detail = answer["detail"].as_str().unwrap();
        assert!(detail.contains(why), "{detail}: expected {why}");
    };
    check(
        &["A7-1"],
        "61.00",
        "expected the sum of the receipts, 60.00",
    )
    .await;
    check(&["A7-1", "A7-1"], "120.00", "2 numbers, 1 different").await;
    check(&["A7-1", "A7-3"], "60.00", "A7-3 isn't known").await;
    check(&["A7-1", "A8-1"], "60.00", "expected a number of agent A7").await;
    check(&[], "1.00", "0 numbers").await;
    phone.send(&site, Kind::Bag, &bag(&["A7-1"], "60.00")).await;
    let mut second = bag(&["A7-1", "A7-2"], "100.00");
    second["bag"] = json!("A7-B13");
    let (status, answer) = phone.send(&site, Kind::Bag, &second).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer["detail"]
            .as_str()
            .unwrap()
            .contains("A7-1 is in bag A7-B12 already")
    );
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_out_of_another_book_or_form_is_kept_for_a_person() {
    let (site, phone) = site().await;
    let check = async |change: &dyn Fn(&mut Value), why: &str| {
        let mut body = receipt("A7-1", C1, "60.00");
        change(&mut body);
        let (status, answer) = phone.send(&site, Kind::Receipt, &body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{answer}");
        let detail = answer["detail"].as_str().unwrap();
        assert!(detail.contains(why), "{detail}: expected {why}");
    };
    check(
        &|b| b["receipt"] = json!("A8-1"),
        "expected a number of agent A7",
    )
    .await;
    check(&|b| b["amount"] = json!("12..34"), "$.amount").await;
    check(&|b| b["amount"] = json!("-60.00"), "$.amount").await;
    check(&|b| b["amount"] = json!("0"), "$.amount").await;
    check(&|b| b["currency"] = json!("XXL"), "$.currency").await;
    check(
        &|b| b["taken_at"] = json!("2026-02-30T10:00:00Z"),
        "$.taken_at",
    )
    .await;
    check(&|b| b["note"] = json!("hello"), "no other members").await;
    check(
        &|b| drop(b.as_object_mut().unwrap().remove("reference")),
        "$.reference",
    )
    .await;
    assert!(paid(&site, "C-1").is_empty());
    site.running.shutdown().await;
}
