//! Bad input: one clear error that names place and expectation, and nothing of it in the books.

use fairlock_domain::payment::Reference;

use super::bench::{Bench, C1, LENDER, at, confirmation, contract};
use super::camt::{credit, statement};
use fairlock_server::money::import::ImportError;
use fairlock_server::money::process::Ended;

/// The file is refused with these words, and nothing changed.
fn check(bytes: &[u8], expected: &[&str]) {
    let bench = Bench::new();
    let before = bench.balances();
    let Err(ImportError::Refused(problem)) = bench.import(bytes) else {
        panic!("a bad file was taken");
    };
    for words in expected {
        assert!(problem.contains(words), "{problem:?} should say {words:?}");
    }
    assert_eq!((bench.payments(), bench.balances()), (Vec::new(), before));
    // The same again is refused again, with the same words.
    let again = bench.import(bytes);
    assert!(matches!(again, Err(ImportError::Refused(again)) if again == problem));
}

fn good() -> String {
    let file = statement("S-1")
        .with(credit("10.00").text(C1))
        .with(credit("20.00").text(C1));
    String::from_utf8(file.xml()).unwrap()
}

#[test]
fn files_are_all_or_nothing() {
    check(b"", &["expected"]);
    check(b"hello", &["expected"]);
    let whole = good();
    check(&whole.as_bytes()[..whole.len() - 40], &["line 1"]);
    check(
        whole.replace("20.00", "12..34").as_bytes(),
        &["Ntry[2]/Amt", "12..34", "expected"],
    );
    check(
        whole.replace("20.00", "20.001").as_bytes(),
        &[
            "statement S-1, entry 1, amount",
            "20.001",
            "at most 2 decimals of EUR",
        ],
    );
    check(
        whole.replace("20.00", "10000000000001.00").as_bytes(),
        &["entry 1, amount", "at most 10^15 minor units"],
    );
    check(
        whole
            .replace("<Amt Ccy=\"EUR\">20.00", "<Amt Ccy=\"XQQ\">20.00")
            .as_bytes(),
        &["XQQ", "ISO 4217"],
    );
    check(
        whole.replace("2026-03-02", "2026-02-30").as_bytes(),
        &["2026-02-30"],
    );
    check(
        whole
            .replace("camt.053.001.08", "camt.054.001.08")
            .as_bytes(),
        &["camt.054.001.08", "namespace of camt.053"],
    );
    let doctype = "<!DOCTYPE a [<!ENTITY b \"c\">]><Document";
    check(whole.replacen("<Document", doctype, 1).as_bytes(), &["DTD"]);
}

#[test]
fn a_statement_told_anew_with_other_content_is_refused() {
    let bench = Bench::new();
    let first = good();
    bench.import(first.as_bytes()).unwrap();
    let other = first.replace("20.00", "25.00");
    let Err(ImportError::Refused(problem)) = bench.import(other.as_bytes()) else {
        panic!("a changed statement was taken");
    };
    assert!(
        problem.contains("posted before with other content"),
        "{problem}"
    );
    assert_eq!(bench.payments().len(), 2);
}

/// A call that can't be read is parked with its reason.
fn parked(body: &str, expected: &[&str]) {
    let bench = Bench::new();
    let Ended::Parked(problem) = bench.confirm(body) else {
        panic!("a bad call was processed: {body}");
    };
    for words in expected {
        assert!(problem.contains(words), "{problem:?} should say {words:?}");
    }
    assert!(bench.payments().is_empty());
}

#[test]
fn calls_that_cant_be_read_are_parked() {
    parked("not json", &["expected"]);
    parked("{}", &["$.TransID"]);
    let good = confirmation("RKTQDM7W6S", "100", C1);
    parked(&good.replace("\"100\"", "\"12..34\""), &["$.TransAmount"]);
    parked(
        &good.replace("\"100\"", "\"0\""),
        &["$.TransAmount", "above zero"],
    );
    parked(
        &good.replace("\"100\"", "\"1.001\""),
        &["$.TransAmount", "2 decimals"],
    );
    parked(
        &good.replace("20260303120000", "20260230120000"),
        &["$.TransTime"],
    );
    parked(
        &good.replace("600638", "600000"),
        &["$.BusinessShortCode", "600000", "600638"],
    );
}

#[test]
fn a_dry_run_changes_nothing() {
    let bench = Bench::new();
    let before = bench.balances();
    let xml = good();
    let check = |bytes: &[u8]| {
        fairlock_server::money::import::check_payments(&bench.desk, bytes, None, bench.stamp())
    };
    let summary = check(xml.as_bytes()).unwrap();
    assert_eq!((summary.new, summary.suspense.len()), (2, 0));
    assert_eq!((bench.payments(), bench.balances()), (Vec::new(), before));
    assert!(matches!(check(b"hello"), Err(ImportError::Refused(_))));
}

#[test]
fn a_contract_that_cant_be_planned_keeps_no_money_off_another() {
    let mut bench = Bench::new();
    let mut broken = contract("C-KES", "EUR", "bank");
    broken.packs = vec!["nowhere".to_owned()];
    bench
        .store()
        .import_contracts(LENDER, vec![broken], bench.now)
        .unwrap();
    let reference = Reference::of_contract("C-KES").unwrap();
    let both = statement("S-1")
        .with(credit("10.00").text(C1))
        .with(credit("20.00").text(reference.as_str()));
    bench.file(&both);
    assert_eq!(
        bench.payments(),
        [
            "C-1 booked 10.00 2026-03-02",
            "C-KES booked 20.00 2026-03-02"
        ]
    );
    let review = |bench: &Bench| {
        bench
            .store()
            .contract(LENDER, "C-KES")
            .unwrap()
            .unwrap()
            .review_at
    };
    assert_eq!(
        review(&bench),
        Some(at("2026-03-03T13:00:00Z")),
        "looked at again later"
    );
    bench.clock("2026-03-03T13:00:00Z");
    assert_eq!(review(&bench), Some(at("2026-03-03T14:00:00Z")));
    bench.proves();
}
