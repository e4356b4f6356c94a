//! Facts checked and put in order once, for every later question about their contract.
//!
//! A [`Prepared`] contract is what a planner of many keeps in memory: the schedule as running sums,
//! events resolved to what they do, the days on which a gate or a status could change. It is made
//! for some rules, and for some facts: a new fact needs a new one.

use alloc::vec::Vec;

use super::days::LocalDays;
use super::gates::{self, Turn};
use super::outlook::Rest;
use crate::calendar::{Day, Instant, Steady, Zone};
use crate::contract::Frequency;
use crate::money::Currency;
use crate::rules::Rules;
use crate::standing::{Facts, FactsError, History, NoticeMode, Schedule, check_contract};

#[derive(Debug, Clone)]
pub struct Prepared<'r> {
    rules: &'r Rules,
    currency: Currency,
    frequency: Option<Frequency>,
    days_of_grace: u16,
    mode: NoticeMode,
    zone: Zone,
    /// Around the newest fact.
    steady: Steady,
    /// Sorted, each once.
    holidays: Vec<Day>,
    schedule: Schedule,
    /// Where climbing starts: the midnight of the day of signature.
    start: Instant,
    /// Of each pack, one after the other.
    turns: Vec<Turn>,
    history: History,
    /// Where climbing has to begin once every fact is known.
    rest: Option<Rest>,
}

impl<'r> Prepared<'r> {
    /// Fails when the contract itself can't be. Events that contradict each other are found when
    /// an instant is asked at which they are known.
    pub fn new(facts: &Facts, rules: &'r Rules) -> Result<Prepared<'r>, FactsError> {
        check_contract(&facts.contract)?;
        let mut holidays = facts.holidays.clone();
        holidays.sort_unstable();
        holidays.dedup();
        let start = facts.zone.instant_of(facts.contract.signed_on, 0);
        let newest = facts.events.last().map_or(start, |event| event.at);
        let mut prepared = Prepared {
            rules,
            currency: facts.contract.currency,
            frequency: facts.particulars.frequency,
            days_of_grace: facts.particulars.days_of_grace,
            mode: facts.notices,
            zone: facts.zone.clone(),
            steady: facts.zone.steady_around(newest),
            holidays,
            schedule: Schedule::of(&facts.contract),
            start,
            turns: gates::turns(facts, rules),
            history: History::of(facts, rules),
            rest: None,
        };
        prepared.rest = prepared.last_rest(prepared.history.told());
        Ok(prepared)
    }

    pub(super) fn rest(&self) -> Option<&Rest> {
        self.rest.as_ref()
    }

    pub(super) fn history(&self) -> &History {
        &self.history
    }

    /// As a walk sees it.
    pub(super) fn terms(&self) -> Terms<'_> {
        Terms {
            rules: self.rules,
            currency: self.currency,
            frequency: self.frequency,
            days_of_grace: self.days_of_grace,
            mode: self.mode,
            local: LocalDays::new(&self.zone, &self.holidays, self.steady),
            schedule: &self.schedule,
            turns: &self.turns,
        }
    }

    /// The first instant that is lived: the start of climbing, or the first fact before it.
    pub(super) fn first_instant(&self) -> Instant {
        let begins = self.history.begins();
        begins.map_or(self.start, |begins| begins.min(self.start))
    }
}

/// What never changes while a contract is looked at.
#[derive(Debug)]
pub struct Terms<'p> {
    pub rules: &'p Rules,
    pub currency: Currency,
    /// None: not known.
    pub frequency: Option<Frequency>,
    pub days_of_grace: u16,
    pub mode: NoticeMode,
    pub local: LocalDays<'p>,
    pub schedule: &'p Schedule,
    pub turns: &'p [Turn],
}

impl Terms<'_> {
    /// How many days on which a gate or status could change there are in all.
    pub fn turns_count(&self) -> usize {
        self.turns.len()
    }
}
