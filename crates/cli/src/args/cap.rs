//! The words of `fairlock cap`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Makes and lists caps: an upper bound for all phones of a lender, for an emergency of any kind.
///
/// A cap only ever lowers. Its SAFETY key is a file that somebody outside the lender may hold, listed
/// by `fairlock keys rotate --safety HEX64`. Caps add up: none ends or replaces another, and none can
/// be taken back before its end.
#[derive(Subcommand)]
pub enum Cap {
    Make(MakeArgs),
    List(ListArgs),
}

/// How far phones may be limited while a cap lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Level {
    /// Every phone is open.
    Free,
    /// Nothing above a notice.
    Remind,
    /// No phone is locked.
    Reduce,
    /// A freeze: what is limited stays so, nothing new begins.
    Lock,
}

/// Makes a cap for all phones, and hands it to those that are connected within a second.
///
/// Example: fairlock cap make --level remind --days 7 --safety safety-1.key
///
/// A freeze: fairlock cap make --level lock --days 3 --safety safety-1.key
#[derive(Args)]
pub struct MakeArgs {
    /// The highest level while it lasts; lock is a freeze: nothing new begins.
    #[arg(long)]
    pub level: Level,
    /// How long it lasts, at most 30 days.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=30))]
    pub days: u32,
    /// A SAFETY key file.
    #[arg(long, value_name = "FILE")]
    pub safety: PathBuf,
    /// Who does it and why, for the record.
    #[arg(long, env = "FAIRLOCK_OPERATOR", default_value = "command line")]
    pub by: String,
    /// Where the database stands.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data")]
    pub data_dir: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// Lists caps, the newest first, with what is left of them.
///
/// Example: fairlock cap list
#[derive(Args)]
pub struct ListArgs {
    /// Where the database stands.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data")]
    pub data_dir: PathBuf,
    /// Print one JSON object per cap.
    #[arg(long)]
    pub json: bool,
}
