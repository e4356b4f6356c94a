//! The one error of every reader: where it was, what stood there, what was expected.
//!
//! Readers stop at their first error (contract files collect theirs, see `contracts`), and a file
//! that has one gives nothing: it is all or nothing. On purpose absent: codes and chains; a person
//! repairs the file by place and expectation.

use std::fmt;

/// What is shown of the text that stood at the place; more would flood a terminal or a log.
const FOUND_MAX_CHARS: usize = 60;

/// Where in the input an error is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The input as a whole: empty, too long, not in a format that is known.
    Input,
    /// A line of a text, from 1.
    Line(u64),
    /// An element of an XML document: its line, from 1, and its path with 1-based positions where a
    /// name may repeat.
    Xml { line: u64, path: String },
    /// A value of a JSON document, such as `$.TransAmount`.
    Json { path: String },
    /// A field of a table: the line on which its row begins, from 1, and the column's name.
    Cell { row: u64, column: String },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Input => f.write_str("input"),
            Place::Line(line) => write!(f, "line {line}"),
            Place::Xml { line, path } => write!(f, "line {line}, {path}"),
            Place::Json { path } => f.write_str(path),
            Place::Cell { row, column } => write!(f, "row {row}, column {column}"),
        }
    }
}

/// An input that can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    pub place: Place,
    /// What stood there, shortened, in quotes when it is text from the input.
    pub found: String,
    /// What would have been read, as the end of the sentence "expected …".
    pub expected: String,
}

impl ReadError {
    /// An error about the text that stood at a place.
    pub fn text(place: Place, found: &str, expected: impl Into<String>) -> Self {
        Self::new(place, quoted(found), expected)
    }

    /// An error about something that isn't a text of the input: an absence, a limit, a structure.
    pub fn new(place: Place, found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self {
            place,
            found: found.into(),
            expected: expected.into(),
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: found {}, expected {}",
            self.place, self.found, self.expected
        )
    }
}

impl std::error::Error for ReadError {}

/// The text in quotes, on one line, shortened.
fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(FOUND_MAX_CHARS).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("{shown:?}")
}
