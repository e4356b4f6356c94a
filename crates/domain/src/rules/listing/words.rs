//! Values in words, the same wherever a rule is shown.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::calendar::{Day, Span};
use crate::rules::{Days, NoticeTerms, Weekdays, Window};

/// "a, b, c"; `none` when there are none.
pub fn list<T: core::fmt::Display>(words: &[T], none: &str) -> String {
    match words {
        [] => none.to_string(),
        some => some.iter().map(T::to_string).collect::<Vec<_>>().join(", "),
    }
}

/// Parts that are there, joined by "; ".
pub fn joined(parts: impl IntoIterator<Item = Option<String>>) -> String {
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// "1 day", "20 days".
pub fn days(count: u32) -> String {
    match count {
        1 => "1 day".to_string(),
        n => format!("{n} days"),
    }
}

/// "24 hours", "21 days", "15 minutes": as packs write it.
pub fn time(span: Span) -> String {
    let seconds = span.as_seconds();
    let (count, unit) = match seconds {
        s if s >= 7 * 86_400 && s % 86_400 == 0 => (s / 86_400, "day"),
        s if s % 3600 == 0 => (s / 3600, "hour"),
        s => (s / 60, "minute"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

pub fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// "09:00-16:00 Mon Tue Wed Thu, no holiday, no day before one".
pub fn window(window: &Window) -> String {
    let (from, to) = (clock(window.from_minute), clock(window.to_minute));
    format!("{from}-{to} {}", on_days(window.days))
}

pub fn on_days(days: Days) -> String {
    const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let chosen = (0..7).filter(|day| days.weekdays.0 & (1 << day) != 0);
    let chosen: Vec<&str> = chosen.map(|day| NAMES[day]).collect();
    let mut words = match days.weekdays {
        Weekdays::EVERY => "every day".to_string(),
        _ => chosen.join(" "),
    };
    if days.not_on_holidays {
        words += ", no holiday";
    }
    if days.not_before_holidays {
        words += ", no day before one";
    }
    words
}

/// "from 2025-01-01 to 2025-12-31", open at either end.
pub fn between(from: Option<Day>, until: Option<Day>) -> Option<String> {
    match (from, until) {
        (None, None) => None,
        (Some(from), None) => Some(format!("from {from}")),
        (None, Some(until)) => Some(format!("until {until}")),
        (Some(from), Some(until)) => Some(format!("from {from} to {until}")),
    }
}

/// "72 hours", "10 business days", "10 days, 5 days for weekly payers".
pub fn lead(terms: &NoticeTerms) -> String {
    let mut words = match terms.lead_business_days {
        Some(count) => format!(
            "{count} business {}",
            if count == 1 { "day" } else { "days" }
        ),
        None => time(terms.lead),
    };
    if let Some(weekly) = terms.weekly_lead {
        words += &format!(", {} for weekly payers", time(weekly));
    }
    words
}
