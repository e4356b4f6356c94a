//! The unbroken row: how far a feed has told everything, and why not further. Pure.
//!
//! Statements are walked in the order of their ends, whatever the order in which they came. A
//! statement is whole when its closing is its opening plus its entries, when its number is the
//! next one, and when it opens with the closing balance before. What tells the same again (a
//! duplicate in another format, a month's summary after its days) is passed over. Numbers begin
//! anew at 1: the balances prove it, or a new year does. Windows of time that a provider was asked
//! for form such a row too.
//!
//! On purpose absent: guessing what a missing statement held, and declaring a gap closed by hand.

use fairlock_domain::calendar::Instant;
use fairlock_domain::calendar::zone::utc;
use fairlock_domain::standing::FeedState;
use fairlock_storage::{FeedReason, FeedRow, Pull, StatementRow};

use super::CALLBACK;

/// Why the row goes no further, with what was found and what was expected.
type Broken = (FeedReason, String);

/// What a feed told beyond its watermark.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ahead<'a> {
    /// Statements that end at the watermark or later, oldest first.
    pub statements: &'a [StatementRow],
    /// Windows that end at the watermark or later, by their end.
    pub pulls: &'a [Pull],
}

/// The feed as it is at `now`.
pub fn judge(row: &FeedRow, ahead: Ahead<'_>, now: Instant) -> FeedRow {
    let mut after = row.clone();
    let gap = match (row.kind == CALLBACK, ahead.pulls) {
        (false, _) => walk(&mut after, ahead.statements),
        (true, []) => {
            // A caller that can't be asked is believed up to its last call.
            after.complete_up_to = row.heartbeat_at;
            None
        }
        (true, pulls) => cover(&mut after, pulls),
    };
    let broken = gap.or_else(|| silence(&after, now));
    after.reason = broken.as_ref().map(|(reason, _)| *reason);
    after.state = after.reason.map_or(FeedState::Healthy, FeedReason::state);
    after.why = broken.map(|(_, why)| why);
    if after.state != row.state {
        after.state_since = now;
    }
    after.unhealthy_since = match after.state {
        FeedState::Healthy => None,
        FeedState::Stale | FeedState::Gap => row.unhealthy_since.or(Some(now)),
    };
    after
}

/// Moves the watermark over every statement that follows; what the first one that doesn't breaks.
fn walk(after: &mut FeedRow, statements: &[StatementRow]) -> Option<Broken> {
    let is_last = |s: &StatementRow| {
        after.complete_up_to == Some(s.complete_to)
            && after.statement.as_ref() == Some(&s.statement)
    };
    let (mut last, ahead) = match statements.iter().position(is_last) {
        Some(at) => (statements.get(at), &statements[at + 1..]),
        None => (None, statements),
    };
    for next in ahead {
        match follows(after, last, next) {
            Ok(Step::On) => {
                after.whole_since = after.whole_since.or(Some(next.complete_to));
                after.sequence = next.sequence;
                after.legal_sequence = next.legal_sequence;
                after.closing = next.closing;
            }
            Ok(Step::Again) => {}
            Err(broken) => return Some(broken),
        }
        after.complete_up_to = after.complete_up_to.max(Some(next.complete_to));
        after.statement = Some(next.statement.clone());
        last = Some(next);
    }
    None
}

enum Step {
    /// The row goes on with it.
    On,
    /// It tells what the row has already.
    Again,
}

/// How a number stands to the one before.
enum Numbering {
    Next,
    /// A page of the same statement, or the statement again.
    Same,
    Anew,
    Jump {
        found: u64,
        expected: u64,
    },
    /// One of the two has none.
    Unknown,
}

/// Whether a statement follows on the row; the checks in their order.
fn follows(
    row: &FeedRow,
    last: Option<&StatementRow>,
    next: &StatementRow,
) -> Result<Step, Broken> {
    let id = &next.statement;
    if next.chains == Some(false) {
        let why = format!("statement {id}: closing isn't opening plus entries");
        return Err((FeedReason::WrongSum, why));
    }
    let numbering = numbering(row, next);
    let again = last.is_some_and(|last| tells_again(row, last, next));
    let opens = opens(row, next);
    match (numbering, opens) {
        (Numbering::Next | Numbering::Unknown, None | Some(true))
        | (Numbering::Same | Numbering::Anew, Some(true)) => Ok(Step::On),
        _ if again => Ok(Step::Again),
        (Numbering::Anew, None) if begins_year(row, next) => Ok(Step::On),
        (Numbering::Jump { found, expected }, _) => {
            let why = format!("statement {id} has number {found}; expected {expected}");
            Err((FeedReason::MissingStatement, why))
        }
        (Numbering::Anew | Numbering::Same, None) => {
            let number = next.sequence.or(next.legal_sequence).unwrap_or_default();
            let why = format!(
                "statement {id} has number {number} and no balances; expected {}",
                before(row).unwrap_or_default() + 1
            );
            Err((FeedReason::MissingStatement, why))
        }
        (_, _) => {
            let balance = |money: Option<fairlock_domain::money::Money>| {
                money.map_or_else(|| "nothing".to_owned(), |m| m.to_string())
            };
            let why = format!(
                "statement {id} opens with {}; expected {}, the closing before",
                balance(next.opening),
                balance(row.closing)
            );
            Err((FeedReason::BrokenChain, why))
        }
    }
}

/// By the electronic numbers where both have one, else by the legal ones. 0 is no number.
fn numbering(row: &FeedRow, next: &StatementRow) -> Numbering {
    let pair = |one: Option<u64>, other: Option<u64>| one.zip(other).filter(|p| p.0 > 0 && p.1 > 0);
    let electronic = pair(row.sequence, next.sequence);
    match electronic.or_else(|| pair(row.legal_sequence, next.legal_sequence)) {
        None => Numbering::Unknown,
        Some((last, found)) if found == last + 1 => Numbering::Next,
        Some((last, found)) if found == last => Numbering::Same,
        Some((_, 1)) => Numbering::Anew,
        Some((last, found)) => Numbering::Jump {
            found,
            expected: last + 1,
        },
    }
}

fn before(row: &FeedRow) -> Option<u64> {
    row.sequence.or(row.legal_sequence)
}

/// Whether it opens with the closing balance before; `None` when one of the two isn't known.
fn opens(row: &FeedRow, next: &StatementRow) -> Option<bool> {
    let (closing, opening) = row.closing.zip(next.opening)?;
    (closing.currency() == opening.currency()).then_some(closing == opening)
}

/// The same statement in another file or format, or a longer period's that ends where the row
/// does: its closing balance is the row's.
fn tells_again(row: &FeedRow, last: &StatementRow, next: &StatementRow) -> bool {
    let same_end = utc().day_of(last.complete_to) == utc().day_of(next.complete_to)
        || Some(next.complete_to) <= row.complete_up_to;
    let same_number = matches!(numbering(row, next), Numbering::Same);
    let same_closing = next.closing == row.closing;
    let same_opening = next.opening == last.opening;
    match next.closing.is_some() {
        true => same_closing && (same_end || (same_number && same_opening)),
        false => same_number && same_end,
    }
}

/// Its last day is in a later year than the row's.
fn begins_year(row: &FeedRow, next: &StatementRow) -> bool {
    // An end at midnight is the day before.
    let year = |end: Instant| utc().day_of(end).plus_days(-1).ymd().0;
    let ended = row.complete_up_to.map(year);
    ended.is_some_and(|ended| year(next.complete_to) > ended)
}

/// Moves the watermark over every window that begins within what is covered.
fn cover(after: &mut FeedRow, pulls: &[Pull]) -> Option<Broken> {
    let mut covered = match after.whole_since {
        Some(_) => after.complete_up_to,
        None => None,
    };
    let mut by_begin: Vec<Pull> = pulls.to_vec();
    by_begin.sort_by_key(|pull| (pull.from, pull.to));
    let mut gap = None;
    for pull in by_begin {
        let Some(end) = covered else {
            after.whole_since = Some(pull.from);
            covered = Some(pull.to);
            continue;
        };
        if pull.from > end {
            let why = format!("nobody asked for what came between {end} and {}", pull.from);
            gap = Some((FeedReason::MissingPull, why));
            break;
        }
        covered = Some(end.max(pull.to));
    }
    after.complete_up_to = covered;
    gap
}

/// Why the feed is stale at `now`, if it is.
fn silence(row: &FeedRow, now: Instant) -> Option<Broken> {
    if deadline(row).is_some_and(|at| at > now) {
        return None;
    }
    let hours = row.period.as_hours();
    let silent = format!("nothing new within {hours} h");
    Some(match (row.heartbeat_at, row.complete_up_to) {
        (None, _) => (FeedReason::NeverHeard, silent),
        (Some(at), _) if at.plus(row.period) <= now => (FeedReason::Silent, silent),
        _ => {
            let why = format!("nothing new within {hours} h: it lives, and what it tells is old");
            (FeedReason::Late, why)
        }
    })
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
