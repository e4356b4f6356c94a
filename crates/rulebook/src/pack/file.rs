//! The pack file as it stands in TOML, and its way into the domain.

use fairlock_domain::rules::{
    Approval, Citation, Cited, Conditions, Days, Notice, NoticeTerms, Pack, Pass, Restoration,
    Source, Weekdays, Window,
};
use serde::Deserialize;

use super::values::{
    ClockText, ConfidenceText, DayText, DurationText, LevelText, ProductText, ProofText,
    StatusText, SumText, WeekdaysText,
};

/// A rule's own keys and the five that every rule has.
macro_rules! rule {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_doc])* $field: $type,)*
            number: u16,
            citation: String,
            url: String,
            confidence: ConfidenceText,
            seen_on: DayText,
        }

        impl $name {
            fn cited<T>(self, value: impl FnOnce(&Self) -> T) -> Cited<T> {
                Cited {
                    number: self.number,
                    value: value(&self),
                    citation: Citation {
                        text: self.citation,
                        url: self.url,
                        confidence: self.confidence.0,
                        seen_on: self.seen_on.0,
                    },
                }
            }
        }
    };
}

rule!(
    /// A rule without values of its own.
    PlainRule {}
);
rule!(ProductsRule {
    takes: Vec<ProductText>,
});
rule!(StatusRule { status: StatusText });
rule!(DaysRule { days: u32 });
rule!(TimeRule { time: DurationText });
rule!(RestorationRule {
    within: DurationText,
    compensation_an_hour: Option<SumText>,
});
rule!(WindowRule {
    from: ClockText,
    to: ClockText,
    /// Absent: every day.
    weekdays: Option<WeekdaysText>,
    #[serde(default)]
    not_on_holidays: bool,
    #[serde(default)]
    not_before_holidays: bool,
});
rule!(ApprovalRule {
    valid_for: DurationText,
});
rule!(PassRule {
    lasts: DurationText,
    once_in: DurationText,
});
rule!(NoticeRule {
    id: String,
    level: LevelText,
    min_days_past_due: Option<u32>,
    at_reduce_for: Option<DurationText>,
    lead: DurationText,
    channels: u16,
    proof: ProofText,
});

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RemindTable {
    min_days_past_due: DaysRule,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReduceTable {
    min_days_past_due: Option<DaysRule>,
    window: Option<WindowRule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LockTable {
    min_days_past_due: Option<DaysRule>,
    window: Option<WindowRule>,
    at_reduce_for: Option<TimeRule>,
    approval: Option<ApprovalRule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceTable {
    title: String,
    url: String,
}

/// One `pack.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackFile {
    id: String,
    number: u16,
    version: u16,
    title: String,
    jurisdiction: String,
    effective_from: Option<DayText>,
    effective_to: Option<DayText>,
    #[serde(default)]
    sources: Vec<SourceTable>,
    release_at_payoff: PlainRule,
    restoration: Option<RestorationRule>,
    products: ProductsRule,
    consent: PlainRule,
    device_link: PlainRule,
    legal_status: StatusRule,
    holds: PlainRule,
    dispute_answer: Option<TimeRule>,
    remind: RemindTable,
    reduce: Option<ReduceTable>,
    lock: Option<LockTable>,
    #[serde(default)]
    notices: Vec<NoticeRule>,
    contact: WindowRule,
    emergency_pass: Option<PassRule>,
    policy: PlainRule,
}

impl PackFile {
    pub fn into_pack(self) -> Pack {
        let source = |s: SourceTable| Source {
            title: s.title,
            url: s.url,
        };
        Pack {
            id: self.id,
            number: self.number,
            version: self.version,
            title: self.title,
            jurisdiction: self.jurisdiction,
            effective_from: self.effective_from.map(|day| day.0),
            effective_to: self.effective_to.map(|day| day.0),
            sources: self.sources.into_iter().map(source).collect(),
            release_at_payoff: self.release_at_payoff.cited(|_| ()),
            restoration: self.restoration.map(restoration),
            products: self
                .products
                .cited(|rule| rule.takes.iter().map(|p| p.0).collect()),
            consent: self.consent.cited(|_| ()),
            device_link: self.device_link.cited(|_| ()),
            legal_status: self.legal_status.cited(|rule| rule.status.0),
            holds: self.holds.cited(|_| ()),
            dispute_answer: self.dispute_answer.map(|r| r.cited(|rule| rule.time.0)),
            remind: Conditions {
                min_days_past_due: Some(self.remind.min_days_past_due.cited(|rule| rule.days)),
                ..Conditions::default()
            },
            reduce: self.reduce.map(reduce),
            lock: self.lock.map(lock),
            notices: self.notices.into_iter().map(notice).collect(),
            contact: window(self.contact),
            pass: self.emergency_pass.map(pass),
            policy: self.policy.cited(|_| ()),
        }
    }
}

fn restoration(rule: RestorationRule) -> Cited<Restoration> {
    rule.cited(|rule| Restoration {
        within: rule.within.0,
        compensation_an_hour: rule.compensation_an_hour.map(|sum| sum.0),
    })
}

fn reduce(table: ReduceTable) -> Conditions {
    Conditions {
        min_days_past_due: table.min_days_past_due.map(|r| r.cited(|rule| rule.days)),
        window: table.window.map(window),
        ..Conditions::default()
    }
}

fn lock(table: LockTable) -> Conditions {
    Conditions {
        min_days_past_due: table.min_days_past_due.map(|r| r.cited(|rule| rule.days)),
        window: table.window.map(window),
        at_reduce_for: table.at_reduce_for.map(|r| r.cited(|rule| rule.time.0)),
        approval: table.approval.map(|r| {
            r.cited(|rule| Approval {
                valid_for: rule.valid_for.0,
            })
        }),
    }
}

fn window(rule: WindowRule) -> Cited<Window> {
    rule.cited(|rule| Window {
        from_minute: rule.from.0,
        to_minute: rule.to.0,
        days: Days {
            weekdays: rule.weekdays.map_or(Weekdays::EVERY, |days| days.0),
            not_on_holidays: rule.not_on_holidays,
            not_before_holidays: rule.not_before_holidays,
        },
    })
}

fn notice(rule: NoticeRule) -> Notice {
    Notice {
        id: rule.id.clone(),
        level: rule.level.0,
        terms: rule.cited(|rule| NoticeTerms {
            min_days_past_due: rule.min_days_past_due,
            at_reduce_for: rule.at_reduce_for.map(|time| time.0),
            lead: rule.lead.0,
            channels: rule.channels,
            proof: rule.proof.0,
        }),
    }
}

fn pass(rule: PassRule) -> Cited<Pass> {
    rule.cited(|rule| Pass {
        lasts: rule.lasts.0,
        once_in: rule.once_in.0,
    })
}
