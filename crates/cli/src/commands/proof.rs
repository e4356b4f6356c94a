//! `fairlock proof`: the books of the whole database, looked at row by row, and the day's
//! reconciliation.

use anyhow::anyhow;
use fairlock_domain::calendar::Day;
use fairlock_domain::calendar::zone::utc;
use fairlock_server::Clock as _;
use fairlock_server::money::reconcile::run;
use fairlock_storage::{BreakRow, Proof, Stamp};
use serde_json::json;

use crate::args::ProofArgs;
use crate::data_dir;
use crate::exit::Failure;
use crate::os::OsClock;
use crate::out::say;

/// Breaks of reconciliation that are listed; past that many a person looks at the first anyway.
const LISTED: u32 = 1_000;

/// Prints what was looked at and every break; exit 1 when there is one.
pub fn run(args: ProofArgs) -> Result<(), Failure> {
    let (store, lender) = data_dir::open_existing(&args.data_dir)?;
    let clock = OsClock::start();
    let now = Stamp {
        at: clock.now(),
        monotonic_ns: clock.monotonic_ns(),
    };
    let proof = store.proof(lender).map_err(Failure::outside)?;
    let places = proof.breaks.len() as u64;
    store
        .put_proved(lender, now.at, places)
        .map_err(Failure::outside)?;
    let day = match &args.day {
        Some(text) => Day::parse(text).map_err(|_| {
            Failure::Input(anyhow!("--day {text:?}: expected a day like 2026-06-18"))
        })?,
        None => utc().day_of(now.at).plus_days(-1),
    };
    run::through(&store, lender, day, now).map_err(Failure::outside)?;
    let open = store.open_breaks(lender, day, LISTED);
    let open = open.map_err(Failure::outside)?;
    let days = store.recon_day(lender, day).map_err(Failure::outside)?;
    match args.json {
        true => say_json(&proof, day, &open),
        false => say_words(&proof, day, &open, days.len()),
    }
    match proof.holds() && open.is_empty() {
        true => Ok(()),
        false => Err(Failure::No),
    }
}

fn say_words(proof: &Proof, day: Day, open: &[BreakRow], channels: usize) {
    for broken in &proof.breaks {
        say!(
            "BREAK {}: {}: found {}, expected {}",
            broken.check.name(),
            broken.subject,
            broken.found,
            broken.expected
        );
    }
    for row in open {
        say!(
            "BREAK reconciliation: {} {} {}: {} {}, {} less clearing account; {}",
            row.day,
            row.channel,
            row.mark,
            row.kind,
            money(row),
            row.side.name(),
            owner(row)
        );
    }
    for (check, subjects) in &proof.looked_at {
        say!("{:<46} {subjects:>8} looked at", check.name());
    }
    let through = format!("channels reconciled up to {day}");
    say!("{through:<46} {channels:>8} looked at");
    if proof.holds() && open.is_empty() {
        say!("the proof holds");
    }
}

fn money(row: &BreakRow) -> String {
    format!("{} {}", row.amount.currency().code(), row.amount)
}

fn owner(row: &BreakRow) -> String {
    match &row.owner {
        Some(owner) => format!("owner {owner}"),
        None => "nobody's yet".to_owned(),
    }
}

fn say_json(proof: &Proof, day: Day, open: &[BreakRow]) {
    for broken in &proof.breaks {
        let line = json!({
            "check": broken.check.name(), "subject": broken.subject,
            "found": broken.found, "expected": broken.expected,
        });
        say!("{line}");
    }
    for row in open {
        let line = json!({
            "check": "reconciliation", "day": row.day.to_string(), "channel": row.channel,
            "against": row.side.name(), "kind": row.kind, "subject": row.mark,
            "amount": row.amount.to_string(), "currency": row.amount.currency().code(),
            "owner": row.owner, "state": row.state.name(),
        });
        say!("{line}");
    }
    let looked_at: serde_json::Map<String, serde_json::Value> = proof
        .looked_at
        .iter()
        .map(|(check, subjects)| (check.name().to_string(), json!(subjects)))
        .collect();
    let breaks = proof.breaks.len() + open.len();
    let line = json!({
        "holds": breaks == 0, "breaks": breaks, "looked_at": looked_at,
        "reconciled_up_to": day.to_string(),
    });
    say!("{line}");
}
