//! The course of one contract: its facts lived in order, asked at rising instants.
//!
//! Several questions about one contract cost one walk through its facts. Every instant at which
//! something happens is lived: this is the engine as the text has it, and what the shortcut of
//! `outlook` is measured against.

use alloc::vec::Vec;

use super::ahead::Coming;
use super::ground::Ground;
use super::prepared::{Prepared, Terms};
use super::state::State;
use super::{NoticeDue, Plan, ahead, findings, guards};
use crate::calendar::Instant;
use crate::money::Money;
use crate::rules::Rules;
use crate::standing::{Facts, FactsError, NoticeMode};

pub struct Course<'f> {
    facts: &'f Facts,
    prepared: Prepared<'f>,
    state: State,
    /// Index of the first fact not lived yet.
    next_fact: usize,
    begun: bool,
}

impl<'f> Course<'f> {
    /// Before the first fact. Fails when the contract itself can't be.
    pub fn new(facts: &'f Facts, rules: &'f Rules) -> Result<Course<'f>, FactsError> {
        let prepared = Prepared::new(facts, rules)?;
        let start = prepared.first_instant();
        let ground = Ground::new(start, facts.zone.day_of(start));
        Ok(Course {
            facts,
            state: State::new(&prepared.terms(), ground),
            prepared,
            next_fact: 0,
            begun: false,
        })
    }

    /// The plan at `now`, which must not be before the `now` of an earlier call: the past isn't
    /// lived again. Later events don't exist for it, not even as errors.
    pub fn plan_at(&mut self, now: Instant) -> Result<Plan, FactsError> {
        self.prepared.history().admits(now)?;
        let terms = self.prepared.terms();
        let told = self.prepared.history().told();
        if !self.begun && self.state.ground.at <= now {
            self.begun = true;
            let start = self.state.ground.at;
            self.state.live(&terms, told, &mut self.next_fact, start);
        }
        if self.begun {
            let next = &mut self.next_fact;
            self.state.live_until(&terms, told, next, now);
        }
        let mut state = self.state.clone();
        state.reach(&terms, now);
        Ok(plan_of(state, &terms, self.facts))
    }
}

fn plan_of(mut state: State, terms: &Terms, facts: &Facts) -> Plan {
    let arrears = Money::new(state.arrears(terms), terms.currency);
    let ground = &state.ground;
    let mut plan = Plan {
        level: state.level(),
        dpd: ground.pool.dpd(terms.schedule, ground.day),
        arrears,
        restore: arrears,
        payoff: Money::new(ground.pool.payoff(terms.schedule), terms.currency),
        holds: ground.shown_holds(),
        may_demand: ground.may_demand(),
        reached: guards::reached(&state, terms),
        steps: Vec::new(),
        notices_due: due_now(&state, terms),
        notices_served: Vec::new(),
        findings: findings::of(&state, terms, facts),
        review_at: None,
    };
    for pack in &terms.rules.packs {
        let served =
            (0..pack.notices.len()).filter_map(|i| guards::notice_served(&state, terms, pack, i));
        plan.notices_served.extend(served);
    }
    let (steps, due) = (&mut plan.steps, &mut plan.notices_due);
    plan.review_at = ahead::walk(&mut state, terms, &plan.holds, &mut |then, coming| {
        let at = then.ground.at;
        match coming {
            Coming::Level(level) => steps.push(guards::step(then, terms, at, level)),
            Coming::Notice { pack, notice } => {
                let pack = &terms.rules.packs[pack];
                due.extend(guards::notice_due(pack, notice, at, terms.frequency));
            }
        }
    });
    plan
}

/// Notices that wait to be served by hand.
fn due_now(state: &State, terms: &Terms) -> Vec<NoticeDue> {
    if terms.mode == NoticeMode::Auto {
        return Vec::new();
    }
    let packs = state.climbs.iter().zip(&terms.rules.packs);
    packs
        .filter_map(|(climb, pack)| {
            let (notice, since) = climb.due?;
            guards::notice_due(pack, notice, since, terms.frequency)
        })
        .collect()
}
