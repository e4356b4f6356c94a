//! The words of `fairlock charter`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Shows a phone's charters, and offers it another one.
///
/// The charter holds the limits that a phone enforces against its own server. A softer one takes
/// force at the phone's next contact; the server makes it by itself when law, contract or contacts
/// became softer. A stricter one waits until the borrower has read both and accepts, which a phone
/// allows at free or remind only.
#[derive(Subcommand)]
pub enum CharterCommand {
    Show(ShowArgs),
    Offer(Box<OfferArgs>),
}

/// Lists the charters of a contract's phone, the newest first.
///
/// Example: fairlock charter show C-1001
#[derive(Args)]
pub struct ShowArgs {
    /// The contract's id or its reference.
    pub contract: String,
    /// Where the database stands.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data")]
    pub data_dir: PathBuf,
    /// Print one JSON object per charter.
    #[arg(long)]
    pub json: bool,
}

/// The highest level of a charter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Highest {
    Remind,
    Reduce,
    Lock,
}

/// Offers the phone of a contract another charter.
///
/// It begins with the softer of the one in force and of what today's rules allow, then takes what
/// is asked for below. Where money goes changes with --payee alone, and two ROOT keys sign that.
///
/// Example: fairlock charter offer C-1001 --highest reduce --pass-hours 48
///
/// Example: fairlock charter offer C-1001 --today --stricter
///
/// Example: fairlock charter offer C-1001 --payee "1=mobile:Ukweli Finance Ltd:400200"
/// --root root-1.key --root root-2.key
#[derive(Args)]
pub struct OfferArgs {
    /// The contract's id or its reference.
    pub contract: String,
    /// The highest level.
    #[arg(long)]
    pub highest: Option<Highest>,
    /// Hours that an emergency pass lasts.
    #[arg(long, value_name = "HOURS")]
    pub pass_hours: Option<u16>,
    /// Days that a typed code opens at most.
    #[arg(long, value_name = "DAYS")]
    pub code_days: Option<u16>,
    /// Days after which a phone out of reach may begin `reduce` by itself.
    #[arg(long, value_name = "DAYS")]
    pub offline_days: Option<u16>,
    /// Hours without contact with which a step may still begin.
    #[arg(long, value_name = "HOURS")]
    pub silence_hours: Option<u16>,
    /// Hours between a notice on the screen and a step, for each level at least.
    #[arg(long, value_name = "HOURS")]
    pub lead_hours: Option<u16>,
    /// The last day of any restriction, as 2026-12-31.
    #[arg(long, value_name = "DAY")]
    pub last_day: Option<String>,
    /// A way to pay in the place of those before, as ID=KIND:NAME:ACCOUNT; KIND is bank, mobile,
    /// card or cash. Repeat for each, ids rising.
    #[arg(long, value_name = "ID=KIND:NAME:ACCOUNT", requires = "root")]
    pub payee: Vec<String>,
    /// A ROOT key file that signs another payee. Repeat for each.
    #[arg(long, value_name = "FILE", requires = "payee")]
    pub root: Vec<PathBuf>,
    /// Begin with what today's rules allow, even where that is stricter.
    #[arg(long, requires = "stricter")]
    pub today: bool,
    /// It may be stricter: the borrower must accept it.
    #[arg(long)]
    pub stricter: bool,
    /// Who does it, for the record.
    #[arg(long, env = "FAIRLOCK_OPERATOR", default_value = "command line")]
    pub by: String,
    /// Where database and keys stand.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data")]
    pub data_dir: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}
