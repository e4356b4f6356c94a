//! The facts of a contract, rebuilt from rows, with the version they have.

use fairlock_domain::calendar::{Day, Instant, Zone};
use fairlock_domain::contract::{
    BorrowerKind, Consent, Contract, Creditor, CreditorKind, Frequency, Goods, Particulars, Product,
};
use fairlock_domain::payment::Reference;
use fairlock_domain::standing::{DeviceLink, Event, Facts, NoticeMode};

use crate::calendars;
use crate::contracts::{instalments, packs, reference};
use crate::devices;
use crate::error::StoreError;
use crate::events::{self, Subject};
use crate::grants::{self, GrantRow};
use crate::ids::{DeviceId, LenderId};
use crate::permits::{self, Permit, PermitRow};
use crate::sqlite::{Cells, Db, statements};
use crate::store::Store;

statements! { "contracts":
    AGREED = "
        SELECT version, contract_id, product, currency, signed_on, consent_signature,
               consent_copy, consent_on, feed, goods, creditor, creditor_kind, borrower_kind,
               days_of_grace, reference, time_zone, packs, calendar, review_at
        FROM contracts WHERE lender_id = ?1 AND contract_id = ?2";
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
    /// Goods, creditor, borrower, how often it is paid; approvals stand among the permits.
    pub particulars: Particulars,
    /// For its packs, in the order in which they became known.
    pub permits: Vec<PermitRow>,
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
        self.told(zone, self.permits.iter().map(PermitRow::now), &self.events)
    }

    /// The same as it was known at an instant: later events and permits don't exist for it. The
    /// phone is as it is now.
    pub fn facts_at(&self, zone: Zone, at: Instant) -> Facts {
        let permits = self.permits.iter().filter_map(|row| row.known_at(at));
        let known = self.events.partition_point(|event| event.at <= at);
        let events = self.events.get(..known).unwrap_or_default();
        self.told(zone, permits.map(|row| row.now()), events)
    }

    fn told(&self, zone: Zone, permits: impl Iterator<Item = Permit>, events: &[Event]) -> Facts {
        let mut particulars = self.particulars.clone();
        let mut clearances = Vec::new();
        for permit in permits {
            match permit {
                Permit::Clearance(clearance) => clearances.push(clearance),
                Permit::Approval(approval) => particulars.approvals.push(approval),
            }
        }
        Facts {
            contract: self.contract.clone(),
            zone,
            holidays: self.holidays.clone(),
            particulars,
            clearances,
            notices: NoticeMode::Manual,
            device: self.device.as_ref().map(|device| DeviceLink {
                charter_accepted: device.charter_accepted,
                is_this_loans: true,
            }),
            events: events.to_vec(),
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
    let mut permits = permits::read(db, lender)?;
    permits.retain(|row| agreed.packs.iter().any(|pack| pack == row.permit.pack()));
    let mut particulars = agreed.particulars;
    particulars.frequency = Frequency::of(&contract.instalments);
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
        particulars,
        permits,
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
    particulars: Particulars,
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
        particulars: particulars(c)?,
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

/// Five columns, from goods to days of grace.
pub(crate) fn particulars(c: &mut Cells<'_>) -> Result<Particulars, StoreError> {
    let goods = c.word_or_none(Goods::from_name, "a word for goods")?;
    let name: Option<String> = c.get()?;
    let kind = c.word_or_none(CreditorKind::from_name, "a kind of creditor")?;
    let borrower = c.word_or_none(BorrowerKind::from_name, "a kind of borrower")?;
    let creditor = name.zip(kind);
    Ok(Particulars {
        creditor: creditor.map(|(name, kind)| Creditor { name, kind }),
        borrower,
        goods,
        days_of_grace: c.get()?,
        ..Particulars::default()
    })
}
