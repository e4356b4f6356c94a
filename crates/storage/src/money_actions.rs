//! What people did about money: who, when, why, and what was so before and after.
//!
//! Written with what it did in one transaction, and never changed. On purpose absent: what the
//! program did by itself (lines, postings and events tell that).

use fairlock_domain::calendar::Instant;

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::sqlite::{Cells, Db, instant_cell, statements};
use crate::store::Store;

statements! { "money_actions":
    ADD = "
        INSERT INTO money_actions (lender_id, at, actor, action, payment_id, contract_id, reason,
                                   before, after)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    OF_PAYMENT = "
        SELECT action_no, at, actor, action, payment_id, contract_id, reason, before, after
        FROM money_actions WHERE lender_id = ?1 AND payment_id = ?2 ORDER BY action_no";
}

/// Something that a person does about money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAction {
    /// Who did it, by the name they gave.
    pub actor: String,
    /// `match`, `unmatch`, `keep`, `refund`, `refund_paid`, `refund_failed`, `revoke`.
    pub action: &'static str,
    pub payment_id: Option<String>,
    pub contract_id: Option<String>,
    pub reason: String,
    /// What was so, in words.
    pub before: String,
    pub after: String,
}

/// Something that a person did about money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionRow {
    pub no: i64,
    pub at: Instant,
    pub actor: String,
    pub action: String,
    pub payment_id: Option<String>,
    pub contract_id: Option<String>,
    pub reason: String,
    pub before: String,
    pub after: String,
}

impl Store {
    /// What people did about a payment, oldest first.
    pub fn actions_on(
        &self,
        lender: LenderId,
        payment_id: &str,
    ) -> Result<Vec<ActionRow>, StoreError> {
        self.read("actions_on", |db| {
            db.all(OF_PAYMENT, (lender.0, payment_id), action)
        })
    }
}

pub(crate) fn add(
    db: &Db<'_>,
    lender: LenderId,
    new: &NewAction,
    at: Instant,
) -> Result<(), StoreError> {
    let row = (
        lender.0,
        instant_cell(at)?,
        &new.actor,
        new.action,
        &new.payment_id,
        &new.contract_id,
        &new.reason,
        &new.before,
        &new.after,
    );
    db.run(ADD, row).map(|_| ())
}

fn action(c: &mut Cells<'_>) -> Result<ActionRow, StoreError> {
    Ok(ActionRow {
        no: c.get()?,
        at: c.instant()?,
        actor: c.get()?,
        action: c.get()?,
        payment_id: c.get()?,
        contract_id: c.get()?,
        reason: c.get()?,
        before: c.get()?,
        after: c.get()?,
    })
}
