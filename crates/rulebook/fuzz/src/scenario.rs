//! Text as a scenario.
//!
//! No panic; a document that breaks the format is told in one line with its JSON path; one that can
//! be read is answered with one line an instant, and written and read again it says the same.

use std::sync::LazyLock;

use fairlock_rulebook::{Rulebook, load_builtin, replay, scenario};

/// Longer texts find nothing new, slowly.
const BYTES_MAX: usize = 20_000;

static BOOK: LazyLock<Rulebook> =
    LazyLock::new(|| load_builtin().expect("the packs of the program"));

/// Reads what the bytes say.
pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if text.len() > BYTES_MAX {
        return;
    }
    let told = |error: scenario::ScenarioError| {
        super::one_line(&error.to_string());
        assert!(error.path.starts_with('$'), "{error}");
    };
    let read = match scenario::read(text, &BOOK) {
        Ok(read) => read,
        Err(error) => return told(error),
    };
    let document: serde_json::Value = serde_json::from_str(text).expect("it was read");
    let zone = document["time_zone"].as_str().expect("it was read");
    let written = scenario::write(&read, zone);
    let again = scenario::read(&written, &BOOK).expect("what was written can be read");
    assert_eq!((&again.facts, &again.rules), (&read.facts, &read.rules));
    assert_eq!(again.ask, read.ask);
    match replay::replay(&read) {
        Ok(lines) => {
            assert_eq!(lines.len(), read.ask.len());
            lines.iter().for_each(|line| super::one_line(line));
        }
        Err(error) => panic!("refused only when it is asked: {error}"),
    }
}
