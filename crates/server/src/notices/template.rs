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

mod read;

use std::collections::BTreeMap;

use fairlock_domain::calendar::Day;
use fairlock_domain::rules::NoticeItem;
use serde::Deserialize;

pub use read::{TemplateError, read};

/// The texts that come with the program.
pub const BUILT_IN: [(&str, &str); 3] = [
    ("en.toml", include_str!("texts/en.toml")),
    ("sw.toml", include_str!("texts/sw.toml")),
    ("hi.toml", include_str!("texts/hi.toml")),
];

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
