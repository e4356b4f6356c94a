//! From a file to checked texts: every sentence, every field, and who reviewed them.

use std::collections::BTreeMap;

use fairlock_domain::calendar::Day;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::{Field, Kind, Part, Piece, ReviewState, Sentence, Texts, Words};

/// The longest sentence in characters: three text messages of Hindi.
const SENTENCE_MAX: usize = 200;

/// Why a file of texts isn't taken, in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    #[error("{file}: {what}; expected a file of texts")]
    Toml { file: String, what: String },
    #[error("{file}, language: {found:?}; expected two small letters")]
    Language { file: String, found: String },
    #[error(
        "{file}, state: reviewed or legal without `by` and `on`; expected who reviewed it when"
    )]
    Unsigned { file: String },
    #[error("{file}, on: {found:?}; expected a day such as 2026-11-24")]
    Day { file: String, found: String },
    #[error("{file}, months: {found} of them; expected 12")]
    Months { file: String, found: usize },
    #[error("{file}, {place}: {found}; expected {expected}")]
    Sentence {
        file: String,
        place: String,
        found: String,
        expected: String,
    },
    #[error("{file}, {kind}: no sentence for {part}; expected one")]
    Missing {
        file: String,
        kind: &'static str,
        part: &'static str,
    },
    #[error("{file}, {place}: has no {{{field}}}; expected it, or the sentence doesn't say it")]
    Field {
        file: String,
        place: String,
        field: &'static str,
    },
}

/// A file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    language: String,
    version: u32,
    state: ReviewState,
    by: Option<String>,
    on: Option<String>,
    months: Vec<String>,
    subject: String,
    first: Sentences,
    before_reduce: Sentences,
    before_lock: Sentences,
    reminder: Sentences,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sentences {
    breach: Option<String>,
    effects: Option<String>,
    intention: Option<String>,
    prevent: Option<String>,
    pass: Option<String>,
    contact: Option<String>,
    advice: Option<String>,
    complaints: Option<String>,
}

impl Sentences {
    fn get(&self, part: Part) -> Option<&String> {
        match part {
            Part::Breach => &self.breach,
            Part::Effects => &self.effects,
            Part::Intention => &self.intention,
            Part::Prevent => &self.prevent,
            Part::Pass => &self.pass,
            Part::Contact => &self.contact,
            Part::Advice => &self.advice,
            Part::Complaints => &self.complaints,
        }
        .as_ref()
    }
}

/// Reads and checks a file of texts.
pub fn read(name: &str, text: &str) -> Result<Texts, TemplateError> {
    let file = || name.to_owned();
    let read: File = toml::from_str(text).map_err(|error| TemplateError::Toml {
        file: file(),
        what: error.to_string().trim().replace('\n', " "),
    })?;
    let small = |byte: u8| byte.is_ascii_lowercase();
    if read.language.len() != 2 || !read.language.bytes().all(small) {
        return Err(TemplateError::Language {
            file: file(),
            found: read.language,
        });
    }
    let review = review(name, &read)?;
    let found = read.months.len();
    let months: Result<[String; 12], _> = read.months.clone().try_into();
    let months = months.map_err(|_| TemplateError::Months {
        file: file(),
        found,
    })?;
    let mut kinds = BTreeMap::new();
    for kind in Kind::ALL {
        let sentences = match kind {
            Kind::First => &read.first,
            Kind::BeforeReduce => &read.before_reduce,
            Kind::BeforeLock => &read.before_lock,
            Kind::Reminder => &read.reminder,
        };
        let parts = parts(name, kind, sentences)?;
        let sha256 = hash(&read, kind, sentences);
        kinds.insert(kind, Words { parts, sha256 });
    }
    Ok(Texts {
        subject: sentence(name, "subject", &read.subject)?,
        language: read.language,
        version: read.version,
        state: read.state,
        review,
        months,
        kinds,
    })
}

fn review(name: &str, read: &File) -> Result<Option<(String, Day)>, TemplateError> {
    let file = || name.to_owned();
    match (&read.by, &read.on) {
        (Some(by), Some(on)) if !by.is_empty() => {
            let day = Day::parse(on).map_err(|_| TemplateError::Day {
                file: file(),
                found: on.clone(),
            })?;
            Ok(Some((by.clone(), day)))
        }
        _ if read.state == ReviewState::Draft => Ok(None),
        _ => Err(TemplateError::Unsigned { file: file() }),
    }
}

fn parts(
    name: &str,
    kind: Kind,
    sentences: &Sentences,
) -> Result<BTreeMap<Part, Sentence>, TemplateError> {
    let mut parts = BTreeMap::new();
    for part in Part::ALL {
        let place = format!("{}.{}", kind.name(), part.name());
        let required = kind.required().contains(&part);
        let text = match (sentences.get(part), required) {
            (Some(text), true) => text,
            (None, false) => continue,
            (None, true) => {
                return Err(TemplateError::Missing {
                    file: name.to_owned(),
                    kind: kind.name(),
                    part: part.name(),
                });
            }
            (Some(_), false) => {
                return Err(TemplateError::Sentence {
                    file: name.to_owned(),
                    place,
                    found: "a sentence".to_owned(),
                    expected: "none: messages of this kind don't say it".to_owned(),
                });
            }
        };
        let sentence = sentence(name, &place, text)?;
        let missing = part.fields().iter().find(|field| !sentence.holds(**field));
        if let Some(field) = missing {
            return Err(TemplateError::Field {
                file: name.to_owned(),
                place,
                field: field.name(),
            });
        }
        parts.insert(part, sentence);
    }
    Ok(parts)
}

/// Reads one sentence: words, and fields in braces.
fn sentence(name: &str, place: &str, text: &str) -> Result<Sentence, TemplateError> {
    let refused = |found: String, expected: &str| TemplateError::Sentence {
        file: name.to_owned(),
        place: place.to_owned(),
        found,
        expected: expected.to_owned(),
    };
    let length = text.chars().count();
    if text.trim().is_empty() || length > SENTENCE_MAX || text.contains(char::is_control) {
        let found = format!("{length} characters");
        return Err(refused(found, "1 to 200 characters on one line"));
    }
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((words, after)) = rest.split_once('{') {
        let (field, after) = after
            .split_once('}')
            .ok_or_else(|| refused("a brace that isn't closed".to_owned(), "`{field}`"))?;
        let known = Field::ALL.into_iter().find(|known| known.name() == field);
        let known = known.ok_or_else(|| refused(format!("{{{field}}}"), &fields()))?;
        pieces.push(Piece::Words(words.to_owned()));
        pieces.push(Piece::Field(known));
        rest = after;
    }
    pieces.push(Piece::Words(rest.to_owned()));
    let closes = |piece: &Piece| matches!(piece, Piece::Words(words) if words.contains('}'));
    if pieces.iter().any(closes) {
        let found = "a brace that isn't opened".to_owned();
        return Err(refused(found, "`{field}`"));
    }
    pieces.retain(|piece| *piece != Piece::Words(String::new()));
    Ok(Sentence(pieces))
}

fn fields() -> String {
    let names = Field::ALL.map(|field| format!("{{{}}}", field.name()));
    format!("one of {}", names.join(", "))
}

/// SHA-256 of everything that shapes a message of this kind, one line each.
fn hash(read: &File, kind: Kind, sentences: &Sentences) -> [u8; 32] {
    let mut lines = vec![
        "fairlock text 1".to_owned(),
        format!("{} {} {}", read.language, kind.name(), read.version),
        read.months.join(" "),
        read.subject.clone(),
    ];
    for part in Part::ALL {
        if let Some(text) = sentences.get(part) {
            lines.push(format!("{} {text}", part.name()));
        }
    }
    Sha256::digest(lines.join("\n")).into()
}
