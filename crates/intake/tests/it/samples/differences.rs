//! The list of differences: `differences.txt`, a line each with three columns between tabs: the
//! file in which it is seen, the leaf that differs (`*` for any number) or `rule:` and the name of an
//! adapter's rule, and why.

use std::collections::{BTreeMap, BTreeSet};

use super::comparison::Comparison;

const LIST: &str = include_str!("differences.txt");

struct Line {
    file: &'static str,
    what: &'static str,
    why: &'static str,
    used: BTreeMap<String, usize>,
}

pub struct Differences {
    lines: Vec<Line>,
    files: BTreeSet<String>,
}

impl Differences {
    pub fn listed() -> Self {
        let lines = LIST
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        let read = |line: &'static str| {
            let columns: Vec<&str> = line.split('\t').collect();
            let [file, what, why] = columns.as_slice() else {
                panic!("differences.txt: {line:?} hasn't three columns");
            };
            Line {
                file,
                what,
                why,
                used: BTreeMap::new(),
            }
        };
        Self {
            lines: lines.map(read).collect(),
            files: BTreeSet::new(),
        }
    }

    /// The folder has this file.
    pub fn meet(&mut self, file: &str) {
        self.files.insert(file.to_owned());
    }

    /// Whether the list explains this difference.
    pub fn explains(&mut self, file: &str, pointer: &str, rule: Option<&str>) -> bool {
        let found = self
            .lines
            .iter_mut()
            .find(|line| match line.what.strip_prefix("rule:") {
                Some(name) => rule == Some(name),
                None => line.file == file && fits(line.what, pointer),
            });
        if let Some(line) = found {
            *line.used.entry(file.to_owned()).or_default() += 1;
            return true;
        }
        false
    }

    /// What the list explained, a line each.
    pub fn lines(&self) -> Vec<String> {
        let used = self.lines.iter().filter(|line| !line.used.is_empty());
        used.map(|line| {
            let count: usize = line.used.values().sum();
            let files: Vec<&str> = line.used.keys().map(String::as_str).collect();
            format!(
                "  differs: {}, {} ({count} leaves): {}",
                files.join(", "),
                line.what,
                line.why
            )
        })
        .collect()
    }

    /// Lines that explain nothing, though their file is there.
    pub fn needless(&self) -> Vec<String> {
        let idle = self
            .lines
            .iter()
            .filter(|line| self.files.contains(line.file) && !line.used.contains_key(line.file));
        idle.map(|line| {
            format!(
                "differences.txt: {} {} explains nothing",
                line.file, line.what
            )
        })
        .collect()
    }
}

/// Whether a pattern with `*` for one step fits a pointer.
fn fits(pattern: &str, pointer: &str) -> bool {
    let (pattern, pointer): (Vec<&str>, Vec<&str>) =
        (pattern.split('/').collect(), pointer.split('/').collect());
    let step = |(pattern, step): (&&str, &&str)| *pattern == "*" || pattern == step;
    pattern.len() == pointer.len() && pattern.iter().zip(&pointer).all(step)
}

/// An expectation without transactions and without a field of a statement that we print.
pub fn expects_nothing(comparison: &Comparison<'_>) -> bool {
    let empty = |pointer: &str| match comparison.at(pointer) {
        Some(serde_json::Value::Array(list)) => list.is_empty(),
        Some(serde_json::Value::Object(members)) => {
            members.keys().all(|name| name.starts_with("non_swift"))
        }
        _ => false,
    };
    empty("/transactions") && empty("/statement")
}
