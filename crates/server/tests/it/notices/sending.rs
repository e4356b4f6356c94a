//! Sent when due and not otherwise, once, in reviewed words, by every channel that there is.

use fairlock_storage::NoticeState;

use super::gateway::{Gateway, answers, fails};
use super::relay::{self, Relay};
use super::{by_both, by_text, messages, plain, proofs, reachable, receipt, rows};
use crate::money::bench::{Bench, C1, LENDER};
use crate::money::camt::{credit, statement};
use crate::money::site::Site;

async fn site(gateway: &Gateway) -> Site {
    Site::start(vec![plain()], by_text(gateway)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_is_due_goes_out_once_with_its_proof() {
    let gateway = Gateway::start().await;
    gateway.will(answers(
        r#"{"state":"sent","id":"G-77","cost":{"amount":"0.80","currency":"KES"}}"#,
    ));
    let site = site(&gateway).await;
    site.clock("2026-03-04T06:00:00Z").await;
    let asked = gateway.asked();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert_eq!(asked[0]["channel"], "sms");
    assert_eq!(asked[0]["to"], "254035326934");
    assert_eq!(gateway.token().as_deref(), Some("Bearer token of the test"));
    let expected = "RF35 C1: EUR 200.00 for contract C-1 was due on 1 Feb 2026. \
        From 5 Mar 2026 some apps on this phone may pause. Calls, payments and all else go on \
        working. If you pay it by 4 Mar 2026, nothing on your phone changes. Questions, or is \
        something wrong? Call Test lender: 0800 000 000. To complain: Ombudsman, 0800 000 001.";
    assert_eq!(asked[0]["text"], expected);
    assert_eq!(proofs(&site), ["sandbox/first sms sent"]);
    let row = rows(&site).remove(0);
    let said = row.said.unwrap();
    let template = said.template.unwrap();
    assert_eq!(
        (
            template.id.as_str(),
            template.version,
            template.language.as_str()
        ),
        ("first", 1, "en")
    );
    assert_eq!(said.parts, Some(3));
    let cost = row.cost.unwrap();
    assert_eq!(
        (cost.to_string(), cost.currency().code()),
        ("0.80".to_owned(), "KES")
    );
    assert_eq!(row.provider_id.as_deref(), Some("G-77"));
    let page = site.get("/contracts/C-1").await;
    for words in [
        "sent \u{2068}4\u{a0}Mar, 09:00\u{2069}",
        "KES\u{a0}0.80",
        "RF35 C1: EUR 200.00 for contract C-1",
        &template.sha256.map(|byte| format!("{byte:02x}")).concat(),
    ] {
        assert!(page.contains(words), "{words:?} isn't in {page}");
    }
    site.clock("2026-03-04T06:00:01Z").await;
    assert_eq!(gateway.asked().len(), 1, "once");
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_warned_of_a_step_that_another_pack_keeps_from_coming() {
    let gateway = Gateway::start().await;
    let mut both = plain();
    // India's rules are pending: the lowest level of all wins, and that is at most remind.
    both.packs = vec!["sandbox".to_owned(), "in".to_owned()];
    let site = Site::start(vec![both], by_text(&gateway)).await;
    site.clock("2026-03-04T06:00:00Z").await;
    site.clock("2026-03-20T06:00:00Z").await;
    assert_eq!(gateway.asked().len(), 0);
    assert!(messages(&site).is_empty());
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_carrier_that_only_takes_a_message_proves_nothing() {
    let gateway = Gateway::start().await;
    let site = site(&gateway).await;
    site.clock("2026-03-04T06:00:00Z").await;
    assert_eq!(messages(&site), ["sandbox/first sms 1 accepted"]);
    assert!(proofs(&site).is_empty());
    site.clock("2026-03-05T06:00:00Z").await;
    assert_eq!(gateway.asked().len(), 1, "it is on its way");
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_fails_is_tried_later_and_not_for_ever() {
    let gateway = Gateway::start().await;
    gateway.will(fails(502));
    let site = site(&gateway).await;
    site.clock("2026-03-04T06:00:00Z").await;
    assert_eq!(
        messages(&site),
        ["sandbox/first sms 1 waiting: sms: status 502; expected 2xx"]
    );
    let mut minutes = 0;
    for wait in [1, 2, 4, 8, 16, 32, 64] {
        minutes += wait;
        let hour = 6 + minutes / 60;
        let minute = minutes % 60;
        site.clock(&format!("2026-03-04T{hour:02}:{minute:02}:00Z"))
            .await;
    }
    let asked = gateway.asked();
    assert_eq!(asked.len(), 8, "one attempt at each wait's end");
    assert!(
        asked.iter().all(|order| order == &asked[0]),
        "each the same, by its id"
    );
    assert_eq!(
        messages(&site),
        ["sandbox/first sms 1 failed: sms: status 502; expected 2xx"]
    );
    let seen = site.store.failed_notices(LENDER, 9).unwrap();
    assert_eq!(seen, ["C-1"], "a person sees it");
    gateway.will(answers(r#"{"state":"sent"}"#));
    site.clock("2026-03-05T06:00:00Z").await;
    assert_eq!(gateway.asked().len(), 8);
    let no = rows(&site)[0].no;
    let (status, body) = site
        .post(&format!("/v1/contracts/C-1/notices/{no}/again"), "")
        .await;
    assert_eq!(
        (status.as_u16(), body.as_str()),
        (202, r#"{"queued":true}"#)
    );
    site.running.quiet().await;
    assert_eq!(gateway.asked().len(), 9, "until a person asks for it");
    assert_eq!(proofs(&site), ["sandbox/first sms sent"]);
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_refused_is_refused_once() {
    let gateway = Gateway::start().await;
    gateway.will(fails(422));
    let site = site(&gateway).await;
    site.clock("2026-03-04T06:00:00Z").await;
    site.clock("2026-03-04T09:00:00Z").await;
    assert_eq!(gateway.asked().len(), 1);
    let why = "sms: refused with 422; expected the message to be taken";
    assert_eq!(
        messages(&site),
        [format!("sandbox/first sms 1 failed: {why}")]
    );
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_who_paid_meanwhile_is_warned() {
    let gateway = Gateway::start().await;
    gateway.will(fails(503));
    let site = site(&gateway).await;
    site.clock("2026-03-04T06:00:00Z").await;
    let tried = gateway.asked().len();
    site.drop_file(
        "s.xml",
        &statement("S-1").with(credit("200.00").text(C1)).xml(),
    );
    site.running.quiet().await;
    gateway.will(answers(r#"{"state":"sent"}"#));
    site.clock("2026-03-04T06:01:00Z").await;
    assert_eq!(gateway.asked().len(), tried);
    assert_eq!(
        messages(&site),
        ["sandbox/first sms 1 withdrawn: not due any more"]
    );
    assert!(proofs(&site).is_empty());
    assert!(site.store.failed_notices(LENDER, 9).unwrap().is_empty());
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_says_no_state_is_no_answer() {
    for bad in [
        r#"{"state":"certainly"}"#,
        "ok",
        r#"{"state":"sent","cost":{"amount":"0.805","currency":"KES"}}"#,
    ] {
        let gateway = Gateway::start().await;
        gateway.will(answers(bad));
        let site = site(&gateway).await;
        site.clock("2026-03-04T06:00:00Z").await;
        assert!(proofs(&site).is_empty(), "{bad}");
        assert_eq!(rows(&site)[0].state, NoticeState::Waiting, "{bad}");
        site.running.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn yesterdays_words_are_said_anew_with_todays_days() {
    let gateway = Gateway::start().await;
    gateway.will(fails(503));
    let site = site(&gateway).await;
    site.clock("2026-03-04T06:00:00Z").await;
    site.clock("2026-03-05T07:00:00Z").await;
    let asked = gateway.asked();
    assert_eq!(asked.len(), 2);
    assert_ne!(asked[0]["id"], asked[1]["id"]);
    let text = |nth: usize| asked[nth]["text"].as_str().unwrap();
    assert!(text(0).contains("From 5 Mar 2026"), "{}", text(0));
    assert!(text(1).contains("From 6 Mar 2026"), "{}", text(1));
    assert_eq!(
        messages(&site)[0],
        "sandbox/first sms 1 withdrawn: its days were of another day; said anew"
    );
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_address_nothing_goes_out_and_that_is_seen() {
    let gateway = Gateway::start().await;
    let mut nowhere = plain();
    nowhere.phone_number = None;
    let site = Site::start(vec![nowhere], by_text(&gateway)).await;
    site.clock("2026-03-04T06:00:00Z").await;
    assert!(gateway.asked().is_empty());
    assert_eq!(
        messages(&site),
        ["sandbox/first sms 1 failed: the contract has no phone number"]
    );
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_whose_text_is_a_draft_sends_nothing() {
    let gateway = Gateway::start().await;
    let mut swahili = plain();
    swahili.language = Some("sw".to_owned());
    let site = Site::start(vec![swahili], by_text(&gateway)).await;
    site.clock("2026-03-04T06:00:00Z").await;
    assert!(gateway.asked().is_empty());
    let why = "the text in sw is a draft; expected one that was reviewed";
    assert_eq!(
        messages(&site),
        [format!("sandbox/first sms 1 failed: {why}")]
    );
    site.running.shutdown().await;
}

/// `strict-default`: the third notice needs two channels, and counts from the second.
#[tokio::test(flavor = "multi_thread")]
async fn two_channels_count_from_the_second() {
    let (gateway, relay) = (Gateway::start().await, Relay::start().await);
    gateway.will(answers(r#"{"state":"delivered"}"#));
    let contracts = vec![reachable("strict-default")];
    let site = Site::start(contracts, by_both(&gateway, &relay)).await;
    let served = |site: &Site| {
        let shared = site.running.shared();
        let desk = &shared.money.desk;
        let facts = site.store.facts(LENDER, "C-1").unwrap().unwrap();
        let zone = desk.zone(&facts.time_zone).unwrap();
        let now = shared.clock.now();
        let judged = fairlock_server::money::replan::judge(desk, &facts, zone, &[], now);
        let served = judged.unwrap().plan.notices_served;
        served.into_iter().map(|n| n.notice).collect::<Vec<_>>()
    };
    // 60 days past due on Thu 2 Apr; 21 days; then 7 days.
    site.clock("2026-04-02T06:00:00Z").await;
    assert_eq!(served(&site), ["first"]);
    site.clock("2026-04-24T06:00:00Z").await;
    assert_eq!(served(&site), ["first", "second"]);
    site.clock("2026-05-04T06:00:00Z").await;
    assert_eq!(served(&site), ["first", "second"], "one channel proved it");
    let mails = relay.taken();
    assert_eq!(
        mails.len(),
        1,
        "two notices were served before their mail went"
    );
    let rows = rows(&site);
    let last = rows.iter().rfind(|row| row.channel == "email").unwrap();
    let id = fairlock_server::notices::message_id(LENDER, last.no);
    site.clock("2026-05-04T09:30:00Z").await;
    receipt(&site, &id, "delivered").await;
    assert_eq!(served(&site), ["first", "second", "final"]);
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_carrier_that_fails_doesnt_stop_the_other() {
    let (gateway, relay) = (Gateway::start().await, Relay::start().await);
    gateway.will(fails(500));
    relay.will(relay::Conduct::Take);
    let site = Site::start(vec![reachable("sandbox")], by_both(&gateway, &relay)).await;
    site.clock("2026-03-04T06:00:00Z").await;
    assert_eq!(proofs(&site), ["sandbox/first email sent"]);
    site.clock("2026-03-04T06:01:00Z").await;
    assert_eq!(
        messages(&site),
        [
            "sandbox/first sms 1 withdrawn: served by another channel already",
            "sandbox/first email 1 sent"
        ]
    );
    site.running.shutdown().await;
}

#[test]
fn a_command_leaves_notices_to_the_server() {
    let mut bench = Bench::new();
    bench.clock("2026-03-04T06:00:00Z");
    assert!(bench.store().notices_of(LENDER, "C-1").unwrap().is_empty());
    let row = bench.store().contract(LENDER, "C-1").unwrap().unwrap();
    assert_eq!(row.review_at, Some(bench.now), "due for the server to plan");
}

/// `strict-default`: the gateway is down from 18:57 on; contact ends at 19:00.
#[tokio::test(flavor = "multi_thread")]
async fn a_retry_after_closing_time_waits_for_the_morning() {
    let gateway = Gateway::start().await;
    gateway.will(fails(503));
    let mut contract = reachable("strict-default");
    contract.email = None;
    let site = Site::start(vec![contract], by_text(&gateway)).await;
    // The server comes up late on Thu 2 Apr, the day on which the notice is due.
    site.clock("2026-04-02T15:57:00Z").await;
    site.clock("2026-04-02T15:58:00Z").await;
    assert_eq!(gateway.asked().len(), 2);
    site.clock("2026-04-02T16:00:00Z").await;
    assert_eq!(gateway.asked().len(), 2, "19:00 is too late to the second");
    assert_eq!(
        messages(&site),
        ["strict-default/first sms 1 waiting: outside the contact hours of strict-default"]
    );
    gateway.will(answers(r#"{"state":"delivered"}"#));
    site.clock("2026-04-03T04:59:59Z").await;
    assert_eq!(gateway.asked().len(), 2);
    site.clock("2026-04-03T05:00:00Z").await;
    assert_eq!(gateway.asked().len(), 3, "08:00");
    assert_eq!(proofs(&site), ["strict-default/first sms delivered"]);
    site.running.shutdown().await;
}
