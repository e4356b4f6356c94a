//! Scenarios, format 1: a contract, what happened, and the instants at which the engine is asked.
//!
//! The format is closed: an unknown field, a key that stands twice, an event that can't follow
//! those before it, is an error that names the JSON path and what was expected there. Nothing is
//! guessed and nothing is skipped. On purpose absent: anything that isn't in the document (who
//! the borrower is, which device it is; facts that it can't carry count as met).

mod contract;
mod event;
mod json;
mod reader;
mod write;

use fairlock_domain::calendar::{Day, Instant, Zone};
use fairlock_domain::rules::Rules;
use fairlock_domain::standing::{self, Facts, NoticeMode, Place, Problem};

use crate::{Rulebook, zone};
use reader::{At, Path};

pub use write::write;

/// A document that breaks the format: where, and what was expected there. Always one line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: expected {expected}")]
pub struct ScenarioError {
    /// JSON path, as `$.events[3].amount`.
    pub path: String,
    pub expected: String,
}

/// A scenario that can be replayed.
#[derive(Debug, Clone)]
pub struct Scenario {
    pub facts: Facts,
    pub rules: Rules,
    /// As written, and what it means; in document order.
    pub ask: Vec<(String, Instant)>,
}

const FORMAT: &str = "fairlock-scenario/1";

/// Reads a scenario against the packs that are known.
pub fn read(text: &str, book: &Rulebook) -> Result<Scenario, ScenarioError> {
    let document = json::parse(text)?;
    let root = Path::Root;
    let top = At::new(&document, &root).object(
        &["format", "packs", "time_zone", "contract", "events", "ask"],
        &["clearances", "approvals", "holidays", "policy", "notices"],
    )?;
    top.required("format", |at| match at.text()? {
        FORMAT => Ok(()),
        _ => Err(at.expected(format!("\"{FORMAT}\""))),
    })?;
    let rules = top.required("packs", |at| packs(at, book))?;
    let (contract, mut particulars) = top.required("contract", contract::read)?;
    particulars.approvals =
        top.optional("approvals", |at| at.list(|at| contract::approval(at, book)))?;
    let events = top.required("events", |at| {
        at.list(|at| event::read(at, contract.currency))
    })?;
    let ask = top.required("ask", |at| {
        let asked = at.list(|at| Ok((at.text()?.to_string(), at.instant()?)))?;
        match asked.is_empty() {
            true => Err(at.expected("at least one instant")),
            false => Ok(asked),
        }
    })?;
    let mut years: Vec<i32> = contract.instalments.iter().map(|i| year(i.due)).collect();
    years.extend(events.iter().map(|e| utc_year(e.at)));
    years.extend(ask.iter().map(|(_, at)| utc_year(*at)));
    let last_year = years.into_iter().max().unwrap_or(0);
    let scenario = Scenario {
        facts: Facts {
            zone: top.required("time_zone", |at| time_zone(at, last_year))?,
            holidays: top.optional("holidays", |at| at.list(|at| at.day()))?,
            clearances: top.optional("clearances", |at| {
                at.list(|at| contract::clearance(at, book))
            })?,
            particulars,
            notices: top.maybe("notices", notices)?.unwrap_or(NoticeMode::Auto),
            device: None,
            contract,
            events,
        },
        rules,
        ask,
    };
    top.maybe("policy", |at| at.object(&[], &[]).map(|_| ()))?;
    check(&scenario)?;
    Ok(scenario)
}

/// What the parts of a document say of each other.
fn check(scenario: &Scenario) -> Result<(), ScenarioError> {
    let facts = &scenario.facts;
    standing::check(facts, &scenario.rules).map_err(|error| ScenarioError {
        path: path_of(error.place, error.problem),
        expected: error.problem.to_string(),
    })?;
    let signed = facts.zone.instant_of(facts.contract.signed_on, 0);
    let early = scenario.ask.iter().position(|(_, at)| *at < signed);
    match early {
        Some(i) => Err(ScenarioError {
            path: format!("$.ask[{i}]"),
            expected: "an instant not before signed_on".to_string(),
        }),
        None => Ok(()),
    }
}

/// Where in the document a contradiction stands.
fn path_of(place: Place, problem: Problem) -> String {
    let field = match problem {
        Problem::OutOfOrder => "at",
        Problem::PaidInTheFuture => "paid_on",
        Problem::PaymentMove { .. } => "state",
        Problem::NoticeInAuto => "type",
        Problem::UnknownNotice => "notice",
        Problem::HoldNotDeclared => "kind",
        Problem::HoldNeedsUntil => "until",
        Problem::HoldOpenedTwice
        | Problem::HoldNotOpen
        | Problem::HoldEndedTwice
        | Problem::SuspenseOpenedTwice
        | Problem::SuspenseNotOpen
        | Problem::SuspenseClearedTwice => "id",
        Problem::NoInstalments
        | Problem::AmountNotPositive
        | Problem::AmountTooLarge
        | Problem::AnotherCurrency
        | Problem::ReversalAmount { .. } => "amount",
    };
    match place {
        Place::Instalments => "$.contract.instalments".to_string(),
        Place::Instalment(i) => format!("$.contract.instalments[{i}].{field}"),
        Place::Event(i) => format!("$.events[{i}].{field}"),
    }
}

fn packs(at: &At, book: &Rulebook) -> Result<Rules, ScenarioError> {
    let mut seen: Vec<&str> = Vec::new();
    let packs = at.list(|at| {
        let id = at.text()?;
        if seen.contains(&id) {
            return Err(at.expected("each pack once"));
        }
        seen.push(id);
        let known = book.packs().iter().map(|pack| pack.id.as_str());
        let known = known.collect::<Vec<_>>().join(", ");
        let pack = book.get(id).cloned();
        pack.ok_or_else(|| at.expected(format!("a known pack: {known}")))
    })?;
    match packs.is_empty() {
        true => Err(at.expected("at least one pack")),
        false => Ok(Rules { packs }),
    }
}

fn notices(at: &At) -> Result<NoticeMode, ScenarioError> {
    let read = |name: &str| match name {
        "auto" => Some(NoticeMode::Auto),
        "manual" => Some(NoticeMode::Manual),
        _ => None,
    };
    at.one_of(read, &["auto", "manual"])
}

/// A zone with its changes listed past everything that the document speaks of.
fn time_zone(at: &At, last_year: i32) -> Result<Zone, ScenarioError> {
    let name = at.text()?;
    let until = i16::try_from(last_year.saturating_add(10)).unwrap_or(i16::MAX);
    let zone = zone::load_until(name, until.max(zone::LAST_YEAR));
    zone.ok_or_else(|| at.expected("a time zone of the IANA database, as \"Asia/Kolkata\""))
}

fn year(day: Day) -> i32 {
    day.ymd().0
}

fn utc_year(at: Instant) -> i32 {
    year(fairlock_domain::calendar::zone::utc().day_of(at))
}
