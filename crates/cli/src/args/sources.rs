//! The words of `fairlock sources`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Providers that call when money moves: mobile money, cards, webhooks.
#[derive(Subcommand)]
pub enum Sources {
    /// Reads a file of sources as `serve` does, secrets and all, and lists what it says.
    ///
    /// Example: fairlock sources check --sources sources.toml
    Check(CheckArgs),
    /// Tells M-Pesa where to call: confirmations and validations, and that the list of
    /// transactions is wanted.
    ///
    /// Once for a short code; the addresses are those of the file's public_url.
    ///
    /// Example: fairlock sources register mpesa --sources sources.toml
    Register(RegisterArgs),
    /// Asks a borrower for a payment by a prompt on their phone (M-Pesa Express).
    ///
    /// The running server puts it within a second; what comes of it is a payment like any other.
    ///
    /// Example: fairlock sources prompt mpesa C-1 1500 --number 254700000001 --sources sources.toml
    Prompt(PromptArgs),
}

#[derive(Args)]
pub struct SourcesFile {
    /// The file of sources, TOML.
    #[arg(long, env = "FAIRLOCK_SOURCES")]
    pub sources: PathBuf,
}

#[derive(Args)]
pub struct CheckArgs {
    #[command(flatten)]
    pub file: SourcesFile,
}

#[derive(Args)]
pub struct RegisterArgs {
    /// The source's name.
    pub source: String,
    #[command(flatten)]
    pub file: SourcesFile,
}

#[derive(Args)]
pub struct PromptArgs {
    /// The source's name.
    pub source: String,
    /// The contract's id.
    pub contract: String,
    /// Whole shillings.
    pub amount: u32,
    /// The payer's phone number with country code, digits alone.
    #[arg(long)]
    pub number: String,
    #[command(flatten)]
    pub file: SourcesFile,
    /// Where the database stands.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data")]
    pub data_dir: PathBuf,
}
