//! `fairlock explain CONTRACT`: the plan and every reason, as a page, as JSON, or as the decision
//! record whose hash a grant carries.
//!
//! The contract is judged from the facts that were known at the asked instant: later events, a
//! phone enrolled later and a charter accepted later don't exist for it. So the record of an
//! instant at which a decision was made is that decision's, byte for byte, unless more became known
//! at the same instant.

mod page;

use std::io::Write as _;

use anyhow::anyhow;
use fairlock_domain::calendar::Instant;
use fairlock_domain::payment::Reference;
use fairlock_domain::plan::{self, Plan};
use fairlock_domain::rules::Rules;
use fairlock_domain::standing::{DeviceLink, Facts};
use fairlock_rulebook::{Rulebook, replay, time, zone};
use fairlock_server::money::replan::decision_hash;
use fairlock_storage::{ContractFacts, DecisionRow, LenderId, Store};
use serde_json::{Value, json};

use crate::args::ExplainArgs;
use crate::commands::rulebook;
use crate::data_dir;
use crate::exit::Failure;
use crate::os;

/// A contract, judged at an instant.
struct Explained {
    stored: ContractFacts,
    facts: Facts,
    rules: Rules,
    at: Instant,
    plan: Plan,
    record: Vec<u8>,
    hash: String,
    /// Decisions that were made and kept until then, newest first.
    kept: Vec<DecisionRow>,
}

impl Explained {
    /// Whether this very decision was made and kept.
    fn recorded(&self) -> bool {
        self.kept.iter().any(|row| row.record == self.record)
    }
}

/// Decisions that are looked through: more than any contract has.
const DECISIONS_MAX: u32 = 100_000;

/// Judges the contract at the asked instant from the facts that the database holds.
pub fn run(args: ExplainArgs) -> Result<(), Failure> {
    let rulebook = rulebook()?;
    let (store, lender) = data_dir::open_existing(&args.data_dir)?;
    let facts = find(&store, lender, &args.contract)?;
    let at = instant_or_now(args.at.as_deref())?;
    let explained = explain(&store, lender, &rulebook, facts, at)?;
    if args.record {
        let written = std::io::stdout().write_all(&explained.record);
        return written.map_err(Failure::outside);
    }
    match args.json {
        true => println!("{}", as_json(&explained)?),
        false => print!("{}", page::text(&explained)),
    }
    Ok(())
}

/// An instant of the call, else now.
pub fn instant_or_now(text: Option<&str>) -> Result<Instant, Failure> {
    let Some(text) = text else {
        return Ok(os::now());
    };
    time::parse_instant(text).ok_or_else(|| {
        Failure::Input(anyhow!(
            "--at {text}: expected RFC 3339 with an offset, as 2026-06-20T11:00:00+03:00"
        ))
    })
}

/// The facts of a contract, by id or by reference.
pub fn find(store: &Store, lender: LenderId, name: &str) -> Result<ContractFacts, Failure> {
    let by_id = store.facts(lender, name).map_err(Failure::outside)?;
    if let Some(facts) = by_id {
        return Ok(facts);
    }
    let by_reference = match Reference::parse(name) {
        Ok(reference) => store
            .contracts_by_reference(lender, &[reference])
            .map_err(Failure::outside)?,
        Err(_) => Vec::new(),
    };
    let Some(found) = by_reference.first() else {
        return Err(Failure::Input(anyhow!(
            "{name}: no such contract; expected a contract's id or reference"
        )));
    };
    store
        .facts(lender, &found.contract_id)
        .map_err(Failure::outside)?
        .ok_or_else(|| Failure::Outside(anyhow!("{name}: the contract is gone")))
}

fn explain(
    store: &Store,
    lender: LenderId,
    rulebook: &Rulebook,
    stored: ContractFacts,
    at: Instant,
) -> Result<Explained, Failure> {
    let zone = zone::load(&stored.time_zone).ok_or_else(|| {
        Failure::Outside(anyhow!("{}: no such time zone any more", stored.time_zone))
    })?;
    let packs: Vec<&str> = stored.packs.iter().map(String::as_str).collect();
    let rules = rulebook.rules_for(&packs).ok_or_else(|| {
        Failure::Outside(anyhow!("{}: a pack isn't known any more", packs.join(", ")))
    })?;
    let mut facts = stored.facts(zone);
    // What became known later doesn't exist for the asked instant, as in a replay.
    facts.events.retain(|event| event.at <= at);
    facts.device = phone_at(store, lender, &stored, at)?;
    let plan = plan::plan(&facts, &rules, at).map_err(Failure::outside)?;
    let record = plan::record(&plan, &facts, &rules, at);
    let hash = decision_hash(&record);
    let mut kept = store
        .decisions_of(lender, &stored.contract.id, DECISIONS_MAX)
        .map_err(Failure::outside)?;
    kept.retain(|row| row.at <= at);
    Ok(Explained {
        hash: hex(&hash),
        kept,
        stored,
        facts,
        rules,
        at,
        plan,
        record,
    })
}

/// What the gates knew of the phone at an instant.
fn phone_at(
    store: &Store,
    lender: LenderId,
    stored: &ContractFacts,
    at: Instant,
) -> Result<Option<DeviceLink>, Failure> {
    let device = store
        .device_of(lender, &stored.contract.id)
        .map_err(Failure::outside)?;
    let Some(device) = device.filter(|device| device.enrolled_at <= at) else {
        return Ok(None);
    };
    let charters = store
        .charters(lender, device.device)
        .map_err(Failure::outside)?;
    let accepted = charters.iter().filter_map(|charter| charter.accepted_at);
    Ok(Some(DeviceLink {
        charter_accepted: accepted.min().is_some_and(|first| first <= at),
        is_this_loans: true,
    }))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The line that a replay prints, with the contract and the decision.
fn as_json(explained: &Explained) -> Result<String, Failure> {
    let line = replay::line(&explained.plan, explained.at, &explained.facts.zone);
    let mut line: Value = line
        .and_then(|line| serde_json::from_str(&line))
        .map_err(Failure::outside)?;
    line["contract"] = json!(explained.stored.contract.id);
    line["reference"] = json!(explained.stored.reference.as_str());
    line["decision"] = json!({
        "hash": explained.hash,
        "recorded": explained.recorded(),
        "record": String::from_utf8_lossy(&explained.record),
        "newest_kept": explained.kept.first().map(|row| hex(&row.hash)),
    });
    Ok(line.to_string())
}
