//! Key sets and caps: who gets them, when, and by which keys things are signed meanwhile.

use fairlock_codes::qr;
use fairlock_domain::calendar::{Instant, Span};
use fairlock_domain::rules::Level as Row;
use fairlock_protocol::cap::Cap;
use fairlock_protocol::channel::Frame;
use fairlock_protocol::cose::{MultiSigned, Sign1};
use fairlock_protocol::verify::{Checks, accept_cap, open_token};
use fairlock_protocol::{KeySet, Kid, Level, Role, kid};
use fairlock_signer::ceremony::{self, Change};
use fairlock_signer::held::sign_key_set;
use fairlock_signer::{HeldKey, KeyRing, KeyRole};
use fairlock_storage::{CapRow, DeviceAct, GrantState, KeySetRow};

use super::rig::{LENDER, Line, Phone, Site, waived};

/// Midnight after the first due day.
const PAST_DUE: &str = "2026-02-11T00:00:00+03:00";

/// The ring of the rig's server with the generations of tests.
fn ring() -> KeyRing {
    let mut ring = KeyRing::from_seeds([[1; 32], [2; 32], [3; 32], [4; 32], [5; 32]]);
    for ksv in 2..=4 {
        ring.add(ksv, seeds(ksv));
    }
    ring
}

fn seeds(ksv: u64) -> [[u8; 32]; 5] {
    [[100 + ksv as u8; 32]; 5]
}

fn safety() -> HeldKey {
    HeldKey::from_seed(Role::Safety, [77; 32])
}

fn all() -> Change {
    Change {
        replace: KeyRole::ALL.to_vec(),
        safety: vec![safety().public()],
        ..Change::default()
    }
}

fn revoked(kid: Kid) -> Change {
    Change {
        revoke: vec![kid],
        ..Change::default()
    }
}

/// Another process stores the next key set, signed by the starter roots.
fn rotate(site: &Site, change: Change) {
    let rows = site.store.key_sets_above(LENDER, 0).unwrap();
    let read =
        |row: &KeySetRow| KeySet::read(MultiSigned::parse(&row.bytes).unwrap().payload).unwrap();
    let chain: Vec<KeySet> = rows.iter().map(read).collect();
    let change = Change {
        at: site.now().unix_seconds() as u64,
        ..change
    };
    let ring = ring();
    let set = ceremony::next(&chain, &change, &ring).unwrap();
    let last = chain.last().unwrap();
    let gone = last.keys.iter().map(|key| key.kid());
    let gone = gone.filter(|kid| set.key(*kid).is_none()).collect();
    let roots = ring.starters();
    let bytes = sign_key_set(&set, &LENDER.0, &[&roots[0], &roots[2]]).unwrap();
    site.running
        .shared()
        .signer
        .add_keys(set.ksv, seeds(set.ksv));
    let row = KeySetRow {
        ksv: set.ksv,
        bytes,
        created_at: site.now(),
    };
    assert!(site.store.add_key_set(LENDER, row, gone).unwrap());
    act(site, "key_set", &set.ksv.to_string());
}

fn act(site: &Site, kind: &str, subject: &str) {
    let act = DeviceAct {
        at: site.now(),
        kind: kind.to_owned(),
        subject: subject.to_owned(),
        by: "a test".to_owned(),
        note: String::new(),
    };
    site.store.record_act(LENDER, act).unwrap();
    site.running.shared().wake();
}

/// Another process stores a cap.
fn cap(site: &Site, level: Level, row: Row, days: u32) -> u64 {
    let (n, iat) = (
        site.store.next_cap(LENDER).unwrap(),
        site.now().unix_seconds() as u64,
    );
    let until = site.now().plus(Span::days(days));
    let body = Cap {
        n,
        iat,
        ksv: 2,
        until: until.unix_seconds() as u64,
        level,
    };
    let stored = CapRow {
        n,
        level: row,
        until,
        bytes: safety().sign_cap(&LENDER.0, &body).unwrap(),
        made_at: site.now(),
    };
    assert!(site.store.add_cap(LENDER, stored).unwrap());
    act(site, "cap", &n.to_string());
    n
}

fn kid_of(ksv: u64, role: KeyRole) -> Kid {
    kid(&ring().public_in(role, ksv))
}

/// The key that signed the newest grant.
fn signed_by(site: &Site) -> Kid {
    newest(site).kid.expect("signed")
}

fn newest(site: &Site) -> fairlock_storage::GrantRow {
    let rows = site.store.grants_of(LENDER, "C-1001", 1).unwrap();
    rows.into_iter().next().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_is_behind_gets_the_chain_before_anything_else() {
    let site = Site::start().await;
    let mut phone = Phone::enrol(&site).await;
    rotate(&site, all());
    rotate(&site, all());
    site.clock(PAST_DUE).await;
    // Nothing that limits is signed for a phone that hasn't taken it.
    assert_eq!(newest(&site).state, GrantState::Held);
    assert_eq!(newest(&site).code.as_deref(), Some("key_set"));
    let mut line = Line::enter(&site, &mut phone).await;
    for _ in 0..2 {
        let set = line.key_set().await;
        phone.take_keys(&set);
    }
    assert_eq!(phone.keys.ksv, 3);
    line.report(&site, &mut phone).await;
    let grant = line.grant().await;
    assert_eq!(signed_by(&site), kid_of(3, KeyRole::Restrict));
    let accepted = phone.take(&grant, site.now());
    assert_eq!((accepted.tightening, accepted.cuts), (true, vec![]));
    let row = site.device(&phone);
    assert_eq!(row.reported.unwrap().ksv, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connected_phone_gets_a_key_set_that_another_process_stored_and_tokens_by_keys_it_knows()
{
    let site = Site::start().await;
    let mut phone = Phone::enrol(&site).await;
    let mut line = Line::enter(&site, &mut phone).await;
    site.running.quiet().await;
    rotate(&site, all());
    let set = line.key_set().await;
    phone.take_keys(&set);
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
    open_token(&token, &[5; 16], 0, true, &checks).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_wanted_is_answered_with_the_chain_in_order() {
    let site = Site::start().await;
    let mut phone = Phone::enrol(&site).await;
    rotate(&site, all());
    rotate(&site, all());
    let mut line = Line::enter(&site, &mut phone).await;
    let sent = [line.key_set().await, line.key_set().await];
    line.send(&Frame::KeysWanted { ksv: 1 }).await;
    let again = [line.key_set().await, line.key_set().await];
    assert_eq!(sent, again);
    line.send(&Frame::KeysWanted { ksv: 2 }).await;
    assert_eq!(line.key_set().await, sent[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unlock_is_signed_by_a_relax_key_of_the_key_set_that_the_phone_last_reported() {
    let site = Site::start().await;
    let mut phone = Phone::enrol(&site).await;
    let mut line = Line::enter(&site, &mut phone).await;
    site.clock_moves(PAST_DUE);
    let remind = line.grant().await;
    phone.take(&remind, site.now());
    phone.advance(site.now().plus(Span::seconds(2)));
    line.report(&site, &mut phone).await;
    assert_eq!(phone.level(), Level::Remind);
    drop(line);
    site.running.quiet().await;
    rotate(&site, all());
    site.happens("C-1001", waived(150_000));
    site.running.quiet().await;
    assert_eq!(signed_by(&site), kid_of(1, KeyRole::Relax));
    // It opens the phone as it is, and after it has taken the chain.
    let unlock = newest(&site).cose.unwrap();
    let sets = site.store.key_sets_above(LENDER, 1).unwrap();
    phone.take_keys(&sets[0].bytes);
    assert!(!phone.take(&unlock, site.now()).tightening);
    assert_eq!(phone.level(), Level::Free);
}

/// grants.md: "a QR for a phone behind carries the chain".
#[tokio::test(flavor = "multi_thread")]
async fn after_a_theft_an_unlock_is_signed_again_and_a_qr_carries_the_chain_before_it() {
    let site = Site::start().await;
    let mut phone = Phone::enrol(&site).await;
    let mut line = Line::enter(&site, &mut phone).await;
    site.clock_moves(PAST_DUE);
    let remind = line.grant().await;
    phone.take(&remind, site.now());
    phone.advance(site.now().plus(Span::seconds(2)));
    line.report(&site, &mut phone).await;
    drop(line);
    site.running.quiet().await;
    site.happens("C-1001", waived(150_000));
    site.running.quiet().await;
    let lost = newest(&site);
    rotate(&site, revoked(kid_of(1, KeyRole::Relax)));
    site.running.quiet().await;
    let again = newest(&site);
    assert!(again.seq > lost.seq, "the one on its way would be refused");
    assert_eq!(again.kid, Some(kid_of(2, KeyRole::Relax)));
    assert_eq!(again.level, Row::Free);
    // Offline, by a code: the chain, then the unlock.
    let mut frames: Vec<Frame> = site
        .store
        .key_sets_above(LENDER, 1)
        .unwrap()
        .into_iter()
        .map(|set| Frame::KeySet(set.bytes))
        .collect();
    frames.push(Frame::Grant(again.cose.unwrap()));
    for frame in qr::read(&qr::text(&frames)).unwrap() {
        match frame {
            Frame::KeySet(set) => phone.take_keys(&set),
            Frame::Grant(grant) => drop(phone.take(&grant, site.now())),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(phone.level(), Level::Free);
    assert_eq!(phone.keys.floor_ksv, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_below_the_floor_is_made_anew_once_the_phone_has_the_key_set() {
    let site = Site::start().await;
    let mut phone = Phone::enrol(&site).await;
    rotate(&site, revoked(kid_of(1, KeyRole::Restrict)));
    site.clock(PAST_DUE).await;
    let held = newest(&site);
    assert_eq!(held.code.as_deref(), Some("key_set"));
    let mut line = Line::enter(&site, &mut phone).await;
    let set = line.key_set().await;
    phone.take_keys(&set);
    line.report(&site, &mut phone).await;
    let grant = line.grant().await;
    let accepted = phone.take(&grant, site.now());
    assert_eq!(accepted.cuts, [], "it names key set 2");
    assert!(accepted.tightening && newest(&site).seq > held.seq);
    let cose = newest(&site).cose.unwrap();
    let object = Sign1::parse(&cose).unwrap();
    let body = fairlock_protocol::Grant::read(object.payload).unwrap();
    assert_eq!(body.ksv, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_enrols_after_a_rotation_begins_with_key_set_1_and_gets_the_chain() {
    let site = Site::start().await;
    let _ = site.bundle("C-1002");
    rotate(&site, revoked(kid_of(1, KeyRole::Charter)));
    let mut phone = Phone::enrol(&site).await;
    assert_eq!(phone.keys.ksv, 1);
    let mut line = Line::enter(&site, &mut phone).await;
    let set = line.key_set().await;
    phone.take_keys(&set);
    line.report(&site, &mut phone).await;
    site.running.quiet().await;
    assert_eq!(site.device(&phone).reported.unwrap().ksv, 2);
}

fn take_cap(phone: &mut Phone, bytes: &[u8], now: Instant) {
    let moment = fairlock_issuer::exact(0, now.unix_seconds() as u64);
    let checks = Checks {
        binding: phone.binding,
        keys: &phone.keys,
        charter: &phone.charter,
        moment: &moment,
    };
    accept_cap(&mut phone.state, bytes, &checks).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cap_reaches_connected_phones_and_those_that_connect_while_it_lasts() {
    let site = Site::start().await;
    let mut phone = Phone::enrol(&site).await;
    rotate(&site, all());
    let mut line = Line::enter(&site, &mut phone).await;
    let set = line.key_set().await;
    phone.take_keys(&set);
    site.running.quiet().await;
    cap(&site, Level::Remind, Row::Remind, 7);
    let Some(Frame::Cap(bytes)) = line.next_but_display().await else {
        panic!("expected a cap");
    };
    take_cap(&mut phone, &bytes, site.now());
    // A second one, a freeze: only that is new to this connection.
    cap(&site, Level::Lock, Row::Lock, 3);
    let Some(Frame::Cap(freeze)) = line.next_but_display().await else {
        panic!("expected a freeze");
    };
    assert_ne!(freeze, bytes);
    // Whoever connects gets both, and after the freeze's end one.
    let mut line = Line::enter(&site, &mut phone).await;
    assert_eq!(line.next_but_display().await, Some(Frame::Cap(freeze)));
    assert_eq!(
        line.next_but_display().await,
        Some(Frame::Cap(bytes.clone()))
    );
    drop(line);
    site.clock_moves("2026-01-14T12:00:00+03:00");
    let mut line = Line::enter(&site, &mut phone).await;
    assert_eq!(line.next_but_display().await, Some(Frame::Cap(bytes)));
}
