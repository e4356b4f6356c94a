//! What people do about a break: take it, explain it, or write it off, which takes two of them.
//!
//! A write-off is a posting between the channel's clearing account and the rounding account, by the
//! break's amount; it stands with the break's end in one commit. On purpose absent: a write-off of
//! what only lies on another day, which time closes by itself.

use fairlock_domain::ledger::{self, Command, Outcome, Work};
use fairlock_domain::money::Money;
use fairlock_storage::{
    BreakClose, BreakRow, BreakState, ChangeSet, CommitError, LenderId, Stamp, Store, StoreError,
};

use super::super::feeds::time::{NAME_MAX, REASON_MAX};
use super::compare::BreakKind;

/// Why something isn't done about a break, in the order of the checks.
#[derive(Debug, thiserror::Error)]
pub enum CloseError {
    #[error("{what}: {found} characters; expected 1 to {max}, on one line")]
    Text {
        what: &'static str,
        found: usize,
        max: usize,
    },
    #[error("break {0}: isn't there; expected one that a reconciliation found")]
    Unknown(i64),
    #[error("break {no}: is {}; expected it {expected}", .state.name())]
    State {
        no: i64,
        state: BreakState,
        expected: &'static str,
    },
    #[error("break {0}: lies only on another day; expected one with money in it")]
    OnlyTiming(i64),
    #[error("break {0}: was proposed by the same person; expected a second one")]
    SamePerson(i64),
    #[error("break {no}: the books refuse its posting: {sentence}")]
    Books { no: i64, sentence: &'static str },
    #[error(transparent)]
    Commit(#[from] CommitError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What can be done about a break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// It is that person's from now on.
    Own,
    /// It is right as it is; why says so.
    Explain,
    /// Asks a second person to write it off.
    ProposeWriteOff,
    /// The second person does.
    WriteOff,
}

/// Does it.
pub fn act(
    store: &Store,
    lender: LenderId,
    no: i64,
    act: Act,
    (by, why): (&str, &str),
    now: Stamp,
) -> Result<(), CloseError> {
    let by = text("name", by, NAME_MAX)?;
    let why = match act {
        Act::Own => String::new(),
        _ => text("reason", why, REASON_MAX)?,
    };
    let row = store.recon_break(lender, no)?;
    let row = row.ok_or(CloseError::Unknown(no))?;
    let wrong = |expected| CloseError::State {
        no,
        state: row.state,
        expected,
    };
    if row.state == BreakState::Closed {
        return Err(wrong("open"));
    }
    let done = match act {
        Act::Own => store.own_break(lender, no, by)?,
        Act::Explain => {
            let reason = "explained";
            let close = BreakClose {
                no,
                by,
                reason,
                why,
            };
            store.close_break(lender, close, now.at)?
        }
        Act::ProposeWriteOff => {
            if row.kind == BreakKind::Timing.name() {
                return Err(CloseError::OnlyTiming(no));
            }
            if row.state != BreakState::Open {
                return Err(wrong("open"));
            }
            store.propose_write_off(lender, no, by, why, now.at)?
        }
        Act::WriteOff => {
            if row.state != BreakState::Proposed {
                return Err(wrong("proposed"));
            }
            let first = row.proposed_by.as_deref().unwrap_or_default();
            if plain(first) == plain(&by) {
                return Err(CloseError::SamePerson(no));
            }
            let reason = "written_off";
            let close = BreakClose {
                no,
                by,
                reason,
                why,
            };
            return post(store, lender, &row, close, now);
        }
    };
    match done {
        true => Ok(()),
        // Somebody else was faster.
        false => Err(wrong("open")),
    }
}

/// Closes a break with a posting of its amount.
pub(super) fn post(
    store: &Store,
    lender: LenderId,
    row: &BreakRow,
    close: BreakClose,
    now: Stamp,
) -> Result<(), CloseError> {
    // Theirs less ours below zero: our clearing account says too much.
    let credit = row.amount.minor() < 0;
    let amount = Money::new(row.amount.minor().abs(), row.amount.currency());
    let command = Command {
        subject: format!("B-{}", row.no),
        at: now.at,
        work: Work::Round {
            channel: row.channel.clone(),
            credit,
            amount,
        },
    };
    let books = store.ledger(lender, &[], &[&command.subject])?;
    let (books, outcome) = ledger::post(books, &command);
    if !matches!(outcome, Outcome::Posted | Outcome::Exists) {
        let (no, sentence) = (row.no, outcome.sentence());
        return Err(CloseError::Books { no, sentence });
    }
    let mut set = ChangeSet::new(now);
    set.postings = books.made().cloned().collect();
    set.breaks_closed.push(close);
    store.commit(lender, set)?;
    Ok(())
}

fn text(what: &'static str, text: &str, max: usize) -> Result<String, CloseError> {
    let text = text.trim();
    let found = text.chars().count();
    if !(1..=max).contains(&found) || text.chars().any(char::is_control) {
        return Err(CloseError::Text { what, found, max });
    }
    Ok(text.to_owned())
}

/// A person's name without what doesn't make another person.
fn plain(name: &str) -> String {
    let words: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}
