//! A message in words: the reviewed text of its kind and language, with this contract's figures.
//!
//! The days it names can't lie: "not before" is the earliest at which the step could begin if the
//! message counts as served now and every later notice follows at once, and the day to pay by is
//! the one before it. A law that asks for what no reviewed text can say, or for a form that no
//! message has, gets no message: that is seen, and the step it would allow doesn't come.

use fairlock_domain::calendar::{Day, Instant, Zone};
use fairlock_domain::pii::Pii;
use fairlock_domain::plan::{LocalDays, Plan};
use fairlock_domain::rules::{Level, NoticeForm, NoticeItem, Pack};
use fairlock_domain::standing::Facts;
use fairlock_storage::{ContractFacts, Said, Template};

use super::template::{Field, Kind, Library, Part, Texts};
use super::{Channel, parts};
use crate::config::Contacts;

/// The longest text message, in parts: what gateways commonly join.
const PARTS_MAX: u32 = 10;

/// Who speaks, and whom borrowers can turn to.
#[derive(Debug, Clone)]
pub struct Sender {
    pub lender: String,
    pub contacts: Contacts,
    /// Free advice: a name and how to reach it.
    pub adviser: Option<(String, String)>,
    /// The language of contracts that name none.
    pub language: String,
}

/// Why there are no words for a message, in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    #[error("{pack} asks for {form}; expected a form that a message has")]
    Form { pack: String, form: &'static str },
    #[error("{pack} asks for {item}; expected what a reviewed text says")]
    Item { pack: String, item: &'static str },
    #[error("{pack} asks for free advice; expected --free-advice to be set")]
    NoAdviser { pack: String },
    #[error("{pack} asks for {found}; expected the contract's language, {language}")]
    Language {
        pack: String,
        language: String,
        found: String,
    },
    #[error("no text in {0}; expected one")]
    NoText(String),
    #[error("the text in {0} is a draft; expected one that was reviewed")]
    Draft(String),
    #[error("{found} text messages long; expected at most {PARTS_MAX}")]
    TooLong { found: u32 },
}

/// A message of one contract.
pub struct Message<'a> {
    pub known: &'a ContractFacts,
    pub facts: &'a Facts,
    pub plan: &'a Plan,
    /// The contract's language; `None` for the lender's.
    pub language: Option<&'a str>,
    pub channel: Channel,
    pub now: Instant,
}

/// What a message is about.
#[derive(Clone, Copy)]
pub enum About<'a> {
    /// The notice at this place in the pack's sequence.
    Notice {
        pack: &'a Pack,
        notice: usize,
    },
    Reminder,
}

impl About<'_> {
    fn kind(self) -> Kind {
        match self {
            About::Reminder => Kind::Reminder,
            About::Notice { pack, notice } => match pack.notices[notice].level {
                Level::Lock => Kind::BeforeLock,
                _ if notice == 0 => Kind::First,
                _ => Kind::BeforeReduce,
            },
        }
    }
}

/// Puts a message into words.
pub fn compose(
    library: &Library,
    sender: &Sender,
    message: &Message<'_>,
    about: About<'_>,
    money: &dyn Fn(fairlock_domain::money::Money) -> String,
) -> Result<Said, ComposeError> {
    let language = message.language.unwrap_or(&sender.language);
    let wanted = wanted(sender, language, about)?;
    let texts = library.language(language);
    let texts = texts.ok_or_else(|| ComposeError::NoText(language.to_owned()))?;
    if !texts.may_be_sent() {
        return Err(ComposeError::Draft(language.to_owned()));
    }
    let kind = about.kind();
    let words = texts.words(kind);
    let days = days(message, about);
    let value = |field: Field| match field {
        Field::Amount => plain(&money(message.plan.arrears)),
        Field::Contract => message.known.contract.id.clone(),
        Field::DueDay => texts.day(days.due),
        Field::CureDay => texts.day(days.cure),
        Field::NotBefore => texts.day(days.not_before),
        Field::Lender => sender.lender.clone(),
        Field::Contact => sender.contacts.lender.clone(),
        Field::Adviser => adviser(sender).0.to_owned(),
        Field::AdviserContact => adviser(sender).1.to_owned(),
        Field::ComplaintsName => sender.contacts.complaints_name.clone(),
        Field::ComplaintsContact => sender.contacts.complaints.clone(),
    };
    let said = words.parts.iter().filter(|(part, _)| wanted.contains(part));
    let sentences: Vec<String> = said.map(|(_, sentence)| sentence.fill(&value)).collect();
    let reference = message.known.reference.in_fours();
    let (text, subject, parts) = match message.channel {
        Channel::Sms => {
            let text = format!("{reference}: {}", sentences.join(" "));
            let found = parts::measure(&text).parts;
            if found > PARTS_MAX {
                return Err(ComposeError::TooLong { found });
            }
            (text, None, Some(found))
        }
        Channel::Email => {
            let text = format!("{reference}\n\n{}\n", sentences.join("\n\n"));
            let subject = texts.subject().fill(&value);
            (text, Some(Pii::new(subject)), None)
        }
    };
    Ok(Said {
        subject,
        text: Pii::new(text),
        template: Some(template(texts, kind)),
        parts,
        composed_at: Some(message.now),
    })
}

fn template(texts: &Texts, kind: Kind) -> Template {
    Template {
        id: kind.name().to_owned(),
        version: texts.version,
        sha256: texts.words(kind).sha256,
        language: texts.language.clone(),
    }
}

fn adviser(sender: &Sender) -> (&str, &str) {
    let adviser = sender.adviser.as_ref();
    adviser.map_or(("", ""), |(name, contact)| (name, contact))
}

/// The parts that a message has: what the house always says, and what its law asks for besides.
fn wanted(sender: &Sender, language: &str, about: About<'_>) -> Result<Vec<Part>, ComposeError> {
    let About::Notice { pack, notice } = about else {
        return Ok(vec![Part::Breach, Part::Contact, Part::Complaints]);
    };
    let id = || pack.id.clone();
    let paper = &pack.notices[notice].paper;
    if let Some(form @ (NoticeForm::Letter | NoticeForm::Prescribed)) = paper.form {
        let form = form.name();
        return Err(ComposeError::Form { pack: id(), form });
    }
    let mut wanted = vec![
        Part::Breach,
        Part::Effects,
        Part::Prevent,
        Part::Contact,
        Part::Complaints,
    ];
    if sender.adviser.is_some() {
        wanted.push(Part::Advice);
    }
    if pack.notices[notice].level == Level::Lock && pack.pass.is_some() {
        wanted.push(Part::Pass);
    }
    for item in &paper.contains {
        match Part::of_item(*item) {
            Some(Part::Advice) if sender.adviser.is_none() => {
                return Err(ComposeError::NoAdviser { pack: id() });
            }
            Some(Part::Pass) if about.kind() != Kind::BeforeLock => {
                return Err(unsayable(pack, *item));
            }
            Some(part) => wanted.push(part),
            None => return Err(unsayable(pack, *item)),
        }
    }
    let known = |tag: &String| tag == "contract" || tag == language;
    if !paper.languages.is_empty() && !paper.languages.iter().any(known) {
        return Err(ComposeError::Language {
            pack: id(),
            language: language.to_owned(),
            found: paper.languages.join(" or "),
        });
    }
    Ok(wanted)
}

fn unsayable(pack: &Pack, item: NoticeItem) -> ComposeError {
    ComposeError::Item {
        pack: pack.id.clone(),
        item: item.name(),
    }
}

/// The days that a message names.
struct Days {
    due: Day,
    not_before: Day,
    cure: Day,
}

fn days(message: &Message<'_>, about: About<'_>) -> Days {
    let zone = &message.facts.zone;
    let today = zone.day_of(message.now);
    let late = i32::try_from(message.plan.dpd).unwrap_or(i32::MAX);
    let not_before = match about {
        About::Reminder => today,
        About::Notice { pack, notice } => {
            zone.day_of(earliest(message.facts, zone, pack, notice, message.now))
        }
    };
    Days {
        due: today.plus_days(-late),
        not_before,
        // Paying on the day before is always early enough.
        cure: not_before.plus_days(-1).max(today),
    }
}

/// When the level of this notice could begin at the earliest, if it is served now: its own lead
/// and those of the notices that follow for the same level.
fn earliest(facts: &Facts, zone: &Zone, pack: &Pack, notice: usize, now: Instant) -> Instant {
    let mut holidays = facts.holidays.clone();
    holidays.sort_unstable();
    holidays.dedup();
    let days = LocalDays::new(zone, &holidays, zone.steady_around(now));
    let level = pack.notices[notice].level;
    let following = pack.notices[notice..].iter();
    let mut at = now;
    for rule in following.filter(|rule| rule.level == level) {
        let terms = &rule.terms.value;
        let lead = at.plus(terms.lead_for(facts.particulars.frequency));
        let business = terms.lead_business_days.and_then(|count| {
            let served = days.day_of(at);
            let last = days.nth_allowed_after(pack.days_of_business(), served, count.into())?;
            Some(days.instant_of(last.plus_days(1), 0))
        });
        at = business.map_or(lead, |business| lead.max(business));
    }
    at
}

/// Without the space that only a page keeps from breaking, which no text message has.
fn plain(text: &str) -> String {
    text.replace('\u{a0}', " ")
}
