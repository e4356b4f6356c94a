//! Is a step within the charter and the limits compiled into the phone?

use crate::charter::{
    BEFORE_LOCK_S, BEFORE_REDUCE_S, Charter, DAY_CLOSES_MIN, DAY_OPENS_MIN, DWELL_LOCK_H,
    LEAD_LOCK_H, LEAD_REDUCE_H, Limits, OFFLINE_DAYS_MIN, SILENCE_H_MAX,
};
use crate::grant::{Notice, Step, Window};
use crate::level::Level;

const DAY_S: u64 = 86_400;

/// May this step stand among these notices? `from` is the later of its grant's `iat` and the lower
/// bound at acceptance.
pub(crate) fn allows(charter: &Charter, notices: &[Notice], step: &Step, from: u64) -> bool {
    let (lead_h, dwell_h, before_s) = match step.level {
        Level::Reduce => (LEAD_REDUCE_H, 0, BEFORE_REDUCE_S),
        Level::Lock => (LEAD_LOCK_H, DWELL_LOCK_H, BEFORE_LOCK_S),
        level => return level <= charter.highest,
    };
    let Some(limits) = charter.limits(step.level) else {
        return false;
    };
    let guards = &step.guards;
    let window = |window| window_allowed(&window, limits, charter, step);
    step.level <= charter.highest
        && rests_on_notices(notices, step)
        && long_enough(guards.lead_h, lead_h.max(limits.lead_h))
        && long_enough(guards.dwell_h, dwell_h.max(limits.dwell_h))
        && guards.window.is_some_and(window)
        && guards
            .before
            .is_some_and(|before| before <= step.at + before_s)
        && silence_allowed(charter, step, from)
}

/// At least one notice, each in this grant and of a level not below the step's.
fn rests_on_notices(notices: &[Notice], step: &Step) -> bool {
    let ids = &step.guards.notices;
    let stands = |id: &u16| {
        let mut those = notices.iter();
        those.any(|notice| notice.id == *id && notice.level >= step.level)
    };
    !ids.is_empty() && ids.iter().all(stands)
}

fn long_enough(hours: Option<u16>, least: u16) -> bool {
    least == 0 || hours.is_some_and(|hours| hours >= least)
}

/// Within 07:00-21:00 and the charter's hours and days, at an offset that the charter's zone has
/// within a day of the step's `at` (so that on a day of a change either reading passes).
fn window_allowed(window: &Window, limits: &Limits, charter: &Charter, step: &Step) -> bool {
    let zone = &charter.zone;
    let offsets = [step.at.saturating_sub(DAY_S), step.at, step.at + DAY_S];
    window.from_min >= limits.from_min.max(DAY_OPENS_MIN)
        && window.to_min <= limits.to_min.min(DAY_CLOSES_MIN)
        && window.days & !limits.days == 0
        && offsets
            .iter()
            .any(|at| zone.offset_at(*at) == window.offset_min)
}

/// `lock` always needs fresh contact; `reduce` may do without only when it comes late.
fn silence_allowed(charter: &Charter, step: &Step, from: u64) -> bool {
    match step.guards.silence_h {
        Some(hours) => hours <= charter.silence_h.min(SILENCE_H_MAX),
        None if step.level == Level::Reduce => {
            let days = u64::from(charter.offline_days.max(OFFLINE_DAYS_MIN));
            step.at >= from + days * DAY_S
        }
        None => false,
    }
}
