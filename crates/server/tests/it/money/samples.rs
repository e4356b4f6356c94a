//! Real files of other projects: whatever can be read lands in suspense with its reason, once.
//!
//! The folder is `FAIRLOCK_SAMPLES_DIR`, or `../shared/samples` beside the workspace; without it
//! the test says loudly that it was skipped. None of the files is part of this project.

use std::path::{Path, PathBuf};

use fairlock_intake::statement::{Direction, EntryStatus};
use fairlock_server::money::import::{ImportError, Imported};

use super::bench::{Bench, LENDER};

/// Fewer files than this mean that the folder isn't what it should be.
const FILES_MIN: usize = 12;

fn samples() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples");
    let dir = std::env::var_os("FAIRLOCK_SAMPLES_DIR").map_or(beside, PathBuf::from);
    dir.is_dir().then_some(dir)
}

fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "xml") {
            found.push(path);
        }
    }
}

/// Credits of the file that are money, by the reader alone: how many of them say at least a
/// transaction, and their sum in text, entry by entry.
fn credits(bytes: &[u8]) -> usize {
    let Ok(statements) = fairlock_intake::read_statements(bytes) else {
        return 0;
    };
    let entries = statements.iter().flat_map(|s| &s.entries);
    let money = entries.filter(|e| {
        let returned = e.reversal || e.details.iter().any(|d| d.return_reason.is_some());
        e.direction == Direction::Credit
            && e.status != EntryStatus::Information
            && !e.amount.value.is_zero()
            && !returned
    });
    money.count()
}

#[test]
fn real_files_land_in_suspense_once() {
    let Some(dir) = samples() else {
        eprintln!("SKIPPED: no samples; set FAIRLOCK_SAMPLES_DIR to try real files");
        return;
    };
    let mut paths = Vec::new();
    files(&dir.join("camt"), &mut paths);
    files(&dir.join("iso20022-fi"), &mut paths);
    paths.sort();
    let (mut taken, mut refused, mut payments) = (0, 0, 0);
    for path in &paths {
        let bytes = std::fs::read(path).unwrap();
        let bench = Bench::new();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        match bench.import(&bytes) {
            Ok(Imported::Added(summary)) => {
                let in_suspense = bench.store().open_suspense(LENDER, 1000).unwrap();
                assert_eq!(in_suspense.len() as u64, summary.new, "{name}");
                assert!(
                    summary.new as usize >= credits(&bytes),
                    "{name}: credits are missing"
                );
                assert_eq!(
                    summary.suspense.len(),
                    in_suspense.len(),
                    "{name}: each with its reason"
                );
                let balances = bench.balances();
                let again = bench.import(&bytes);
                assert!(matches!(again, Ok(Imported::ReadBefore(_))), "{name}");
                assert_eq!(
                    bench.balances(),
                    balances,
                    "{name}: a second time adds nothing"
                );
                bench.proves();
                payments += in_suspense.len();
                taken += 1;
            }
            Err(ImportError::Refused(problem)) => {
                assert!(problem.contains("expected"), "{name}: {problem}");
                eprintln!("{name}: refused: {problem}");
                refused += 1;
            }
            other => panic!("{name}: {:?}", other.map(|_| ())),
        }
    }
    eprintln!("{taken} real files imported, {refused} refused, {payments} payments in suspense");
    assert!(
        taken >= FILES_MIN,
        "{taken} files; expected at least {FILES_MIN}"
    );
}
