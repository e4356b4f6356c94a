//! What fuzzing found worth keeping, replayed: every file of `fuzz/corpus` goes through the same
//! function that the fuzz targets call. And arbitrary bytes, as many as a test has time for.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

use crate::fuzzed;

/// Runs each file of a target's corpus; the file's name stands in the panic's message.
fn replay(target: &str, run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(target);
    let mut files = 0;
    for file in fs::read_dir(&folder).expect("the corpus is part of the project") {
        let path = file.expect("a readable entry").path();
        let bytes = fs::read(&path).expect("a readable file");
        if std::panic::catch_unwind(|| run(&bytes)).is_err() {
            panic!("{} goes wrong", path.display());
        }
        files += 1;
    }
    assert!(files > 0, "no file in {}", folder.display());
}

#[test]
fn the_kept_corpus_of_the_ledger_goes_well() {
    replay("ledger", fuzzed::ledger::run);
}

#[test]
fn the_kept_corpus_of_the_loan_goes_well() {
    replay("loan", fuzzed::loan::run);
}

proptest! {
    #[test]
    fn whatever_bytes_say_the_ledger_holds(bytes in prop::collection::vec(any::<u8>(), 0..900)) {
        fuzzed::ledger::run(&bytes);
    }
}
