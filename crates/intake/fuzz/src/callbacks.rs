//! Arbitrary bytes against every reader of callbacks and every check of a signature: no panic, an
//! error says what was expected, and what is read keeps its word. A second reading says the same
//! as the first; amounts are above zero and within what the ledger holds; what isn't signed
//! neither credits nor fails. Failure is a panic.
//!
//! The same functions run in the crate's tests over the kept corpus, on a stable compiler.

use fairlock_domain::calendar::Instant;
use fairlock_domain::money::{AMOUNT_MAX_MINOR, Currency, Money};
use fairlock_domain::payment::ChangeKind;
use fairlock_intake::adyen::Capture;
use fairlock_intake::notification::{Notification, State, Tells};
use fairlock_intake::signature::{Keys, adyen, airtel, standard, stripe};
use fairlock_intake::{
    ReadError, read_adyen, read_airtel_callback, read_airtel_enquiry, read_balance_transactions,
    read_momo_callback, read_momo_status, read_payment_event, read_stripe_event, verify_adyen,
    verify_airtel,
};

/// A target: its name, and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

pub const ALL: &[Target] = &[
    ("stripe", stripe_events),
    ("adyen", adyen_notifications),
    ("airtel", airtel_answers),
    ("momo", momo_answers),
    ("payment_events", payment_events),
    ("signatures", signatures),
];

const REFERENCE: &str = "RF93447120-7";
const KEY: &str = "a key of enough bytes";
const NOW: Instant = Instant::from_unix_seconds(1_772_436_645);

/// Reads twice, and looks at what was read.
fn check(read: impl Fn() -> Result<Vec<Notification>, ReadError>) -> Vec<Notification> {
    let first = read();
    let second = read();
    match (first, second) {
        (Ok(first), Ok(second)) => {
            assert_eq!(lines(&first), lines(&second), "read twice, said twice");
            first
        }
        (Err(error), Err(again)) => {
            assert!(!error.found.is_empty() && !error.expected.is_empty());
            assert_eq!(error, again);
            Vec::new()
        }
        _ => panic!("read once and not again"),
    }
}

/// Each thing told in a line, after its amounts were looked at.
fn lines(all: &[Notification]) -> Vec<String> {
    let each = all.iter().flat_map(|one| &one.tells);
    each.map(line).collect()
}

fn line(one: &Tells) -> String {
    match one {
        Tells::Payment(payment) => {
            assert!(!payment.ids.is_empty() && payment.ids.iter().all(|id| !id.is_empty()));
            format!(
                "{:?} {:?} {}",
                payment.state,
                payment.ids,
                above_zero(payment.amount)
            )
        }
        Tells::Changed(changed) => {
            let change = &changed.change;
            let amount = match change.kind {
                ChangeKind::Fee => within(change.amount),
                _ => above_zero(change.amount),
            };
            format!("{:?} {} {:?} {amount}", change.kind, change.id, changed.of)
        }
        Tells::Payout(payout) => {
            format!("{:?} {} {}", payout.state, payout.id, within(payout.amount))
        }
        Tells::Ask(ask) => format!("{:?} {}", ask.why, ask.about),
    }
}

fn above_zero(money: Money) -> Money {
    assert!(money.is_positive());
    within(money)
}

fn within(money: Money) -> Money {
    assert!(money.minor().abs() <= AMOUNT_MAX_MINOR);
    money
}

fn one(read: Result<Notification, ReadError>) -> Result<Vec<Notification>, ReadError> {
    read.map(|one| vec![one])
}

pub fn stripe_events(bytes: &[u8]) {
    check(|| one(read_stripe_event(bytes)));
    if let Ok(lines) = read_balance_transactions(bytes) {
        for line in lines {
            assert_eq!(line.amount.minor() - line.fee.minor(), line.net.minor());
        }
    }
}

pub fn adyen_notifications(bytes: &[u8]) {
    let separate = check(|| read_adyen(bytes, "Lender", Capture::Separate));
    let immediate = check(|| read_adyen(bytes, "Lender", Capture::Immediate));
    assert_eq!(separate.len(), immediate.len());
    for (separate, immediate) in separate.iter().zip(&immediate) {
        assert_eq!(separate.tells.len(), immediate.tells.len());
    }
    let keys = keys();
    if verify_adyen(&keys, bytes).is_ok() {
        panic!("nobody has the key");
    }
}

pub fn airtel_answers(bytes: &[u8]) {
    for called in check(|| one(read_airtel_callback(bytes))) {
        let asks = called.tells.iter().all(|one| matches!(one, Tells::Ask(_)));
        assert!(asks && called.tells.len() == 1, "a callback only asks");
    }
    let currency = Currency::from_code("UGX").expect("a currency");
    for answered in check(|| one(read_airtel_enquiry(bytes, REFERENCE, currency))) {
        let failed = answered.tells.iter().any(is_failed);
        assert!(!failed || answered.kind == "TF", "only TF is a failure");
    }
    assert!(verify_airtel(&keys(), bytes).is_err(), "nobody has the key");
}

pub fn momo_answers(bytes: &[u8]) {
    for called in check(|| one(read_momo_callback(bytes, REFERENCE))) {
        let believed = called
            .tells
            .iter()
            .any(|one| is_failed(one) || is_booked(one));
        assert!(!believed, "a callback isn't believed");
    }
    for answered in check(|| one(read_momo_status(bytes, REFERENCE))) {
        let failed = answered.tells.iter().any(is_failed);
        assert!(!failed || answered.kind == "FAILED");
    }
}

pub fn payment_events(bytes: &[u8]) {
    check(|| one(read_payment_event(bytes, "msg_1")));
}

/// The first line is a header, the second another, the rest a body; `{v1}` in a header is a
/// signature of the body that is right.
pub fn signatures(bytes: &[u8]) {
    let mut parts = bytes.splitn(3, |byte| *byte == b'\n');
    let mut next = || parts.next().unwrap_or_default();
    let (first, second, body) = (next(), next(), next());
    let (Ok(first), Ok(second)) = (std::str::from_utf8(first), std::str::from_utf8(second)) else {
        return;
    };
    let right = stripe::header_for(KEY, body, NOW);
    let v1 = right.split_once("v1=").map_or("", |(_, v1)| v1);
    let header = first.replace("{v1}", v1);
    if stripe::verify(&keys(), Some(&header), body, NOW).is_ok() {
        assert!(header.contains(&format!("v1={v1}")) || header.to_lowercase().contains(v1));
    }
    let headers = standard::Headers {
        id: Some(first),
        timestamp: Some("1772436645"),
        signature: Some(second),
    };
    let right = standard::header_for(KEY.as_bytes(), first.trim(), body, NOW);
    if standard::verify(&keys(), headers, body, NOW).is_ok() {
        assert!(second.contains(&right));
    }
    let signed = adyen::Signed {
        psp_reference: first,
        original_reference: "",
        merchant_account: "Lender",
        merchant_reference: second,
        value: "1",
        currency: "KES",
        event_code: "CAPTURE",
        success: "true",
    };
    let right = adyen::signature_for(KEY.as_bytes(), &signed);
    let verified = adyen::verify(&keys(), Some(&right), &signed).is_ok();
    assert_eq!(verified, !first.is_empty() && !first.contains(':'));
    assert!(adyen::verify(&keys(), Some(second), &signed).is_err() || second.trim() == right);
    let hash = airtel::hash_for(KEY, second);
    assert!(airtel::verify(&keys(), Some(&hash), second).is_ok());
}

fn is_failed(one: &Tells) -> bool {
    matches!(one, Tells::Payment(payment) if matches!(payment.state, State::Failed(_)))
}

fn is_booked(one: &Tells) -> bool {
    matches!(one, Tells::Payment(payment) if payment.state == State::Booked)
}

fn keys() -> Keys {
    Keys::plain([KEY]).expect("a key")
}
