//! What the money side keeps while the server runs: its desk, what it saw in the folder, and
//! counters.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use fairlock_domain::calendar::Span;
use fairlock_storage::{CommitError, NewFeed, StoreError};
use tokio::sync::Notify;

use super::desk::{Desk, DeskError, Sending};
use super::feeds::{CALLBACK, STATEMENT};
use super::folder::Looks;
use super::inbox::FolderError;
use super::matching::PayerKey;
use super::process::ProcessError;
use super::sources::{self, ask::Asker};
use crate::notices::Channel;
use crate::{Config, Parts};

/// What can end a pass of the money side, or its start.
#[derive(Debug, thiserror::Error)]
pub enum MoneyError {
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Process(#[from] ProcessError),
    #[error(transparent)]
    Commit(#[from] CommitError),
    #[error("a worker ended early: {0}")]
    Worker(#[from] tokio::task::JoinError),
}

/// The money side's memory.
pub struct State {
    pub desk: Desk,
    /// Asks providers.
    pub(super) asker: Asker,
    pub(super) looks: Mutex<Looks>,
    /// What is wrong with the watched folder, so that it is said once.
    pub(super) folder_problem: Mutex<Option<String>>,
    unauthenticated: AtomicU64,
    /// A reconciliation runs.
    pub(super) reconciling: AtomicBool,
    /// Rung whenever a message was processed or parked.
    settled: Notify,
}

impl State {
    /// Sets up the feeds and the desk.
    pub fn open(config: &Config, parts: &Parts) -> Result<State, MoneyError> {
        let now = parts.clock.now();
        for feed in &config.feeds {
            let kind = match config.sources.iter().any(|s| s.feed == feed.name) {
                true => CALLBACK,
                false => STATEMENT,
            };
            let new = NewFeed {
                feed: feed.name.clone(),
                kind: kind.to_owned(),
                account: feed.account.clone(),
                period: Span::seconds(feed.period_s),
            };
            parts.store.define_feed(parts.lender, new, now)?;
        }
        let (store, rulebook) = (parts.store.clone(), parts.rulebook.clone());
        let mut desk = Desk::new(store, parts.lender, rulebook, now)?;
        desk.sources = config.sources.clone();
        desk.know(config.mappings.clone());
        desk.payers = Some(PayerKey::new(parts.signer.payer_key()));
        for source in &desk.sources {
            sources::ask::standing(&desk, source, now)?;
        }
        let sms = config.notices.sms.as_ref().map(|_| Channel::Sms);
        let mail = config.notices.mail.as_ref().map(|_| Channel::Email);
        desk.sending = Sending::Here(sms.into_iter().chain(mail).collect());
        Ok(State {
            desk,
            asker: Asker::default(),
            looks: Mutex::default(),
            folder_problem: Mutex::default(),
            unauthenticated: AtomicU64::new(0),
            reconciling: AtomicBool::new(false),
            settled: Notify::new(),
        })
    }

    /// Tells the worker that asks providers that there may be something to ask.
    pub fn wake_asker(&self) {
        self.asker.wake();
    }

    /// Resolves when the next message is settled; counts from this call on.
    pub fn settled(&self) -> impl Future<Output = ()> + '_ {
        let mut next = Box::pin(self.settled.notified());
        next.as_mut().enable();
        next
    }

    pub(super) fn ring_settled(&self) {
        self.settled.notify_waiters();
    }

    /// Calls that aren't from a source, since the start.
    pub fn unauthenticated(&self) -> u64 {
        self.unauthenticated.load(Ordering::Relaxed)
    }

    pub(super) fn count_unauthenticated(&self) {
        self.unauthenticated.fetch_add(1, Ordering::Relaxed);
    }

    /// Says what is wrong with the folder when that is news; the rest of the work goes on.
    pub(super) fn note_folder(&self, problem: Option<&FolderError>) {
        let problem = problem.map(ToString::to_string);
        let mut noted = self
            .folder_problem
            .lock()
            .unwrap_or_else(|e| e.into_inner());
        if *noted != problem {
            match &problem {
                Some(problem) => tracing::error!(%problem, "the watched folder can't be read"),
                None => tracing::info!("the watched folder can be read again"),
            }
            *noted = problem;
        }
    }
}
