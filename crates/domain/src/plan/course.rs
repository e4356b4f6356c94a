//! The course of one contract: its facts lived in order, asked at rising instants.
//!
//! Several questions about one contract cost one walk through its facts.

use alloc::vec::Vec;

use super::state::{State, Terms};
use super::{NoticeDue, Plan, ahead, findings, guards};
use crate::calendar::Instant;
use crate::money::Money;
use crate::rules::Rules;
use crate::standing::{Facts, FactsError, Known, NoticeMode, Place, Problem, check_contract};

pub struct Course<'f> {
    terms: Terms<'f>,
    known: Known<'f>,
    state: State<'f>,
    /// Index of the first event not lived yet.
    next_event: usize,
    begun: bool,
}

impl<'f> Course<'f> {
    /// Before the first fact. Fails when the contract itself can't be.
    pub fn new(facts: &'f Facts, rules: &'f Rules) -> Result<Course<'f>, FactsError> {
        check_contract(&facts.contract)?;
        let terms = Terms::new(facts, rules);
        let first = facts.events.first().map(|event| event.at);
        let start = first.map_or(terms.start(), |first| first.min(terms.start()));
        let state = State::new(&terms, start);
        Ok(Course {
            terms,
            known: Known::default(),
            state,
            next_event: 0,
            begun: false,
        })
    }

    /// The plan at `now`, which must not be before the `now` of an earlier call: the past isn't
    /// lived again. Later events don't exist for it, not even as errors.
    pub fn plan_at(&mut self, now: Instant) -> Result<Plan, FactsError> {
        self.live_until(now)?;
        let mut state = self.state.clone();
        if state.at < now {
            state.begin(&self.terms, now);
            state.settle(&self.terms);
        }
        Ok(plan_of(state, &self.terms))
    }

    fn live_until(&mut self, now: Instant) -> Result<(), FactsError> {
        if !self.begun && self.state.at <= now {
            self.begun = true;
            let start = self.state.at;
            self.live(start)?;
        }
        while self.begun {
            let event = self.terms.facts.events.get(self.next_event);
            let told = event.map(|event| event.at.max(self.state.at));
            let happens = self.state.next(&self.terms);
            let next = [told, happens].into_iter().flatten().min();
            match next.filter(|next| *next <= now) {
                Some(next) => self.live(next)?,
                None => break,
            }
        }
        Ok(())
    }

    /// Lives one instant with all its facts.
    fn live(&mut self, at: Instant) -> Result<(), FactsError> {
        self.state.begin(&self.terms, at);
        let facts = self.terms.facts;
        while let Some(event) = facts.events.get(self.next_event).filter(|e| e.at <= at) {
            let wrong = |problem| FactsError {
                place: Place::Event(self.next_event),
                problem,
            };
            if event.at < at {
                return Err(wrong(Problem::OutOfOrder));
            }
            let fact = self
                .known
                .admit(event, facts, self.terms.rules, self.state.day)
                .map_err(wrong)?;
            self.state.apply(&self.terms, fact);
            self.next_event += 1;
        }
        self.state.settle(&self.terms);
        Ok(())
    }
}

fn plan_of(state: State, terms: &Terms) -> Plan {
    let currency = terms.facts.contract.currency;
    let arrears = Money::new(state.arrears(terms), currency);
    let holds = match state.released {
        true => Vec::new(),
        false => state.holds.entries(),
    };
    let mut plan = Plan {
        level: state.level(),
        dpd: state.pool.dpd(&terms.schedule, state.day),
        arrears,
        restore: arrears,
        payoff: Money::new(state.pool.payoff(&terms.schedule), currency),
        holds,
        may_demand: !state.released && !state.holds.silence_demands(),
        reached: guards::reached(&state, terms),
        steps: Vec::new(),
        notices_due: Vec::new(),
        notices_served: Vec::new(),
        findings: findings::of(&state, terms),
        review_at: None,
    };
    for pack in &terms.rules.packs {
        let served =
            (0..pack.notices.len()).filter_map(|i| guards::notice_served(&state, terms, pack, i));
        plan.notices_served.extend(served);
    }
    let due_by_hand = due_now(&state, terms);
    let ahead = ahead::walk(state, terms, &plan.holds);
    plan.steps = ahead.steps;
    plan.notices_due = match terms.facts.notices {
        NoticeMode::Auto => ahead.notices,
        NoticeMode::Manual => due_by_hand,
    };
    plan.review_at = ahead.review_at;
    plan
}

/// Notices that wait to be served by hand.
fn due_now(state: &State, terms: &Terms) -> Vec<NoticeDue> {
    let packs = state.climbs.iter().zip(&terms.rules.packs);
    packs
        .filter_map(|(climb, pack)| {
            let (notice, since) = climb.due?;
            guards::notice_due(pack, notice, since)
        })
        .collect()
}
