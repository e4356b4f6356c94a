//! Loosening or tightening: is a new grant, in every future, no stricter than what is left of the
//! old one? Decided part by part, so that the strict parts alone can be cut.
//!
//! Nothing here fails; doubt is tightening. `steps[0]` isn't compared: it only bounds.

use alloc::vec::Vec;

use crate::grant::{Grant, Guards, Lapse, Notice, Step, Window};
use crate::level::Level;

/// What the grant in force can still bring.
#[derive(Clone, Copy, Debug)]
pub struct Remaining<'a> {
    /// Steps that haven't begun.
    pub later: &'a [Step],
    /// The level that a fired lapse caps them at.
    pub cap: Option<Level>,
    pub notices: &'a [Notice],
    /// Effective values: the lower of grant and charter.
    pub lapse: Lapse,
    pub end: u64,
}

/// The parts by which a new grant is stricter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Index in `steps` of the first stricter step.
    pub steps: Option<usize>,
    /// Ids of notices that are new, or shown from earlier.
    pub notices: Vec<u16>,
    pub lapse: bool,
    pub end: bool,
}

impl Comparison {
    /// Stricter in nothing.
    pub fn is_loosening(&self) -> bool {
        !self.has_tightening() && !self.lapse && !self.end
    }

    /// Has it a part that needs RESTRICT, a warrant and a base? A lapse or an `end` alone is just
    /// cut.
    pub fn has_tightening(&self) -> bool {
        self.steps.is_some() || !self.notices.is_empty()
    }
}

/// Compares; `lapse` and `end` are the new grant's effective values.
pub fn compare(new: &Grant, lapse: Lapse, end: u64, old: &Remaining<'_>) -> Comparison {
    if new.level == Level::Released {
        return Comparison::default();
    }
    let softer = |(index, step): (usize, &Step)| {
        let before = old.later.get(index);
        before.is_some_and(|before| softer_step(step, before, new, old))
    };
    let mut later = new.later.iter().enumerate();
    let steps = later.position(|step| !softer(step)).map(|index| index + 1);
    let named = |id: &u16| {
        let mut guards = new.later.iter().map(|step| &step.guards);
        guards.any(|guards| guards.notices.contains(id))
    };
    let kept = |notice: &&Notice| {
        let mut those = old.notices.iter();
        those.any(|before| {
            before.id == notice.id
                && same_demand(notice, before)
                && notice.show_from >= before.show_from
                && (notice.show_from == before.show_from || !named(&notice.id))
        })
    };
    let notices = new.notices.iter().filter(|notice| !kept(notice));
    let notices = notices.map(|notice| notice.id).collect();
    // An unlock says nothing of lapse or end; what is in force then stays in force.
    let unlock = new.level == Level::Free && new.later.is_empty() && new.notices.is_empty();
    let longer = lapse.hours > old.lapse.hours || lapse.level > old.lapse.level;
    Comparison {
        steps,
        notices,
        lapse: longer && !(unlock && new.lapse.is_none()),
        end: end != old.end && !(unlock && new.end.is_none()),
    }
}

fn softer_step(new: &Step, old: &Step, grant: &Grant, remaining: &Remaining<'_>) -> bool {
    let old_level = remaining.cap.map_or(old.level, |cap| old.level.min(cap));
    let mut ids = new.guards.notices.iter();
    new.at >= old.at
        && new.level <= old_level
        && tighter_guards(&new.guards, &old.guards)
        && ids.all(|id| stands_in_old(*id, grant, remaining.notices))
}

/// Every guard at least as tight; a missing one is the loosest.
fn tighter_guards(new: &Guards, old: &Guards) -> bool {
    let at_least = |new: Option<u16>, old: Option<u16>| old.is_none() || new >= old;
    let within = |new: Option<u64>, old: Option<u64>| {
        old.is_none_or(|old| new.is_some_and(|new| new <= old))
    };
    let window = old
        .window
        .is_none_or(|old| new.window.is_some_and(|new| inside(&new, &old)));
    old.notices.iter().all(|id| new.notices.contains(id))
        && at_least(new.lead_h, old.lead_h)
        && at_least(new.dwell_h, old.dwell_h)
        && within(new.silence_h.map(u64::from), old.silence_h.map(u64::from))
        && within(new.before, old.before)
        && window
}

/// A subset at the same offset.
fn inside(new: &Window, old: &Window) -> bool {
    new.offset_min == old.offset_min
        && new.from_min >= old.from_min
        && new.to_min <= old.to_min
        && new.days & !old.days == 0
}

/// A notice that a guard names must be the old one; its amount may have fallen.
fn stands_in_old(id: u16, grant: &Grant, old: &[Notice]) -> bool {
    let before = old.iter().find(|notice| notice.id == id);
    match (grant.notice(id), before) {
        (Some(new), Some(old)) => same_demand(new, old) && new.show_from == old.show_from,
        _ => false,
    }
}

/// The same level, rule and due day, and no higher amount: what keeps the record of being shown.
pub fn same_demand(new: &Notice, old: &Notice) -> bool {
    new.level == old.level
        && new.reason == old.reason
        && new.due_day == old.due_day
        && new.amount <= old.amount
}
