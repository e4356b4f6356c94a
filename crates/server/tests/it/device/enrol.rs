//! Enrolment over HTTP: who gets in, and what is said to everybody else.

use fairlock_protocol::enrol::{ENROL_PATH, Offer, Welcome, accept_path};
use fairlock_protocol::{Grant, Level, cose::Sign1};
use hyper::StatusCode;

use super::rig::{IMEI, Key, LENDER, Phone, Site, countersigned, request};

const CBOR: &str = "application/cbor";

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_enrols_once_and_gets_grant_1() {
    let site = Site::start().await;
    let phone = Phone::enrol(&site).await;
    assert_eq!((phone.level(), phone.state.highest), (Level::Free, 1));
    assert_eq!(phone.charter.contract, "C-1001");
    let row = site.device(&phone);
    assert!(row.charter_accepted_at.is_some());
    assert_eq!(row.contract_id, "C-1001");
    // The token is used; the contract has its phone.
    let bundle = site.bundle("C-1001");
    let other = request(&bundle, &Key::of(2), IMEI).encode();
    let (status, text) = site.post(ENROL_PATH, CBOR, other).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(
        text,
        "the contract has a phone already; expected one phone a contract\n"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_whose_answers_were_lost_asks_again_and_gets_the_same() {
    let site = Site::start().await;
    let (bundle, key) = (site.bundle("C-1001"), Key::of(1));
    let body = request(&bundle, &key, IMEI).encode();
    let (_, first) = site.post(ENROL_PATH, CBOR, body.clone()).await;
    let (status, second) = site.post(ENROL_PATH, CBOR, body).await;
    assert_eq!((status, &first), (StatusCode::OK, &second));
    let offer = Offer::decode(&first).unwrap();
    let offered = offer.open(&bundle, &[3; 16], &key.public()).unwrap();
    let accepted = countersigned(&offer, &offered.binding, &key);
    let path = accept_path(&offer.device);
    let (_, first) = site.post(&path, CBOR, accepted.clone()).await;
    let (status, second) = site.post(&path, CBOR, accepted).await;
    assert_eq!((status, &first), (StatusCode::OK, &second));
    let welcome = Welcome::decode(&first).unwrap();
    let object = Sign1::parse(&welcome.grant).unwrap();
    let grant = Grant::read(object.payload).unwrap();
    assert_eq!(
        (grant.seq, grant.level, grant.later.len()),
        (1, Level::Free, 0)
    );
}

/// Posts what `change` makes of a good request; the answer is one line that begins with these words, and
/// nobody is enrolled.
async fn check(
    change: impl FnOnce(Vec<u8>, &Site) -> Vec<u8>,
    kind: &str,
    status: StatusCode,
    words: &str,
) {
    let site = Site::start().await;
    let bundle = site.bundle("C-1001");
    let good = request(&bundle, &Key::of(1), IMEI).encode();
    let (found, text) = site.post(ENROL_PATH, kind, change(good, &site)).await;
    let text = String::from_utf8(text.to_vec()).unwrap();
    assert_eq!(found, status);
    assert!(
        text.starts_with(words) && text.lines().count() == 1,
        "{text}"
    );
    assert_eq!(site.store.devices(LENDER).unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_bad_request_gets_one_line_and_nothing_else_happens() {
    check(
        |good, _| good,
        "application/json",
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "content type: expected application/cbor",
    )
    .await;
    check(
        |mut good, _| {
            good.push(0);
            good
        },
        CBOR,
        StatusCode::BAD_REQUEST,
        "byte 234: expected ",
    )
    .await;
    check(
        |_, site| {
            let bundle = site.bundle("C-1001");
            request(&bundle, &Key::of(1), "352099001761999").encode()
        },
        CBOR,
        StatusCode::FORBIDDEN,
        "IMEI: this isn't the phone of the contract; expected the phone that it names",
    )
    .await;
    check(
        |_, site| {
            let mut bundle = site.bundle("C-1001");
            bundle.token[0] ^= 1;
            request(&bundle, &Key::of(1), IMEI).encode()
        },
        CBOR,
        StatusCode::NOT_FOUND,
        "no such enrolment token; expected one that was made for a contract",
    )
    .await;
    check(
        |good, site| {
            site.clock_moves("2026-01-11T12:00:00+03:00");
            good
        },
        CBOR,
        StatusCode::GONE,
        "the enrolment token expired at 2026-01-11T09:00:00Z; expected a fresh one",
    )
    .await;
    check(
        // A key that isn't on the curve.
        |mut good, _| {
            let at = good
                .windows(4)
                .position(|w| w == [0x03, 0x42, 0x00, 0x04])
                .unwrap();
            good[at + 10] ^= 1;
            good
        },
        CBOR,
        StatusCode::BAD_REQUEST,
        "byte 234: expected a P-256 key of 91 bytes",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_beyond_the_limit_is_not_read() {
    let site = Site::start().await;
    let (status, _) = site.post(ENROL_PATH, CBOR, vec![0; 24_577]).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_phone_itself_accepts_its_charter() {
    let site = Site::start().await;
    let (bundle, key) = (site.bundle("C-1001"), Key::of(1));
    let body = request(&bundle, &key, IMEI).encode();
    let (_, body) = site.post(ENROL_PATH, CBOR, body).await;
    let offer = Offer::decode(&body).unwrap();
    let offered = offer.open(&bundle, &[3; 16], &key.public()).unwrap();
    let path = accept_path(&offer.device);
    let by_another = countersigned(&offer, &offered.binding, &Key::of(2));
    let (status, text) = site.post(&path, CBOR, by_another).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(text.starts_with(b"charter: Signature"), "{text:?}");
    let nobodys = accept_path(&[0xee; 16]);
    let good = countersigned(&offer, &offered.binding, &key);
    let (status, _) = site.post(&nobodys, CBOR, good).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let row = site.store.devices(LENDER).unwrap().remove(0);
    assert_eq!((row.charter_accepted_at, row.newest_seq), (None, 0));
}
