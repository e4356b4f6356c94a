//! Whose money a payment is: by its reference alone, else in suspense with a reason.

use super::bench::{Bench, C1, C2, TILL, confirmation, contract};
use super::camt::{Entry, credit, debit, statement};
use fairlock_server::money::process::Ended;

/// One statement with these entries comes to these payments.
fn check(entries: &[Entry], expected: &[&str]) {
    let bench = Bench::new();
    let file = entries
        .iter()
        .cloned()
        .fold(statement("S-1"), |file, entry| file.with(entry));
    bench.file(&file);
    assert_eq!(bench.payments(), expected);
    bench.proves();
}

#[test]
fn a_reference_is_found_however_it_is_written() {
    let expected = &["C-1 booked 42.50 2026-03-02"];
    check(&[credit("42.50").creditor_reference(C1)], expected);
    check(&[credit("42.50").text(C1)], expected);
    check(&[credit("42.50").text("loan rf35c1 march")], expected);
    check(&[credit("42.50").text("RF35 C1")], expected);
    check(
        &[credit("42.50").creditor_reference(C1).text("RF35C1")],
        expected,
    );
}

#[test]
fn doubt_waits_in_suspense_with_whom_it_could_be() {
    let two = format!("{C1} and {C2}");
    check(
        &[credit("42.50").text(&two)],
        &["suspense booked 42.50 two_references [C-1 C-2]"],
    );
    // Two neighbours swapped: caught by the check digits, and proposed.
    check(
        &[credit("42.50").text("RF53C1")],
        &["suspense booked 42.50 no_reference [C-1]"],
    );
    check(
        &[credit("42.50").text("thank you")],
        &["suspense booked 42.50 no_reference []"],
    );
    // Right check digits, and nobody's.
    check(
        &[credit("42.50").text("RF18539007547034")],
        &["suspense booked 42.50 unknown_reference []"],
    );
}

#[test]
fn money_in_another_currency_is_nobodys_yet() {
    let bench = Bench::new();
    let other = vec![contract("C-KES", "KES", "bank")];
    bench
        .store()
        .import_contracts(super::bench::LENDER, other, bench.now)
        .unwrap();
    let reference = fairlock_domain::payment::Reference::of_contract("C-KES").unwrap();
    bench.file(&statement("S-1").with(credit("42.50").text(reference.as_str())));
    assert_eq!(
        bench.payments(),
        ["suspense booked 42.50 other_currency [C-KES]"]
    );
}

#[test]
fn a_batch_is_as_many_payments_as_its_amounts_say() {
    let parts = [("10.00", C1), ("32.50", C2)];
    let both = ["C-1 booked 10.00 2026-03-02", "C-2 booked 32.50 2026-03-02"];
    check(&[credit("42.50").batch(&parts)], &both);
    // Parts that don't add up to the entry are not split: nobody knows what is missing.
    check(
        &[credit("50.00").batch(&parts)],
        &["suspense booked 50.00 two_references [C-1 C-2]"],
    );
}

#[test]
fn only_credits_are_payments() {
    check(&[debit("42.50").text(C1)], &[]);
    check(&[credit("42.50").status("INFO").text(C1)], &[]);
    check(
        &[credit("42.50").status("PDNG").text(C1)],
        &["C-1 pending 42.50 2026-03-02"],
    );
    check(
        &[credit("42.50").status("FUTR").text(C1)],
        &["C-1 pending 42.50 2026-03-02"],
    );
    // Money that comes back from a payment out has no borrower's word on it.
    check(&[credit("42.50").reversal().text(C1)], &[]);
}

#[test]
fn the_day_is_when_the_customer_acted_in_their_own_zone_and_never_after_receipt() {
    // 22:30 UTC is the next day in Nairobi.
    check(
        &[credit("1.00").text(C1).acted("2026-02-27T22:30:00Z")],
        &["C-1 booked 1.00 2026-02-28"],
    );
    check(
        &[credit("1.00").text(C1).on("2026-03-09")],
        &["C-1 booked 1.00 2026-03-03"],
    );
}

#[test]
fn a_confirmation_is_booked_money() {
    let mut bench = Bench::new();
    let kes = vec![contract("C-KES", "KES", TILL)];
    bench
        .store()
        .import_contracts(super::bench::LENDER, kes, bench.now)
        .unwrap();
    bench.clock("2026-03-03T12:00:05Z");
    let reference = fairlock_domain::payment::Reference::of_contract("C-KES").unwrap();
    let body = confirmation("RKTQDM7W6S", "100", &reference.as_str().to_lowercase());
    assert!(matches!(bench.confirm(&body), Ended::Processed(summary) if summary.new == 1));
    assert_eq!(bench.payments(), ["C-KES booked 100.00 2026-03-03"]);
    assert_eq!(bench.confirm(&body), Ended::Elsewhere, "told twice");
    assert_eq!(bench.payments().len(), 1);
    bench.proves();
}

#[test]
fn suspense_shields_each_candidate_and_ends_when_the_contract_is_named() {
    let bench = Bench::new();
    let pending = |text| credit("100.00").status("PDNG").servicer("A1").text(text);
    let two = format!("{C1} and {C2}");
    bench.file(&statement("S-1").with(pending(&two)));
    assert_eq!(bench.holds("C-1"), ["payment_in_doubt"]);
    assert_eq!(bench.holds("C-2"), ["payment_in_doubt"]);
    bench.file(&statement("S-2").with(credit("100.00").servicer("A1").text(C1)));
    assert_eq!(bench.payments(), ["C-1 booked 100.00 2026-03-02"]);
    assert!(bench.holds("C-1").is_empty());
    assert!(bench.holds("C-2").is_empty());
    bench.proves();
}

#[test]
fn booked_suspense_goes_to_the_contract_that_later_news_names() {
    let bench = Bench::new();
    let uetr = "eb6305c9-1f7f-49de-aed0-16487c27b42d";
    bench.file(&super::camt::notification("N-1").with(credit("100.00").uetr(uetr)));
    assert_eq!(bench.payments(), ["suspense booked 100.00 no_reference []"]);
    bench.file(&statement("S-1").with(credit("100.00").uetr(uetr).text(C2)));
    assert_eq!(bench.payments(), ["C-2 booked 100.00 2026-03-02"]);
    assert_eq!(
        bench.balances(),
        [
            "receivable_principal:C-1 300.00",
            "receivable_principal:C-2 200.00",
            "bank:NL91ABNA0417164300 100.00",
            "fund_source -600.00",
        ]
    );
    bench.proves();
}
