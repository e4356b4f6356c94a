//! What a grant needs to know of a step: the tightest conditions over all packs.
//!
//! A step that begins on a phone is checked there again, so the plan hands over everything that
//! the phone can check by itself: notices, lead, dwell, window, and the instant from which the
//! step can't begin any more.

use alloc::vec::Vec;

use super::prepared::Terms;
use super::state::{State, earlier};
use super::{Guards, NoticeDue, NoticeServed, Step};
use crate::calendar::{Instant, Span};
use crate::contract::Frequency;
use crate::money::Money;
use crate::rules::{Level, Pack, Weekdays};

/// Whole hours, rounded up: a guard may be longer than the law's time, never shorter.
fn hours_up(span: Span) -> u32 {
    let whole = u32::try_from(span.as_hours()).unwrap_or(u32::MAX);
    if Span::hours(whole) < span {
        whole.saturating_add(1)
    } else {
        whole
    }
}

/// A step to `level` at `at`, as things stand in `state`.
pub fn step(state: &State, terms: &Terms, at: Instant, level: Level) -> Step {
    let guards = (level >= Level::Reduce).then(|| guards(state, terms, at, level));
    Step { at, level, guards }
}

/// `reduce` and `lock` as far as every pack has climbed them.
pub fn reached(state: &State, terms: &Terms) -> Vec<Step> {
    if state.ground.released {
        return Vec::new();
    }
    let mut steps = Vec::new();
    for level in [Level::Reduce, Level::Lock] {
        let mut since = None;
        let mut all = state.in_force(terms).peekable();
        let stands = all.peek().is_some()
            && all.all(|(climb, _)| {
                since = since.max(match level {
                    Level::Lock => climb.locked_at,
                    _ => climb.reduced_at,
                });
                climb.level >= level
            });
        if let (true, Some(at)) = (stands, since) {
            steps.push(step(state, terms, at, level));
        }
    }
    steps
}

fn guards(state: &State, terms: &Terms, at: Instant, level: Level) -> Guards {
    let mut all = Guards {
        notices: Vec::new(),
        lead_hours: 0,
        dwell_hours: 0,
        from_minute: 0,
        to_minute: 24 * 60,
        weekdays: Weekdays::EVERY.0,
        before: None,
        rules: Vec::new(),
    };
    // A level that stands already begins on a phone no sooner than now: what forbids a day counts
    // from today, not from the day on which the level was reached.
    let day = terms.local.day_of(at.max(state.ground.at));
    for (climb, pack) in state.in_force(terms) {
        let Some(conditions) = pack.conditions(level) else {
            continue;
        };
        for (i, notice) in pack.notices.iter().enumerate() {
            if notice.level <= level
                && let Some(served) = notice_served(state, terms, pack, i)
            {
                all.notices.push(served);
                all.rules.push(notice.terms.number);
            }
        }
        let own = pack.notices.iter().rfind(|n| n.level <= level);
        let lead = own.map_or(0, |n| hours_up(n.terms.value.lead_for(terms.frequency)));
        all.lead_hours = all.lead_hours.max(lead);
        if let Some(dwell) = &conditions.at_reduce_for {
            all.dwell_hours = all.dwell_hours.max(hours_up(dwell.value));
            all.rules.push(dwell.number);
        }
        if let Some(window) = pack.window(level) {
            all.from_minute = all.from_minute.max(window.value.from_minute);
            all.to_minute = all.to_minute.min(window.value.to_minute);
            all.weekdays &= window.value.days.weekdays.0;
            all.rules.push(window.number);
            let forbidden = terms.local.next_forbidden(window.value.days, day);
            let starts = forbidden.map(|day| terms.local.instant_of(day, 0));
            all.before = earlier(all.before, starts);
        }
        if let Some(approval) = &conditions.approval {
            all.before = earlier(all.before, climb.approved_until(pack));
            all.rules.push(approval.number);
        }
        all.rules.extend(days_rule(pack, level));
        let in_default = conditions.min_days_in_default.as_ref();
        all.rules.extend(in_default.map(|rule| rule.number));
    }
    all.rules.sort_unstable();
    all.rules.dedup();
    all
}

/// Number of the rule that says from how many days past due: the level's own, else the one
/// beneath.
fn days_rule(pack: &Pack, level: Level) -> Option<u16> {
    let own = pack.conditions(level)?.min_days_past_due.as_ref();
    match (own, level) {
        (Some(days), _) => Some(days.number),
        (None, Level::Lock) => days_rule(pack, Level::Reduce),
        (None, _) => days_rule(pack, Level::Remind),
    }
}

/// A notice of the running sequence, by its place; None when it isn't served.
pub fn notice_served(
    state: &State,
    terms: &Terms,
    pack: &Pack,
    notice: usize,
) -> Option<NoticeServed> {
    let place = terms.rules.packs.iter().position(|p| p.id == pack.id)?;
    let served = state.climbs.get(place)?.ladder.served(notice)?;
    let rule = pack.notices.get(notice)?;
    Some(NoticeServed {
        pack: pack.id.clone(),
        notice: rule.id.clone(),
        pack_number: pack.number,
        notice_number: rule.terms.number,
        level: rule.level,
        at: served.at,
        arrears: Money::new(served.arrears, terms.currency),
        due_day: served.due_day,
        lead_hours: hours_up(rule.terms.value.lead_for(terms.frequency)),
    })
}

/// A notice to serve at `at`.
pub fn notice_due(
    pack: &Pack,
    notice: usize,
    at: Instant,
    frequency: Option<Frequency>,
) -> Option<NoticeDue> {
    let rule = pack.notices.get(notice)?;
    Some(NoticeDue {
        pack: pack.id.clone(),
        notice: rule.id.clone(),
        pack_number: pack.number,
        notice_number: rule.terms.number,
        level: rule.level,
        at,
        channels: rule.terms.value.channels,
        proof: rule.terms.value.proof,
        lead_hours: hours_up(rule.terms.value.lead_for(frequency)),
    })
}
