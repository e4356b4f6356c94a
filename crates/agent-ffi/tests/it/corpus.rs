//! What the fuzzer kept, replayed on any compiler; `cargo +nightly fuzz run step` looks for more.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{bounds, fuzzed, story};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/step")
}

#[test]
fn the_corpus() {
    let mut count = 0;
    for file in fs::read_dir(folder()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        bounds::check(&bytes);
        fuzzed::run(&bytes);
        count += 1;
    }
    assert!(count >= 500, "expected the corpus, found {count} files");
}

/// `FAIRLOCK_SEEDS=1` writes the story's inputs, one of each event and phase, as seeds for it.
#[test]
fn the_story() {
    let mut kinds = std::collections::BTreeSet::new();
    for (n, (input, output)) in story::calls().iter().enumerate() {
        fuzzed::run(input);
        // The event's number, and how much there is to remember.
        let at = input.iter().position(|byte| *byte == 3).unwrap_or(0);
        let event = input.get(at..at + 4).map(<[u8]>::to_vec);
        let seed = kinds.insert((event, input.len() / 400, output.len() / 400));
        if seed && std::env::var_os("FAIRLOCK_SEEDS").is_some() {
            fs::write(folder().join(format!("story-{n:03}")), input).unwrap();
        }
    }
}
