//! What the agent says, in words: its messages by the catalogue that the web pages use, with
//! amounts, days and instants as people there read them.
//!
//! A value that the agent doesn't know is never filled in: then the shorter sentence is said.

use fairlock_agent::{Arg, Message};
use fairlock_display::Failure;
use fairlock_domain::calendar::{Day, Instant, Zone};
use fairlock_domain::money::{Currency, Money};
use fairlock_protocol::charter::{AppClass, Charter};
use fairlock_web::text::{Value, reference};
use fairlock_web::ui::Ui;
use fairlock_web::view::Place;
use fairlock_web::{Texts, text};

/// The sentence for when a value of the first isn't known.
const SHORT: [(&str, &str); 11] = [
    ("lock-why", "remind-why"),
    ("shield-open", "shield-open-suspense"),
    ("reduce-what", "reduce-what-short"),
    ("remind-due", "remind-due-short"),
    ("shield-still", "shield-still-short"),
    ("pay-failed", "pay-failed-short"),
    ("dispute-offer", "dispute-offer-short"),
    ("offline-code", "offline-code-short"),
    ("notice-first", "notice-first-short"),
    ("notice-last", "notice-last-short"),
    ("notice-help", "notice-help-short"),
];

/// Words for one phone: its language, its zone, its currency.
pub struct Words<'a> {
    pub texts: &'a Texts,
    pub place: Place,
    currency: Option<Currency>,
}

impl<'a> Words<'a> {
    /// Without a charter times are UTC's.
    pub fn new(texts: &'a Texts, charter: Option<&Charter>) -> Words<'a> {
        let code = charter.and_then(|c| std::str::from_utf8(&c.currency.code).ok());
        Words {
            texts,
            place: charter.map_or_else(|| Place::new("UTC", Zone::new(Vec::new())), place),
            currency: code.and_then(Currency::from_code),
        }
    }

    pub fn t(&self, key: &str) -> String {
        plain(&self.texts.get(key))
    }

    /// A message with texts in it.
    pub fn with<const N: usize>(&self, key: &str, values: [(&'static str, String); N]) -> String {
        let values = values.map(|(name, text)| (name, Value::Text(text)));
        let said = self.texts.with_known(key, &values);
        plain(&said.unwrap_or_else(|| self.texts.get(key)))
    }

    /// One message of a screen.
    pub fn say(&self, message: &Message) -> String {
        let values: Vec<_> = message
            .args
            .iter()
            .map(|(name, arg)| (*name, self.value(name, arg)))
            .collect();
        let short = SHORT.iter().find(|(id, _)| *id == message.id);
        let keys = [Some(message.id), short.map(|(_, key)| *key)];
        let said = keys
            .into_iter()
            .flatten()
            .find_map(|key| self.texts.with_known(key, &values));
        plain(&said.unwrap_or_else(|| self.texts.get(message.id)))
    }

    fn value(&self, name: &str, arg: &Arg) -> Value {
        Value::Text(match arg {
            Arg::Amount(minor) => self.money(*minor),
            Arg::Day(day) => self.day(*day),
            Arg::Instant(at) if name == "when" => self.instant(*at),
            Arg::Instant(at) => self.deadline(*at),
            Arg::Count(count) => return Value::Number(*count),
            Arg::Text(text) if name == "ref" => reference(text),
            Arg::Text(text) => whole(text),
            Arg::Classes(classes) => self.classes(classes),
            Arg::Floor(kinds) => {
                let words = kinds.iter().map(|kind| self.named("app", kind));
                words.collect::<Vec<_>>().join(", ")
            }
            Arg::Failure(failure) => self.failure(*failure),
        })
    }

    /// Minor units of the charter's currency; without one as they are.
    pub fn money(&self, minor: u64) -> String {
        match self.currency {
            Some(currency) => self.texts.money(Money::new(i128::from(minor), currency)),
            None => format!("{} minor units", self.texts.number(minor)),
        }
    }

    /// Days since 1970.
    pub fn day(&self, days: u32) -> String {
        let days = i32::try_from(days).unwrap_or(i32::MAX);
        self.texts.day(Day::from_unix_days(days))
    }

    pub fn instant(&self, at: u64) -> String {
        utc(self.texts.instant(instant(at), &self.place))
    }

    /// Weekday, date, time and zone: for what lies ahead.
    pub fn deadline(&self, at: u64) -> String {
        utc(self.texts.deadline(instant(at), &self.place))
    }

    /// `14:02` by a clock that may show anything.
    pub fn clock(&self, wall: i64) -> String {
        let at = Instant::from_unix_nanos(i128::from(wall) * 1_000_000_000);
        self.texts.clock(at, &self.place)
    }

    pub fn number(&self, number: impl Into<u64>) -> String {
        self.texts.number(number.into())
    }

    /// `Games, video and music`.
    pub fn classes(&self, classes: &[AppClass]) -> String {
        let words: Vec<String> = classes
            .iter()
            .enumerate()
            .map(|(i, class)| {
                let word = self.named("class", class);
                if i == 0 { word } else { word.to_lowercase() }
            })
            .collect();
        match words.split_last() {
            None => String::new(),
            Some((only, [])) => only.clone(),
            Some((last, rest)) => self.with(
                "classes-two",
                [("first", rest.join(", ")), ("last", last.clone())],
            ),
        }
    }

    fn failure(&self, failure: Failure) -> String {
        self.named("failure", &failure)
    }

    /// A member of a closed list: `class-games` for `AppClass::Games`.
    pub fn named(&self, list: &str, member: &impl std::fmt::Debug) -> String {
        self.t(&format!("{list}-{}", kebab(member)))
    }

    /// A level as borrowers call it.
    pub fn level(&self, level: fairlock_protocol::Level) -> String {
        self.named("word", &level)
    }

    /// `Mon–Thu`.
    pub fn weekdays(&self, bits: u8) -> String {
        Ui::new(self.texts, &self.place, instant(0)).weekdays(bits)
    }

    pub fn imei(&self, digits: &str) -> String {
        text::imei(digits)
    }
}

/// The zone of a charter, as pages name it.
pub fn place(charter: &Charter) -> Place {
    let zone = &charter.zone;
    let first = (instant(0), i32::from(zone.offset_min));
    let later = zone.transitions.iter();
    let later = later.map(|(from, offset)| (instant(*from), i32::from(*offset)));
    let changes = std::iter::once(first).chain(later).collect();
    Place::new(&zone.name, Zone::new(changes))
}

pub fn instant(at: u64) -> Instant {
    Instant::from_unix_nanos(i128::from(at) * 1_000_000_000)
}

/// `insufficient-funds` for `InsufficientFunds`.
pub fn kebab(member: &impl std::fmt::Debug) -> String {
    let mut name = String::new();
    for (i, c) in format!("{member:?}").chars().enumerate() {
        if c.is_uppercase() && i > 0 {
            name.push('-');
        }
        name.extend(c.to_lowercase());
    }
    name
}

/// A telephone number stays on one line.
fn whole(text: &str) -> String {
    let number = |c: char| c.is_ascii_digit() || "+ -()".contains(c);
    match text.chars().all(number) {
        true => text.replace(' ', "\u{a0}"),
        false => text.to_string(),
    }
}

/// UTC is no place.
fn utc(text: String) -> String {
    text.replace("UTC time (UTC)", "UTC")
}

/// A terminal shows one direction; the marks around values would only take room.
fn plain(text: &str) -> String {
    text.replace(['\u{2068}', '\u{2069}'], "")
}
