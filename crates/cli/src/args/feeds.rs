//! `fairlock feeds`: whether all the money is seen, and time for those on a feed that isn't whole.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub enum Feeds {
    List(ListArgs),
    GiveTime(GiveTimeArgs),
    TakeBack(DecideArgs),
    Approve(DecideArgs),
    Refuse(DecideArgs),
    PayoutAccount(PayoutAccountArgs),
    Tolerance(ToleranceArgs),
}

/// Lists feeds: which aren't whole, since when and why, up to when each is complete, how many
/// contracts stand still, and what waits for a second person.
///
/// Exit 1 when one isn't whole.
///
/// Example: fairlock feeds list
#[derive(Args)]
pub struct ListArgs {
    /// Where the database stands.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data")]
    pub data_dir: PathBuf,
    /// Print one JSON object per feed, and one per action.
    #[arg(long)]
    pub json: bool,
}

/// Proposes that no contract of a feed gets stricter for some days, whatever becomes of the feed.
///
/// A second person approves it within 72 h, else it lapses.
///
/// Example: fairlock feeds give-time bank-1 --days 3 --by amina --reason "the bank is down"
#[derive(Args)]
pub struct GiveTimeArgs {
    /// The feed.
    pub feed: String,
    /// For how many days, 1 to 31.
    #[arg(long)]
    pub days: u32,
    #[command(flatten)]
    pub who: WhoArgs,
}

/// Decides on an action that was proposed (approve, refuse), or proposes to take back what one gave
/// (take-back). Another person approves than the one who proposed.
///
/// Example: fairlock feeds approve 7 --by ben --reason "seen at the bank's page"
#[derive(Args)]
pub struct DecideArgs {
    /// The action's number.
    pub action: i64,
    #[command(flatten)]
    pub who: WhoArgs,
}

/// Names the account from which a provider pays out what came in over its feed, so that a payout is
/// recognised as the money of days before, and is no payment by itself.
///
/// Example: fairlock feeds payout-account mpesa KE31 0000 0000 0000
#[derive(Args)]
pub struct PayoutAccountArgs {
    /// The feed.
    pub feed: String,
    /// The account, as the bank's statements show it; without one, none is known any more.
    #[arg(num_args = 0..)]
    pub account: Vec<String>,
    /// Where the database stands.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data")]
    pub data_dir: PathBuf,
}

/// Sets up to which difference of amount reconciliation lets go by itself, with a posting.
///
/// Example: fairlock feeds tolerance KES 1.00
#[derive(Args)]
pub struct ToleranceArgs {
    /// ISO 4217.
    pub currency: String,
    /// The amount, in the currency's decimals.
    pub amount: String,
    /// Where the database stands.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data")]
    pub data_dir: PathBuf,
}

/// Who does it, and why.
#[derive(Args)]
pub struct WhoArgs {
    /// Who you are.
    #[arg(long)]
    pub by: String,
    /// Why, in a sentence.
    #[arg(long)]
    pub reason: String,
    /// Where the database stands.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data")]
    pub data_dir: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}
