//! What the person before the screen does: presses the emergency pass, and sees notices.

use super::{DAY_S, FirstShown, HOUR_S, InForce, SHOWN_S};
use crate::charter::Pass;
use crate::grant::Notice;
use crate::level::Level;

impl InForce {
    /// The borrower presses the emergency pass: `remind` for its hours, if something is limited
    /// and a pass is left. Says whether it counted.
    pub fn press_pass(&mut self, pass: &Pass, running: u64) -> bool {
        if self.level() < Level::Reduce || self.passes_left(pass, running) == 0 {
            return false;
        }
        self.pass_starts
            .retain(|start| counts_still(*start, pass, running));
        self.pass_starts.push(running);
        self.pass_until = Some(running + u64::from(pass.hours) * HOUR_S);
        self.passes += 1;
        true
    }

    /// Passes that may still begin in the period up to now.
    pub fn passes_left(&self, pass: &Pass, running: u64) -> u64 {
        let used = self
            .pass_starts
            .iter()
            .filter(|start| counts_still(**start, pass, running));
        u64::from(pass.times).saturating_sub(used.count() as u64)
    }

    /// The notice that must be in front of an unlocked, lit screen now.
    pub fn notice_to_show(&self, lower: u64) -> Option<&Notice> {
        let unshown = |id| {
            self.shown
                .iter()
                .any(|one| one.id == id && one.first.is_none())
        };
        self.notices
            .iter()
            .find(|notice| notice.show_from <= lower && unshown(notice.id))
    }

    /// The screen with this notice came before an unlocked, lit screen.
    pub fn shown_once(&mut self, id: u16) {
        if let Some(showing) = self.shown.iter_mut().find(|one| one.id == id) {
            showing.times += 1;
        }
    }

    /// It stood there for so many seconds, up to the last settling. Says whether it now counts as
    /// shown.
    pub fn shown_for(&mut self, id: u16, seconds: u64, lower: u64) -> bool {
        let first = FirstShown {
            running: self.at,
            free: self.free_time(),
            lower,
        };
        let Some(showing) = self.shown.iter_mut().find(|one| one.id == id) else {
            return false;
        };
        showing.seconds += seconds;
        if showing.seconds >= SHOWN_S && showing.first.is_none() {
            showing.first = Some(first);
            return true;
        }
        false
    }
}

/// A pass exactly one period after another's start is allowed.
fn counts_still(start: u64, pass: &Pass, running: u64) -> bool {
    running < start + u64::from(pass.period_days) * DAY_S
}
