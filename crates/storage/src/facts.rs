//! The facts of a contract, rebuilt from rows, with the version they have.

use fairlock_domain::calendar::{Day, Instant, Zone};
use fairlock_domain::contract::{Consent, Contract, Particulars, Product};
use fairlock_domain::payment::Reference;
use fairlock_domain::standing::{Clearance, DeviceLink, Event, Facts, NoticeMode};

use crate::calendars;
use crate::contracts::{instalments, packs, reference};
use crate::devices;
use crate::error::StoreError;
use crate::events::{self, Subject};
use crate::grants::{self, GrantRow};
use crate::ids::{DeviceId, LenderId};
use crate::sqlite::{Cells, Db, instant_cell, statements};
use crate::store::Store;

statements! { "contracts":
    AGREED = "
        SELECT version, contract_id, product, currency, signed_on, consent_signature,
               consent_copy, consent_on, feed, reference, time_zone, packs, calendar, review_at
        FROM contracts WHERE lender_id = ?1 AND contract_id = ?2";
    CLEARANCES = "
        SELECT pack, given_by, given_on, until_day, opinion_sha256 FROM clearances
        WHERE lender_id = ?1 ORDER BY pack, no";
    ADD_CLEARANCE = "
        INSERT INTO clearances (lender_id, pack, no, given_by, given_on, until_day,
                                opinion_sha256)
        SELECT ?1, ?2, 1 + coalesce(max(no), 0), ?3, ?4, ?5, ?6
        FROM clearances WHERE lender_id = ?1 AND pack = ?2";
    REVIEW_PACK = "
        UPDATE contracts SET version = version + 1,
                             review_at = min(coalesce(review_at, ?3), ?3)
        WHERE lender_id = ?1 AND ',' || packs || ',' LIKE '%,' || ?2 || ',%'";
}

/// The enrolled device of a contract, and what a new grant must know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceFacts {
    pub device: DeviceId,
    pub charter_accepted: bool,
    /// Highest seq taken; the next grant takes one above it. 0 before the first.
    pub newest_seq: u64,
    /// Highest seq that the phone reported; 0 before its first report.
    pub reported_seq: u64,
    /// Key set version that the phone last reported; `None` before its first report.
    pub reported_ksv: Option<u64>,
    /// The newest grant whose body counts (signed, or waiting to be), if there is one.
    pub newest: Option<GrantRow>,
    /// The newest signed grant, if there is one.
    pub newest_signed: Option<GrantRow>,
    pub spki_sha256: [u8; 32],
}

/// All that is known of a contract, at one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractFacts {
    /// To be expected by a commit that rests on these facts.
    pub version: u64,
    pub contract: Contract,
    pub reference: Reference,
    /// IANA name; the rulebook makes it a `Zone`.
    pub time_zone: String,
    pub packs: Vec<String>,
    /// The holiday calendar that packs read.
    pub calendar: Option<String>,
    /// Which version of it these are; `None` where it has none.
    pub calendar_version: Option<u32>,
    pub holidays: Vec<Day>,
    pub clearances: Vec<Clearance>,
    /// `None` before enrolment.
    pub device: Option<DeviceFacts>,
    /// Its own and its feed's, in the order in which they became known.
    pub events: Vec<Event>,
    /// The review it waits for.
    pub review_at: Option<Instant>,
}

impl ContractFacts {
    /// What the engine judges. Notices are served by the server, so only their events count.
    /// Only a contract's own phone enrols for it, so that an enrolled device is this loan's.
    pub fn facts(&self, zone: Zone) -> Facts {
        Facts {
            contract: self.contract.clone(),
            zone,
            holidays: self.holidays.clone(),
            particulars: Particulars::default(),
            clearances: self.clearances.clone(),
            notices: NoticeMode::Manual,
            device: self.device.as_ref().map(|device| DeviceLink {
                charter_accepted: device.charter_accepted,
                is_this_loans: true,
            }),
            events: self.events.clone(),
        }
    }
}

impl Store {
    /// The facts of one contract.
    pub fn facts(
        &self,
        lender: LenderId,
        contract_id: &str,
    ) -> Result<Option<ContractFacts>, StoreError> {
        self.read("facts", |db| read(db, lender, contract_id))
    }

    /// Adds a lawyer's clearance of a pack; contracts under it are due for review at `at`.
    pub fn add_clearance(
        &self,
        lender: LenderId,
        clearance: Clearance,
        at: Instant,
    ) -> Result<(), StoreError> {
        self.write("add_clearance", move |tx| {
            let c = &clearance;
            let (on, until) = (c.on.unix_days(), c.until.unix_days());
            let row = (lender.0, &c.pack, &c.by, on, until, c.opinion_sha256);
            tx.run(ADD_CLEARANCE, row)?;
            let review = (lender.0, &c.pack, instant_cell(at)?);
            tx.run(REVIEW_PACK, review).map(|_| ())
        })
    }
}

fn read(
    db: &Db<'_>,
    lender: LenderId,
    contract_id: &str,
) -> Result<Option<ContractFacts>, StoreError> {
    let Some(agreed) = db.first(AGREED, (lender.0, contract_id), agreed)? else {
        return Ok(None);
    };
    let mut contract = agreed.contract;
    contract.instalments = instalments(db, lender, contract_id, contract.currency)?;
    let calendar = agreed.calendar;
    let calendar_version = match &calendar {
        Some(calendar) => calendars::newest(db, lender, calendar)?,
        None => None,
    };
    let holidays = match (&calendar, calendar_version) {
        (Some(calendar), Some(version)) => calendars::days_of(db, lender, calendar, version)?,
        _ => Vec::new(),
    };
    let under = |clearance: &Clearance| agreed.packs.contains(&clearance.pack);
    let mut clearances = db.all(CLEARANCES, (lender.0,), clearance)?;
    clearances.retain(under);
    let subject = Subject {
        lender,
        contract_id,
        feed: contract.feed.as_deref(),
        currency: contract.currency,
    };
    let events = events::read(db, &subject, None, None)?;
    Ok(Some(ContractFacts {
        version: agreed.version,
        contract,
        reference: agreed.reference,
        time_zone: agreed.time_zone,
        packs: agreed.packs,
        calendar,
        calendar_version,
        holidays,
        clearances,
        device: device(db, lender, contract_id)?,
        events,
        review_at: agreed.review_at,
    }))
}

fn device(
    db: &Db<'_>,
    lender: LenderId,
    contract_id: &str,
) -> Result<Option<DeviceFacts>, StoreError> {
    let Some(row) = devices::of_contract(db, lender, contract_id)? else {
        return Ok(None);
    };
    Ok(Some(DeviceFacts {
        device: row.device,
        charter_accepted: row.charter_accepted_at.is_some(),
        newest_seq: row.newest_seq,
        reported_seq: row.reported.as_ref().map_or(0, |r| r.seq),
        reported_ksv: row.reported.as_ref().map(|r| r.ksv),
        newest: grants::newest(db, lender, row.device)?,
        newest_signed: grants::newest_signed(db, lender, row.device)?,
        spki_sha256: row.spki_sha256,
    }))
}

/// The contract's own row, before the others are read.
struct Agreed {
    version: u64,
    contract: Contract,
    reference: Reference,
    time_zone: String,
    packs: Vec<String>,
    calendar: Option<String>,
    review_at: Option<Instant>,
}

fn agreed(c: &mut Cells<'_>) -> Result<Agreed, StoreError> {
    let version = c.unsigned()?;
    let id = c.get()?;
    let product = c.word(Product::from_name, "a product")?;
    let currency = c.currency()?;
    let signed_on = c.day()?;
    let contract = Contract {
        id,
        product,
        currency,
        signed_on,
        consent: consent(c)?,
        instalments: Vec::new(),
        feed: c.get()?,
    };
    Ok(Agreed {
        version,
        contract,
        reference: reference(c)?,
        time_zone: c.get()?,
        packs: packs(&c.get::<String>()?),
        calendar: c.get()?,
        review_at: c.instant_or_none()?,
    })
}

/// Three columns, all null for none.
pub(crate) fn consent(c: &mut Cells<'_>) -> Result<Option<Consent>, StoreError> {
    let signature: Option<bool> = c.get()?;
    let copy: Option<bool> = c.get()?;
    let on = c.day_or_none()?;
    let parts = signature.zip(copy).zip(on);
    Ok(
        parts.map(|((separate_signature, acknowledged_copy), on)| Consent {
            separate_signature,
            acknowledged_copy,
            on,
        }),
    )
}

fn clearance(c: &mut Cells<'_>) -> Result<Clearance, StoreError> {
    Ok(Clearance {
        pack: c.get()?,
        by: c.get()?,
        on: c.day()?,
        until: c.day()?,
        opinion_sha256: c.get()?,
    })
}
