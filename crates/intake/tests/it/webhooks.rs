//! Signatures and objects that providers and their libraries publish, read by us.
//!
//! The folder is outside the project: `FAIRLOCK_SAMPLES_DIR`, else `../shared/samples` beside the
//! workspace. What we say of a file is complete before its expectation is opened: `vectors.json`
//! says which secret and time belong to a signature, and everything that it asserts is compared.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use fairlock_domain::calendar::Instant;
use fairlock_intake::adyen::Capture;
use fairlock_intake::signature::adyen::{Signed, signature_for};
use fairlock_intake::signature::standard::{self, Headers};
use fairlock_intake::signature::{Keys, SignatureError, TOLERANCE, stripe};
use fairlock_intake::{read_adyen, read_balance_transactions, read_stripe_event, verify_adyen};
use serde_json::Value;

use crate::told::told;

/// What is compared and what differs.
#[derive(Default)]
struct Tally {
    files: usize,
    fields: usize,
    wrong: Vec<String>,
}

impl Tally {
    fn same<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, ours: T, theirs: T) {
        self.fields += 1;
        if ours != theirs {
            self.wrong
                .push(format!("{what}: {ours:?}, expected {theirs:?}"));
        }
    }
}

fn samples() -> PathBuf {
    let folder = match std::env::var_os("FAIRLOCK_SAMPLES_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples"),
    };
    folder.join("webhooks")
}

#[test]
fn every_published_webhook_agrees() {
    let folder = samples();
    if !folder.is_dir() {
        say(&format!(
            "SKIPPED: no sample webhooks at {}; set FAIRLOCK_SAMPLES_DIR",
            folder.display()
        ));
        return;
    }
    let mut tally = Tally::default();
    let vectors: Value = serde_json::from_slice(&read(&folder, "vectors.json")).unwrap();
    tally.files += 1;
    of_stripe(&mut tally, &folder, &vectors["stripe"]);
    of_standard_webhooks(&mut tally, &vectors["standard_webhooks"]);
    of_adyen(&mut tally, &folder, &vectors["adyen"]);
    objects(&mut tally, &folder.join("stripe-objects"));
    say(&format!(
        "webhooks: {} files, {} fields compared, {} differ",
        tally.files,
        tally.fields,
        tally.wrong.len()
    ));
    assert!(tally.wrong.is_empty(), "{}", tally.wrong.join("\n"));
    assert!(tally.files >= 11, "only {} files", tally.files);
}

fn of_stripe(tally: &mut Tally, folder: &Path, vector: &Value) {
    let body = read(folder, text(&vector["body_file"]));
    tally.files += 1;
    let keys = Keys::plain([text(&vector["secret"])]).unwrap();
    let header = text(&vector["header"]);
    let verify = |body: &[u8], at: i64| {
        stripe::verify(&keys, Some(header), body, Instant::from_unix_seconds(at))
    };
    let (accept, reject) = (number(&vector["accept_at"]), number(&vector["reject_at"]));
    tally.same(
        "tolerance",
        TOLERANCE.as_seconds(),
        number(&vector["tolerance_s"]),
    );
    let signed = Instant::from_unix_seconds(1_533_204_620);
    tally.same("accept_at", verify(&body, accept), Ok(signed));
    tally.same(
        "reject_at",
        verify(&body, reject),
        Err(SignatureError::TooOld),
    );
    let appended = [
        body.as_slice(),
        text(&vector["reject_if_body_appended"]).as_bytes(),
    ]
    .concat();
    tally.same(
        "appended",
        verify(&appended, accept),
        Err(SignatureError::Wrong),
    );
    for malformed in vector["malformed_headers"].as_array().unwrap() {
        let at = Instant::from_unix_seconds(accept);
        let refused = stripe::verify(&keys, Some(text(malformed)), &body, at);
        tally.same(text(malformed), refused.is_err(), true);
    }
    let event = read_stripe_event(&body).unwrap();
    let written: Value = serde_json::from_slice(&body).unwrap();
    tally.same("id", event.event.as_deref(), written["id"].as_str());
    tally.same("type", event.kind.as_str(), text(&written["type"]));
    tally.same(
        "created",
        event.at.map(|at| at.unix_seconds()),
        written["created"].as_i64(),
    );
    tally.same("livemode", event.live, written["livemode"].as_bool());
}

fn of_standard_webhooks(tally: &mut Tally, vector: &Value) {
    let keys = Keys::whsec([text(&vector["secret"])]).unwrap();
    let seconds = number(&vector["timestamp"]);
    let (time, at) = (seconds.to_string(), Instant::from_unix_seconds(seconds));
    let headers = Headers {
        id: vector["id"].as_str(),
        timestamp: Some(&time),
        signature: vector["signature"].as_str(),
    };
    let body = text(&vector["body"]).as_bytes();
    tally.same(
        "signature",
        standard::verify(&keys, headers, body, at),
        Ok(at),
    );
    let other = standard::verify(&keys, headers, b"{}", at);
    tally.same("another body", other, Err(SignatureError::Wrong));
}

fn of_adyen(tally: &mut Tally, folder: &Path, vector: &Value) {
    let keys = Keys::hexadecimal([text(&vector["key_hex"])]).unwrap();
    for file in vector["files_valid"].as_array().unwrap() {
        let item: Value = serde_json::from_slice(&read(folder, text(file))).unwrap();
        tally.files += 1;
        let body = format!(
            r#"{{"live":"false","notificationItems":[{{"NotificationRequestItem":{item}}}]}}"#
        );
        tally.same(text(file), verify_adyen(&keys, body.as_bytes()), Ok(()));
        let account = text(&item["merchantAccountCode"]);
        let read = read_adyen(body.as_bytes(), account, Capture::Immediate).unwrap();
        let expected = format!("booked {} 10.00 EUR", text(&item["pspReference"]));
        tally.same("told", told(&read[0]), vec![expected]);
        tally.same("eventCode", read[0].kind.as_str(), text(&item["eventCode"]));
        let forged = body.replace("\"value\":1000", "\"value\":1001");
        let refused = verify_adyen(&keys, forged.as_bytes());
        tally.same("forged", refused, Err(SignatureError::Wrong));
    }
    let inline = &vector["inline"];
    let item = &inline["item"];
    let value = item["amount"]["value"].to_string();
    let signed = Signed {
        psp_reference: text(&item["pspReference"]),
        original_reference: "",
        merchant_account: text(&item["merchantAccountCode"]),
        merchant_reference: text(&item["merchantReference"]),
        value: &value,
        currency: text(&item["amount"]["currency"]),
        event_code: text(&item["eventCode"]),
        success: text(&item["success"]),
    };
    let key: Vec<u8> = hexadecimal(text(&inline["key_hex"]));
    let ours = signature_for(&key, &signed);
    tally.same("inline", ours.as_str(), text(&inline["expected_hmac"]));
}

/// The objects of Stripe's own description, each in an event around it: read, and compared with
/// what they say of themselves.
fn objects(tally: &mut Tally, folder: &Path) {
    for (file, kind) in [
        ("payment_intent.json", "payment_intent.payment_failed"),
        ("charge.json", "charge.succeeded"),
        ("refund.json", "refund.created"),
        ("dispute.json", "charge.dispute.funds_withdrawn"),
        ("payout.json", "payout.created"),
        ("balance_transaction.json", ""),
        ("event.json", ""),
    ] {
        let body = read(folder, file);
        tally.files += 1;
        let ours = match kind {
            "" => String::new(),
            kind => {
                let object = String::from_utf8(body.clone()).unwrap();
                let event = format!(
                    r#"{{"id":"evt_1","object":"event","type":"{kind}","created":1,"data":{{"object":{object}}}}}"#
                );
                told(&read_stripe_event(event.as_bytes()).unwrap()).join("; ")
            }
        };
        let written: Value = serde_json::from_slice(&body).unwrap();
        let (id, amount) = (written["id"].as_str().unwrap(), &written["amount"]);
        let cents = amount.as_i64().unwrap_or_default();
        let usd = format!("{}.{:02} USD", cents / 100, cents % 100);
        let of = written["charge"].as_str().unwrap_or_default();
        let expected = match file {
            "payment_intent.json" => format!("failed (idempotency_error) {id} {usd}"),
            // Authorised: `captured` is false and `amount_captured` 0.
            "charge.json" => format!("pending {id} {usd}"),
            "refund.json" => format!("refund {id} of {of} {usd}"),
            "dispute.json" => format!("chargeback {id} of {of} {usd}"),
            "payout.json" => format!("payout {id} {usd} on its way"),
            _ => String::new(),
        };
        tally.same(file, ours, expected);
    }
    let transaction =
        &read_balance_transactions(&read(folder, "balance_transaction.json")).unwrap()[0];
    let written: Value = serde_json::from_slice(&read(folder, "balance_transaction.json")).unwrap();
    tally.same("id", transaction.id.as_str(), text(&written["id"]));
    tally.same("type", transaction.kind.as_str(), text(&written["type"]));
    tally.same(
        "source",
        transaction.source.as_deref(),
        written["source"].as_str(),
    );
    for (name, money) in [
        ("amount", transaction.amount),
        ("fee", transaction.fee),
        ("net", transaction.net),
    ] {
        tally.same(name, money.minor(), i128::from(number(&written[name])));
    }
    let seconds = |at: Option<Instant>| at.map(|at| at.unix_seconds());
    tally.same(
        "created",
        seconds(transaction.created),
        written["created"].as_i64(),
    );
    tally.same(
        "available_on",
        seconds(transaction.available),
        written["available_on"].as_i64(),
    );
    let event = read_stripe_event(&read(folder, "event.json")).unwrap();
    tally.same(
        "event",
        (event.kind.as_str(), event.tells.len()),
        ("plan.created", 0),
    );
}

fn hexadecimal(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks(2);
    let byte = |pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.map(byte).collect()
}

fn text(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("a text, not {value}"))
}

fn number(value: &Value) -> i64 {
    value
        .as_i64()
        .unwrap_or_else(|| panic!("a number, not {value}"))
}

fn read(folder: &Path, file: &str) -> Vec<u8> {
    let path = folder.join(file);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Past the test harness, which hides what a passing test prints.
fn say(line: &str) {
    writeln!(std::io::stderr(), "{line}").expect("standard error takes a line");
}
