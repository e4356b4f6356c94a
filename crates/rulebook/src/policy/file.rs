//! The policy file as it stands in TOML.

use fairlock_domain::rules::{Days, Weekdays, Window};
use serde::Deserialize;

use super::{Policy, Step};
use crate::PackError;
use crate::pack::parse;
use crate::pack::values::{ClockText, DayText, DurationText, MaxLevelText, SumText, WeekdaysText};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyFile {
    on: DayText,
    max_level: Option<MaxLevelText>,
    #[serde(default)]
    remind: RemindTable,
    #[serde(default)]
    reduce: ReduceTable,
    #[serde(default)]
    lock: LockTable,
    #[serde(default)]
    emergency_pass: PassTable,
    #[serde(default)]
    restoration: RestorationTable,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RemindTable {
    min_days_past_due: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReduceTable {
    min_days_past_due: Option<u32>,
    window: Option<WindowTable>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct LockTable {
    min_days_past_due: Option<u32>,
    window: Option<WindowTable>,
    at_reduce_for: Option<DurationText>,
    approval_valid_for: Option<DurationText>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct WindowTable {
    from: ClockText,
    to: ClockText,
    weekdays: Option<WeekdaysText>,
    #[serde(default)]
    not_on_holidays: bool,
    #[serde(default)]
    not_before_holidays: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PassTable {
    lasts: Option<DurationText>,
    once_in: Option<DurationText>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RestorationTable {
    within: Option<DurationText>,
    compensation_an_hour: Option<SumText>,
}

pub fn read(file: &str, text: &str) -> Result<Policy, PackError> {
    let policy = parse::<PolicyFile>(file, text)?.into_policy();
    let wrong = |key: &str, expected: &str| PackError {
        file: file.to_string(),
        line: line_of(text, key),
        expected: expected.to_string(),
    };
    for (key, step) in [("reduce", &policy.reduce), ("lock", &policy.lock)] {
        if let Some(window) = step.window
            && (window.from_minute >= window.to_minute || window.days.weekdays.0 == 0)
        {
            let expected = "a window that opens before it closes, on at least one weekday";
            return Err(wrong(key, expected));
        }
    }
    let days = [
        policy.remind.min_days_past_due,
        policy.reduce.min_days_past_due,
        policy.lock.min_days_past_due,
    ];
    let days: Vec<u32> = days.into_iter().flatten().collect();
    if days.first() == Some(&0) || !days.is_sorted() {
        let expected = "days past due from 1 on, not falling from level to level";
        return Err(wrong("min_days_past_due", expected));
    }
    Ok(policy)
}

/// The line of a table or of a key; 0 when there is none.
fn line_of(text: &str, key: &str) -> usize {
    let table = format!("[{key}]");
    let is = |line: &str| line == table || line.split('=').next().map(str::trim) == Some(key);
    let found = text.lines().map(str::trim).position(is);
    found.map_or(0, |line| line + 1)
}

impl PolicyFile {
    fn into_policy(self) -> Policy {
        Policy {
            on: self.on.0,
            max_level: self.max_level.map(|level| level.0),
            remind: Step {
                min_days_past_due: self.remind.min_days_past_due,
                ..Step::default()
            },
            reduce: Step {
                min_days_past_due: self.reduce.min_days_past_due,
                window: self.reduce.window.map(window),
                ..Step::default()
            },
            lock: Step {
                min_days_past_due: self.lock.min_days_past_due,
                window: self.lock.window.map(window),
                at_reduce_for: self.lock.at_reduce_for.map(|time| time.0),
                approval_valid_for: self.lock.approval_valid_for.map(|time| time.0),
            },
            pass_lasts: self.emergency_pass.lasts.map(|time| time.0),
            pass_once_in: self.emergency_pass.once_in.map(|time| time.0),
            restored_within: self.restoration.within.map(|time| time.0),
            compensation_an_hour: self.restoration.compensation_an_hour.map(|sum| sum.0),
        }
    }
}

fn window(table: WindowTable) -> Window {
    Window {
        from_minute: table.from.0,
        to_minute: table.to.0,
        days: Days {
            weekdays: table.weekdays.map_or(Weekdays::EVERY, |days| days.0),
            not_on_holidays: table.not_on_holidays,
            not_before_holidays: table.not_before_holidays,
        },
    }
}
