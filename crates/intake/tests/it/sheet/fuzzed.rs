//! What the fuzzer kept of tables, workbooks and mappings: each input that reached something new,
//! through the same functions that it calls.

use std::fs;
use std::path::Path;

#[path = "../../../fuzz/src/tables.rs"]
pub mod tables;

#[test]
fn the_corpus_of_tables_runs() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    for (name, target) in tables::ALL {
        let inputs = fs::read_dir(corpus.join(name)).expect("a corpus of each target");
        let mut replayed = 0;
        for input in inputs {
            target(&fs::read(input.unwrap().path()).unwrap());
            replayed += 1;
        }
        assert!(replayed > 20, "{name}: only {replayed} inputs");
    }
}
