//! Devices: one-time tokens, enrolment, key sets, charters, last contact.
//!
//! Keys, charters and key sets are bytes here. Tokens are stored as hashes only.

use fairlock_domain::calendar::Instant;
use fairlock_domain::rules::Level;

use crate::error::StoreError;
use crate::ids::{DeviceId, LenderId, Stamp};
use crate::store::Store;

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

/// A key set of the lender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySetRow {
    pub ksv: u64,
    pub bytes: Vec<u8>,
    pub created_at: Instant,
}

impl Store {
    /// Makes a token known. The same hash again changes nothing.
    pub fn add_token(&self, lender: LenderId, token: NewToken) -> Result<(), EnrolError> {
        let _ = (lender, token);
        todo!()
    }

    /// The contract a token was made for, when it could be used at `now` (or was used: by whom).
    pub fn token(
        &self,
        lender: LenderId,
        token_hash: &[u8; 32],
    ) -> Result<Option<(NewToken, Option<DeviceId>)>, StoreError> {
        let _ = (lender, token_hash);
        todo!()
    }

    /// Enrols a phone: uses the token, stores device and offered charter. The same token with
    /// the same device key again gives the device enrolled then: its answer may have been lost.
    pub fn enrol(&self, lender: LenderId, enrolment: Enrolment) -> Result<DeviceRow, EnrolError> {
        let _ = (lender, enrolment);
        todo!()
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
        let _ = (lender, device, n, accepted, at);
        todo!()
    }

    /// One device.
    pub fn device(
        &self,
        lender: LenderId,
        device: DeviceId,
    ) -> Result<Option<DeviceRow>, StoreError> {
        let _ = (lender, device);
        todo!()
    }

    /// The device of a contract.
    pub fn device_of(
        &self,
        lender: LenderId,
        contract_id: &str,
    ) -> Result<Option<DeviceRow>, StoreError> {
        let _ = (lender, contract_id);
        todo!()
    }

    /// Every device, by id.
    pub fn devices(&self, lender: LenderId) -> Result<Vec<DeviceRow>, StoreError> {
        let _ = lender;
        todo!()
    }

    /// The phone reached the server; a check-in that changes nothing else writes this only.
    pub fn touch_contact(
        &self,
        lender: LenderId,
        device: DeviceId,
        at: Stamp,
    ) -> Result<(), StoreError> {
        let _ = (lender, device, at);
        todo!()
    }

    /// The charters of a device, newest first.
    pub fn charters(
        &self,
        lender: LenderId,
        device: DeviceId,
    ) -> Result<Vec<CharterRow>, StoreError> {
        let _ = (lender, device);
        todo!()
    }

    /// Stores a key set; the same version again changes nothing.
    pub fn put_key_set(&self, lender: LenderId, set: KeySetRow) -> Result<(), StoreError> {
        let _ = (lender, set);
        todo!()
    }

    /// The newest key set.
    pub fn newest_key_set(&self, lender: LenderId) -> Result<Option<KeySetRow>, StoreError> {
        let _ = lender;
        todo!()
    }

    /// Key sets above a version, oldest first: the chain for a phone that is behind.
    pub fn key_sets_above(&self, lender: LenderId, ksv: u64) -> Result<Vec<KeySetRow>, StoreError> {
        let _ = (lender, ksv);
        todo!()
    }
}
