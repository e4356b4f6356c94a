//! Real files of banks, read by us and by others: every field that both shapes have must agree.
//!
//! The folders are outside the project: `FAIRLOCK_SAMPLES_DIR`, else `../shared/samples` beside the
//! workspace. What we say of a file is complete before its expectation is opened.

mod comparison;
mod finnish;
mod genkgo;
mod golden;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use fairlock_intake::{
    Format, Statement, StatusReport, detect, read, read_statements, statement_json,
};
use serde_json::Value;

use comparison::{Comparison, Kind};

/// Fewer compared files than this means that the folders aren't what they were.
const FILES_MIN: usize = 12;

/// Everything that we say of a file.
pub struct Ours {
    pub file: String,
    /// What `fairlock statement read --json` prints, a value a line.
    pub printed: Vec<Value>,
    /// The same as values, for what the printed form doesn't have (sequence numbers, instants).
    pub statements: Vec<Statement>,
    pub reports: Vec<StatusReport>,
}

fn samples() -> PathBuf {
    match std::env::var_os("FAIRLOCK_SAMPLES_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples"),
    }
}

#[test]
fn every_sample_agrees_with_its_expected_output() {
    let folder = samples();
    if !folder.is_dir() {
        say(&format!(
            "SKIPPED: no sample files at {}; set FAIRLOCK_SAMPLES_DIR",
            folder.display()
        ));
        return;
    }
    let mut files = Vec::new();
    for part in ["camt", "iso20022-fi"] {
        find_xml(&folder.join(part), &mut files);
    }
    files.sort();
    let ours: Vec<(PathBuf, Ours)> = files
        .into_iter()
        .map(|path| (path.clone(), read_sample(&path)))
        .collect();

    let mut compared: BTreeMap<Kind, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (path, ours) in &ours {
        let expected = expected_of(path);
        let expected: Value = serde_json::from_slice(&fs::read(&expected).unwrap()).unwrap();
        let mut comparison = Comparison::new(&ours.file, &expected);
        let not_ours = match path
            .parent()
            .and_then(Path::file_name)
            .and_then(|name| name.to_str())
        {
            Some("genkgo") => genkgo::compare(&mut comparison, ours),
            Some("bankstatementparser") => golden::compare(&mut comparison, ours),
            _ => finnish::compare(&mut comparison, ours),
        };
        wrong.extend(comparison.uncompared(not_ours));
        wrong.append(&mut comparison.differences);
        for (kind, count) in comparison.compared {
            *compared.entry(kind).or_default() += count;
        }
    }
    let fields: usize = compared.values().sum();
    say(&format!(
        "samples: {} files, {fields} fields compared: {compared:?}",
        ours.len()
    ));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        ours.len() >= FILES_MIN,
        "only {} files, expected at least {FILES_MIN}",
        ours.len()
    );
    for kind in Kind::REQUIRED {
        assert!(compared.contains_key(&kind), "no {kind:?} was compared");
    }
}

/// Past the test harness, which hides what a passing test prints.
fn say(line: &str) {
    writeln!(std::io::stderr(), "{line}").expect("standard error takes a line");
}

fn find_xml(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find_xml(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "xml") {
            files.push(path);
        }
    }
}

fn read_sample(path: &Path) -> Ours {
    let file = path.file_name().unwrap().to_string_lossy().into_owned();
    let bytes = fs::read(path).unwrap();
    let mut printed = Vec::new();
    if let Err(error) = statement_json(&mut Cursor::new(&bytes), None, &mut printed) {
        panic!("{file}: {error:?}");
    }
    let printed = printed
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    let printed = printed
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    let (statements, reports) = match detect(&mut bytes.as_slice()).unwrap() {
        Format::Camt | Format::Mt940 | Format::Mt942 => {
            (read_statements(&bytes).unwrap(), Vec::new())
        }
        Format::Pain002 => (
            Vec::new(),
            read(&mut bytes.as_slice(), None, &mut |_, _| {})
                .unwrap()
                .status_reports,
        ),
    };
    Ours {
        file,
        printed,
        statements,
        reports,
    }
}

/// The expectation beside a file. One that isn't there fails: a sample without one was never
/// compared.
fn expected_of(path: &Path) -> PathBuf {
    let beside = [
        path.with_extension("json"),
        path.with_extension("expected.json"),
        path.with_file_name("expected.json"),
    ];
    let found = beside.iter().find(|expected| expected.is_file());
    found
        .unwrap_or_else(|| panic!("no expected output beside {}", path.display()))
        .clone()
}

/// A member of a printed object as text; null is no value.
pub fn member<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    let value = object
        .get(name)
        .unwrap_or_else(|| panic!("no member {name} in {object}"));
    value.as_str()
}
