//! Items as typed values; what can't be read is told once and left out.

use std::collections::BTreeMap;

use fairlock_domain::calendar::Instant;
use fairlock_domain::standing::{Event, EventKind, Facts};
use fairlock_rulebook::scenario::{self, Scenario};
use fairlock_rulebook::{Rulebook, time};
use serde::de::DeserializeOwned;

use super::super::tables::{
    About, Arrival, Decided, Device, Duty, GrantCourse, Notice, Parties, Payment, Posting,
};
use super::super::{FORMAT, Items, hex};
use super::{Check, Tally};

/// Bytes of a scenario: some 20,000 events. Each decision is planned from all of them.
const SCENARIO_MAX: usize = 4 << 20;

/// The phone, as far as decisions and signatures ask for it.
pub struct Phone {
    pub device: [u8; 16],
    pub spki: Vec<u8>,
    pub enrolled_at: Instant,
    pub accepted_at: Vec<Instant>,
    /// Number and whether accepted, of each charter.
    pub charters: Vec<(u64, bool)>,
}

/// Everything of a file that could be read.
pub struct Input<'i> {
    pub items: &'i Items,
    pub about: Option<About>,
    pub lender: Option<[u8; 16]>,
    /// Of the asked instant.
    pub scenario: Option<Scenario>,
    /// Of decisions that were made by other rules, by the item.
    pub earlier: BTreeMap<String, Scenario>,
    pub decisions: Vec<Decided>,
    pub duties: Vec<Duty>,
    pub phone: Option<Phone>,
    pub grants: Vec<GrantCourse>,
    pub reports: Vec<Arrival>,
    pub ledger: Vec<Posting>,
    pub payments: Vec<Payment>,
    pub notices: Vec<Notice>,
}

impl<'i> Input<'i> {
    pub fn read(items: &'i Items, tally: &mut Tally) -> Input<'i> {
        let about: Option<About> = table(items, "about.json", tally);
        let parties: Option<Parties> = table(items, "contract.json", tally);
        let lender = about.as_ref().and_then(|about| fixed(&about.lender));
        let scenario = facts(items, "scenario.json", "packs/", tally);
        let earlier = earlier(items, scenario.as_ref(), tally);
        let named = |what: &str, id: &str, tally: &mut Tally| {
            let own = scenario.as_ref().map(|s| s.facts.contract.id.as_str());
            if own.is_some_and(|own| own != id) {
                tally.broken(Check::Readable, what, id, "the contract of scenario.json");
            }
        };
        if let Some(about) = &about {
            named("about.json", &about.contract, tally);
            let format = about.format.as_str();
            if format != FORMAT || lender.is_none() {
                let expected = format!("{FORMAT}, and a lender of 32 digits");
                tally.broken(Check::Readable, "about.json", format, expected);
            }
        }
        if let Some(parties) = &parties {
            named("contract.json", &parties.contract, tally);
        }
        let has_phone = items.contains_key("device.json");
        let of_phone = |path: &str| items.contains_key(path) || has_phone;
        Input {
            items,
            about,
            lender,
            scenario,
            earlier,
            decisions: rows(items, "decisions.json", true, tally),
            duties: rows(items, "duties.json", true, tally),
            phone: if has_phone { phone(items, tally) } else { None },
            grants: rows(items, "grants.json", of_phone("grants.json"), tally),
            reports: rows(items, "reports.json", of_phone("reports.json"), tally),
            ledger: rows(items, "ledger.json", true, tally),
            payments: rows(items, "payments.json", true, tally),
            notices: rows(items, "notices.json", true, tally),
        }
    }

    /// The facts as the decision saw that names this item.
    pub fn setting(&self, item: &str) -> Option<&Scenario> {
        match item {
            "scenario.json" => self.scenario.as_ref(),
            item => self.earlier.get(item),
        }
    }

    /// What happened, also what only earlier rules ask for.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        let now = self.scenario.iter().flat_map(|own| &own.facts.events);
        let then = self.earlier.values().flat_map(|then| &then.facts.events);
        // All else that happened stands in each of them.
        let is_notice = |event: &&Event| matches!(event.kind, EventKind::Notice { .. });
        let known = move |event: &&Event| {
            let mut now = self.scenario.iter().flat_map(|own| &own.facts.events);
            now.any(|own| own == *event)
        };
        now.chain(then.filter(is_notice).filter(move |event| !known(event)))
    }

    /// The items of a folder with that ending: path, name without folder and ending, bytes.
    pub fn folder(&self, folder: &str, ending: &str) -> Vec<(&'i str, &'i str, &'i [u8])> {
        let named = self.items.iter().filter_map(|(path, bytes)| {
            let name = path.strip_prefix(folder)?.strip_prefix('/')?;
            let name = name.strip_suffix(ending)?;
            Some((path.as_str(), name, bytes.as_slice()))
        });
        named.collect()
    }
}

/// Instants as the tables write them.
pub fn instant(text: &str) -> Option<Instant> {
    time::parse_instant(text)
}

/// Bytes from lower-case hexadecimal digits; None unless exactly these.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let digits = digits.filter(|digits| digits.len().is_multiple_of(2))?;
    let bytes: Vec<u8> = digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect();
    (hex(&bytes) == text).then_some(bytes)
}

pub fn fixed<const N: usize>(text: &str) -> Option<[u8; N]> {
    unhex(text)?.try_into().ok()
}

fn table<T: DeserializeOwned>(items: &Items, path: &str, tally: &mut Tally) -> Option<T> {
    tally.look(Check::Readable);
    let bytes = items.get(path).map(Vec::as_slice).unwrap_or_default();
    match serde_json::from_slice(bytes) {
        Ok(table) => Some(table),
        Err(error) => {
            let expected = "a table as fairlock evidence writes it";
            tally.broken(Check::Readable, path, error.to_string(), expected);
            None
        }
    }
}

fn rows<T: DeserializeOwned>(items: &Items, path: &str, wanted: bool, tally: &mut Tally) -> Vec<T> {
    match wanted {
        true => table(items, path, tally).unwrap_or_default(),
        false => Vec::new(),
    }
}

/// Every setting of `earlier/`: other rules, other days, other permits, but the same contract to
/// which the same things happened.
fn earlier(items: &Items, now: Option<&Scenario>, tally: &mut Tally) -> BTreeMap<String, Scenario> {
    let mut settings = BTreeMap::new();
    for path in items.keys() {
        let folder = path.strip_suffix("scenario.json");
        let Some(folder) = folder.filter(|folder| folder.starts_with("earlier/")) else {
            continue;
        };
        let Some(then) = facts(items, path, folder, tally) else {
            continue;
        };
        let same = now.is_none_or(|now| happened(now) == happened(&then));
        let expected = "the contract and the events of scenario.json";
        tally.judge(Check::Readable, path, same, "others", expected);
        settings.insert(path.clone(), then);
    }
    settings
}

/// What no rule changes: a notice is one of a pack's, holidays and permits are told anew.
fn happened(scenario: &Scenario) -> Facts {
    let mut facts = scenario.facts.clone();
    facts.holidays.clear();
    facts.clearances.clear();
    facts.particulars.approvals.clear();
    facts
        .events
        .retain(|event| !matches!(event.kind, EventKind::Notice { .. }));
    facts
}

/// Packs of a folder, then the scenario that rests on them, and on no other.
fn facts(items: &Items, item: &str, folder: &str, tally: &mut Tally) -> Option<Scenario> {
    let mut texts = Vec::new();
    for (path, bytes) in items.range(folder.to_string()..) {
        let Some(name) = path.strip_prefix(folder) else {
            break;
        };
        if path == item {
            continue;
        }
        tally.look(Check::Readable);
        match std::str::from_utf8(bytes) {
            Ok(text) if name.ends_with(".toml") => texts.push((path.as_str(), text)),
            _ => tally.broken(Check::Readable, path, "no text", "a pack's TOML"),
        }
    }
    let book = Rulebook::from_texts(texts.iter().copied());
    let book = match book {
        Ok(book) => book,
        Err(error) => {
            let expected = "packs that this program can read";
            tally.broken(Check::Readable, folder, error.to_string(), expected);
            return None;
        }
    };
    tally.look(Check::Readable);
    let bytes = items.get(item).map(Vec::as_slice);
    if bytes.is_some_and(|bytes| bytes.len() > SCENARIO_MAX) {
        let expected = "at most 4 MiB";
        tally.broken(Check::Readable, item, "more", expected);
        return None;
    }
    let text = std::str::from_utf8(bytes.unwrap_or_default()).unwrap_or_default();
    match scenario::read(text, &book) {
        Ok(scenario) => Some(scenario),
        Err(error) => {
            let expected = "a scenario whose facts fit together";
            tally.broken(Check::Readable, item, error.to_string(), expected);
            None
        }
    }
}

fn phone(items: &Items, tally: &mut Tally) -> Option<Phone> {
    let table: Device = table(items, "device.json", tally)?;
    let phone = typed(&table);
    if phone.is_none() {
        let expected = "hexadecimal digits and instants";
        tally.broken(Check::Readable, "device.json", "other values", expected);
    }
    phone
}

fn typed(table: &Device) -> Option<Phone> {
    let accepted = table.charters.iter().filter_map(|c| c.accepted_at.as_ref());
    let accepted: Option<Vec<Instant>> = accepted.map(|at| instant(at)).collect();
    let charters = table.charters.iter();
    Some(Phone {
        device: fixed(&table.device)?,
        spki: unhex(&table.spki)?,
        enrolled_at: instant(&table.enrolled_at)?,
        accepted_at: accepted?,
        charters: charters.map(|c| (c.n, c.accepted_at.is_some())).collect(),
    })
}
