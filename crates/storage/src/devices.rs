//! Devices: one-time tokens, enrolment, charters, last contact.
//!
//! Keys and charters are bytes here. Tokens are stored as hashes only.

use fairlock_domain::calendar::Instant;
use fairlock_domain::rules::Level;

use crate::error::StoreError;
use crate::ids::{DeviceId, LenderId, Stamp};
use crate::sqlite::{Cells, Db, instant_cell, statements, unsigned_cell};
use crate::store::Store;

statements! { "devices":
    HAS_CONTRACT = "SELECT 1 FROM contracts WHERE lender_id = ?1 AND contract_id = ?2";
    ADD_TOKEN = "
        INSERT INTO enrolment_tokens (lender_id, token_hash, contract_id, created_at, expires_at)
        VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
    TOKEN = "
        SELECT contract_id, created_at, expires_at, device_id FROM enrolment_tokens
        WHERE lender_id = ?1 AND token_hash = ?2";
    USE_TOKEN = "
        UPDATE enrolment_tokens SET used_at = ?3, device_id = ?4
        WHERE lender_id = ?1 AND token_hash = ?2";
    EXCHANGE = "
        UPDATE devices SET exchange_key = ?3
        WHERE lender_id = ?1 AND device_id = ?2 AND report_counter = 0";
    HAS_KEY = "SELECT 1 FROM devices WHERE lender_id = ?1 AND spki_sha256 = ?2";
    INSERT = "
        INSERT INTO devices (lender_id, device_id, contract_id, spki, spki_sha256, exchange_key,
                             imei_hash, enrolled_at, newest_seq, report_counter)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0)";
    OFFER_CHARTER = "
        INSERT INTO charters (lender_id, device_id, n, offered, offered_at)
        VALUES (?1, ?2, ?3, ?4, ?5)";
    ACCEPT_CHARTER = "
        UPDATE charters SET accepted = ?4, accepted_at = ?5
        WHERE lender_id = ?1 AND device_id = ?2 AND n = ?3 AND accepted IS NULL";
    CHARTER = "
        SELECT n, offered, offered_at, accepted, accepted_at FROM charters
        WHERE lender_id = ?1 AND device_id = ?2 ORDER BY n DESC";
    REVIEW = "
        UPDATE contracts SET version = version + 1,
                             review_at = min(coalesce(review_at, ?3), ?3)
        WHERE lender_id = ?1 AND contract_id = ?2";
    ONE = "
        SELECT device_id, contract_id, spki, spki_sha256, exchange_key, enrolled_at,
               (SELECT max(n) FROM charters AS c
                WHERE c.lender_id = d.lender_id AND c.device_id = d.device_id),
               (SELECT max(accepted_at) FROM charters AS c
                WHERE c.lender_id = d.lender_id AND c.device_id = d.device_id),
               newest_seq, report_counter, reset_at, last_contact_at, last_contact_mono_ns,
               reported_at, reported_seq, reported_sha256, reported_grant_level, reported_level, reported_ksv
        FROM devices AS d WHERE lender_id = ?1 AND device_id = ?2";
    OF_CONTRACT = "
        SELECT device_id, contract_id, spki, spki_sha256, exchange_key, enrolled_at,
               (SELECT max(n) FROM charters AS c
                WHERE c.lender_id = d.lender_id AND c.device_id = d.device_id),
               (SELECT max(accepted_at) FROM charters AS c
                WHERE c.lender_id = d.lender_id AND c.device_id = d.device_id),
               newest_seq, report_counter, reset_at, last_contact_at, last_contact_mono_ns,
               reported_at, reported_seq, reported_sha256, reported_grant_level, reported_level, reported_ksv
        FROM devices AS d WHERE lender_id = ?1 AND contract_id = ?2";
    ALL = "
        SELECT device_id, contract_id, spki, spki_sha256, exchange_key, enrolled_at,
               (SELECT max(n) FROM charters AS c
                WHERE c.lender_id = d.lender_id AND c.device_id = d.device_id),
               (SELECT max(accepted_at) FROM charters AS c
                WHERE c.lender_id = d.lender_id AND c.device_id = d.device_id),
               newest_seq, report_counter, reset_at, last_contact_at, last_contact_mono_ns,
               reported_at, reported_seq, reported_sha256, reported_grant_level, reported_level, reported_ksv
        FROM devices AS d WHERE lender_id = ?1 ORDER BY device_id";
    COUNT = "SELECT count(*) FROM devices WHERE lender_id = ?1";
    TOUCH = "
        UPDATE devices SET last_contact_at = ?3, last_contact_mono_ns = ?4
        WHERE lender_id = ?1 AND device_id = ?2";
    TAKE_SEQ = "UPDATE devices SET newest_seq = ?3 WHERE lender_id = ?1 AND device_id = ?2";
    RESET = "
        UPDATE devices SET reset_at = ?3 WHERE lender_id = ?1 AND device_id = ?2";
}

/// A one-time enrolment token, by its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    pub token_hash: [u8; 32],
    pub contract_id: String,
    pub created_at: Instant,
    pub expires_at: Instant,
}

/// What a phone's enrolment stores, in one transaction with the use of its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    pub token_hash: [u8; 32],
    pub device: DeviceId,
    /// DER SubjectPublicKeyInfo of the device key.
    pub spki: Vec<u8>,
    pub spki_sha256: [u8; 32],
    /// The phone's one-time public key, for code keys.
    pub exchange_key: Vec<u8>,
    pub imei_hash: Option<[u8; 32]>,
    /// The charter offered to it.
    pub charter_n: u64,
    pub charter: Vec<u8>,
    pub at: Stamp,
}

/// Why a phone isn't enrolled, in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnrolError {
    #[error("no such enrolment token; expected one that was made for a contract")]
    UnknownToken,
    #[error("the enrolment token is used; expected a fresh one")]
    TokenUsed,
    #[error("the enrolment token expired at {0}; expected a fresh one")]
    TokenExpired(Instant),
    #[error("the contract has a phone already; expected one phone a contract")]
    ContractHasDevice,
    #[error("this device key is enrolled already; expected a new key")]
    KeyTaken,
    #[error("no such contract; expected one that was imported")]
    UnknownContract,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a phone last reported of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// When the report arrived.
    pub at: Instant,
    /// Highest seq it accepted.
    pub seq: u64,
    /// SHA-256 of the payload in force; `None` before its first grant.
    pub payload_sha256: Option<[u8; 32]>,
    pub grant_level: Level,
    /// In force, overlays included.
    pub level: Level,
    pub ksv: u64,
}

/// An enrolled phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    pub device: DeviceId,
    pub contract_id: String,
    pub spki: Vec<u8>,
    pub spki_sha256: [u8; 32],
    pub exchange_key: Vec<u8>,
    pub enrolled_at: Instant,
    /// The newest charter, and whether the phone signed it.
    pub charter_n: u64,
    pub charter_accepted_at: Option<Instant>,
    pub newest_seq: u64,
    /// Counter of its newest report; 0 before the first.
    pub report_counter: u64,
    /// When it was last found to have forgotten what it had been granted.
    pub reset_at: Option<Instant>,
    pub last_contact: Option<Stamp>,
    pub reported: Option<Reported>,
}

/// A charter of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CharterRow {
    pub n: u64,
    /// As the lender signed it.
    pub offered: Vec<u8>,
    pub offered_at: Instant,
    /// As the phone signed it too.
    pub accepted: Option<Vec<u8>>,
    pub accepted_at: Option<Instant>,
}

impl Store {
    /// Makes a token known. The same hash again changes nothing.
    pub fn add_token(&self, lender: LenderId, token: NewToken) -> Result<(), EnrolError> {
        self.write("add_token", move |tx| {
            let key = (lender.0, &token.contract_id);
            if tx.first(HAS_CONTRACT, key, |_| Ok(()))?.is_none() {
                return Err(EnrolError::UnknownContract);
            }
            let created_at = instant_cell(token.created_at)?;
            let expires_at = instant_cell(token.expires_at)?;
            let (hash, contract) = (token.token_hash, &token.contract_id);
            tx.run(
                ADD_TOKEN,
                (lender.0, hash, contract, created_at, expires_at),
            )?;
            Ok(())
        })
    }

    /// A token that was made, and the device that used it.
    pub fn token(
        &self,
        lender: LenderId,
        token_hash: &[u8; 32],
    ) -> Result<Option<(NewToken, Option<DeviceId>)>, StoreError> {
        self.read("token", |db| token(db, lender, *token_hash))
    }

    /// Enrols a phone: uses the token, stores device and offered charter. The same token with
    /// the same device key again gives the device enrolled then: its answer may have been lost,
    /// and with it the phone's one-time key, so that the new one counts until its first report.
    pub fn enrol(&self, lender: LenderId, enrolment: Enrolment) -> Result<DeviceRow, EnrolError> {
        self.write("enrol", move |tx| enrol(tx, lender, &enrolment))
    }

    /// Stores the charter with the phone's signature; the contract's facts change, and it is due
    /// for review. Once accepted, accepting it again changes nothing. `None`: no such charter.
    pub fn accept_charter(
        &self,
        lender: LenderId,
        device: DeviceId,
        n: u64,
        accepted: Vec<u8>,
        at: Instant,
    ) -> Result<Option<DeviceRow>, StoreError> {
        self.write("accept_charter", move |tx| {
            let (n, at) = (unsigned_cell(n)?, instant_cell(at)?);
            let charter = (lender.0, device.0, n, &accepted, at);
            let fresh = tx.run(ACCEPT_CHARTER, charter)? == 1;
            let charters = tx.all(CHARTER, (lender.0, device.0), charter_row)?;
            if charters.iter().all(|c| unsigned_cell(c.n) != Ok(n)) {
                return Ok(None);
            }
            let row = one(tx, lender, device)?;
            if let (true, Some(row)) = (fresh, &row) {
                tx.run(REVIEW, (lender.0, &row.contract_id, at))?;
            }
            Ok(row)
        })
    }

    /// One device.
    pub fn device(
        &self,
        lender: LenderId,
        device: DeviceId,
    ) -> Result<Option<DeviceRow>, StoreError> {
        self.read("device", |db| one(db, lender, device))
    }

    /// The device of a contract.
    pub fn device_of(
        &self,
        lender: LenderId,
        contract_id: &str,
    ) -> Result<Option<DeviceRow>, StoreError> {
        self.read("device_of", |db| of_contract(db, lender, contract_id))
    }

    /// Every device, by id.
    pub fn devices(&self, lender: LenderId) -> Result<Vec<DeviceRow>, StoreError> {
        self.read("devices", |db| db.all(ALL, (lender.0,), device_row))
    }

    /// How many phones are enrolled: the fleet that the lock budget is measured against.
    pub fn device_count(&self, lender: LenderId) -> Result<u64, StoreError> {
        self.read("device_count", |db| {
            db.one(COUNT, (lender.0,), |c| c.unsigned())
        })
    }

    /// The phone reached the server; a check-in that changes nothing else writes this only.
    pub fn touch_contact(
        &self,
        lender: LenderId,
        device: DeviceId,
        at: Stamp,
    ) -> Result<(), StoreError> {
        self.write("touch_contact", move |tx| {
            let (at, mono) = (instant_cell(at.at)?, unsigned_cell(at.monotonic_ns)?);
            tx.run(TOUCH, (lender.0, device.0, at, mono)).map(|_| ())
        })
    }

    /// The charters of a device, newest first.
    pub fn charters(
        &self,
        lender: LenderId,
        device: DeviceId,
    ) -> Result<Vec<CharterRow>, StoreError> {
        self.read("charters", |db| {
            db.all(CHARTER, (lender.0, device.0), charter_row)
        })
    }

    /// The phone was found to have forgotten what it had been granted.
    pub fn mark_reset(
        &self,
        lender: LenderId,
        device: DeviceId,
        at: Instant,
    ) -> Result<(), StoreError> {
        self.write("mark_reset", move |tx| {
            tx.run(RESET, (lender.0, device.0, instant_cell(at)?))
                .map(|_| ())
        })
    }

    /// Offers another charter: the next number after every one before. False when it isn't that.
    pub fn offer_charter(
        &self,
        lender: LenderId,
        device: DeviceId,
        n: u64,
        offered: Vec<u8>,
        at: Instant,
    ) -> Result<bool, StoreError> {
        self.write("offer_charter", move |tx| {
            let charters = tx.all(CHARTER, (lender.0, device.0), charter_row)?;
            if charters.first().is_none_or(|newest| newest.n + 1 != n) {
                return Ok(false);
            }
            let (n, at) = (unsigned_cell(n)?, instant_cell(at)?);
            tx.run(OFFER_CHARTER, (lender.0, device.0, n, &offered, at))?;
            Ok(true)
        })
    }
}

fn enrol(db: &Db<'_>, lender: LenderId, new: &Enrolment) -> Result<DeviceRow, EnrolError> {
    let Some((token, used_by)) = token(db, lender, new.token_hash)? else {
        return Err(EnrolError::UnknownToken);
    };
    if let Some(device) = used_by {
        let same = |row: &DeviceRow| row.spki_sha256 == new.spki_sha256;
        if one(db, lender, device)?.filter(same).is_some() {
            db.run(EXCHANGE, (lender.0, device.0, &new.exchange_key))?;
            return one(db, lender, device)?.ok_or(EnrolError::TokenUsed);
        }
        return Err(EnrolError::TokenUsed);
    }
    if token.expires_at <= new.at.at {
        return Err(EnrolError::TokenExpired(token.expires_at));
    }
    if of_contract(db, lender, &token.contract_id)?.is_some() {
        return Err(EnrolError::ContractHasDevice);
    }
    let key = (lender.0, new.spki_sha256);
    if db.first(HAS_KEY, key, |_| Ok(()))?.is_some() {
        return Err(EnrolError::KeyTaken);
    }
    let at = instant_cell(new.at.at)?;
    db.run(
        INSERT,
        (
            lender.0,
            new.device.0,
            &token.contract_id,
            &new.spki,
            new.spki_sha256,
            &new.exchange_key,
            new.imei_hash,
            at,
        ),
    )?;
    let n = unsigned_cell(new.charter_n)?;
    db.run(OFFER_CHARTER, (lender.0, new.device.0, n, &new.charter, at))?;
    db.run(USE_TOKEN, (lender.0, new.token_hash, at, new.device.0))?;
    // The gates ask whether the phone accepted its charter: facts have changed.
    db.run(REVIEW, (lender.0, &token.contract_id, at))?;
    let row = one(db, lender, new.device)?;
    row.ok_or(EnrolError::UnknownToken)
}

fn token(
    db: &Db<'_>,
    lender: LenderId,
    token_hash: [u8; 32],
) -> Result<Option<(NewToken, Option<DeviceId>)>, StoreError> {
    db.first(TOKEN, (lender.0, token_hash), |c| {
        let token = NewToken {
            token_hash,
            contract_id: c.get()?,
            created_at: c.instant()?,
            expires_at: c.instant()?,
        };
        Ok((token, c.get::<Option<[u8; 16]>>()?.map(DeviceId)))
    })
}

pub(crate) fn one(
    db: &Db<'_>,
    lender: LenderId,
    device: DeviceId,
) -> Result<Option<DeviceRow>, StoreError> {
    db.first(ONE, (lender.0, device.0), device_row)
}

pub(crate) fn of_contract(
    db: &Db<'_>,
    lender: LenderId,
    contract_id: &str,
) -> Result<Option<DeviceRow>, StoreError> {
    db.first(OF_CONTRACT, (lender.0, contract_id), device_row)
}

/// The device's highest seq is this now.
pub(crate) fn take_seq(
    db: &Db<'_>,
    lender: LenderId,
    device: DeviceId,
    seq: u64,
) -> Result<(), StoreError> {
    let row = (lender.0, device.0, unsigned_cell(seq)?);
    db.run(TAKE_SEQ, row).map(|_| ())
}

fn device_row(c: &mut Cells<'_>) -> Result<DeviceRow, StoreError> {
    Ok(DeviceRow {
        device: DeviceId(c.get()?),
        contract_id: c.get()?,
        spki: c.get()?,
        spki_sha256: c.get()?,
        exchange_key: c.get()?,
        enrolled_at: c.instant()?,
        charter_n: c.unsigned()?,
        charter_accepted_at: c.instant_or_none()?,
        newest_seq: c.unsigned()?,
        report_counter: c.unsigned()?,
        reset_at: c.instant_or_none()?,
        last_contact: c.stamp_or_none()?,
        reported: reported(c)?,
    })
}

/// Six columns, null before the first report.
fn reported(c: &mut Cells<'_>) -> Result<Option<Reported>, StoreError> {
    let at = c.instant_or_none()?;
    let seq = c.unsigned_or_none()?;
    let payload_sha256 = c.get()?;
    let grant_level = c.word_or_none(Level::from_name, "a level")?;
    let level = c.word_or_none(Level::from_name, "a level")?;
    let ksv = c.unsigned_or_none()?;
    let parts = at.zip(seq).zip(grant_level).zip(level).zip(ksv);
    Ok(
        parts.map(|((((at, seq), grant_level), level), ksv)| Reported {
            at,
            seq,
            payload_sha256,
            grant_level,
            level,
            ksv,
        }),
    )
}

fn charter_row(c: &mut Cells<'_>) -> Result<CharterRow, StoreError> {
    Ok(CharterRow {
        n: c.unsigned()?,
        offered: c.get()?,
        offered_at: c.instant()?,
        accepted: c.get()?,
        accepted_at: c.instant_or_none()?,
    })
}
