//! Real tables with expected output, beside the project: `FAIRLOCK_SAMPLES_DIR`, else
//! `../shared/samples`. What we say of a file is complete before its expectation is opened.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use fairlock_intake::{Mapping, PrintError, table_json};
use serde_json::Value;

use super::mapping;

const GERMAN: &str = "\
[table]
delimiter = \";\"
amounts = \"1.234,56\"
[columns]
booking_date = \"Buchungstag\"
amount = \"Betrag\"
currency = \"CCY\"
account = \"IBAN\"
remittance = \"Verwendungszweck\"
[references]
AcctSvcrRef = \"Ref\"
[dates]
formats = [\"yyyy-MM-dd\"]
";

const ENGLISH: &str = "\
[columns]
booking_date = \"Date\"
amount = \"Amount\"
currency = \"Currency\"
remittance = \"Description\"
[dates]
formats = [\"yyyy-MM-dd\"]
";

/// What we say of a file: its statement, or every error.
fn ours(mapping: &Mapping, path: &Path) -> Result<Value, Vec<String>> {
    let bytes = fs::read(path).unwrap();
    let mut output = Vec::new();
    match table_json(&mut Cursor::new(&bytes), mapping, &mut output) {
        Ok(()) => Ok(serde_json::from_slice(&output).unwrap()),
        Err(PrintError::Table(errors)) => Err(errors.iter().map(ToString::to_string).collect()),
        Err(other) => panic!("{other:?}"),
    }
}

/// Past the test harness, which hides what a passing test prints.
fn say(line: &str) {
    writeln!(std::io::stderr(), "{line}").expect("standard error takes a line");
}

fn folder() -> PathBuf {
    let samples = match std::env::var_os("FAIRLOCK_SAMPLES_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples"),
    };
    samples.join("csv")
}

#[test]
fn every_table_agrees_with_its_expected_output() {
    let folder = folder();
    if !folder.is_dir() {
        say(&format!(
            "SKIPPED: no tables at {}; set FAIRLOCK_SAMPLES_DIR",
            folder.display()
        ));
        return;
    }
    let german = ours(&mapping(GERMAN), &folder.join("csv_european_decimals.csv"));
    let garbled = ours(&mapping(ENGLISH), &folder.join("csv_garbled_amount.csv"));
    let tables = fs::read_dir(&folder).unwrap();
    let tables = tables.filter(|entry| {
        let path = entry.as_ref().unwrap().path();
        path.extension().is_some_and(|extension| extension == "csv")
    });
    assert_eq!(tables.count(), 2, "every table of the folder is read here");

    let expected = fs::read(folder.join("expected.json")).unwrap();
    let expected: Value = serde_json::from_slice(&expected).unwrap();
    let fields = compare_german(&german.unwrap(), &expected["csv_european_decimals.csv"]);
    let must_name = expected["csv_garbled_amount.csv"]["must_fail_naming"]
        .as_str()
        .unwrap();
    let errors = garbled.unwrap_err();
    assert_eq!(errors.len(), 1);
    assert!(
        errors[0].starts_with("row 3, column Amount: "),
        "{}",
        errors[0]
    );
    assert!(errors[0].contains(must_name), "{}", errors[0]);
    say(&format!(
        "tables: 2 files, {} fields compared, no differences",
        fields + 1
    ));
}

/// Every member of the expectation against ours; how many were compared.
fn compare_german(ours: &Value, expected: &Value) -> usize {
    let entries = ours["entries"].as_array().unwrap();
    let mut compared = 0;
    for (name, wanted) in expected.as_object().unwrap() {
        let found: Vec<String> = match name.as_str() {
            "dates" => entries.iter().map(|e| text(&e["booking_date"])).collect(),
            "descriptions" => entries.iter().map(|e| text(&e["remittance"])).collect(),
            "amounts" => entries.iter().map(signed).collect(),
            "total" => vec![total(entries)],
            "currency" => vec![text(&ours["currency"])],
            other => panic!("{other} went uncompared"),
        };
        let wanted: Vec<String> = match wanted {
            Value::Array(list) => list.iter().map(text).collect(),
            one => vec![text(one)],
        };
        assert_eq!(found, wanted, "{name}");
        compared += wanted.len();
    }
    compared
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn signed(entry: &Value) -> String {
    let minus = if entry["direction"] == "debit" {
        "-"
    } else {
        ""
    };
    format!("{minus}{}", text(&entry["amount"]))
}

fn total(entries: &[Value]) -> String {
    let cents = |entry| signed(entry).replace('.', "").parse::<i64>().unwrap();
    let total: i64 = entries.iter().map(cents).sum();
    format!("{}.{:02}", total / 100, total % 100)
}
