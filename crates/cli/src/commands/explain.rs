//! `fairlock explain CONTRACT`: the plan and every reason, as a page, as JSON, or as the decision
//! record whose hash a grant carries.
//!
//! The contract is judged from the facts that were known at the asked instant, by the rules of
//! then: later events, permits, texts of a pack, holidays, a phone enrolled later and a charter
//! accepted later don't exist for it. So the record of an
//! instant at which a decision was made is that decision's, byte for byte, unless more became known
//! at the same instant.

mod page;
mod parties;

use anyhow::anyhow;
use fairlock_domain::calendar::Instant;
use fairlock_domain::payment::Reference;
use fairlock_domain::plan::{self, Plan};
use fairlock_domain::rules::Rules;
use fairlock_domain::standing::Facts;
use fairlock_rulebook::{Rulebook, replay, time};
use fairlock_server::device::charters::{self, Standing};
use fairlock_server::duties::{self, PackDuties};
use fairlock_server::evidence::duties_table;
use fairlock_server::money::replan::decision_hash;
use fairlock_server::past::Past;
use fairlock_storage::{ContractFacts, DecisionRow, LenderId, PackText, Store};
use serde_json::{Value, json};

use crate::args::ExplainArgs;
use crate::commands::rulebook;
use crate::data_dir;
use crate::exit::Failure;
use crate::os;
use crate::out::{self, say};

/// A contract, judged at an instant.
struct Explained {
    stored: ContractFacts,
    facts: Facts,
    rules: Rules,
    /// Of these rules, in the same order.
    texts: Vec<PackText>,
    at: Instant,
    plan: Plan,
    record: Vec<u8>,
    hash: String,
    /// Of its phone, at the instant asked.
    charter: Option<Standing>,
    /// What the lender owed besides, by pack.
    duties: Vec<PackDuties>,
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
        out::write(&explained.record);
        return Ok(());
    }
    match args.json {
        true => say!("{}", as_json(&explained)?),
        false => out::write(page::text(&explained).as_bytes()),
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
    let past = Past {
        store,
        lender,
        rulebook,
    };
    let book = past.book_at(&stored, at).map_err(Failure::outside)?;
    let zone = past.zone(&stored).map_err(Failure::outside)?;
    let facts = past.facts(&stored, &book, &zone, at);
    let facts = facts.map_err(Failure::outside)?;
    let rules = book.rules;
    let plan = plan::plan(&facts, &rules, at).map_err(Failure::outside)?;
    let duties = duties::of_contract(store, lender, &stored.contract.id, &rules, at);
    let duties = duties.map_err(Failure::outside)?;
    let charter = charters::at(store, lender, &stored.contract.id, at).map_err(Failure::outside)?;
    let record = plan::record(&plan, &facts, &rules, at);
    let hash = decision_hash(&record);
    let mut kept = store
        .decisions_of(lender, &stored.contract.id, DECISIONS_MAX)
        .map_err(Failure::outside)?;
    kept.retain(|row| row.at <= at);
    Ok(Explained {
        hash: hex(&hash),
        charter,
        duties,
        kept,
        stored,
        facts,
        rules,
        texts: book.texts,
        at,
        plan,
        record,
    })
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
        "pack_sha256": explained.texts.iter().map(|own| hex(&own.sha256)).collect::<Vec<_>>(),
        "newest_kept": explained.kept.first().map(|row| hex(&row.hash)),
    });
    (line["permits"], line["charter"]) = parties::as_json(explained);
    line["duties"] =
        serde_json::to_value(duties_table(&explained.duties)).map_err(Failure::outside)?;
    Ok(line.to_string())
}
