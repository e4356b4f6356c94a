//! Reviewed texts: what a message says, sentence by sentence, checked when it is loaded.
//!
//! A text is a file a language; in it each kind of message has one sentence for each part that a
//! law can ask for. A sentence holds only fields of a closed list, and a part must hold the fields
//! that make it say what it is for: a text without the amount, the day by which paying prevents
//! what is announced, or the way to complain doesn't load. Each kind has a version and a hash of
//! its words, which go with every message, so that anyone can tell later which text was sent.
//!
//! On purpose absent: conditions, loops, and any text of the moment. Nobody can write to a
//! borrower through the outbox but in words that were reviewed before.

use std::collections::BTreeMap;

use fairlock_domain::calendar::Day;
use fairlock_domain::rules::NoticeItem;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

/// The texts that come with the program.
pub const BUILT_IN: [(&str, &str); 3] = [
    ("en.toml", include_str!("texts/en.toml")),
    ("sw.toml", include_str!("texts/sw.toml")),
    ("hi.toml", include_str!("texts/hi.toml")),
];

/// The longest sentence in characters: three text messages of Hindi.
const SENTENCE_MAX: usize = 200;

/// What a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The first notice of a sequence.
    First,
    /// A later notice before apps pause.
    BeforeReduce,
    BeforeLock,
    /// Collection contact.
    Reminder,
}

impl Kind {
    pub const ALL: [Kind; 4] = [
        Kind::First,
        Kind::BeforeReduce,
        Kind::BeforeLock,
        Kind::Reminder,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Kind::First => "first",
            Kind::BeforeReduce => "before_reduce",
            Kind::BeforeLock => "before_lock",
            Kind::Reminder => "reminder",
        }
    }

    /// Parts that every text of this kind must have.
    const fn required(self) -> &'static [Part] {
        use Part::{Advice, Breach, Complaints, Contact, Effects, Intention, Pass, Prevent};
        match self {
            Kind::First | Kind::BeforeReduce => &[
                Breach, Effects, Intention, Prevent, Contact, Advice, Complaints,
            ],
            Kind::BeforeLock => &[
                Breach, Effects, Intention, Prevent, Pass, Contact, Advice, Complaints,
            ],
            Kind::Reminder => &[Breach, Contact, Complaints],
        }
    }
}

/// A sentence of a message, in the order of reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// How much, of which contract, since when.
    Breach,
    /// What may happen, and from when.
    Effects,
    /// That it is done by electronic means.
    Intention,
    /// How paying prevents it, and by when.
    Prevent,
    /// The emergency pass.
    Pass,
    Contact,
    /// Free advice.
    Advice,
    Complaints,
}

impl Part {
    pub const ALL: [Part; 8] = [
        Part::Breach,
        Part::Effects,
        Part::Intention,
        Part::Prevent,
        Part::Pass,
        Part::Contact,
        Part::Advice,
        Part::Complaints,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Part::Breach => "breach",
            Part::Effects => "effects",
            Part::Intention => "intention",
            Part::Prevent => "prevent",
            Part::Pass => "pass",
            Part::Contact => "contact",
            Part::Advice => "advice",
            Part::Complaints => "complaints",
        }
    }

    /// Fields without which the sentence wouldn't say what it is for.
    const fn fields(self) -> &'static [Field] {
        match self {
            Part::Breach => &[Field::Amount, Field::Contract, Field::DueDay],
            Part::Effects => &[Field::NotBefore],
            Part::Intention => &[Field::Lender],
            Part::Prevent => &[Field::CureDay],
            Part::Pass => &[],
            Part::Contact => &[Field::Lender, Field::Contact],
            Part::Advice => &[Field::Adviser, Field::AdviserContact],
            Part::Complaints => &[Field::ComplaintsName, Field::ComplaintsContact],
        }
    }

    /// The part that says what a law asks for; `None` for what no message of ours can carry.
    pub const fn of_item(item: NoticeItem) -> Option<Part> {
        match item {
            NoticeItem::Amount | NoticeItem::Breach => Some(Part::Breach),
            NoticeItem::Remedy | NoticeItem::CureDate | NoticeItem::HowToPrevent => {
                Some(Part::Prevent)
            }
            NoticeItem::StartDate | NoticeItem::Effects => Some(Part::Effects),
            NoticeItem::Intention => Some(Part::Intention),
            NoticeItem::Contact => Some(Part::Contact),
            NoticeItem::Complaints => Some(Part::Complaints),
            NoticeItem::FreeAdvice => Some(Part::Advice),
            NoticeItem::EmergencyAccess => Some(Part::Pass),
            NoticeItem::Mediation | NoticeItem::InformationSheet => None,
        }
    }
}

/// What can be filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    Amount,
    Contract,
    DueDay,
    CureDay,
    NotBefore,
    Lender,
    Contact,
    Adviser,
    AdviserContact,
    ComplaintsName,
    ComplaintsContact,
}

impl Field {
    pub const ALL: [Field; 11] = [
        Field::Amount,
        Field::Contract,
        Field::DueDay,
        Field::CureDay,
        Field::NotBefore,
        Field::Lender,
        Field::Contact,
        Field::Adviser,
        Field::AdviserContact,
        Field::ComplaintsName,
        Field::ComplaintsContact,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Field::Amount => "amount",
            Field::Contract => "contract",
            Field::DueDay => "due_day",
            Field::CureDay => "cure_day",
            Field::NotBefore => "not_before",
            Field::Lender => "lender",
            Field::Contact => "contact",
            Field::Adviser => "adviser",
            Field::AdviserContact => "adviser_contact",
            Field::ComplaintsName => "complaints_name",
            Field::ComplaintsContact => "complaints_contact",
        }
    }
}

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Words(String),
    Field(Field),
}

/// One sentence, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence(Vec<Piece>);

impl Sentence {
    /// With its fields filled in.
    pub fn fill(&self, value: &dyn Fn(Field) -> String) -> String {
        let pieces = self.0.iter().map(|piece| match piece {
            Piece::Words(words) => words.clone(),
            Piece::Field(field) => value(*field),
        });
        pieces.collect()
    }

    fn holds(&self, field: Field) -> bool {
        self.0.contains(&Piece::Field(field))
    }
}

/// How far a text was looked at, as its file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReviewState {
    Draft,
    Reviewed,
    /// A lawyer's.
    Legal,
}

/// The texts of one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    pub language: String,
    pub version: u32,
    pub state: ReviewState,
    /// The reviewer's role, and the day; drafts have none.
    pub review: Option<(String, Day)>,
    months: [String; 12],
    subject: Sentence,
    kinds: BTreeMap<Kind, Words>,
}

/// The text of one kind of message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    pub parts: BTreeMap<Part, Sentence>,
    pub sha256: [u8; 32],
}

impl Texts {
    pub fn words(&self, kind: Kind) -> &Words {
        &self.kinds[&kind]
    }

    /// Of an e-mail.
    pub fn subject(&self) -> &Sentence {
        &self.subject
    }

    /// `10 Mar 2026`, with this language's month.
    pub fn day(&self, day: Day) -> String {
        let (year, month, number) = day.ymd();
        let month = &self.months[(usize::from(month).max(1) - 1) % 12];
        format!("{number} {month} {year}")
    }

    /// Only a reviewed text may be sent.
    pub fn may_be_sent(&self) -> bool {
        self.state != ReviewState::Draft
    }
}

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

/// All texts, by language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library(BTreeMap<String, Texts>);

impl Library {
    /// The built-in texts, with these in the place of those of the same language. Names are for
    /// the words of an error.
    pub fn open<'a>(
        own: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Library, TemplateError> {
        let mut texts = BTreeMap::new();
        for (name, text) in BUILT_IN.into_iter().chain(own) {
            let read = read(name, text)?;
            texts.insert(read.language.clone(), read);
        }
        Ok(Library(texts))
    }

    pub fn language(&self, language: &str) -> Option<&Texts> {
        self.0.get(language)
    }
}
