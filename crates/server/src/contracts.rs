//! Contract files become contracts: `fairlock import contracts`, and the demo's first step.
//!
//! All or nothing a file: every row is checked before the first is stored, and every fault is
//! named with its row. A live lender's contracts are checked to be under the law of a place. On
//! purpose absent: a mapping of other column names, and the phone hash for matching payers by number
//! (nothing matches by number yet, so nothing is kept for it).

use fairlock_domain::calendar::Instant;
use fairlock_intake::error::{Place, ReadError};
use fairlock_intake::{ContractRow, read_contracts};
use fairlock_rulebook::{Rulebook, zone};
use fairlock_storage::{ImportError, Imported, LenderId, NewContract, Store};

use crate::live::{self, Refused};

/// Why a contract file isn't taken.
#[derive(Debug, thiserror::Error)]
pub enum ContractFileError {
    /// Every fault that was found in it, each with its place.
    #[error("{}", faults(.0))]
    Faults(Vec<ReadError>),
    /// Every real contract under packs that can't stand over it.
    #[error("{} under packs that can't stand over a real one", how_many(.0))]
    NotLive(Vec<Refused>),
    #[error(transparent)]
    Import(#[from] ImportError),
}

fn how_many(refused: &[Refused]) -> String {
    match refused.len() {
        1 => "1 contract".to_owned(),
        many => format!("{many} contracts"),
    }
}

/// One line for one fault; for several, how many there are and the first.
pub(crate) fn faults(faults: &[ReadError]) -> String {
    match faults {
        [] => "no faults".to_string(),
        [only] => only.to_string(),
        [first, rest @ ..] => format!("{first} (and {} more)", rest.len()),
    }
}

/// A contract that was read, and whether a simulated phone shall enrol for it.
pub struct ReadContract {
    pub contract: NewContract,
    pub phone: bool,
}

/// Reads a contract file and checks each row against the rulebook and the time zones.
pub fn read(bytes: &[u8], rulebook: &Rulebook) -> Result<Vec<ReadContract>, ContractFileError> {
    let rows = read_contracts(bytes).map_err(ContractFileError::Faults)?;
    let mut faults = Vec::new();
    let mut contracts = Vec::with_capacity(rows.len());
    for row in rows {
        check(&row, rulebook, &mut faults);
        contracts.push(new_contract(row));
    }
    if faults.is_empty() {
        Ok(contracts)
    } else {
        Err(ContractFileError::Faults(faults))
    }
}

/// Stores the contracts of a file, all or none; the same file again changes nothing.
pub fn import(
    store: &Store,
    lender: LenderId,
    rulebook: &Rulebook,
    bytes: &[u8],
    at: Instant,
) -> Result<Imported, ContractFileError> {
    let contracts = contracts(rulebook, bytes, is_live(store, lender)?)?;
    Ok(store.import_contracts(lender, contracts, at)?)
}

/// What [`import`] would do, changing nothing; with `live` as if the lender were live.
pub fn check_import(
    store: &Store,
    lender: LenderId,
    rulebook: &Rulebook,
    bytes: &[u8],
    live: bool,
) -> Result<Imported, ContractFileError> {
    let live = live || is_live(store, lender)?;
    let contracts = contracts(rulebook, bytes, live)?;
    Ok(store.check_contracts(lender, contracts)?)
}

fn is_live(store: &Store, lender: LenderId) -> Result<bool, ContractFileError> {
    let since = store.live_since(lender).map_err(ImportError::Store)?;
    Ok(since.is_some())
}

/// The contracts of a file; of a live lender only real ones.
fn contracts(
    rulebook: &Rulebook,
    bytes: &[u8],
    live: bool,
) -> Result<Vec<NewContract>, ContractFileError> {
    let read = read(bytes, rulebook)?;
    let contracts: Vec<NewContract> = read.into_iter().map(|read| read.contract).collect();
    if !live {
        return Ok(contracts);
    }
    let refused = contracts.iter().filter_map(|new| {
        let why = live::check(rulebook, &new.packs).err()?;
        Some(Refused {
            contract_id: new.contract.id.clone(),
            others: 0,
            why,
        })
    });
    let refused: Vec<Refused> = refused.collect();
    match refused.is_empty() {
        true => Ok(contracts),
        false => Err(ContractFileError::NotLive(refused)),
    }
}

fn check(row: &ContractRow, rulebook: &Rulebook, faults: &mut Vec<ReadError>) {
    let cell = |column: &str| Place::Cell {
        row: row.line,
        column: column.to_string(),
    };
    if zone::load(&row.time_zone).is_none() {
        let expected = "a time zone's IANA name, such as Africa/Nairobi";
        faults.push(ReadError::text(cell("time_zone"), &row.time_zone, expected));
    }
    for pack in &row.packs {
        if rulebook.get(pack).is_none() {
            let known: Vec<&str> = rulebook.packs().iter().map(|p| p.id.as_str()).collect();
            let expected = format!("rule packs that are known ({})", known.join(", "));
            faults.push(ReadError::text(cell("packs"), pack, expected));
        }
    }
}

fn new_contract(row: ContractRow) -> ReadContract {
    ReadContract {
        phone: row.phone,
        contract: NewContract {
            contract: row.contract,
            particulars: row.particulars,
            time_zone: row.time_zone,
            packs: row.packs,
            calendar: None,
            borrower: row.borrower,
            phone_number: row.phone_number,
            email: row.email,
            language: row.language,
            phone_hash: None,
            virtual_account: row.virtual_account,
            imei: row.imei,
            model: row.model.unwrap_or_default(),
        },
    }
}
