//! Money that goes back: the whole of a payment of ours, on exact evidence, in either order.

use super::bench::{Bench, C1};
use super::camt::{Entry, File, credit, debit, report, statement};

fn check(files: &[File], expected: &[&str]) -> Bench {
    let bench = Bench::new();
    for file in files {
        bench.file(file);
    }
    assert_eq!(bench.payments(), expected);
    bench.proves();
    bench
}

fn paid() -> Entry {
    credit("50.00").text(C1).end_to_end("E-77")
}

fn back() -> Entry {
    debit("50.00")
        .end_to_end("E-77")
        .returned("AC04")
        .on("2026-03-03")
}

const OWED: [&str; 3] = [
    "receivable_principal:C-1 300.00",
    "receivable_principal:C-2 300.00",
    "fund_source -600.00",
];

#[test]
fn a_return_takes_back_the_whole_in_either_order() {
    let (first, second) = (
        statement("S-1").to("2026-03-02T00:00:00Z").with(paid()),
        statement("S-2").to("2026-03-03T00:00:00Z").with(back()),
    );
    let expected = ["C-1 reversed 50.00 2026-03-02"];
    let bench = check(&[first.clone(), second.clone()], &expected);
    assert_eq!(bench.balances(), OWED);
    let bench = check(&[second, first], &expected);
    assert_eq!(bench.balances(), OWED);
}

#[test]
fn a_return_with_charges_is_of_the_ordered_amount() {
    let back = debit("53.00")
        .end_to_end("E-77")
        .returned("AC04")
        .instructed("50.00");
    let (first, second) = (
        statement("S-1").to("2026-03-02T00:00:00Z").with(paid()),
        statement("S-2").to("2026-03-03T00:00:00Z").with(back),
    );
    // 53 = 50 that go back and 3 that the bank charges the lender, in either order.
    let expected = ["C-1 reversed 50.00 2026-03-02"];
    let books = [
        "receivable_principal:C-1 300.00",
        "receivable_principal:C-2 300.00",
        "bank:NL91ABNA0417164300 -3.00",
        "fund_source -600.00",
        "provider_fees 3.00",
    ];
    let bench = check(&[first.clone(), second.clone()], &expected);
    assert_eq!(bench.balances(), books);
    let bench = check(&[second, first], &expected);
    assert_eq!(bench.balances(), books);
}

#[test]
fn a_return_told_twice_takes_back_once() {
    let files = [
        statement("S-1").with(paid()),
        report("R-1").with(back()),
        statement("S-2").to("2026-03-03T00:00:00Z").with(back()),
    ];
    check(&files, &["C-1 reversed 50.00 2026-03-02"]);
}

#[test]
fn what_isnt_the_whole_or_isnt_ours_stays_a_line() {
    let booked = ["C-1 booked 50.00 2026-03-02"];
    let partly = debit("20.00").end_to_end("E-77").returned("AC04");
    check(&[statement("S-1").with(paid()).with(partly)], &booked);
    let others = debit("50.00").end_to_end("E-1").returned("AC04");
    check(&[statement("S-1").with(paid()).with(others)], &booked);
    // A debit that doesn't say that it returns anything is our own business.
    let ours = debit("50.00").end_to_end("E-77");
    check(&[statement("S-1").with(paid()).with(ours)], &booked);
}

#[test]
fn an_id_that_two_payments_have_returns_neither() {
    let bench = check(
        &[statement("S-1").with(paid()).with(paid()).with(back())],
        &["C-1 booked 50.00 2026-03-02", "C-1 booked 50.00 2026-03-02"],
    );
    let message = bench
        .store()
        .message(super::bench::LENDER, fairlock_storage::MessageNo(1));
    let note = message.unwrap().unwrap().note.unwrap();
    assert!(
        note.contains("returns that name no one payment of ours: statement 0, entry 2"),
        "{note}"
    );
}

#[test]
fn a_return_starts_the_ladder_again() {
    let mut bench = Bench::new();
    // Two instalments are due by 2026-03-01; all of it is paid, and then taken back.
    bench.file(&statement("S-1").with(credit("200.00").text(C1).end_to_end("E-1")));
    assert_eq!(bench.level("C-1"), "free");
    let back = debit("200.00").end_to_end("E-1").returned("AC04");
    bench.clock("2026-03-04T12:00:00Z");
    bench.file(&statement("S-2").to("2026-03-04T00:00:00Z").with(back));
    assert_eq!(
        bench.level("C-1"),
        "free",
        "due again from the day of the return"
    );
    bench.clock("2026-03-05T12:00:00Z");
    assert_eq!(bench.level("C-1"), "remind");
    bench.proves();
}
