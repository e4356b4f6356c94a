//! `docs/loans-differences.toml`: which scenarios aren't ours, and where we differ and why.
//!
//! An entry that is wrong (its scenario agrees) or needless (there is no such scenario) fails the
//! test, so that the file can be believed. On purpose absent: a way to excuse a single cell.

use std::path::Path;

use toml::{Table, Value};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// About users, permissions, jobs, external events, asset ownership or charge-off accounting.
    NotOurs,
    /// Ours, and we believe something else.
    Differs,
}

#[derive(Debug, Clone)]
pub struct Entry {
    pub file: String,
    pub scenario: String,
    pub class: Class,
    pub reason: String,
}

/// A step by its beginning, and why it is no concern of ours.
#[derive(Debug, Clone)]
pub struct Rule {
    starts: String,
    has: String,
    pub reason: String,
}

/// Rows of a table that aren't compared.
#[derive(Debug, Clone)]
pub struct Rows {
    pub column: String,
    pub value: String,
}

#[derive(Debug, Default)]
pub struct Differences {
    pub entries: Vec<Entry>,
    /// A scenario with such a step isn't ours.
    not_ours: Vec<Rule>,
    /// Such a step states what isn't compared; its scenario is still ours.
    skipped: Vec<Rule>,
    /// Such a step sets up what no loan depends on.
    setup: Vec<Rule>,
    pub rows: Vec<Rows>,
}

impl Differences {
    pub fn read(path: &Path) -> Differences {
        let text =
            std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let table: Table = text
            .parse()
            .unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let list = |key: &str| {
            table
                .get(key)
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default()
        };
        Differences {
            entries: list("scenario").iter().map(entry).collect(),
            not_ours: list("not_ours_step").iter().map(rule).collect(),
            skipped: list("skipped_step").iter().map(rule).collect(),
            setup: list("setup_step").iter().map(rule).collect(),
            rows: list("skipped_row").iter().map(rows).collect(),
        }
    }

    pub fn entry(&self, file: &str, scenario: &str) -> Option<&Entry> {
        self.entries
            .iter()
            .find(|e| e.file == file && e.scenario == scenario)
    }

    pub fn not_ours(&self, text: &str) -> Option<&Rule> {
        self.not_ours.iter().find(|rule| rule.fits(text))
    }

    pub fn skipped(&self, text: &str) -> Option<&Rule> {
        self.skipped.iter().find(|rule| rule.fits(text))
    }

    pub fn sets_up(&self, text: &str) -> bool {
        self.setup.iter().any(|rule| rule.fits(text))
    }
}

impl Rule {
    fn fits(&self, text: &str) -> bool {
        text.starts_with(&self.starts) && text.contains(&self.has)
    }
}

fn entry(value: &Value) -> Entry {
    let class = match needed(value, "class").as_str() {
        "not_ours" => Class::NotOurs,
        "differs" => Class::Differs,
        other => panic!("class {other}: not_ours or differs is expected"),
    };
    if class == Class::Differs {
        needed(value, "believe");
    }
    Entry {
        file: needed(value, "file"),
        scenario: needed(value, "scenario"),
        class,
        reason: needed(value, "reason"),
    }
}

fn rule(value: &Value) -> Rule {
    let rule = Rule {
        starts: optional(value, "starts"),
        has: optional(value, "has"),
        reason: needed(value, "reason"),
    };
    let any = rule.starts.is_empty() && rule.has.is_empty();
    assert!(
        !any,
        "a rule with starts or has is expected: {}",
        rule.reason
    );
    rule
}

fn rows(value: &Value) -> Rows {
    needed(value, "reason");
    Rows {
        column: needed(value, "column"),
        value: needed(value, "value"),
    }
}

fn optional(value: &Value, key: &str) -> String {
    value
        .get(key)
        .and_then(Value::as_str)
        .map(String::from)
        .unwrap_or_default()
}

fn needed(value: &Value, key: &str) -> String {
    let text = optional(value, key);
    assert!(!text.is_empty(), "{key} is expected in {value}");
    text
}
