//! The promises, each judged over a whole run.

mod books;
mod cures;
mod phones;
mod rises;

use std::collections::BTreeMap;

use super::inputs::Inputs;
use super::model::Level;
use super::trace::{Tick, Trace};

/// Cases against a check that are told in words; more would bury the first.
const TOLD_MAX: usize = 5;

/// What one check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckResult {
    pub name: &'static str,
    /// Cases that it looked at.
    pub judged: u64,
    /// Cases against it.
    pub failed: u64,
    /// The first of these in words.
    pub told: Vec<String>,
}

impl CheckResult {
    fn new(name: &'static str) -> CheckResult {
        CheckResult {
            name,
            judged: 0,
            failed: 0,
            told: Vec::new(),
        }
    }

    pub fn is_green(&self) -> bool {
        self.failed == 0
    }

    /// Judges one case: `against` says in words what is wrong with it, if something is.
    fn judge(&mut self, against: Option<String>) {
        self.judged += 1;
        if let Some(words) = against {
            self.failed += 1;
            if self.told.len() < TOLD_MAX {
                self.told.push(words);
            }
        }
    }
}

/// Judges every promise, in the order of the list.
pub fn check(inputs: &Inputs, trace: &Trace) -> Vec<CheckResult> {
    vec![
        books::debits_equal_credits(trace),
        books::every_payment_has_a_source(trace),
        books::no_entry_stands_behind_two_payments(trace),
        books::ledger_says_what_the_files_say(inputs, trace),
        phones::never_stricter_than_grant_and_charter(trace),
        phones::never_stricter_than_the_plan(trace),
        rises::no_planned_level_rose_in_doubt(inputs, trace),
        rises::no_phone_rose_in_doubt(inputs, trace),
        cures::money_that_cures_frees(inputs, trace),
        cures::what_is_paid_off_is_released(inputs, trace),
    ]
}

/// Walks through a trace with the planned levels as they stood at each tick's end.
fn each_tick<'a>(trace: &'a Trace, mut look: impl FnMut(&'a Tick, &BTreeMap<&'a str, Level>)) {
    let mut planned = BTreeMap::new();
    for tick in &trace.ticks {
        for (contract, level) in &tick.planned {
            planned.insert(contract.as_str(), *level);
        }
        look(tick, &planned);
    }
}
