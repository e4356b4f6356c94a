//! What a plan wants of a phone: the level now, and the later steps with their guards.
//!
//! The plan speaks of law and money, a grant of what the phone can check by itself. Here each
//! step gets guards at least as tight as the plan's, the charter's and the compiled limits; a
//! step that can't have them is left out with all steps after it, and the caller is told when to
//! look again.
//!
//! Left out on purpose:
//! - any step while a hold lasts: a phone out of reach can't know whether the hold went on;
//! - `remind` ahead of time: it limits nothing, so it needs no signature before its day;
//! - anything after the first predicted fall: what comes after it rests on conditions that ended.

use fairlock_domain::calendar::{Instant, Zone};
use fairlock_domain::plan::{self, Plan};
use fairlock_protocol::charter::{BEFORE_LOCK_S, BEFORE_REDUCE_S, Charter};
use fairlock_protocol::grant::{NOTICES_MAX, TIME_MAX};
use fairlock_protocol::{Guards, Level, Step, Window};

/// A phone that is to reach `reduce` by itself must accept the step at least the charter's
/// `offline_days` before it begins. A grant may wait for an absent phone so many days more.
const OFFLINE_MARGIN_DAYS: u64 = 7;
pub(crate) const DAY_S: u64 = 86_400;

/// What a plan wants of one phone at one instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// The level the plan wants now, emergency passes not counted: a pass is the phone's own, and
    /// what it lowered comes back by itself. In a hold they count: what they lowered must not
    /// come back before the hold ends.
    pub level: Level,
    /// Steps above the level that the phone has, those of now included.
    pub later: Vec<Step>,
    /// A step is due or predicted, but can't be granted as things stand today.
    pub blocked: bool,
}

/// The terms that don't change from step to step.
pub(crate) struct Terms<'a> {
    pub charter: &'a Charter,
    /// The contract's zone.
    pub zone: &'a Zone,
    /// Issued at, Unix seconds.
    pub iat: u64,
    /// Nothing above `remind` begins before: the phone was set up anew.
    pub not_before: u64,
}

/// What `plan` wants of a phone whose grant level is `held`.
pub(crate) fn wanted(plan: &Plan, held: Level, terms: &Terms<'_>) -> Wanted {
    let mut level = level_of(plan.level);
    if plan.holds.is_empty() {
        let climbed = plan.reached.iter().map(|step| level_of(step.level));
        level = climbed.fold(level, Level::max);
    }
    let mut wanted = Wanted {
        level,
        later: Vec::new(),
        blocked: false,
    };
    if plan.holds.is_empty() && level != Level::Released {
        let mut climb = Climb {
            terms,
            fall: first_fall(plan),
            base: held.min(level),
            wanted: &mut wanted,
        };
        climb.of_now(plan);
        climb.ahead(plan);
    }
    wanted
}

/// Adds steps from the lowest on.
struct Climb<'a, 'w> {
    terms: &'a Terms<'a>,
    /// From here on the plan predicts less: no step begins then or later.
    fall: Option<Instant>,
    /// The level that the grant begins with.
    base: Level,
    wanted: &'w mut Wanted,
}

impl Climb<'_, '_> {
    /// The levels that stand already, as steps that may begin at once.
    fn of_now(&mut self, plan: &Plan) {
        if self.wanted.level >= Level::Remind && self.base < Level::Remind {
            self.add(self.terms.iat + 1, Level::Remind, Some(Guards::default()));
        }
        for step in &plan.reached {
            let level = level_of(step.level);
            if level > self.base && self.may_add(level) {
                let at = self.next_at(self.terms.not_before);
                let guards = self.guards(step, at, level);
                self.add(at, level, guards);
            }
        }
    }

    /// The levels to come, up to the first predicted fall.
    fn ahead(&mut self, plan: &Plan) {
        let before_fall = |step: &&plan::Step| self.fall.is_none_or(|fall| step.at < fall);
        let steps: Vec<_> = plan.steps.iter().take_while(before_fall).collect();
        for step in steps {
            let level = level_of(step.level);
            let above = level > self.base && level > self.wanted.level;
            if above && level >= Level::Reduce && self.may_add(level) {
                let at = self.next_at(seconds_up(step.at).max(self.terms.not_before));
                let guards = self.guards(step, at, level);
                self.add(at, level, guards);
            }
        }
    }

    /// Steps come in order: none after one that can't be granted, none above the charter.
    fn may_add(&self, level: Level) -> bool {
        !self.wanted.blocked && level <= self.terms.charter.highest
    }

    /// `at`, or the next second after the step before.
    fn next_at(&self, at: u64) -> u64 {
        let last = self.wanted.later.last();
        last.map_or(at, |last| at.max(last.at + 1))
            .max(self.terms.iat + 1)
    }

    fn add(&mut self, at: u64, level: Level, guards: Option<Guards>) {
        match guards {
            Some(guards) => self.wanted.later.push(Step { at, level, guards }),
            None => self.wanted.blocked = true,
        }
    }

    /// The step's guards; `None` when it can't begin under any.
    fn guards(&self, step: &plan::Step, at: u64, level: Level) -> Option<Guards> {
        let Terms {
            charter, zone, iat, ..
        } = self.terms;
        let asked = step.guards.as_ref()?;
        let limits = charter.limits(level)?;
        // A guard names notices of the step's own level; those beneath it stand behind the steps
        // beneath it.
        let own = asked.notices.iter().filter(|n| level_of(n.level) >= level);
        let mut notices: Vec<u16> = own.map(|n| n.notice_number).collect();
        notices.sort_unstable();
        notices.dedup();
        if notices.is_empty() || notices.len() as u64 > NOTICES_MAX {
            return None;
        }
        let window = Window {
            offset_min: offset(zone, at)?,
            from_min: asked.from_minute.max(limits.from_min),
            to_min: asked.to_minute.min(limits.to_min),
            days: asked.weekdays & limits.days,
        };
        if window.from_min >= window.to_min || window.days == 0 {
            return None;
        }
        let longest = match level {
            Level::Lock => BEFORE_LOCK_S,
            _ => BEFORE_REDUCE_S,
        };
        let longest = (at + longest).min(TIME_MAX);
        let bounds = [asked.before, self.fall].into_iter().flatten().map(seconds);
        // When the clocks change, the window stands an hour off: the step must be granted anew.
        let change = next_change(zone, at, longest);
        let before = bounds.chain(change).fold(longest, u64::min);
        if before <= at {
            return None;
        }
        let dwell = hours(asked.dwell_hours).max(limits.dwell_h);
        let offline_s = (u64::from(charter.offline_days) + OFFLINE_MARGIN_DAYS) * DAY_S;
        let may_be_offline = level == Level::Reduce && at >= iat + offline_s;
        Some(Guards {
            notices,
            lead_h: Some(hours(asked.lead_hours).max(limits.lead_h)),
            silence_h: (!may_be_offline).then_some(charter.silence_h),
            window: Some(window),
            dwell_h: (dwell > 0).then_some(dwell),
            before: Some(before),
        })
    }
}

/// The first instant at which the plan predicts less than before it.
fn first_fall(plan: &Plan) -> Option<Instant> {
    let mut level = plan.level;
    for step in &plan.steps {
        if step.level < level {
            return Some(step.at);
        }
        level = step.level;
    }
    None
}

/// Minutes east of UTC; `None` beyond what a window can say.
pub(crate) fn offset(zone: &Zone, at: u64) -> Option<i16> {
    let at = Instant::from_unix_seconds(i64::try_from(at).ok()?);
    i16::try_from(zone.offset_minutes_at(at)).ok()
}

/// The first second after `from` and before `until` at which the zone has another offset than at
/// `from`: looked for day by day, then to the second. No zone changes twice within a day.
pub(crate) fn next_change(zone: &Zone, from: u64, until: u64) -> Option<u64> {
    let first = offset(zone, from);
    let mut at = from;
    while at < until {
        let next = (at + DAY_S).min(until);
        if offset(zone, next) != first {
            let (mut before, mut after) = (at, next);
            while after - before > 1 {
                let middle = before + (after - before) / 2;
                match offset(zone, middle) == first {
                    true => before = middle,
                    false => after = middle,
                }
            }
            return Some(after);
        }
        at = next;
    }
    None
}

fn hours(hours: u32) -> u16 {
    u16::try_from(hours).unwrap_or(u16::MAX)
}

/// Unix seconds as grants write them, rounded down; instants before 1970 are 1970.
pub(crate) fn seconds(at: Instant) -> u64 {
    u64::try_from(at.unix_seconds()).unwrap_or(0).min(TIME_MAX)
}

/// Rounded up: a step never begins before its instant.
pub(crate) fn seconds_up(at: Instant) -> u64 {
    let more = u64::from(at.subsec_nanos() > 0);
    (seconds(at) + more).min(TIME_MAX)
}

/// The same level on the wire.
pub(crate) fn level_of(level: plan::Level) -> Level {
    match level {
        plan::Level::Released => Level::Released,
        plan::Level::Free => Level::Free,
        plan::Level::Remind => Level::Remind,
        plan::Level::Reduce => Level::Reduce,
        plan::Level::Lock => Level::Lock,
    }
}
