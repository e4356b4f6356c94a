//! `fairlock import`: all or nothing, a second time adds nothing, and real statements.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::run::{check_refused, file, run, text_of, workspace};

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

#[test]
fn contracts_come_whole_or_not_at_all_and_once() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let data = text_of(&dir.path().join("data"));
    let good = std::fs::read_to_string(workspace().join("demo/contracts.csv")).expect("demo data");
    let head: String = good
        .lines()
        .take(4)
        .map(|line| format!("{line}\n"))
        .collect();
    let import = |name: &str, text: &str, more: &[&str]| {
        let csv = file(dir.path(), name, text);
        let words = ["import", "contracts", &csv, "--data-dir", &data, "--json"];
        run(&[&words[..], more].concat())
    };
    let dry = import("dry.csv", &head, &["--dry-run"]);
    assert_eq!(json(&dry.out)["added"], 3, "{}", dry.err);

    // The last row's IMEI loses its check digit: none of the three is taken.
    let third = head.lines().last().expect("a third contract");
    let imei = third
        .split(',')
        .find(|cell| cell.len() == 15 && cell.bytes().all(|b| b.is_ascii_digit()))
        .expect("an IMEI");
    let wrong_digit = (imei.as_bytes()[14] - b'0' + 1) % 10;
    let broken = head.replace(imei, &format!("{}{wrong_digit}", &imei[..14]));
    let csv = file(dir.path(), "broken.csv", &broken);
    check_refused(
        &["import", "contracts", &csv, "--data-dir", &data],
        &["row 4", "imei", "nothing was imported"],
    );

    let first = json(&import("good.csv", &head, &[]).out);
    assert_eq!(
        (&first["added"], &first["unchanged"]),
        (&3.into(), &0.into())
    );
    let again = json(&import("good.csv", &head, &[]).out);
    assert_eq!(
        (&again["added"], &again["unchanged"]),
        (&0.into(), &3.into())
    );
    assert_eq!(run(&["proof", "--data-dir", &data]).code, 0);
}

/// Every real camt file: credits that match no contract wait in suspense, and a second import
/// adds nothing.
#[test]
fn real_statements_land_in_suspense_once() {
    let samples = std::env::var_os("FAIRLOCK_SAMPLES_DIR")
        .map_or_else(|| workspace().join("../shared/samples"), PathBuf::from);
    let files = camt_files(&samples);
    if files.is_empty() {
        // Written past the test harness, which would swallow it.
        let _ = writeln!(
            std::io::stderr(),
            "\n!! SKIPPED: real statements: no camt files in {} (set FAIRLOCK_SAMPLES_DIR)",
            samples.display()
        );
        return;
    }
    let dir = tempfile::tempdir().expect("a temporary folder");
    let data = text_of(dir.path());
    let mut suspense = 0;
    for path in &files {
        let path = text_of(path);
        let words = ["import", "payments", &path, "--data-dir", &data, "--json"];
        let first = run(&words);
        assert_eq!(first.code, 0, "{path}: {}", first.err);
        let first = json(&first.out);
        let waiting = first["suspense"].as_array().expect("a list").len();
        assert_eq!(
            first["new"], waiting,
            "{path}: nobody's contract is known here"
        );
        suspense += waiting;
        let again = run(&words);
        assert_eq!(again.code, 0, "{path}: {}", again.err);
        assert_eq!(json(&again.out)["read_before"], true, "{path}");
    }
    assert!(files.len() >= 12, "{} files", files.len());
    assert!(suspense > 0, "no credit in {} files", files.len());
    assert_eq!(run(&["proof", "--data-dir", &data]).code, 0);
}

fn camt_files(samples: &Path) -> Vec<PathBuf> {
    let folders = ["camt/genkgo", "camt/bankstatementparser", "iso20022-fi"];
    let mut files: Vec<PathBuf> = folders
        .iter()
        .filter_map(|folder| std::fs::read_dir(samples.join(folder)).ok())
        .flat_map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())))
        .filter(|path| {
            let name = path.file_name().map(|n| n.to_string_lossy().into_owned());
            name.is_some_and(|n| n.starts_with("camt") && n.ends_with(".xml"))
        })
        .collect();
    files.sort();
    files
}
