//! What a demo is told at its start, what it says on its way, and how it ends.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use fairlock_server::Clock;
use tokio::sync::watch;

/// All that a demo takes from outside.
pub struct Options {
    /// Where database, watched folder and phones' states stand.
    pub data_dir: PathBuf,
    /// The folder with contracts.csv, statements/ and callbacks/.
    pub demo_dir: PathBuf,
    /// Where the server listens; loopback, port 0 takes a free one.
    pub listen: SocketAddr,
    /// Names every choice and key of the run.
    pub seed: u64,
    /// Days of the calendar to run, from the first day of the data.
    pub days: u32,
    /// The shortest pause for a day of the calendar; zero runs as fast as the machine can.
    pub day_pause: Duration,
    /// Phones in the second process, at most; the first contracts marked in contracts.csv.
    pub phones: u16,
    /// End after the last day and check everything; else keep serving until told to stop.
    pub exit: bool,
    /// Remove what an earlier demo left in `data_dir` first.
    pub reset: bool,
    /// The program whose hidden subcommand `demo-phones` is the second process.
    pub executable: PathBuf,
    /// Real time, for speeds.
    pub real: Arc<dyn Clock>,
    /// Turns true when the demo shall end (Ctrl-C).
    pub stop: watch::Receiver<bool>,
}

/// What the demo tells people; how it looks (a bar, a line, a colour) is the caller's matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// An address to open: what stands there, and its URL.
    Address { what: &'static str, url: String },
    /// Where the calendar stands.
    Progress {
        day: u32,
        of: u32,
        /// The local date and time, and the portfolio in a few words.
        text: String,
    },
    /// An event worth reading, one line.
    Event(String),
    /// The calendar ended; in normal mode the server goes on serving.
    CalendarEnded { days: u32 },
    /// A line of the final summary.
    Summary(String),
}

/// Receives what the demo says, in order.
pub type Say = Arc<dyn Fn(Said) + Send + Sync>;

/// How a demo that ran ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Told to stop before its end: nothing was checked.
    Stopped,
    /// Every check of the oracle held.
    Green,
    /// So many checks failed; the summary names them.
    Red { failed: usize },
}

/// Why a demo can't run, in the order of the checks.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error(
        "{path}: can't write there ({source}); expected a writable directory (choose one with --data-dir)"
    )]
    DataDir {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error(
        "{path}: holds data already; expected an empty directory (--reset removes an earlier demo's, --data-dir chooses another)"
    )]
    DataDirUsed { path: PathBuf },
    #[error(
        "{path}: {what}; expected the demo folder with contracts.csv, statements/ and callbacks/ (choose one with --demo-dir)"
    )]
    DemoDir { path: PathBuf, what: String },
    #[error("{0}")]
    Contracts(String),
    #[error(transparent)]
    Start(#[from] fairlock_server::StartError),
    #[error("the phones' process: {0}")]
    Phones(String),
    #[error("{0}")]
    Store(String),
    #[error("{0}")]
    World(String),
}
