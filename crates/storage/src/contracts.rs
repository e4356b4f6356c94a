//! Contracts: finding one, and what pages show of it.

use fairlock_domain::calendar::{Day, Instant};
use fairlock_domain::contract::{Instalment, Product};
use fairlock_domain::holds::{HoldEntry, HoldKind};
use fairlock_domain::money::{Currency, Money};
use fairlock_domain::payment::Reference;
use fairlock_domain::pii::Pii;
use fairlock_domain::rules::Level;

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::sqlite::{Cells, Db, statements};
use crate::store::Store;

statements! { "contracts":
    ONE = "
        SELECT contract_id, reference, product, currency, signed_on, time_zone, packs, calendar,
               feed, borrower, phone_number, email, language, imei, model, version, level,
               past_due_since, arrears, restore, payoff, planned_at, decision_hash, review_at
        FROM contracts WHERE lender_id = ?1 AND contract_id = ?2";
    HOLDS = "
        SELECT kind, until_at FROM contract_holds
        WHERE lender_id = ?1 AND contract_id = ?2 ORDER BY kind";
    INSTALMENTS = "
        SELECT due, amount FROM instalments
        WHERE lender_id = ?1 AND contract_id = ?2 ORDER BY no";
    BY_REFERENCE = "
        SELECT contract_id, currency FROM contracts WHERE lender_id = ?1 AND reference = ?2";
    BY_PHONE = "
        SELECT contract_id FROM contracts WHERE lender_id = ?1 AND phone_hash = ?2
        ORDER BY contract_id LIMIT 10";
    BY_IMEI = "SELECT contract_id FROM contracts WHERE lender_id = ?1 AND imei = ?2";
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
    pub email: Option<Pii<String>>,
    /// The contract's language, as "sw".
    pub language: Option<String>,
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
    /// The contract with that id.
    pub fn contract(
        &self,
        lender: LenderId,
        contract_id: &str,
    ) -> Result<Option<ContractRow>, StoreError> {
        self.read("contract", |db| {
            let found = db.first(ONE, (lender.0, contract_id), contract)?;
            let Some(mut row) = found else {
                return Ok(None);
            };
            row.holds = holds(db, lender, contract_id)?;
            row.instalments = instalments(db, lender, contract_id, row.currency)?;
            Ok(Some(row))
        })
    }

    /// The contracts of those references; references that are nobody's are left out.
    pub fn contracts_by_reference(
        &self,
        lender: LenderId,
        references: &[Reference],
    ) -> Result<Vec<ReferencedContract>, StoreError> {
        self.read("contracts_by_reference", |db| {
            let mut found = Vec::new();
            for reference in references {
                let key = (lender.0, reference.as_str());
                found.extend(db.first(BY_REFERENCE, key, |c| {
                    Ok(ReferencedContract {
                        reference: reference.clone(),
                        contract_id: c.get()?,
                        currency: c.currency()?,
                    })
                })?);
            }
            Ok(found)
        })
    }

    /// Ids of the contracts with that keyed phone hash, at most ten.
    pub fn contracts_by_phone(
        &self,
        lender: LenderId,
        phone_hash: &[u8; 32],
    ) -> Result<Vec<String>, StoreError> {
        self.read("contracts_by_phone", |db| {
            db.all(BY_PHONE, (lender.0, phone_hash), |c| c.get())
        })
    }

    /// The contract of that IMEI.
    pub fn contract_by_imei(
        &self,
        lender: LenderId,
        imei: &str,
    ) -> Result<Option<String>, StoreError> {
        self.read("contract_by_imei", |db| by_imei(db, lender, imei))
    }
}

pub(crate) fn by_reference(
    db: &Db<'_>,
    lender: LenderId,
    reference: &Reference,
) -> Result<Option<String>, StoreError> {
    db.first(BY_REFERENCE, (lender.0, reference.as_str()), |c| c.get())
}

pub(crate) fn by_imei(
    db: &Db<'_>,
    lender: LenderId,
    imei: &str,
) -> Result<Option<String>, StoreError> {
    db.first(BY_IMEI, (lender.0, imei), |c| c.get())
}

/// Holds of the newest plan, by kind.
pub(crate) fn holds(
    db: &Db<'_>,
    lender: LenderId,
    contract_id: &str,
) -> Result<Vec<HoldEntry>, StoreError> {
    db.all(HOLDS, (lender.0, contract_id), |c| {
        Ok(HoldEntry {
            kind: c.word(HoldKind::from_name, "a kind of hold")?,
            until: c.instant_or_none()?,
        })
    })
}

/// The schedule in document order.
pub(crate) fn instalments(
    db: &Db<'_>,
    lender: LenderId,
    contract_id: &str,
    currency: Currency,
) -> Result<Vec<Instalment>, StoreError> {
    db.all(INSTALMENTS, (lender.0, contract_id), |c| {
        Ok(Instalment {
            due: c.day()?,
            amount: c.money(currency)?,
        })
    })
}

/// Ids in order, separated by commas.
pub(crate) fn packs(cell: &str) -> Vec<String> {
    let ids = cell.split(',').filter(|id| !id.is_empty());
    ids.map(String::from).collect()
}

pub(crate) fn reference(c: &mut Cells<'_>) -> Result<Reference, StoreError> {
    c.word(|text| Reference::parse(text).ok(), "a valid reference")
}

/// The row without holds and instalments.
fn contract(c: &mut Cells<'_>) -> Result<ContractRow, StoreError> {
    let contract_id = c.get()?;
    let reference = reference(c)?;
    let product = c.word(Product::from_name, "a product")?;
    let currency = c.currency()?;
    Ok(ContractRow {
        contract_id,
        reference,
        product,
        currency,
        signed_on: c.day()?,
        time_zone: c.get()?,
        packs: packs(&c.get::<String>()?),
        calendar: c.get()?,
        feed: c.get()?,
        borrower: Pii::new(c.get()?),
        phone_number: c.get::<Option<String>>()?.map(Pii::new),
        email: c.get::<Option<String>>()?.map(Pii::new),
        language: c.get()?,
        imei: Pii::new(c.get()?),
        model: c.get()?,
        version: c.unsigned()?,
        level: c.word(Level::from_name, "a level")?,
        past_due_since: c.day_or_none()?,
        arrears: c.money(currency)?,
        restore: c.money(currency)?,
        payoff: c.money(currency)?,
        planned_at: c.instant_or_none()?,
        decision_hash: c.get()?,
        review_at: c.instant_or_none()?,
        holds: Vec::new(),
        instalments: Vec::new(),
    })
}
