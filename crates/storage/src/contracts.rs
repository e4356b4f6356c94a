//! Contracts: import, and finding one.

use fairlock_domain::calendar::{Day, Instant};
use fairlock_domain::contract::{Contract, Instalment, Product};
use fairlock_domain::holds::HoldEntry;
use fairlock_domain::money::{Currency, Money};
use fairlock_domain::payment::Reference;
use fairlock_domain::pii::Pii;
use fairlock_domain::rules::Level;

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::store::Store;

/// A contract to import, checked by its reader. Its reference is made from its id.
#[derive(Clone)]
pub struct NewContract {
    pub contract: Contract,
    /// IANA name; known to the rulebook.
    pub time_zone: String,
    /// Rule pack ids in order; known to the rulebook.
    pub packs: Vec<String>,
    /// The holiday calendar that packs read; `None` for no holidays.
    pub calendar: Option<String>,
    pub borrower: Pii<String>,
    pub phone_number: Option<Pii<String>>,
    /// Keyed hash of the number, for matching without reading it.
    pub phone_hash: Option<[u8; 32]>,
    pub imei: Pii<String>,
    pub model: String,
}

/// How an import ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    pub added: u64,
    /// There already, with the same content.
    pub unchanged: u64,
}

/// Why no contract of an import was taken, in the order of the checks. `index` counts from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    #[error("contract {contract_id}: {problem}")]
    Reference {
        index: usize,
        contract_id: String,
        problem: fairlock_domain::payment::ReferenceError,
    },
    #[error("contract {contract_id}: no instalments; expected at least one")]
    NoInstalments { index: usize, contract_id: String },
    #[error(
        "contract {contract_id}: instalment {no} in another currency, or not above zero; expected the contract's"
    )]
    Instalment {
        index: usize,
        contract_id: String,
        /// From 1.
        no: usize,
    },
    #[error(
        "contract {contract_id}: is there already with other content; expected the same, or a new id"
    )]
    OtherContent { index: usize, contract_id: String },
    #[error(
        "contract {contract_id}: its reference {reference} is contract {other}'s; expected ids that differ in letters or digits"
    )]
    ReferenceTaken {
        index: usize,
        contract_id: String,
        reference: Reference,
        other: String,
    },
    #[error(
        "contract {contract_id}: its IMEI is contract {other}'s; expected one contract a phone"
    )]
    ImeiTaken {
        index: usize,
        contract_id: String,
        other: String,
    },
    #[error("contract {contract_id}: {sentence}")]
    Ledger {
        index: usize,
        contract_id: String,
        sentence: &'static str,
    },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A contract as the console lists and shows it: what was agreed, and the newest plan in short.
#[derive(Clone)]
pub struct ContractRow {
    pub contract_id: String,
    pub reference: Reference,
    pub product: Product,
    pub currency: Currency,
    pub signed_on: Day,
    pub time_zone: String,
    pub packs: Vec<String>,
    pub calendar: Option<String>,
    pub feed: Option<String>,
    pub borrower: Pii<String>,
    pub phone_number: Option<Pii<String>>,
    pub imei: Pii<String>,
    pub model: String,
    pub version: u64,
    pub level: Level,
    /// Due day of the oldest instalment past due; `None` when current. Days past due are the
    /// business date less this.
    pub past_due_since: Option<Day>,
    pub arrears: Money,
    pub restore: Money,
    pub payoff: Money,
    /// When the plan was made; `None` before the first.
    pub planned_at: Option<Instant>,
    pub decision_hash: Option<[u8; 16]>,
    pub review_at: Option<Instant>,
    /// Holds of the newest plan, by kind.
    pub holds: Vec<HoldEntry>,
    pub instalments: Vec<Instalment>,
}

/// A contract found by its reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferencedContract {
    pub reference: Reference,
    pub contract_id: String,
    pub currency: Currency,
}

impl Store {
    /// Imports contracts, all or none: rows, instalments, the receivable in the ledger. Each new
    /// contract is due for its first plan at once. Importing the same again changes nothing.
    pub fn import_contracts(
        &self,
        lender: LenderId,
        contracts: Vec<NewContract>,
        at: Instant,
    ) -> Result<Imported, ImportError> {
        let _ = (lender, contracts, at);
        todo!()
    }

    /// What an import would do, or why it would refuse; changes nothing.
    pub fn check_contracts(
        &self,
        lender: LenderId,
        contracts: &[NewContract],
    ) -> Result<Imported, ImportError> {
        let _ = (lender, contracts);
        todo!()
    }

    /// The contract with that id.
    pub fn contract(
        &self,
        lender: LenderId,
        contract_id: &str,
    ) -> Result<Option<ContractRow>, StoreError> {
        let _ = (lender, contract_id);
        todo!()
    }

    /// The contracts of those references; references that are nobody's are left out.
    pub fn contracts_by_reference(
        &self,
        lender: LenderId,
        references: &[Reference],
    ) -> Result<Vec<ReferencedContract>, StoreError> {
        let _ = (lender, references);
        todo!()
    }

    /// Ids of the contracts with that keyed phone hash, at most ten.
    pub fn contracts_by_phone(
        &self,
        lender: LenderId,
        phone_hash: &[u8; 32],
    ) -> Result<Vec<String>, StoreError> {
        let _ = (lender, phone_hash);
        todo!()
    }

    /// The contract of that IMEI.
    pub fn contract_by_imei(
        &self,
        lender: LenderId,
        imei: &str,
    ) -> Result<Option<String>, StoreError> {
        let _ = (lender, imei);
        todo!()
    }

    /// Replaces the days of a holiday calendar; contracts on it are due for review at `at`.
    pub fn set_holidays(
        &self,
        lender: LenderId,
        calendar: &str,
        days: &[Day],
        at: Instant,
    ) -> Result<(), StoreError> {
        let _ = (lender, calendar, days, at);
        todo!()
    }
}
