//! Rule packs: from a TOML file to the domain's typed pack.
//!
//! The format is closed: an unknown key or value, a rule without citation, a number that two
//! rules share, or a pack that contradicts itself is an error with file and line. Reading makes
//! no default but "no such rule". On purpose absent: merging packs (each is judged by itself, the
//! lowest level wins) and switching rules off.

mod checks;
mod file;
pub(crate) mod values;

use fairlock_domain::rules::Pack;
use serde::de::DeserializeOwned;

use checks::{Beside, check, check_book, line_of};

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
/// every contradiction, from top to bottom.
pub fn lint(file: &str, text: &str) -> Result<Pack, Vec<PackError>> {
    let parsed: file::PackFile = parse(file, text).map_err(|error| vec![error])?;
    let pack = parsed.into_pack();
    let errors = check(&pack).into_iter().map(|wrong| PackError {
        file: file.to_string(),
        line: line_of(text, wrong.at),
        expected: wrong.expected,
    });
    let mut errors: Vec<PackError> = errors.collect();
    errors.sort_by_key(|error| error.line);
    match errors.is_empty() {
        true => Ok(pack),
        false => Err(errors),
    }
}

/// Reads packs that stand beside each other, from (file, text), and lists everything that is wrong
/// with each and with all; in the order of their numbers.
pub fn lint_all(texts: &[(&str, &str)]) -> Result<Vec<Pack>, Vec<PackError>> {
    let packs = read_all(texts)?.into_iter();
    Ok(packs.map(|(pack, _)| pack).collect())
}

/// The same, each with its text.
pub(crate) fn read_all<'t>(
    texts: &[(&str, &'t str)],
) -> Result<Vec<(Pack, &'t str)>, Vec<PackError>> {
    let mut errors = Vec::new();
    let mut packs = Vec::with_capacity(texts.len());
    for (file, text) in texts {
        match lint(file, text) {
            Ok(pack) => packs.push((*file, *text, pack)),
            Err(wrong) => errors.extend(wrong),
        }
    }
    let beside = packs
        .iter()
        .map(|(file, text, pack)| Beside { file, text, pack });
    errors.extend(check_book(&beside.collect::<Vec<_>>()));
    if !errors.is_empty() {
        return Err(errors);
    }
    let packs = packs.into_iter().map(|(_, text, pack)| (pack, text));
    let mut packs: Vec<(Pack, &str)> = packs.collect();
    packs.sort_by_key(|(pack, _)| pack.number);
    Ok(packs)
}

/// Reads TOML; the first thing that isn't in the format is the error.
pub(crate) fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, PackError> {
    toml::from_str(text).map_err(|error| PackError {
        file: file.to_string(),
        line: error.span().map_or(0, |span| line_at(text, span.start)),
        expected: expected_of(error.message()),
    })
}

fn line_at(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or(text);
    before.matches('\n').count() + 1
}

/// On one line, and to be read after "expected".
fn expected_of(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}
