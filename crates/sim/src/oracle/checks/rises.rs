//! No level rises while money is in doubt.

use std::collections::BTreeMap;

use super::super::doubt::{Span, shields};
use super::super::inputs::Inputs;
use super::super::model::{Level, Seconds, show};
use super::super::trace::Trace;
use super::CheckResult;

/// No planned level rises while a payment shields its contract or its feed is silent.
pub fn no_planned_level_rose_in_doubt(inputs: &Inputs, trace: &Trace) -> CheckResult {
    let mut result =
        CheckResult::new("no planned level rose while a payment shielded or a feed was stale");
    let doubts = Doubts::of(inputs);
    let mut levels: BTreeMap<&str, Level> = BTreeMap::new();
    for tick in &trace.ticks {
        for (contract, level) in &tick.planned {
            let before = levels.insert(contract, *level).unwrap_or(Level::Free);
            if *level > before {
                result.judge(doubts.words(contract, tick.at, *level));
            }
        }
    }
    result
}

/// No connected phone's level rises while a payment shields its contract or its feed is silent.
pub fn no_phone_rose_in_doubt(inputs: &Inputs, trace: &Trace) -> CheckResult {
    let mut result = CheckResult::new(
        "no connected phone's level rose while a payment shielded or a feed was stale",
    );
    let doubts = Doubts::of(inputs);
    let mut levels: BTreeMap<&str, Level> = BTreeMap::new();
    for tick in &trace.ticks {
        for phone in &tick.phones {
            let before = levels.insert(&phone.contract, phone.level);
            let rose = phone.level > before.unwrap_or(Level::Free);
            if phone.reachable && rose {
                result.judge(doubts.words(&phone.contract, tick.at, phone.level));
            }
        }
    }
    result
}

/// When each contract's money is in doubt.
struct Doubts<'a> {
    shields: BTreeMap<&'a str, Vec<Span>>,
    inputs: &'a Inputs,
}

impl<'a> Doubts<'a> {
    fn of(inputs: &'a Inputs) -> Doubts<'a> {
        let shields = inputs
            .accounts
            .iter()
            .map(|(contract, account)| (contract.as_str(), shields(account)))
            .collect();
        Doubts { shields, inputs }
    }

    /// What speaks against a rise of this contract now.
    fn words(&self, contract: &str, at: Seconds, level: Level) -> Option<String> {
        let shielded = self
            .shields
            .get(contract)
            .is_some_and(|spans| spans.iter().any(|s| s.holds(at)));
        let feed = self.inputs.accounts.get(contract)?.feed.as_deref();
        let silent = feed.filter(|feed| self.inputs.is_silent(feed, at));
        let (when, word) = (show(at), level.word());
        match (shielded, silent) {
            (true, _) => Some(format!(
                "{when} {contract}: rose to {word} while a payment shields"
            )),
            (_, Some(feed)) => Some(format!(
                "{when} {contract}: rose to {word} while feed {feed} is silent"
            )),
            _ => None,
        }
    }
}
