//! Files of permits: what is read, and every error with its row and column.

use fairlock_intake::{ReadError, read_approvals, read_clearances};
use rstest::rstest;

const CLEARANCES: &str = "pack,by,on,until,opinion_sha256,withdrawn_on";
const APPROVALS: &str = "pack,reference,on,until,withdrawn_on";

/// A hash as `sha256sum` prints one.
const OPINION: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn words(errors: Vec<ReadError>) -> Vec<String> {
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn a_clearance_is_read() {
    let text = format!("{CLEARANCES}\ngb,\"Hale, J.\",2026-05-01,2027-04-30,{OPINION},\n");
    let rows = read_clearances(text.as_bytes()).unwrap();
    let clearance = &rows[0].clearance;
    assert_eq!(
        (clearance.pack.as_str(), clearance.by.as_str()),
        ("gb", "Hale, J.")
    );
    assert_eq!(clearance.until.to_string(), "2027-04-30");
    assert_eq!(
        (clearance.opinion_sha256[0], clearance.opinion_sha256[31]),
        (0xe3, 0x55)
    );
    assert_eq!(rows[0].withdrawn_on, None);
}

#[test]
fn an_approval_may_have_no_end_until_it_is_withdrawn() {
    let text = "reference,on,pack\n17/4,2026-05-01,bd\n";
    let rows = read_approvals(text.as_bytes()).unwrap();
    assert_eq!(rows[0].approval.reference, "17/4");
    assert_eq!((rows[0].approval.until, rows[0].withdrawn_on), (None, None));
    let text = format!("{APPROVALS}\nbd,17/4,2026-05-01,2027-01-31,2026-08-01\n");
    let rows = read_approvals(text.as_bytes()).unwrap();
    let withdrawn_on = rows[0].withdrawn_on.map(|day| day.to_string());
    assert_eq!(withdrawn_on.as_deref(), Some("2026-08-01"));
}

#[rstest]
#[case(",A,2026-05-01,2027-04-30,0,", &["pack: found \"\", expected the id of a rule pack",
    "opinion_sha256: found \"0\", expected the opinion's SHA-256 as 64 hexadecimal digits, as sha256sum prints it"])]
#[case("gb,,x,2027-04-30,HASH,", &["by: found \"\", expected the lawyer's name",
    "on: found \"x\", expected a date like 2026-02-10"])]
#[case("gb,A,2026-05-01,,HASH,", &["until: found \"\", expected a date like 2026-02-10"])]
#[case("gb,A,2026-05-01,2026-04-30,HASH,2026-04-29", &[
    "until: found \"2026-04-30\", expected a date that isn't before on",
    "withdrawn_on: found \"2026-04-29\", expected a date that isn't before on"])]
fn a_wrong_clearance_is_named(#[case] row: &str, #[case] expected: &[&str]) {
    let text = format!("{CLEARANCES}\n{}\n", row.replace("HASH", OPINION));
    let expected: Vec<String> = expected
        .iter()
        .map(|error| format!("row 2, column {error}"))
        .collect();
    assert_eq!(
        words(read_clearances(text.as_bytes()).unwrap_err()),
        expected
    );
}

#[test]
fn the_same_paper_stands_once() {
    let row = format!("gb,A,2026-05-01,2027-04-30,{OPINION},");
    let text = format!("{CLEARANCES}\n{row}\n{row}\n");
    let errors = words(read_clearances(text.as_bytes()).unwrap_err());
    assert_eq!(errors.len(), 1);
    assert!(
        errors[0].ends_with("expected a clearance that isn't in row 2 already"),
        "{errors:?}"
    );
    let text = "pack,reference,on\nbd,1,2026-01-01\nbd,1,2026-02-01\nnz,1,2026-02-01\n";
    assert_eq!(
        words(read_approvals(text.as_bytes()).unwrap_err()),
        ["row 3, column reference: found \"1\", expected an approval that isn't in row 2 already"]
    );
}

#[test]
fn a_file_of_another_kind_is_named_by_its_columns() {
    let errors = words(read_approvals(CLEARANCES.as_bytes()).unwrap_err());
    assert_eq!(
        errors[0],
        "row 1, column by: found \"by\", expected a column name that is known"
    );
    let errors = words(read_clearances(b"pack,by,on,until,opinion_sha256\n").unwrap_err());
    assert_eq!(
        errors,
        ["input: found column names only, expected at least one clearance"]
    );
}
