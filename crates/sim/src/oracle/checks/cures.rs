//! Money frees: at once when the phone is in reach, else at its next contact; for ever when
//! nothing is left to pay.

use std::collections::BTreeMap;

use super::super::account::{Account, News};
use super::super::inputs::Inputs;
use super::super::model::{Level, Seconds, show};
use super::super::trace::Trace;
use super::{CheckResult, each_tick};

/// Each booked payment after which nothing is past due frees plan and phone within its tick, or
/// the phone within the tick of its next contact.
pub fn money_that_cures_frees(inputs: &Inputs, trace: &Trace) -> CheckResult {
    let mut result = CheckResult::new(
        "every booked payment that cured freed its phone within the tick, or at its next contact",
    );
    let mut waiting = cures(inputs);
    let mut phones_waiting: BTreeMap<&str, Seconds> = BTreeMap::new();
    each_tick(trace, |tick, planned| {
        while let Some((at, account)) = waiting.pop_if(|(at, _)| *at <= tick.at) {
            let level = planned.get(account.contract.as_str()).copied();
            let level = level.unwrap_or(Level::Free);
            result.judge(still_limited(
                level,
                at,
                tick.at,
                &account.contract,
                "planned",
            ));
            phones_waiting.insert(&account.contract, at);
        }
        for phone in tick.phones.iter().filter(|p| p.reachable) {
            let Some(at) = phones_waiting.remove(phone.contract.as_str()) else {
                continue;
            };
            // A phone that comes back after the next due date owes anew.
            let current = inputs
                .accounts
                .get(&phone.contract)
                .is_some_and(|account| account.arrears(tick.at) == 0);
            if current {
                let words =
                    still_limited(phone.level, at, tick.at, &phone.contract, "the phone is");
                result.judge(words);
            }
        }
    });
    result
}

fn still_limited(
    level: Level,
    paid: Seconds,
    at: Seconds,
    contract: &str,
    who: &str,
) -> Option<String> {
    (level > Level::Free).then(|| {
        let (paid, at, word) = (show(paid), show(at), level.word());
        format!("{contract}: current since {paid}, {who} at {word} at {at}")
    })
}

/// Instants at which booked money made a contract current, the latest first.
fn cures(inputs: &Inputs) -> Vec<(Seconds, &Account)> {
    let mut cures: Vec<(Seconds, &Account)> = Vec::new();
    for account in inputs.accounts.values() {
        for (i, news) in account.moves.iter().enumerate() {
            if news.news != News::Booked || account.arrears(news.at) > 0 {
                continue;
            }
            let earlier = Account {
                moves: account.moves[..i].to_vec(),
                ..account.clone()
            };
            if earlier.arrears(news.at) > 0 {
                cures.push((news.at, account));
            }
        }
    }
    cures.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    cures
}

/// From its last payment on, a paid-off contract is released, and so is its phone from its next
/// contact on.
pub fn what_is_paid_off_is_released(inputs: &Inputs, trace: &Trace) -> CheckResult {
    let mut result = CheckResult::new("all paid-off contracts are released, and their phones");
    let paid_off: BTreeMap<&str, Seconds> = inputs
        .accounts
        .values()
        .filter_map(|account| Some((account.contract.as_str(), account.paid_off_at()?)))
        .collect();
    let mut contacted: BTreeMap<&str, Level> = BTreeMap::new();
    let mut last = BTreeMap::new();
    each_tick(trace, |tick, planned| {
        for phone in tick.phones.iter().filter(|p| p.reachable) {
            let since = paid_off.get(phone.contract.as_str());
            if since.is_some_and(|at| *at <= tick.at) {
                contacted.insert(&phone.contract, phone.level);
            }
        }
        last.clone_from(planned);
    });
    let end = trace.ticks.last().map_or(0, |tick| tick.at);
    for (contract, at) in paid_off.into_iter().filter(|(_, at)| *at <= end) {
        let plan = last.get(contract).copied().unwrap_or(Level::Free);
        let phone = contacted.get(contract).copied();
        let not = [
            (plan, "planned"),
            (phone.unwrap_or(Level::Released), "the phone is"),
        ]
        .into_iter()
        .find(|(level, _)| *level != Level::Released);
        result.judge(not.map(|(level, who)| {
            format!(
                "{contract}: paid off {}, {who} at {}",
                show(at),
                level.word()
            )
        }));
    }
    result
}
