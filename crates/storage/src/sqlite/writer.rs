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

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::{CachedStatement, Connection, ErrorCode, Params, Row};

use super::checkpoint::Checkpointer;
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

/// The transaction as operations see it.
pub(crate) struct Tx<'c> {
    conn: &'c Connection,
    operation: &'static str,
    busy_timeout: Duration,
    /// What this command adds to account and level totals; added up once a group.
    pub(crate) totals: Totals,
}

impl Tx<'_> {
    /// The connection, for functions that read or write.
    pub(crate) fn conn(&self) -> &Connection {
        self.conn
    }

    /// Runs a statement and returns how many rows it touched.
    pub(crate) fn run(&self, sql: &'static str, params: impl Params) -> Result<usize, StoreError> {
        let done = self.statement(sql)?.execute(params);
        done.map_err(|e| self.failure(e))
    }

    /// Runs an insert and returns the number of its row.
    pub(crate) fn insert(&self, sql: &'static str, params: impl Params) -> Result<i64, StoreError> {
        let done = self.statement(sql)?.insert(params);
        done.map_err(|e| self.failure(e))
    }

    /// The first row of a query.
    pub(crate) fn first<T>(
        &self,
        sql: &'static str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut statement = self.statement(sql)?;
        let mut rows = statement.query(params).map_err(|e| self.failure(e))?;
        match rows.next().map_err(|e| self.failure(e))? {
            Some(row) => read(row).map(Some),
            None => Ok(None),
        }
    }

    fn statement(&self, sql: &'static str) -> Result<CachedStatement<'_>, StoreError> {
        self.conn.prepare_cached(sql).map_err(|e| self.failure(e))
    }

    fn failure(&self, error: rusqlite::Error) -> StoreError {
        failure(self.operation, error, self.busy_timeout)
    }
}

/// What a failure of the engine means to a caller.
pub(crate) fn failure(
    operation: &'static str,
    error: rusqlite::Error,
    busy_timeout: Duration,
) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy {
            waited_ms: u64::try_from(busy_timeout.as_millis()).unwrap_or(u64::MAX),
        },
        Some(ErrorCode::DiskFull) => StoreError::DiskFull,
        _ => StoreError::Engine {
            operation: operation.into(),
            cause: error.to_string(),
        },
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
        mut body: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (sender, answer) = sync_channel::<Result<T, E>>(1);
        let mut ran = None;
        let command: Command = Box::new(move |step| {
            let told = match step {
                Step::Run(tx) => {
                    tx.operation = operation;
                    let result = body(tx);
                    let stays = result.is_ok();
                    ran = Some(result);
                    return stays;
                }
                Step::Answer => ran.take().unwrap_or(Err(StoreError::Closed.into())),
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
        answer.recv().unwrap_or(Err(StoreError::Closed.into()))
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
            let mut group: Vec<Command> = std::iter::once(first).chain(more).collect();
            match self.run_group(&mut group) {
                Ok(()) => group.iter_mut().for_each(|command| {
                    command(Step::Answer);
                }),
                Err(error) => group.iter_mut().for_each(|command| {
                    command(Step::Fail(error.clone()));
                }),
            }
            self.checkpointer.grown();
            self.truncate_long_log();
        }
    }

    /// Runs and commits a group; takes out and answers a command that made the engine drop the
    /// transaction.
    fn run_group(&self, group: &mut Vec<Command>) -> Result<(), StoreError> {
        loop {
            self.batch("BEGIN IMMEDIATE")?;
            let mut totals = Totals::default();
            let dropped = self.run_each(group, &mut totals)?;
            if let Some(culprit) = dropped {
                let mut command = group.remove(culprit);
                command(Step::Answer);
                continue;
            }
            return self.finish(&totals);
        }
    }

    /// Runs each command in a savepoint; the index of the one at which the transaction was lost.
    fn run_each(
        &self,
        group: &mut [Command],
        totals: &mut Totals,
    ) -> Result<Option<usize>, StoreError> {
        for (at, command) in group.iter_mut().enumerate() {
            self.batch("SAVEPOINT command")?;
            let mut tx = Tx {
                conn: &self.conn,
                operation: "write",
                busy_timeout: self.busy_timeout,
                totals: Totals::default(),
            };
            let ran = catch_unwind(AssertUnwindSafe(|| command(Step::Run(&mut tx))));
            let stays = ran.unwrap_or_else(|_| {
                tracing::error!("a command panicked; its changes are undone");
                false
            });
            if self.conn.is_autocommit() {
                return Ok(Some(at));
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
        let tx = Tx {
            conn: &self.conn,
            operation: "totals",
            busy_timeout: self.busy_timeout,
            totals: Totals::default(),
        };
        if let Err(error) = totals.store(&tx) {
            let _ = self.conn.execute_batch("ROLLBACK");
            return Err(error);
        }
        let Err(error) = self.conn.execute_batch("COMMIT") else {
            return Ok(());
        };
        if error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure) {
            tracing::error!(%error, "the log can't be written; the process ends, a restart reads what is on the disk");
            std::process::abort();
        }
        let _ = self.conn.execute_batch("ROLLBACK");
        Err(failure("commit", error, self.busy_timeout))
    }

    fn batch(&self, sql: &str) -> Result<(), StoreError> {
        let done = self.conn.execute_batch(sql);
        done.map_err(|e| failure("transaction", e, self.busy_timeout))
    }

    fn truncate_long_log(&self) {
        let long = std::fs::metadata(&self.log).is_ok_and(|log| log.len() > LOG_BYTES_MAX);
        if !long {
            return;
        }
        let truncate = || {
            self.conn.busy_timeout(TRUNCATE_WAIT)?;
            let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
            self.conn.query_row(sql, [], |_| Ok(()))?;
            self.conn.busy_timeout(self.busy_timeout)
        };
        if let Err(error) = truncate() {
            tracing::warn!(%error, "the log can't be truncated now; it is tried after the next group");
        }
    }
}
