//! One pass of the money side: all that is due now, in the order of trust.
//!
//! Feeds that fell silent first, so that nothing rises on old news; then messages, oldest first;
//! then feeds again, for what the messages completed; then what time brings.

use std::sync::Arc;

use fairlock_domain::calendar::Instant;
use fairlock_domain::standing::FeedState;
use fairlock_storage::Stamp;

use super::process::{self, Ended};
use super::{MoneyError, State, feeds, inbox, reconcile, sweep};
use crate::running::Change;
use crate::{Backlog, Shared, notices};

/// Messages read from the inbox at once; their bodies, of at most 64 MiB each, are in memory
/// together.
const MESSAGES: u32 = 4;

impl Shared {
    /// Now, by both clocks.
    pub fn stamp(&self) -> Stamp {
        Stamp {
            at: self.clock.now(),
            monotonic_ns: self.clock.monotonic_ns(),
        }
    }
}

/// Files -> inbox -> payments -> plans; feeds, sweep, proofs of notices.
pub async fn pass(shared: &Arc<Shared>) -> Result<(), MoneyError> {
    blocking(shared, |shared| {
        take_in(shared)?;
        time_passes(shared)
    })
    .await?;
    reconcile::aside(shared);
    Ok(())
}

async fn blocking<T: Send + 'static>(
    shared: &Arc<Shared>,
    work: impl FnOnce(&Shared) -> Result<T, MoneyError> + Send + 'static,
) -> Result<T, MoneyError> {
    let shared = shared.clone();
    tokio::task::spawn_blocking(move || work(&shared)).await?
}

/// Feeds, files, messages.
fn take_in(shared: &Shared) -> Result<(), MoneyError> {
    let State { desk, looks, .. } = &shared.money;
    review_feeds(shared)?;
    let mut waiting = Vec::new();
    if let Some(dir) = &shared.config.watch_dir {
        match inbox::take_folder(desk, dir, looks, shared.stamp()) {
            Ok(files) => waiting = files,
            Err(problem) => shared.money.note_folder(Some(&problem)),
        }
    }
    loop {
        let messages = desk.store.unread_messages(desk.lender, MESSAGES)?;
        if messages.is_empty() {
            break;
        }
        for message in messages {
            if message.source == notices::SOURCE {
                let touched = notices::process_receipt(desk, &message, shared.stamp())?;
                if let Some(contract) = touched {
                    shared.announce(Change::Contract(contract));
                }
                continue;
            }
            let ended = process::process_or_park(desk, &message, shared.stamp())?;
            shared.money.ring_settled();
            say(message.no.0, &message.name, &ended);
            announce(shared, &ended);
        }
    }
    if shared.config.watch_dir.is_some() {
        let settled = inbox::settle_folder(desk, waiting);
        shared.money.note_folder(settled.err().as_ref());
    }
    review_feeds(shared)
}

fn say(no: i64, name: &str, ended: &Ended) {
    match ended {
        Ended::Processed(summary) => {
            tracing::info!(
                message = no,
                name,
                note = process::note(summary, None),
                "read"
            );
        }
        Ended::Parked(_) => tracing::warn!(message = no, name, "parked; the inbox says why"),
        Ended::Elsewhere => tracing::info!(message = no, name, "another process was faster"),
    }
}

fn announce(shared: &Shared, ended: &Ended) {
    if let Ended::Processed(summary) = ended {
        for contract in &summary.contracts {
            shared.announce(Change::Contract(contract.clone()));
        }
        shared.announce(Change::Portfolio);
    }
}

fn review_feeds(shared: &Shared) -> Result<(), MoneyError> {
    if feeds::review(&shared.money.desk, shared.stamp())? {
        shared.announce(Change::Portfolio);
    }
    Ok(())
}

/// Expiries, reviews, and proofs of notices that waited for their hour.
fn time_passes(shared: &Shared) -> Result<(), MoneyError> {
    let desk = &shared.money.desk;
    let mut touched = sweep::expiries(desk, shared.stamp())?;
    touched.extend(feeds::time::run(desk, shared.stamp(), &mut |_| {})?);
    touched.extend(sweep::reviews(desk, shared.stamp())?);
    touched.extend(notices::tell_facts(desk, shared.stamp())?);
    if !touched.is_empty() {
        shared.announce(Change::Portfolio);
    }
    for contract in touched {
        shared.announce(Change::Contract(contract));
    }
    Ok(())
}

/// The money side's share: files, messages, reviews.
pub async fn backlog(shared: &Arc<Shared>) -> Result<Backlog, MoneyError> {
    blocking(shared, |shared| {
        let desk = &shared.money.desk;
        let now = shared.stamp();
        let mut files = 0;
        if let Some(dir) = &shared.config.watch_dir {
            match inbox::files_left(dir) {
                Ok(left) => files = left,
                Err(problem) => shared.money.note_folder(Some(&problem)),
            }
        }
        Ok(Backlog {
            files,
            messages: desk.store.unread_count(desk.lender)?,
            enquiries: match desk.sources.is_empty() {
                true => 0,
                false => {
                    let due = desk.store.enquiries_due_count(desk.lender, now.at)?;
                    due + shared.money.asker.under_way()
                }
            },
            reviews: desk.store.due_review_count(desk.lender, now.at)?,
            ..Backlog::default()
        })
    })
    .await
}

/// The next instant at which something falls due with no new fact.
pub async fn next_deadline(shared: &Arc<Shared>) -> Result<Option<Instant>, MoneyError> {
    blocking(shared, |shared| {
        let desk = &shared.money.desk;
        let question = match desk.sources.is_empty() {
            true => None,
            false => desk.store.next_enquiry(desk.lender)?,
        };
        let deadlines = [
            sweep::next_deadline(desk)?,
            feeds::next_deadline(desk)?,
            question,
        ];
        Ok(deadlines.into_iter().flatten().min())
    })
    .await
}

/// Up to when the engine and a contract's feed are complete: what a contact token may call
/// fresh. A feed that never spoke is complete up to nothing.
pub fn fresh(shared: &Shared, feed: Option<&str>) -> Result<Instant, MoneyError> {
    let desk = &shared.money.desk;
    let engine = sweep::complete_up_to(desk, shared.clock.now())?;
    let Some(feed) = feed else {
        return Ok(engine);
    };
    let row = desk.store.feed(desk.lender, feed)?;
    let watermark = match row {
        None => engine,
        Some(row) => match (row.complete_up_to, row.state) {
            (Some(at), _) => at,
            (None, FeedState::Healthy) => row.state_since,
            (None, FeedState::Stale | FeedState::Gap) => Instant::from_unix_seconds(0),
        },
    };
    Ok(engine.min(watermark))
}
