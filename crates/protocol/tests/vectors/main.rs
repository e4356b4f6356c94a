//! The committed test vectors (`vectors/`): what another implementation holds itself against.
//!
//! `cargo xtask vectors` writes them from here; this test says that they are what the code gives,
//! and each vector's outcome is stated by hand beside it. A second reader, `vectors/reader`,
//! written from the documents alone, comes to the same outcomes.

mod codes;
mod compare;
mod cuts;
mod gate;
mod item;
mod json;
mod lender;
mod levels;
mod objects;
mod others;
mod papers;
mod run;

use std::path::PathBuf;

use json::{Json, map};

/// Set by `cargo xtask vectors`: write the files instead of comparing them.
const WRITE: &str = "FAIRLOCK_WRITE_VECTORS";

fn files() -> Vec<(&'static str, Json)> {
    let states = run::States::new();
    let stories = |about: &str, stories: Vec<Json>| map! { "about": about, "stories": stories };
    let level = [states.vectors(), levels::stories(&states)].concat();
    vec![
        ("keys.json", lender::keys_file()),
        ("objects.json", objects::file()),
        (
            "levels.json",
            stories(
                "Stories of one phone; the first four are those from which others go on.",
                level,
            ),
        ),
        (
            "refusals.json",
            stories(
                "What is refused whole, by the codes of docs/protocol.md.",
                gate::refusals(&states),
            ),
        ),
        (
            "cuts.json",
            stories(
                "What is cut, by the codes of docs/protocol.md and the first step cut.",
                cuts::cuts(&states),
            ),
        ),
        (
            "others.json",
            stories(
                "Contact tokens, caps and key sets.",
                others::others(&states),
            ),
        ),
        ("compare.json", compare::file()),
        ("papers.json", papers::file()),
        ("codes.json", codes::file()),
    ]
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

#[test]
fn the_committed_vectors_are_what_the_code_gives() {
    let write = std::env::var_os(WRITE).is_some();
    for (name, json) in files() {
        let (path, text) = (folder().join(name), json.file());
        if write {
            std::fs::write(&path, text).expect("a file that can be written");
            continue;
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        let differs = committed
            .lines()
            .zip(text.lines())
            .position(|(a, b)| a != b);
        assert!(
            committed == text,
            "{name} isn't what the code gives, from line {}: run `cargo xtask vectors` and look at the difference",
            differs.unwrap_or(text.lines().count().min(committed.lines().count())) + 1,
        );
    }
}

/// Objects whose payloads stand in the protocol's document as examples.
const EXAMPLES: &[&str] = &[
    "an unlock",
    "a ladder",
    "a release",
    "a contact token",
    "a cap",
    "a report",
    "a key set",
    "a charter",
    "frame: display data",
    "frame: an ack",
    "enrolment 1, the bundle",
];

#[test]
fn examples_in_the_document_are_vectors() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/protocol.md");
    let document = std::fs::read_to_string(&path).expect("the protocol's document");
    let file: serde_json::Value =
        serde_json::from_str(&objects::file().file()).expect("a vector file");
    let all = ["signed", "unsigned"].map(|part| file[part].as_array().expect("a list"));
    let mut found = 0;
    for one in all.into_iter().flatten() {
        if !EXAMPLES.contains(&one["name"].as_str().expect("a name")) {
            continue;
        }
        let diag = if one["diag"].is_null() {
            &one["payload_diag"]
        } else {
            &one["diag"]
        };
        let lines = diag.as_array().expect("lines").iter();
        let lines: Vec<&str> = lines.map(|line| line.as_str().expect("a line")).collect();
        assert!(
            document.contains(&format!("```cbor-diag\n{}\n```", lines.join("\n"))),
            "docs/protocol.md shows {} otherwise than the vectors:\n{}",
            one["name"],
            lines.join("\n")
        );
        found += 1;
    }
    assert_eq!(found, EXAMPLES.len());
}
