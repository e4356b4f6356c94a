//! Notices to send, with their attempts.

use fairlock_domain::calendar::Instant;
use fairlock_domain::pii::Pii;

use crate::changes::NewNotice;
use crate::error::StoreError;
use crate::ids::LenderId;
use crate::sqlite::{Cells, Db, instant_cell, statements};
use crate::store::Store;

statements! { "notices":
    INSERT = "
        INSERT INTO notices (lender_id, contract_id, notice, channel, due_at, text, state,
                             attempts, next_attempt_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'waiting', 0, ?5) ON CONFLICT DO NOTHING";
    TO_SEND = "
        SELECT notice_no, contract_id, notice, channel, due_at, text, state, attempts,
               next_attempt_at, last_error, settled_at
        FROM notices WHERE lender_id = ?1 AND state = 'waiting' AND next_attempt_at <= ?2
        ORDER BY next_attempt_at, notice_no LIMIT ?3";
    WAITING_COUNT = "
        SELECT count(*) FROM notices
        WHERE lender_id = ?1 AND state = 'waiting' AND next_attempt_at <= ?2";
    NEXT = "
        SELECT next_attempt_at FROM notices WHERE lender_id = ?1 AND state = 'waiting'
        ORDER BY next_attempt_at LIMIT 1";
    ATTEMPT_FAILED = "
        UPDATE notices SET attempts = attempts + 1, last_error = ?3, next_attempt_at = ?4
        WHERE lender_id = ?1 AND notice_no = ?2 AND state = 'waiting'";
    SETTLE = "
        UPDATE notices SET attempts = attempts + 1, next_attempt_at = NULL, settled_at = ?3,
                           state = CASE WHEN ?4 IS NULL THEN 'sent' ELSE 'failed' END,
                           last_error = ?4
        WHERE lender_id = ?1 AND notice_no = ?2 AND state = 'waiting'";
    OF_CONTRACT = "
        SELECT notice_no, contract_id, notice, channel, due_at, text, state, attempts,
               next_attempt_at, last_error, settled_at
        FROM notices WHERE lender_id = ?1 AND contract_id = ?2
        ORDER BY due_at DESC, notice_no DESC";
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeState {
    Waiting,
    Sent,
    /// For good.
    Failed,
}

impl NoticeState {
    pub fn name(self) -> &'static str {
        match self {
            NoticeState::Waiting => "waiting",
            NoticeState::Sent => "sent",
            NoticeState::Failed => "failed",
        }
    }

    pub fn from_name(name: &str) -> Option<NoticeState> {
        let all = [Self::Waiting, Self::Sent, Self::Failed];
        all.into_iter().find(|state| state.name() == name)
    }
}

/// A notice to a borrower by one channel.
#[derive(Clone)]
pub struct NoticeRow {
    pub no: i64,
    pub contract_id: String,
    /// `PACK/ID`.
    pub notice: String,
    pub channel: String,
    pub due_at: Instant,
    pub text: Pii<String>,
    pub state: NoticeState,
    pub attempts: u32,
    /// While waiting.
    pub next_attempt_at: Option<Instant>,
    pub last_error: Option<String>,
    pub settled_at: Option<Instant>,
}

impl Store {
    /// Notices to try now, longest waiting first.
    pub fn notices_to_send(
        &self,
        lender: LenderId,
        now: Instant,
        limit: u32,
    ) -> Result<Vec<NoticeRow>, StoreError> {
        let now = instant_cell(now)?;
        self.read("notices_to_send", |db| {
            db.all(TO_SEND, (lender.0, now, limit), notice)
        })
    }

    /// How many there are to try now.
    pub fn notices_waiting(&self, lender: LenderId, now: Instant) -> Result<u64, StoreError> {
        let now = instant_cell(now)?;
        self.read("notices_waiting", |db| {
            db.one(WAITING_COUNT, (lender.0, now), |c| c.unsigned())
        })
    }

    /// When the next one is to be tried.
    pub fn next_notice(&self, lender: LenderId) -> Result<Option<Instant>, StoreError> {
        self.read("next_notice", |db| {
            db.first(NEXT, (lender.0,), |c| c.instant())
        })
    }

    /// An attempt failed; the next is due at an instant. Endings go with a commit
    /// ([`crate::NoticeSettled`]), together with the event that proves them.
    pub fn notice_attempt_failed(
        &self,
        lender: LenderId,
        no: i64,
        error: &str,
        next_attempt_at: Instant,
    ) -> Result<(), StoreError> {
        let error = error.to_owned();
        self.write("notice_attempt_failed", move |tx| {
            let row = (lender.0, no, &error, instant_cell(next_attempt_at)?);
            tx.run(ATTEMPT_FAILED, row).map(|_| ())
        })
    }

    /// A contract's notices, newest first.
    pub fn notices_of(
        &self,
        lender: LenderId,
        contract_id: &str,
    ) -> Result<Vec<NoticeRow>, StoreError> {
        self.read("notices_of", |db| {
            db.all(OF_CONTRACT, (lender.0, contract_id), notice)
        })
    }
}

/// Puts a notice in the queue; the same again changes nothing.
pub(crate) fn insert(
    db: &Db<'_>,
    lender: LenderId,
    contract_id: &str,
    new: &NewNotice,
) -> Result<(), StoreError> {
    let due_at = instant_cell(new.due_at)?;
    let text = new.text.expose();
    let row = (
        lender.0,
        contract_id,
        &new.notice,
        &new.channel,
        due_at,
        text,
    );
    db.run(INSERT, row).map(|_| ())
}

/// Ends a notice; false when it doesn't wait.
pub(crate) fn settle(
    db: &Db<'_>,
    lender: LenderId,
    no: i64,
    error: Option<&str>,
    at: Instant,
) -> Result<bool, StoreError> {
    Ok(db.run(SETTLE, (lender.0, no, instant_cell(at)?, error))? == 1)
}

fn notice(c: &mut Cells<'_>) -> Result<NoticeRow, StoreError> {
    Ok(NoticeRow {
        no: c.get()?,
        contract_id: c.get()?,
        notice: c.get()?,
        channel: c.get()?,
        due_at: c.instant()?,
        text: Pii::new(c.get()?),
        state: c.word(NoticeState::from_name, "a state of a notice")?,
        attempts: c.get()?,
        next_attempt_at: c.instant_or_none()?,
        last_error: c.get()?,
        settled_at: c.instant_or_none()?,
    })
}
