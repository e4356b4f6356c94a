//! How far the work on one file is, for a person who waits.
//!
//! Counters that the work adds to and anybody may look at; they decide nothing. On purpose absent:
//! time, which is the watcher's.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

/// What is being done, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Rows and entries are read.
    Reading,
    /// Each is recognised and matched.
    Matching,
    /// Money is posted.
    Posting,
    /// Contracts are planned anew.
    Planning,
    /// All of it is written, in one transaction.
    Writing,
}

impl Stage {
    const ALL: [Stage; 5] = [
        Stage::Reading,
        Stage::Matching,
        Stage::Posting,
        Stage::Planning,
        Stage::Writing,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Stage::Reading => "reading",
            Stage::Matching => "matching",
            Stage::Posting => "posting",
            Stage::Planning => "planning",
            Stage::Writing => "writing",
        }
    }
}

/// Of one desk; the newest file's.
#[derive(Default)]
pub struct Progress {
    stage: AtomicU8,
    done: AtomicU64,
    of: AtomicU64,
}

/// Where the work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub stage: Stage,
    pub done: u64,
    /// 0 where nobody knows.
    pub of: u64,
}

impl Progress {
    pub fn begin(&self, stage: Stage, of: usize) {
        self.done.store(0, Ordering::Relaxed);
        self.of.store(of as u64, Ordering::Relaxed);
        self.stage.store(stage as u8, Ordering::Relaxed);
    }

    pub fn step(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    pub fn place(&self) -> Place {
        let stage = usize::from(self.stage.load(Ordering::Relaxed));
        Place {
            stage: Stage::ALL.get(stage).copied().unwrap_or(Stage::Reading),
            done: self.done.load(Ordering::Relaxed),
            of: self.of.load(Ordering::Relaxed),
        }
    }
}
