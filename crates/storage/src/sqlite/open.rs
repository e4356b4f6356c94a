//! Opening the database: version, pragmas, migrations, threads.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::checkpoint::Checkpointer;
use super::db::{Db, failure};
use super::migrate;
use super::readers::Readers;
use super::writer::{Tx, Writer};
use crate::error::StoreError;

/// Older versions can corrupt the log when two connections reset it at once.
const VERSION_MIN: i32 = 3_051_003;
const VERSION_MIN_TEXT: &str = "3.51.3";

/// "FLCK": marks a file as ours, so that another program's database is refused untouched.
const APPLICATION_ID: i32 = 0x464c_434b;

/// Prepared statements kept by each connection: more than this crate has.
const STATEMENTS_MAX: usize = 256;

/// How the embedded database is opened.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How long a write waits for another process that holds the database. Five seconds is
    /// longer than any import's transaction on a small machine.
    pub busy_timeout: Duration,
    /// Connections for reading: enough that a page never waits for a report, few enough that
    /// their caches (16 MiB each at most) don't matter.
    pub readers: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            busy_timeout: Duration::from_secs(5),
            readers: 4,
        }
    }
}

/// The open database with its threads; dropping it ends them after the last write.
pub(crate) struct Engine {
    // Dropped in this order: no more writes, then no more checkpoints.
    pub(super) writer: Writer,
    readers: Readers,
    _checkpointer: Arc<Checkpointer>,
}

impl Engine {
    pub(crate) fn open(path: &Path, options: Options) -> Result<Engine, StoreError> {
        if rusqlite::version_number() < VERSION_MIN {
            return Err(StoreError::EngineTooOld {
                found: rusqlite::version(),
                expected: VERSION_MIN_TEXT,
            });
        }
        let mut first = connect(path, options)?;
        claim(&first, path)?;
        migrate::run(&mut first)?;
        let checkpointer = Arc::new(Checkpointer::start(connect(path, options)?)?);
        let readers = (0..options.readers.max(1)).map(|_| {
            let reader = connect(path, options)?;
            let only = reader.pragma_update(None, "query_only", true);
            only.map_err(|e| failure("open", e, options.busy_timeout))?;
            Ok(reader)
        });
        let readers = Readers::new(readers.collect::<Result<_, StoreError>>()?);
        let log = log_path(path);
        let writer = Writer::start(first, log, options.busy_timeout, checkpointer.clone())?;
        Ok(Engine {
            writer,
            readers,
            _checkpointer: checkpointer,
        })
    }

    /// Runs a command in the writer's next group; returns when it is durable, or refused.
    pub(crate) fn write<T, E>(
        &self,
        operation: &'static str,
        body: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.writer.write(operation, body)
    }

    /// Runs reads on one snapshot of the database.
    pub(crate) fn read<T, E: From<StoreError>>(
        &self,
        operation: &'static str,
        body: impl FnOnce(&Db<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.readers.read(operation, body)
    }
}

fn connect(path: &Path, options: Options) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let pragmas = |conn: &Connection| {
        conn.busy_timeout(options.busy_timeout)?;
        conn.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
        // Without this a statement whose plan might use a partial index is prepared anew for
        // each value bound to it: a third of the time of a pass. Partial indexes are used by
        // statements that name their words as literals.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        conn.pragma_update(None, "trusted_schema", false)?;
        conn.pragma_update(None, "foreign_keys", true)?;
        conn.pragma_update(None, "synchronous", "FULL")?;
        conn.pragma_update(None, "wal_autocheckpoint", 0)?;
        conn.pragma_update(None, "cache_size", -16_384)
    };
    let conn = Connection::open_with_flags(path, flags).map_err(|e| unopened(path, e))?;
    pragmas(&conn).map_err(|e| unopened(path, e))?;
    Ok(conn)
}

/// Makes a new file ours, or checks that an old one is; turns on the log.
fn claim(conn: &Connection, path: &Path) -> Result<(), StoreError> {
    let number = |pragma: &str| conn.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let id = number("application_id").map_err(|e| unopened(path, e))?;
    let empty = number("page_count").map_err(|e| unopened(path, e))? == 0;
    if id != i64::from(APPLICATION_ID) && !empty {
        return Err(StoreError::NotADatabase {
            path: path.display().to_string(),
            cause: format!("it belongs to application {id:#x}"),
        });
    }
    let set = || {
        conn.pragma_update(None, "journal_mode", "WAL")?;
        conn.pragma_update(None, "application_id", APPLICATION_ID)
    };
    set().map_err(|e| unopened(path, e))
}

fn unopened(path: &Path, error: rusqlite::Error) -> StoreError {
    let path = path.display().to_string();
    let cause = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            StoreError::NotADatabase { path, cause }
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            StoreError::Busy { waited_ms: 0 }
        }
        _ => StoreError::Unwritable { path, cause },
    }
}

fn log_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}
