//! The parts themselves: a struct with what its template needs, words already chosen.

use askama::Template;
use fairlock_domain::calendar::Instant;

use super::Ui;
use crate::text::hash_short;
use crate::view::contract::{Event, Instalment, Schedule, Timeline, What};
use crate::view::plan::{Finding, Verdict};
use crate::view::{Cite, Feed, FeedState, Hold, Level, Payment, PaymentState};

/// An amount, always left to right.
#[derive(Template)]
#[template(path = "partials/money.html")]
pub struct MoneyPart {
    text: String,
}

impl MoneyPart {
    pub fn new(text: String) -> MoneyPart {
        MoneyPart { text }
    }
}

/// An instant: words for people, an attribute for machines, the whole of it in the title.
#[derive(Template)]
#[template(path = "partials/moment.html")]
pub struct Moment {
    pub machine: String,
    pub title: String,
    pub text: String,
}

/// A deadline says whose clock it is, and when it has passed, how late it is.
#[derive(Template)]
#[template(path = "partials/deadline.html")]
pub struct DeadlinePart {
    machine: String,
    text: String,
    relation: String,
    late: bool,
}

impl DeadlinePart {
    pub fn new(ui: &Ui<'_>, at: Instant, whose: &str) -> DeadlinePart {
        let left = at.unix_seconds().saturating_sub(ui.now.unix_seconds());
        let late = left < 0;
        let span = ui.texts.span_rough(left.unsigned_abs());
        let when = ui.texts.deadline(at, ui.place);
        DeadlinePart {
            machine: ui.texts.machine_instant(at),
            text: ui
                .texts
                .with("deadline", [("whose", whose.into()), ("when", when.into())]),
            relation: if late {
                ui.say("deadline-late", "span", &span)
            } else {
                ui.say("deadline-in", "span", &span)
            },
            late,
        }
    }
}

/// A level: icon and word, colour third.
#[derive(Template)]
#[template(path = "partials/level_badge.html")]
pub struct LevelBadge {
    class: &'static str,
    word: String,
    before: Option<String>,
}

impl LevelBadge {
    pub fn known(ui: &Ui<'_>, level: Level) -> LevelBadge {
        LevelBadge {
            class: level.name(),
            word: ui.level_word(&level),
            before: None,
        }
    }

    /// A level that is wanted and that no phone could have reported: never the look of a fact.
    pub fn only_wanted(ui: &Ui<'_>, level: Level) -> LevelBadge {
        LevelBadge {
            class: match level {
                Level::Free => "free want",
                Level::Remind => "remind want",
                Level::Reduce => "reduce want",
                Level::Lock => "lock want",
                Level::Released => "released want",
            },
            word: ui.say("wanted-is", "level", &ui.level_word(&level)),
            before: None,
        }
    }

    pub fn unknown(ui: &Ui<'_>) -> LevelBadge {
        LevelBadge {
            class: "unknown",
            word: ui.t("not-known"),
            before: None,
        }
    }

    /// Says for listeners whose word the level is: "Reported:".
    pub fn of(mut self, source: String) -> LevelBadge {
        self.before = Some(source);
        self
    }
}

/// A rule's address, linked to the pack's page.
#[derive(Template)]
#[template(path = "partials/cite.html")]
pub struct CitePart<'a> {
    pub cite: &'a Cite,
    pub ui: Ui<'a>,
}

/// One line of a why-tree.
#[derive(Template)]
#[template(path = "partials/finding_row.html")]
pub struct FindingRow<'a> {
    pub ui: Ui<'a>,
    pub finding: &'a Finding,
    pub decides: bool,
    /// First of its group: the group is named.
    pub first: bool,
}

impl FindingRow<'_> {
    fn verdict_word(&self) -> String {
        self.ui.t(match self.finding.verdict {
            Verdict::Met => "verdict-met",
            Verdict::NotMet => "verdict-not-met",
            Verdict::Blocked => "verdict-blocked",
            Verdict::NotApplicable => "verdict-not-applicable",
        })
    }
}

/// A hold: what stands still, since when, until when, and who ends it.
#[derive(Template)]
#[template(path = "partials/hold_chip.html")]
pub struct HoldChip<'a> {
    pub ui: Ui<'a>,
    pub hold: &'a Hold,
}

/// The five steps of a payment, and what the current one waits for.
#[derive(Template)]
#[template(path = "partials/pay_steps.html")]
pub struct PaySteps<'a> {
    pub ui: Ui<'a>,
    pub payment: &'a Payment,
}

/// One step as the template shows it.
pub struct PayStep {
    pub word: String,
    /// The day once, then times of that day.
    pub at: Option<Moment>,
    pub class: &'static str,
}

impl PaySteps<'_> {
    /// Steps in order: done ones with their time, then the one that is waited for.
    pub fn steps(&self) -> Vec<PayStep> {
        let p = self.payment;
        let stamps = [
            ("step-seen", p.seen),
            ("step-matched", p.matched),
            ("step-credited", p.credited),
            ("step-sent", p.sent),
            ("step-applied", p.applied),
        ];
        let shown = if p.needs_grant { 5 } else { 3 };
        let now = stamps[..shown].iter().position(|(_, at)| at.is_none());
        let day_of = |at: &Instant| self.ui.place.zone.local(*at).date;
        let mut told = None;
        let mut when = |at: &Instant| {
            let day = day_of(at);
            let moment = if told == Some(day) {
                self.ui.clock(at)
            } else {
                self.ui.brief(at)
            };
            told = Some(day);
            moment
        };
        let steps = stamps[..shown].iter().enumerate();
        steps
            .map(|(i, (key, at))| PayStep {
                word: self.ui.t(key),
                at: at.as_ref().map(&mut when),
                class: match (at, now) {
                    (Some(_), _) => "done",
                    (None, Some(n)) if n == i => "now",
                    (None, _) => "",
                },
            })
            .collect()
    }

    /// What became of it where the five steps don't tell, and what it waits for.
    fn note(&self) -> Option<String> {
        let p = self.payment;
        if p.state == PaymentState::Failed {
            let reason = self.ui.failure(p.failure.as_deref());
            return Some(self.ui.say("pay-failed-why", "reason", &reason));
        }
        let key = match p.state {
            PaymentState::InSuspense => "pay-in-suspense",
            PaymentState::Failed | PaymentState::Reversed => "pay-state-reversed",
            PaymentState::Pending => "pay-waits-booking",
            PaymentState::Booked if !p.needs_grant => "pay-no-grant",
            PaymentState::Booked if p.sent.is_none() => "pay-waits-signature",
            PaymentState::Booked if p.applied.is_none() => "pay-waits-phone",
            PaymentState::Booked => return None,
        };
        Some(self.ui.t(key))
    }

    fn failed(&self) -> bool {
        matches!(
            self.payment.state,
            PaymentState::Failed | PaymentState::Reversed
        )
    }
}

/// A feed: healthy, stale or with a gap, in words.
#[derive(Template)]
#[template(path = "partials/feed_row.html")]
pub struct FeedRow<'a> {
    pub ui: Ui<'a>,
    pub feed: &'a Feed,
}

impl FeedRow<'_> {
    fn healthy(&self) -> bool {
        self.feed.state == FeedState::Healthy
    }

    fn state_word(&self) -> String {
        self.ui.t(match self.feed.state {
            FeedState::Healthy => "feed-healthy",
            FeedState::Stale => "feed-stale",
            FeedState::Gap => "feed-gap",
        })
    }
}

/// Newer and older, no page numbers.
#[derive(Template)]
#[template(path = "partials/pager.html")]
pub struct Pager<'a> {
    pub previous: Option<&'a str>,
    pub next: Option<&'a str>,
    pub previous_word: String,
    pub next_word: String,
    pub label: String,
}

/// The result of what a person did, above the h1, until the next page.
#[derive(Template)]
#[template(path = "partials/flash.html")]
pub struct Flash {
    pub kind: FlashKind,
    pub text: String,
}

/// How a result is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlashKind {
    Ok,
    Warn,
    Err,
}

impl FlashKind {
    fn class(self) -> &'static str {
        match self {
            FlashKind::Ok => "ok",
            FlashKind::Warn => "warn",
            FlashKind::Err => "err",
        }
    }

    fn role(self) -> &'static str {
        match self {
            FlashKind::Ok | FlashKind::Warn => "status",
            FlashKind::Err => "alert",
        }
    }
}

/// What is due when: a picture on top, the table is the truth.
#[derive(Template)]
#[template(path = "partials/schedule.html")]
pub struct SchedulePart<'a> {
    pub ui: Ui<'a>,
    pub schedule: &'a Schedule,
}

/// One instalment as a bar; whole numbers in a box of 1000 by 100.
pub struct Bar {
    pub x: i128,
    pub width: i128,
    pub y: i128,
    pub height: i128,
    pub covered_height: i128,
    pub class: &'static str,
}

/// Paid lines collapse when there are more lines than this (ui.md, schedule).
const LINES_OPEN_MAX: usize = 12;

impl SchedulePart<'_> {
    fn bars(&self) -> Vec<Bar> {
        let lines = &self.schedule.lines;
        let largest = lines.iter().map(|l| l.amount.minor()).max().unwrap_or(1);
        let count = i128::try_from(lines.len().max(1)).unwrap_or(1);
        (0_i128..)
            .zip(lines)
            .map(|(i, line)| {
                let x = i * 1000 / count;
                let height = (line.amount.minor() * 96 / largest.max(1)).max(4);
                let covered_height = line.covered.minor() * height / line.amount.minor().max(1);
                Bar {
                    x: x + 2,
                    width: ((i + 1) * 1000 / count - x - 4).max(2),
                    y: 100 - height,
                    height,
                    covered_height,
                    class: if line.is_covered() {
                        "cov"
                    } else if line.effective.unwrap_or(line.due) < self.schedule.today {
                        "unc"
                    } else {
                        "fut"
                    },
                }
            })
            .collect()
    }

    /// Lines that are paid and needn't be seen at once.
    fn folded(&self) -> usize {
        let lines = &self.schedule.lines;
        if lines.len() <= LINES_OPEN_MAX {
            return 0;
        }
        let paid = lines.iter().take_while(|l| l.is_covered()).count();
        paid.saturating_sub(2)
    }

    fn folded_count(&self) -> u64 {
        u64::try_from(self.folded()).unwrap_or(u64::MAX)
    }

    fn folded_lines(&self) -> &[Instalment] {
        &self.schedule.lines[..self.folded()]
    }

    fn open_lines(&self) -> &[Instalment] {
        &self.schedule.lines[self.folded()..]
    }

    /// The picture's finding: how many instalments are covered.
    fn finding(&self) -> String {
        let lines = &self.schedule.lines;
        let of = u64::try_from(lines.len()).unwrap_or(u64::MAX);
        let covered = lines.iter().filter(|l| l.is_covered()).count();
        let n = u64::try_from(covered).unwrap_or(u64::MAX);
        self.ui.texts.with(
            "schedule-finding",
            [
                ("n", n.into()),
                ("count", self.ui.texts.number(n).into()),
                ("of", self.ui.texts.number(of).into()),
            ],
        )
    }

    fn is_late(&self, line: &Instalment) -> bool {
        !line.is_covered() && line.effective.unwrap_or(line.due) < self.schedule.today
    }
}

/// What happened, newest first, by local day.
#[derive(Template)]
#[template(path = "partials/timeline.html")]
pub struct TimelinePart<'a> {
    pub ui: Ui<'a>,
    pub timeline: &'a Timeline,
    /// The contract's page, for links of events.
    pub base: String,
}

impl TimelinePart<'_> {
    fn words(&self, event: &Event) -> String {
        self.ui.event(&event.what)
    }

    fn link(&self, event: &Event) -> Option<String> {
        match &event.what {
            What::GrantSigned { seq } | What::Reported { seq, .. } if *seq > 0 => {
                Some(format!("{}/grants/{seq}", self.base))
            }
            What::Level { .. } => Some(format!(
                "{}/plan?at={}",
                self.base,
                self.ui.texts.machine_instant(event.at)
            )),
            _ => None,
        }
    }

    fn level(&self, event: &Event) -> Option<Level> {
        match &event.what {
            What::Level { level, .. } | What::Reported { level, .. } => Some(*level),
            _ => None,
        }
    }

    fn why(&self, event: &Event) -> Option<String> {
        match &event.what {
            What::Level { hash, .. } => Some(self.ui.say("decision", "hash", hash_short(hash))),
            What::PaymentBooked {
                paid_on: Some(day), ..
            } => Some(self.ui.say("acted-on", "day", &self.ui.texts.day(*day))),
            What::Reported { refused, .. } if !refused.is_empty() => {
                Some(self.ui.say("refused-codes", "codes", &refused.join(", ")))
            }
            _ => None,
        }
    }
}
