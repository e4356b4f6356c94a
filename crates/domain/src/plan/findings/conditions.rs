//! Findings about what lets a level be reached: days, notices, windows, dwell, approval.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;

use super::{Judge, met};
use crate::calendar::Span;
use crate::plan::Verdict;
use crate::rules::{Cited, Days, Level, Notice, Weekdays, Window};

/// The rule's name of a level's condition. The one for `reduce`, the first that takes something
/// away, has the plain name.
fn named(name: &str, level: Level) -> String {
    match level {
        Level::Reduce => name.to_owned(),
        other => format!("{name}_{other}"),
    }
}

const LEVELS: [Level; 3] = [Level::Remind, Level::Reduce, Level::Lock];

pub fn days_past_due(judge: &mut Judge) {
    let dpd = judge.now.dpd;
    for level in LEVELS {
        let conditions = judge.pack.conditions(level);
        let Some(rule) = conditions.and_then(|c| c.min_days_past_due.as_ref()) else {
            continue;
        };
        let holds = dpd >= rule.value;
        let sign = if holds { ">=" } else { "<" };
        let saw = format!("{dpd} {sign} {}", rule.value);
        judge.say(&named("min_days_past_due", level), rule, met(holds), saw);
    }
}

pub fn notices(judge: &mut Judge) {
    for (i, notice) in judge.pack.notices.iter().enumerate() {
        let (verdict, saw) = notice_finding(judge, i, notice);
        judge.say(
            &format!("notice_{}", notice.id),
            &notice.terms,
            verdict,
            saw,
        );
    }
}

/// Met once it has expired; blocked when a hold stands its time still or the status lets no
/// notice of its level be served.
fn notice_finding(judge: &Judge, place: usize, notice: &Notice) -> (Verdict, String) {
    let terms = &notice.terms.value;
    let lead = terms.lead;
    let ladder = &judge.climb.ladder;
    let left = ladder.lead_left(judge.pack, place, judge.now.free);
    let stopped = judge.now.holding || notice.level > judge.climb.cap;
    let verdict = match left {
        Some(left) if left.is_zero() => Verdict::Met,
        _ if stopped => Verdict::Blocked,
        _ => Verdict::NotMet,
    };
    let state = match (ladder.served(place), left) {
        (Some(served), Some(left)) => {
            let ran = lead.minus(left);
            format!(
                "served {}, {} of {lead} ran",
                judge.local(served.at),
                whole_hours(ran)
            )
        }
        _ => format!("not served; then {lead}"),
    };
    let mut saw = state;
    if let Some(days) = terms.min_days_past_due {
        let dpd = judge.now.dpd;
        let sign = if dpd >= days { ">=" } else { "<" };
        saw += &format!("; {dpd} {sign} {days} days past due");
    }
    if let Some(dwell) = terms.at_reduce_for {
        saw += &format!("; {} of {dwell} at reduce", whole_hours(judge.climb.dwell));
    }
    let channels = match terms.channels {
        1 => "1 channel".to_owned(),
        n => format!("{n} channels"),
    };
    saw += &format!("; {channels}, {}", terms.proof.name());
    (verdict, saw)
}

/// Elapsed time as people read it here: whole hours.
fn whole_hours(span: Span) -> String {
    format!("{} h", span.as_hours())
}

pub fn calendar_and_window(judge: &mut Judge) {
    let rule = &judge.pack.contact;
    window_finding(judge, "contact_hours", rule);
    for level in [Level::Reduce, Level::Lock] {
        let conditions = judge.pack.conditions(level);
        if let Some(rule) = conditions.and_then(|c| c.window.as_ref()) {
            window_finding(judge, &named("window", level), rule);
        }
    }
}

fn window_finding(judge: &mut Judge, name: &str, rule: &Cited<Window>) {
    let now = judge.now.at;
    let open = judge.now.local.first_open(&rule.value, now) == Some(now);
    let place = if open { "in" } else { "outside" };
    let saw = format!("{} {place} {}", judge.local(now), in_words(&rule.value));
    judge.say(name, rule, met(open), saw);
}

/// "09:00-16:00 Mon Tue Wed Thu, no holiday, no day before one".
fn in_words(window: &Window) -> String {
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    format!(
        "{}-{} {}",
        clock(window.from_minute),
        clock(window.to_minute),
        days_in_words(window.days)
    )
}

fn days_in_words(days: Days) -> String {
    const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let mut words = if days.weekdays == Weekdays::EVERY {
        "every day".to_owned()
    } else {
        let bits = NAMES.iter().enumerate();
        let named = bits.filter(|(bit, _)| days.weekdays.0 & (1 << bit) != 0);
        let mut joined = String::new();
        for (_, name) in named {
            let gap = if joined.is_empty() { "" } else { " " };
            joined = joined + gap + name;
        }
        joined
    };
    if days.not_on_holidays {
        words += ", no holiday";
    }
    if days.not_before_holidays {
        words += ", no day before one";
    }
    words
}

pub fn dwell_and_approval(judge: &mut Judge) {
    for level in [Level::Reduce, Level::Lock] {
        let Some(conditions) = judge.pack.conditions(level) else {
            continue;
        };
        if let Some(rule) = &conditions.at_reduce_for {
            let dwell = judge.climb.dwell;
            let enough = judge.climb.level >= level
                || (judge.climb.level == Level::Reduce && dwell >= rule.value);
            let stands_still = judge.now.holding || judge.climb.pass_hours_end.is_some();
            let verdict = match enough {
                true => Verdict::Met,
                false if stands_still => Verdict::Blocked,
                false => Verdict::NotMet,
            };
            let saw = format!("{} of {} at reduce", whole_hours(dwell), rule.value);
            judge.say("at_reduce_for", rule, verdict, saw);
        }
        if let Some(rule) = &conditions.approval {
            let until = judge.climb.approved_until(judge.pack);
            let counts = until.is_some_and(|until| judge.now.at < until);
            let state = match until {
                Some(until) if counts => format!("approved until {}", judge.local(until)),
                Some(until) => format!("approved until {}, over", judge.local(until)),
                None => "none that counts".to_owned(),
            };
            let saw = format!("{state}; an approval counts for {}", rule.value.valid_for);
            judge.say("approval", rule, met(counts), saw);
        }
    }
}
