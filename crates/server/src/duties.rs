//! What the lender owed the borrower, as pages and evidence show it: the phone back in time, and
//! what lateness costs, from the decisions and reports that the store keeps.
//!
//! The counting is the domain's ([`fairlock_domain::duties`]); here rows become its arguments. By
//! the rules of the asked instant. Failure is a claim that the evidence file can't repeat. On
//! purpose absent: paying, posting or offering anything.

use fairlock_domain::calendar::Instant;
use fairlock_domain::duties::{LetGo, Limited, Reported, Wanted, given_back, let_go};
use fairlock_domain::rules::{Pack, Rules};
use fairlock_rulebook::time;
use fairlock_storage::{DecisionRow, LenderId, ReportRow, Store, StoreError};

/// Decisions and reports that are looked at: more than any contract has.
const ROWS_MAX: u32 = 100_000;

/// What one pack asks, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackDuties {
    pub pack: String,
    /// The pack has a rule about giving back.
    pub restores: bool,
    pub given_back: Vec<Limited>,
    pub let_go: Option<LetGo>,
}

/// The duties on a contract as they were known at an instant.
pub fn of_contract(
    store: &Store,
    lender: LenderId,
    contract_id: &str,
    rules: &Rules,
    at: Instant,
) -> Result<Vec<PackDuties>, StoreError> {
    let mut decisions = store.decisions_of(lender, contract_id, ROWS_MAX)?;
    decisions.retain(|row| row.at <= at);
    let mut reports = match store.device_of(lender, contract_id)? {
        Some(device) => store.reports_of(lender, device.device, ROWS_MAX)?,
        None => Vec::new(),
    };
    reports.retain(|row| row.received.at <= at);
    let wanted = decisions.iter().rev();
    let wanted = wanted.filter_map(|row: &DecisionRow| wanted_by(&row.record));
    let reports = reports.iter().rev().map(|row: &ReportRow| Reported {
        at: row.received.at,
        level: row.level,
    });
    Ok(duties(
        rules,
        &wanted.collect::<Vec<_>>(),
        &reports.collect::<Vec<_>>(),
        at,
    ))
}

/// The same from what is at hand; both lists in order. A pack that asks nothing of the kind, and
/// to which nothing happened, is left out.
pub fn duties(
    rules: &Rules,
    wanted: &[Wanted],
    reports: &[Reported],
    now: Instant,
) -> Vec<PackDuties> {
    let of = |pack: &Pack| PackDuties {
        pack: pack.id.clone(),
        restores: pack.restoration.is_some(),
        given_back: pack.restoration.as_ref().map_or(Vec::new(), |rule| {
            given_back(&rule.value, wanted, reports, now)
        }),
        let_go: let_go(&pack.release_at_payoff.value, wanted, reports, now),
    };
    let all = rules.packs.iter().map(of);
    all.filter(|own| own.restores || own.let_go.is_some())
        .collect()
}

/// What a decision's record says was wanted, at the instant that it names.
pub fn wanted_by(record: &[u8]) -> Option<Wanted> {
    let text = std::str::from_utf8(record).ok()?;
    let at = text.lines().find_map(|line| line.strip_prefix("at "))?;
    Wanted::of_record(record, time::parse_instant(at)?)
}
