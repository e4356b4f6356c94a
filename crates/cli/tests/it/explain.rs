//! `fairlock explain`: a page for people, JSON for programs, and a record that anybody can hash.

use serde_json::Value;

use crate::demo::{LOCKED, data_dir};
use crate::run::{check_refused, run};

fn explain(at: &str, more: &[&str]) -> String {
    let words = [
        &["explain", LOCKED, "--data-dir", data_dir(), "--at", at],
        more,
    ]
    .concat();
    let ran = run(&words);
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.out
}

#[test]
fn the_page_says_what_why_and_how_to_end_it() {
    let page = explain("2026-03-22T12:00:00+03:00", &[]);
    for words in [
        "WHY C-1027 IS AT: lock",
        "UGX 57,000 paid now brings the phone back to free.",
        "Consent to limits on 2026-02-15: a signature of its own, copy acknowledged.",
        "notice sandbox/final by sms: delivered",
        "[x] min days past due lock: lock from 7 days past due",
        "    saw     11 >= 7 (holds)",
        "    source  Sandbox, fictional: lock from 7 days past due.",
    ] {
        assert!(page.contains(words), "{words:?} not in:\n{page}");
    }
    let widest = page.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(110), "{widest:?}");
}

#[test]
fn what_became_known_later_doesn_t_exist() {
    let page = explain("2026-03-13T10:00:00+03:00", &[]);
    assert!(page.contains("IS AT: remind"), "{page}");
    assert!(!page.contains("sandbox/final by"), "{page}");
    assert!(page.contains("THIS DECIDES"), "{page}");
}

#[test]
fn json_has_the_record_of_its_hash() {
    let at = "2026-03-22T12:00:00+03:00";
    let line: Value = serde_json::from_str(&explain(at, &["--json"])).expect("JSON");
    let record = explain(at, &["--record"]);
    assert_eq!(line["decision"]["record"], record.as_str());
    let hash = fairlock_protocol::sha256(record.as_bytes());
    let hash = fairlock_protocol::enrol::hex(&hash[..16]);
    assert_eq!(line["decision"]["hash"], hash.as_str());
    assert_eq!(line["level"], "lock");
    let newest = &line["decision"]["newest_kept"];
    assert_eq!(newest.as_str().map(str::len), Some(32));
}

#[test]
fn an_unknown_contract_and_a_wrong_instant_are_named() {
    let dir = data_dir();
    check_refused(
        &["explain", "C-0", "--data-dir", dir],
        &["C-0", "no such contract"],
    );
    let wrong = ["explain", LOCKED, "--data-dir", dir, "--at", "noon"];
    check_refused(&wrong, &["--at noon", "RFC 3339"]);
}
