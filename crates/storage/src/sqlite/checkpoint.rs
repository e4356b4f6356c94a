//! The thread that moves the log into the database while nobody waits for it.
//!
//! Passive checkpoints every 100 ms keep the log short without making a writer or reader wait;
//! the writer itself truncates the log at a group's end when it has grown past its limit. On
//! purpose absent: a checkpoint inside a commit, which would make one payment in a thousand slow.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

use crate::error::StoreError;

/// Between two checkpoints while there are writes. Shorter ones compete with the writer for the
/// disk, longer ones leave a longer log to read after a crash.
const EVERY: Duration = Duration::from_millis(100);

pub(super) struct Checkpointer {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    dirty: bool,
    stop: bool,
}

impl Checkpointer {
    pub(super) fn start(conn: Connection) -> Result<Checkpointer, StoreError> {
        let shared = Arc::new(Shared::default());
        let own = shared.clone();
        let thread = std::thread::Builder::new()
            .name("store-checkpoint".into())
            .spawn(move || run(&conn, &own))
            .map_err(|e| StoreError::Engine {
                operation: "open".into(),
                cause: format!("can't start the checkpoint thread: {e}"),
            })?;
        Ok(Checkpointer {
            shared,
            thread: Some(thread),
        })
    }

    /// Tells the thread that the log has grown.
    pub(super) fn grown(&self) {
        self.shared.set(|state| state.dirty = true);
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.shared.set(|state| state.stop = true);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn set(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_all();
    }
}

fn run(conn: &Connection, shared: &Shared) {
    let mut state = shared.state.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        let woken = shared.changed.wait_while(state, |s| !s.dirty && !s.stop);
        state = woken.unwrap_or_else(PoisonError::into_inner);
        let waited = shared.changed.wait_timeout_while(state, EVERY, |s| !s.stop);
        state = waited.unwrap_or_else(PoisonError::into_inner).0;
        if state.stop {
            return;
        }
        state.dirty = false;
        drop(state);
        let done = conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        if let Err(error) = done {
            tracing::warn!(%error, "a checkpoint failed; the log grows until one succeeds");
        }
        state = shared.state.lock().unwrap_or_else(PoisonError::into_inner);
    }
}
