//! The worker that asks providers.
//!
//! It runs beside the loop, so that a provider that doesn't answer keeps no money waiting. A
//! question is durable before it is put and stays open until an answer is in the inbox, where it
//! is read like a call; a question that nobody answers is put again, later each time. What a
//! process that dies was asking is asked again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use fairlock_domain::calendar::{Instant, Span};
use fairlock_storage::{EnquiryRow, NewEnquiry, NewMessage, Stamp, StoreError};
use futures_util::StreamExt as _;
use futures_util::stream;
use sha2::{Digest as _, Sha256};
use tokio::sync::{Notify, watch};

use super::client::Client;
use super::{Call, mobile, mpesa, signed};
use crate::Shared;
use crate::config::{Provider, Source};
use crate::money::MoneyError;
use crate::money::desk::Desk;

/// Questions read in one round.
const ROUND: u32 = 64;

/// Questions on their way at once.
const AT_ONCE: usize = 4;

/// A round that failed is tried again after this much real time.
const RETRY_AFTER: Duration = Duration::from_millis(500);

/// The longest pause between two tries.
const PAUSE_MAX: Span = Span::minutes(60);

/// Tries before a question is given up; the last is some eight hours after the first.
const TRIES_MAX: u64 = 12;

/// The header of a stored answer that says what was asked about.
pub const ABOUT: &str = "fairlock-about";

/// What the asking side keeps while the server runs.
#[derive(Default)]
pub struct Asker {
    client: Client,
    woken: Notify,
    under_way: AtomicU64,
}

impl Asker {
    /// Tells the worker that there may be something to ask.
    pub fn wake(&self) {
        self.woken.notify_one();
    }

    /// Questions that are on their way, or answered and not stored yet.
    pub fn under_way(&self) -> u64 {
        self.under_way.load(Ordering::SeqCst)
    }
}

/// What came of putting a question.
pub enum Asked {
    /// The answer, in messages, and what is to be asked next.
    Answered {
        answers: Vec<(Call, Vec<u8>)>,
        next: Option<NewEnquiry>,
    },
    /// The provider took it under this name, and calls with the answer; it is asked again if it
    /// doesn't within `again`.
    Taken { reference: String, again: Span },
    /// It is known meanwhile, and why.
    Needless(&'static str),
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unanswered {
    /// It may be asked again.
    Later(String),
    /// Asking again would change nothing.
    Refused(String),
}

/// Everything that putting a question needs.
pub struct Asking<'a> {
    pub client: &'a Client,
    pub desk: &'a Desk,
    pub source: &'a Source,
    pub question: &'a EnquiryRow,
    pub now: Instant,
}

/// Questions that a source is always asked, such as for a list of what it told: queued unless
/// they are open.
pub fn standing(desk: &Desk, source: &Source, now: Instant) -> Result<(), StoreError> {
    match &source.provider {
        Provider::Mpesa(till) => mpesa::standing(desk, source, till, now),
        _ => Ok(()),
    }
}

/// Puts one question.
async fn put(asking: &Asking<'_>) -> Result<Result<Asked, Unanswered>, StoreError> {
    match &asking.source.provider {
        Provider::Mpesa(till) => mpesa::ask(asking, till).await,
        Provider::Airtel(_) | Provider::Momo(_) => mobile::ask(asking).await,
        Provider::Stripe(own) => Ok(signed::ask(asking, own).await),
        other => Ok(Err(Unanswered::Refused(format!(
            "a source of kind {} isn't asked anything",
            other.kind()
        )))),
    }
}

/// Whether a question is worth trying for ever.
fn never_given_up(question: &str) -> bool {
    question == mpesa::PULL
}

/// Asks what is due until the server stops.
pub async fn run(shared: Arc<Shared>, mut stopped: watch::Receiver<bool>) {
    if shared.config.sources.is_empty() {
        return;
    }
    while !*stopped.borrow() {
        let round = tokio::select! {
            round = ask_due(&shared) => round,
            // What is on its way is asked again when the server is back.
            _ = stopped.wait_for(|stop| *stop) => return,
        };
        let failed = match round {
            Ok(0) => false,
            Ok(_) => {
                shared.wake();
                false
            }
            Err(error) => {
                tracing::error!(%error, "providers can't be asked; it is tried again");
                true
            }
        };
        let next = match failed {
            true => None,
            false => next_deadline(&shared).await.unwrap_or_default(),
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
            () = shared.money.asker.woken.notified() => {}
            () = deadline => {}
            () = retry => {}
            _ = stopped.changed() => {}
        }
    }
}

async fn blocking<T: Send + 'static>(
    shared: &Arc<Shared>,
    work: impl FnOnce(&Shared) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, MoneyError> {
    let shared = shared.clone();
    Ok(tokio::task::spawn_blocking(move || work(&shared)).await??)
}

/// Asks everything that is due now; how many questions there were.
async fn ask_due(shared: &Arc<Shared>) -> Result<usize, MoneyError> {
    let mut count = 0;
    loop {
        let rows = blocking(shared, |shared| {
            let now = shared.clock.now();
            shared.store.enquiries_due(shared.lender, now, ROUND)
        })
        .await?;
        if rows.is_empty() {
            return Ok(count);
        }
        count += rows.len();
        let asked = stream::iter(rows).map(|row| ask(shared, row));
        let results: Vec<Result<(), MoneyError>> = asked.buffer_unordered(AT_ONCE).collect().await;
        results.into_iter().collect::<Result<(), MoneyError>>()?;
    }
}

async fn ask(shared: &Arc<Shared>, row: EnquiryRow) -> Result<(), MoneyError> {
    let under_way = &shared.money.asker.under_way;
    under_way.fetch_add(1, Ordering::SeqCst);
    let asked = ask_once(shared, row).await;
    under_way.fetch_sub(1, Ordering::SeqCst);
    asked
}

async fn ask_once(shared: &Arc<Shared>, mut row: EnquiryRow) -> Result<(), MoneyError> {
    let (no, now) = (row.no, shared.clock.now());
    let retry_at = now.plus(pause(row.tries));
    let open = blocking(shared, move |s| {
        s.store.enquiry_begins(s.lender, no, retry_at)
    })
    .await?;
    if !open {
        return Ok(());
    }
    row.tries += 1;
    let desk = &shared.money.desk;
    let source = desk.sources.iter().find(|source| source.name == row.source);
    let result = match source {
        None => Err(Unanswered::Refused(
            "its source isn't configured".to_owned(),
        )),
        Some(source) => {
            let asking = Asking {
                client: &shared.money.asker.client,
                desk,
                source,
                question: &row,
                now,
            };
            put(&asking).await?
        }
    };
    let stamp = shared.stamp();
    blocking(shared, move |shared| {
        let (store, lender) = (&shared.store, shared.lender);
        match result {
            Ok(Asked::Answered { answers, next }) => {
                let messages = (0u32..).zip(answers);
                let messages =
                    messages.map(|(i, (call, body))| message(&row, i, call, body, stamp));
                let messages = messages.collect();
                store
                    .enquiry_answered(lender, no, messages, next, now)
                    .map(|_| ())
            }
            Ok(Asked::Taken { reference, again }) => {
                store.enquiry_taken(lender, no, &reference, now.plus(again))
            }
            Ok(Asked::Needless(why)) => {
                store.enquiry_answered(lender, no, Vec::new(), None, now)?;
                tracing::info!(enquiry = no.0, why, "it needn't be asked any more");
                Ok(())
            }
            Err(Unanswered::Later(note))
                if row.tries < TRIES_MAX || never_given_up(&row.question) =>
            {
                tracing::warn!(
                    enquiry = no.0,
                    source = row.source,
                    note,
                    "asked again later"
                );
                store.enquiry_later(lender, no, &note, retry_at)
            }
            Err(Unanswered::Later(note) | Unanswered::Refused(note)) => {
                tracing::error!(
                    enquiry = no.0,
                    source = row.source,
                    note,
                    "not asked any more"
                );
                store.enquiry_given_up(lender, no, &note, now)
            }
        }
    })
    .await
}

/// Doubles with each try.
pub fn pause(tries: u64) -> Span {
    let minutes = 1u32 << tries.min(6);
    Span::minutes(minutes).min(PAUSE_MAX)
}

/// An answer as it stands in the inbox; what was asked about stands with it, so that it can be
/// read again without its question.
fn message(row: &EnquiryRow, part: u32, call: Call, body: Vec<u8>, received: Stamp) -> NewMessage {
    NewMessage {
        source: row.source.clone(),
        transport_key: format!("enquiry/{}/{}/{part}", row.no.0, row.tries),
        name: call.name().to_owned(),
        headers: vec![(ABOUT.to_owned(), row.about.clone())],
        sha256: Sha256::digest(&body).into(),
        body,
        received,
    }
}

/// When the next question is to be put.
async fn next_deadline(shared: &Arc<Shared>) -> Result<Option<Instant>, MoneyError> {
    blocking(shared, |shared| shared.store.next_enquiry(shared.lender)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour() {
        assert_eq!(pause(0), Span::minutes(1));
        assert_eq!(pause(3), Span::minutes(8));
        assert_eq!(pause(6), Span::minutes(60));
        assert_eq!(pause(u64::MAX), Span::minutes(60));
    }
}
