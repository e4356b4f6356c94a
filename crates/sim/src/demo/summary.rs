//! The end of a run in numbers: what happened, how fast phones were freed, and the oracle's
//! verdict.

use fairlock_domain::calendar::{Instant, Span};
use fairlock_storage::{LenderId, Store, StoreError};

use super::events::{received_to_usable_ms, span};
use super::world::World;
use crate::oracle::trace::Trace;
use crate::oracle::{CheckResult, digests};

/// Credited payments whose speeds are read; a demo has a few thousand.
const SPEEDS_MAX: u32 = 100_000;

/// What happened, one line each.
pub fn happened(world: &World, trace: &Trace) -> Result<Vec<String>, StoreError> {
    let (store, lender) = (&world.store, world.lender);
    let counts = store.level_counts(lender)?;
    let levels: Vec<String> = counts
        .iter()
        .map(|count| format!("{} {}", count.contracts, count.level.name()))
        .collect();
    let booked = trace.books.payments.iter().filter(|p| p.state == "booked");
    let waiting = trace.books.payments.iter().filter(|p| p.contract.is_none());
    Ok(vec![
        format!(
            "{} ticks, {} frames to and from phones; contracts at the end: {}",
            trace.ticks.len(),
            world.traffic,
            levels.join(", ")
        ),
        format!(
            "{} payments ({} booked, {} without a contract), {} postings, {} grants to phones, {} notices sent",
            trace.books.payments.len(),
            booked.count(),
            waiting.count(),
            trace.books.postings.len(),
            trace.grants.len(),
            world.gateway.sent(),
        ),
        speeds(store, lender, world.start)?,
    ])
}

/// Both speeds of the payments whose grant a phone applied: ours is real time, measured on this
/// machine, for phones in reach; the borrower's is the calendar's wait for the news, and ours.
fn speeds(store: &Store, lender: LenderId, since: Instant) -> Result<String, StoreError> {
    let samples = store.speeds_since(lender, since, SPEEDS_MAX)?;
    let mut ours: Vec<u64> = samples
        .iter()
        .filter_map(|sample| received_to_usable_ms(&sample.times))
        .collect();
    let mut felt: Vec<Span> = samples
        .iter()
        .filter_map(|s| Some(s.times.applied?.at.since(s.times.acted_at?)))
        .collect();
    ours.sort_unstable();
    felt.sort_unstable();
    let (Some(middle), Some(slowest)) = (ours.get(ours.len() / 2), ours.last()) else {
        return Ok("no payment reached a phone".to_string());
    };
    let felt = felt.get(felt.len() / 2).map_or_else(String::new, |felt| {
        format!("; acted to usable: median {} of the calendar", span(*felt))
    });
    Ok(format!(
        "{} payments reached a phone in reach; received to usable, real time: median {middle} ms, slowest {slowest} ms{felt}",
        ours.len()
    ))
}

/// The oracle's verdict, one line a check, and what speaks against a red one.
pub fn verdict(results: &[CheckResult], trace: &Trace) -> Vec<String> {
    let mut lines = Vec::new();
    for result in results {
        let word = if result.is_green() { "ok " } else { "RED" };
        lines.push(format!(
            "{word}  {} ({} looked at)",
            result.name, result.judged
        ));
        lines.extend(result.told.iter().map(|told| format!("     {told}")));
        let untold = result.failed - result.told.len() as u64;
        if untold > 0 {
            lines.push(format!("     and {untold} more"));
        }
    }
    let digests = digests(trace);
    lines.push(format!("ledger: {}", digests.ledger));
    lines.push(format!("plans by day: {}", digests.plans));
    lines.push(format!("phones by day: {}", digests.phones));
    lines
}
