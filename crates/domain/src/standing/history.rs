//! The facts of one contract as they act: admitted once, in their order, for every later question.
//!
//! Failure is the first event that can't follow those before it. What is asked about an instant
//! before that event doesn't see it, not even as an error.

use alloc::vec::Vec;

use super::admit::{Fact, FactsError, Known, Place, Problem, check_contract};
use super::{Event, Facts};
use crate::calendar::{Day, Instant};
use crate::rules::Rules;

/// One fact, when it became known, and the local day of that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    pub at: Instant,
    pub day: Day,
    pub fact: Fact,
}

/// Every fact up to the first that can't be.
#[derive(Debug, Clone)]
pub struct History {
    told: Vec<Told>,
    /// Of the oldest and the newest: asked more often than what they say.
    span: Option<(Instant, Instant)>,
    /// From when on, and why, the facts are refused.
    refused: Option<(Instant, FactsError)>,
}

impl History {
    pub fn of(facts: &Facts, rules: &Rules) -> History {
        let mut history = History {
            told: Vec::with_capacity(facts.events.len()),
            span: None,
            refused: None,
        };
        let mut known = Known::default();
        for (i, event) in facts.events.iter().enumerate() {
            if let Err(problem) = history.tell(event, facts, rules, &mut known) {
                let place = Place::Event(i);
                let before = history.told.last().map_or(event.at, |told| told.at);
                let error = FactsError { place, problem };
                history.refused = Some((event.at.max(before), error));
                break;
            }
        }
        let first = history.told.first().map(|told| told.at);
        history.span = first.zip(history.told.last().map(|told| told.at));
        history
    }

    fn tell<'f>(
        &mut self,
        event: &'f Event,
        facts: &Facts,
        rules: &Rules,
        known: &mut Known<'f>,
    ) -> Result<(), Problem> {
        let at = event.at;
        if self.told.last().is_some_and(|before| at < before.at) {
            return Err(Problem::OutOfOrder);
        }
        let day = facts.zone.day_of(at);
        let fact = known.admit(event, facts, rules, day)?;
        self.told.push(Told { at, day, fact });
        Ok(())
    }

    /// Oldest first.
    pub fn told(&self) -> &[Told] {
        &self.told
    }

    /// When the oldest became known.
    pub fn begins(&self) -> Option<Instant> {
        self.span.map(|(first, _)| first)
    }

    /// Those up to `now`.
    pub fn known_at(&self, now: Instant) -> &[Told] {
        match self.span {
            Some((_, last)) if last > now => {
                &self.told[..self.told.partition_point(|told| told.at <= now)]
            }
            _ => &self.told,
        }
    }

    /// Fails when something known at `now` contradicts what was known before it.
    pub fn admits(&self, now: Instant) -> Result<(), FactsError> {
        match self.refused {
            Some((from, error)) if from <= now => Err(error),
            _ => Ok(()),
        }
    }
}

/// Checks everything, also what lies after the instants that anybody asks for.
pub fn check(facts: &Facts, rules: &Rules) -> Result<(), FactsError> {
    check_contract(&facts.contract)?;
    match History::of(facts, rules).refused {
        Some((_, error)) => Err(error),
        None => Ok(()),
    }
}
