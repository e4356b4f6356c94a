//! Findings about what lets a level be reached: days, notices, windows, dwell, approval.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;

use super::{Judge, met};
use crate::calendar::Span;
use crate::contract::Frequency;
use crate::plan::Verdict;
use crate::rules::listing::conditions as words;
use crate::rules::listing::words::{clock, on_days, window as in_words};
use crate::rules::{Cited, DaysInDefault, Level, Notice, NoticeTerms, Window};

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
        let Some(conditions) = judge.pack.conditions(level) else {
            continue;
        };
        if let Some(rule) = &conditions.min_days_past_due {
            let holds = dpd >= rule.value;
            let sign = if holds { ">=" } else { "<" };
            let saw = format!("{dpd} {sign} {}", rule.value);
            judge.say(&named("min_days_past_due", level), rule, met(holds), saw);
        }
        if let Some(rule) = &conditions.min_days_in_default {
            let (verdict, saw) = in_default(judge, rule.value);
            judge.say(&named("min_days_in_default", level), rule, verdict, saw);
        }
    }
}

fn in_default(judge: &Judge, terms: DaysInDefault) -> (Verdict, String) {
    let asks = words::in_default(terms);
    let begins = judge.now.default_day();
    let first = judge.now.in_default_from(judge.pack, terms);
    let (Some(begins), Some(first)) = (begins, first) else {
        return (Verdict::NotMet, format!("nothing owed; asks for {asks}"));
    };
    let day = judge.now.day;
    let holds = day >= first;
    let sign = if holds { ">=" } else { "<" };
    (
        met(holds),
        format!("{day} {sign} {first}, {asks} after {begins}"),
    )
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
    let ladder = &judge.climb.ladder;
    let left = ladder.lead_left(judge.pack, place, &judge.now);
    let stopped = judge.now.holding || notice.level > judge.climb.cap;
    let verdict = match left {
        Some(left) if left.is_zero() => Verdict::Met,
        _ if stopped => Verdict::Blocked,
        _ => Verdict::NotMet,
    };
    let lead = lead_in_words(terms, judge.now.frequency);
    let mut saw = match (ladder.served(place), left) {
        (Some(served), Some(left)) => {
            let since = judge.local(served.at);
            match terms.lead_business_days {
                Some(_) => format!("served {since}, {} left of {lead}", whole_hours(left)),
                None => {
                    let ran = terms.lead_for(judge.now.frequency).minus(left);
                    format!("served {since}, {} of {lead} ran", whole_hours(ran))
                }
            }
        }
        _ => format!("not served; then {lead}"),
    };
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
    if let Some(valid_for) = terms.valid_for {
        saw += &format!("; counts for {valid_for}");
    }
    (verdict, saw)
}

/// The lead that counts for this contract, and what it was chosen from.
fn lead_in_words(terms: &NoticeTerms, frequency: Option<Frequency>) -> String {
    let lead = match terms.lead_business_days {
        Some(count) => format!("{count} business days"),
        None => format!("{}", terms.lead_for(frequency)),
    };
    match terms.weekly_lead {
        None => lead,
        Some(weekly) => format!("{lead} ({}, weekly {weekly})", terms.lead),
    }
}

/// Elapsed time as people read it here: whole hours.
fn whole_hours(span: Span) -> String {
    format!("{} h", span.as_hours())
}

pub fn calendar_and_window(judge: &mut Judge) {
    let pack = judge.pack;
    if let Some(rule) = &pack.business_days {
        let open = judge.now.local.allows(rule.value, judge.now.day);
        let is = if open { "is one of" } else { "isn't one of" };
        let saw = format!("{} {is} {}", judge.now.day, on_days(rule.value));
        judge.say("business_days", rule, Verdict::NotApplicable, saw);
    }
    if let Some(rule) = &pack.payment_cut_off {
        let saw = format!("money up to {} counts for the day", clock(rule.value));
        judge.say("payment_cut_off", rule, Verdict::NotApplicable, saw);
    }
    let rule = &pack.contact;
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
