//! Rule packs: from a TOML file to the domain's typed pack.
//!
//! The format is closed: an unknown key or value, a rule without citation, a number that two
//! rules share, or a pack that contradicts itself is an error with file and line. Reading makes
//! no default but "no such rule". On purpose absent: merging packs (each is judged by itself, the
//! lowest level wins) and switching rules off.

mod checks;
mod file;
mod values;

use fairlock_domain::rules::Pack;

use checks::check;
pub(crate) use checks::check_book;

/// A pack that can't be used: where, and what was expected there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: expected {expected}")]
pub struct PackError {
    pub file: String,
    /// Counts from 1; 0 when the whole file is meant.
    pub line: usize,
    pub expected: String,
}

/// Reads one pack; `file` is only for messages.
pub fn read(file: &str, text: &str) -> Result<Pack, PackError> {
    match lint(file, text) {
        Ok(pack) => Ok(pack),
        Err(errors) => Err(errors.into_iter().next().unwrap_or_else(|| PackError {
            file: file.to_string(),
            line: 0,
            expected: "a pack".to_string(),
        })),
    }
}

/// Reads one pack and lists everything that is wrong with it: the first syntax error alone, else
/// every contradiction.
pub fn lint(file: &str, text: &str) -> Result<Pack, Vec<PackError>> {
    let parsed: file::PackFile = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(0, |span| line_of(text, span.start));
        vec![PackError {
            file: file.to_string(),
            line,
            expected: one_line(error.message()),
        }]
    })?;
    let pack = parsed.into_pack();
    let wrong = check(&pack);
    if wrong.is_empty() {
        return Ok(pack);
    }
    let errors = wrong.into_iter().map(|wrong| PackError {
        file: file.to_string(),
        line: line_of_key(text, &wrong.key),
        expected: wrong.expected,
    });
    Err(errors.collect())
}

fn line_of(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or(text);
    before.matches('\n').count() + 1
}

/// The line on which a table or a key of the head begins; for a notice its `id = "…"`, the last
/// one when an id stands twice. 0 when there is none, because what is missing has no line.
fn line_of_key(text: &str, key: &str) -> usize {
    let notice = format!("id = \"{key}\"");
    let table = format!("[{key}]");
    let head = |line: &str| line.split('=').next().map(str::trim) == Some(key);
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let found = lines
        .iter()
        .rposition(|line| *line == notice)
        .or_else(|| lines.iter().position(|line| *line == table || head(line)));
    found.map_or(0, |index| index + 1)
}

fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}
