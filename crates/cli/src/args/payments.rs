//! `fairlock payments`: what people decide about money.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub enum Payments {
    Suspense(SuspenseArgs),
    Match(MatchArgs),
    Unmatch(DeedArgs),
    Keep(DeedArgs),
    Refund(RefundArgs),
}

/// Lists money that is nobody's yet: why, how old, whose it could be, what waits for its payment.
///
/// Oldest first. Every contract in the list is shielded by the whole sum until somebody decides.
///
/// Example: fairlock payments suspense
#[derive(Args)]
pub struct SuspenseArgs {
    /// Where the database stands.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data")]
    pub data_dir: PathBuf,
    /// At most so many.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub limit: u32,
    /// Print one JSON object per payment.
    #[arg(long)]
    pub json: bool,
}

/// Gives money to a contract. Money that is another contract's is taken off there first.
///
/// Both contracts are judged anew from now on; the ladder of one that loses money starts again.
///
/// Example: fairlock payments match P-3f1c22a90b71 C-1001 --by amina --reason "receipt seen"
#[derive(Args)]
pub struct MatchArgs {
    /// The payment.
    pub payment: String,
    /// The contract's id or its reference.
    pub contract: String,
    #[command(flatten)]
    pub order: OrderArgs,
    /// From now on, all that this payer sends without naming a contract is for this one.
    #[arg(long)]
    pub standing: bool,
}

/// Takes money off its contract (unmatch), or says that it stays in suspense (keep).
///
/// Example: fairlock payments unmatch P-3f1c22a90b71 --by amina --reason "another Joyce"
#[derive(Args)]
pub struct DeedArgs {
    /// The payment.
    pub payment: String,
    #[command(flatten)]
    pub order: OrderArgs,
}

/// Decides that money in suspense goes back to its payer, that it left, or that it came back.
///
/// First without an option: it is owed. Then another person says through which channel it left.
///
/// Example: fairlock payments refund P-3f1c22a90b71 --by amina --reason "not a borrower"
#[derive(Args)]
pub struct RefundArgs {
    /// The payment.
    pub payment: String,
    #[command(flatten)]
    pub order: OrderArgs,
    /// It left through this channel: a feed's name, or an account.
    #[arg(long, value_name = "CHANNEL", conflicts_with = "came_back")]
    pub left: Option<String>,
    /// It left, and came back through this channel.
    #[arg(long, value_name = "CHANNEL")]
    pub came_back: Option<String>,
}

/// Who decides, and why: both stand in the audit trail for good.
#[derive(Args)]
pub struct OrderArgs {
    /// Your name.
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// Why.
    #[arg(long)]
    pub reason: String,
    /// Where the database stands.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data")]
    pub data_dir: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}
