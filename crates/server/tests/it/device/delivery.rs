//! From a plan to a phone and back: pushed, absent, overtaken, shown, pressed, lost.

use fairlock_display::Display;
use fairlock_domain::rules::{Level as Planned, Proof};
use fairlock_domain::standing::EventKind;
use fairlock_protocol::Level;
use fairlock_protocol::channel::Frame;
use fairlock_protocol::report::{OverlayKind, OverlayLive, Reject, Shown};
use fairlock_server::device;
use fairlock_storage::GrantState;

use super::rig::{LENDER, Line, Phone, Site, at, waived};

/// Midnight after the first due day.
const PAST_DUE: &str = "2026-02-11T00:00:00+03:00";

/// A connected phone, and what waits for it.
async fn past_due() -> (Site, Phone, Line) {
    let site = Site::start().await;
    let mut phone = Phone::enrol(&site).await;
    let line = Line::enter(&site, &mut phone).await;
    site.clock_moves(PAST_DUE);
    (site, phone, line)
}

fn newest(site: &Site) -> fairlock_storage::GrantRow {
    let rows = site.store.grants_of(LENDER, "C-1001", 1).unwrap();
    rows.into_iter().next().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_due_date_reaches_a_connected_phone_and_a_payment_frees_it() {
    let (site, mut phone, mut line) = past_due().await;
    let grant = line.grant().await;
    let accepted = phone.take(&grant, site.now());
    assert!(accepted.tightening);
    assert_eq!(accepted.cuts, []);
    phone.advance(at("2026-02-11T00:00:01+03:00"));
    assert_eq!(phone.level(), Level::Remind);
    let waits = device::backlog(site.running.shared()).await.unwrap();
    assert_eq!(waits.undelivered, 1, "until the phone has said so");
    line.report(&site, &mut phone).await;
    site.running.quiet().await;
    let row = newest(&site);
    assert_eq!(row.state, GrantState::Signed);
    assert!(row.sent.is_some() && row.delivered.is_some() && row.applied.is_some());

    site.happens("C-1001", waived(150_000));
    let freed = line.grant().await;
    assert!(!phone.take(&freed, site.now()).tightening);
    assert_eq!(phone.level(), Level::Free);
    line.report(&site, &mut phone).await;
    site.running.quiet().await;
    assert_eq!(newest(&site).level, Planned::Free);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_was_away_gets_the_newest_grant_and_no_older_one() {
    let site = Site::start().await;
    let mut phone = Phone::enrol(&site).await;
    site.clock(PAST_DUE).await;
    site.happens("C-1001", waived(1));
    site.running.quiet().await;
    site.happens("C-1001", waived(149_999));
    site.running.quiet().await;
    let newest = newest(&site);
    assert!(newest.seq > 3);
    let mut line = Line::enter(&site, &mut phone).await;
    let grant = line.grant().await;
    assert_eq!(phone.take(&grant, site.now()).seq, newest.seq);
    line.report(&site, &mut phone).await;
    // Nothing else was sent: the next thing is the answer to the next question.
    line.send(&Frame::CheckIn { nonce: [1; 16] }).await;
    assert!(matches!(
        line.next_but_display().await,
        Some(Frame::Contact(_))
    ));
    site.running.quiet().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_an_absent_phone_doesnt_count_as_work() {
    let (site, _, line) = past_due().await;
    drop(line);
    site.running.quiet().await;
    assert_eq!(site.running.shared().hub.count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_the_phone_refused_is_answered_for_and_marked() {
    let (site, mut phone, mut line) = past_due().await;
    let _ = line.grant().await;
    let seq = newest(&site).seq;
    let mut report = phone.report(site.now());
    report.rejects = vec![Reject {
        code: 9,
        seq,
        step: 0,
    }];
    line.send(&Frame::Report(phone.sign(&report))).await;
    let counter = report.counter;
    assert_eq!(line.next_but_display().await, Some(Frame::Ack { counter }));
    site.running.quiet().await;
    let verdict = newest(&site).phone.expect("a verdict");
    assert_eq!((verdict.refused, verdict.code.as_str()), (true, "9"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_shown_on_the_phone_is_served_with_that_proof() {
    let (site, mut phone, mut line) = past_due().await;
    phone.take(&line.grant().await, site.now());
    phone.advance(at("2026-02-11T00:00:01+03:00"));
    line.report(&site, &mut phone).await;
    // Due at nine; the grant carries it, and the phone shows it.
    site.clock_moves("2026-02-11T09:00:00+03:00");
    phone.take(&line.grant().await, site.now());
    assert_eq!(phone.state.notices[0].id, 121);
    let mut report = phone.report(site.now());
    report.shown = vec![Shown {
        id: 121,
        first: Some(site.now().unix_seconds() as u64),
        times: 1,
        seconds: 5,
    }];
    line.send(&Frame::Report(phone.sign(&report))).await;
    let counter = report.counter;
    assert_eq!(line.next_but_display().await, Some(Frame::Ack { counter }));
    // It is served now: the ladder comes.
    phone.take(&line.grant().await, site.now());
    assert_eq!(phone.state.later[0].level, Level::Reduce);
    let facts = site.store.facts(LENDER, "C-1001").unwrap().unwrap();
    let served = facts.events.iter().filter_map(|event| match &event.kind {
        EventKind::Notice {
            notice,
            channel,
            proof,
        } => Some((notice.notice.as_str(), channel.as_str(), *proof)),
        _ => None,
    });
    assert_eq!(
        served.collect::<Vec<_>>(),
        [("first", "phone", Proof::Shown)]
    );
    // The next report says the same and adds nothing.
    let before = facts.events.len();
    let mut report = phone.report(site.now());
    report.shown = vec![Shown {
        id: 121,
        first: Some(1),
        times: 1,
        seconds: 5,
    }];
    line.send(&Frame::Report(phone.sign(&report))).await;
    line.next_but_display().await;
    site.running.quiet().await;
    let facts = site.store.facts(LENDER, "C-1001").unwrap().unwrap();
    assert_eq!(facts.events.len(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pass_becomes_a_fact_at_the_instant_of_pressing_and_only_once() {
    let site = Site::start().await;
    let mut phone = Phone::enrol(&site).await;
    site.clock("2026-01-20T12:00:00+03:00").await;
    let mut line = Line::open(&site, &phone.binding.device).await;
    let mut report = phone.report(site.now());
    // Pressed 4 hours ago, while there was no network: 20 of 24 hours are left.
    report.passes = 1;
    report.overlays = vec![OverlayLive {
        kind: OverlayKind::Pass,
        left_s: 20 * 3600,
    }];
    line.send(&Frame::Report(phone.sign(&report))).await;
    line.next_but_display().await;
    phone.state.passes = 1;
    line.report(&site, &mut phone).await;
    site.running.quiet().await;
    let facts = site.store.facts(LENDER, "C-1001").unwrap().unwrap();
    let passes = facts
        .events
        .iter()
        .filter(|e| e.kind == EventKind::EmergencyPass);
    let passes: Vec<_> = passes.map(|event| event.at).collect();
    assert_eq!(passes, [at("2026-01-20T08:00:00+03:00")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_lost_its_state_gets_its_steps_again() {
    let (site, mut phone, mut line) = past_due().await;
    phone.take(&line.grant().await, site.now());
    phone.advance(at("2026-02-11T00:00:01+03:00"));
    line.report(&site, &mut phone).await;
    site.clock_moves("2026-02-11T09:00:00+03:00");
    phone.take(&line.grant().await, site.now());
    line.report(&site, &mut phone).await;
    site.running.quiet().await;
    // `remind` is the first step of the newest grant; the phone says it is free.
    let newest = newest(&site);
    assert_eq!(newest.level, Planned::Remind);
    let mut report = phone.report(site.now());
    (report.grant_level, report.level) = (Level::Free, Level::Free);
    line.send(&Frame::Report(phone.sign(&report))).await;
    line.next_but_display().await;
    let again = line.grant().await;
    let accepted = phone.take(&again, site.now());
    assert!(accepted.seq > newest.seq);
    assert_eq!(phone.state.later[0].level, Level::Remind);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_that_nobody_signed_stops_tightenings_until_the_phone_has_a_known_one() {
    let site = Site::start().await;
    let mut phone = Phone::enrol(&site).await;
    let mut line = Line::open(&site, &phone.binding.device).await;
    let mut report = phone.report(site.now());
    report.in_force = [0xee; 32];
    line.send(&Frame::Report(phone.sign(&report))).await;
    line.next_but_display().await;
    site.clock(PAST_DUE).await;
    let held = newest(&site);
    assert_eq!(held.state, GrantState::Held);
    assert_eq!(held.code.as_deref(), Some("unknown_payload"));
    // It has its own grant again; an hour later the reminder goes out.
    line.report(&site, &mut phone).await;
    site.clock_moves("2026-02-11T01:00:00+03:00");
    phone.take(&line.grant().await, site.now());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_is_told_what_became_of_its_payment() {
    let site = Site::start().await;
    let mut phone = Phone::enrol(&site).await;
    let mut line = Line::enter(&site, &mut phone).await;
    let Some(Frame::Display(display)) = line.next().await else {
        panic!("expected display data");
    };
    let display = Display::decode(&display).expect("display data");
    assert_eq!(display.at, site.now().unix_seconds() as u64);
    assert_eq!(display.borrower.as_deref(), Some("A••• K•••"));
    assert_eq!((display.payment, display.held), (None, None));
}
