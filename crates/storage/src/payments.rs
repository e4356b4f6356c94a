//! Payments: money seen once, whatever number of messages announced it.

use fairlock_domain::calendar::{Day, Instant};
use fairlock_domain::money::Money;
use fairlock_domain::payment::{Key, PaymentState};

use crate::error::StoreError;
use crate::ids::{DeviceId, LenderId, Stamp};
use crate::store::Store;

/// A payment. Written whole by [`crate::PaymentChange`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentRow {
    /// "P-" and 12 hexadecimal digits.
    pub id: String,
    pub state: PaymentState,
    /// The booked amount once booked, before that the announced one.
    pub amount: Money,
    /// The clearing account's channel.
    pub channel: String,
    pub feed: Option<String>,
    /// Whose it is; `None` while in suspense.
    pub contract_id: Option<String>,
    /// By what it was matched (`Evidence::name`).
    pub matched_by: Option<String>,
    /// When the customer acted, where the source says so to the second.
    pub acted_at: Option<Instant>,
    /// The day on which the customer acted, in the contract's zone.
    pub paid_on: Option<Day>,
    pub booking_date: Option<Day>,
    pub value_date: Option<Day>,
    /// Of announced money: when it expires by itself.
    pub expires_at: Option<Instant>,
    /// Of a failed payment: why, from the closed list of failures.
    pub failure: Option<String>,
    /// First sight of it.
    pub received: Stamp,
    pub matched: Option<Stamp>,
    /// When it was booked on its contract.
    pub credited: Option<Stamp>,
    pub reversed_at: Option<Instant>,
    /// The grant made in the commit that credited it (or shielded by it); set by the store.
    pub grant: Option<(DeviceId, u64)>,
    /// Rises with each change; 0 for a payment that isn't stored yet.
    pub version: u64,
}

/// The instants of a payment's way to the phone; what isn't reached yet is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaymentTimes {
    pub acted_at: Option<Instant>,
    pub received: Stamp,
    pub matched: Option<Stamp>,
    pub credited: Option<Stamp>,
    /// Of the first grant, from the one it led to on, that got so far.
    pub signed: Option<Stamp>,
    pub sent: Option<Stamp>,
    pub delivered: Option<Stamp>,
    pub applied: Option<Stamp>,
}

/// A key that is known, and the payment it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownKey {
    /// `Key::text`.
    pub key: String,
    pub payment: PaymentRow,
}

impl Store {
    /// The payments that have one of these keys. Two different ones for one message are two
    /// identities: its money waits in suspense.
    pub fn payments_by_keys(
        &self,
        lender: LenderId,
        keys: &[Key],
    ) -> Result<Vec<KnownKey>, StoreError> {
        let _ = (lender, keys);
        todo!()
    }

    /// One payment.
    pub fn payment(&self, lender: LenderId, id: &str) -> Result<Option<PaymentRow>, StoreError> {
        let _ = (lender, id);
        todo!()
    }

    /// A contract's payments with their times, newest first.
    pub fn payments_of(
        &self,
        lender: LenderId,
        contract_id: &str,
    ) -> Result<Vec<(PaymentRow, PaymentTimes)>, StoreError> {
        let _ = (lender, contract_id);
        todo!()
    }

    /// Announced payments whose time is over at `now`.
    pub fn expired_payments(
        &self,
        lender: LenderId,
        now: Instant,
        limit: usize,
    ) -> Result<Vec<PaymentRow>, StoreError> {
        let _ = (lender, now, limit);
        todo!()
    }

    /// When the next announced payment expires.
    pub fn next_payment_expiry(&self, lender: LenderId) -> Result<Option<Instant>, StoreError> {
        let _ = lender;
        todo!()
    }
}
