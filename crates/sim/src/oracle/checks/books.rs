//! The books: double entry balances, and money comes from somewhere, once.

use std::collections::BTreeMap;

use super::super::inputs::Inputs;
use super::super::trace::Trace;
use super::CheckResult;

/// Each posting balances in each currency.
pub fn debits_equal_credits(trace: &Trace) -> CheckResult {
    let mut result = CheckResult::new("debits equal credits in every posting");
    for posting in &trace.books.postings {
        let mut sums: BTreeMap<&str, i128> = BTreeMap::new();
        for leg in &posting.legs {
            *sums.entry(&leg.currency).or_default() += leg.amount;
        }
        let off = sums.iter().find(|(_, sum)| **sum != 0);
        result.judge(off.map(|(currency, sum)| {
            format!(
                "posting {}: off by {sum} minor units of {currency}",
                posting.id
            )
        }));
    }
    result
}

pub fn every_payment_has_a_source(trace: &Trace) -> CheckResult {
    let mut result = CheckResult::new("every payment has at least one source entry");
    for payment in &trace.books.payments {
        let none = payment.sources.is_empty();
        result.judge(none.then(|| format!("payment {}: no source entry", payment.id)));
    }
    result
}

pub fn no_entry_stands_behind_two_payments(trace: &Trace) -> CheckResult {
    let mut result = CheckResult::new("no source entry stands behind two payments");
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    for payment in &trace.books.payments {
        for source in &payment.sources {
            let before = owners.insert(source, &payment.id);
            let other = before.filter(|owner| *owner != payment.id);
            result.judge(other.map(|owner| {
                format!("entry {source}: behind payments {owner} and {}", payment.id)
            }));
        }
    }
    result
}

/// What the files of the demo book for each contract is what its ledger holds.
pub fn ledger_says_what_the_files_say(inputs: &Inputs, trace: &Trace) -> CheckResult {
    let mut result =
        CheckResult::new("the ledger credits what the files book, contract by contract");
    let mut credited: BTreeMap<&str, i128> = BTreeMap::new();
    for payment in &trace.books.payments {
        if let (Some(contract), "booked") = (&payment.contract, payment.state.as_str()) {
            *credited.entry(contract).or_default() += payment.amount;
        }
    }
    let end = trace.ticks.last().map_or(0, |tick| tick.at);
    for (contract, account) in &inputs.accounts {
        let files = account.pool(end);
        let ledger = credited.remove(contract.as_str()).unwrap_or(0);
        result.judge((files != ledger).then(|| {
            format!(
                "{contract}: the files book {files}, the ledger {ledger} minor units of {}",
                account.currency
            )
        }));
    }
    for (contract, amount) in credited {
        result.judge(Some(format!(
            "{contract}: {amount} minor units credited to a contract that contracts.csv doesn't have"
        )));
    }
    result
}
