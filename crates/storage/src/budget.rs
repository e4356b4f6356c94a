//! The lock budget: how many phones may be made stricter, whatever the cause.
//!
//! Counted over rolling windows, one row a grant, so that taking twice for a grant takes once.
//! Loosening never asks.

use fairlock_domain::calendar::{Instant, Span};

use crate::error::StoreError;
use crate::ids::{DeviceId, LenderId};
use crate::sqlite::{Db, instant_cell, statements, unsigned_cell};
use crate::store::Store;

statements! { "lock_budget":
    TAKEN = "
        SELECT 1 FROM lock_budget WHERE lender_id = ?1 AND device_id = ?2 AND seq = ?3";
    TAKE = "INSERT INTO lock_budget (lender_id, device_id, seq, at) VALUES (?1, ?2, ?3, ?4)";
    USED = "
        SELECT count(*) FROM lock_budget WHERE lender_id = ?1 AND at > ?2";
    // The one that must leave the window before there is room again: the limit-th newest.
    LEAVES = "
        SELECT at FROM lock_budget WHERE lender_id = ?1 AND at > ?2
        ORDER BY at DESC LIMIT 1 OFFSET ?3";
}

const HOUR: Span = Span::hours(1);
const DAY: Span = Span::days(1);

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
    /// Takes one from the lock budget for a grant, once a grant.
    pub fn take_lock_budget(
        &self,
        lender: LenderId,
        device: DeviceId,
        seq: u64,
        now: Instant,
        limits: BudgetLimits,
    ) -> Result<Budget, StoreError> {
        self.write("take_lock_budget", move |tx| {
            let key = (lender.0, device.0, unsigned_cell(seq)?);
            if tx.first(TAKEN, key, |_| Ok(()))?.is_some() {
                return Ok(Budget::Taken);
            }
            let hour = room_from(tx, lender, now, HOUR, limits.per_hour)?;
            let day = room_from(tx, lender, now, DAY, limits.per_day)?;
            if let Some(until) = hour.max(day) {
                return Ok(Budget::UsedUpUntil(until));
            }
            let row = (lender.0, device.0, unsigned_cell(seq)?, instant_cell(now)?);
            tx.run(TAKE, row)?;
            Ok(Budget::Taken)
        })
    }

    /// How much of the lock budget is used at `now`.
    pub fn lock_budget_use(&self, lender: LenderId, now: Instant) -> Result<BudgetUse, StoreError> {
        self.read("lock_budget_use", |db| {
            let used = |window| {
                let key = (lender.0, since(now, window)?);
                db.one(USED, key, |c| c.unsigned())
            };
            Ok(BudgetUse {
                hour: used(HOUR)?,
                day: used(DAY)?,
            })
        })
    }
}

/// When a window has room again; `None` for now.
fn room_from(
    db: &Db<'_>,
    lender: LenderId,
    now: Instant,
    window: Span,
    limit: u64,
) -> Result<Option<Instant>, StoreError> {
    let Some(others) = limit.checked_sub(1) else {
        return Ok(Some(now.plus(window)));
    };
    let key = (lender.0, since(now, window)?, unsigned_cell(others)?);
    let leaves = db.first(LEAVES, key, |c| c.instant())?;
    Ok(leaves.map(|taken| taken.plus(window)))
}

/// The begin of a window that ends now; what was taken at it is outside.
fn since(now: Instant, window: Span) -> Result<i64, StoreError> {
    let length = instant_cell(Instant::from_unix_seconds(0).plus(window))?;
    Ok(instant_cell(now)?.saturating_sub(length))
}
