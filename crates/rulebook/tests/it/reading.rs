//! Scenario files that break the format: the JSON path and what was expected there, on one line.

use fairlock_rulebook::replay;
use proptest::prelude::*;

const GOOD: &str = r#"{
  "format": "fairlock-scenario/1",
  "packs": ["strict-default"],
  "time_zone": "Asia/Kolkata",
  "contract": {
    "id": "C-1001",
    "product": "purchase_loan",
    "currency": "INR",
    "signed_on": "2026-01-10",
    "consent": {"separate_signature": true, "acknowledged_copy": true, "on": "2026-01-10"},
    "instalments": [
      {"due": "2026-02-10", "amount": "1500.00"},
      {"due": "2026-03-10", "amount": "1500.00"}
    ],
    "feed": "bank-1"
  },
  "clearances": [],
  "holidays": ["2026-01-26"],
  "policy": {},
  "notices": "auto",
  "events": [
    {"at": "2026-02-10T09:00:00+05:30", "type": "payment", "id": "P-1", "state": "pending", "amount": "1500.00"},
    {"at": "2026-02-11T18:00:00+05:30", "type": "payment", "id": "P-1", "state": "booked", "amount": "1500.00"},
    {"at": "2026-03-12T00:00:00+05:30", "type": "feed", "feed": "bank-1", "state": "stale"}
  ],
  "ask": ["2026-02-11T10:00:00+05:30", "2026-06-20T11:00:00+05:30"]
}"#;

/// The last event of the good scenario, which the cases of events replace.
const LAST: &str =
    r#"{"at": "2026-03-12T00:00:00+05:30", "type": "feed", "feed": "bank-1", "state": "stale"}"#;

/// Replaces a text once and expects a refusal at this path, whose expectation says this.
fn check(what: &str, with: &str, path: &str, expected: &str) {
    assert!(GOOD.contains(what), "{what:?} stands in the good scenario");
    refuse(&GOOD.replacen(what, with, 1), path, expected);
}

fn refuse(text: &str, path: &str, expected: &str) {
    match replay::run(text) {
        Ok(_) => panic!("expected a refusal at {path}: {expected}\n{text}"),
        Err(error) => {
            let shown = error.to_string();
            assert_eq!(error.path, path, "{shown}");
            assert!(
                error.expected.contains(expected),
                "expected {expected:?} in: {shown}"
            );
            assert!(!shown.contains(['\n', '\r']), "one line: {shown:?}");
        }
    }
}

#[test]
fn the_sample_of_the_format_answers_as_the_format_says() {
    let lines = replay::run(GOOD).expect("the sample of the format");
    let line: serde_json::Value = serde_json::from_str(&lines[1]).expect("JSON");
    let keys: Vec<&String> = line.as_object().expect("an object").keys().collect();
    assert_eq!(keys.len(), 12, "{keys:?}");
    assert!(lines[1].starts_with(
        r#"{"at":"2026-06-20T11:00:00+05:30","level":"remind","dpd":102,"arrears":"1500.00","restore":"1500.00","payoff":"1500.00","holds":[{"kind":"feed","until":null}],"notices_due":[],"notices_served":[],"review_at":null,"steps":[],"findings":[{"rule":"strict-default/"#
    ));
    assert!(lines[1].contains(
        r#"{"rule":"strict-default/min_days_past_due","verdict":"met","saw":"102 >= 90","citation":""#
    ));
    assert!(lines[0].starts_with(r#"{"at":"2026-02-11T10:00:00+05:30","level":"free","dpd":1,"#));
}

#[test]
fn asks_are_answered_in_their_order_with_their_own_text() {
    let ask = r#""ask": ["2026-06-20T05:30:00.50Z", "2026-01-10T00:00:00+05:30", "2026-06-20T05:30:00.50Z"]"#;
    let text = GOOD.replace(
        r#""ask": ["2026-02-11T10:00:00+05:30", "2026-06-20T11:00:00+05:30"]"#,
        ask,
    );
    let lines = replay::run(&text).expect("a scenario");
    assert!(lines[0].starts_with(r#"{"at":"2026-06-20T05:30:00.50Z","level":"remind""#));
    assert!(lines[1].starts_with(r#"{"at":"2026-01-10T00:00:00+05:30","level":"free","dpd":0"#));
    assert_eq!(lines[0], lines[2]);
}

#[test]
fn documents_that_break_the_format_are_refused() {
    let table = [
        (
            "fairlock-scenario/1",
            "fairlock-scenario/2",
            "$.format",
            "\"fairlock-scenario/1\"",
        ),
        (
            r#""format": "fairlock-scenario/1","#,
            "",
            "$.format",
            "required",
        ),
        (
            r#"["strict-default"]"#,
            "[]",
            "$.packs",
            "at least one pack",
        ),
        (
            r#"["strict-default"]"#,
            r#"["strict-default", "strict-default"]"#,
            "$.packs[1]",
            "each pack once",
        ),
        (
            r#"["strict-default"]"#,
            r#"["atlantis"]"#,
            "$.packs[0]",
            "a known pack",
        ),
        (
            r#"["strict-default"]"#,
            r#""strict-default""#,
            "$.packs",
            "a list",
        ),
        ("Asia/Kolkata", "Asia/Atlantis", "$.time_zone", "IANA"),
        (
            r#""id": "C-1001""#,
            r#""id": """#,
            "$.contract.id",
            "a string that isn't empty",
        ),
        (
            r#""id": "C-1001""#,
            r#""id": 7"#,
            "$.contract.id",
            "a string",
        ),
        (r#""id": "C-1001","#, "", "$.contract.id", "required"),
        (
            "purchase_loan",
            "car_loan",
            "$.contract.product",
            "purchase_loan, lease, cash_loan",
        ),
        (r#""INR""#, r#""XYZ""#, "$.contract.currency", "ISO 4217"),
        (
            "2026-01-10\",\n    \"consent",
            "2026-02-30\",\n    \"consent",
            "$.contract.signed_on",
            "a date that exists",
        ),
        (
            r#""separate_signature": true"#,
            r#""separate_signature": "yes""#,
            "$.contract.consent.separate_signature",
            "true or false",
        ),
        (
            r#""acknowledged_copy": true, "#,
            "",
            "$.contract.consent.acknowledged_copy",
            "required",
        ),
        (
            r#""consent": {"#,
            r#""consent": null, "x": {"#,
            "$.contract.x",
            "no other fields than",
        ),
        (
            r#"{"separate_signature": true, "acknowledged_copy": true, "on": "2026-01-10"}"#,
            "null",
            "$.contract.consent",
            "an object",
        ),
        (
            r#""1500.00"},"#,
            r#""1500"},"#,
            "$.contract.instalments[0].amount",
            "exactly 2 decimals",
        ),
        (
            r#""1500.00"},"#,
            r#""0.00"},"#,
            "$.contract.instalments[0].amount",
            "more than zero",
        ),
        (
            r#""1500.00"},"#,
            r#"1500.00},"#,
            "$.contract.instalments[0].amount",
            "as a string",
        ),
        (
            r#""1500.00"},"#,
            r#""10000000000000.01"},"#,
            "$.contract.instalments[0].amount",
            "at most",
        ),
        (
            r#""1500.00"},"#,
            r#""10000000000000.00"},"#,
            "$.contract.instalments[1].amount",
            "at most",
        ),
        (
            r#""due": "2026-02-10""#,
            r#""due": "10.02.2026""#,
            "$.contract.instalments[0].due",
            "a date like",
        ),
        (
            r#""feed": "bank-1"
  }"#,
            r#""feed": ""
  }"#,
            "$.contract.feed",
            "a string that isn't empty",
        ),
        (
            r#""policy": {}"#,
            r#""policy": {"softer": true}"#,
            "$.policy.softer",
            "no other fields",
        ),
        (
            r#""notices": "auto""#,
            r#""notices": "never""#,
            "$.notices",
            "auto, manual",
        ),
        (
            r#""holidays": ["2026-01-26"]"#,
            r#""holidays": [20260126]"#,
            "$.holidays[0]",
            "a date like",
        ),
        (
            r#""ask": ["#,
            r#""ask": [], "asked": ["#,
            "$.asked",
            "no other fields",
        ),
        (
            "2026-02-11T10:00:00+05:30\", ",
            "2026-02-11T10:00:00\", ",
            "$.ask[0]",
            "RFC 3339",
        ),
        (
            "2026-02-11T10:00:00+05:30\", ",
            "2026-01-09T23:59:59+05:30\", ",
            "$.ask[0]",
            "not before signed_on",
        ),
        (
            r#""id": "C-1001""#,
            r#""id": "C-1001", "id": "C-1002""#,
            "$.contract.id",
            "a key that stands once",
        ),
        (
            r#""policy": {}"#,
            r#""policy": {"a\n\"b": 1, "a\n\"b": 2}"#,
            "$.policy[\"a\\n\\\"b\"]",
            "a key that stands once",
        ),
        (
            r#""policy": {}"#,
            r#""policy": []"#,
            "$.policy",
            "an object",
        ),
        (
            r#""clearances": []"#,
            r#""clearances": [{}]"#,
            "$.clearances[0].pack",
            "required",
        ),
    ];
    for (what, with, path, expected) in table {
        check(what, with, path, expected);
    }
    check(
        r#""clearances": []"#,
        r#""clearances": [{"pack": "zz", "by": "A", "on": "2026-01-01", "until": "2026-01-02", "opinion_sha256": "00"}]"#,
        "$.clearances[0].pack",
        "a known pack",
    );
    check(
        r#""clearances": []"#,
        r#""clearances": [{"pack": "in", "by": "A", "on": "2026-01-01", "until": "2026-01-02", "opinion_sha256": "00"}]"#,
        "$.clearances[0].opinion_sha256",
        "64 hexadecimal digits",
    );
    let empty = GOOD
        .find(r#""ask": ["#)
        .map(|at| format!("{}\"ask\": []}}", &GOOD[..at]));
    refuse(&empty.expect("an ask"), "$.ask", "at least one instant");
    for (text, expected) in [
        ("", "a JSON document"),
        ("{", "a JSON document"),
        ("[]", "an object"),
        ("\u{feff}{}", "a JSON document"),
    ] {
        refuse(text, "$", expected);
    }
    refuse(&"[".repeat(10_000), "$", "a JSON document");
}

#[test]
fn events_that_cannot_be_are_refused_at_their_field() {
    let at = "2026-03-12T00:00:00+05:30";
    let event = |fields: &str| format!(r#"{{"at": "{at}", {fields}}}"#);
    let table = [
        (r#""type": "storm""#, "type", "one of payment, feed"),
        (r#""id": "x""#, "type", "required"),
        (r#""type": "feed", "feed": "bank-1""#, "state", "required"),
        (
            r#""type": "feed", "feed": "bank-1", "state": "dead""#,
            "state",
            "healthy, stale, gap",
        ),
        (r#""type": "contact", "by": "x""#, "by", "no other fields"),
        (
            r#""type": "payment", "id": "P-2", "state": "failed", "amount": "1.00""#,
            "state",
            "pending or booked",
        ),
        (
            r#""type": "payment", "id": "P-2", "state": "reversed", "amount": "1.00""#,
            "state",
            "pending or booked",
        ),
        (
            r#""type": "payment", "id": "P-1", "state": "pending", "amount": "1500.00""#,
            "state",
            "reversed for a booked",
        ),
        (
            r#""type": "payment", "id": "P-1", "state": "booked", "amount": "1500.00""#,
            "state",
            "reversed for a booked",
        ),
        (
            r#""type": "payment", "id": "P-1", "state": "reversed", "amount": "1499.99""#,
            "amount",
            "the booked amount 1500.00",
        ),
        (
            r#""type": "payment", "id": "P-2", "state": "booked", "amount": "1.0""#,
            "amount",
            "exactly 2 decimals",
        ),
        (
            r#""type": "payment", "id": "P-2", "state": "booked", "amount": "0.00""#,
            "amount",
            "more than zero",
        ),
        (
            r#""type": "payment", "id": "P-2", "state": "booked", "amount": "1.00", "paid_on": "2026-03-13""#,
            "paid_on",
            "not after the local day",
        ),
        (
            r#""type": "payment", "id": "P-2", "state": "lost", "amount": "1.00""#,
            "state",
            "one of pending, failed, booked, reversed",
        ),
        (
            r#""type": "notice", "notice": "strict-default/first", "channel": "sms", "proof": "sent""#,
            "type",
            "auto",
        ),
        (
            r#""type": "hold", "id": "H", "kind": "payment_in_doubt""#,
            "kind",
            "one of court",
        ),
        (
            r#""type": "hold", "id": "H", "kind": "feed""#,
            "kind",
            "one of court",
        ),
        (
            r#""type": "hold", "id": "H", "kind": "goodwill""#,
            "until",
            "an until",
        ),
        (
            r#""type": "hold", "id": "H", "kind": "promise", "until": null"#,
            "until",
            "RFC 3339",
        ),
        (r#""type": "hold_end", "id": "H""#, "id", "opened before"),
        (
            r#""type": "suspense", "id": "S", "amount": "1.00", "state": "cleared""#,
            "id",
            "opened before",
        ),
        (
            r#""type": "suspense", "id": "S", "amount": "1.00", "state": "open""#,
            "state",
            "candidate, cleared",
        ),
        (
            r#""type": "review", "by": "A", "decision": "perhaps""#,
            "decision",
            "approve, refuse",
        ),
        (
            r#""type": "payoff_waived", "amount": "-1.00""#,
            "amount",
            "an amount like",
        ),
    ];
    for (fields, field, expected) in table {
        check(
            LAST,
            &event(fields),
            &format!("$.events[2].{field}"),
            expected,
        );
    }
    let early = r#"{"at": "2026-02-11T17:59:59+05:30", "type": "contact"}"#;
    check(LAST, early, "$.events[2].at", "not before");
    let hold = event(r#""type": "hold", "id": "H", "kind": "court""#);
    let end = event(r#""type": "hold_end", "id": "H""#);
    check(
        LAST,
        &format!("{hold}, {hold}"),
        "$.events[3].id",
        "not opened before",
    );
    check(
        LAST,
        &format!("{hold}, {end}, {end}"),
        "$.events[4].id",
        "not ended before",
    );
    let opened = event(r#""type": "suspense", "id": "S", "amount": "1.00", "state": "candidate""#);
    let cleared = event(r#""type": "suspense", "id": "S", "amount": "2.00", "state": "cleared""#);
    check(
        LAST,
        &format!("{opened}, {opened}"),
        "$.events[3].id",
        "not opened before",
    );
    check(
        LAST,
        &format!("{opened}, {cleared}, {cleared}"),
        "$.events[4].id",
        "not cleared before",
    );
    let by_hand = GOOD.replace(r#""notices": "auto""#, r#""notices": "manual""#);
    for (notice, expected) in [
        ("in/first", "of a pack that applies"),
        ("strict-default/third", "of a pack that applies"),
        ("first", "PACK/ID"),
    ] {
        let told = event(&format!(
            r#""type": "notice", "notice": "{notice}", "channel": "sms", "proof": "sent""#
        ));
        refuse(
            &by_hand.replacen(LAST, &told, 1),
            "$.events[2].notice",
            expected,
        );
    }
}

#[test]
fn events_that_only_look_odd_are_taken() {
    let at = "2026-03-12T00:00:00+05:30";
    let event = |fields: &str| format!(r#"{{"at": "{at}", {fields}}}"#);
    for fields in [
        r#""type": "payment", "id": "P-2", "state": "pending", "amount": "1.00", "paid_on": "2026-03-12""#,
        r#""type": "hold", "id": "H", "kind": "promise", "until": "2020-01-01T00:00:00Z""#,
        r#""type": "feed", "feed": "another", "state": "gap""#,
        r#""type": "emergency_pass""#,
        r#""type": "payment", "id": "P-1", "state": "reversed", "amount": "1500.00""#,
    ] {
        replay::run(&GOOD.replacen(LAST, &event(fields), 1)).expect(fields);
    }
}

#[test]
fn ten_thousand_events_are_lived_once() {
    let mut events = String::new();
    for i in 0..5_000 {
        let at = format!(
            "2026-02-{:02}T{:02}:{:02}:{:02}Z",
            10 + i / 2500,
            i / 250 % 10,
            i / 25 % 10,
            i % 25
        );
        events += &format!(
            r#"{{"at": "{at}", "type": "payment", "id": "P{i}", "state": "booked", "amount": "0.01"}},"#
        );
        events += &format!(
            r#"{{"at": "{at}", "type": "payment", "id": "P{i}", "state": "reversed", "amount": "0.01"}},"#
        );
    }
    let start = GOOD.find(r#""events": ["#).expect("events");
    let asks = (0..1000)
        .map(|i| format!(r#""2026-02-{:02}T10:00:00Z""#, 10 + i % 15))
        .collect::<Vec<_>>();
    let text = format!(
        r#"{}"events": [{}], "ask": [{}]}}"#,
        &GOOD[..start],
        events.trim_end_matches(','),
        asks.join(",")
    );
    // A quadratic walk would take hours here; this takes a second unoptimised.
    let lines = replay::run(&text).expect("a scenario");
    assert_eq!(lines.len(), 1000);
    assert!(
        lines[2].contains(r#""level":"remind","dpd":2,"arrears":"1500.00""#),
        "{}",
        lines[2]
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn hostile_files_are_refused_in_one_line_or_answered(cuts in prop::collection::vec((any::<prop::sample::Index>(), 0..6_u8, any::<char>()), 1..6)) {
        let mut text: Vec<char> = GOOD.chars().collect();
        for (at, kind, c) in cuts {
            if text.is_empty() { break }
            let at = at.index(text.len());
            match kind {
                0 => text.truncate(at),
                1 => text[at] = c,
                2 => text.insert(at, c),
                3 => text[at] = ['"', '{', '[', ',', '0', '9', ':'][at % 7],
                4 => { text.remove(at); }
                _ => { let copy: Vec<char> = text[at..].iter().take(80).copied().collect(); text.splice(at..at, copy); }
            }
        }
        let text: String = text.into_iter().collect();
        if let Err(error) = replay::run(&text) {
            let shown = error.to_string();
            prop_assert!(error.path.starts_with('$'));
            prop_assert!(!shown.contains(['\n', '\r']), "{:?}", shown);
        }
    }

    #[test]
    fn any_dates_and_amounts_are_answered_or_refused(
        due in (0..10_000_u32, 1..13_u8, 1..32_u8),
        signed in (0..10_000_u32, 1..13_u8, 1..32_u8),
        ask in (0..10_000_u32, 1..13_u8, 1..32_u8),
        amount in "[0-9]{1,17}\\.[0-9]{2}",
        offset in prop_oneof!["Z", "[+-][0-2][0-9]:[0-5][0-9]"],
        pack in prop_oneof!["sandbox", "in", "strict-default"],
    ) {
        let date = |(y, m, d): (u32, u8, u8)| format!("{y:04}-{m:02}-{d:02}");
        let text = GOOD
            .replace("2026-03-10", &date(due))
            .replace("\"signed_on\": \"2026-01-10\"", &format!("\"signed_on\": \"{}\"", date(signed)))
            .replace("2026-06-20T11:00:00+05:30", &format!("{}T11:00:00{offset}", date(ask)))
            .replace("\"1500.00\"}\n", &format!("\"{amount}\"}}\n"))
            .replace("strict-default", &pack)
            .replace("2026-02-11T10:00:00+05:30", "9999-12-31T23:59:59Z");
        let _ = replay::run(&text);
    }
}
