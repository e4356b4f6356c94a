//! Scenario and pack files that are wrong: exit 2, nothing on stdout, and on stderr one line with the
//! file, the place in it, and what was expected there. `rules lint` answers with its findings and 1.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::run::{check_refused, file, run, text_of, workspace};

const SCENARIO: &str = r#"{
  "format": "fairlock-scenario/1", "packs": ["sandbox"], "time_zone": "Africa/Nairobi",
  "contract": {"id": "C-1", "product": "purchase_loan", "currency": "KES", "signed_on": "2026-03-02",
    "consent": {"separate_signature": true, "acknowledged_copy": true, "on": "2026-03-02"},
    "instalments": [{"due": "2026-03-10", "amount": "1500.00"}]},
  "events": [EVENTS],
  "ask": ["2026-03-20T10:00:00+03:00"]
}"#;

fn payment(second: usize, amount: &str) -> String {
    format!(
        r#"{{"at": "2026-03-{:02}T{:02}:{:02}:{:02}+03:00", "type": "payment", "id": "P-{second}", "state": "booked", "amount": "{amount}"}}"#,
        3 + second / 86_400,
        second / 3600 % 24,
        second / 60 % 60,
        second % 60,
    )
}

/// `fairlock replay` of this text: one line that names the file and the place.
#[track_caller]
fn refused(text: &[u8], place: &str, expected: &str) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("s.json");
    fs::write(&path, text).expect("the folder can be written");
    let path = text_of(&path);
    let ran = run(&["replay", &path]);
    let shown = &ran.err;
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{shown}");
    assert_eq!(shown.lines().count(), 1, "{shown}");
    assert!(
        shown.chars().count() < 1000,
        "a line that can be read: {shown}"
    );
    for words in [path.as_str(), place, expected] {
        assert!(shown.contains(words), "{words:?} not in {shown}");
    }
}

#[test]
fn a_wrong_scenario_is_refused_in_one_line_that_names_its_path() {
    let good = SCENARIO.replace("EVENTS", &payment(60, "1.00"));
    let table = [
        // Wrong JSON.
        ("\"ask\": [", "\"ask\": ", "$: ", "a JSON document"),
        ("{\n", "[\n", "$: ", "a JSON document"),
        // Unknown fields, keys that stand twice.
        (
            "\"time_zone\":",
            "\"timezone\":",
            "$.timezone",
            "no other fields",
        ),
        (
            "\"id\": \"C-1\"",
            "\"id\": \"C-1\", \"imei\": \"35\"",
            "$.contract.imei",
            "no other fields",
        ),
        (
            "\"id\": \"C-1\"",
            "\"id\": \"C-1\", \"id\": \"C-1\"",
            "$.contract.id",
            "a key that stands once",
        ),
        // Dates that aren't.
        (
            "\"due\": \"2026-03-10\"",
            "\"due\": \"2026-02-29\"",
            "$.contract.instalments[0].due",
            "a date that exists",
        ),
        (
            "2026-03-20T10:00:00+03:00",
            "2026-03-20T25:00:00+03:00",
            "$.ask[0]",
            "RFC 3339",
        ),
        (
            "2026-03-20T10:00:00+03:00",
            "2026-03-20",
            "$.ask[0]",
            "RFC 3339",
        ),
        // Decimals that the currency doesn't have.
        (
            "\"1500.00\"",
            "\"1500.000\"",
            "$.contract.instalments[0].amount",
            "exactly 2 decimals",
        ),
        (
            "\"currency\": \"KES\"",
            "\"currency\": \"JPY\"",
            "$.contract.instalments[0].amount",
            "exactly 0 decimals, not 2",
        ),
        (
            "\"1.00\"",
            "\"1\"",
            "$.events[0].amount",
            "exactly 2 decimals",
        ),
        // Asked before there was a contract.
        (
            "2026-03-20T10:00:00+03:00",
            "2026-03-01T23:59:59+03:00",
            "$.ask[0]",
            "not before signed_on",
        ),
        // Packs.
        (
            "\"sandbox\"",
            "\"sandbox\", \"sandbox\"",
            "$.packs[1]",
            "each pack once",
        ),
        ("\"sandbox\"", "\"xx\"", "$.packs[0]", "a known pack"),
    ];
    for (what, with, place, expected) in table {
        assert!(good.contains(what), "{what}");
        refused(good.replacen(what, with, 1).as_bytes(), place, expected);
    }
    let turned = [payment(61, "1.00"), payment(60, "1.00")].join(", ");
    refused(
        SCENARIO.replace("EVENTS", &turned).as_bytes(),
        "$.events[1].at",
        "not before",
    );
}

#[test]
fn files_that_are_no_text_at_all_are_refused() {
    refused(b"", "$: ", "a JSON document");
    refused(b"\xff\xfe{\x00}\x00", "byte 0", "UTF-8");
    refused("\u{feff}{}".as_bytes(), "$: ", "a JSON document");
    refused("[".repeat(200_000).as_bytes(), "$: ", "a JSON document");
    let dir = tempfile::tempdir().expect("a temporary folder");
    check_refused(&["replay", &text_of(dir.path())], &["can't read"]);
    check_refused(&["replay", "no/such/file.json"], &["no/such/file.json"]);
}

#[test]
fn of_ten_thousand_events_the_last_is_found_wrong() {
    let events: Vec<String> = (0..10_000).map(|i| payment(i, "0.01")).collect();
    let good = SCENARIO.replace("EVENTS", &events.join(",\n"));
    let dir = tempfile::tempdir().expect("a temporary folder");
    let ran = run(&["replay", &file(dir.path(), "s.json", &good)]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains(r#""arrears":"1400.00""#), "{}", ran.out);
    let last = payment(9_999, "0.01");
    let table = [
        (payment(9_999, "0.1"), "$.events[9999].amount"),
        (payment(9_998, "0.01"), "$.events[9999].state"),
        (payment(9_997, "0.01"), "$.events[9999].at"),
        (last.replace("payment", "payments"), "$.events[9999].type"),
    ];
    for (with, place) in table {
        refused(good.replace(&last, &with).as_bytes(), place, "expected");
    }
}

/// A folder of a hundred packs, each the sandbox with numbers of its own.
fn hundred(dir: &Path) -> String {
    let sandbox = workspace().join("crates/rulebook/packs/sandbox/pack.toml");
    let sandbox = fs::read_to_string(sandbox).expect("a pack");
    for pack in 1..=100 {
        let mut rule = pack * 100;
        let mut text = String::new();
        for line in sandbox.lines() {
            let told = match line {
                "id = \"sandbox\"" => writeln!(text, "id = \"land-{pack}\""),
                "number = 1" => writeln!(text, "number = {pack}"),
                line if line.starts_with("number = ") => {
                    rule += 1;
                    writeln!(text, "number = {rule}")
                }
                line => writeln!(text, "{line}"),
            };
            told.expect("text takes all");
        }
        let folder = dir.join(format!("land-{pack}"));
        fs::create_dir(&folder).expect("the folder can be written");
        file(&folder, "pack.toml", &text);
    }
    text_of(dir)
}

#[test]
fn of_a_hundred_packs_the_broken_one_is_named_with_its_line() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let packs = hundred(dir.path());
    let listed = run(&["rules", "list", "--dir", &packs]);
    assert_eq!(
        (listed.code, listed.out.lines().count()),
        (0, 101),
        "{}",
        listed.err
    );
    let page = dir.path().join("land-73/pack.toml");
    let good = fs::read_to_string(&page).expect("it was written");
    let line = |what: &str| 1 + good.lines().position(|line| line == what).expect("a line");
    let table = [
        ("version = 1", "version = ", "string values must be quoted"),
        ("version = 1", "versions = 1", "unknown field `versions`"),
        (
            "seen_on = \"2026-11-22\"",
            "seen_on = \"2026-11-31\"",
            "a date that exists",
        ),
        ("channels = 1", "channels = 65536", "u16"),
        (
            "number = 7301",
            "number = 7201",
            "a rule number other than 7201",
        ),
        (
            "id = \"land-73\"",
            "id = \"land-72\"",
            "an id other than land-72",
        ),
    ];
    for (what, with, expected) in table {
        fs::write(&page, good.replacen(what, with, 1)).expect("the folder can be written");
        let place = format!("land-73/pack.toml:{}: expected {expected}", line(what));
        for words in [&["rules", "list"][..], &["rules", "show", "land-1"]] {
            let ran = run(&[words, &["--dir", &packs]].concat());
            let shown = &ran.err;
            assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{words:?}: {shown}");
            assert_eq!(shown.lines().count(), 1, "{shown}");
            assert!(shown.contains("land-73/pack.toml"), "{shown}");
        }
        let lint = run(&["rules", "lint", &packs]);
        assert_eq!(lint.code, 1, "{}", lint.err);
        assert!(
            lint.out
                .lines()
                .any(|told| told.contains("land-73/pack.toml") && told.contains(expected)),
            "{place}\n{}",
            lint.out
        );
    }
}

#[test]
fn packs_that_are_no_text_at_all_are_refused() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let page = dir.path().join("pack.toml");
    let folder = text_of(dir.path());
    for (text, expected) in [
        (&b"\xff\xfe"[..], "UTF-8"),
        (b"", "missing field `id`"),
        (b"\x00", "expected"),
        (b"id = \"a\"\nid = \"b\"", "duplicate key"),
    ] {
        fs::write(&page, text).expect("the folder can be written");
        check_refused(
            &["rules", "list", "--dir", &folder],
            &["pack.toml", expected],
        );
    }
    let deep = format!("x = {}", "[".repeat(100_000));
    fs::write(&page, deep).expect("the folder can be written");
    check_refused(
        &["rules", "list", "--dir", &folder],
        &["pack.toml:1:", "expected"],
    );
}
