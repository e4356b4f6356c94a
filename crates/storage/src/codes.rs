//! Typed codes: which counts of a phone are taken, and for what.
//!
//! A count is on disk before its code is made, and two calls never get the same one: writes come
//! one after the other, and the key is unique. The digits themselves aren't kept.

use fairlock_domain::calendar::Instant;

use crate::error::StoreError;
use crate::ids::{DeviceId, LenderId};
use crate::sqlite::{instant_cell, statements, unsigned_cell};
use crate::store::Store;

statements! { "typed_codes":
    NEWEST = "
        SELECT max(count) FROM typed_codes WHERE lender_id = ?1 AND device_id = ?2";
    TAKE = "
        INSERT INTO typed_codes (lender_id, device_id, count, form, kind, days, made_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    OF_DEVICE = "
        SELECT count, form, kind, days, made_at FROM typed_codes
        WHERE lender_id = ?1 AND device_id = ?2 ORDER BY count DESC LIMIT 1000";
}

/// What a code says; its words are the caller's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCode {
    pub form: String,
    pub kind: String,
    pub days: u64,
    pub made_at: Instant,
}

impl Store {
    /// Takes the next count of a phone for a code: `next` says which one follows the newest, or
    /// follows none.
    pub fn take_code(
        &self,
        lender: LenderId,
        device: DeviceId,
        code: NewCode,
        next: impl Fn(Option<u64>) -> u64 + Send + 'static,
    ) -> Result<u64, StoreError> {
        self.write("take_code", move |tx| {
            let newest = tx.one(NEWEST, (lender.0, device.0), |c| c.unsigned_or_none())?;
            let count = next(newest);
            let NewCode {
                form,
                kind,
                days,
                made_at,
            } = &code;
            let (days, at) = (unsigned_cell(*days)?, instant_cell(*made_at)?);
            let key = (lender.0, device.0, unsigned_cell(count)?);
            tx.run(TAKE, (key.0, key.1, key.2, form, kind, days, at))?;
            Ok(count)
        })
    }

    /// The newest thousand codes made for a phone with their counts, newest first.
    pub fn codes(
        &self,
        lender: LenderId,
        device: DeviceId,
    ) -> Result<Vec<(u64, NewCode)>, StoreError> {
        self.read("codes", |db| {
            db.all(OF_DEVICE, (lender.0, device.0), |c| {
                let count = c.unsigned()?;
                let code = NewCode {
                    form: c.get()?,
                    kind: c.get()?,
                    days: c.unsigned()?,
                    made_at: c.instant()?,
                };
                Ok((count, code))
            })
        })
    }
}
