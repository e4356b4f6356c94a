//! One message from the inbox to everything that it changes, in one transaction.
//!
//! Read, draft, post, plan, commit. A message that can't be read, or that the books refuse, is
//! parked with its reason and changes nothing else: a file is all or nothing. Facts that change
//! under the draft are a conflict, and the draft is made again.

use std::panic::{AssertUnwindSafe, catch_unwind};

use fairlock_domain::ledger::{self, Outcome, Posting};
use fairlock_intake::Contents;
use fairlock_intake::statement::{Entry, StatementHead};
use fairlock_storage::{
    BagChange, ChangeSet, CommitError, EnquiryChange, Message, MessageNo, MessageOutcome,
    MessageState, Stamp, StoreError,
};

use super::desk::Desk;
use super::draft::{Draft, DraftError, Drafted, Summary};
use super::news::News;
use super::progress::Stage;
use super::replan::{self, ReplanError};
use super::status_reports::{self, Answers};
use super::{api, cash, feeds, sources, statements, tables};

/// The source of messages that are files, whichever way they came: the same file by two ways is
/// one message.
pub const FILE_SOURCE: &str = "file";

/// A draft that meets a conflict is made again so often: each conflict means that another writer
/// got further, so that more would be a fault of ours.
pub(super) const ATTEMPTS_MAX: u32 = 16;

/// How a message ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    Processed(Summary),
    /// What is wrong, and where.
    Parked(String),
    /// Another process was faster.
    Elsewhere,
}

/// What can go wrong that isn't the message's fault.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Draft(#[from] DraftError),
    #[error(transparent)]
    Replan(#[from] ReplanError),
    #[error(transparent)]
    Commit(#[from] CommitError),
    #[error("message {} isn't there; expected the one that was stored", .0.0)]
    Gone(MessageNo),
    #[error("contract {0}: facts changed under every attempt; expected fewer writers")]
    ContractContended(String),
    #[error("message {0} to a borrower: it went on under every attempt; expected fewer writers")]
    MessageContended(i64),
    #[error("message {}: {ATTEMPTS_MAX} drafts met conflicts; expected fewer writers", .0.0)]
    Contended(MessageNo),
}

impl ProcessError {
    /// Whether other messages would meet it too.
    pub(crate) fn is_everybodys(&self) -> bool {
        matches!(
            self,
            ProcessError::Store(_)
                | ProcessError::Draft(DraftError::Store(_))
                | ProcessError::Replan(ReplanError::Store(_))
                | ProcessError::Commit(CommitError::Store(_))
                | ProcessError::Contended(_)
        )
    }
}

/// What a message says, before anything is looked up but whose account it is of.
#[derive(Default)]
pub struct Reading {
    pub news: Vec<News>,
    pub statements: Vec<StatementHead>,
    /// Bags of cash that were told of, or seen in the bank.
    pub bags: Vec<BagChange>,
    /// Feeds that gave a sign of life.
    pub alive: Vec<String>,
    /// When there is nothing to credit: what it is instead.
    pub remark: Option<String>,
    /// Questions to its provider that arise from it, or that it answers.
    pub enquiries: Vec<EnquiryChange>,
}

/// Processes one message of the inbox.
pub fn process(desk: &Desk, message: &Message, now: Stamp) -> Result<Ended, ProcessError> {
    let reading = match read(desk, message)? {
        Ok(reading) => reading,
        Err(problem) => return park(desk, message.no, problem, now),
    };
    settle(desk, message, &reading, now)
}

/// Does all that a message says, or parks it.
pub fn settle(
    desk: &Desk,
    message: &Message,
    reading: &Reading,
    now: Stamp,
) -> Result<Ended, ProcessError> {
    for _ in 0..ATTEMPTS_MAX {
        let drafted = draft(desk, reading, message.no, message.received, now)?;
        let postings = match post(desk, &drafted)? {
            Ok(postings) => postings,
            Err(problem) => return park(desk, message.no, problem, now),
        };
        let summary = drafted.summary.clone();
        let set = change_set(desk, message, reading, drafted, postings, now)?;
        desk.progress.begin(Stage::Writing, 0);
        match desk.store.commit(desk.lender, set) {
            Ok(_) => return Ok(Ended::Processed(summary)),
            Err(CommitError::MessageSettled(_)) => return Ok(Ended::Elsewhere),
            Err(error) if error.is_conflict() => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ProcessError::Contended(message.no))
}

/// The same; a message that a fault of ours keeps from being processed is parked with what went
/// wrong, so that the messages behind it get their turn. A store that fails is everybody's
/// trouble, and ends the pass.
pub fn process_or_park(desk: &Desk, message: &Message, now: Stamp) -> Result<Ended, ProcessError> {
    let result = catch_unwind(AssertUnwindSafe(|| process(desk, message, now)));
    let problem = match result {
        Ok(Ok(ended)) => return Ok(ended),
        Ok(Err(error)) if error.is_everybodys() => return Err(error),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "a fault of Fairlock's own; the log has its place".to_owned(),
    };
    tracing::error!(message = message.no.0, %problem, "a message can't be processed");
    park(desk, message.no, problem, now)
}

/// What the message would change, as things are now.
pub fn draft(
    desk: &Desk,
    reading: &Reading,
    no: MessageNo,
    received: Stamp,
    now: Stamp,
) -> Result<Drafted, DraftError> {
    let mut draft = Draft::new(desk, no, received, now);
    draft.take(&reading.news)?;
    let mut drafted = draft.finish();
    drafted.summary.statements = reading.statements.len() as u64;
    Ok(drafted)
}

/// Reads a message; the inner error is what is wrong with it, for people.
pub fn read(desk: &Desk, message: &Message) -> Result<Result<Reading, String>, StoreError> {
    if message.source == FILE_SOURCE {
        let mut headers = message.headers.iter();
        let mapping = headers.find(|(name, _)| name == tables::MAPPING);
        let mapping = mapping.map(|(_, value)| value.as_str());
        let mut read = read_file(desk, &message.body, &message.sha256, mapping)?;
        if let Ok(reading) = &mut read {
            cash::bank::deposits(desk, reading)?;
        }
        return Ok(read);
    }
    if message.source == cash::SOURCE {
        return cash::read::read(desk, message);
    }
    if message.source.starts_with(api::SOURCE) {
        return Ok(api::read(message));
    }
    sources::read(desk, message)
}

/// Reads a file of statements, or of status reports, which credit nothing. A table is read by the
/// mapping of that name, else by the one that recognises it.
pub fn read_file(
    desk: &Desk,
    bytes: &[u8],
    sha256: &[u8; 32],
    mapping: Option<&str>,
) -> Result<Result<Reading, String>, StoreError> {
    let mut entries: Vec<Vec<Entry>> = Vec::new();
    desk.progress.begin(Stage::Reading, 0);
    let contents = contents(desk, bytes, mapping, &mut |statement, entry| {
        desk.progress.step();
        entries.resize_with(entries.len().max(statement + 1), Vec::new);
        entries[statement].push(entry);
    });
    let contents = match contents {
        Ok(contents) => contents,
        Err(problem) => return Ok(Err(problem)),
    };
    entries.resize_with(contents.statements.len(), Vec::new);
    let known = desk.store.feeds(desk.lender)?;
    let file: String = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    let answers = status_reports::news(desk, &contents.status_reports, &known, &file)?;
    let mut reading = Reading {
        remark: remark(&contents, &answers),
        news: answers.news,
        ..Reading::default()
    };
    for (position, (head, entries)) in (0u32..).zip(contents.statements.into_iter().zip(entries)) {
        let feed = head
            .account
            .as_deref()
            .and_then(|account| feeds::of_account(&known, account));
        let source = statements::Source {
            feed: feed.map(|row| row.feed.as_str()),
            is_till: feed.is_some_and(|row| row.kind == feeds::CALLBACK),
            file: &file,
            statement: position,
        };
        match statements::news(&head, &entries, &source) {
            Ok(mut news) => {
                super::reconcile::lines::turn_payouts(&mut news, &known);
                reading.news.extend(news);
            }
            Err(problem) => return Ok(Err(problem.to_string())),
        }
        reading.alive.extend(feed.map(|row| row.feed.clone()));
        reading.statements.push(head);
    }
    Ok(Ok(reading))
}

/// Reads a file by its own format, else as a table.
fn contents(
    desk: &Desk,
    mut bytes: &[u8],
    mapping: Option<&str>,
    on_entry: &mut dyn FnMut(usize, Entry),
) -> Result<Contents, String> {
    let mapping = match mapping {
        Some(name) => tables::named(&desk.mappings, name)?,
        None if is_table(bytes, None) => tables::recognised(&desk.mappings, bytes)?,
        None => {
            let read = fairlock_intake::read(&mut bytes, None, on_entry);
            return read.map_err(|problem| problem.to_string());
        }
    };
    tables::read(bytes, mapping, on_entry)
}

/// Whether a file is read as a table: it is sent as one, or is in no other format.
pub fn is_table(mut bytes: &[u8], mapping: Option<&str>) -> bool {
    mapping.is_some() || !is_xml(bytes) && fairlock_intake::detect(&mut bytes).is_err()
}

/// What is wrong with such a file is said by the reader of XML, not by that of tables.
fn is_xml(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    text.trim_ascii_start().starts_with(b"<")
}

/// A file of status reports says what it is of; only answers that name one known payment change
/// anything.
fn remark(contents: &Contents, answers: &Answers) -> Option<String> {
    let reports = contents.status_reports.len();
    (reports > 0).then(|| {
        format!(
            "{reports} status reports: {} answers of payments known here, {} of nothing known",
            answers.news.len(),
            answers.others
        )
    })
}

/// Posts the draft's commands; the inner error is what the books refuse.
pub fn post(desk: &Desk, drafted: &Drafted) -> Result<Result<Vec<Posting>, String>, StoreError> {
    let mut contracts: Vec<&str> = drafted.facts.keys().map(String::as_str).collect();
    let owners = drafted
        .payments
        .iter()
        .filter_map(|c| c.payment.contract_id.as_deref());
    contracts.extend(owners);
    contracts.sort_unstable();
    contracts.dedup();
    let mut subjects: Vec<&str> = drafted
        .commands
        .iter()
        .map(|c| c.subject.as_str())
        .collect();
    subjects.sort_unstable();
    subjects.dedup();
    let mut books = desk.store.ledger(desk.lender, &contracts, &subjects)?;
    desk.progress.begin(Stage::Posting, drafted.commands.len());
    for command in &drafted.commands {
        desk.progress.step();
        let (after, outcome) = ledger::post(books, command);
        books = after;
        if !matches!(outcome, Outcome::Posted | Outcome::Exists) {
            let problem = format!("{}: {}", command.posting_id(), outcome.sentence());
            return Ok(Err(problem));
        }
    }
    Ok(Ok(books.made().cloned().collect()))
}

pub(super) fn change_set(
    desk: &Desk,
    message: &Message,
    reading: &Reading,
    drafted: Drafted,
    postings: Vec<Posting>,
    now: Stamp,
) -> Result<ChangeSet, ProcessError> {
    let mut set = ChangeSet::new(now);
    set.message = Some(MessageOutcome {
        no: message.no,
        state: MessageState::Processed,
        note: note(&drafted.summary, reading.remark.as_deref()),
    });
    let mut events = drafted.events;
    desk.progress.begin(Stage::Planning, drafted.facts.len());
    for (contract_id, (facts, zone)) in drafted.facts {
        desk.progress.step();
        let new = events.remove(&contract_id).unwrap_or_default();
        let change = replan::change_or_later(desk, &facts, zone, new, now.at)?;
        set.contracts.push(change);
    }
    set.bags = reading.bags.clone();
    let feeds = desk.store.feeds(desk.lender)?;
    set.recon_lines = super::reconcile::lines::told(reading, &drafted.lines, &feeds, message);
    set.lines = drafted.lines;
    set.payments = drafted.payments;
    set.postings = postings;
    set.suspense = drafted.suspense;
    set.enquiries = reading.enquiries.clone();
    set.changes = drafted.changes;
    set.statements = feeds::seen(reading, message);
    set.feeds = feeds::alive(desk, reading, message.received, &set.statements)?;
    Ok(set)
}

fn park(desk: &Desk, no: MessageNo, problem: String, now: Stamp) -> Result<Ended, ProcessError> {
    let mut set = ChangeSet::new(now);
    set.message = Some(MessageOutcome {
        no,
        state: MessageState::Parked,
        note: problem.clone(),
    });
    match desk.store.commit(desk.lender, set) {
        Ok(_) => Ok(Ended::Parked(problem)),
        Err(CommitError::MessageSettled(_)) => Ok(Ended::Elsewhere),
        Err(error) => Err(error.into()),
    }
}

/// What came of a message, in one sentence.
pub fn note(summary: &Summary, remark: Option<&str>) -> String {
    let mut note = format!(
        "{} payments new, {} risen, {} known before, {} returned, {} other lines",
        summary.new, summary.risen, summary.known, summary.returned, summary.lines
    );
    if let Some(remark) = remark {
        note = format!("{remark}; {note}");
    }
    if !summary.suspense.is_empty() {
        note += &format!("; {} in suspense", summary.suspense.len());
    }
    if !summary.unclear_returns.is_empty() {
        let places = summary.unclear_returns.join("; ");
        note += &format!("; returns that name no one payment of ours: {places}");
    }
    note
}
