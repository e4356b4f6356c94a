//! One payment, many messages: told again is never added, equal is not the same.

use super::bench::{Bench, C1, C2};
use super::camt::{Entry, File, credit, notification, report, statement};

/// These files, in this order, come to these payments.
fn check(files: &[File], expected: &[&str]) {
    let bench = Bench::new();
    for file in files {
        bench.file(file);
    }
    assert_eq!(bench.payments(), expected);
    bench.proves();
}

fn paid(amount: &str) -> Entry {
    credit(amount).text(C1)
}

const BOOKED: &str = "C-1 booked 10.00 2026-03-02";

#[test]
fn the_same_file_again_adds_nothing_and_says_so() {
    use fairlock_server::money::import::Imported;
    let bench = Bench::new();
    let file = statement("S-1").with(paid("10.00"));
    assert!(matches!(bench.file(&file), Imported::Added(summary) if summary.new == 1));
    assert!(
        matches!(bench.file(&file), Imported::ReadBefore(note) if note.contains("1 payments new"))
    );
    assert_eq!(bench.payments(), [BOOKED]);
}

#[test]
fn the_same_statement_in_another_file_adds_nothing() {
    let first = statement("S-1").with(paid("10.00"));
    let mut again = first.xml();
    again.extend_from_slice(b"\n<!-- exported again -->");
    let bench = Bench::new();
    bench.file(&first);
    bench.import(&again).unwrap();
    assert_eq!(bench.payments(), [BOOKED]);
}

#[test]
fn equal_entries_of_one_statement_are_two_payments() {
    check(
        &[statement("S-1").with(paid("10.00")).with(paid("10.00"))],
        &[BOOKED, BOOKED],
    );
    // With the payer's own id repeated, too.
    let repeated = || paid("10.00").end_to_end("RENT").payer("A");
    check(
        &[statement("S-1").with(repeated()).with(repeated())],
        &[BOOKED, BOOKED],
    );
    // And with a servicer's reference that is one for both.
    let batch = || paid("10.00").servicer("B1");
    check(
        &[statement("S-1").with(batch()).with(batch())],
        &[BOOKED, BOOKED],
    );
}

#[test]
fn equal_entries_of_two_statements_are_two_payments() {
    check(
        &[
            statement("S-1")
                .to("2026-03-02T12:00:00Z")
                .with(paid("10.00")),
            statement("S-2")
                .to("2026-03-03T00:00:00Z")
                .with(paid("10.00")),
        ],
        &[BOOKED, BOOKED],
    );
}

#[test]
fn a_report_and_the_statement_meet_in_either_order() {
    let by_content = |amount| paid(amount).payer("Ann");
    let by_id = |amount| paid(amount).end_to_end("E1").payer("Ann");
    let by_servicer = |amount| paid(amount).servicer("A1");
    let by_uetr = |amount| paid(amount).uetr("eb6305c9-1f7f-49de-aed0-16487c27b42d");
    let ways: [fn(&'static str) -> Entry; 4] = [by_content, by_id, by_servicer, by_uetr];
    for way in ways {
        for other in [report("R-1"), notification("N-1")] {
            let told = other.with(way("10.00"));
            let booked = statement("S-1").with(way("10.00"));
            check(&[told.clone(), booked.clone()], &[BOOKED]);
            check(&[booked, told], &[BOOKED]);
        }
    }
}

#[test]
fn a_report_that_grows_is_told_again_and_the_statement_takes_each_once() {
    let equal = || paid("10.00");
    check(
        &[
            report("R-1").with(equal()),
            report("R-2").with(equal()).with(equal()),
            statement("S-1").with(equal()).with(equal()),
        ],
        &[BOOKED, BOOKED],
    );
    check(
        &[
            report("R-1").with(equal()).with(equal()),
            statement("S-1").to("2026-03-02T12:00:00Z").with(equal()),
            statement("S-2")
                .to("2026-03-03T00:00:00Z")
                .with(equal())
                .with(equal()),
        ],
        &[BOOKED, BOOKED, BOOKED],
    );
}

#[test]
fn pending_money_rises_to_booked_and_never_falls_back() {
    let pending = report("R-1").with(paid("10.00").status("PDNG").servicer("A1"));
    let booked = statement("S-1").with(paid("10.00").servicer("A1"));
    check(
        std::slice::from_ref(&pending),
        &["C-1 pending 10.00 2026-03-02"],
    );
    check(&[pending.clone(), booked.clone()], &[BOOKED]);
    check(&[booked, pending], &[BOOKED]);
}

#[test]
fn pending_money_may_be_booked_with_another_amount() {
    check(
        &[
            report("R-1").with(paid("10.00").status("PDNG").servicer("A1")),
            statement("S-1").with(paid("9.50").servicer("A1")),
        ],
        &["C-1 booked 9.50 2026-03-02"],
    );
}

#[test]
fn a_number_that_the_bank_uses_anew_is_other_money() {
    check(
        &[
            statement("S-1").with(paid("10.00").servicer("1").on("2026-03-01")),
            statement("S-2").with(paid("10.00").servicer("1").on("2026-03-02")),
        ],
        &["C-1 booked 10.00 2026-03-01", BOOKED],
    );
}

#[test]
fn a_key_with_another_booked_amount_is_a_payment_of_its_own_in_suspense() {
    let uetr = "eb6305c9-1f7f-49de-aed0-16487c27b42d";
    let told = notification("N-1").with(paid("10.00").uetr(uetr));
    let other = statement("S-1").with(credit("12.00").uetr(uetr).text(C2));
    let expected = [BOOKED, "suspense booked 12.00 two_identities [C-1 C-2]"];
    check(&[told.clone(), other.clone()], &expected);
    // Told once more, it is that same payment.
    let again = other.to("2026-03-02T00:00:00Z");
    let bench = Bench::new();
    for file in [&told, &again] {
        bench.file(file);
    }
    let mut bytes = again.xml();
    bytes.push(b'\n');
    bench.import(&bytes).unwrap();
    assert_eq!(bench.payments(), expected);
}

#[test]
fn the_till_s_statement_repeats_its_receipts() {
    use super::bench::{LENDER, TILL, confirmation, contract};
    use fairlock_domain::calendar::Span;
    use fairlock_storage::NewFeed;
    let bench = Bench::new();
    let kes = vec![contract("C-KES", "KES", TILL)];
    bench
        .store()
        .import_contracts(LENDER, kes, bench.now)
        .unwrap();
    let till = NewFeed {
        feed: TILL.to_owned(),
        kind: "callback".to_owned(),
        account: Some("600638".to_owned()),
        period: Span::hours(30),
    };
    bench.store().define_feed(LENDER, till, bench.now).unwrap();
    let reference = fairlock_domain::payment::Reference::of_contract("C-KES").unwrap();
    bench.confirm(&confirmation("RKTQDM7W6S", "100", reference.as_str()));
    let booked = statement("S-1").account("600638");
    let xml = booked
        .with(
            credit("100.00")
                .servicer("rktqdm7w6s")
                .on("2026-03-03")
                .text(reference.as_str()),
        )
        .xml();
    let xml = String::from_utf8(xml).unwrap();
    let xml = xml
        .replace("<IBAN>600638</IBAN>", "<Othr><Id>600638</Id></Othr>")
        .replace("EUR", "KES");
    bench.import(xml.as_bytes()).unwrap();
    assert_eq!(bench.payments(), ["C-KES booked 100.00 2026-03-03"]);
    bench.proves();
}
