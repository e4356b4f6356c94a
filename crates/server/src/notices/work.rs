//! The worker that hands messages to their carriers.
//!
//! It runs beside the loop that does everything else, so that a carrier that doesn't answer keeps
//! no money waiting. A few messages are on their way at once, those of one contract one after the
//! other: what one of them does to a cap is seen by the next.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use fairlock_domain::calendar::Instant;
use fairlock_storage::{NoticeRow, StoreError};
use futures_util::StreamExt as _;
use futures_util::stream;
use tokio::sync::watch;

use super::ask::{self, Asked, Outgoing};
use super::outcome::{SendError, Told};
use super::{Channel, message_id, settle};
use crate::Shared;
use crate::money::process::ProcessError;
use crate::running::Change;

/// Messages asked about and sent in one round.
const ROUND: u32 = 64;

/// Contracts whose messages are on their way at once: a carrier's latency is shared by so many.
const AT_ONCE: usize = 8;

/// A round that failed is tried again after this much real time.
const RETRY_AFTER: Duration = Duration::from_millis(500);

/// What can end a round early; the next one starts over, for each step is idempotent.
#[derive(Debug, thiserror::Error)]
pub enum NoticesError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Process(#[from] ProcessError),
    #[error("a worker ended early: {0}")]
    Worker(#[from] tokio::task::JoinError),
}

/// Sends what is due until the server stops.
pub async fn run(shared: Arc<Shared>, mut stopped: watch::Receiver<bool>) {
    if shared.notices.channels().is_empty() {
        return;
    }
    while !*stopped.borrow() {
        let round = tokio::select! {
            round = send_due(&shared) => round,
            // What is on its way may arrive; it is asked about again when the server is back.
            _ = stopped.wait_for(|stop| *stop) => return,
        };
        let failed = match round {
            Ok(0) => false,
            Ok(_) => {
                shared.wake();
                false
            }
            Err(error) => {
                tracing::error!(%error, "messages can't be sent; it is tried again");
                true
            }
        };
        let next = match failed {
            true => None,
            false => blocking(&shared, |shared| {
                Ok(shared.store.next_notice(shared.lender)?)
            })
            .await
            .unwrap_or_default(),
        };
        let deadline = async {
            match next {
                Some(at) => shared.clock.reached(at).await,
                None => std::future::pending().await,
            }
        };
        let retry = async {
            match failed {
                true => tokio::time::sleep(RETRY_AFTER).await,
                false => std::future::pending().await,
            }
        };
        tokio::select! {
            () = shared.notices.woken.notified() => {}
            () = deadline => {}
            () = retry => {}
            _ = stopped.changed() => {}
        }
    }
}

async fn blocking<T: Send + 'static>(
    shared: &Arc<Shared>,
    work: impl FnOnce(&Shared) -> Result<T, NoticesError> + Send + 'static,
) -> Result<T, NoticesError> {
    let shared = shared.clone();
    tokio::task::spawn_blocking(move || work(&shared)).await?
}

/// Sends everything that waits for now; how many messages there were.
async fn send_due(shared: &Arc<Shared>) -> Result<usize, NoticesError> {
    let mut count = 0;
    loop {
        let rows = blocking(shared, |shared| {
            let now = shared.clock.now();
            Ok(shared.store.notices_to_send(shared.lender, now, ROUND)?)
        })
        .await?;
        if rows.is_empty() {
            return Ok(count);
        }
        count += rows.len();
        let mut contracts: BTreeMap<String, Vec<NoticeRow>> = BTreeMap::new();
        for row in rows {
            contracts
                .entry(row.contract_id.clone())
                .or_default()
                .push(row);
        }
        let sent = stream::iter(contracts)
            .map(|(contract, rows)| one_by_one(shared, contract, rows))
            .buffer_unordered(AT_ONCE);
        let results: Vec<Result<(), NoticesError>> = sent.collect().await;
        results.into_iter().collect::<Result<(), NoticesError>>()?;
    }
}

async fn one_by_one(
    shared: &Arc<Shared>,
    contract: String,
    rows: Vec<NoticeRow>,
) -> Result<(), NoticesError> {
    for row in rows {
        send(shared, row).await?;
    }
    shared.announce(Change::Contract(contract));
    Ok(())
}

async fn send(shared: &Arc<Shared>, row: NoticeRow) -> Result<(), NoticesError> {
    let asked = blocking(shared, {
        let row = row.clone();
        move |shared| {
            let desk = &shared.money.desk;
            Ok(ask::ask(&shared.notices, desk, &row, shared.stamp())?)
        }
    })
    .await?;
    let Asked::Send(outgoing) = asked else {
        return Ok(());
    };
    let answer = hand_over(shared, row.no, &outgoing).await;
    blocking(shared, move |shared| {
        let (desk, now) = (&shared.money.desk, shared.stamp());
        match answer {
            Ok(told) => settle::told(desk, row.no, &told, None, now).map(|_| ())?,
            Err(error) => settle::failed(desk, &row, &error, now)?,
        }
        Ok(())
    })
    .await
}

async fn hand_over(shared: &Shared, no: i64, message: &Outgoing) -> Result<Told, SendError> {
    let id = message_id(shared.lender, no);
    let (to, text) = (message.to.expose(), message.said.text.expose());
    let state = &shared.notices;
    match (message.channel, &state.sms, &state.mail) {
        (Channel::Sms, Some(gateway), _) => gateway.send(&id, to, text).await,
        (Channel::Email, _, Some(mail)) => {
            let subject = message.said.subject.as_ref();
            let subject = subject.map_or("", |subject| subject.expose());
            mail.send(&id, to, subject, text, shared.clock.now()).await
        }
        (Channel::Sms, None, _) | (Channel::Email, _, None) => Err(SendError::Answer("no carrier")),
    }
}

/// Messages that are due and not tried yet at this instant.
pub async fn backlog(shared: &Arc<Shared>) -> Result<u64, NoticesError> {
    if shared.notices.channels().is_empty() {
        return Ok(0);
    }
    blocking(shared, |shared| {
        let now = shared.clock.now();
        Ok(shared.store.notices_waiting(shared.lender, now)?)
    })
    .await
}

/// The next instant at which a message is tried, or a proof becomes a fact.
pub async fn next_deadline(shared: &Arc<Shared>) -> Result<Option<Instant>, NoticesError> {
    blocking(shared, |shared| {
        let fact = shared.store.next_notice_fact(shared.lender)?;
        let attempt = match shared.notices.channels().is_empty() {
            true => None,
            false => shared.store.next_notice(shared.lender)?,
        };
        Ok(fact.into_iter().chain(attempt).min())
    })
    .await
}
