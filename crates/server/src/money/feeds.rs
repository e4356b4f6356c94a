//! Feed health: whether a source of payment news is complete, and up to when.
//!
//! A bank account's statements are complete up to the end of the last one in an unbroken row:
//! numbers that rise by one, opening balances that are the closing ones before, closings that are
//! opening plus entries. A till is complete up to its last confirmation. A row that breaks is a
//! gap until the missing statement comes; a source that is silent for its period, or whose
//! watermark lags by two, is stale. While a feed isn't healthy nobody on it climbs.
//!
//! Failure is a feed that looks complete and isn't. On purpose absent: guessing what a missing
//! statement held, and declaring a gap closed by hand.

use fairlock_domain::calendar::Instant;
use fairlock_domain::money::{Currency, Money};
use fairlock_domain::standing::FeedState;
use fairlock_intake::statement::{Balance, Direction};
use fairlock_storage::{
    ChangeSet, CommitError, FeedChange, FeedRow, Message, Stamp, StatementRow, StoreError,
};

use super::camt;
use super::desk::Desk;
use super::news::Telling;
use super::process::Reading;

/// The kind of a feed that statements bring.
pub const STATEMENT: &str = "statement";

/// The kind of a feed that a provider's calls bring.
pub const CALLBACK: &str = "callback";

/// Statements behind a gap that are looked at; more than a year of daily ones.
const AHEAD_MAX: u32 = 400;

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
    let finals = all.filter(|(_, head)| camt::telling(head) == Telling::Statement);
    finals
        .filter_map(|(position, head)| {
            Some(StatementRow {
                account: squeezed(head.account.as_deref()?),
                statement: head
                    .statement
                    .clone()
                    .unwrap_or_else(|| format!("{}/{position}", message.no.0)),
                message: message.no,
                sequence: head.electronic_sequence.or(head.legal_sequence),
                opening: head.opening.as_ref().and_then(money),
                closing: head.closing.as_ref().and_then(money),
                chains: head.balances_chain,
                complete_to: camt::complete_to(head, message.received.at)
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

/// Judges every feed at `now` and writes what changed; contracts on a feed whose state changes
/// are due for review at once. Returns whether any state changed.
pub fn review(desk: &Desk, now: Stamp) -> Result<bool, CommitError> {
    let mut changed = false;
    for row in desk.store.feeds(desk.lender)? {
        let ahead = statements_ahead(desk, &row)?;
        let judged = judge(&row, &ahead, now.at);
        if judged == row {
            continue;
        }
        let event = (judged.state != row.state).then_some(judged.state);
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

fn statements_ahead(desk: &Desk, row: &FeedRow) -> Result<Vec<StatementRow>, StoreError> {
    match &row.account {
        Some(account) if row.kind == STATEMENT => desk.store.statements_from(
            desk.lender,
            &squeezed(account),
            row.complete_up_to,
            AHEAD_MAX,
        ),
        _ => Ok(Vec::new()),
    }
}

/// The feed as it is at `now`, given the statements that end at its watermark or after, oldest
/// first.
pub fn judge(row: &FeedRow, ahead: &[StatementRow], now: Instant) -> FeedRow {
    let mut after = row.clone();
    let mut gap = None;
    if row.kind == CALLBACK {
        after.complete_up_to = row.heartbeat_at;
    }
    for statement in ahead {
        let same_end = after.complete_up_to == Some(statement.complete_to);
        if same_end && statement.sequence <= after.sequence {
            continue;
        }
        if let Some(why) = breaks(&after, statement) {
            gap = Some(why);
            break;
        }
        after.complete_up_to = Some(statement.complete_to);
        after.sequence = statement.sequence.or(after.sequence);
        after.closing = statement.closing;
    }
    let silent = deadline(&after).is_none_or(|at| at <= now);
    (after.state, after.why) = match gap {
        Some(why) => (FeedState::Gap, Some(why)),
        None if silent => (FeedState::Stale, Some(silence(&after))),
        None => (FeedState::Healthy, None),
    };
    if after.state != row.state {
        after.state_since = now;
    }
    after
}

fn silence(row: &FeedRow) -> String {
    format!("nothing new within {} h", row.period.as_hours())
}

/// Why a statement doesn't follow on the watermark, in the order of the checks.
fn breaks(row: &FeedRow, next: &StatementRow) -> Option<String> {
    let id = &next.statement;
    if next.chains == Some(false) {
        return Some(format!(
            "statement {id}: closing isn't opening plus entries"
        ));
    }
    if let (Some(last), Some(number)) = (row.sequence, next.sequence)
        && number != last + 1
        && number != 1
    {
        return Some(format!(
            "statement {id} has number {number}; expected {}",
            last + 1
        ));
    }
    match (row.closing, next.opening) {
        (Some(closing), Some(opening))
            if closing.currency() == opening.currency() && closing != opening =>
        {
            Some(format!(
                "statement {id} opens with {opening}; expected {closing}, the closing before"
            ))
        }
        _ => None,
    }
}

/// When the feed becomes stale with no news: its period after its last sign of life, and twice
/// that after the end of what it told, for a source that is alive but late is no better. `None`
/// when it never gave a sign and is stale already.
pub fn deadline(row: &FeedRow) -> Option<Instant> {
    let alive = match (row.heartbeat_at, row.state) {
        (Some(at), _) => at,
        (None, FeedState::Stale) => return None,
        (None, _) => row.state_since,
    };
    let complete = row.complete_up_to.unwrap_or(alive);
    let (silent, late) = (row.period, row.period.plus(row.period));
    Some(alive.plus(silent).min(complete.plus(late)))
}

/// The next instant at which a healthy feed becomes stale.
pub fn next_deadline(desk: &Desk) -> Result<Option<Instant>, StoreError> {
    let rows = desk.store.feeds(desk.lender)?;
    let healthy = rows.iter().filter(|row| row.state == FeedState::Healthy);
    Ok(healthy.filter_map(deadline).min())
}
