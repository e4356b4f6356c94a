//! The words of `fairlock case`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};

/// Lists and answers what borrowers said on their phones.
///
/// "I have paid" shields for 5 days and never credits; "something is wrong" opens the phone until it
/// is answered; "I bought this used" keeps everything still until a person has looked. The lender
/// has 14 days.
#[derive(Subcommand)]
pub enum Case {
    List(ListArgs),
    Answer(AnswerArgs),
}

/// Lists open cases, the oldest first, or all of a contract.
///
/// Example: fairlock case list
///
/// Example: fairlock case list C-1001
#[derive(Args)]
pub struct ListArgs {
    /// The contract's id or its reference; open cases of all when absent.
    pub contract: Option<String>,
    /// Where the database stands.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data")]
    pub data_dir: PathBuf,
    /// Print one JSON object per case.
    #[arg(long)]
    pub json: bool,
}

/// Answers a case: its hold ends.
///
/// A dispute that is upheld starts the ladder again from its first notice.
///
/// Example: fairlock case answer C-1001 7 --upheld
#[derive(Args)]
#[command(group(ArgGroup::new("answer").required(true).args(["upheld", "refused"])))]
pub struct AnswerArgs {
    /// The contract's id or its reference.
    pub contract: String,
    /// The case's number.
    pub case: i64,
    /// The borrower is right.
    #[arg(long)]
    pub upheld: bool,
    /// The borrower isn't.
    #[arg(long)]
    pub refused: bool,
    /// Who answers and why, for the record.
    #[arg(long, env = "FAIRLOCK_OPERATOR", default_value = "command line")]
    pub by: String,
    /// Where the database stands.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data")]
    pub data_dir: PathBuf,
}
