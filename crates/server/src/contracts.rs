//! Contract files become contracts: `fairlock import contracts`, and the demo's first step.
//!
//! All or nothing a file: every row is checked before the first is stored, and every fault is
//! named with its row. On purpose absent: a mapping of other column names, and the phone hash for
//! matching payers by number (nothing matches by number yet, so nothing is kept for it).

use fairlock_domain::calendar::Instant;
use fairlock_intake::error::{Place, ReadError};
use fairlock_intake::{ContractRow, read_contracts};
use fairlock_rulebook::{Rulebook, zone};
use fairlock_storage::{ImportError, Imported, LenderId, NewContract, Store};

/// Why a contract file isn't taken.
#[derive(Debug, thiserror::Error)]
pub enum ContractFileError {
    /// Every fault that was found in it, each with its place.
    #[error("{}", faults(.0))]
    Faults(Vec<ReadError>),
    #[error(transparent)]
    Import(#[from] ImportError),
}

/// One line for one fault; for several, how many there are and the first.
fn faults(faults: &[ReadError]) -> String {
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
    Ok(store.import_contracts(lender, contracts(bytes, rulebook)?, at)?)
}

/// What [`import`] would do, changing nothing.
pub fn check_import(
    store: &Store,
    lender: LenderId,
    rulebook: &Rulebook,
    bytes: &[u8],
) -> Result<Imported, ContractFileError> {
    Ok(store.check_contracts(lender, contracts(bytes, rulebook)?)?)
}

fn contracts(bytes: &[u8], rulebook: &Rulebook) -> Result<Vec<NewContract>, ContractFileError> {
    let read = read(bytes, rulebook)?;
    Ok(read.into_iter().map(|read| read.contract).collect())
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
            time_zone: row.time_zone,
            packs: row.packs,
            calendar: None,
            borrower: row.borrower,
            phone_number: row.phone_number,
            email: row.email,
            language: row.language,
            phone_hash: None,
            imei: row.imei,
            model: row.model.unwrap_or_default(),
        },
    }
}
