//! Connections for reading. Each read sees one snapshot, whatever the writer does meanwhile.

use std::sync::{Condvar, Mutex, PoisonError};

use rusqlite::{Connection, TransactionBehavior};

use super::db::{Db, failure};
use crate::error::StoreError;

pub(super) struct Readers {
    idle: Mutex<Vec<Connection>>,
    returned: Condvar,
}

impl Readers {
    pub(super) fn new(idle: Vec<Connection>) -> Readers {
        Readers {
            idle: Mutex::new(idle),
            returned: Condvar::new(),
        }
    }

    pub(super) fn read<T, E: From<StoreError>>(
        &self,
        operation: &'static str,
        body: impl FnOnce(&Db<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut reader = self.borrow();
        let conn = reader.conn.as_mut().ok_or(StoreError::Closed)?;
        let snapshot = conn.transaction_with_behavior(TransactionBehavior::Deferred);
        let broken = |e| E::from(failure(operation, e, std::time::Duration::ZERO));
        let snapshot = snapshot.map_err(broken)?;
        let answer = body(&Db::new(&snapshot, operation, std::time::Duration::ZERO))?;
        snapshot.commit().map_err(broken)?;
        Ok(answer)
    }

    fn borrow(&self) -> Borrowed<'_> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(conn) = idle.pop() {
                return Borrowed {
                    home: self,
                    conn: Some(conn),
                };
            }
            let waited = self.returned.wait(idle);
            idle = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Goes back to the pool when the read ends, also by a panic.
struct Borrowed<'a> {
    home: &'a Readers,
    conn: Option<Connection>,
}

impl Drop for Borrowed<'_> {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take() {
            let idle = self.home.idle.lock();
            idle.unwrap_or_else(PoisonError::into_inner).push(conn);
            self.home.returned.notify_one();
        }
    }
}
