//! Commands without a database: `replay` and `statement read`.

use crate::run::{check_refused, file, run};

const SCENARIO: &str = r#"{
  "format": "fairlock-scenario/1", "packs": ["sandbox"], "time_zone": "Africa/Nairobi",
  "contract": {"id": "C-1", "product": "purchase_loan", "currency": "KES", "signed_on": "2026-03-02",
    "consent": {"separate_signature": true, "acknowledged_copy": true, "on": "2026-03-02"},
    "instalments": [{"due": "2026-03-10", "amount": "1500.00"}]},
  "events": [{"at": "2026-03-20T10:00:00+03:00", "type": "payment", "id": "P-1", "state": "booked", "amount": "1500.00"}],
  "ask": ["2026-03-10T12:00:00+03:00", "2026-03-19T12:00:00+03:00", "2026-03-20T10:00:00+03:00"]
}"#;

#[test]
fn a_scenario_is_answered_line_by_line() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let ran = run(&["replay", &file(dir.path(), "s.json", SCENARIO)]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let lines: Vec<serde_json::Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("each line is JSON"))
        .collect();
    let told: Vec<(&str, i64, &str)> = lines
        .iter()
        .map(|line| {
            (
                line["level"].as_str().expect("a level"),
                line["dpd"].as_i64().expect("days"),
                line["restore"].as_str().expect("an amount"),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("free", 0, "0.00"),
            ("lock", 9, "1500.00"),
            ("released", 0, "0.00")
        ]
    );
}

#[test]
fn a_broken_scenario_names_its_path_and_prints_nothing() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let cases = [
        (
            "\"1500.00\"}],\n  \"ask\"",
            "\"1500.0\"}],\n  \"ask\"",
            "$.events[0].amount",
        ),
        ("\"sandbox\"", "\"sandbx\"", "$.packs[0]"),
        (
            "2026-03-10\", \"amount\"",
            "2026-02-30\", \"amount\"",
            "$.contract.instalments[0].due",
        ),
        (
            "\"time_zone\": \"Africa/Nairobi\"",
            "\"time_zone\": \"Nairobi\"",
            "$.time_zone",
        ),
    ];
    for (from, to, path) in cases {
        let text = SCENARIO.replacen(from, to, 1);
        assert_ne!(text, SCENARIO, "{from}");
        check_refused(
            &["replay", &file(dir.path(), "s.json", &text)],
            &[path, "expected"],
        );
    }
}

#[test]
fn an_unreadable_statement_names_its_place_and_prints_nothing() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let cases = [
        (
            "<Document><BkToCstmrStmt><Stmt><Id>1</Id>",
            &["line 1", "expected"][..],
        ),
        ("<!DOCTYPE x [<!ENTITY a \"b\">]><Document/>", &["expected"]),
        ("not xml at all", &["expected"]),
        (
            "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.054.001.02\"><BkToCstmrStmt/></Document>",
            &["camt.054.001.02", "camt.053"],
        ),
    ];
    for (text, says) in cases {
        check_refused(
            &[
                "statement",
                "read",
                &file(dir.path(), "s.xml", text),
                "--json",
            ],
            says,
        );
    }
}
