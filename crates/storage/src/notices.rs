//! Notices to send, with their attempts.

use fairlock_domain::calendar::Instant;
use fairlock_domain::pii::Pii;

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::store::Store;

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
        limit: usize,
    ) -> Result<Vec<NoticeRow>, StoreError> {
        let _ = (lender, now, limit);
        todo!()
    }

    /// How many there are to try now.
    pub fn notices_waiting(&self, lender: LenderId, now: Instant) -> Result<u64, StoreError> {
        let _ = (lender, now);
        todo!()
    }

    /// When the next one is to be tried.
    pub fn next_notice(&self, lender: LenderId) -> Result<Option<Instant>, StoreError> {
        let _ = lender;
        todo!()
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
        let _ = (lender, no, error, next_attempt_at);
        todo!()
    }

    /// A contract's notices, newest first.
    pub fn notices_of(
        &self,
        lender: LenderId,
        contract_id: &str,
    ) -> Result<Vec<NoticeRow>, StoreError> {
        let _ = (lender, contract_id);
        todo!()
    }
}
