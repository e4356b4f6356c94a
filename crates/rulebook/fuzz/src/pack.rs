//! Text as a pack and as a lender's policy.
//!
//! No panic; what is wrong is told in one line each, at a line that the text has; a pack that is
//! read has a citation and an own number for every rule, stands beside another, can be composed with
//! it, and judges a contract at its edges without a panic.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use fairlock_rulebook::policy::Policy;
use fairlock_rulebook::{
    PackError, Rulebook, builtin_texts, compose, live, pack, replay, rules_of,
};

/// Longer texts find nothing new, slowly.
const BYTES_MAX: usize = 40_000;

/// A law beside the one that is read.
static SANDBOX: LazyLock<&str> = LazyLock::new(|| {
    let mut texts = builtin_texts().iter();
    let sandbox = texts.find(|(file, _)| file.contains("/sandbox/"));
    sandbox.expect("a pack of the program").1
});

/// Reads what the bytes say.
pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if text.len() > BYTES_MAX {
        return;
    }
    if let Err(error) = Policy::read("policy.toml", text) {
        told(&error, text);
    }
    let read = match pack::lint("pack.toml", text) {
        Ok(read) => read,
        Err(errors) => {
            assert!(!errors.is_empty());
            return errors.iter().for_each(|error| told(error, text));
        }
    };
    let rules = rules_of(&read);
    let numbers: BTreeSet<u16> = rules.iter().map(|rule| rule.number).collect();
    assert_eq!(numbers.len(), rules.len(), "each number once");
    for rule in &rules {
        super::one_line(&rule.name);
        assert!(!rule.citation.text.trim().is_empty(), "{}", rule.name);
        assert!(!rule.citation.url.trim().is_empty(), "{}", rule.name);
    }
    judge(text);
}

fn told(error: &PackError, text: &str) {
    super::one_line(&error.to_string());
    assert!(error.line <= text.lines().count() + 1, "{error}");
}

/// The pack alone and beside another, over one contract.
fn judge(text: &str) {
    let texts = [("pack.toml", text), ("sandbox.toml", *SANDBOX)];
    let Ok(book) = Rulebook::from_texts(texts) else {
        // Its id or one of its numbers is the sandbox's.
        return;
    };
    let packs = book.packs();
    let both: Vec<_> = packs.iter().collect();
    let composed = compose(&both);
    assert!(!composed.values.is_empty());
    let read = packs.iter().find(|pack| pack.id != "sandbox");
    let id = &read.expect("two packs").id;
    let rules = book.rules_for(&[id, "sandbox"]).expect("both are known");
    let _ = live::check(&rules);
    for packs in [format!("\"{id}\""), format!("\"{id}\", \"sandbox\"")] {
        let facts = CONTRACT.replace("PACKS", &packs);
        let scenario = fairlock_rulebook::scenario::read(&facts, &book).expect("a scenario");
        let lines = replay::replay(&scenario).expect("facts that fit together");
        assert_eq!(lines.len(), scenario.ask.len());
        lines.iter().for_each(|line| super::one_line(line));
    }
}

/// A year in arrears with a hold, part of the money, an approval and a pass; asked before and after
/// clocks change.
const CONTRACT: &str = r#"{
  "format": "fairlock-scenario/1",
  "packs": [PACKS],
  "time_zone": "Europe/Berlin",
  "contract": {
    "id": "C-1",
    "product": "purchase_loan",
    "currency": "EUR",
    "signed_on": "2026-01-10",
    "consent": {"separate_signature": true, "acknowledged_copy": true, "on": "2026-01-09"},
    "instalments": [
      {"due": "2026-02-10", "amount": "100.00"},
      {"due": "2026-03-10", "amount": "100.00"}
    ],
    "feed": "bank-1"
  },
  "holidays": ["2026-04-03", "2026-04-06"],
  "notices": "auto",
  "events": [
    {"at": "2026-03-01T10:00:00+01:00", "type": "payment", "id": "P-1", "state": "booked", "amount": "60.00"},
    {"at": "2026-03-20T10:00:00+01:00", "type": "hold", "id": "H-1", "kind": "dispute"},
    {"at": "2026-04-02T10:00:00+02:00", "type": "hold_end", "id": "H-1"},
    {"at": "2026-08-03T10:00:00+02:00", "type": "review", "by": "Amina", "decision": "approve"},
    {"at": "2026-08-10T10:00:00+02:00", "type": "emergency_pass"}
  ],
  "ask": ["2026-01-10T00:00:00+01:00", "2026-03-29T02:30:00+02:00", "2026-08-05T10:00:00+02:00", "2026-10-25T02:30:00+01:00", "2027-03-10T09:00:00+01:00"]
}"#;
