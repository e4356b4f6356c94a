//! The ways in, over real HTTP and a real folder: what is answered, what is stored, what moves.

use fairlock_server::config::Notices;
use std::sync::Arc;

use fairlock_domain::payment::Reference;
use fairlock_storage::MessageState;
use hyper::StatusCode;

use super::bench::{C1, LENDER, TILL, confirmation, contract};
use super::camt::{credit, statement};
use super::site::Site;

async fn site() -> Site {
    let contracts = vec![
        contract("C-1", "EUR", "bank"),
        contract("C-KES", "KES", TILL),
    ];
    Site::start(contracts, Notices::default()).await
}

fn kes() -> String {
    Reference::of_contract("C-KES").unwrap().as_str().to_owned()
}

fn paid(site: &Site, contract: &str) -> Vec<String> {
    let rows = site.store.payments_of(LENDER, contract).unwrap();
    rows.iter()
        .map(|(row, _)| format!("{} {}", row.state.name(), row.amount))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_is_stored_acknowledged_and_credited() {
    let site = site().await;
    let body = confirmation("RKTQDM7W6S", "100", &kes());
    let (status, answer) = site.call("confirmation", &body).await;
    assert_eq!(
        (status, answer.as_str()),
        (StatusCode::OK, r#"{"ResultCode":0,"ResultDesc":"Success"}"#)
    );
    site.running.quiet().await;
    assert_eq!(paid(&site, "C-KES"), ["booked 100.00"]);
    // The operator tries again: the same answer, and nothing is added.
    let (status, again) = site.call("confirmation", &body).await;
    assert_eq!((status, again), (StatusCode::OK, answer));
    site.running.quiet().await;
    assert_eq!(paid(&site, "C-KES"), ["booked 100.00"]);
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_cant_be_read_is_stored_parked_and_acknowledged() {
    let site = site().await;
    for kind in ["confirmation", "validation"] {
        let (status, answer) = site.call(kind, "not json").await;
        assert_eq!(status, StatusCode::OK);
        assert!(
            answer.contains(r#""ResultCode":0"#) || answer.contains(r#""ResultCode":"0""#),
            "{answer}"
        );
    }
    site.running.quiet().await;
    let parked = site.store.parked_messages(LENDER, 10).unwrap();
    assert_eq!(parked.len(), 2);
    let message = site.store.message(LENDER, parked[0].no).unwrap().unwrap();
    assert_eq!(
        (message.state, message.body.as_slice()),
        (MessageState::Parked, &b"not json"[..])
    );
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_not_found_counted_and_stores_nothing() {
    let site = site().await;
    let body = confirmation("RKTQDM7W6S", "100", &kes());
    for secret in ["0f9a3b7c5d1e2f47", "0", "0f9a3b7c5d1e2f460"] {
        for kind in ["confirmation", "validation"] {
            let path = format!("/v1/callbacks/{secret}/c2b/{kind}");
            let (status, answer) = site.post(&path, body.clone()).await;
            assert_eq!((status, answer.as_str()), (StatusCode::NOT_FOUND, ""));
        }
    }
    assert_eq!(site.running.shared().money.unauthenticated(), 6);
    site.running.quiet().await;
    assert!(
        site.store
            .message(LENDER, fairlock_storage::MessageNo(1))
            .unwrap()
            .is_none()
    );
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_validation_refuses_a_reference_that_is_nobodys_and_stores_nothing() {
    let site = site().await;
    let accepted = r#"{"ResultCode":"0","ResultDesc":"Accepted"}"#;
    let invalid_account = r#"{"ResultCode":"C2B00012","ResultDesc":"Rejected"}"#;
    let invalid_short_code = r#"{"ResultCode":"C2B00015","ResultDesc":"Rejected"}"#;
    let ask = |reference: &str| confirmation("RKTQDM7W6S", "100", reference);
    let other_till = ask(&kes()).replace("600638", "600000");
    for (body, expected) in [
        (ask(&kes().to_lowercase()), accepted),
        (ask("invoice008"), invalid_account),
        // A contract in another currency can't be paid here.
        (ask(C1), invalid_account),
        (other_till, invalid_short_code),
    ] {
        let (status, answer) = site.call("validation", &body).await;
        assert_eq!(
            (status, answer.as_str()),
            (StatusCode::OK, expected),
            "{body}"
        );
    }
    site.running.quiet().await;
    assert!(
        site.store
            .message(LENDER, fairlock_storage::MessageNo(1))
            .unwrap()
            .is_none()
    );
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_is_uploaded_once() {
    let site = site().await;
    let file = statement("S-1").with(credit("10.00").text(C1)).xml();
    let (status, answer) = site.post("/v1/statements", file.clone()).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    assert_eq!(
        answer,
        r#"{"message":1,"seen_before":false,"state":"unread","note":null}"#
    );
    site.running.quiet().await;
    assert_eq!(paid(&site, "C-1"), ["booked 10.00"]);
    let (status, answer) = site.post("/v1/statements", file).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        answer.starts_with(
            r#"{"message":1,"seen_before":true,"state":"processed","note":"1 payments new"#
        ),
        "{answer}"
    );
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_the_folder_are_read_and_moved_with_what_there_is_to_say() {
    let site = site().await;
    let good = statement("S-1").with(credit("10.00").text(C1)).xml();
    site.drop_file("a.xml", &good);
    site.drop_file("b.xml", b"hello");
    site.running.quiet().await;
    assert_eq!(paid(&site, "C-1"), ["booked 10.00"]);
    assert_eq!(
        site.files(),
        ["done/a.xml", "failed/b.xml", "failed/b.xml.error.txt"]
    );
    let text = std::fs::read_to_string(site.folder().join("failed/b.xml.error.txt")).unwrap();
    assert!(text.contains("expected"), "{text}");
    // The same file under another name adds nothing and says so.
    site.drop_file("c.xml", &good);
    site.running.quiet().await;
    assert_eq!(paid(&site, "C-1"), ["booked 10.00"]);
    let text = std::fs::read_to_string(site.folder().join("done/c.xml.note.txt")).unwrap();
    assert!(text.starts_with("read before, nothing added"), "{text}");
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_calls_at_once_are_all_credited_once() {
    let site = Arc::new(site().await);
    let calls = (0..50).map(|n| {
        let site = site.clone();
        tokio::spawn(async move {
            let body = confirmation(&format!("R{n:09}"), "1", &kes());
            site.call("confirmation", &body).await.0
        })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.unwrap(), StatusCode::OK);
    }
    site.running.quiet().await;
    assert_eq!(paid(&site, "C-KES").len(), 50);
    assert!(site.store.proof(LENDER).unwrap().holds());
}

#[tokio::test(flavor = "multi_thread")]
async fn quiet_tells_what_comes_next() {
    let site = site().await;
    let next = site.running.quiet().await;
    // Both contracts are past due; the feeds' period ends first of all that is foreseen.
    assert!(next.is_some_and(|next| next <= super::bench::at("2026-03-04T18:00:00Z")));
    site.clock("2026-03-04T18:00:00Z").await;
    let row = site.store.contract(LENDER, "C-1").unwrap().unwrap();
    assert_eq!(
        row.holds.len(),
        1,
        "the feed is stale, and the contract was planned in that pass"
    );
    site.running.shutdown().await;
}
