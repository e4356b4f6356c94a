//! Feed health: whether a source of payment news is complete, and up to when.
//!
//! A bank account's statements are complete up to the end of the last one in an unbroken row
//! ([`chain`]). A caller is complete up to its last call, or, where it can be asked, up to the end
//! of the unbroken row of windows that it was asked for. A row that breaks is a gap, and holds the
//! watermark until the missing piece comes; a source that is silent for its period, or whose
//! watermark lags by two, is stale. While a feed isn't healthy nobody on it climbs, and an
//! operator can give all of them time ([`time`]).
//!
//! Failure is a feed that looks complete and isn't. On purpose absent: guessing what a missing
//! statement held, and declaring a gap closed by hand.

pub mod chain;
pub mod time;

use fairlock_domain::calendar::Instant;
use fairlock_domain::money::{Currency, Money};
use fairlock_domain::standing::FeedState;
use fairlock_intake::statement::{Balance, Direction};
use fairlock_storage::{
    ChangeSet, CommitError, FeedChange, FeedRow, Message, Pull, Stamp, StatementRow, StoreError,
};

use super::desk::Desk;
use super::news::Telling;
use super::process::Reading;
use super::statements;

pub use chain::deadline;

/// The kind of a feed that statements bring.
pub const STATEMENT: &str = "statement";

/// The kind of a feed that a provider's calls bring.
pub const CALLBACK: &str = "callback";

/// Statements or windows that are looked at together: more than a year of daily ones.
const AHEAD_MAX: u32 = 400;

/// Reviews of one feed in a row: a history of this many times [`AHEAD_MAX`] statements is walked
/// in one pass, and the rest in the next.
const ROUNDS_MAX: u32 = 64;

/// The feed that watches an account; spaces and case don't count.
pub fn of_account<'a>(feeds: &'a [FeedRow], account: &str) -> Option<&'a FeedRow> {
    let account = squeezed(account);
    let is_it = |row: &&FeedRow| {
        row.account
            .as_deref()
            .is_some_and(|a| squeezed(a) == account)
    };
    feeds.iter().find(is_it)
}

fn squeezed(account: &str) -> String {
    let squeezed: String = account.chars().filter(|c| !c.is_whitespace()).collect();
    squeezed.to_uppercase()
}

/// The final statements of a message, as they count for health.
pub fn seen(reading: &Reading, message: &Message) -> Vec<StatementRow> {
    let all = (0u32..).zip(&reading.statements);
    let finals = all.filter(|(_, head)| statements::telling(head) == Telling::Statement);
    finals
        .filter_map(|(position, head)| {
            Some(StatementRow {
                account: squeezed(head.account.as_deref()?),
                statement: head
                    .statement
                    .clone()
                    .unwrap_or_else(|| format!("{}/{position}", message.no.0)),
                message: message.no,
                sequence: head.electronic_sequence,
                legal_sequence: head.legal_sequence,
                opening: head.opening.as_ref().and_then(money),
                closing: head.closing.as_ref().and_then(money),
                chains: head.balances_chain,
                complete_to: statements::complete_to(head, message.received.at)
                    .unwrap_or(message.received.at),
            })
        })
        .collect()
}

/// A signed balance as money; `None` when it has digits that its currency hasn't.
fn money(balance: &Balance) -> Option<Money> {
    let currency = Currency::from_code(&balance.currency)?;
    let amount = balance.amount.to_money(currency)?;
    Some(match balance.direction {
        Direction::Credit => amount,
        Direction::Debit => Money::new(-amount.minor(), currency),
    })
}

/// Feeds that a message shows to be alive. A statement that is new or corrected and ends before
/// the watermark sends the row back to its beginning: the next review walks it again. Health is
/// judged afterwards, from all that is stored.
pub fn alive(
    desk: &Desk,
    reading: &Reading,
    received: Stamp,
    seen: &[StatementRow],
) -> Result<Vec<FeedChange>, StoreError> {
    let mut names: Vec<&String> = reading.alive.iter().collect();
    names.sort();
    names.dedup();
    let mut changes = Vec::new();
    for name in names {
        let Some(row) = desk.store.feed(desk.lender, name)? else {
            continue;
        };
        let mut feed = FeedRow {
            heartbeat_at: row.heartbeat_at.max(Some(received.at)),
            ..row
        };
        if is_told_anew(desk, &feed, seen)? {
            feed.complete_up_to = None;
            (feed.statement, feed.closing) = (None, None);
            (feed.sequence, feed.legal_sequence) = (None, None);
        }
        changes.push(FeedChange { feed, event: None });
    }
    Ok(changes)
}

/// Whether one of these statements changes what lies within the feed's unbroken row.
fn is_told_anew(desk: &Desk, row: &FeedRow, seen: &[StatementRow]) -> Result<bool, StoreError> {
    let Some(account) = row.account.as_deref().map(squeezed) else {
        return Ok(false);
    };
    let within = |s: &&StatementRow| {
        s.account == account
            && Some(s.complete_to) <= row.complete_up_to
            && row.whole_since.is_some_and(|since| since <= s.complete_to)
    };
    for statement in seen.iter().filter(within) {
        let known = desk.store.statement_like(desk.lender, statement)?;
        let same = known.is_some_and(|known| {
            let message = statement.message;
            StatementRow { message, ..known } == *statement
        });
        if !same {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Keeps that a provider was asked for a window of time and answered it whole, from the first
/// offset to the page with nothing more: a sign of life, and what the watermark of its feed is
/// made of from then on. The next review judges it.
pub fn pulled(desk: &Desk, feed: &str, window: Pull, now: Stamp) -> Result<(), CommitError> {
    let Some(row) = desk.store.feed(desk.lender, feed)? else {
        return Ok(());
    };
    desk.store.pulled(desk.lender, feed, window)?;
    let feed = FeedRow {
        heartbeat_at: row.heartbeat_at.max(Some(now.at)),
        ..row
    };
    let mut set = ChangeSet::new(now);
    set.feeds.push(FeedChange { feed, event: None });
    desk.store.commit(desk.lender, set).map(|_| ())
}

/// Judges every feed at `now` and writes what changed; contracts on a feed whose state changes
/// are due for review at once. Returns whether any state changed.
pub fn review(desk: &Desk, now: Stamp) -> Result<bool, CommitError> {
    let mut changed = false;
    for before in desk.store.feeds(desk.lender)? {
        let judged = judged(desk, &before, now.at)?;
        if judged == before {
            continue;
        }
        let event = (judged.state != before.state).then_some(judged.state);
        changed |= event.is_some();
        let mut set = ChangeSet::new(now);
        set.feeds.push(FeedChange {
            feed: judged,
            event,
        });
        desk.store.commit(desk.lender, set)?;
    }
    Ok(changed)
}

/// The feed as it is at `now`, by all that is stored of it.
fn judged(desk: &Desk, before: &FeedRow, now: Instant) -> Result<FeedRow, StoreError> {
    let mut row = before.clone();
    for _ in 0..ROUNDS_MAX {
        let statements = statements_ahead(desk, &row)?;
        let pulls = match row.kind == CALLBACK {
            true => {
                let from = row.whole_since.and(row.complete_up_to);
                let (store, lender) = (&desk.store, desk.lender);
                store.pulls_from(lender, &row.feed, from, AHEAD_MAX)?
            }
            false => Vec::new(),
        };
        let ahead = chain::Ahead {
            statements: &statements,
            pulls: &pulls,
        };
        let next = chain::judge(&row, ahead, now);
        let moved = next.complete_up_to > row.complete_up_to;
        let full = statements.len().max(pulls.len()) >= AHEAD_MAX as usize;
        row = FeedRow {
            // The states between two pages are none of their own.
            state_since: match next.state == before.state {
                true => before.state_since,
                false => now,
            },
            unhealthy_since: match next.state {
                FeedState::Healthy => None,
                FeedState::Stale | FeedState::Gap => before.unhealthy_since.or(Some(now)),
            },
            ..next
        };
        if !(full && moved) {
            break;
        }
    }
    Ok(row)
}

fn statements_ahead(desk: &Desk, row: &FeedRow) -> Result<Vec<StatementRow>, StoreError> {
    match &row.account {
        Some(account) if row.kind == STATEMENT => desk.store.statements_from(
            desk.lender,
            &squeezed(account),
            row.complete_up_to.or(row.whole_since),
            AHEAD_MAX,
        ),
        _ => Ok(Vec::new()),
    }
}

/// The next instant at which a healthy feed becomes stale.
pub fn next_deadline(desk: &Desk) -> Result<Option<Instant>, StoreError> {
    let rows = desk.store.feeds(desk.lender)?;
    let healthy = rows.iter().filter(|row| row.state == FeedState::Healthy);
    Ok(healthy.filter_map(deadline).min())
}
