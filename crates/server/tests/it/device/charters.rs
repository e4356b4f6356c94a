//! Charters that take another's place, and what owners say.

use fairlock_display::{CaseState as Shown, Display};
use fairlock_domain::holds::HoldKind;
use fairlock_domain::standing::EventKind;
use fairlock_protocol::channel::{Frame, Refused, Said};
use fairlock_protocol::{Charter, Level};
use fairlock_server::device::cases::{self, Opened};
use fairlock_server::device::charters;
use fairlock_signer::charter::{says_the_same, softened};
use fairlock_storage::{CaseKind, CaseState, DeviceAct, DeviceId};

use super::rig::{LENDER, Line, Phone, Site};

/// A person offers the phone another charter from another process.
fn offer(site: &Site, phone: &Phone, charter: &Charter) -> Vec<u8> {
    let signer = &site.running.shared().signer;
    let signed = signer
        .sign_charter(&phone.binding, Some(1), charter)
        .unwrap();
    let device = DeviceId(phone.binding.device);
    let store = &site.store;
    let offered = store.offer_charter(LENDER, device, charter.n, signed.clone(), site.now());
    assert!(offered.unwrap());
    let act = DeviceAct {
        at: site.now(),
        kind: "charter".to_owned(),
        subject: "C-1001".to_owned(),
        by: "a test".to_owned(),
        note: String::new(),
    };
    store.record_act(LENDER, act).unwrap();
    site.running.shared().wake();
    signed
}

fn rows(site: &Site, phone: &Phone) -> Vec<fairlock_storage::CharterRow> {
    let device = DeviceId(phone.binding.device);
    site.store.charters(LENDER, device).unwrap()
}

fn softer(phone: &Phone) -> Charter {
    let mut charter = phone.charter.clone();
    charter.n += 1;
    charter.highest = Level::Reduce;
    charter.lock = None;
    charter.pass.hours = 48;
    charter
}

#[tokio::test(flavor = "multi_thread")]
async fn a_softer_charter_is_handed_out_and_stored_with_the_phones_signature() {
    let site = Site::start().await;
    let mut phone = Phone::enrol(&site).await;
    let mut line = Line::enter(&site, &mut phone).await;
    site.running.quiet().await;
    let charter = softer(&phone);
    assert!(charter.at_least_as_soft(&phone.charter));
    let signed = offer(&site, &phone, &charter);
    let Some(Frame::Charter(offered)) = line.next_but_display().await else {
        panic!("expected a charter");
    };
    assert_eq!(offered, signed);
    let countersigned = phone.countersign(&offered);
    line.send(&countersigned).await;
    line.report(&site, &mut phone).await;
    let stored = rows(&site, &phone);
    assert!(stored[0].accepted.is_some());
    assert_eq!(charters::read(&stored[0]).unwrap(), charter);
    // It isn't offered again.
    let mut line = Line::enter(&site, &mut phone).await;
    line.send(&Frame::CheckIn { nonce: [1; 16] }).await;
    assert!(matches!(
        line.next_but_display().await,
        Some(Frame::Contact(_))
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_countersigned_charter_that_nobody_offered_is_refused() {
    let site = Site::start().await;
    let mut phone = Phone::enrol(&site).await;
    let mut line = Line::enter(&site, &mut phone).await;
    let charter = softer(&phone);
    let signer = &site.running.shared().signer;
    let signed = signer
        .sign_charter(&phone.binding, Some(1), &charter)
        .unwrap();
    let countersigned = phone.countersign(&signed);
    line.send(&countersigned).await;
    let refused = Frame::Refused {
        code: Refused::Frame,
    };
    assert_eq!(line.next_but_display().await, Some(refused));
    assert_eq!(rows(&site, &phone).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_offers_the_softer_of_both_by_itself_and_only_once() {
    let site = Site::start().await;
    let mut phone = Phone::enrol(&site).await;
    // A charter that was signed when the terms were harsher: its passes were shorter, and there
    // was nobody else to call.
    let mut harsher = phone.charter.clone();
    harsher.n += 1;
    harsher.offline_days = 20;
    harsher.code_days = 3;
    let signed = offer(&site, &phone, &harsher);
    let mut line = Line::enter(&site, &mut phone).await;
    assert_eq!(
        line.next_but_display().await,
        Some(Frame::Charter(signed.clone()))
    );
    let countersigned = phone.countersign(&signed);
    line.send(&countersigned).await;
    line.report(&site, &mut phone).await;
    drop(line);
    let mut line = Line::enter(&site, &mut phone).await;
    let Some(Frame::Charter(offered)) = line.next_but_display().await else {
        panic!("expected today's softer terms");
    };
    let made = charters::read(&rows(&site, &phone)[0]).unwrap();
    assert_eq!((made.n, made.offline_days, made.code_days), (3, 30, 7));
    assert!(made.at_least_as_soft(&harsher));
    let countersigned = phone.countersign(&offered);
    line.send(&countersigned).await;
    line.report(&site, &mut phone).await;
    drop(line);
    let mut line = Line::enter(&site, &mut phone).await;
    line.report(&site, &mut phone).await;
    assert_eq!(rows(&site, &phone).len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_softer_of_two_charters_is_softer_than_both() {
    let site = Site::start().await;
    let phone = Phone::enrol(&site).await;
    let (mut old, mut today) = (phone.charter.clone(), phone.charter.clone());
    old.silence_h = 24;
    old.help.pop();
    today.highest = Level::Reduce;
    today.lock = None;
    today.classes.pop();
    today.last_day -= 30;
    today.n = 2;
    let made = softened(&old, &today);
    assert!(made.at_least_as_soft(&old) && made.at_least_as_soft(&today));
    made.check().unwrap();
    assert!(
        says_the_same(&softened(&made, &today), &made),
        "and stays so"
    );
}

/// The display data that comes next.
async fn display(line: &mut Line) -> Display {
    loop {
        if let Some(Frame::Display(bytes)) = line.next().await {
            return Display::decode(&bytes).unwrap();
        }
    }
}

fn hold_kinds(site: &Site) -> Vec<HoldKind> {
    let facts = site.store.facts(LENDER, "C-1001").unwrap().unwrap();
    let holds = facts.events.iter().filter_map(|event| match &event.kind {
        EventKind::Hold { kind, .. } => Some(*kind),
        _ => None,
    });
    holds.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn something_is_wrong_opens_a_dispute_that_the_phone_sees_until_it_is_answered() {
    let site = Site::start().await;
    let mut phone = Phone::enrol(&site).await;
    let mut line = Line::enter(&site, &mut phone).await;
    for _ in 0..2 {
        line.send(&Frame::Said { what: Said::Wrong }).await;
    }
    let shown = loop {
        if let Some(case) = display(&mut line).await.case {
            break case;
        }
    };
    assert_eq!(shown.state, Shown::Open);
    site.running.quiet().await;
    assert_eq!(
        hold_kinds(&site),
        [HoldKind::Dispute],
        "pressed twice, held once"
    );
    let case = site.store.cases_of(LENDER, "C-1001").unwrap().remove(0);
    assert_eq!((case.kind, case.state), (CaseKind::Wrong, CaseState::Open));
    let now = site.running.shared().stamp();
    cases::answer(&site.store, LENDER, ("C-1001", case.no), false, now).unwrap();
    assert!(cases::answer(&site.store, LENDER, ("C-1001", case.no), true, now).is_err());
    let facts = site.store.facts(LENDER, "C-1001").unwrap().unwrap();
    let ended = |kind: &EventKind| matches!(kind, EventKind::HoldEnd { .. });
    assert_eq!(facts.events.iter().filter(|e| ended(&e.kind)).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_to_have_paid_shields_and_never_credits_and_three_in_a_month_are_heard() {
    let site = Site::start().await;
    let mut phone = Phone::enrol(&site).await;
    let mut line = Line::enter(&site, &mut phone).await;
    line.send(&Frame::Said { what: Said::Paid }).await;
    line.report(&site, &mut phone).await;
    assert_eq!(hold_kinds(&site), [HoldKind::HumanReview]);
    let paid = site.store.payments_of(LENDER, "C-1001").unwrap();
    assert!(paid.is_empty(), "no money came of it");
    let shared = site.running.shared();
    let claim = || {
        let (desk, now) = (&shared.money.desk, shared.stamp());
        cases::open(&site.store, LENDER, desk, ("C-1001", CaseKind::Paid), now).unwrap()
    };
    assert_eq!(claim(), Opened::Already);
    for (day, expected) in [
        ("2026-01-16T12:00:00+03:00", Opened::Open),
        ("2026-01-22T12:00:00+03:00", Opened::Open),
        ("2026-01-28T12:00:00+03:00", Opened::Nothing),
        ("2026-02-10T12:00:00+03:00", Opened::Open),
    ] {
        site.clock_moves(day);
        assert_eq!(claim(), expected, "{day}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_bought_a_phone_used_is_looked_into_before_anything_gets_stricter() {
    let site = Site::start().await;
    let mut phone = Phone::enrol(&site).await;
    let mut line = Line::enter(&site, &mut phone).await;
    let what = Said::BoughtUsed;
    line.send(&Frame::Said { what }).await;
    line.report(&site, &mut phone).await;
    assert_eq!(hold_kinds(&site), [HoldKind::HumanReview]);
    let case = site.store.open_cases(LENDER, 10).unwrap().remove(0);
    assert_eq!(case.answer_by.to_string(), "2026-01-24");
}
