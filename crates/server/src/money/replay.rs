//! Reading kept messages once more, after a reader was put right.
//!
//! The inbox keeps every message byte for byte, so that what a fault of a reader missed can be
//! had without asking the sender again. A message that was right is told again by its own keys
//! and changes nothing; one that was parked is processed; one that says more than was understood
//! then adds what is new. What a line said of one payment is never moved to another by this: such
//! a message stays as it was, and is named for a person. So is one that can't be read any more.
//!
//! On purpose absent: receipts of notices (carriers tell each once), and taking anything back.

use fairlock_storage::{
    ChangeSet, CommitError, Listed, Message, MessageNo, MessageState, ReadAgain, Stamp, StoreError,
};

use super::desk::Desk;
use super::draft::{Drafted, Summary};
use super::process::{self, ATTEMPTS_MAX, Ended, ProcessError};
use super::{feeds, sweep};
use crate::notices;

/// Messages listed at once; their bodies are read one by one.
const LISTED_AT_ONCE: u32 = 256;

/// What became of one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replayed {
    /// It says what it said: nothing was changed.
    Same,
    /// What it added.
    Changed(Summary),
    /// It stays as it was; why.
    Left(String),
}

/// All that a replay came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    pub read: u64,
    pub same: u64,
    /// Messages that added something, with what.
    pub changed: Vec<(MessageNo, String, Summary)>,
    /// Messages that stay as they were, with the reason.
    pub left: Vec<(MessageNo, String, String)>,
}

/// Reads all messages of a list once more, oldest first. `dry_run` only tells. `seen` is told of
/// each message that is done.
pub fn replay(
    desk: &Desk,
    listed: &Listed,
    dry_run: bool,
    now: Stamp,
    seen: &mut dyn FnMut(&Message),
) -> Result<Report, ProcessError> {
    let mut report = Report::default();
    let mut after = MessageNo(0);
    loop {
        let page = desk
            .store
            .messages(desk.lender, listed, after, LISTED_AT_ONCE)?;
        let Some(last) = page.last() else { break };
        after = last.no;
        for head in page.iter().filter(|head| head.source != notices::SOURCE) {
            let message = desk.store.message(desk.lender, head.no)?;
            let message = message.ok_or(ProcessError::Gone(head.no))?;
            report.read += 1;
            match one(desk, &message, dry_run, now)? {
                Replayed::Same => report.same += 1,
                Replayed::Changed(summary) => {
                    report
                        .changed
                        .push((message.no, message.name.clone(), summary));
                }
                Replayed::Left(why) => {
                    report.left.push((message.no, message.name.clone(), why));
                }
            }
            seen(&message);
        }
    }
    if !dry_run && !report.changed.is_empty() {
        feeds::review(desk, now)?;
        sweep::reviews(desk, now)?;
    }
    Ok(report)
}

/// How many messages a list has that a replay would read.
pub fn count(desk: &Desk, listed: &Listed) -> Result<u64, StoreError> {
    let mut after = MessageNo(0);
    let mut count = 0;
    loop {
        let page = desk
            .store
            .messages(desk.lender, listed, after, LISTED_AT_ONCE)?;
        let Some(last) = page.last() else {
            return Ok(count);
        };
        after = last.no;
        count += page.iter().filter(|m| m.source != notices::SOURCE).count() as u64;
    }
}

fn one(
    desk: &Desk,
    message: &Message,
    dry_run: bool,
    now: Stamp,
) -> Result<Replayed, ProcessError> {
    if dry_run {
        return would(desk, message, now);
    }
    if message.state != MessageState::Processed {
        return Ok(match process::process(desk, message, now)? {
            Ended::Processed(summary) => Replayed::Changed(summary),
            Ended::Parked(why) => Replayed::Left(why),
            Ended::Elsewhere => Replayed::Same,
        });
    }
    for _ in 0..ATTEMPTS_MAX {
        let set = match again(desk, message, now)? {
            Again::Set(set, summary) => (set, summary),
            Again::Same => return Ok(Replayed::Same),
            Again::Left(why) => return Ok(Replayed::Left(why)),
        };
        match desk.store.commit(desk.lender, *set.0) {
            Ok(_) => return Ok(Replayed::Changed(set.1)),
            Err(owned @ CommitError::LineOwned { .. }) => {
                return Ok(Replayed::Left(owned.to_string()));
            }
            Err(error) if error.is_conflict() => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ProcessError::Contended(message.no))
}

/// What a processed message comes to, read once more.
enum Again {
    Same,
    Left(String),
    Set(Box<ChangeSet>, Summary),
}

fn again(desk: &Desk, message: &Message, now: Stamp) -> Result<Again, ProcessError> {
    let reading = match process::read(desk, message)? {
        Ok(reading) => reading,
        Err(why) => return Ok(Again::Left(why)),
    };
    let mut drafted = process::draft(desk, &reading, message.no, message.received, now)?;
    let postings = match process::post(desk, &drafted)? {
        Ok(postings) => postings,
        Err(why) => return Ok(Again::Left(why)),
    };
    if is_nothing(&drafted) && postings.is_empty() {
        return Ok(Again::Same);
    }
    drafted.summary.lines = 0;
    let summary = drafted.summary.clone();
    let mut set = process::change_set(desk, message, &reading, drafted, postings, now)?;
    let note = set.message.take().map(|outcome| outcome.note);
    set.read_again = Some(ReadAgain {
        no: message.no,
        note: format!("read again: {}", note.unwrap_or_default()),
    });
    Ok(Again::Set(Box::new(set), summary))
}

fn is_nothing(drafted: &Drafted) -> bool {
    drafted.payments.is_empty() && drafted.suspense.is_empty() && drafted.events.is_empty()
}

/// What a replay of the message would come to.
fn would(desk: &Desk, message: &Message, now: Stamp) -> Result<Replayed, ProcessError> {
    Ok(match again(desk, message, now)? {
        Again::Same => Replayed::Same,
        Again::Left(why) => Replayed::Left(why),
        Again::Set(_, summary) => Replayed::Changed(summary),
    })
}
