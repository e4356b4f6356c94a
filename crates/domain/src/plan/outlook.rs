//! A plan without its words, for many contracts at once: level, money, holds, steps, review.
//!
//! It says exactly what [`Plan`](super::Plan) says of these, and is made for speed by one
//! observation. Money and holds (`ground`) go their way whatever is climbed, and whenever nothing
//! is past due every ladder is as new. So a past that was settled needs no climbing: climbs are
//! lived only from the last instant on at which nothing was past due.

use alloc::vec::Vec;

use super::ahead::{self, Coming};
use super::ground::Ground;
use super::prepared::{Prepared, Terms};
use super::state::State;
use super::{HoldEntry, Level};
use crate::calendar::Instant;
use crate::money::Money;
use crate::rules::{Pack, Rules};
use crate::standing::{Fact, Facts, FactsError, Schedule, Told};

/// What is wanted for one contract, as [`Plan`](super::Plan) has it; guards, notices and findings
/// are left to that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    pub level: Level,
    /// Days past due.
    pub dpd: u32,
    /// What brings the level back to free now.
    pub arrears: Money,
    /// What releases.
    pub payoff: Money,
    pub holds: Vec<HoldEntry>,
    pub may_demand: bool,
    /// Later levels if nothing else happens, in order.
    pub steps: Vec<(Instant, Level)>,
    pub review_at: Option<Instant>,
}

/// The outlook at `now`, from facts as they are told.
pub fn outlook(facts: &Facts, rules: &Rules, now: Instant) -> Result<Outlook, FactsError> {
    Prepared::new(facts, rules)?.outlook(now)
}

impl Prepared<'_> {
    /// The outlook at `now`. Later events don't exist for it, not even as errors.
    pub fn outlook(&self, now: Instant) -> Result<Outlook, FactsError> {
        self.history().admits(now)?;
        let terms = self.terms();
        let mut state = self.state_at(&terms, now);
        let ground = &state.ground;
        let mut outlook = Outlook {
            level: state.level(),
            dpd: ground.pool.dpd(terms.schedule, ground.day),
            arrears: Money::new(state.arrears(&terms), terms.currency),
            payoff: Money::new(ground.pool.payoff(terms.schedule), terms.currency),
            holds: ground.shown_holds(),
            may_demand: ground.may_demand(),
            steps: Vec::new(),
            review_at: None,
        };
        let steps = &mut outlook.steps;
        outlook.review_at = ahead::walk(&mut state, &terms, &outlook.holds, &mut |then, coming| {
            if let Coming::Level(level) = coming {
                steps.push((then.ground.at, level));
            }
        });
        Ok(outlook)
    }

    fn state_at(&self, terms: &Terms, now: Instant) -> State {
        let told = self.history().known_at(now);
        let today = terms.local.day_of(now);
        if now < self.first_instant() {
            return State::new(terms, self.first_ground());
        }
        let all = told.len() == self.history().told().len();
        let earlier = (!all).then(|| self.last_rest(told)).flatten();
        let mut state;
        let mut next = 0;
        match self.rest().filter(|_| all).or(earlier.as_ref()) {
            Some(rest) => {
                state = State::new(terms, rest.ground.clone());
                next = rest.next_fact;
                // A rest that lasts until now: nothing came after it, or it would have been left.
                let lasts = state.ground.rests_on(terms.schedule, today);
                if lasts {
                    state.ground.move_to(now, today);
                }
                state.settle(terms);
                if lasts {
                    return state;
                }
            }
            None => {
                state = State::new(terms, self.first_ground());
                let start = state.ground.at;
                state.live(terms, told, &mut next, start);
            }
        }
        state.live_until(terms, told, &mut next, now);
        state.reach(terms, now);
        state
    }

    fn first_ground(&self) -> Ground {
        let start = self.first_instant();
        Ground::new(start, self.terms().local.day_of(start))
    }

    /// The last instant from which climbing has to be lived to know it after these facts.
    pub(super) fn last_rest(&self, told: &[Told]) -> Option<Rest> {
        let terms = self.terms();
        let quiet = terms.rules.packs.iter().all(rests_quietly);
        quiet.then(|| last_rest(self.first_ground(), terms.schedule, told))?
    }
}

/// While nothing is past due this pack reaches no level and serves no notice.
fn rests_quietly(pack: &Pack) -> bool {
    let days = |days: Option<u32>| days.is_some_and(|days| days > 0);
    let remind = pack.remind.min_days_past_due.as_ref();
    let notice = pack.notices.first();
    days(remind.map(|days| days.value))
        && notice.is_none_or(|notice| days(notice.terms.value.min_days_past_due))
}

/// An instant at which nothing was past due, its facts taken.
#[derive(Debug, Clone)]
pub struct Rest {
    ground: Ground,
    next_fact: usize,
}

/// The last instant from which climbing has to be lived: nothing was past due, and no emergency
/// pass that may count lies before it. None when there is no such instant.
fn last_rest(mut ground: Ground, schedule: &Schedule, told: &[Told]) -> Option<Rest> {
    let mut left = None;
    let mut rested = false;
    let mut next_fact = 0;
    loop {
        while let Some(told) = told.get(next_fact).filter(|told| told.at == ground.at) {
            // Where nothing is past due a pass has nothing to do; elsewhere it is remembered.
            if told.fact == Fact::EmergencyPass && !rested {
                return left;
            }
            ground.take(schedule, &told.fact);
            next_fact += 1;
        }
        ground.released |= ground.pool.covers_all(schedule);
        rested = ground.rests_on(schedule, ground.day);
        let Some(told) = told.get(next_fact) else {
            break;
        };
        if rested && !ground.rests_on(schedule, told.day) {
            rested = false;
            let ground = ground.clone();
            left = Some(Rest { ground, next_fact });
        }
        ground.move_to(told.at, told.day);
    }
    match rested {
        true => Some(Rest { ground, next_fact }),
        false => left,
    }
}
