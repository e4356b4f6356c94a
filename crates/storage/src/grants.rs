//! Grants: bodies that wait for a signature, and signed ones on their way to the phone.

use fairlock_domain::calendar::Instant;
use fairlock_domain::rules::Level;

use crate::changes::NewGrant;
use crate::error::StoreError;
use crate::ids::{DeviceId, LenderId, Stamp};
use crate::sqlite::{Cells, Db, instant_cell, statements, unsigned_cell};
use crate::store::Store;

statements! { "grants":
    INSERT = "
        INSERT INTO grants (lender_id, device_id, seq, contract_id, role, tightening, level,
                            payload, payload_sha256, decision_hash, state, created_at,
                            created_mono_ns)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'unsigned', ?11, ?12)";
    SUPERSEDE = "
        UPDATE grants SET state = 'superseded', held_until = NULL
        WHERE lender_id = ?1 AND device_id = ?2 AND seq < ?3 AND state IN ('unsigned', 'held')";
    TO_SIGN = "
        SELECT device_id, seq, contract_id, role, tightening, level, payload, payload_sha256,
               decision_hash, state, code, held_until, cose, kid, created_at, created_mono_ns,
               signed_at, signed_mono_ns, sent_at, sent_mono_ns, delivered_at, delivered_mono_ns,
               applied_at, applied_mono_ns, phone_verdict, phone_code
        FROM grants WHERE lender_id = ?1 AND state IN ('unsigned', 'held')
            AND (held_until IS NULL OR held_until <= ?2)
        ORDER BY created_at, device_id, seq LIMIT ?3";
    TO_SIGN_COUNT = "
        SELECT count(*) FROM grants WHERE lender_id = ?1 AND state IN ('unsigned', 'held')
            AND (held_until IS NULL OR held_until <= ?2)";
    NEXT_HELD = "
        SELECT min(held_until) FROM grants
        WHERE lender_id = ?1 AND state IN ('unsigned', 'held') AND held_until IS NOT NULL";
    SIGN = "
        UPDATE grants SET state = 'signed', code = NULL, held_until = NULL, cose = ?4, kid = ?5,
                          signed_at = ?6, signed_mono_ns = ?7
        WHERE lender_id = ?1 AND device_id = ?2 AND seq = ?3 AND state IN ('unsigned', 'held')";
    HOLD = "
        UPDATE grants SET state = 'held', code = ?4, held_until = ?5
        WHERE lender_id = ?1 AND device_id = ?2 AND seq = ?3 AND state IN ('unsigned', 'held')";
    KEY_SET_TAKEN = "
        UPDATE grants SET held_until = ?3
        WHERE lender_id = ?1 AND device_id = ?2 AND state = 'held' AND code = 'key_set'";
    REFUSE = "
        UPDATE grants SET state = 'refused', code = ?4, held_until = NULL
        WHERE lender_id = ?1 AND device_id = ?2 AND seq = ?3 AND state IN ('unsigned', 'held')";
    REVIEW = "
        UPDATE contracts SET review_at = min(coalesce(review_at, ?4), ?4)
        WHERE lender_id = ?1 AND contract_id = (
            SELECT contract_id FROM grants
            WHERE lender_id = ?1 AND device_id = ?2 AND seq = ?3)";
    ONE = "
        SELECT device_id, seq, contract_id, role, tightening, level, payload, payload_sha256,
               decision_hash, state, code, held_until, cose, kid, created_at, created_mono_ns,
               signed_at, signed_mono_ns, sent_at, sent_mono_ns, delivered_at, delivered_mono_ns,
               applied_at, applied_mono_ns, phone_verdict, phone_code
        FROM grants WHERE lender_id = ?1 AND device_id = ?2 AND seq = ?3";
    NEWEST = "
        SELECT device_id, seq, contract_id, role, tightening, level, payload, payload_sha256,
               decision_hash, state, code, held_until, cose, kid, created_at, created_mono_ns,
               signed_at, signed_mono_ns, sent_at, sent_mono_ns, delivered_at, delivered_mono_ns,
               applied_at, applied_mono_ns, phone_verdict, phone_code
        FROM grants WHERE lender_id = ?1 AND device_id = ?2
            AND state IN ('unsigned', 'held', 'signed')
        ORDER BY seq DESC LIMIT 1";
    NEWEST_SIGNED = "
        SELECT device_id, seq, contract_id, role, tightening, level, payload, payload_sha256,
               decision_hash, state, code, held_until, cose, kid, created_at, created_mono_ns,
               signed_at, signed_mono_ns, sent_at, sent_mono_ns, delivered_at, delivered_mono_ns,
               applied_at, applied_mono_ns, phone_verdict, phone_code
        FROM grants WHERE lender_id = ?1 AND device_id = ?2 AND state = 'signed'
        ORDER BY seq DESC LIMIT 1";
    UNDELIVERED = "
        SELECT device_id, seq, contract_id, role, tightening, level, payload, payload_sha256,
               decision_hash, state, code, held_until, cose, kid, created_at, created_mono_ns,
               signed_at, signed_mono_ns, sent_at, sent_mono_ns, delivered_at, delivered_mono_ns,
               applied_at, applied_mono_ns, phone_verdict, phone_code
        FROM grants AS g WHERE lender_id = ?1 AND state = 'signed' AND delivered_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM grants AS newer
                WHERE newer.lender_id = g.lender_id AND newer.device_id = g.device_id
                  AND newer.seq > g.seq AND newer.state = 'signed')
        ORDER BY device_id";
    SENT = "
        UPDATE grants SET sent_at = ?4, sent_mono_ns = ?5
        WHERE lender_id = ?1 AND device_id = ?2 AND seq = ?3 AND sent_at IS NULL";
    BY_PAYLOAD = "
        SELECT device_id, seq, contract_id, role, tightening, level, payload, payload_sha256,
               decision_hash, state, code, held_until, cose, kid, created_at, created_mono_ns,
               signed_at, signed_mono_ns, sent_at, sent_mono_ns, delivered_at, delivered_mono_ns,
               applied_at, applied_mono_ns, phone_verdict, phone_code
        FROM grants WHERE lender_id = ?1 AND device_id = ?2 AND payload_sha256 = ?3
        ORDER BY seq DESC LIMIT 1";
    OF_CONTRACT = "
        SELECT device_id, seq, contract_id, role, tightening, level, payload, payload_sha256,
               decision_hash, state, code, held_until, cose, kid, created_at, created_mono_ns,
               signed_at, signed_mono_ns, sent_at, sent_mono_ns, delivered_at, delivered_mono_ns,
               applied_at, applied_mono_ns, phone_verdict, phone_code
        FROM grants WHERE lender_id = ?1
            AND device_id = (SELECT device_id FROM devices
                             WHERE lender_id = ?1 AND contract_id = ?2)
        ORDER BY seq DESC LIMIT ?3";
    DELIVERED = "
        UPDATE grants SET delivered_at = ?4, delivered_mono_ns = ?5
        WHERE lender_id = ?1 AND device_id = ?2 AND seq <= ?3
          AND state = 'signed' AND delivered_at IS NULL";
    APPLIED = "
        UPDATE grants SET applied_at = ?4, applied_mono_ns = ?5
        WHERE lender_id = ?1 AND device_id = ?2 AND payload_sha256 = ?3
          AND state = 'signed' AND applied_at IS NULL
        RETURNING seq";
    VERDICT = "
        UPDATE grants SET phone_verdict = ?4, phone_code = ?5,
                          delivered_at = coalesce(delivered_at, ?6),
                          delivered_mono_ns = coalesce(delivered_mono_ns, ?7)
        WHERE lender_id = ?1 AND device_id = ?2 AND seq = ?3";
}

/// Where a grant is on its way to a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantState {
    Unsigned,
    /// Waits until `held_until`: for the lock budget, or for the phone to take a key set.
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

impl Store {
    /// Bodies to sign at `now`, oldest first: the unsigned, and the held whose time has come.
    pub fn unsigned_grants(
        &self,
        lender: LenderId,
        now: Instant,
        limit: u32,
    ) -> Result<Vec<GrantRow>, StoreError> {
        let now = instant_cell(now)?;
        self.read("unsigned_grants", |db| {
            db.all(TO_SIGN, (lender.0, now, limit), grant)
        })
    }

    /// How many there are to sign at `now`.
    pub fn unsigned_count(&self, lender: LenderId, now: Instant) -> Result<u64, StoreError> {
        let now = instant_cell(now)?;
        self.read("unsigned_count", |db| {
            db.one(TO_SIGN_COUNT, (lender.0, now), |c| c.unsigned())
        })
    }

    /// When the next held grant is to be looked at again.
    pub fn next_held(&self, lender: LenderId) -> Result<Option<Instant>, StoreError> {
        self.read("next_held", |db| {
            db.one(NEXT_HELD, (lender.0,), |c| c.instant_or_none())
        })
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
        self.write("store_signature", move |tx| {
            let (seq, mono) = (unsigned_cell(seq)?, unsigned_cell(at.monotonic_ns)?);
            let (cose, kid) = (&signature.cose, signature.kid);
            let row = (
                lender.0,
                device.0,
                seq,
                cose,
                kid,
                instant_cell(at.at)?,
                mono,
            );
            Ok(tx.run(SIGN, row)? == 1)
        })
    }

    /// Leaves a body unsigned until an instant, with the reason's code. False as above.
    pub fn hold_grant(
        &self,
        lender: LenderId,
        device: DeviceId,
        seq: u64,
        code: &str,
        until: Instant,
    ) -> Result<bool, StoreError> {
        let code = code.to_owned();
        self.write("hold_grant", move |tx| {
            let (seq, until) = (unsigned_cell(seq)?, instant_cell(until)?);
            Ok(tx.run(HOLD, (lender.0, device.0, seq, &code, until))? == 1)
        })
    }

    /// The signer refuses a body for good; its contract is due for review at `at`. False as
    /// above.
    pub fn refuse_grant(
        &self,
        lender: LenderId,
        device: DeviceId,
        seq: u64,
        code: &str,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let code = code.to_owned();
        self.write("refuse_grant", move |tx| {
            let (seq, at) = (unsigned_cell(seq)?, instant_cell(at)?);
            let refused = tx.run(REFUSE, (lender.0, device.0, seq, &code))? == 1;
            if refused {
                tx.run(REVIEW, (lender.0, device.0, seq, at))?;
            }
            Ok(refused)
        })
    }

    /// One grant.
    pub fn grant(
        &self,
        lender: LenderId,
        device: DeviceId,
        seq: u64,
    ) -> Result<Option<GrantRow>, StoreError> {
        let seq = unsigned_cell(seq)?;
        self.read("grant", |db| {
            db.first(ONE, (lender.0, device.0, seq), grant)
        })
    }

    /// The newest signed grant of a device: what a phone that connects is to have.
    pub fn newest_signed(
        &self,
        lender: LenderId,
        device: DeviceId,
    ) -> Result<Option<GrantRow>, StoreError> {
        self.read("newest_signed", |db| newest_signed(db, lender, device))
    }

    /// The newest signed grant of each device whose report doesn't name it yet, by device.
    pub fn undelivered(&self, lender: LenderId) -> Result<Vec<GrantRow>, StoreError> {
        self.read("undelivered", |db| db.all(UNDELIVERED, (lender.0,), grant))
    }

    /// A grant went out to its phone; the first time counts.
    pub fn mark_sent(
        &self,
        lender: LenderId,
        device: DeviceId,
        seq: u64,
        at: Stamp,
    ) -> Result<(), StoreError> {
        self.write("mark_sent", move |tx| {
            let (seq, mono) = (unsigned_cell(seq)?, unsigned_cell(at.monotonic_ns)?);
            let row = (lender.0, device.0, seq, instant_cell(at.at)?, mono);
            tx.run(SENT, row).map(|_| ())
        })
    }

    /// The grant of a device with that payload: the one a report says is in force.
    pub fn grant_by_payload(
        &self,
        lender: LenderId,
        device: DeviceId,
        payload_sha256: &[u8; 32],
    ) -> Result<Option<GrantRow>, StoreError> {
        self.read("grant_by_payload", |db| {
            db.first(BY_PAYLOAD, (lender.0, device.0, payload_sha256), grant)
        })
    }

    /// A contract's grants, newest first.
    pub fn grants_of(
        &self,
        lender: LenderId,
        contract_id: &str,
        limit: u32,
    ) -> Result<Vec<GrantRow>, StoreError> {
        self.read("grants_of", |db| {
            of_contract(db, lender, contract_id, limit)
        })
    }
}

/// Stores a body to sign, in place of older ones of the device that aren't signed.
pub(crate) fn insert(
    db: &Db<'_>,
    lender: LenderId,
    contract_id: &str,
    new: &NewGrant,
    stamp: Stamp,
) -> Result<(), StoreError> {
    let seq = unsigned_cell(new.seq)?;
    db.run(SUPERSEDE, (lender.0, new.device.0, seq))?;
    db.run(
        INSERT,
        (
            lender.0,
            new.device.0,
            seq,
            contract_id,
            new.role,
            new.tightening,
            new.level.name(),
            &new.payload,
            new.payload_sha256,
            new.decision_hash,
            instant_cell(stamp.at)?,
            unsigned_cell(stamp.monotonic_ns)?,
        ),
    )
    .map(|_| ())
}

/// The phone has a newer key set now: what waited for that waits no more.
pub(crate) fn key_set_taken(
    db: &Db<'_>,
    lender: LenderId,
    device: DeviceId,
    at: Instant,
) -> Result<(), StoreError> {
    let row = (lender.0, device.0, instant_cell(at)?);
    db.run(KEY_SET_TAKEN, row).map(|_| ())
}

/// A report named this seq: it and every lower one reached the phone.
pub(crate) fn delivered(
    db: &Db<'_>,
    lender: LenderId,
    device: DeviceId,
    seq: u64,
    at: Stamp,
) -> Result<(), StoreError> {
    let (seq, mono) = (unsigned_cell(seq)?, unsigned_cell(at.monotonic_ns)?);
    let row = (lender.0, device.0, seq, instant_cell(at.at)?, mono);
    db.run(DELIVERED, row).map(|_| ())
}

/// A report showed this payload in force; the grant's seq when it was the first to.
pub(crate) fn applied(
    db: &Db<'_>,
    lender: LenderId,
    device: DeviceId,
    payload_sha256: &[u8; 32],
    at: Stamp,
) -> Result<Option<u64>, StoreError> {
    let mono = unsigned_cell(at.monotonic_ns)?;
    let row = (
        lender.0,
        device.0,
        payload_sha256,
        instant_cell(at.at)?,
        mono,
    );
    db.first(APPLIED, row, |c| c.unsigned())
}

pub(crate) fn by_payload(
    db: &Db<'_>,
    lender: LenderId,
    device: DeviceId,
    payload_sha256: &[u8; 32],
) -> Result<Option<GrantRow>, StoreError> {
    db.first(BY_PAYLOAD, (lender.0, device.0, payload_sha256), grant)
}

/// A phone refused or cut a grant: it has reached it all the same.
pub(crate) fn judged(
    db: &Db<'_>,
    lender: LenderId,
    device: DeviceId,
    seq: u64,
    verdict: &PhoneVerdict,
    at: Stamp,
) -> Result<(), StoreError> {
    let word = if verdict.refused { REFUSED } else { CUT };
    let (seq, mono) = (unsigned_cell(seq)?, unsigned_cell(at.monotonic_ns)?);
    let at = instant_cell(at.at)?;
    let row = (lender.0, device.0, seq, word, &verdict.code, at, mono);
    db.run(VERDICT, row).map(|_| ())
}

/// The newest grant whose body counts: signed, or waiting to be.
pub(crate) fn newest(
    db: &Db<'_>,
    lender: LenderId,
    device: DeviceId,
) -> Result<Option<GrantRow>, StoreError> {
    db.first(NEWEST, (lender.0, device.0), grant)
}

pub(crate) fn newest_signed(
    db: &Db<'_>,
    lender: LenderId,
    device: DeviceId,
) -> Result<Option<GrantRow>, StoreError> {
    db.first(NEWEST_SIGNED, (lender.0, device.0), grant)
}

pub(crate) fn of_contract(
    db: &Db<'_>,
    lender: LenderId,
    contract_id: &str,
    limit: u32,
) -> Result<Vec<GrantRow>, StoreError> {
    db.all(OF_CONTRACT, (lender.0, contract_id, limit), grant)
}

const REFUSED: &str = "refused";
const CUT: &str = "cut";

fn grant(c: &mut Cells<'_>) -> Result<GrantRow, StoreError> {
    Ok(GrantRow {
        device: DeviceId(c.get()?),
        seq: c.unsigned()?,
        contract_id: c.get()?,
        role: c.get()?,
        tightening: c.get()?,
        level: c.word(Level::from_name, "a level")?,
        payload: c.get()?,
        payload_sha256: c.get()?,
        decision_hash: c.get()?,
        state: c.word(GrantState::from_name, "a state of a grant")?,
        code: c.get()?,
        held_until: c.instant_or_none()?,
        cose: c.get()?,
        kid: c.get()?,
        created: c.stamp()?,
        signed: c.stamp_or_none()?,
        sent: c.stamp_or_none()?,
        delivered: c.stamp_or_none()?,
        applied: c.stamp_or_none()?,
        phone: phone_verdict(c)?,
    })
}

/// Two columns, both null for none.
fn phone_verdict(c: &mut Cells<'_>) -> Result<Option<PhoneVerdict>, StoreError> {
    let word: Option<String> = c.get()?;
    let code: Option<String> = c.get()?;
    Ok(word.zip(code).map(|(word, code)| PhoneVerdict {
        refused: word == REFUSED,
        code,
    }))
}
