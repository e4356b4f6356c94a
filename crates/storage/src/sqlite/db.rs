//! A connection as operations see it: registered statements, and failures with their meaning.

use std::time::Duration;

use rusqlite::{CachedStatement, Connection, ErrorCode, Params};

use super::row::Cells;
use crate::error::StoreError;

/// A statement of this crate. Made by [`statements!`] only, so that a test can prepare each one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sql {
    text: &'static str,
    /// The table that errors of its rows name.
    table: &'static str,
}

impl Sql {
    /// For [`statements!`] alone.
    pub(crate) const fn registered(table: &'static str, text: &'static str) -> Sql {
        Sql { text, table }
    }

    #[cfg(test)]
    pub(crate) fn text(&self) -> &'static str {
        self.text
    }
}

/// Declares the statements of a module, and `STATEMENTS`, the list that the test prepares.
macro_rules! statements {
    ($table:literal: $($name:ident = $sql:expr;)+) => {
        $(const $name: $crate::sqlite::Sql = $crate::sqlite::Sql::registered($table, $sql);)+
        #[cfg(test)]
        pub(crate) const STATEMENTS: &[(&str, $crate::sqlite::Sql)] =
            &[$((stringify!($name), $name)),+];
    };
}
pub(crate) use statements;

/// A connection inside a transaction, on behalf of one operation.
pub(crate) struct Db<'c> {
    conn: &'c Connection,
    pub(super) operation: &'static str,
    busy_timeout: Duration,
}

impl<'c> Db<'c> {
    pub(super) fn new(
        conn: &'c Connection,
        operation: &'static str,
        busy_timeout: Duration,
    ) -> Db<'c> {
        Db {
            conn,
            operation,
            busy_timeout,
        }
    }

    /// Runs a statement and returns how many rows it touched.
    pub(crate) fn run(&self, sql: Sql, params: impl Params) -> Result<usize, StoreError> {
        let done = self.statement(sql)?.execute(params);
        done.map_err(|e| self.failure(e))
    }

    /// Runs an insert that does nothing on a conflict; the number of its row, unless there was
    /// one.
    pub(crate) fn insert(&self, sql: Sql, params: impl Params) -> Result<Option<i64>, StoreError> {
        let rows = self.run(sql, params)?;
        Ok((rows == 1).then(|| self.conn.last_insert_rowid()))
    }

    /// The first row of a query, if there is one.
    pub(crate) fn first<T>(
        &self,
        sql: Sql,
        params: impl Params,
        read: impl FnOnce(&mut Cells<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut statement = self.statement(sql)?;
        let mut rows = statement.query(params).map_err(|e| self.failure(e))?;
        match rows.next().map_err(|e| self.failure(e))? {
            Some(row) => read(&mut Cells::of(row, sql.table)).map(Some),
            None => Ok(None),
        }
    }

    /// The only row of a query that always has one.
    pub(crate) fn one<T>(
        &self,
        sql: Sql,
        params: impl Params,
        read: impl FnOnce(&mut Cells<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.first(sql, params, read)?.ok_or(StoreError::Row {
            place: sql.table.into(),
            found: "no row".into(),
            expected: "one",
        })
    }

    /// Every row of a query.
    pub(crate) fn all<T>(
        &self,
        sql: Sql,
        params: impl Params,
        mut read: impl FnMut(&mut Cells<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut statement = self.statement(sql)?;
        let mut rows = statement.query(params).map_err(|e| self.failure(e))?;
        let mut list = Vec::new();
        while let Some(row) = rows.next().map_err(|e| self.failure(e))? {
            list.push(read(&mut Cells::of(row, sql.table))?);
        }
        Ok(list)
    }

    fn statement(&self, sql: Sql) -> Result<CachedStatement<'_>, StoreError> {
        let prepared = self.conn.prepare_cached(sql.text);
        prepared.map_err(|e| self.failure(e))
    }

    fn failure(&self, error: rusqlite::Error) -> StoreError {
        failure(self.operation, error, self.busy_timeout)
    }
}

/// What a failure of the engine means to a caller.
pub(super) fn failure(
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
