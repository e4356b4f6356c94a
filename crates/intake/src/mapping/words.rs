//! A bank's words in cells: what they say of an entry's status and direction.

use crate::statement::{Direction, EntryStatus};

/// Without the differences that one bank's exports have among themselves: case, spaces, a byte
/// order mark.
pub(crate) fn normal(text: &str) -> String {
    let text = text.trim_start_matches('\u{feff}');
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}

/// What a row is by its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StatusWord {
    Entry(EntryStatus),
    /// Not an entry at all.
    Ignored,
}

/// Words, normalised.
#[derive(Clone, Default)]
pub(crate) struct Words {
    pub status: Vec<(String, StatusWord)>,
    pub direction: Vec<(String, Direction)>,
    pub reversal: Vec<String>,
}

impl Words {
    pub(crate) fn status(&self, text: &str) -> Option<StatusWord> {
        find(&self.status, text)
    }

    pub(crate) fn direction(&self, text: &str) -> Option<Direction> {
        find(&self.direction, text)
    }

    /// One of the words that mark a reversal.
    pub(crate) fn is_reversal(&self, text: &str) -> bool {
        self.reversal.contains(&normal(text))
    }

    pub(crate) fn expected_status(&self) -> String {
        one_of(&self.status)
    }

    pub(crate) fn expected_direction(&self) -> String {
        one_of(&self.direction)
    }
}

fn find<T: Copy>(words: &[(String, T)], text: &str) -> Option<T> {
    let same = |word: &str| word.eq_ignore_ascii_case(text) || word == normal(text);
    let found = words.iter().find(|(word, _)| same(word));
    found.map(|(_, meaning)| *meaning)
}

fn one_of<T>(words: &[(String, T)]) -> String {
    let words: Vec<String> = words.iter().map(|(word, _)| format!("{word:?}")).collect();
    format!("one of {}", words.join(", "))
}
