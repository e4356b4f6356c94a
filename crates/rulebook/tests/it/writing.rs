//! A scenario that is written and read again is the same one.

use std::path::Path;

use fairlock_rulebook::{load_builtin, scenario};

fn check(text: &str, place: &str) {
    let book = load_builtin().expect("the built-in packs");
    let first = scenario::read(text, &book).unwrap_or_else(|e| panic!("{place}: {e}"));
    let zone = serde_json::from_str::<serde_json::Value>(text).expect("it was read");
    let zone = zone["time_zone"].as_str().expect("a time zone");
    let written = scenario::write(&first, zone);
    let second = scenario::read(&written, &book).unwrap_or_else(|e| panic!("{place}: {e}"));
    assert_eq!(first.facts, second.facts, "{place}");
    assert_eq!(first.rules, second.rules, "{place}");
    assert_eq!(first.ask, second.ask, "{place}");
    assert_eq!(written, scenario::write(&second, zone), "{place}");
}

#[test]
fn every_scenario_beside_a_pack_survives_writing() {
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("packs");
    let folders = std::fs::read_dir(packs).expect("the packs");
    let folders = folders.map(|entry| entry.expect("an entry").path().join("scenarios"));
    let mut looked_at = 0;
    for folder in folders.filter(|folder| folder.is_dir()) {
        for entry in std::fs::read_dir(folder).expect("the scenarios") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|e| e == "json") {
                let text = std::fs::read_to_string(&path).expect("a scenario");
                check(&text, &path.display().to_string());
                looked_at += 1;
            }
        }
    }
    assert!(looked_at >= 18, "only {looked_at} scenarios");
}

#[test]
fn every_field_and_kind_of_event_survives_writing() {
    check(
        r#"{
  "format": "fairlock-scenario/1", "packs": ["strict-default"], "time_zone": "Asia/Kolkata",
  "contract": {"id": "C-1", "product": "purchase_loan", "currency": "INR",
    "signed_on": "2026-01-10", "feed": "bank-1", "borrower": "consumer",
    "goods": "consumer_goods", "payment_frequency": "weekly", "grace": "10 days",
    "creditor": {"name": "A \"quoted\" bank", "kind": "bank"},
    "consent": {"separate_signature": true, "acknowledged_copy": false, "on": "2026-01-09"},
    "instalments": [{"due": "2026-02-10", "amount": "1500.00"}, {"due": "2026-02-10", "amount": "0.01"}]},
  "clearances": [{"pack": "strict-default", "by": "Counsel", "on": "2026-01-01",
    "until": "2026-12-31",
    "opinion_sha256": "00ff000000000000000000000000000000000000000000000000000000000010"}],
  "approvals": [{"pack": "strict-default", "reference": "R-1", "on": "2026-01-01",
    "until": "2026-06-30"}, {"pack": "strict-default", "reference": "R-2", "on": "2026-01-01"}],
  "holidays": ["2026-01-26"], "policy": {}, "notices": "manual",
  "events": [
    {"at": "2026-02-10T09:00:00.123456789+05:30", "type": "payment", "id": "P-1", "state": "pending", "amount": "1.00", "paid_on": "2026-02-09"},
    {"at": "2026-02-11T09:00:00+05:30", "type": "payment", "id": "P-1", "state": "booked", "amount": "1.50"},
    {"at": "2026-02-11T09:00:00+05:30", "type": "payment", "id": "P-1", "state": "reversed", "amount": "1.50"},
    {"at": "2026-02-12T00:00:00Z", "type": "feed", "feed": "bank-1", "state": "gap"},
    {"at": "2026-02-13T00:00:00Z", "type": "feed", "feed": "bank-1", "state": "stale"},
    {"at": "2026-02-14T00:00:00Z", "type": "feed", "feed": "bank-1", "state": "healthy"},
    {"at": "2026-02-15T00:00:00Z", "type": "notice", "notice": "strict-default/first", "channel": "sms", "proof": "delivered"},
    {"at": "2026-02-15T00:00:00Z", "type": "hold", "id": "H-1", "kind": "goodwill", "until": "2026-03-01T00:00:00Z"},
    {"at": "2026-02-16T00:00:00Z", "type": "hold", "id": "H-2", "kind": "dispute"},
    {"at": "2026-02-17T00:00:00Z", "type": "hold_end", "id": "H-2", "outcome": "rejected"},
    {"at": "2026-02-17T00:00:00Z", "type": "hold_end", "id": "H-1"},
    {"at": "2026-02-18T00:00:00Z", "type": "suspense", "id": "S-1", "amount": "3.00", "state": "candidate"},
    {"at": "2026-02-19T00:00:00Z", "type": "suspense", "id": "S-1", "amount": "3.00", "state": "cleared"},
    {"at": "2026-02-20T00:00:00Z", "type": "review", "by": "A. Reviewer\nline two", "decision": "approve"},
    {"at": "2026-02-21T00:00:00Z", "type": "review", "by": "B", "decision": "refuse"},
    {"at": "2026-02-22T00:00:00Z", "type": "emergency_pass"},
    {"at": "2026-02-23T00:00:00Z", "type": "contact"},
    {"at": "2026-02-24T00:00:00Z", "type": "payoff_waived", "amount": "2.00"}],
  "ask": ["2026-03-11T10:00:00+05:30", "2026-02-11T10:00:00Z"]
}"#,
        "every field",
    );
}
