//! Phrases: sentences that depend on what was found, chosen here and worded in the catalogue.

use super::{
    CitePart, FeedRow, FindingRow, FiveFactsPart, HoldChip, Pager, PaySteps, PhoneScreen,
    SchedulePart, TimelinePart, Ui,
};
use crate::view::contract::{Schedule, Timeline, What};
use crate::view::grant::{Guard, Step};
use crate::view::phone::Screen;
use crate::view::plan::{Finding, Group, PackFindings};
use crate::view::portfolio::{Band, Need, NeedKind};
use crate::view::{Cite, Feed, FiveFacts, Found, Hold, Level, Payment};

impl<'a> Ui<'a> {
    /// A level's own name, as staff use it.
    pub fn level_word(&self, level: &Level) -> String {
        self.t(match level {
            Level::Free => "level-free",
            Level::Remind => "level-remind",
            Level::Reduce => "level-reduce",
            Level::Lock => "level-lock",
            Level::Released => "level-released",
        })
    }

    /// A hold's kind in words.
    pub fn hold_word(&self, kind: &str) -> String {
        let key = format!("hold-{}", kind.replace('_', "-"));
        if self.texts.has(&key) {
            self.t(&key)
        } else {
            kind.to_string()
        }
    }

    /// What a hold does: stands still, or lowers until answered.
    pub fn hold_effect(&self, hold: &Hold) -> String {
        self.t(if hold.lowers {
            "hold-lowers"
        } else {
            "hold-stands-still"
        })
    }

    pub fn band_word(&self, band: &Band) -> String {
        self.t(match band {
            Band::Current => "band-0",
            Band::To30 => "band-1-30",
            Band::To60 => "band-31-60",
            Band::To90 => "band-61-90",
            Band::Over90 => "band-over-90",
        })
    }

    /// One exception in a sentence.
    pub fn need(&self, need: &Need) -> String {
        match &need.kind {
            NeedKind::Feed { name, shielded } => self.texts.with(
                "need-feed",
                [
                    ("name", name.as_str().into()),
                    ("n", (*shielded).into()),
                    ("count", self.texts.number(*shielded).into()),
                ],
            ),
            NeedKind::Parked { messages } => self.texts.count("need-parked", *messages),
            NeedKind::Suspense { payments } => self.texts.count("need-suspense", *payments),
            NeedKind::Troubled { grants } => self.texts.count("need-troubled", *grants),
            NeedKind::NoticesFailed { notices } => {
                self.texts.count("need-notices-failed", *notices)
            }
        }
    }

    pub fn found(&self, found: &Found) -> String {
        match found {
            Found::Exactly(n) => self.texts.count("found", *n),
            Found::MoreThan(n) => self.texts.count("found-more", *n),
        }
    }

    pub fn dpd(&self, days: &u32) -> String {
        self.texts.count("days-past-due", u64::from(*days))
    }

    pub fn group_word(&self, group: &Group) -> String {
        self.t(match group {
            Group::Released => "group-released",
            Group::Gates => "group-gates",
            Group::Status => "group-status",
            Group::Holds => "group-holds",
            Group::DaysPastDue => "group-days-past-due",
            Group::Notices => "group-notices",
            Group::Calendar => "group-calendar",
            Group::DwellApproval => "group-dwell-approval",
            Group::Pass => "group-pass",
            Group::Policy => "group-policy",
        })
    }

    /// An event in a sentence.
    pub fn event(&self, what: &What) -> String {
        let t = self.texts;
        match what {
            What::PaymentPending { id, amount } => t.with(
                "event-pending",
                [("amount", t.money(*amount).into()), ("id", id.into())],
            ),
            What::PaymentBooked { id, amount, .. } => t.with(
                "event-booked",
                [("amount", t.money(*amount).into()), ("id", id.into())],
            ),
            What::PaymentFailed { id, amount } => t.with(
                "event-failed",
                [("amount", t.money(*amount).into()), ("id", id.into())],
            ),
            What::PaymentReversed { id, amount } => t.with(
                "event-reversed",
                [("amount", t.money(*amount).into()), ("id", id.into())],
            ),
            What::Suspense {
                amount, cleared, ..
            } => t.with(
                if *cleared {
                    "event-suspense-cleared"
                } else {
                    "event-suspense"
                },
                [("amount", t.money(*amount).into())],
            ),
            What::PayoffWaived { amount } => {
                t.with("event-waived", [("amount", t.money(*amount).into())])
            }
            What::Notice {
                notice,
                channel,
                proof,
            } => t.with(
                "event-notice",
                [
                    ("notice", notice.into()),
                    ("channel", channel.into()),
                    ("proof", proof.into()),
                ],
            ),
            What::HoldBegun { kind, .. } => self.say("event-hold", "kind", &self.hold_word(kind)),
            What::HoldEnded { kind, outcome } => match outcome {
                Some(outcome) => t.with(
                    "event-hold-answered",
                    [
                        ("kind", self.hold_word(kind).into()),
                        ("outcome", outcome.into()),
                    ],
                ),
                None => self.say("event-hold-ended", "kind", &self.hold_word(kind)),
            },
            What::Feed { feed, state } => t.with(
                "event-feed",
                [("feed", feed.into()), ("state", state.into())],
            ),
            What::Level { .. } => self.t("event-level"),
            What::GrantSigned { seq } => t.count("event-grant", *seq),
            What::Reported { .. } => self.t("event-report"),
            What::EmergencyPass => self.t("event-pass"),
            What::Contact => self.t("event-contact"),
            What::Review { by, approved } => self.say(
                if *approved {
                    "event-approved"
                } else {
                    "event-refused"
                },
                "by",
                by,
            ),
        }
    }

    /// A guard in words.
    pub fn guard(&self, guard: &Guard) -> String {
        let t = self.texts;
        match guard {
            Guard::Shown(names) => t.with(
                "guard-shown",
                [
                    ("n", names.len().into()),
                    ("names", names.join(", ").into()),
                ],
            ),
            Guard::LeadHours(h) => t.count("guard-lead", *h),
            Guard::ContactHours(h) => t.count("guard-contact", *h),
            Guard::DwellHours(h) => t.count("guard-dwell", *h),
            Guard::Before(at) => self.say("guard-before", "when", &t.deadline(*at, self.place)),
            Guard::Window {
                from_min,
                to_min,
                days,
                ..
            } => t.with(
                "guard-window",
                [
                    ("days", self.weekdays(*days).into()),
                    ("from", minute_of_day(*from_min).into()),
                    ("to", minute_of_day(*to_min).into()),
                ],
            ),
        }
    }

    /// `Mon–Thu`, `every day`, or the days one by one.
    pub fn weekdays(&self, bits: u8) -> String {
        let days: Vec<usize> = (0..7).filter(|d| bits & (1 << d) != 0).collect();
        match (days.first(), days.last()) {
            (Some(0), Some(6)) if days.len() == 7 => self.t("every-day"),
            (Some(first), Some(last)) if days.len() > 2 && last - first + 1 == days.len() => {
                format!(
                    "{}\u{2013}{}",
                    self.texts.weekday(*first),
                    self.texts.weekday(*last)
                )
            }
            _ => {
                let words: Vec<String> = days.iter().map(|d| self.texts.weekday(*d)).collect();
                words.join(", ")
            }
        }
    }

    /// When a step of a grant applies.
    pub fn step_when(&self, step: &Step, issued: &fairlock_domain::calendar::Instant) -> String {
        if step.at == *issued {
            self.t("step-now")
        } else {
            self.say(
                "step-from",
                "when",
                &self.texts.deadline(step.at, self.place),
            )
        }
    }

    /// The rule that decides, in a sentence after the level.
    pub fn decides(&self, packs: &[PackFindings]) -> String {
        let deciding = packs
            .iter()
            .find_map(|p| p.decides.and_then(|i| p.findings.get(i)));
        self.t(match deciding.map(|f| f.group) {
            None => "decides-none",
            Some(Group::Released) => "decides-released",
            Some(Group::Gates) => "decides-gates",
            Some(Group::Status) => "decides-status",
            Some(Group::Holds) => "decides-holds",
            Some(Group::DaysPastDue) => "decides-days-past-due",
            Some(Group::Notices) => "decides-notices",
            Some(Group::Calendar) => "decides-calendar",
            Some(Group::DwellApproval) => "decides-dwell-approval",
            Some(Group::Pass) => "decides-pass",
            Some(Group::Policy) => "decides-policy",
        })
    }

    pub fn five(&self, facts: &'a FiveFacts, base: &str) -> FiveFactsPart<'a> {
        FiveFactsPart {
            ui: *self,
            facts,
            base: base.to_string(),
        }
    }

    pub fn cite(&self, cite: &'a Cite) -> CitePart<'a> {
        CitePart { cite, ui: *self }
    }

    pub fn hold(&self, hold: &'a Hold) -> HoldChip<'a> {
        HoldChip { ui: *self, hold }
    }

    pub fn pay_steps(&self, payment: &'a Payment) -> PaySteps<'a> {
        PaySteps { ui: *self, payment }
    }

    pub fn phone(&self, screen: &'a Screen) -> PhoneScreen<'a> {
        PhoneScreen {
            ui: *self,
            s: screen,
        }
    }

    /// One of the closed list of failures, in the borrower's words.
    pub fn failure(&self, name: Option<&str>) -> String {
        let key = format!("failure-{}", name.unwrap_or("unknown").replace('_', "-"));
        match self.texts.has(&key) {
            true => self.t(&key),
            false => self.t("failure-unknown"),
        }
    }

    /// Both speeds of a payment in a sentence.
    pub fn pay_speeds(&self, acted_s: &u64, received_ms: &u64) -> String {
        self.texts.with(
            "pay-speeds",
            [
                ("acted", self.texts.span(*acted_s).into()),
                ("received", self.texts.span_ms(*received_ms).into()),
            ],
        )
    }

    pub fn feed(&self, feed: &'a Feed) -> FeedRow<'a> {
        FeedRow { ui: *self, feed }
    }

    pub fn schedule(&self, schedule: &'a Schedule) -> SchedulePart<'a> {
        SchedulePart {
            ui: *self,
            schedule,
        }
    }

    pub fn timeline(&self, timeline: &'a Timeline, base: &str) -> TimelinePart<'a> {
        TimelinePart {
            ui: *self,
            timeline,
            base: base.to_string(),
        }
    }

    /// All findings of a pack as rows.
    pub fn findings(&self, pack: &'a PackFindings) -> Vec<FindingRow<'a>> {
        let mut before: Option<&Finding> = None;
        let rows = pack.findings.iter().enumerate();
        rows.map(|(i, finding)| {
            let first = before.is_none_or(|b| b.group != finding.group);
            before = Some(finding);
            FindingRow {
                ui: *self,
                finding,
                decides: pack.decides == Some(i),
                first,
            }
        })
        .collect()
    }

    pub fn pager<'p>(&self, previous: &'p Option<String>, next: &'p Option<String>) -> Pager<'p> {
        Pager {
            previous: previous.as_deref(),
            next: next.as_deref(),
            previous_word: self.t("pager-previous"),
            next_word: self.t("pager-next"),
            label: self.t("pager-label"),
        }
    }
}

/// `09:00`; 1440 is `24:00`.
fn minute_of_day(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}
