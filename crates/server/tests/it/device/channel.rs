//! The channel: who is let in, what is answered, and the one refusal for everything else.

use fairlock_domain::calendar::Span;
use fairlock_protocol::channel::{FRAME_MAX, Frame, Refused};
use fairlock_protocol::ids::short;
use fairlock_protocol::verify::{Checks, open_token};

use super::rig::{Key, LENDER, Line, Phone, Site, sign_report};

#[tokio::test(flavor = "multi_thread")]
async fn a_check_in_is_answered_with_time_and_the_newest_grant() {
    let site = Site::start().await;
    let mut phone = Phone::enrol(&site).await;
    let mut line = Line::enter(&site, &mut phone).await;
    line.send(&Frame::CheckIn { nonce: [5; 16] }).await;
    let Some(Frame::Contact(token)) = line.next_but_display().await else {
        panic!("expected a contact token");
    };
    let moment = fairlock_issuer::exact(0, site.now().unix_seconds() as u64);
    let checks = Checks {
        binding: phone.binding,
        keys: &phone.keys,
        charter: &phone.charter,
        moment: &moment,
    };
    let token = open_token(&token, &[5; 16], 0, true, &checks).unwrap();
    assert_eq!(token.now, site.now().unix_seconds() as u64);
    assert_eq!(
        token.fresh, token.now,
        "nothing waits, and no feed is waited for"
    );
    assert_eq!(token.newest, short(&phone.state.hash));
}

/// What the server says to these bytes as the first message, before it ends the connection; and
/// whether the phone's row is as before.
async fn check_first(
    change: impl FnOnce(&mut Phone, &Site) -> Vec<u8>,
    device: impl FnOnce(&Phone) -> [u8; 16],
    expected: Refused,
) {
    let site = Site::start().await;
    let mut phone = Phone::enrol(&site).await;
    // One good report before, so that there is an old counter.
    drop(Line::enter(&site, &mut phone).await);
    let before = site.device(&phone);
    let mut line = Line::open(&site, &device(&phone)).await;
    let first = change(&mut phone, &site);
    line.send_bytes(first).await;
    assert_eq!(line.next().await, Some(Frame::Refused { code: expected }));
    assert_eq!(line.next().await, None);
    assert_eq!(site.device(&phone), before);
}

fn own(phone: &Phone) -> [u8; 16] {
    phone.binding.device
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_that_cant_be_read_is_refused() {
    check_first(|_, _| vec![0xff], own, Refused::Frame).await;
    check_first(|_, _| vec![0; FRAME_MAX + 1], own, Refused::Frame).await;
    check_first(|_, _| vec![0; 1_000_000], own, Refused::Frame).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_frame_must_say_who_is_there() {
    let check_in = |_: &mut Phone, _: &Site| Frame::CheckIn { nonce: [0; 16] }.encode();
    check_first(check_in, own, Refused::FirstFrame).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_nobody_knows_is_refused() {
    let report = |phone: &mut Phone, site: &Site| phone.report_frame(site.now()).encode();
    check_first(report, |_| [0xee; 16], Refused::UnknownDevice).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_with_a_wrong_key_or_for_another_phone_is_refused() {
    let by_another_key = |phone: &mut Phone, site: &Site| {
        let report = phone.report(site.now());
        Frame::Report(sign_report(&report, &phone.binding, &Key::of(2))).encode()
    };
    check_first(by_another_key, own, Refused::Report).await;
    let for_another_lender = |phone: &mut Phone, site: &Site| {
        let report = phone.report(site.now());
        let mut binding = phone.binding;
        binding.lender[0] ^= 1;
        Frame::Report(sign_report(&report, &binding, &phone.key)).encode()
    };
    check_first(for_another_lender, own, Refused::Report).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_counter_is_refused() {
    let again = |phone: &mut Phone, site: &Site| {
        phone.counter -= 1;
        phone.report_frame(site.now()).encode()
    };
    check_first(again, own, Refused::Counter).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_turns_bad_ends_and_the_phone_comes_back() {
    let site = Site::start().await;
    let mut phone = Phone::enrol(&site).await;
    let mut line = Line::enter(&site, &mut phone).await;
    // What only a server says.
    line.send(&Frame::Ack { counter: 1 }).await;
    let refused = Frame::Refused {
        code: Refused::Frame,
    };
    assert_eq!(line.next_but_display().await, Some(refused.clone()));
    assert_eq!(line.next().await, None);
    let mut line = Line::enter(&site, &mut phone).await;
    line.send_text("hello").await;
    assert_eq!(line.next_but_display().await, Some(refused));
    let mut line = Line::enter(&site, &mut phone).await;
    line.report(&site, &mut phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_connection_ends_the_first() {
    let site = Site::start().await;
    let mut phone = Phone::enrol(&site).await;
    let mut first = Line::enter(&site, &mut phone).await;
    let mut second = Line::enter(&site, &mut phone).await;
    assert_eq!(first.next_but_display().await, None);
    second.report(&site, &mut phone).await;
    assert_eq!(site.running.shared().hub.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_whose_clock_is_a_year_off_is_told_the_time_and_changes_nothing() {
    let site = Site::start().await;
    let mut phone = Phone::enrol(&site).await;
    let mut line = Line::enter(&site, &mut phone).await;
    let mut report = phone.report(site.now());
    let year = Span::days(365).as_seconds() as u64;
    (report.lower, report.upper) = (report.lower + year, Some(report.lower + year));
    line.send(&Frame::Report(phone.sign(&report))).await;
    let counter = report.counter;
    assert_eq!(line.next_but_display().await, Some(Frame::Ack { counter }));
    line.send(&Frame::CheckIn { nonce: [5; 16] }).await;
    assert!(matches!(
        line.next_but_display().await,
        Some(Frame::Contact(_))
    ));
    // Nothing became due, nothing was planned or signed because of it.
    site.running.quiet().await;
    let grants = site.store.grants_of(LENDER, "C-1001", 10).unwrap();
    assert_eq!(grants.len(), 1);
    let contract = site.store.contract(LENDER, "C-1001").unwrap().unwrap();
    assert_eq!(contract.level, fairlock_domain::rules::Level::Free);
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_dont_say_who_they_are_are_bounded_and_phones_that_do_are_not_counted() {
    let site = Site::start().await;
    let mut phone = Phone::enrol(&site).await;
    let known = Line::enter(&site, &mut phone).await;
    let mut strangers = Vec::new();
    while let Some(line) = Line::try_open(&site, &phone.binding.device).await {
        strangers.push(line);
        assert!(strangers.len() <= 512, "no bound");
    }
    assert_eq!(strangers.len(), 512);
    drop((strangers, known));
    // They are gone; there is room again.
    let mut line = loop {
        if let Some(line) = Line::try_open(&site, &phone.binding.device).await {
            break line;
        }
        tokio::task::yield_now().await;
    };
    line.report(&site, &mut phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_ends_its_connections() {
    let site = Site::start().await;
    let mut phone = Phone::enrol(&site).await;
    let mut line = Line::enter(&site, &mut phone).await;
    site.running.shutdown().await;
    assert_eq!(line.next_but_display().await, None);
}
