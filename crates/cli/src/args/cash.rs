//! The words of `fairlock cash`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Agents who take cash, and the bags in which they bring it to the bank.
#[derive(Subcommand)]
pub enum Cash {
    /// Adds an agent, whose phone's key signs receipts.
    ///
    /// Every receipt's and bag's number begins with the agent's id and a hyphen.
    ///
    /// Example: fairlock cash add A7 --name "Kiosk Mtwapa" --key a7-public.pem
    Add(AddArgs),
    /// Takes nothing signed by an agent any more.
    ///
    /// Example: fairlock cash close A7
    Close(CloseArgs),
    /// Lists agents, and bags that aren't in the bank yet (--all: every bag).
    ///
    /// Example: fairlock cash list
    List(CashListArgs),
    /// Says that a bag is in the bank, when no statement can: its receipts are booked.
    ///
    /// A statement's credit with the bag's reference and sum says so by itself.
    ///
    /// Example: fairlock cash bank A7-B12 --by "R. Otieno, deposit slip 5521"
    Bank(BankArgs),
}

#[derive(Args)]
pub struct DataArgs {
    /// Where the database stands.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data")]
    pub data_dir: PathBuf,
}

#[derive(Args)]
pub struct AddArgs {
    /// The agent's id: 1 to 8 capital letters and digits.
    pub agent: String,
    /// Who it is.
    #[arg(long)]
    pub name: String,
    /// The public key of the agent's phone: P-256, as PEM (SubjectPublicKeyInfo).
    #[arg(long)]
    pub key: PathBuf,
    #[command(flatten)]
    pub data: DataArgs,
}

#[derive(Args)]
pub struct CloseArgs {
    /// The agent's id.
    pub agent: String,
    #[command(flatten)]
    pub data: DataArgs,
}

#[derive(Args)]
pub struct CashListArgs {
    /// Bags that are in the bank, too.
    #[arg(long)]
    pub all: bool,
    /// Print results as JSON, one object per line.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub data: DataArgs,
}

#[derive(Args)]
pub struct BankArgs {
    /// The bag's number.
    pub bag: String,
    /// Who says so, and by what.
    #[arg(long)]
    pub by: String,
    #[command(flatten)]
    pub data: DataArgs,
}
