//! The one writer: a bounded queue, and group commit without a timer.
//!
//! The thread takes what waits (a group), runs each command in a savepoint of one transaction,
//! commits once, and only then answers all. An idle group is one command; a busy one grows by
//! itself. A command that fails, or panics, is rolled back alone. When the engine itself drops
//! the transaction, the command that made it do so is answered and the rest run again; so a
//! command's body must be able to run twice.
//!
//! A failed write to the log ends the process: after a failed fsync nobody knows what is on the
//! disk, and only a restart reads it again. On purpose absent: waiting for room in the queue.

use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};

use super::checkpoint::Checkpointer;
use super::db::{Db, failure};
use crate::error::StoreError;
use crate::totals::Totals;

/// Commands in one group: past this many, one fsync is shared well enough and answers wait.
const GROUP_MAX: usize = 1_024;

/// Commands that wait. A full queue is told to the caller (503), never kept in memory.
const QUEUE_MAX: usize = 4_096;

/// The log is truncated at a group's end when it is longer than this.
const LOG_BYTES_MAX: u64 = 64 * 1_024 * 1_024;

/// How long a truncation waits for readers before it is left for the next group.
const TRUNCATE_WAIT: Duration = Duration::from_millis(20);

/// What the writer asks of a queued command.
enum Step<'a, 'c> {
    /// Do it; the answer is whether its changes stay.
    Run(&'a mut Tx<'c>),
    /// Its group is durable: tell the caller what the run answered.
    Answer,
    /// Its group isn't: tell the caller why.
    Fail(StoreError),
}

type Command = Box<dyn FnMut(Step<'_, '_>) -> bool + Send>;

/// The transaction of a command.
pub(crate) struct Tx<'c> {
    db: Db<'c>,
    /// What this command adds to account and level totals; added up once a group.
    pub(crate) totals: Totals,
}

impl<'c> Deref for Tx<'c> {
    type Target = Db<'c>;

    fn deref(&self) -> &Db<'c> {
        &self.db
    }
}

pub(super) struct Writer {
    queue: Option<SyncSender<Command>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(
        conn: Connection,
        log: PathBuf,
        busy_timeout: Duration,
        checkpointer: Arc<Checkpointer>,
    ) -> Result<Writer, StoreError> {
        let (queue, waiting) = sync_channel(QUEUE_MAX);
        let desk = Desk {
            conn,
            log,
            busy_timeout,
            checkpointer,
        };
        let thread = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || desk.work(&waiting))
            .map_err(|e| StoreError::Engine {
                operation: "open".into(),
                cause: format!("can't start the writer thread: {e}"),
            })?;
        Ok(Writer {
            queue: Some(queue),
            thread: Some(thread),
        })
    }

    pub(super) fn write<T, E>(
        &self,
        operation: &'static str,
        body: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let answer = self.enqueue(operation, body)?;
        answer.recv().unwrap_or(Err(StoreError::Closed.into()))
    }

    /// Puts a command in the queue; its answer comes when its group is durable.
    pub(super) fn enqueue<T, E>(
        &self,
        operation: &'static str,
        mut body: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<Receiver<Result<T, E>>, StoreError>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (sender, answer) = sync_channel::<Result<T, E>>(1);
        let mut ran = None;
        let command: Command = Box::new(move |step| {
            let told = match step {
                Step::Run(tx) => {
                    tx.db.operation = operation;
                    // What an earlier run answered counts no more, should this one panic.
                    ran = None;
                    let result = body(tx);
                    let stays = result.is_ok();
                    ran = Some(result);
                    return stays;
                }
                Step::Answer => ran
                    .take()
                    .unwrap_or_else(|| Err(panicked(operation).into())),
                Step::Fail(error) => Err(error.into()),
            };
            // A caller that has gone away doesn't change what was written.
            let _ = sender.send(told);
            true
        });
        let queue = self.queue.as_ref().ok_or(StoreError::Closed)?;
        queue.try_send(command).map_err(|refused| match refused {
            TrySendError::Full(_) => StoreError::QueueFull { waiting: QUEUE_MAX },
            TrySendError::Disconnected(_) => StoreError::Closed,
        })?;
        Ok(answer)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What the writer's thread owns.
struct Desk {
    conn: Connection,
    log: PathBuf,
    busy_timeout: Duration,
    checkpointer: Arc<Checkpointer>,
}

impl Desk {
    fn work(self, waiting: &Receiver<Command>) {
        while let Ok(first) = waiting.recv() {
            let more = waiting.try_iter().take(GROUP_MAX - 1);
            self.serve(std::iter::once(first).chain(more).collect());
            self.checkpointer.grown();
            self.truncate_long_log();
        }
    }

    /// Commits a group and answers each of its commands. When the group as a whole can't be
    /// committed, each command is tried alone, so that the one at fault fails alone.
    fn serve(&self, mut group: Vec<Command>) {
        let alone = |e: &StoreError| !matches!(e, StoreError::Busy { .. } | StoreError::DiskFull);
        match self.run_group(&mut group) {
            Ok(()) => group.iter_mut().for_each(|command| {
                command(Step::Answer);
            }),
            Err(error) if group.len() > 1 && alone(&error) => {
                for command in group {
                    self.serve(vec![command]);
                }
            }
            Err(error) => group.iter_mut().for_each(|command| {
                command(Step::Fail(error.clone()));
            }),
        }
    }

    /// Runs and commits a group, or rolls it back; takes out and answers a command that made the
    /// engine drop the transaction.
    fn run_group(&self, group: &mut Vec<Command>) -> Result<(), StoreError> {
        loop {
            self.batch("BEGIN IMMEDIATE")?;
            let mut totals = Totals::default();
            let ran = self.run_each(group, &mut totals);
            match ran {
                Ok(None) => {}
                Ok(Some((culprit, step))) => {
                    group.remove(culprit)(step);
                    continue;
                }
                Err(error) => {
                    self.roll_back();
                    return Err(error);
                }
            }
            let done = self.finish(&totals);
            if done.is_err() {
                self.roll_back();
            }
            return done;
        }
    }

    /// Runs each command in a savepoint. When the transaction is lost: at which command, and
    /// what to tell it.
    fn run_each(
        &self,
        group: &mut [Command],
        totals: &mut Totals,
    ) -> Result<Option<(usize, Step<'static, 'static>)>, StoreError> {
        for (at, command) in group.iter_mut().enumerate() {
            self.batch("SAVEPOINT command")?;
            let mut tx = self.transaction("write");
            let ran = catch_unwind(AssertUnwindSafe(|| command(Step::Run(&mut tx))));
            let stays = ran.unwrap_or_else(|_| {
                tracing::error!("a command panicked; its changes are undone");
                false
            });
            if self.conn.is_autocommit() {
                let lost = StoreError::Engine {
                    operation: "write".into(),
                    cause: "the engine dropped the transaction".into(),
                };
                let step = if stays {
                    Step::Fail(lost)
                } else {
                    Step::Answer
                };
                return Ok(Some((at, step)));
            }
            if stays {
                totals.add(std::mem::take(&mut tx.totals));
                self.batch("RELEASE command")?;
            } else {
                self.batch("ROLLBACK TO command; RELEASE command")?;
            }
        }
        Ok(None)
    }

    fn finish(&self, totals: &Totals) -> Result<(), StoreError> {
        totals.store(&self.transaction("totals").db)?;
        let Err(error) = self.conn.execute_batch("COMMIT") else {
            return Ok(());
        };
        if error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure) {
            tracing::error!(%error, "the log can't be written; the process ends, a restart reads what is on the disk");
            std::process::abort();
        }
        Err(failure("commit", error, self.busy_timeout))
    }

    fn transaction(&self, operation: &'static str) -> Tx<'_> {
        Tx {
            db: Db::new(&self.conn, operation, self.busy_timeout),
            totals: Totals::default(),
        }
    }

    fn batch(&self, sql: &str) -> Result<(), StoreError> {
        let done = self.conn.execute_batch(sql);
        done.map_err(|e| failure("transaction", e, self.busy_timeout))
    }

    fn roll_back(&self) {
        if self.conn.is_autocommit() {
            return;
        }
        if let Err(error) = self.conn.execute_batch("ROLLBACK") {
            tracing::error!(%error, "a group can't be rolled back");
        }
    }

    fn truncate_long_log(&self) {
        let long = std::fs::metadata(&self.log).is_ok_and(|log| log.len() > LOG_BYTES_MAX);
        if !long {
            return;
        }
        let truncate = || {
            self.conn.busy_timeout(TRUNCATE_WAIT)?;
            let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
            self.conn.query_row(sql, [], |_| Ok(()))
        };
        if let Err(error) = truncate() {
            tracing::warn!(%error, "the log can't be truncated now; it is tried after the next group");
        }
        if let Err(error) = self.conn.busy_timeout(self.busy_timeout) {
            tracing::warn!(%error, "the busy timeout can't be set");
        }
    }
}

fn panicked(operation: &'static str) -> StoreError {
    StoreError::Engine {
        operation: operation.into(),
        cause: "the command panicked; its changes are undone".into(),
    }
}
