//! Overlays lower, never raise: the emergency pass, what a typed code opened, and caps of the
//! whole lender. While one is live nothing begins or comes back, and lead and dwell stand still.

use super::{Begun, CapLive, DAY_S, InForce};
use crate::level::Level;
use crate::moment::Moment;
use crate::report::Cause;

impl InForce {
    /// The lowest of the live overlays.
    pub fn overlay(&self) -> Option<Level> {
        let pass = self.pass_until.map(|_| Level::Remind);
        let code = self.code_until.map(|_| Level::Free);
        let caps = self.caps.iter().map(|cap| cap.level);
        caps.chain(pass).chain(code).min()
    }

    /// A right, unused code for so many days: the end of what codes opened only ever moves later,
    /// and lies at most the charter's `code_days` ahead. Settle first.
    pub fn open_by_code(&mut self, days: u16, code_days: u16) {
        if self.released.is_none() {
            let until = self.at + u64::from(days.min(code_days)) * DAY_S;
            self.code_until = self.code_until.max(Some(until));
        }
    }

    /// Caps add up: none ends or replaces another. Settle first.
    pub(crate) fn add_cap(&mut self, level: Level, until: u64) {
        match self.caps.iter_mut().find(|cap| cap.level == level) {
            Some(cap) => cap.until = cap.until.max(until),
            None => self.caps.push(CapLive { level, until }),
        }
        self.caps.sort_by_key(|cap| cap.level);
    }

    /// What an overlay that is over has lowered waits for its own window.
    pub(super) fn end_overlays(&mut self, moment: &Moment) {
        let caps = self.caps.extract_if(.., |cap| cap.until <= moment.lower);
        let mut lowest = caps.map(|cap| cap.level).min();
        let timed = [
            (&mut self.pass_until, Level::Remind),
            (&mut self.code_until, Level::Free),
        ];
        for (until, level) in timed {
            if until.is_some_and(|until| until <= moment.running) {
                *until = None;
                lowest = Some(lowest.map_or(level, |lowest| lowest.min(level)));
            }
        }
        let Some(waits_at) = lowest.map(|lowest| lowest.max(Level::Remind)) else {
            return;
        };
        let lowered = |begun: &&mut Begun| begun.level > waits_at;
        for begun in self.begun.iter_mut().filter(lowered) {
            let before = begun.returning.unwrap_or(waits_at);
            begun.returning = Some(before.min(waits_at));
        }
    }

    /// Running times at which the live overlays end.
    pub(super) fn overlay_ends(&self, moment: &Moment) -> impl Iterator<Item = u64> {
        let caps = self.caps.iter();
        let caps = caps.map(|cap| moment.running + cap.until.saturating_sub(moment.lower));
        caps.chain(self.pass_until).chain(self.code_until)
    }

    /// The overlay, or what is left of one, that makes the level lower than the grant's.
    pub(super) fn lowered_by(&self) -> Option<Cause> {
        let grant_level = self.grant_level();
        if self.code_until.is_some() {
            Some(Cause::Code)
        } else if self.pass_until.is_some() {
            Some(Cause::Pass)
        } else if self.overlay().is_some_and(|level| level < grant_level) {
            Some(Cause::Cap)
        } else {
            let returning = self.begun.iter().any(|begun| begun.returning.is_some());
            returning.then_some(Cause::Returning)
        }
    }
}
