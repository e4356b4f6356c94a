//! `fairlock explain CONTRACT`: the plan and every reason, as text or JSON.

use anyhow::anyhow;
use fairlock_domain::calendar::{Instant, Zone};
use fairlock_domain::payment::Reference;
use fairlock_domain::plan::{self, Plan};
use fairlock_rulebook::{replay, time, zone};
use fairlock_storage::{ContractFacts, LenderId, Store};

use crate::args::ExplainArgs;
use crate::commands::rulebook;
use crate::data_dir;
use crate::exit::Failure;
use crate::os;

/// Judges the contract at the asked instant from the facts that the database holds.
pub fn run(args: ExplainArgs) -> Result<(), Failure> {
    let rulebook = rulebook()?;
    let (store, lender) = data_dir::open_existing(&args.data_dir)?;
    let facts = find(&store, lender, &args.contract)?;
    let at = match &args.at {
        None => os::now(),
        Some(text) => time::parse_instant(text).ok_or_else(|| {
            Failure::Input(anyhow!(
                "--at {text}: expected RFC 3339 with an offset, as 2026-06-20T11:00:00+03:00"
            ))
        })?,
    };
    let zone = zone::load(&facts.time_zone).ok_or_else(|| {
        Failure::Outside(anyhow!("{}: no such time zone any more", facts.time_zone))
    })?;
    let packs: Vec<&str> = facts.packs.iter().map(String::as_str).collect();
    let rules = rulebook.rules_for(&packs).ok_or_else(|| {
        Failure::Outside(anyhow!("{}: a pack isn't known any more", packs.join(", ")))
    })?;
    let mut known = facts.facts(zone.clone());
    // An event later than the asked instant doesn't exist for it, as in a replay.
    known.events.retain(|event| event.at <= at);
    let plan = plan::plan(&known, &rules, at).map_err(|e| Failure::Outside(anyhow!("{e:?}")))?;
    if args.json {
        let line = replay::line(&plan, at, &zone).map_err(Failure::outside)?;
        println!("{line}");
    } else {
        print(&facts, &plan, at, &zone);
    }
    Ok(())
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

fn print(facts: &ContractFacts, plan: &Plan, at: Instant, zone: &Zone) {
    let when = |at: Instant| time::format_instant(at, zone);
    let currency = plan.arrears.currency().code();
    println!("{} at {}", facts.contract.id, when(at));
    println!("level      {}", plan.level.name());
    println!("past due   {} days", plan.dpd);
    println!("arrears    {currency} {}", plan.arrears);
    println!("restore    {currency} {}", plan.restore);
    println!("payoff     {currency} {}", plan.payoff);
    for hold in &plan.holds {
        let until = hold.until.map_or("no end known".to_string(), when);
        println!("hold       {}, {until}", hold.kind.name());
    }
    for notice in &plan.notices_served {
        println!(
            "served     {}/{} {}",
            notice.pack,
            notice.notice,
            when(notice.at)
        );
    }
    for notice in &plan.notices_due {
        println!(
            "due        {}/{} {}",
            notice.pack,
            notice.notice,
            when(notice.at)
        );
    }
    for step in &plan.steps {
        println!(
            "then       {} not before {}",
            step.level.name(),
            when(step.at)
        );
    }
    let review = plan.review_at.map_or("never".to_string(), when);
    println!("next look  {review}");
    println!();
    for finding in &plan.findings {
        println!(
            "{:<15} {}: {}\n{:15} {}",
            finding.verdict.name(),
            finding.rule,
            finding.saw,
            "",
            finding.citation
        );
    }
}
