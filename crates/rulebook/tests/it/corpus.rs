//! What fuzzing found worth keeping, replayed: every file of `fuzz/corpus` goes through the same
//! function that the fuzz targets call. And packs with numbers that nobody means, which bytes seldom
//! become.

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
fn the_kept_corpus_of_scenarios_goes_well() {
    replay("scenario", fuzzed::scenario::run);
}

#[test]
fn the_kept_corpus_of_packs_goes_well() {
    replay("pack", fuzzed::pack::run);
}

/// What the corpus begins with: the targets take what people write.
#[test]
fn the_packs_and_scenarios_of_the_program_go_well() {
    for (_, text) in fairlock_rulebook::builtin_texts() {
        fuzzed::pack::run(text.as_bytes());
    }
    fuzzed::pack::run(super::format::example().as_bytes());
}

/// Numbers that a reader may take and nobody means.
const NUMBERS: [&str; 9] = [
    "0",
    "1",
    "2",
    "366",
    "367",
    "65399",
    "65535",
    "2147483647",
    "4294967295",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn packs_with_any_numbers_are_refused_or_judge(edits in prop::collection::vec((any::<prop::sample::Index>(), 0..NUMBERS.len()), 1..4)) {
        let mut lines: Vec<String> = super::format::example().lines().map(str::to_string).collect();
        let means = |line: &String| !line.starts_with("number") && line.contains(|c: char| c.is_ascii_digit());
        let places: Vec<usize> = (0..lines.len()).filter(|i| means(&lines[*i])).collect();
        for (place, number) in edits {
            let line = &mut lines[*place.get(&places)];
            let begins = line.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
            let digits = line[begins..].find(|c: char| !c.is_ascii_digit());
            let ends = digits.map_or(line.len(), |n| begins + n);
            line.replace_range(begins..ends, NUMBERS[number]);
        }
        fuzzed::pack::run(lines.join("\n").as_bytes());
    }
}
