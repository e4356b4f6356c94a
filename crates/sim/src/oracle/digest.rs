//! The digest of a run: the same seed and files give the same ledger and the same levels by day.
//!
//! Left out are ids that are random on purpose (devices, nonces) and real time.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::model::{DAY_S, Level};
use super::trace::Trace;

/// SHA-256, in hexadecimal digits, over payments, postings, and the levels at each day's end.
pub fn digest(trace: &Trace) -> String {
    let mut hash = Sha256::new();
    for line in ledger_lines(trace).into_iter().chain(level_lines(trace)) {
        hash.update(line.as_bytes());
        hash.update(b"\n");
    }
    let bytes: [u8; 32] = hash.finalize().into();
    bytes.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String can't fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// One line a payment and one a posting, sorted, so that the order of arrival within a tick
/// doesn't count.
fn ledger_lines(trace: &Trace) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for p in &trace.books.payments {
        let contract = p.contract.as_deref().unwrap_or("-");
        lines.push(format!(
            "payment {} {contract} {} {} {}",
            p.id, p.state, p.amount, p.currency
        ));
    }
    for posting in &trace.books.postings {
        let mut legs: Vec<String> = posting
            .legs
            .iter()
            .map(|l| format!("{} {} {}", l.account, l.amount, l.currency))
            .collect();
        legs.sort();
        lines.push(format!("posting {}", legs.join(" | ")));
    }
    lines.sort();
    lines
}

/// The levels of every contract and phone at the last tick of each day (UTC), one line a level.
fn level_lines(trace: &Trace) -> Vec<String> {
    let mut lines = Vec::new();
    let mut planned: BTreeMap<&str, Level> = BTreeMap::new();
    for (i, tick) in trace.ticks.iter().enumerate() {
        for (contract, level) in &tick.planned {
            planned.insert(contract, *level);
        }
        let day = tick.at.div_euclid(DAY_S);
        let next = trace.ticks.get(i + 1);
        if next.is_some_and(|next| next.at.div_euclid(DAY_S) == day) {
            continue;
        }
        for (contract, level) in &planned {
            lines.push(format!("{day} plan {contract} {}", level.word()));
        }
        let mut phones: Vec<_> = tick.phones.iter().collect();
        phones.sort_by_key(|phone| &phone.contract);
        for phone in phones {
            lines.push(format!(
                "{day} phone {} {}",
                phone.contract,
                phone.level.word()
            ));
        }
    }
    lines
}
