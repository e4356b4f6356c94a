//! What keeps the next step from beginning, and a lowered one from coming back.

use alloc::vec::Vec;

use super::{Begun, HOUR_S, InForce};
use crate::grant::{Notice, Step};
use crate::level::Level;
use crate::moment::Moment;
use crate::report::Wait;

impl InForce {
    /// Everything that the next step waits for, in the order of [`Wait`]; empty when it can begin,
    /// and when there is none.
    pub fn waits(&self, moment: &Moment) -> Vec<Wait> {
        let Some(step) = self.next_step() else {
            return Vec::new();
        };
        let unmet = |wait: &Wait| !self.holds(*wait, step, moment);
        Wait::ALL.iter().copied().filter(unmet).collect()
    }

    /// Nothing of this kind keeps the step from beginning; a missing guard holds.
    fn holds(&self, wait: Wait, step: &Step, moment: &Moment) -> bool {
        let guards = &step.guards;
        match wait {
            Wait::At => moment.lower >= step.at,
            Wait::Notices => guards.notices.iter().all(|id| self.was_shown(*id, step)),
            Wait::Lead => guards.lead_h.is_none_or(|hours| {
                let end = self.lead_ends(step, hours);
                end.is_some_and(|end| self.free_time() >= end)
            }),
            Wait::Silence => guards.silence_h.is_none_or(|hours| {
                let heard = moment.upper.zip(self.fresh);
                heard.is_some_and(|(upper, fresh)| {
                    upper.saturating_sub(fresh) <= u64::from(hours) * HOUR_S
                })
            }),
            Wait::Window => guards.window.is_none_or(|window| {
                let by_lower = guards.silence_h.is_none();
                window.holds(moment, by_lower)
            }),
            Wait::Dwell => guards.dwell_h.is_none_or(|hours| {
                self.free_time() >= self.dwell_since + u64::from(hours) * HOUR_S
            }),
            Wait::Before => guards.before.is_none_or(|before| moment.lower < before),
            Wait::Overlay => self.overlay().is_none(),
            Wait::Newest => self
                .newest
                .is_none_or(|newest| self.recent.contains(&newest)),
            Wait::Bounds => step.level <= Level::Remind || !moment.crossed(),
        }
    }

    /// Shown on this phone, and standing in this grant with a level not below the step's.
    fn was_shown(&self, id: u16, step: &Step) -> bool {
        let stands = |notice: &Notice| notice.id == id && notice.level >= step.level;
        self.notices.iter().any(stands) && self.first_free(id).is_some()
    }

    /// Free running time at which a notice began to count as shown.
    fn first_free(&self, id: u16) -> Option<u64> {
        let showing = self.shown.iter().find(|showing| showing.id == id)?;
        Some(showing.first?.free)
    }

    /// Free running time at which the lead of a step is over; `None` while a notice isn't shown.
    pub(super) fn lead_ends(&self, step: &Step, hours: u16) -> Option<u64> {
        let firsts: Option<Vec<u64>> = step
            .guards
            .notices
            .iter()
            .map(|id| self.first_free(*id))
            .collect();
        Some(firsts?.into_iter().max()? + u64::from(hours) * HOUR_S)
    }
}

impl Begun {
    /// May a step that an overlay lowered come back now?
    pub(super) fn comes_back(&self, moment: &Moment) -> bool {
        self.window
            .is_none_or(|window| window.holds(moment, self.by_lower))
            && self.before.is_none_or(|before| moment.lower < before)
            && !(self.level > Level::Remind && moment.crossed())
    }
}
