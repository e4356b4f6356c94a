//! From the store to items: one contract as it was known at an instant.

use fairlock_domain::calendar::Instant;
use fairlock_protocol::cose::{MultiSigned, Sign1};
use fairlock_protocol::{Grant, KeySet, Report};
use fairlock_rulebook::Rulebook;
use fairlock_storage::{
    ContractFacts, DecisionRow, DeviceRow, GrantRow, LenderId, Store, StoreError,
};
use serde_json::Value;

use super::tables::{About, Arrival, CharterTimes, Device, text};
use super::{FORMAT, Items, archive, decode, gather, hex, settings};
use crate::past::PastError;

/// Rows of one kind that are read: more than any contract has.
const ROWS_MAX: u32 = 100_000;

/// A database that is written to is read again at most so often until nothing changed meanwhile.
const READS_MAX: u32 = 5;

const README: &str = include_str!("readme.txt");

/// What is asked for.
pub struct Wanted<'a> {
    pub store: &'a Store,
    pub lender: LenderId,
    pub rulebook: &'a Rulebook,
    pub contract_id: &'a str,
    /// What became known later stays out.
    pub at: Instant,
    /// The program's name and version.
    pub program: &'a str,
}

/// Why there is no evidence file, in the order of the checks.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    #[error("contract {0}: not known; expected a contract of this database")]
    UnknownContract(String),
    #[error(transparent)]
    Past(#[from] PastError),
    #[error("contract {0}: it changed with every reading; expected a quiet moment")]
    Busy(String),
    #[error("{item}: expected bytes as the protocol has them")]
    Unreadable { item: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// All items of a contract, sealed.
pub fn collect(wanted: &Wanted<'_>) -> Result<Items, CollectError> {
    let version = |facts: &ContractFacts| facts.version;
    let mut before = facts(wanted)?;
    for _ in 0..READS_MAX {
        let items = items(wanted, &before)?;
        let after = facts(wanted)?;
        if version(&after) == version(&before) {
            return Ok(items);
        }
        before = after;
    }
    Err(CollectError::Busy(wanted.contract_id.to_string()))
}

fn facts(wanted: &Wanted<'_>) -> Result<ContractFacts, CollectError> {
    let known = wanted.store.facts(wanted.lender, wanted.contract_id)?;
    known.ok_or_else(|| CollectError::UnknownContract(wanted.contract_id.to_string()))
}

fn items(wanted: &Wanted<'_>, known: &ContractFacts) -> Result<Items, CollectError> {
    let mut items = Items::new();
    let mut add = |path: &str, bytes: Vec<u8>| {
        items.insert(path.to_string(), bytes);
    };
    add("README.txt", README.as_bytes().to_vec());
    add("about.json", text(&about(wanted, known)));
    let rows = decisions(wanted, &mut add)?;
    settings::add(wanted, known, &rows, &mut add)?;
    gather::books(wanted, &mut add)?;
    keys(wanted, &mut add)?;
    if let Some(device) = wanted.store.device_of(wanted.lender, wanted.contract_id)?
        && device.enrolled_at <= wanted.at
    {
        phone(wanted, &device, &mut add)?;
        grants(wanted, &mut add)?;
        reports(wanted, &device, &mut add)?;
    }
    archive::seal(&mut items);
    Ok(items)
}

pub(super) type Add<'a> = &'a mut dyn FnMut(&str, Vec<u8>);

fn about(wanted: &Wanted<'_>, known: &ContractFacts) -> About {
    About {
        format: FORMAT.to_string(),
        contract: known.contract.id.clone(),
        reference: known.reference.as_str().to_string(),
        lender: hex(&wanted.lender.0),
        at: wanted.at.to_string(),
        program: wanted.program.to_string(),
    }
}

/// The records, oldest first.
fn decisions(wanted: &Wanted<'_>, add: Add<'_>) -> Result<Vec<DecisionRow>, CollectError> {
    let mut rows = wanted
        .store
        .decisions_of(wanted.lender, wanted.contract_id, ROWS_MAX)?;
    rows.retain(|row| row.at <= wanted.at);
    rows.reverse();
    for (no, row) in (1_u32..).zip(&rows) {
        let path = format!("decisions/{no:05}-{}.txt", hex(&row.hash));
        add(&path, row.record.clone());
    }
    Ok(rows)
}

fn keys(wanted: &Wanted<'_>, add: Add<'_>) -> Result<(), CollectError> {
    for row in wanted.store.key_sets_above(wanted.lender, 0)? {
        if row.created_at > wanted.at {
            continue;
        }
        let item = format!("keys/{:05}", row.ksv);
        let words = MultiSigned::parse(&row.bytes).ok().and_then(|object| {
            let set = KeySet::read(object.payload).ok()?;
            Some(decode::key_set(&object, &set))
        });
        decoded(add, &item, row.bytes.clone(), words)?;
    }
    Ok(())
}

fn phone(wanted: &Wanted<'_>, device: &DeviceRow, add: Add<'_>) -> Result<(), CollectError> {
    let mut charters = wanted.store.charters(wanted.lender, device.device)?;
    charters.retain(|charter| charter.offered_at <= wanted.at);
    charters.reverse();
    let mut times = Vec::new();
    for charter in charters {
        let accepted_at = charter.accepted_at.filter(|at| *at <= wanted.at);
        add(
            &format!("charters/{:05}-offered.cose", charter.n),
            charter.offered,
        );
        if let Some(accepted) = charter.accepted.filter(|_| accepted_at.is_some()) {
            add(
                &format!("charters/{:05}-accepted.cose", charter.n),
                accepted,
            );
        }
        times.push(CharterTimes {
            n: charter.n,
            offered_at: charter.offered_at.to_string(),
            accepted_at: accepted_at.map(|at| at.to_string()),
        });
    }
    let table = Device {
        device: hex(&device.device.0),
        spki: hex(&device.spki),
        enrolled_at: device.enrolled_at.to_string(),
        charters: times,
    };
    add("device.json", text(&table));
    Ok(())
}

/// Signed grants as they went out, others as the body that waits or was refused.
fn grants(wanted: &Wanted<'_>, add: Add<'_>) -> Result<(), CollectError> {
    let mut rows = wanted
        .store
        .grants_of(wanted.lender, wanted.contract_id, ROWS_MAX)?;
    rows.retain(|row| row.created.at <= wanted.at);
    rows.reverse();
    for row in &rows {
        let item = format!("grants/{:07}", row.seq);
        let words = Grant::read(&row.payload).ok().map(|g| decode::grant(&g));
        match signed(row, wanted.at) {
            Some(cose) => decoded(add, &item, cose.clone(), words)?,
            None => {
                add(&format!("{item}.cbor"), row.payload.clone());
                let words = words.ok_or_else(|| CollectError::Unreadable { item: item.clone() })?;
                add(&format!("{item}.json"), text(&words));
            }
        }
    }
    let courses: Vec<_> = rows
        .iter()
        .map(|row| gather::course(row, wanted.at))
        .collect();
    add("grants.json", text(&courses));
    Ok(())
}

/// The signed object, when it was signed by then.
pub(super) fn signed(row: &GrantRow, at: Instant) -> Option<&Vec<u8>> {
    let by_then = row.signed.is_some_and(|stamp| stamp.at <= at);
    row.cose.as_ref().filter(|_| by_then)
}

fn reports(wanted: &Wanted<'_>, device: &DeviceRow, add: Add<'_>) -> Result<(), CollectError> {
    let mut rows = wanted
        .store
        .reports_of(wanted.lender, device.device, ROWS_MAX)?;
    rows.retain(|row| row.received.at <= wanted.at);
    rows.reverse();
    for row in &rows {
        let item = format!("reports/{:07}", row.counter);
        let read = Sign1::parse(&row.cose).ok();
        let read = read.and_then(|object| Report::read(object.payload).ok());
        decoded(
            add,
            &item,
            row.cose.clone(),
            read.map(|r| decode::report(&r)),
        )?;
    }
    let arrivals = rows.iter().map(|row| Arrival {
        counter: row.counter,
        received_at: row.received.at.to_string(),
    });
    add("reports.json", text(&arrivals.collect::<Vec<_>>()));
    Ok(())
}

/// A signed object and its text beside it.
fn decoded(
    add: Add<'_>,
    item: &str,
    cose: Vec<u8>,
    words: Option<Value>,
) -> Result<(), CollectError> {
    let words = words.ok_or_else(|| CollectError::Unreadable {
        item: item.to_string(),
    })?;
    add(&format!("{item}.cose"), cose);
    add(&format!("{item}.json"), text(&words));
    Ok(())
}
