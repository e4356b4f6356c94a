//! Holiday calendars, in versions: days that are told anew don't change what a decision saw.
//!
//! On purpose absent: where the days come from, and which of them a pack reads.

use fairlock_domain::calendar::{Day, Instant};

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::sqlite::{Db, instant_cell, statements};
use crate::store::Store;

statements! { "calendars":
    NEWEST = "
        SELECT version FROM calendars WHERE lender_id = ?1 AND calendar = ?2
        ORDER BY version DESC LIMIT 1";
    AT = "
        SELECT version FROM calendars WHERE lender_id = ?1 AND calendar = ?2 AND since <= ?3
        ORDER BY version DESC LIMIT 1";
    DAYS = "
        SELECT day FROM holidays WHERE lender_id = ?1 AND calendar = ?2 AND version = ?3
        ORDER BY day";
    ADD = "
        INSERT INTO calendars (lender_id, calendar, version, since) VALUES (?1, ?2, ?3, ?4)";
    ADD_DAY = "
        INSERT INTO holidays (lender_id, calendar, version, day) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT DO NOTHING";
    REVIEW = "
        UPDATE contracts SET version = version + 1,
                             review_at = min(coalesce(review_at, ?3), ?3)
        WHERE lender_id = ?1 AND calendar = ?2";
}

impl Store {
    /// Gives a calendar other days, as its next version; contracts on it are due for review at
    /// `at`. The same days again change nothing.
    pub fn set_holidays(
        &self,
        lender: LenderId,
        calendar: &str,
        days: &[Day],
        at: Instant,
    ) -> Result<(), StoreError> {
        let (calendar, mut days) = (calendar.to_owned(), days.to_vec());
        days.sort_unstable();
        days.dedup();
        self.write("set_holidays", move |tx| {
            let before = newest(tx, lender, &calendar)?;
            if let Some(version) = before
                && days_of(tx, lender, &calendar, version)? == days
            {
                return Ok(());
            }
            let version = before.unwrap_or(0) + 1;
            let at = instant_cell(at)?;
            tx.run(ADD, (lender.0, &calendar, version, at))?;
            for day in &days {
                tx.run(ADD_DAY, (lender.0, &calendar, version, day.unix_days()))?;
            }
            tx.run(REVIEW, (lender.0, &calendar, at)).map(|_| ())
        })
    }

    /// The days of one version of a calendar, in order.
    pub fn holidays(
        &self,
        lender: LenderId,
        calendar: &str,
        version: u32,
    ) -> Result<Vec<Day>, StoreError> {
        self.read("holidays", |db| days_of(db, lender, calendar, version))
    }

    /// The version that was known at an instant; `None` before the first.
    pub fn calendar_at(
        &self,
        lender: LenderId,
        calendar: &str,
        at: Instant,
    ) -> Result<Option<u32>, StoreError> {
        let at = instant_cell(at)?;
        self.read("calendar_at", |db| {
            db.first(AT, (lender.0, calendar, at), |c| c.get())
        })
    }
}

/// The version that counts now.
pub(crate) fn newest(
    db: &Db<'_>,
    lender: LenderId,
    calendar: &str,
) -> Result<Option<u32>, StoreError> {
    db.first(NEWEST, (lender.0, calendar), |c| c.get())
}

pub(crate) fn days_of(
    db: &Db<'_>,
    lender: LenderId,
    calendar: &str,
    version: u32,
) -> Result<Vec<Day>, StoreError> {
    db.all(DAYS, (lender.0, calendar, version), |c| c.day())
}
