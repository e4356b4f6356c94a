//! Payments: money seen once, whatever number of messages announced it.

use fairlock_domain::calendar::{Day, Instant};
use fairlock_domain::money::Money;
use fairlock_domain::payment::{Key, PaymentState};
use fairlock_domain::pii::Pii;

use crate::error::StoreError;
use crate::ids::{DeviceId, LenderId, Stamp};
use crate::sqlite::{
    Cells, Db, amount_cell, day_cell, instant_cell, instant_cell_or_none, statements, unsigned_cell,
};
use crate::store::Store;

/// Money in suspense shown to one borrower: more than that is a lender's trouble, not news.
const IN_SUSPENSE_MAX: u32 = 20;

statements! { "payments":
    BY_KEY = "
        SELECT payment_id FROM payment_keys WHERE lender_id = ?1 AND key = ?2";
    KEYS_OF = "
        SELECT key FROM payment_keys WHERE lender_id = ?1 AND payment_id = ?2 ORDER BY key";
    ADD_KEY = "
        INSERT INTO payment_keys (lender_id, key, payment_id) VALUES (?1, ?2, ?3)
        ON CONFLICT DO NOTHING";
    ONE = "
        SELECT payment_id, version, state, amount, currency, channel, feed, contract_id,
               matched_by, acted_at, paid_on, booking_date, value_date, expires_at, failure,
               received_at, received_mono_ns, matched_at, matched_mono_ns, credited_at,
               credited_mono_ns, reversed_at, grant_device, grant_seq, payer, life, gross
        FROM payments WHERE lender_id = ?1 AND payment_id = ?2";
    OF_CONTRACT = "
        SELECT payment_id, version, state, amount, currency, channel, feed, contract_id,
               matched_by, acted_at, paid_on, booking_date, value_date, expires_at, failure,
               received_at, received_mono_ns, matched_at, matched_mono_ns, credited_at,
               credited_mono_ns, reversed_at, grant_device, grant_seq, payer, life, gross
        FROM payments WHERE lender_id = ?1 AND contract_id = ?2
        ORDER BY received_at DESC, payment_id DESC";
    COULD_BE_OF = "
        SELECT p.payment_id, version, state, amount, p.currency, channel, feed, p.contract_id,
               matched_by, acted_at, paid_on, booking_date, value_date, expires_at, failure,
               received_at, received_mono_ns, matched_at, matched_mono_ns, credited_at,
               credited_mono_ns, reversed_at, grant_device, grant_seq, payer, life, gross
        FROM suspense_candidates AS c
        JOIN suspense AS s ON s.lender_id = c.lender_id AND s.payment_id = c.payment_id
        JOIN payments AS p ON p.lender_id = c.lender_id AND p.payment_id = c.payment_id
        WHERE c.lender_id = ?1 AND c.contract_id = ?2 AND s.cleared_at IS NULL
        ORDER BY received_at DESC, p.payment_id DESC LIMIT ?3";
    EXPIRED = "
        SELECT payment_id, version, state, amount, currency, channel, feed, contract_id,
               matched_by, acted_at, paid_on, booking_date, value_date, expires_at, failure,
               received_at, received_mono_ns, matched_at, matched_mono_ns, credited_at,
               credited_mono_ns, reversed_at, grant_device, grant_seq, payer, life, gross
        FROM payments WHERE lender_id = ?1 AND state = 'pending' AND expires_at <= ?2
        ORDER BY expires_at, payment_id LIMIT ?3";
    NEXT_EXPIRY = "
        SELECT expires_at FROM payments
        WHERE lender_id = ?1 AND state = 'pending' AND expires_at IS NOT NULL
        ORDER BY expires_at LIMIT 1";
    CREDITED_SINCE = "
        SELECT payment_id, version, state, amount, currency, channel, feed, contract_id,
               matched_by, acted_at, paid_on, booking_date, value_date, expires_at, failure,
               received_at, received_mono_ns, matched_at, matched_mono_ns, credited_at,
               credited_mono_ns, reversed_at, grant_device, grant_seq, payer, life, gross
        FROM payments WHERE lender_id = ?1 AND credited_at >= ?2
        ORDER BY credited_at, payment_id LIMIT ?3";
    RECEIVED = "
        SELECT m.source, m.name, m.received_at, s.state, s.text, s.name
        FROM payment_lines AS l JOIN source_lines AS s ON s.line_no = l.line_no
        JOIN messages AS m ON m.message_no = s.message_no
        WHERE l.lender_id = ?1 AND l.payment_id = ?2 ORDER BY l.line_no LIMIT ?3";
    VERSION = "SELECT version FROM payments WHERE lender_id = ?1 AND payment_id = ?2";
    PUT = "
        INSERT INTO payments (lender_id, payment_id, version, state, amount, currency, channel,
                              feed, contract_id, matched_by, acted_at, paid_on, booking_date,
                              value_date, expires_at, failure, received_at, received_mono_ns,
                              matched_at, matched_mono_ns, credited_at, credited_mono_ns,
                              reversed_at, grant_device, grant_seq, payer, life, gross)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
                ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28)
        ON CONFLICT DO UPDATE SET
            version = excluded.version, state = excluded.state, amount = excluded.amount,
            currency = excluded.currency, channel = excluded.channel, feed = excluded.feed,
            contract_id = excluded.contract_id, matched_by = excluded.matched_by,
            acted_at = excluded.acted_at, paid_on = excluded.paid_on,
            booking_date = excluded.booking_date, value_date = excluded.value_date,
            expires_at = excluded.expires_at, failure = excluded.failure,
            received_at = excluded.received_at, received_mono_ns = excluded.received_mono_ns,
            matched_at = excluded.matched_at, matched_mono_ns = excluded.matched_mono_ns,
            credited_at = excluded.credited_at, credited_mono_ns = excluded.credited_mono_ns,
            reversed_at = excluded.reversed_at, payer = excluded.payer,
            life = excluded.life, gross = excluded.gross,
            grant_device = CASE WHEN excluded.contract_id IS contract_id
                           THEN coalesce(excluded.grant_device, grant_device)
                           ELSE excluded.grant_device END,
            grant_seq = CASE WHEN excluded.contract_id IS contract_id
                        THEN coalesce(excluded.grant_seq, grant_seq)
                        ELSE excluded.grant_seq END";
    // The first grant from the one it led to on that got so far, for each step of the way.
    STEPS = "
        SELECT s.signed_at, s.signed_mono_ns, o.sent_at, o.sent_mono_ns,
               d.delivered_at, d.delivered_mono_ns, a.applied_at, a.applied_mono_ns
        FROM (SELECT ?1 AS lender_id, ?2 AS device_id, ?3 AS seq) AS led
        LEFT JOIN grants AS s ON s.lender_id = led.lender_id AND s.device_id = led.device_id
            AND s.seq = (SELECT seq FROM grants WHERE lender_id = ?1 AND device_id = ?2
                         AND seq >= ?3 AND signed_at IS NOT NULL ORDER BY seq LIMIT 1)
        LEFT JOIN grants AS o ON o.lender_id = led.lender_id AND o.device_id = led.device_id
            AND o.seq = (SELECT seq FROM grants WHERE lender_id = ?1 AND device_id = ?2
                         AND seq >= ?3 AND sent_at IS NOT NULL ORDER BY seq LIMIT 1)
        LEFT JOIN grants AS d ON d.lender_id = led.lender_id AND d.device_id = led.device_id
            AND d.seq = (SELECT seq FROM grants WHERE lender_id = ?1 AND device_id = ?2
                         AND seq >= ?3 AND delivered_at IS NOT NULL ORDER BY seq LIMIT 1)
        LEFT JOIN grants AS a ON a.lender_id = led.lender_id AND a.device_id = led.device_id
            AND a.seq = (SELECT seq FROM grants WHERE lender_id = ?1 AND device_id = ?2
                         AND seq >= ?3 AND applied_at IS NOT NULL ORDER BY seq LIMIT 1)";
}

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
    /// Keyed hash of the payer's number or account, where the source tells it.
    pub payer: Option<[u8; 32]>,
    /// From 1; the next when it was taken off a contract, or a part of it went.
    pub life: u32,
    /// As it was booked, where less is left of it.
    pub gross: Option<Money>,
    /// Rises with each change; 0 for a payment that isn't stored yet.
    pub version: u64,
}

impl PaymentRow {
    /// The sum that its messages tell, whatever went back of it since.
    pub fn told_amount(&self) -> Money {
        self.gross.unwrap_or(self.amount)
    }

    /// What it is called in the ledger and in a contract's facts: its id, and behind a point which
    /// life of it this is.
    pub fn subject(&self) -> String {
        match self.life {
            1 => self.id.clone(),
            life => format!("{}.{life}", self.id),
        }
    }
}

/// A line of a message that stands behind a payment, as it was received.
#[derive(Clone)]
pub struct ReceivedLine {
    /// Source and name of its message.
    pub source: String,
    pub message: String,
    pub received_at: Instant,
    /// As its source says.
    pub state: String,
    pub text: Option<Pii<String>>,
    pub name: Option<Pii<String>>,
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
        self.read("payments_by_keys", |db| {
            let mut known = Vec::new();
            for key in keys {
                let key = key.text();
                let Some(id) = owner(db, lender, &key)? else {
                    continue;
                };
                if let Some(payment) = one(db, lender, &id)? {
                    known.push(KnownKey { key, payment });
                }
            }
            Ok(known)
        })
    }

    /// The texts of all keys of a payment.
    pub fn keys_of(&self, lender: LenderId, payment_id: &str) -> Result<Vec<String>, StoreError> {
        self.read("keys_of", |db| {
            db.all(KEYS_OF, (lender.0, payment_id), |c| c.get())
        })
    }

    /// One payment.
    pub fn payment(&self, lender: LenderId, id: &str) -> Result<Option<PaymentRow>, StoreError> {
        self.read("payment", |db| one(db, lender, id))
    }

    /// The lines behind a payment, in the order in which they came.
    pub fn received_lines(
        &self,
        lender: LenderId,
        payment_id: &str,
        limit: u32,
    ) -> Result<Vec<ReceivedLine>, StoreError> {
        self.read("received_lines", |db| {
            db.all(RECEIVED, (lender.0, payment_id, limit), |c| {
                Ok(ReceivedLine {
                    source: c.get()?,
                    message: c.get()?,
                    received_at: c.instant()?,
                    state: c.get()?,
                    text: c.get::<Option<String>>()?.map(Pii::new),
                    name: c.get::<Option<String>>()?.map(Pii::new),
                })
            })
        })
    }

    /// A contract's payments with their times, newest first.
    pub fn payments_of(
        &self,
        lender: LenderId,
        contract_id: &str,
    ) -> Result<Vec<(PaymentRow, PaymentTimes)>, StoreError> {
        self.read("payments_of", |db| {
            let rows = db.all(OF_CONTRACT, (lender.0, contract_id), payment)?;
            with_times(db, lender, rows)
        })
    }

    /// The same, and money in suspense that could be this contract's: all that its borrower is
    /// shown, newest first.
    pub fn payments_shown(
        &self,
        lender: LenderId,
        contract_id: &str,
    ) -> Result<Vec<(PaymentRow, PaymentTimes)>, StoreError> {
        self.read("payments_shown", |db| {
            let mut rows = db.all(OF_CONTRACT, (lender.0, contract_id), payment)?;
            let key = (lender.0, contract_id, IN_SUSPENSE_MAX);
            rows.extend(db.all(COULD_BE_OF, key, payment)?);
            rows.sort_by(|a, b| (b.received.at, &b.id).cmp(&(a.received.at, &a.id)));
            with_times(db, lender, rows)
        })
    }

    /// Announced payments whose time is over at `now`.
    pub fn expired_payments(
        &self,
        lender: LenderId,
        now: Instant,
        limit: u32,
    ) -> Result<Vec<PaymentRow>, StoreError> {
        let now = instant_cell(now)?;
        self.read("expired_payments", |db| {
            db.all(EXPIRED, (lender.0, now, limit), payment)
        })
    }

    /// When the next announced payment expires.
    pub fn next_payment_expiry(&self, lender: LenderId) -> Result<Option<Instant>, StoreError> {
        self.read("next_payment_expiry", |db| {
            db.first(NEXT_EXPIRY, (lender.0,), |c| c.instant())
        })
    }
}

/// The payment that a key belongs to.
pub(crate) fn owner(
    db: &Db<'_>,
    lender: LenderId,
    key: &str,
) -> Result<Option<String>, StoreError> {
    db.first(BY_KEY, (lender.0, key), |c| c.get())
}

/// Gives a key to a payment; false when it has an owner.
pub(crate) fn add_key(
    db: &Db<'_>,
    lender: LenderId,
    key: &str,
    payment_id: &str,
) -> Result<bool, StoreError> {
    Ok(db.run(ADD_KEY, (lender.0, key, payment_id))? == 1)
}

pub(crate) fn one(
    db: &Db<'_>,
    lender: LenderId,
    id: &str,
) -> Result<Option<PaymentRow>, StoreError> {
    db.first(ONE, (lender.0, id), payment)
}

/// The version of a payment; 0 when it isn't there.
pub(crate) fn version(db: &Db<'_>, lender: LenderId, id: &str) -> Result<u64, StoreError> {
    let found = db.first(VERSION, (lender.0, id), |c| c.unsigned())?;
    Ok(found.unwrap_or(0))
}

/// Writes a payment whole, with its next version, and the grant it led to when there is one.
pub(crate) fn put(
    db: &Db<'_>,
    lender: LenderId,
    payment: &PaymentRow,
    grant: Option<(DeviceId, u64)>,
) -> Result<(), StoreError> {
    let p = payment;
    let seq = grant.map(|(_, seq)| unsigned_cell(seq)).transpose()?;
    let (matched_at, matched_mono_ns) = stamp_cells(p.matched)?;
    let (credited_at, credited_mono_ns) = stamp_cells(p.credited)?;
    let row = rusqlite::params![
        lender.0,
        p.id,
        unsigned_cell(p.version + 1)?,
        p.state.name(),
        amount_cell(p.amount.minor())?,
        p.amount.currency().code(),
        p.channel,
        p.feed,
        p.contract_id,
        p.matched_by,
        instant_cell_or_none(p.acted_at)?,
        day_cell(p.paid_on),
        day_cell(p.booking_date),
        day_cell(p.value_date),
        instant_cell_or_none(p.expires_at)?,
        p.failure,
        instant_cell(p.received.at)?,
        unsigned_cell(p.received.monotonic_ns)?,
        matched_at,
        matched_mono_ns,
        credited_at,
        credited_mono_ns,
        instant_cell_or_none(p.reversed_at)?,
        grant.map(|(device, _)| device.0),
        seq,
        p.payer,
        p.life,
        p.gross
            .map(|gross| amount_cell(gross.minor()))
            .transpose()?,
    ];
    db.run(PUT, row).map(|_| ())
}

/// Payments credited from an instant on, oldest first.
pub(crate) fn credited_since(
    db: &Db<'_>,
    lender: LenderId,
    since: Instant,
    limit: u32,
) -> Result<Vec<(PaymentRow, PaymentTimes)>, StoreError> {
    let key = (lender.0, instant_cell(since)?, limit);
    let rows = db.all(CREDITED_SINCE, key, payment)?;
    with_times(db, lender, rows)
}

fn with_times(
    db: &Db<'_>,
    lender: LenderId,
    rows: Vec<PaymentRow>,
) -> Result<Vec<(PaymentRow, PaymentTimes)>, StoreError> {
    let with = |row: PaymentRow| {
        let times = times(db, lender, &row)?;
        Ok((row, times))
    };
    rows.into_iter().map(with).collect()
}

fn times(db: &Db<'_>, lender: LenderId, payment: &PaymentRow) -> Result<PaymentTimes, StoreError> {
    let mut times = PaymentTimes {
        acted_at: payment.acted_at,
        received: payment.received,
        matched: payment.matched,
        credited: payment.credited,
        signed: None,
        sent: None,
        delivered: None,
        applied: None,
    };
    if let Some((device, seq)) = payment.grant {
        db.one(STEPS, (lender.0, device.0, unsigned_cell(seq)?), |c| {
            times.signed = c.stamp_or_none()?;
            times.sent = c.stamp_or_none()?;
            times.delivered = c.stamp_or_none()?;
            times.applied = c.stamp_or_none()?;
            Ok(())
        })?;
    }
    Ok(times)
}

fn payment(c: &mut Cells<'_>) -> Result<PaymentRow, StoreError> {
    let mut row = PaymentRow {
        id: c.get()?,
        version: c.unsigned()?,
        state: c.word(PaymentState::from_name, "a state of a payment")?,
        amount: c.money_and_currency()?,
        channel: c.get()?,
        feed: c.get()?,
        contract_id: c.get()?,
        matched_by: c.get()?,
        acted_at: c.instant_or_none()?,
        paid_on: c.day_or_none()?,
        booking_date: c.day_or_none()?,
        value_date: c.day_or_none()?,
        expires_at: c.instant_or_none()?,
        failure: c.get()?,
        received: c.stamp()?,
        matched: c.stamp_or_none()?,
        credited: c.stamp_or_none()?,
        reversed_at: c.instant_or_none()?,
        grant: grant(c)?,
        payer: c.get()?,
        life: c.get()?,
        gross: None,
    };
    let gross: Option<i64> = c.get()?;
    row.gross = gross.map(|minor| Money::new(minor.into(), row.amount.currency()));
    Ok(row)
}

/// Two columns, both null for none.
fn grant(c: &mut Cells<'_>) -> Result<Option<(DeviceId, u64)>, StoreError> {
    let device: Option<[u8; 16]> = c.get()?;
    let seq = c.unsigned_or_none()?;
    Ok(device.map(DeviceId).zip(seq))
}

fn stamp_cells(stamp: Option<Stamp>) -> Result<(Option<i64>, Option<i64>), StoreError> {
    let Some(stamp) = stamp else {
        return Ok((None, None));
    };
    let at = instant_cell(stamp.at)?;
    Ok((Some(at), Some(unsigned_cell(stamp.monotonic_ns)?)))
}
