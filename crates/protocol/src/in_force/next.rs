//! When to look again: the next running time at which anything could happen by itself.

use super::{Begun, END_AFTER_S, HOUR_S, InForce, SHOWN_LIVES_S};
use crate::grant::{Step, Window};
use crate::moment::Moment;
use crate::report::Wait;

impl InForce {
    /// The next running time at which the level, a notice or a record could change without any
    /// event. `moment.running` itself when a step can begin right now; `None` when only an event
    /// can change anything.
    pub fn next(&self, moment: &Moment) -> Option<u64> {
        if self.released.is_some() {
            return None;
        }
        let end = match self.end_since {
            Some(since) => since + END_AFTER_S,
            None => running_at(self.end, moment),
        };
        let limited = |begun: &Begun| begun.level > self.lapse.level;
        let lapse_matters = !self.lapsed
            && (self.begun.iter().any(limited)
                || self.later.iter().any(|step| step.level > self.lapse.level));
        let lapse = lapse_matters.then(|| u64::try_from(self.lapse_due()).unwrap_or(0));
        let show_from = self.notices.iter().map(|notice| notice.show_from);
        let show = show_from.filter(|at| *at > moment.lower).min();
        let firsts = self.shown.iter().filter_map(|showing| showing.first);
        let expiry = firsts.map(|first| first.running + SHOWN_LIVES_S + 1).min();
        let begun = self.begun.iter();
        let back = begun.filter_map(|one| self.back_at(one, moment)).min();
        [
            Some(end),
            lapse,
            self.overlay_ends(moment).min(),
            show.map(|at| running_at(at, moment)),
            expiry,
            back,
            self.begins_at(moment),
        ]
        .into_iter()
        .flatten()
        .min()
        .map(|at| at.max(moment.running))
    }

    /// When a lowered step may come back, after the overlay if one is live.
    fn back_at(&self, begun: &Begun, moment: &Moment) -> Option<u64> {
        if begun.returning.is_none() || self.overlay().is_some() {
            return None;
        }
        let opens = match begun.window {
            _ if begun.comes_back(moment) => moment.lower,
            // Without an upper bound only contact opens a window that needs both.
            Some(_) if !begun.by_lower && moment.upper.is_none() => return None,
            Some(window) => next_after(&window, moment.lower),
            None => moment.lower,
        };
        let in_time = begun.before.is_none_or(|before| opens < before);
        (in_time && !moment.crossed()).then(|| running_at(opens, moment))
    }

    /// When the next step may begin, if nothing but time is missing.
    fn begins_at(&self, moment: &Moment) -> Option<u64> {
        let step = self.next_step()?;
        let waits = self.waits(moment);
        if waits.is_empty() {
            return Some(moment.running);
        }
        let stuck = [
            Wait::Notices,
            Wait::Silence,
            Wait::Before,
            Wait::Newest,
            Wait::Bounds,
        ];
        if waits.iter().any(|wait| stuck.contains(wait)) {
            return None;
        }
        let earliest = self.earliest(step, moment)?;
        let Some(window) = step.guards.window else {
            return Some(earliest);
        };
        let lower = moment.lower + (earliest - moment.running);
        let opens = match waits == [Wait::Window] {
            true => next_after(&window, lower),
            false => window.next_open(lower),
        };
        let in_time = step.guards.before.is_none_or(|before| opens < before);
        in_time.then(|| running_at(opens, moment))
    }

    /// The running time at which `at`, lead, dwell and the overlay are over.
    fn earliest(&self, step: &Step, moment: &Moment) -> Option<u64> {
        // Free time runs on from the last settling, or from the end of the last overlay.
        let from = self.overlay_ends(moment).max().unwrap_or(self.at);
        let wait = |free: u64| from + free.saturating_sub(self.free_time());
        let lead = match step.guards.lead_h {
            Some(hours) => wait(self.lead_ends(step, hours)?),
            None => from,
        };
        let dwell = match step.guards.dwell_h {
            Some(hours) => wait(self.dwell_since + u64::from(hours) * HOUR_S),
            None => from,
        };
        Some(running_at(step.at, moment).max(from).max(lead).max(dwell))
    }
}

/// The running time at which the lower bound reaches an instant.
fn running_at(instant: u64, moment: &Moment) -> u64 {
    moment.running + instant.saturating_sub(moment.lower)
}

/// The next opening after now, when the window is open by the lower bound but doesn't hold.
fn next_after(window: &Window, lower: u64) -> u64 {
    let mut at = lower;
    while window.contains(at) {
        at += 60;
    }
    window.next_open(at)
}
