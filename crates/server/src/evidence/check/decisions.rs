//! Decisions, planned again: the facts that were known at the decision's instant, by the packs
//! that judged then, give the same record byte for byte.
//!
//! Facts that became known at the very instant of a decision may have come before or after it;
//! the file doesn't say, so each order in which they can have come is tried, newest last.

use std::collections::BTreeMap;

use fairlock_domain::calendar::Instant;
use fairlock_domain::plan::{self, Plan};
use fairlock_domain::rules::Rules;
use fairlock_domain::standing::{DeviceLink, Facts};
use fairlock_protocol::sha256;
use fairlock_rulebook::scenario::Scenario;

use super::input::{Input, Phone, instant};
use super::{Check, Tally};
use crate::evidence::hex;

/// A decision that follows from the facts, as it saw them.
pub struct Planned<'i> {
    pub plan: Plan,
    pub scenario: &'i Scenario,
}

/// By the hash in hexadecimal digits.
pub type Plans<'i> = BTreeMap<String, Planned<'i>>;

/// Orders of one instant's facts that are tried.
const TRIES_MAX: usize = 64;

pub fn check<'i>(
    input: &'i Input<'_>,
    tally: &mut Tally,
    seen: &mut dyn FnMut(u64, u64),
) -> Plans<'i> {
    let mut plans = Plans::new();
    let records = input.folder("decisions", ".txt");
    let all = records.len() as u64;
    for (done, (path, name, record)) in (1..).zip(records) {
        let hash = hex(&sha256(record)[..16]);
        let own = format!("{done:05}-{hash}");
        let expected = "its number and hash as its name";
        tally.judge(Check::RecordHashes, path, name == own, &own, expected);
        tally.look(Check::Replanned);
        let row = input.decisions.iter();
        let mut row = row.filter(|row| u64::from(row.no) == done && row.hash == hash);
        let setting = row.next().and_then(|row| input.setting(&row.scenario));
        match replanned(input, setting, record) {
            Ok(planned) => {
                plans.insert(hash, planned);
            }
            Err((found, expected)) => tally.broken(Check::Replanned, path, found, expected),
        }
        seen(done, all);
    }
    if input.decisions.len() as u64 != all {
        let found = format!("{} rows", input.decisions.len());
        let expected = format!("one of each of {all} decisions");
        tally.broken(Check::RecordHashes, "decisions.json", found, expected);
    }
    plans
}

/// What was found instead, and what was expected.
type Differs = (String, String);

fn replanned<'i>(
    input: &Input<'_>,
    setting: Option<&'i Scenario>,
    record: &[u8],
) -> Result<Planned<'i>, Differs> {
    let Some(scenario) = setting else {
        let expected = "in decisions.json facts and packs that can be read";
        return Err(("no facts".into(), expected.into()));
    };
    let record = std::str::from_utf8(record).unwrap_or_default();
    let line = |name: &str| {
        let of = |line: &str| {
            line.strip_prefix(name)?
                .strip_prefix(' ')
                .map(str::to_string)
        };
        record.lines().find_map(of)
    };
    let at = line("at").and_then(|at| instant(&at));
    let Some(at) = at else {
        return Err(("no instant".into(), "a record with the line: at".into()));
    };
    for pack in record.lines().filter_map(|l| l.strip_prefix("pack ")) {
        if !versions(&scenario.rules).iter().any(|own| own == pack) {
            let expected = versions(&scenario.rules).join("; ");
            return Err((format!("pack {pack}"), format!("a pack inside: {expected}")));
        }
    }
    let mut nearest = None;
    for known in known_at(&scenario.facts, input.phone.as_ref(), at) {
        let facts = known.of(&scenario.facts);
        let plan = plan::plan(&facts, &scenario.rules, at);
        let plan = plan.map_err(|error| (error.to_string(), "facts that fit together".into()))?;
        let own = plan::record(&plan, &facts, &scenario.rules, at);
        if own == record.as_bytes() {
            return Ok(Planned { plan, scenario });
        }
        nearest.get_or_insert(own);
    }
    let own = nearest.unwrap_or_default();
    Err(first_difference(record, &String::from_utf8_lossy(&own)))
}

/// As records name packs.
fn versions(rules: &Rules) -> Vec<String> {
    let packs = rules.packs.iter();
    packs
        .map(|p| format!("{} {} version {}", p.id, p.number, p.version))
        .collect()
}

/// How much may have been known at an instant.
struct Known {
    events: usize,
    clearances: usize,
    device: Option<DeviceLink>,
}

impl Known {
    fn of(&self, facts: &Facts) -> Facts {
        Facts {
            events: facts.events[..self.events].to_vec(),
            clearances: facts.clearances[..self.clearances].to_vec(),
            device: self.device,
            ..facts.clone()
        }
    }
}

/// What may have been known at an instant, the most first.
fn known_at(facts: &Facts, phone: Option<&Phone>, at: Instant) -> impl Iterator<Item = Known> {
    let before = facts.events.partition_point(|event| event.at < at);
    let until = facts.events.partition_point(|event| event.at <= at);
    let links = links_at(phone, at);
    let given = facts.clearances.len();
    let tries = (before..=until).rev().flat_map(move |events| {
        let of_link = move |device| {
            let of_clearance = move |clearances| Known {
                events,
                clearances,
                device,
            };
            (0..=given).rev().map(of_clearance)
        };
        links.clone().into_iter().flat_map(of_link)
    });
    tries.take(TRIES_MAX)
}

/// What the gates may have known of the phone: before it was enrolled nothing.
fn links_at(phone: Option<&Phone>, at: Instant) -> Vec<Option<DeviceLink>> {
    let Some(phone) = phone else {
        return vec![None];
    };
    let link = |charter_accepted| {
        Some(DeviceLink {
            charter_accepted,
            is_this_loans: true,
        })
    };
    let first_accepted = phone.accepted_at.iter().min();
    let changes = [
        (Some(&phone.enrolled_at), link(false)),
        (first_accepted, link(true)),
    ];
    let mut links = vec![None];
    for (when, link) in changes {
        match when {
            Some(when) if *when < at => links = vec![link],
            Some(when) if *when == at => links.insert(0, link),
            _ => {}
        }
    }
    links
}

/// The first line in which a record isn't what the facts lead to.
fn first_difference(record: &str, own: &str) -> Differs {
    let (mut found, mut expected) = (record.lines(), own.lines());
    loop {
        match (found.next(), expected.next()) {
            (Some(a), Some(b)) if a == b => {}
            (None, None) => return ("other line ends".into(), "the record as planned".into()),
            (a, b) => {
                let say = |line: Option<&str>| line.unwrap_or("no more lines").to_string();
                return (say(a), say(b));
            }
        }
    }
}
