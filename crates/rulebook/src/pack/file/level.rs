//! Levels: days, windows, dwell, approval, business days.

use fairlock_domain::calendar::Span;
use fairlock_domain::rules::{Approval, Cited, Conditions, Days, DaysInDefault, Weekdays, Window};
use serde::Deserialize;

use super::rule;
use crate::pack::values::{BusinessText, ClockText, DurationText, WeekdaysText};

rule!(DaysRule { days: u32 });

impl DaysRule {
    fn read(self) -> Cited<u32> {
        self.cited(|rule| rule.days)
    }
}

rule!(InDefaultRule {
    days: u32,
    weekly_days: Option<u32>,
    /// Absent: calendar days.
    count: Option<BusinessText>,
});

impl InDefaultRule {
    fn read(self) -> Cited<DaysInDefault> {
        self.cited(|rule| DaysInDefault {
            days: rule.days,
            weekly_days: rule.weekly_days,
            business: rule.count.is_some_and(|count| count.0),
        })
    }
}

rule!(TimeRule { time: DurationText });

impl TimeRule {
    pub fn read(self) -> Cited<Span> {
        self.cited(|rule| rule.time.0)
    }
}

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

impl WindowRule {
    pub fn read(self) -> Cited<Window> {
        self.cited(|rule| Window {
            from_minute: rule.from.0,
            to_minute: rule.to.0,
            days: Days {
                weekdays: rule.weekdays.map_or(Weekdays::EVERY, |days| days.0),
                not_on_holidays: rule.not_on_holidays,
                not_before_holidays: rule.not_before_holidays,
            },
        })
    }
}

rule!(ApprovalRule {
    valid_for: DurationText,
});

rule!(BusinessDaysRule {
    weekdays: WeekdaysText,
    #[serde(default)]
    not_on_holidays: bool,
});

impl BusinessDaysRule {
    pub fn read(self) -> Cited<Days> {
        self.cited(|rule| Days {
            weekdays: rule.weekdays.0,
            not_on_holidays: rule.not_on_holidays,
            not_before_holidays: false,
        })
    }
}

rule!(CutOffRule { at: ClockText });

impl CutOffRule {
    pub fn read(self) -> Cited<u16> {
        self.cited(|rule| rule.at.0)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemindTable {
    min_days_past_due: DaysRule,
}

impl RemindTable {
    pub fn read(self) -> Conditions {
        Conditions {
            min_days_past_due: Some(self.min_days_past_due.read()),
            ..Conditions::default()
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReduceTable {
    min_days_past_due: Option<DaysRule>,
    min_days_in_default: Option<InDefaultRule>,
    window: Option<WindowRule>,
}

impl ReduceTable {
    pub fn read(self) -> Conditions {
        Conditions {
            min_days_past_due: self.min_days_past_due.map(DaysRule::read),
            min_days_in_default: self.min_days_in_default.map(InDefaultRule::read),
            window: self.window.map(WindowRule::read),
            ..Conditions::default()
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockTable {
    min_days_past_due: Option<DaysRule>,
    min_days_in_default: Option<InDefaultRule>,
    window: Option<WindowRule>,
    at_reduce_for: Option<TimeRule>,
    approval: Option<ApprovalRule>,
}

impl LockTable {
    pub fn read(self) -> Conditions {
        let approval = |rule: ApprovalRule| {
            rule.cited(|rule| Approval {
                valid_for: rule.valid_for.0,
            })
        };
        Conditions {
            min_days_past_due: self.min_days_past_due.map(DaysRule::read),
            min_days_in_default: self.min_days_in_default.map(InDefaultRule::read),
            window: self.window.map(WindowRule::read),
            at_reduce_for: self.at_reduce_for.map(TimeRule::read),
            approval: self.approval.map(approval),
        }
    }
}
