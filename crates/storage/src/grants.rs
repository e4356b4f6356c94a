//! Grants: bodies waiting for a signature, signed ones on their way, the lock budget.

use fairlock_domain::calendar::Instant;
use fairlock_domain::rules::Level;

use crate::error::StoreError;
use crate::ids::{DeviceId, LenderId, Stamp};
use crate::store::Store;

/// Where a grant is on its way to a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantState {
    Unsigned,
    /// Waits until `held_until`: the lock budget is used up.
    Held,
    /// The signer's own look said no; final.
    Refused,
    /// A newer body came before it was signed; final.
    Superseded,
    Signed,
}

impl GrantState {
    pub const ALL: [GrantState; 5] = [
        GrantState::Unsigned,
        GrantState::Held,
        GrantState::Refused,
        GrantState::Superseded,
        GrantState::Signed,
    ];

    pub fn name(self) -> &'static str {
        match self {
            GrantState::Unsigned => "unsigned",
            GrantState::Held => "held",
            GrantState::Refused => "refused",
            GrantState::Superseded => "superseded",
            GrantState::Signed => "signed",
        }
    }

    pub fn from_name(name: &str) -> Option<GrantState> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// What a phone said of a grant that it didn't take whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneVerdict {
    /// Refused whole; else cut: a part took effect.
    pub refused: bool,
    /// The protocol's code.
    pub code: String,
}

/// A grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRow {
    pub device: DeviceId,
    pub seq: u64,
    pub contract_id: String,
    /// Of the signing key: 1 RESTRICT, 2 RELAX, 3 RELEASE.
    pub role: u8,
    pub tightening: bool,
    /// Of its first step.
    pub level: Level,
    pub payload: Vec<u8>,
    pub payload_sha256: [u8; 32],
    pub decision_hash: [u8; 16],
    pub state: GrantState,
    /// Why it is held or refused by the signer.
    pub code: Option<String>,
    pub held_until: Option<Instant>,
    /// The signed object.
    pub cose: Option<Vec<u8>>,
    pub kid: Option<[u8; 4]>,
    pub created: Stamp,
    pub signed: Option<Stamp>,
    pub sent: Option<Stamp>,
    /// Arrival of the first report that names this seq or a higher one.
    pub delivered: Option<Stamp>,
    /// Arrival of the first report with this payload in force.
    pub applied: Option<Stamp>,
    pub phone: Option<PhoneVerdict>,
}

/// A signature for a stored body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    pub kid: [u8; 4],
    pub cose: Vec<u8>,
}

/// How many phones may be made stricter, in any hour and any day (24 h).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BudgetLimits {
    pub per_hour: u64,
    pub per_day: u64,
}

/// The answer of the lock budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Budget {
    /// Taken, now or before for the same grant.
    Taken,
    /// Used up until then.
    UsedUpUntil(Instant),
}

/// How much of the lock budget is used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BudgetUse {
    pub hour: u64,
    pub day: u64,
}

impl Store {
    /// Bodies to sign at `now`, oldest first: the unsigned, and the held whose time has come.
    pub fn unsigned_grants(
        &self,
        lender: LenderId,
        now: Instant,
        limit: usize,
    ) -> Result<Vec<GrantRow>, StoreError> {
        let _ = (lender, now, limit);
        todo!()
    }

    /// How many there are to sign at `now`.
    pub fn unsigned_count(&self, lender: LenderId, now: Instant) -> Result<u64, StoreError> {
        let _ = (lender, now);
        todo!()
    }

    /// When the next held grant is to be looked at again.
    pub fn next_held(&self, lender: LenderId) -> Result<Option<Instant>, StoreError> {
        let _ = lender;
        todo!()
    }

    /// Stores a signature. False when the body isn't waiting for one any more (a newer one came,
    /// or it is signed): then nothing changed.
    pub fn store_signature(
        &self,
        lender: LenderId,
        device: DeviceId,
        seq: u64,
        signature: Signature,
        at: Stamp,
    ) -> Result<bool, StoreError> {
        let _ = (lender, device, seq, signature, at);
        todo!()
    }

    /// Leaves a body unsigned until an instant, with the reason's code.
    pub fn hold_grant(
        &self,
        lender: LenderId,
        device: DeviceId,
        seq: u64,
        code: &str,
        until: Instant,
    ) -> Result<bool, StoreError> {
        let _ = (lender, device, seq, code, until);
        todo!()
    }

    /// The signer refuses a body for good; its contract is due for review at `at`.
    pub fn refuse_grant(
        &self,
        lender: LenderId,
        device: DeviceId,
        seq: u64,
        code: &str,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let _ = (lender, device, seq, code, at);
        todo!()
    }

    /// Takes one from the lock budget for a grant, once a grant.
    pub fn take_lock_budget(
        &self,
        lender: LenderId,
        device: DeviceId,
        seq: u64,
        now: Instant,
        limits: BudgetLimits,
    ) -> Result<Budget, StoreError> {
        let _ = (lender, device, seq, now, limits);
        todo!()
    }

    /// How much of the lock budget is used at `now`.
    pub fn lock_budget_use(&self, lender: LenderId, now: Instant) -> Result<BudgetUse, StoreError> {
        let _ = (lender, now);
        todo!()
    }

    /// One grant.
    pub fn grant(
        &self,
        lender: LenderId,
        device: DeviceId,
        seq: u64,
    ) -> Result<Option<GrantRow>, StoreError> {
        let _ = (lender, device, seq);
        todo!()
    }

    /// The newest signed grant of a device: what a phone that connects is to have.
    pub fn newest_signed(
        &self,
        lender: LenderId,
        device: DeviceId,
    ) -> Result<Option<GrantRow>, StoreError> {
        let _ = (lender, device);
        todo!()
    }

    /// The newest signed grant of each device whose report doesn't name it yet, by device.
    pub fn undelivered(&self, lender: LenderId) -> Result<Vec<GrantRow>, StoreError> {
        let _ = lender;
        todo!()
    }

    /// A grant went out to its phone; the first time counts.
    pub fn mark_sent(
        &self,
        lender: LenderId,
        device: DeviceId,
        seq: u64,
        at: Stamp,
    ) -> Result<(), StoreError> {
        let _ = (lender, device, seq, at);
        todo!()
    }

    /// The grant of a device with that payload: the one a report says is in force.
    pub fn grant_by_payload(
        &self,
        lender: LenderId,
        device: DeviceId,
        payload_sha256: &[u8; 32],
    ) -> Result<Option<GrantRow>, StoreError> {
        let _ = (lender, device, payload_sha256);
        todo!()
    }

    /// A contract's grants, newest first.
    pub fn grants_of(
        &self,
        lender: LenderId,
        contract_id: &str,
        limit: usize,
    ) -> Result<Vec<GrantRow>, StoreError> {
        let _ = (lender, contract_id, limit);
        todo!()
    }
}
