//! What happened to payments after they came: reversals, refunds, disputes, fees; each once.
//!
//! A change whose payment isn't known yet waits under the keys by which it will be. On purpose
//! absent: what a change does to money (the domain's `change`, the ledger).

use fairlock_domain::calendar::Instant;
use fairlock_domain::money::Money;
use fairlock_domain::payment::{Change, ChangeKind, Key};

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::sqlite::{Cells, Db, amount_cell, instant_cell, statements};
use crate::store::Store;

statements! { "payment_changes":
    PUT = "
        INSERT INTO payment_changes (lender_id, channel, kind, change_id, payment_id, amount,
                                     currency, charges, told_at, state, note)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
        ON CONFLICT DO UPDATE SET payment_id = excluded.payment_id, state = excluded.state,
                                  note = excluded.note";
    ONE = "
        SELECT channel, kind, change_id, amount, currency, charges, payment_id, told_at, state,
               note
        FROM payment_changes
        WHERE lender_id = ?1 AND channel = ?2 AND kind = ?3 AND change_id = ?4";
    OF_PAYMENT = "
        SELECT channel, kind, change_id, amount, currency, charges, payment_id, told_at, state,
               note
        FROM payment_changes WHERE lender_id = ?1 AND payment_id = ?2
        ORDER BY told_at, kind, change_id";
    OPEN = "
        SELECT channel, kind, change_id, amount, currency, charges, payment_id, told_at, state,
               note
        FROM payment_changes WHERE lender_id = ?1 AND state <> 'applied'
        ORDER BY told_at, kind, change_id LIMIT ?2";
    WAITING_BY_KEY = "
        SELECT c.channel, c.kind, c.change_id, c.amount, c.currency, c.charges, c.payment_id,
               c.told_at, c.state, c.note
        FROM waiting_keys AS w JOIN payment_changes AS c
          ON c.lender_id = w.lender_id AND c.channel = w.channel AND c.kind = w.kind
         AND c.change_id = w.change_id
        WHERE w.lender_id = ?1 AND w.key = ?2 AND c.state = 'waiting'
        ORDER BY c.told_at, c.kind, c.change_id";
    WAIT = "
        INSERT INTO waiting_keys (lender_id, key, channel, kind, change_id)
        VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
    WAIT_NO_MORE = "
        DELETE FROM waiting_keys WHERE lender_id = ?1 AND key = ?2 AND channel = ?3
            AND kind = ?4 AND change_id = ?5";
    ANY_WAIT = "
        SELECT 1 FROM payment_changes WHERE lender_id = ?1 AND state <> 'applied' LIMIT 1";
}

/// How far a change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeState {
    /// For its payment to be told.
    Waiting,
    Applied,
    /// More than there was, or of another currency: a person looks.
    Unclear,
}

impl ChangeState {
    /// The name that stands in rows.
    pub fn name(self) -> &'static str {
        match self {
            ChangeState::Waiting => "waiting",
            ChangeState::Applied => "applied",
            ChangeState::Unclear => "unclear",
        }
    }

    fn from_name(name: &str) -> Option<ChangeState> {
        let all = [
            ChangeState::Waiting,
            ChangeState::Applied,
            ChangeState::Unclear,
        ];
        all.into_iter().find(|state| state.name() == name)
    }
}

/// A change as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeRow {
    pub channel: String,
    pub change: Change,
    pub payment_id: Option<String>,
    pub told_at: Instant,
    pub state: ChangeState,
    /// For people: why it is unclear.
    pub note: Option<String>,
}

/// A change to keep as it stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangePut {
    pub row: ChangeRow,
    /// While it waits: the keys of its payment. When it waits no more: those it waited under.
    pub keys: Vec<Key>,
}

impl Store {
    /// One change, by its channel, kind and id.
    pub fn payment_change(
        &self,
        lender: LenderId,
        channel: &str,
        kind: ChangeKind,
        id: &str,
    ) -> Result<Option<ChangeRow>, StoreError> {
        self.read("payment_change", |db| {
            db.first(ONE, (lender.0, channel, kind.name(), id), row)
        })
    }

    /// All that happened to a payment, in the order in which it became known.
    pub fn changes_of(
        &self,
        lender: LenderId,
        payment_id: &str,
    ) -> Result<Vec<ChangeRow>, StoreError> {
        self.read("changes_of", |db| {
            db.all(OF_PAYMENT, (lender.0, payment_id), row)
        })
    }

    /// Changes that wait for their payment, or for a person; oldest first.
    pub fn open_changes(&self, lender: LenderId, limit: u32) -> Result<Vec<ChangeRow>, StoreError> {
        self.read("open_changes", |db| db.all(OPEN, (lender.0, limit), row))
    }

    /// Whether any change waits for its payment.
    pub fn any_change_waits(&self, lender: LenderId) -> Result<bool, StoreError> {
        self.read("any_change_waits", |db| {
            let first = db.first(ANY_WAIT, (lender.0,), |c| c.get::<i64>())?;
            Ok(first.is_some())
        })
    }

    /// Changes that wait for a payment with one of these keys, each with the key.
    pub fn changes_waiting_for(
        &self,
        lender: LenderId,
        keys: &[Key],
    ) -> Result<Vec<(Key, ChangeRow)>, StoreError> {
        self.read("changes_waiting_for", |db| {
            let mut found = Vec::new();
            if db
                .first(ANY_WAIT, (lender.0,), |c| c.get::<i64>())?
                .is_none()
            {
                return Ok(found);
            }
            for key in keys {
                let rows = db.all(WAITING_BY_KEY, (lender.0, key.text()), row)?;
                found.extend(rows.into_iter().map(|row| (key.clone(), row)));
            }
            Ok(found)
        })
    }
}

/// Keeps a change as it stands.
pub(crate) fn put(db: &Db<'_>, lender: LenderId, put: &ChangePut) -> Result<(), StoreError> {
    let ChangeRow {
        channel,
        change,
        payment_id,
        told_at,
        state,
        note,
    } = &put.row;
    let kind = change.kind.name();
    let charges = change.charges.map(|c| amount_cell(c.minor())).transpose()?;
    let cells = (
        lender.0,
        channel,
        kind,
        &change.id,
        payment_id,
        amount_cell(change.amount.minor())?,
        change.amount.currency().code(),
        charges,
        instant_cell(*told_at)?,
        state.name(),
        note,
    );
    db.run(PUT, cells)?;
    for key in &put.keys {
        let cells = (lender.0, key.text(), channel, kind, &change.id);
        match state {
            ChangeState::Waiting => db.run(WAIT, cells)?,
            ChangeState::Applied | ChangeState::Unclear => db.run(WAIT_NO_MORE, cells)?,
        };
    }
    Ok(())
}

fn row(c: &mut Cells<'_>) -> Result<ChangeRow, StoreError> {
    let channel = c.get()?;
    let kind = c.word(ChangeKind::from_name, "a kind of change")?;
    let id = c.get()?;
    let amount = c.money_and_currency()?;
    let charges: Option<i64> = c.get()?;
    let charges = charges.map(|minor| Money::new(minor.into(), amount.currency()));
    let change = Change {
        kind,
        id,
        amount,
        charges,
    };
    Ok(ChangeRow {
        channel,
        change,
        payment_id: c.get()?,
        told_at: c.instant()?,
        state: c.word(ChangeState::from_name, "a state of a change")?,
        note: c.get()?,
    })
}
