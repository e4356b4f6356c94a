//! Real files of banks, read by us and by others: every field that both shapes have must agree.
//!
//! The folders are outside the project: `FAIRLOCK_SAMPLES_DIR`, else `../shared/samples` beside the
//! workspace; another folder of the same layout will do. What we say of all files is complete before
//! the first expectation is opened. `differences.txt` explains every difference, and fails when it
//! explains one that isn't there. Files without an expectation are read, or refused with a sentence;
//! the balances of every statement are added up here again.

mod balances;
mod comparison;
mod differences;
mod finnish;
mod genkgo;
mod golden;
mod wolph;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use fairlock_intake::{
    Format, PrintError, Statement, StatusReport, detect, read, read_statements, statement_json,
};
use serde_json::Value;

use comparison::{Comparison, Kind};
use differences::Differences;

/// Fewer compared files than this mean that the default folder isn't what it was.
const FILES_MIN: usize = 39;

/// Everything that we say of a file.
#[derive(Default)]
pub struct Ours {
    pub file: String,
    /// What `fairlock statement read --json` prints, a value a line.
    pub printed: Vec<Value>,
    /// The same as values, for what the printed form doesn't have (sequence numbers, instants).
    pub statements: Vec<Statement>,
    pub reports: Vec<StatusReport>,
    /// The sentence, when it is refused.
    pub refused: Option<String>,
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
    for part in ["camt", "iso20022-fi", "mt940"] {
        find_files(&folder.join(part), &mut files);
    }
    files.sort();
    let ours: Vec<(PathBuf, Ours)> = files
        .into_iter()
        .map(|path| (path.clone(), read_sample(&path)))
        .collect();

    let mut compared: BTreeMap<Kind, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut differences = Differences::listed();
    let (mut with, mut agreeing) = (0, 0);
    for (path, ours) in &ours {
        differences.meet(&ours.file);
        wrong.extend(balances::misread(ours));
        let Some(expected) = expected_of(path) else {
            continue;
        };
        let expected: Value = serde_json::from_slice(&fs::read(&expected).unwrap()).unwrap();
        let mut comparison = Comparison::new(&ours.file, &expected);
        let unexplained = wrong.len();
        let explained = compare(path, ours, &mut comparison, &mut differences, &mut wrong);
        with += 1;
        agreeing += usize::from(explained == 0 && wrong.len() == unexplained);
        for (kind, count) in comparison.compared {
            *compared.entry(kind).or_default() += count;
        }
    }
    let fields: usize = compared.values().sum();
    let refused = ours
        .iter()
        .filter(|(_, ours)| ours.refused.is_some())
        .count();
    say(&format!(
        "samples: {} files ({refused} refused), {with} with an expectation, {agreeing} agree throughout; {fields} fields \
         compared: {compared:?}",
        ours.len()
    ));
    differences.lines().iter().for_each(|line| say(line));
    wrong.extend(differences.needless());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    if std::env::var_os("FAIRLOCK_SAMPLES_DIR").is_none() {
        assert!(with >= FILES_MIN, "only {with} files, expected {FILES_MIN}");
    }
    for kind in Kind::REQUIRED {
        assert!(compared.contains_key(&kind), "no {kind:?} was compared");
    }
}

/// Compares one file. Returns how many differences the list explains; others go to `wrong`.
fn compare(
    path: &Path,
    ours: &Ours,
    comparison: &mut Comparison<'_>,
    differences: &mut Differences,
    wrong: &mut Vec<String>,
) -> usize {
    if let Some(sentence) = &ours.refused {
        // Nothing expected and nothing read is the same.
        if differences::expects_nothing(comparison) {
            return 0;
        }
        let explained = differences.explains(&ours.file, "refused", None);
        if !explained {
            wrong.push(format!("{}: refused: {sentence}", ours.file));
        }
        return usize::from(explained);
    }
    let folder = path.parent().and_then(Path::file_name);
    let by_swift = ours
        .statements
        .iter()
        .any(|s| s.head.format.starts_with("mt"));
    let not_ours = match folder.and_then(|name| name.to_str()) {
        _ if by_swift => wolph::compare(comparison, ours),
        Some("genkgo") => genkgo::compare(comparison, ours),
        Some("bankstatementparser") => golden::compare(comparison, ours),
        _ => finnish::compare(comparison, ours),
    };
    let (explained, unexplained): (Vec<_>, Vec<_>) = comparison
        .differences
        .drain(..)
        .partition(|d| differences.explains(&ours.file, &d.pointer, d.rule));
    wrong.extend(unexplained.into_iter().map(|d| d.text));
    // What went uncompared of a file that has other entries than expected is said already.
    let same_entries = explained.iter().all(|d| d.pointer != "/transactions");
    if same_entries {
        wrong.extend(comparison.uncompared(not_ours));
    }
    explained.len()
}

/// Past the test harness, which hides what a passing test prints.
fn say(line: &str) {
    writeln!(std::io::stderr(), "{line}").expect("standard error takes a line");
}

fn find_files(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            find_files(&path, files);
        } else if !name.ends_with(".json") && !name.ends_with(".md") && !name.starts_with("LICENSE")
        {
            files.push(path);
        }
    }
}

fn read_sample(path: &Path) -> Ours {
    let file = path.file_name().unwrap().to_string_lossy().into_owned();
    let bytes = fs::read(path).unwrap();
    let mut printed = Vec::new();
    match statement_json(&mut Cursor::new(&bytes), None, &mut printed) {
        Ok(()) => {}
        Err(PrintError::Input(error)) => {
            assert!(printed.is_empty(), "{file}: refused, and yet printed");
            return Ours {
                file,
                refused: Some(error.to_string()),
                ..Ours::default()
            };
        }
        Err(other) => panic!("{file}: {other:?}"),
    }
    let printed = printed
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    let printed = printed
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    let (statements, reports) = match detect(&mut bytes.as_slice()).unwrap() {
        Format::Pain002 => (
            Vec::new(),
            read(&mut bytes.as_slice(), None, &mut |_, _| {})
                .unwrap()
                .status_reports,
        ),
        _ => (read_statements(&bytes).unwrap(), Vec::new()),
    };
    Ours {
        file,
        printed,
        statements,
        reports,
        refused: None,
    }
}

/// The expectation beside a file, if it has one.
fn expected_of(path: &Path) -> Option<PathBuf> {
    let beside = [
        path.with_extension("json"),
        path.with_extension("expected.json"),
        path.with_file_name("expected.json"),
    ];
    beside.into_iter().find(|expected| expected.is_file())
}

/// A member of a printed object as text; null is no value.
pub fn member<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    let value = object
        .get(name)
        .unwrap_or_else(|| panic!("no member {name} in {object}"));
    value.as_str()
}
