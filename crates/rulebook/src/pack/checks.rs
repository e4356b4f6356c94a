//! What a pack may not be: rules without a source, and rules that contradict each other.
//!
//! Each check names the rule or the key of the head at which it shows; `place` finds its line.

mod duties;
mod levels;
mod permission;
mod place;

use std::collections::BTreeMap;

use fairlock_domain::rules::{Confidence, Days, Pack, Window, rules_of};

use super::PackError;
use crate::policy::{FIRST_RULE, PACK_NUMBER};

pub(super) use place::line_of;

/// Where a contradiction shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// A key of the head.
    Head(&'static str),
    /// A rule, by its number.
    Rule(u16),
    /// A key of a rule.
    Key(u16, &'static str),
}

/// A contradiction: where it shows, and what was expected there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    pub at: At,
    pub expected: String,
}

/// Everything that is wrong with a pack by itself.
pub fn check(pack: &Pack) -> Vec<Wrong> {
    let mut checks = Checks {
        pack,
        wrong: Vec::new(),
    };
    checks.head();
    checks.citations();
    checks.scope();
    checks.status();
    checks.phone();
    checks.thresholds();
    checks.windows();
    checks.notices();
    checks.collection();
    checks.lender();
    checks.wrong
}

/// A pack beside others, with the text that it was read from.
pub struct Beside<'a> {
    pub file: &'a str,
    pub text: &'a str,
    pub pack: &'a Pack,
}

/// Everything that is wrong with packs beside each other: ids and numbers are frozen for all.
pub fn check_book(packs: &[Beside]) -> Vec<PackError> {
    let mut seen: BTreeMap<(&str, u16), &str> = BTreeMap::new();
    let mut errors = Vec::new();
    for (i, Beside { file, text, pack }) in packs.iter().enumerate() {
        let mut refuse = |at, expected| {
            errors.push(PackError {
                file: (*file).to_string(),
                line: line_of(text, at),
                expected,
            });
        };
        if packs[..i].iter().any(|other| other.pack.id == pack.id) {
            let expected = format!("an id other than {}, which another pack has", pack.id);
            refuse(At::Head("id"), expected);
        }
        if let Some(other) = seen.insert(("pack", pack.number), &pack.id) {
            let number = pack.number;
            let expected = format!("a pack number other than {number}, which {other} has");
            refuse(At::Head("number"), expected);
        }
        for rule in rules_of(pack) {
            let number = rule.number;
            match seen.insert(("rule", number), &pack.id) {
                Some(other) if other != pack.id => {
                    let expected = format!("a rule number other than {number}, which {other} has");
                    refuse(At::Key(number, "number"), expected);
                }
                _ => {}
            }
        }
    }
    errors
}

struct Checks<'a> {
    pack: &'a Pack,
    wrong: Vec<Wrong>,
}

impl Checks<'_> {
    fn expect(&mut self, holds: bool, at: At, expected: impl Into<String>) {
        if !holds {
            self.wrong.push(Wrong {
                at,
                expected: expected.into(),
            });
        }
    }

    fn head(&mut self) {
        let pack = self.pack;
        self.expect(
            is_id(&pack.id, '-'),
            At::Head("id"),
            "an id of a-z, 0-9 and -",
        );
        let numbers = 1..PACK_NUMBER;
        let expected = format!("a number from 1 on, below {PACK_NUMBER}");
        self.expect(numbers.contains(&pack.number), At::Head("number"), expected);
        self.expect(pack.version > 0, At::Head("version"), "a version from 1 on");
        self.expect(!blank(&pack.title), At::Head("title"), "a title");
        let place = &pack.jurisdiction;
        let parts = || place.split('/');
        let shape = parts().all(|part| is_id(part, '-')) && parts().count() <= 2;
        let expected = "a country and subdivision, as in or us/ct, or none";
        self.expect(shape, At::Head("jurisdiction"), expected);
        let ordered = match (pack.effective_from, pack.effective_to) {
            (Some(from), Some(to)) => from <= to,
            _ => true,
        };
        let expected = "a day not before effective_from";
        self.expect(ordered, At::Head("effective_to"), expected);
        for source in &pack.sources {
            let cited = !blank(&source.title) && is_web(&source.url);
            let expected = "a title and a web address for each source";
            self.expect(cited, At::Head("[[sources]]"), expected);
        }
    }

    /// Every rule says where it stands, and no two share a number or a name.
    fn citations(&mut self) {
        let mut numbers: BTreeMap<u16, String> = BTreeMap::new();
        let mut names: BTreeMap<String, u16> = BTreeMap::new();
        for rule in rules_of(self.pack) {
            let (number, citation) = (rule.number, rule.citation);
            let at = |key| At::Key(number, key);
            self.expect(!blank(&citation.text), at("citation"), "a citation");
            let own = matches!(
                citation.confidence,
                Confidence::House | Confidence::Fictional
            );
            let placed = is_web(&citation.url) || (own && !blank(&citation.url));
            let expected = "a url: the web address of the source";
            self.expect(placed, at("url"), expected);
            let expected = format!("a rule number from 1 on, below {FIRST_RULE}");
            self.expect((1..FIRST_RULE).contains(&number), at("number"), expected);
            if let Some(other) = numbers.insert(number, rule.name.clone()) {
                let expected = format!("a number other than {number}, which {other} has");
                self.expect(false, at("number"), expected);
            }
            if names.insert(rule.name.clone(), number).is_some() {
                let expected = format!("an id that stands once, not {} again", rule.name);
                self.expect(false, at("id"), expected);
            }
        }
    }

    /// A rule of a list has an id of its own.
    fn id(&mut self, id: &str, number: u16) {
        let expected = "an id of a-z, 0-9 and _";
        self.expect(is_id(id, '_'), At::Key(number, "id"), expected);
    }

    /// Opens before it closes, on some day.
    fn window(&mut self, window: &Window, number: u16) {
        let opens = window.from_minute < window.to_minute;
        let expected = "a window that opens before it closes";
        self.expect(opens, At::Key(number, "from"), expected);
        self.days(window.days, number);
    }

    fn days(&mut self, days: Days, number: u16) {
        let some = days.weekdays.0 != 0;
        self.expect(some, At::Key(number, "weekdays"), "at least one weekday");
    }

    /// At least one word, and each once.
    fn some_words<T: PartialEq>(&mut self, words: &[T], at: At) {
        self.expect(!words.is_empty(), at, "at least one word");
        self.words(words, at);
    }

    fn words<T: PartialEq>(&mut self, words: &[T], at: At) {
        let twice = |(i, word)| words[..i].contains(word);
        let once = !words.iter().enumerate().any(twice);
        self.expect(once, at, "each word once");
    }

    /// Language tags, or "contract".
    fn languages(&mut self, languages: &[String], number: u16) {
        let at = At::Key(number, "languages");
        let tag = |tag: &String| {
            let mut parts = tag.split('-');
            let first = parts.next().unwrap_or_default();
            let rest = |part: &str| {
                (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
            };
            let plain = (2..=3).contains(&first.len());
            (tag == "contract")
                || (plain && first.bytes().all(|b| b.is_ascii_lowercase()) && parts.all(rest))
        };
        let expected = "language tags as en or sw, or contract";
        self.expect(languages.iter().all(tag), at, expected);
        self.words(languages, at);
    }
}

fn is_id(id: &str, joint: char) -> bool {
    let shape = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == joint;
    !id.is_empty() && id.chars().all(shape)
}

fn blank(text: &str) -> bool {
    text.trim().is_empty()
}

fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}
