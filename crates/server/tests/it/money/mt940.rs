//! MT940, MT942 and pain.002 from file to contract: what camt does, they do.

use fairlock_server::config::Notices;
use fairlock_server::money::import::Imported;

use super::bench::{Bench, C1, LENDER, contract};
use super::camt::{self, ACCOUNT, credit};
use super::site::Site;

const BOOKED: &str = "C-1 booked 10.00 2026-03-02";

/// A statement of that number with these entries, from zero to what they add up to.
fn mt940(number: u32, closing: &str, entries: &str) -> String {
    format!(
        ":20:STA\n:25:{ACCOUNT}\n:28C:{number}/1\n:60F:C260301EUR0,\n{entries}:62F:{closing}\n-\n"
    )
}

fn mt942(entries: &str) -> String {
    format!(":20:VM\n:25:{ACCOUNT}\n:28C:9/1\n:34F:EUR0,\n{entries}:90D:0EUR0,\n-\n")
}

/// An entry of 10.00 with these references, and a text that names the contract.
fn paid(references: &str) -> String {
    format!(
        ":61:2603020302C10,00NTRF{references}\n:86:166?00CREDIT?20SVWZ+RATE?21{C1}?32A. OKELLO\n"
    )
}

/// These files, in this order, come to these payments.
fn check(files: &[String], expected: &[&str]) {
    let bench = Bench::new();
    for file in files {
        bench.import(file.as_bytes()).unwrap();
    }
    assert_eq!(bench.payments(), expected);
    bench.proves();
}

fn refused(file: &str) -> String {
    let bench = Bench::new();
    let error = bench.import(file.as_bytes()).unwrap_err();
    assert!(bench.payments().is_empty());
    error.to_string()
}

#[test]
fn a_statement_is_credited_once() {
    let bench = Bench::new();
    let file = mt940(1, "C260302EUR10,", &paid("NONREF//B-1"));
    assert!(
        matches!(bench.import(file.as_bytes()), Ok(Imported::Added(summary)) if summary.new == 1)
    );
    assert_eq!(bench.payments(), [BOOKED]);
    assert!(matches!(
        bench.import(file.as_bytes()),
        Ok(Imported::ReadBefore(_))
    ));
    // The same statement in another file.
    bench.import(format!("\n{file}").as_bytes()).unwrap();
    assert_eq!(bench.payments(), [BOOKED]);
    bench.proves();
}

/// Told intraday and then by the statement: by the bank's reference where there is one, else by
/// what both say. The reference for the account's owner proves nothing.
#[test]
fn an_interim_report_and_the_statement_tell_of_one_payment() {
    for references in ["NONREF//B-1", "NONREF", "INV-1"] {
        check(
            &[
                mt942(&paid(references)),
                mt940(1, "C260302EUR10,", &paid(references)),
            ],
            &[BOOKED],
        );
    }
    let other_words = paid("NONREF//B-1").replace("RATE", "MARCH");
    check(
        &[
            mt942(&other_words),
            mt940(1, "C260302EUR10,", &paid("NONREF//B-1")),
        ],
        &[BOOKED],
    );
    let expected = paid("NONREF").replace("0302C10", "0302EC10");
    check(&[mt942(&expected)], &["C-1 pending 10.00 2026-03-02"]);
    check(
        &[mt942(&expected), mt940(1, "C260302EUR10,", &paid("NONREF"))],
        &[BOOKED],
    );
}

#[test]
fn equal_entries_are_two_payments() {
    let twice = paid("NONREF").repeat(2);
    check(
        &[mt942(&twice), mt940(1, "C260302EUR20,", &twice)],
        &[BOOKED, BOOKED],
    );
    // In two statements, with one reference of the payer's.
    let (one, two) = (paid("INV-1"), paid("INV-1"));
    check(
        &[
            mt940(1, "C260302EUR10,", &one),
            mt940(2, "C260303EUR10,", &two),
        ],
        &[BOOKED, BOOKED],
    );
}

/// A bank that numbers nothing sends two pages of one day.
#[test]
fn pages_without_numbers_are_two_statements() {
    let page = |from, to, mark: char| {
        format!(
            ":20:STA\n:25:{ACCOUNT}\n:28C:0\n:60{mark}:C260302EUR{from},\n{}:62{mark}:C260302EUR{to},\n-\n",
            paid("NONREF")
        )
    };
    check(&[page(0, 10, 'F') + &page(10, 20, 'M')], &[BOOKED, BOOKED]);
}

/// `RC` takes a credit back; so does a returned direct debit, whose text says so.
#[test]
fn a_reversal_and_a_returned_debit_take_money_back() {
    let first = mt940(1, "C260302EUR10,", &paid("NONREF//B-1"));
    let back = ":61:2603030303RC10,00NTRFNONREF//B-1\n:86:166?00STORNO?20SVWZ+RATE\n";
    let file = mt940(2, "D260303EUR10,", back);
    check(&[first, file], &["C-1 reversed 10.00 2026-03-02"]);
    let collected = paid("NONREF//B-2").replace("?20SVWZ", "?20EREF+E-9?21SVWZ");
    let first = mt940(1, "C260302EUR10,", &collected);
    let back = ":61:2603030303D13,00NRTINONREF//R-2\n/OCMT/EUR10,00//CHGS/EUR3,00/\n\
        :86:109?00RETOURE?20EREF+E-9?34914\n";
    let file = mt940(2, "D260303EUR13,", back);
    check(&[first, file], &["C-1 reversed 10.00 2026-03-02"]);
}

/// Money that comes back to us from a payment out is nobody's instalment.
#[test]
fn our_own_payment_that_came_back_is_a_line() {
    let back = paid("NONREF").replace(":86:166", ":86:159");
    check(&[mt940(1, "C260302EUR10,", &back)], &[]);
}

/// A reference at the end of a full field, or broken by a line's end, is found.
#[test]
fn a_reference_is_found_wherever_the_paper_ended() {
    let full =
        ":61:2603020302C10,00NTRFX\n:86:166?20RATENZAHLUNG VERTRAG NUMMER?21RF35C1?22DANKE\n";
    check(&[mt940(1, "C260302EUR10,", full)], &[BOOKED]);
    let broken = ":61:2603020302C10,00NTRFX\n:86:166?20SVWZ+Rate RF3\n5C1 Danke\n";
    check(&[mt940(1, "C260302EUR10,", broken)], &[BOOKED]);
    let slashes = ":61:2603020302C10,00NTRFX\n:86:/EREF/E-1//REMI/USTD//RATE\nRF35C1\n";
    check(&[mt940(1, "C260302EUR10,", slashes)], &[BOOKED]);
}

#[test]
fn what_may_be_cut_off_or_says_no_currency_is_refused_whole() {
    let whole = mt940(1, "C260302EUR10,", &paid("NONREF"));
    let (cut, _) = whole.split_once(":62F:").unwrap();
    assert!(
        refused(cut).contains("found no closing balance"),
        "{}",
        refused(cut)
    );
    let lost = format!("{whole}:61:260302C10,NTRFX\n:62F:C260302EUR10,\n");
    assert!(
        refused(&lost).contains("an ISO 4217 currency"),
        "{}",
        refused(&lost)
    );
    let garbled = whole.replace("C10,00", "C10.00");
    assert!(
        refused(&garbled).starts_with("line 5: found"),
        "{}",
        refused(&garbled)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_folder_and_the_upload_take_them() {
    let contracts = vec![contract("C-1", "EUR", "bank")];
    let site = Site::start(contracts, Notices::default()).await;
    site.drop_file(
        "a.sta",
        mt940(1, "C260302EUR10,", &paid("NONREF//B-1")).as_bytes(),
    );
    site.running.quiet().await;
    let file = mt940(2, "C260303EUR10,", &paid("NONREF//B-2"));
    let (status, _) = site.post("/v1/statements", file.into_bytes()).await;
    assert_eq!(status, hyper::StatusCode::ACCEPTED);
    site.running.quiet().await;
    let rows = site.store.payments_of(LENDER, "C-1").unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(site.files(), ["done/a.sta"]);
    site.running.shutdown().await;
}

/// An answer of pain.002 to the order of that id.
fn answer(id: &str, amount: &str, status: &str) -> String {
    format!(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.10\"><CstmrPmtStsRpt><GrpHdr>\
         <MsgId>{id}{status}</MsgId></GrpHdr><OrgnlPmtInfAndSts><TxInfAndSts><OrgnlEndToEndId>{id}\
         </OrgnlEndToEndId><TxSts>{status}</TxSts><OrgnlTxRef><Amt><InstdAmt Ccy=\"EUR\">{amount}\
         </InstdAmt></Amt></OrgnlTxRef></TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
    )
}

fn announced() -> Bench {
    let bench = Bench::new();
    let pending = credit("10.00").text(C1).end_to_end("E-1").status("PDNG");
    bench.file(&camt::report("R-1").with(pending));
    assert_eq!(bench.payments(), ["C-1 pending 10.00 2026-03-02"]);
    bench
}

#[test]
fn a_status_report_moves_the_payment_that_it_answers() {
    for (status, expected) in [
        ("ACSP", "C-1 pending 10.00 2026-03-02"),
        ("ACSC", BOOKED),
        ("RJCT", "C-1 failed 10.00 2026-03-02"),
        // A payee check's answer is no rejection.
        ("RVNM", "C-1 pending 10.00 2026-03-02"),
    ] {
        let bench = announced();
        bench
            .import(answer("E-1", "10.00", status).as_bytes())
            .unwrap();
        assert_eq!(bench.payments(), [expected], "{status}");
        bench.proves();
    }
}

#[test]
fn a_status_report_of_another_id_or_amount_moves_nothing() {
    for file in [
        answer("E-2", "10.00", "RJCT"),
        answer("E-1", "10.01", "RJCT"),
    ] {
        let bench = announced();
        bench.import(file.as_bytes()).unwrap();
        assert_eq!(bench.payments(), ["C-1 pending 10.00 2026-03-02"]);
    }
}
