//! Packs: those of the program are whole, and broken ones are refused with file and line.

use std::collections::BTreeSet;

use fairlock_domain::calendar::Span;
use fairlock_domain::contract::Product;
use fairlock_domain::rules::{LegalStatus, Level, Proof};
use fairlock_rulebook::{Rulebook, load_builtin, pack};

const STRICT: &str = include_str!("../../packs/strict-default/pack.toml");
const SANDBOX: &str = include_str!("../../packs/sandbox/pack.toml");
const INDIA: &str = include_str!("../../packs/in/pack.toml");

#[test]
fn the_packs_of_the_program_are_those_of_the_design() {
    let book = load_builtin().expect("the packs of the program");
    let ids: Vec<&str> = book.packs().iter().map(|p| p.id.as_str()).collect();
    assert_eq!(ids[..3], ["sandbox", "strict-default", "in"]);
    let (sandbox, strict, india) = (&book.packs()[0], &book.packs()[1], &book.packs()[2]);
    assert_eq!(sandbox.legal_status.value, LegalStatus::Permitted);
    assert_eq!(strict.legal_status.value, LegalStatus::Conditional);
    assert_eq!(india.legal_status.value, LegalStatus::Pending);
    assert_eq!(sandbox.products.value, Product::ALL);
    assert_eq!(strict.products.value, [Product::PurchaseLoan]);
    assert_eq!(india.products.value, [Product::PurchaseLoan]);
    assert!(india.lock.is_none() && india.pass.is_none());
    let notices: Vec<_> = strict
        .notices
        .iter()
        .map(|n| {
            (
                n.id.as_str(),
                n.level,
                n.terms.value.lead,
                n.terms.value.channels,
            )
        })
        .collect();
    let expected = [
        ("first", Level::Reduce, Span::days(21), 1),
        ("second", Level::Reduce, Span::days(7), 1),
        ("final", Level::Reduce, Span::hours(72), 2),
        ("last", Level::Lock, Span::hours(72), 2),
    ];
    assert_eq!(notices, expected);
    assert!(
        strict
            .notices
            .iter()
            .all(|n| n.terms.value.proof == Proof::Delivered)
    );
    assert!(
        book.rules_for(&["in", "sandbox"])
            .is_some_and(|r| r.packs[0].id == "in" && r.pack("sandbox") == r.packs.get(1))
    );
    assert!(book.rules_for(&["in", "nowhere"]).is_none());
}

/// Breaks a pack by replacing a text once, and expects this message at that line.
fn check(pack: &str, what: &str, with: &str, message: &str) {
    let place = pack
        .find(what)
        .unwrap_or_else(|| panic!("{what:?} stands in the pack"));
    let broken = format!("{}{with}{}", &pack[..place], &pack[place + what.len()..]);
    let error = pack::read("pack.toml", &broken).expect_err(message);
    let shown = error.to_string();
    assert!(
        shown.contains(message),
        "{what:?} -> {with:?}\n  expected: {message}\n  found:    {shown}"
    );
    assert!(shown.starts_with("pack.toml:"), "{shown}");
    assert!(!shown.contains('\n'), "one line: {shown:?}");
    let line = pack[..place].matches('\n').count() + 1;
    let known = error.line == 0 || error.line.abs_diff(line) <= 14;
    assert!(
        known,
        "line {} for a fault at line {line}: {shown}",
        error.line
    );
}

#[test]
fn broken_packs_are_refused_with_their_line() {
    let table = [
        // Text that isn't the format.
        ("id = \"strict-default\"", "id = strict", "expected"),
        (
            "version = 1",
            "version = 1\nmotto = \"x\"",
            "unknown field `motto`",
        ),
        ("version = 1", "version = \"1\"", "u16"),
        ("version = 1", "", "missing field `version`"),
        (
            "status = \"conditional\"",
            "status = \"maybe\"",
            "one of permitted",
        ),
        ("days = 90", "days = 90\nhours = 3", "unknown field `hours`"),
        ("days = 90", "days = -1", "u32"),
        ("days = 90", "days = 90.5", "u32"),
        (
            "from = \"09:00\"",
            "from = \"9:00\"",
            "a local time from 00:00 to 24:00",
        ),
        (
            "from = \"09:00\"",
            "from = \"24:01\"",
            "a local time from 00:00 to 24:00",
        ),
        ("\"mon\", \"tue\"", "\"mon\", \"mon\"", "each weekday once"),
        ("\"mon\", \"tue\"", "\"mon\", \"monday\"", "one of mon"),
        ("lead = \"21 days\"", "lead = \"3 weeks\"", "a time like"),
        ("lead = \"21 days\"", "lead = \"-1 days\"", "a time like"),
        (
            "lead = \"21 days\"",
            "lead = \"4294967295 days\"",
            "a time like",
        ),
        (
            "level = \"reduce\"",
            "level = \"remind\"",
            "one of reduce, lock",
        ),
        ("proof = \"delivered\"", "proof = \"failed\"", "one of sent"),
        (
            "takes = [\"purchase_loan\"]",
            "takes = [\"car\"]",
            "one of purchase_loan",
        ),
        (
            "confidence = \"house\"",
            "confidence = \"certain\"",
            "one of high",
        ),
        (
            "seen_on = \"2026-11-22\"",
            "seen_on = \"2026-11-31\"",
            "a date that exists",
        ),
        ("seen_on = \"2026-11-22\"", "", "missing field `seen_on`"),
        // Rules without a source, and numbers that aren't frozen.
        (
            "citation = \"House value: at payoff",
            "citation = \" \" # House value: at payoff",
            "a citation",
        ),
        ("number = 201", "number = 0", "a rule number from 1 on"),
        ("number = 202", "number = 201", "a number other than 201"),
        ("number = 2\n", "number = 0\n", "a number from 1 on"),
        ("version = 1", "version = 0", "a version from 1 on"),
        (
            "id = \"strict-default\"",
            "id = \"Strict Default\"",
            "an id of a-z",
        ),
        (
            "title = \"Strict default (house)\"",
            "title = \"\"",
            "a title",
        ),
        (
            "version = 1",
            "version = 1\neffective_from = \"2026-10-01\"\neffective_to = \"2026-09-30\"",
            "a day not before effective_from",
        ),
        // Contradictions.
        ("days = 1\n", "days = 0\n", "at least 1 days"),
        ("days = 1\n", "days = 91\n", "at least 91 days"),
        (
            "from = \"09:00\"\nto = \"16:00\"",
            "from = \"16:00\"\nto = \"16:00\"",
            "a window that opens before it closes",
        ),
        (
            "[\"mon\", \"tue\", \"wed\", \"thu\"]",
            "[]",
            "at least one weekday",
        ),
        (
            "from = \"09:00\"\nto = \"16:00\"",
            "from = \"09:00\"\nto = \"15:59\"",
            "a window within that of reduce",
        ),
        (
            "from = \"08:00\"\nto = \"19:00\"",
            "from = \"09:01\"\nto = \"19:00\"",
            "contact hours that hold 09:00",
        ),
        (
            "id = \"second\"",
            "id = \"first\"",
            "an id that stands once, not notice_first again",
        ),
        (
            "id = \"second\"",
            "id = \"Second\"",
            "an id of a-z, 0-9 and _",
        ),
        (
            "level = \"lock\"",
            "level = \"reduce\"",
            "at_reduce_for only on a notice for lock",
        ),
        (
            "id = \"second\"\nlevel = \"reduce\"",
            "id = \"second\"\nlevel = \"lock\"",
            "notices for reduce before notices for lock",
        ),
        (
            "lead = \"21 days\"",
            "lead = \"0 days\"",
            "a lead of more than no time",
        ),
        ("channels = 2", "channels = 0", "at least one channel"),
        (
            "min_days_past_due = 60\n",
            "",
            "min_days_past_due on the first notice",
        ),
        (
            "min_days_past_due = 60\n",
            "min_days_past_due = 0\n",
            "min_days_past_due from 1 on",
        ),
        (
            "lasts = \"48 hours\"",
            "lasts = \"0 hours\"",
            "a pass that lasts some time",
        ),
        (
            "once_in = \"720 hours\"",
            "once_in = \"47 hours\"",
            "ends before the next",
        ),
    ];
    for (what, with, message) in table {
        check(STRICT, what, with, message);
    }
    check(
        INDIA,
        "compensation_an_hour = \"250.00 INR\"",
        "compensation_an_hour = \"250 INR\"",
        "exactly 2 decimals",
    );
    check(
        INDIA,
        "compensation_an_hour = \"250.00 INR\"",
        "compensation_an_hour = \"250.00 XXX\"",
        "a sum like",
    );
    check(
        INDIA,
        "level = \"reduce\"",
        "level = \"lock\"",
        "a level that the pack has a table for",
    );
    check(
        INDIA,
        "confidence = \"medium\"\nseen_on",
        "confidence = \"medium\"\nurl = \"x\"\nseen_on",
        "duplicate key",
    );
    let web = "url = \"https://bankopedia.co.in/banking-law-and-regulation/rbi-loan-recovery-device-disabling-rules\"\nconfidence";
    check(
        INDIA,
        web,
        "url = \"a book\"\nconfidence",
        "the web address of the source",
    );
    let start = SANDBOX.find("[reduce.min_days_past_due]").expect("a table");
    let end = SANDBOX.find("[lock.min_days_past_due]").expect("a table");
    check(SANDBOX, &SANDBOX[start..end], "", "a table for reduce");
}

#[test]
fn a_pack_is_refused_beside_another_that_has_its_id_or_number() {
    let with = |text: &str| Rulebook::from_texts([("strict", STRICT), ("other", text)]);
    let twice = with(STRICT).expect_err("the same id");
    assert!(
        twice
            .to_string()
            .contains("an id other than strict-default"),
        "{twice}"
    );
    let number = with(&SANDBOX.replace("number = 1\n", "number = 2\n")).expect_err("the number");
    assert!(
        number.to_string().contains("a pack number other than 2"),
        "{number}"
    );
    let rule = with(&SANDBOX.replace("number = 101\n", "number = 201\n")).expect_err("the rule");
    assert!(
        rule.to_string().contains("a rule number other than 201"),
        "{rule}"
    );
    assert!(with(INDIA).is_ok());
}

#[test]
fn lint_lists_everything_that_contradicts() {
    let broken = STRICT
        .replace("channels = 2", "channels = 0")
        .replace("number = 202", "number = 201");
    let errors = pack::lint("pack.toml", &broken).expect_err("three faults");
    let lines: BTreeSet<usize> = errors.iter().map(|e| e.line).collect();
    assert_eq!((errors.len(), lines.len()), (3, 3), "{errors:?}");
}
