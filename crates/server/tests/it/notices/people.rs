//! What the lender's people can ask for, and what borrowers asked to be spared.

use super::gateway::{Gateway, answers};
use super::{by_text, messages, plain, proofs};
use crate::money::site::Site;

async fn site(gateway: &Gateway, now: &str) -> Site {
    let site = Site::start(vec![plain()], by_text(gateway)).await;
    // The notice of the morning is answered, and out of the way.
    gateway.will(answers(r#"{"state":"delivered"}"#));
    site.clock(now).await;
    site
}

async fn post(site: &Site, path: &str, body: &str) -> (u16, String) {
    let (status, text) = site
        .post(&format!("/v1/contracts/{path}"), body.to_owned())
        .await;
    site.running.quiet().await;
    (status.as_u16(), text)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_goes_out_once_a_day_and_proves_nothing() {
    let gateway = Gateway::start().await;
    let site = site(&gateway, "2026-03-04T08:00:00Z").await;
    let before = (gateway.asked().len(), proofs(&site));
    let sms = r#"{"channel":"sms"}"#;
    let queued = (202, r#"{"queued":true}"#.to_owned());
    let asked_before = (202, r#"{"queued":false}"#.to_owned());
    assert_eq!(post(&site, "C-1/reminders", sms).await, queued);
    assert_eq!(post(&site, "C-1/reminders", sms).await, asked_before);
    assert_eq!(gateway.asked().len(), before.0 + 1);
    let expected = "RF35 C1: EUR 200.00 for contract C-1 was due on 1 Feb 2026. You can agree a \
        day with us, or tell us what is wrong. Call Test lender: 0800 000 000. To complain: \
        Ombudsman, 0800 000 001.";
    assert_eq!(gateway.asked().last().unwrap()["text"], expected);
    assert_eq!(proofs(&site), before.1, "it is no notice");
    site.clock("2026-03-05T08:00:00Z").await;
    assert_eq!(post(&site, "C-1/reminders", sms).await, queued);
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_refused_a_channel_or_asked_to_be_left_alone_is() {
    for (wish, why) in [
        (r#"{"wish":"sms"}"#, "the borrower refused sms"),
        (
            r#"{"wish":"bereavement"}"#,
            "the borrower asked to be left alone: bereavement",
        ),
    ] {
        let gateway = Gateway::start().await;
        let site = site(&gateway, "2026-03-04T08:00:00Z").await;
        let before = gateway.asked().len();
        assert_eq!(post(&site, "C-1/wishes", wish).await.0, 201);
        post(&site, "C-1/reminders", r#"{"channel":"sms"}"#).await;
        assert_eq!(gateway.asked().len(), before, "{wish}");
        let expected = format!("reminder sms 1 failed: {why}");
        assert!(messages(&site).contains(&expected), "{:?}", messages(&site));
        site.running.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_that_ends_lets_the_reminder_go_then() {
    let gateway = Gateway::start().await;
    let site = site(&gateway, "2026-03-04T08:00:00Z").await;
    let before = gateway.asked().len();
    let wish = r#"{"wish":"festival","until":"2026-03-04T12:00:00Z"}"#;
    post(&site, "C-1/wishes", wish).await;
    post(&site, "C-1/reminders", r#"{"channel":"sms"}"#).await;
    site.clock("2026-03-04T11:59:59Z").await;
    assert_eq!(gateway.asked().len(), before);
    site.clock("2026-03-04T12:00:00Z").await;
    assert_eq!(gateway.asked().len(), before + 1);
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_and_visits_are_written_down() {
    let gateway = Gateway::start().await;
    let site = site(&gateway, "2026-03-04T08:00:00Z").await;
    let call = r#"{"kind":"call","conversation":true,"by":"a clerk"}"#;
    let written = (201, r#"{"written":true}"#.to_owned());
    assert_eq!(post(&site, "C-1/contacts", call).await, written);
    let lender = crate::money::bench::LENDER;
    let contacts = site.store.contacts_of(lender, "C-1").unwrap();
    assert_eq!(contacts.len(), 1);
    assert!(contacts[0].conversation);
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_refused_with_what_was_expected() {
    let gateway = Gateway::start().await;
    let site = site(&gateway, "2026-03-04T08:00:00Z").await;
    for (path, body, status, text) in [
        (
            "C-1/reminders",
            r#"{"channel":"sms","text":"Pay!"}"#,
            422,
            "the body isn't JSON of this call's form; expected {\"channel\": \"sms\"}\n",
        ),
        (
            "C-1/reminders",
            r#"{"channel":"pigeon"}"#,
            422,
            "channel: expected sms or email\n",
        ),
        (
            "C-9/reminders",
            r#"{"channel":"sms"}"#,
            404,
            "no such contract; expected one that was imported\n",
        ),
        (
            "C-1/notices/1/again",
            "",
            409,
            "this message waits, is on its way or arrived; expected one that failed\n",
        ),
        (
            "C-1/notices/99/again",
            "",
            404,
            "no such message of this contract; expected one that failed\n",
        ),
        (
            "C-1/contacts",
            r#"{"kind":"letter","conversation":false,"by":"x"}"#,
            422,
            "kind: expected call or visit\n",
        ),
        (
            "C-1/wishes",
            r#"{"wish":"sms","until":"tomorrow"}"#,
            422,
            "until: expected an instant with its offset\n",
        ),
    ] {
        let answer = post(&site, path, body).await;
        assert_eq!(answer, (status, text.to_owned()), "{path} {body}");
    }
    site.running.shutdown().await;
}
