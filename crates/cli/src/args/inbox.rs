//! The words of `fairlock inbox`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Looks at what arrived, byte for byte, and reads it once more.
#[derive(Subcommand)]
pub enum Inbox {
    /// Lists messages, oldest first: what came, from where, when, and what became of it.
    ///
    /// Example: fairlock inbox list --state parked
    List(ListArgs),
    /// Prints one message's bytes as they arrived; what is known of it goes to stderr.
    ///
    /// Example: fairlock inbox show 4711 > statement.xml
    Show(ShowArgs),
    /// Reads kept messages once more, after a reader was put right.
    ///
    /// What was right stays as it is. A message that was parked is processed if it can be read
    /// now; one that says more than was understood then adds what is new, as of the time at which
    /// it came. Nothing is moved from one payment to another, and a message that can't be read
    /// any more stays as it was: both are named.
    ///
    /// Example: fairlock inbox replay --source file --since 2026-03-01T00:00:00Z --dry-run
    Replay(ReplayArgs),
}

/// Which messages.
#[derive(Args)]
pub struct WhichArgs {
    /// Where the database stands.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data")]
    pub data_dir: PathBuf,
    /// Only of this source: `file`, a provider's name, `cash`, `api/CALLER`.
    #[arg(long)]
    pub source: Option<String>,
    /// Only those in this state.
    #[arg(long, value_enum)]
    pub state: Option<State>,
    /// Print results as JSON, one object per line.
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum State {
    /// Waits for its turn.
    Unread,
    /// What it says is done.
    Processed,
    /// Waits for a person.
    Parked,
}

#[derive(Args)]
pub struct ListArgs {
    #[command(flatten)]
    pub which: WhichArgs,
    /// Only those received from then on: RFC 3339 with an offset.
    #[arg(long)]
    pub since: Option<String>,
    /// At most so many.
    #[arg(long, default_value_t = 100)]
    pub limit: u32,
}

#[derive(Args)]
pub struct ShowArgs {
    /// The message's number, as `list` prints it.
    pub message: i64,
    /// Where the database stands.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data")]
    pub data_dir: PathBuf,
}

#[derive(Args)]
pub struct ReplayArgs {
    #[command(flatten)]
    pub which: WhichArgs,
    /// From those on that were received then: RFC 3339 with an offset.
    #[arg(long)]
    pub since: String,
    /// The file of sources that `serve` has: without it messages of providers stay as they are.
    #[arg(long, env = "FAIRLOCK_SOURCES")]
    pub sources: Option<PathBuf>,
    /// Show what would happen, and change nothing.
    #[arg(long)]
    pub dry_run: bool,
}
