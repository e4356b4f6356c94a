//! Digests of a run: the same seed and files give the same ledger and the same levels by day.
//!
//! Left out are ids that are random on purpose (devices, nonces) and real time.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::model::{DAY_S, Level};
use super::trace::{Tick, Trace};

/// SHA-256 in hexadecimal digits, of three things that may differ apart from each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digests {
    /// Payments and postings.
    pub ledger: String,
    /// The planned level of every contract at each day's end.
    pub plans: String,
    /// The level of every phone that is reported of, at each day's end.
    pub phones: String,
}

/// Digests of a whole run.
pub fn digests(trace: &Trace) -> Digests {
    Digests {
        ledger: hash(&ledger_lines(trace)),
        plans: hash(&plan_lines(trace)),
        phones: hash(&phone_lines(trace)),
    }
}

fn hash(lines: &[String]) -> String {
    let mut hash = Sha256::new();
    for line in lines {
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

/// The last ticks of each day (UTC).
fn day_ends(trace: &Trace) -> impl Iterator<Item = (usize, &Tick)> {
    let day = |tick: &Tick| tick.at.div_euclid(DAY_S);
    trace.ticks.iter().enumerate().filter(move |(i, tick)| {
        let next = trace.ticks.get(i + 1);
        next.is_none_or(|next| day(next) != day(tick))
    })
}

fn plan_lines(trace: &Trace) -> Vec<String> {
    let mut lines = Vec::new();
    let mut planned: BTreeMap<&str, Level> = BTreeMap::new();
    let mut from = 0;
    for (i, end) in day_ends(trace) {
        for tick in &trace.ticks[from..=i] {
            planned.extend(tick.planned.iter().map(|(c, l)| (c.as_str(), *l)));
        }
        from = i + 1;
        let day = end.at.div_euclid(DAY_S);
        let line =
            |(contract, level): (&&str, &Level)| format!("{day} {contract} {}", level.word());
        lines.extend(planned.iter().map(line));
    }
    lines
}

fn phone_lines(trace: &Trace) -> Vec<String> {
    let mut lines = Vec::new();
    for (_, end) in day_ends(trace) {
        let day = end.at.div_euclid(DAY_S);
        let mut phones: Vec<_> = end.phones.iter().collect();
        phones.sort_by_key(|phone| &phone.contract);
        let line = |p: &&super::trace::Phone| format!("{day} {} {}", p.contract, p.level.word());
        lines.extend(phones.iter().map(line));
    }
    lines
}
