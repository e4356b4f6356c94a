//! Parts: what pages are made of, one template a part under `templates/partials/`.
//!
//! [`Ui`] is what every template talks to: words, times in one place's zone, and the parts. All
//! its methods take references, because that is how askama passes arguments. Parts are already
//! escaped HTML; plain words come back as `String` and are escaped where they land.

mod facts;
mod parts;
mod phone;
mod phrases;
mod qr;

use askama::filters::HtmlSafe;
use fairlock_domain::calendar::{Day, Instant};
use fairlock_domain::money::Money;

use crate::text::Texts;
use crate::view::{Level, Place};

pub use facts::FiveFactsPart;
pub use parts::{
    CitePart, DeadlinePart, FeedRow, FindingRow, Flash, FlashKind, HoldChip, LevelBadge, Moment,
    MoneyPart, Pager, PaySteps, SchedulePart, TimelinePart,
};
pub use phone::PhoneScreen;
pub use qr::{Modules, QUIET, Qr, modules};

/// Words, times and parts of one page.
#[derive(Clone, Copy)]
pub struct Ui<'a> {
    pub texts: &'a Texts,
    pub place: &'a Place,
    pub now: Instant,
}

impl<'a> Ui<'a> {
    pub fn new(texts: &'a Texts, place: &'a Place, now: Instant) -> Ui<'a> {
        Ui { texts, place, now }
    }

    /// A message without placeables.
    pub fn t(&self, key: &str) -> String {
        self.texts.get(key)
    }

    /// A message with one text in it.
    pub fn say(&self, key: &str, name: &'static str, value: &str) -> String {
        self.texts.with(key, [(name, value.into())])
    }

    /// A message about `n` things.
    pub fn count(&self, key: &str, n: &u64) -> String {
        self.texts.count(key, *n)
    }

    pub fn number(&self, n: &u64) -> String {
        self.texts.number(*n)
    }

    pub fn lang(&self) -> &'static str {
        self.texts.lang
    }

    pub fn money(&self, money: &Money) -> MoneyPart {
        MoneyPart::new(self.texts.money(*money))
    }

    /// Without its code: for a column whose head names the currency.
    pub fn amount(&self, money: &Money) -> MoneyPart {
        MoneyPart::new(self.texts.money_without_code(*money))
    }

    pub fn money_text(&self, money: &Money) -> String {
        self.texts.money(*money)
    }

    pub fn day(&self, day: &Day) -> String {
        self.texts.day(*day)
    }

    /// The instant in full, zone named.
    pub fn instant(&self, at: &Instant) -> Moment {
        self.moment(*at, self.texts.instant(*at, self.place))
    }

    /// Day and time, for a table whose caption names the zone.
    pub fn instant_bare(&self, at: &Instant) -> Moment {
        self.moment(*at, self.texts.instant_bare(*at, self.place))
    }

    /// `14:02`; the whole instant stands in its title.
    pub fn clock(&self, at: &Instant) -> Moment {
        self.moment(*at, self.texts.clock(*at, self.place))
    }

    /// `10 Mar, 14:02`, with the year when it isn't this one: the zone stands in its title and
    /// beside it on the page.
    pub fn brief(&self, at: &Instant) -> Moment {
        let day = self.place.zone.local(*at).date;
        let this_year = self.place.zone.local(self.now).date.ymd().0;
        let day = if day.ymd().0 == this_year {
            self.texts.short_day(day)
        } else {
            self.texts.plain_day(day)
        };
        let text = format!("{day}, {}", self.texts.clock(*at, self.place));
        self.moment(*at, text)
    }

    /// `4 min ago`, up to seven days; then the instant.
    pub fn ago(&self, at: &Instant) -> Moment {
        let seconds = self.now.unix_seconds().saturating_sub(at.unix_seconds());
        match u64::try_from(seconds) {
            Ok(s) if s <= crate::text::AGO_MAX_S => {
                let span = self.texts.span_rough(s);
                self.moment(*at, self.say("ago", "span", &span).replace(ISOLATES, ""))
            }
            _ => self.brief(at),
        }
    }

    /// How long ago, as a bare span: `3 days`.
    pub fn age(&self, at: &Instant) -> String {
        let seconds = self.now.unix_seconds().saturating_sub(at.unix_seconds());
        self.texts.span_rough(u64::try_from(seconds).unwrap_or(0))
    }

    /// Weekday, date, time and zone: for what lies ahead.
    pub fn deadline(&self, at: &Instant) -> Moment {
        self.moment(*at, self.texts.deadline(*at, self.place))
    }

    /// A deadline that runs against somebody, late or not.
    pub fn deadline_of(&self, at: &Instant, whose: &str) -> DeadlinePart {
        DeadlinePart::new(self, *at, whose)
    }

    /// RFC 3339 in UTC, for addresses.
    pub fn machine(&self, at: &Instant) -> String {
        self.texts.machine_instant(*at)
    }

    pub fn zone(&self) -> String {
        self.texts.zone_at(self.now, self.place)
    }

    pub fn span(&self, seconds: &u64) -> String {
        self.texts.span(*seconds)
    }

    pub fn span_ms(&self, ms: &u64) -> String {
        self.texts.span_ms(*ms)
    }

    /// A level as icon and word.
    pub fn badge(&self, level: &Level) -> LevelBadge {
        LevelBadge::known(self, *level)
    }

    /// A reported level: unknown is said, never taken for `free`.
    pub fn badge_reported(&self, level: &Option<Level>) -> LevelBadge {
        match level {
            Some(level) => LevelBadge::known(self, *level),
            None => LevelBadge::unknown(self),
        }
    }

    /// What couldn't be done, at once.
    pub fn flash_err(&self, text: String) -> Flash {
        Flash {
            kind: FlashKind::Err,
            text,
        }
    }

    /// What a reader should know before the rest.
    pub fn flash_warn(&self, text: String) -> Flash {
        Flash {
            kind: FlashKind::Warn,
            text,
        }
    }

    fn moment(&self, at: Instant, text: String) -> Moment {
        Moment {
            machine: self.texts.machine_instant(at),
            title: self.texts.instant(at, self.place),
            text,
        }
    }
}

/// The marks around placeables, taken out where a part is nothing but digits and words of one
/// direction.
const ISOLATES: [char; 2] = ['\u{2068}', '\u{2069}'];

/// Marks parts as HTML that is escaped already: each is a template of its own.
macro_rules! html_safe {
    ($($part:ident),* $(,)?) => { $(impl HtmlSafe for $part<'_> {})* };
}

html_safe!(
    CitePart,
    FeedRow,
    FindingRow,
    HoldChip,
    PaySteps,
    Pager,
    SchedulePart,
    TimelinePart,
    FiveFactsPart,
    PhoneScreen,
);
impl HtmlSafe for MoneyPart {}
impl HtmlSafe for Moment {}
impl HtmlSafe for DeadlinePart {}
impl HtmlSafe for LevelBadge {}
impl HtmlSafe for Flash {}
impl HtmlSafe for Qr {}
