//! What a carrier tells later: in any order, twice, at night, of messages that nobody knows.

use fairlock_storage::MessageState;

use super::gateway::{Conduct, Gateway, answers};
use super::relay::Relay;
use super::{
    SECRET, by_both, by_text, messages, plain, proofs, reachable, receipt, receipts_path, rows,
};
use crate::money::bench::LENDER;
use crate::money::site::Site;

/// With one message accepted at 09:00 in Nairobi.
async fn accepted() -> (Gateway, Site, String) {
    let gateway = Gateway::start().await;
    let site = Site::start(vec![plain()], by_text(&gateway)).await;
    site.clock("2026-03-04T06:00:00Z").await;
    let id = gateway.id(0);
    (gateway, site, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_the_proof_and_tells_it_once() {
    let (_gateway, site, id) = accepted().await;
    receipt(&site, &id, "sent").await;
    receipt(&site, &id, "delivered").await;
    receipt(&site, &id, "delivered").await;
    receipt(&site, &id, "sent").await;
    receipt(&site, &id, "accepted").await;
    assert_eq!(
        proofs(&site),
        ["sandbox/first sms sent", "sandbox/first sms delivered"]
    );
    assert_eq!(messages(&site), ["sandbox/first sms 1 delivered"]);
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_that_is_there_before_the_answer_counts_the_same() {
    let gateway = Gateway::start().await;
    let site = Site::start(vec![plain()], by_text(&gateway)).await;
    gateway.will(Conduct::TellFirst {
        receipts: format!("http://{}{}", site.running.addr(), receipts_path()),
        state: "delivered",
    });
    site.clock("2026-03-04T06:00:00Z").await;
    assert_eq!(proofs(&site), ["sandbox/first sms delivered"]);
    assert_eq!(messages(&site), ["sandbox/first sms 1 delivered"]);
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_before_the_answer_is_a_failure() {
    let gateway = Gateway::start().await;
    let site = Site::start(vec![plain()], by_text(&gateway)).await;
    gateway.will(Conduct::TellFirst {
        receipts: format!("http://{}{}", site.running.addr(), receipts_path()),
        state: "failed",
    });
    site.clock("2026-03-04T06:00:00Z").await;
    assert_eq!(
        messages(&site)[0],
        "sandbox/first sms 1 failed: its carrier failed and gave no reason"
    );
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bounce_takes_the_proof_back_and_the_notice_starts_anew() {
    let (gateway, relay) = (Gateway::start().await, Relay::start().await);
    let site = Site::start(vec![reachable("sandbox")], {
        let mut mail_alone = by_both(&gateway, &relay);
        mail_alone.sms = None;
        mail_alone
    })
    .await;
    site.clock("2026-03-04T06:00:00Z").await;
    assert_eq!(proofs(&site), ["sandbox/first email sent"]);
    let id = fairlock_server::notices::message_id(LENDER, rows(&site)[0].no);
    // Its time runs; the bounce comes at midnight.
    site.clock("2026-03-04T21:00:00Z").await;
    let body = format!(r#"{{"id":"{id}","state":"failed","reason":"joyce@mail.example is full"}}"#);
    assert_eq!(site.post(&receipts_path(), body).await.0, 204);
    site.running.quiet().await;
    assert_eq!(
        proofs(&site),
        ["sandbox/first email sent", "sandbox/first email failed"]
    );
    assert_eq!(relay.taken().len(), 1);
    site.clock("2026-03-05T05:59:59Z").await;
    assert_eq!(relay.taken().len(), 1, "not before 09:00");
    site.clock("2026-03-05T06:00:00Z").await;
    assert_eq!(relay.taken().len(), 2);
    assert_eq!(
        messages(&site),
        [
            "sandbox/first email 1 failed: (the borrower's) is full",
            "sandbox/first email 1 sent"
        ]
    );
    assert_eq!(proofs(&site).len(), 3);
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_before_it_counts_is_said_again_later_and_three_times() {
    let (gateway, site, first) = accepted().await;
    receipt(&site, &first, "failed").await;
    site.clock("2026-03-04T06:59:59Z").await;
    assert_eq!(gateway.asked().len(), 1);
    site.clock("2026-03-04T07:00:00Z").await;
    assert_eq!(gateway.asked().len(), 2, "an hour later");
    let second = gateway.id(1);
    assert_ne!(first, second, "it is another message");
    receipt(&site, &second, "failed").await;
    site.clock("2026-03-04T09:00:00Z").await;
    assert_eq!(gateway.asked().len(), 3, "two hours later");
    receipt(&site, &gateway.id(2), "failed").await;
    site.clock("2026-03-04T20:00:00Z").await;
    site.clock("2026-03-05T08:00:00Z").await;
    assert_eq!(gateway.asked().len(), 3, "then a person looks");
    let failed = rows(&site);
    assert!(failed.iter().all(|row| row.state.name() == "failed"));
    assert!(
        !proofs(&site)
            .iter()
            .any(|proof| proof.ends_with("sent") || proof.ends_with("delivered")),
        "{:?}",
        proofs(&site)
    );
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_after_the_end_changes_nothing() {
    let (_gateway, site, id) = accepted().await;
    receipt(&site, &id, "failed").await;
    let before = proofs(&site);
    receipt(&site, &id, "delivered").await;
    assert_eq!(proofs(&site), before);
    assert_eq!(rows(&site)[0].state.name(), "failed");
    site.running.shutdown().await;
}

/// `strict-default` tells at 08:00 to 19:00 on working days.
#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_is_switched_on_at_night_has_its_notice_in_the_morning() {
    let gateway = Gateway::start().await;
    let mut contract = reachable("strict-default");
    contract.email = None;
    let site = Site::start(vec![contract], by_text(&gateway)).await;
    site.clock("2026-04-02T06:00:00Z").await;
    let id = gateway.id(0);
    // Thu 2 Apr, 23:00 in Nairobi.
    site.clock("2026-04-02T20:00:00Z").await;
    receipt(&site, &id, "delivered").await;
    assert_eq!(messages(&site), ["strict-default/first sms 1 delivered"]);
    assert!(proofs(&site).is_empty(), "its time doesn't run at night");
    site.clock("2026-04-03T04:59:59Z").await;
    assert!(proofs(&site).is_empty());
    site.clock("2026-04-03T05:00:00Z").await;
    assert_eq!(proofs(&site), ["strict-default/first sms delivered"]);
    assert_eq!(gateway.asked().len(), 1, "and it isn't said twice");
    let facts = site.store.facts(LENDER, "C-1").unwrap().unwrap();
    assert_eq!(
        facts.events.last().unwrap().at,
        crate::money::bench::at("2026-04-03T05:00:00Z"),
        "Fri 08:00 to the second"
    );
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_of_an_earlier_sequence_proves_nothing_of_this_one() {
    let (gateway, site, first) = accepted().await;
    // All that was due is paid; the next instalment is late a month after.
    use crate::money::camt::{credit, statement};
    let paid = statement("S-1").with(credit("200.00").text(crate::money::bench::C1));
    site.drop_file("s.xml", &paid.xml());
    site.running.quiet().await;
    site.clock("2026-04-03T06:00:00Z").await;
    assert_eq!(gateway.asked().len(), 2, "another notice is due");
    receipt(&site, &first, "delivered").await;
    assert!(proofs(&site).is_empty(), "{:?}", proofs(&site));
    assert_eq!(rows(&site)[0].state.name(), "delivered", "but it is kept");
    receipt(&site, &gateway.id(1), "delivered").await;
    assert_eq!(proofs(&site), ["sandbox/first sms delivered"]);
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_names_no_message_of_ours_is_parked_and_acknowledged() {
    let (_gateway, site, id) = accepted().await;
    let theirs = id.replace("07070707", "08080808");
    for (body, why) in [
        (
            format!(r#"{{"id":"{theirs}","state":"delivered"}}"#),
            "id: no message of ours has it; expected the one that was given with it",
        ),
        (
            r#"{"state":"delivered"}"#.to_owned(),
            "id: no message of ours has it; expected the one that was given with it",
        ),
        (
            format!(r#"{{"id":"{id}","state":"read"}}"#),
            "the receipt has no state that is known; expected accepted, sent, delivered or failed, and a cost in a currency",
        ),
        (
            "delivered!".to_owned(),
            "line 1, column 1: not a receipt; expected {\"id\", \"state\"}",
        ),
    ] {
        let (status, _) = site.post(&receipts_path(), body).await;
        assert_eq!(status, 204, "so that its carrier doesn't send it for ever");
        site.running.quiet().await;
        let parked = site.store.parked_messages(LENDER, 9).unwrap();
        let parked = parked.last().unwrap();
        assert_eq!(parked.state, MessageState::Parked);
        assert_eq!(parked.note.as_deref(), Some(why));
    }
    assert_eq!(messages(&site), ["sandbox/first sms 1 accepted"]);
    assert!(proofs(&site).is_empty());
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_secret_nothing_is_stored_and_it_is_counted() {
    let (_gateway, site, id) = accepted().await;
    let wrong = SECRET.replace('5', "6");
    for secret in [wrong.as_str(), "x", &SECRET[..15]] {
        let path = format!("/v1/callbacks/{secret}/notices");
        let body = format!(r#"{{"id":"{id}","state":"delivered"}}"#);
        assert_eq!(site.post(&path, body).await.0, 404);
    }
    site.running.quiet().await;
    assert_eq!(site.running.shared().notices.unauthenticated(), 3);
    assert!(proofs(&site).is_empty());
    let large = format!(r#"{{"id":"{id}","state":"{}"}}"#, "x".repeat(9000));
    assert_eq!(site.post(&receipts_path(), large).await.0, 413);
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_proves_at_once_needs_no_receipt() {
    let gateway = Gateway::start().await;
    gateway.will(answers(r#"{"state":"delivered"}"#));
    let site = Site::start(vec![plain()], by_text(&gateway)).await;
    site.clock("2026-03-04T06:00:00Z").await;
    assert_eq!(proofs(&site), ["sandbox/first sms delivered"]);
    site.running.shutdown().await;
}
