//! The words of `fairlock keys`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Shows, rotates and revokes the keys that phones know their lender by.
///
/// A key set says which key may sign what. Phones take key set n+1 only when 2 ROOT keys of n and 2
/// of n+1 have signed it, so ROOT keys are files that people keep away from the server:
///
/// 1. `keys new --role root --out root-1.key` for each of three people, on their own machines.
/// 2. Before the first phone: `keys begin --root root-1.key --root root-2.key --root HEX64`. An
///    installation that has phones under starter roots: `keys rotate --new-root ...` three times.
/// 3. Each year `keys rotate --root root-1.key --root root-2.key`; after a theft `keys revoke KID`.
///    Where the ROOT files can't come to the server, `--out FILE` there, `keys sign FILE` where they
///    are, `keys install FILE` at the server.
///
/// A running server needs no restart: connected phones get the chain within a second, others when
/// they connect.
#[derive(Subcommand)]
pub enum Keys {
    Show(ShowArgs),
    New(NewArgs),
    Begin(BeginArgs),
    Rotate(RotateArgs),
    Revoke(RevokeArgs),
    Sign(SignArgs),
    Install(InstallArgs),
}

/// Shows the newest key set, since when each key stands in it, and which phones have it.
///
/// Example: fairlock keys show
#[derive(Args)]
pub struct ShowArgs {
    /// Where the database stands.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data")]
    pub data_dir: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// What a key in somebody's hand is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Held {
    /// Signs key sets, two together.
    Root,
    /// Signs caps, alone.
    Safety,
}

/// Makes a key in a file of its own, readable by its owner only, and prints its public half.
///
/// Needs no database: make it where it will be kept. The file is the key; whoever has two ROOT
/// files can replace all others, so two never lie in one place.
///
/// Example: fairlock keys new --role root --out root-1.key
#[derive(Args)]
pub struct NewArgs {
    /// What it is for.
    #[arg(long)]
    pub role: Held,
    /// The new file.
    #[arg(long)]
    pub out: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// Makes key set 1 under ROOT keys of your own, before the first phone enrols.
///
/// Two of the keys must be files, to sign it; others may be public halves of 64 digits.
///
/// Example: fairlock keys begin --root root-1.key --root root-2.key --root HEX64
#[derive(Args)]
pub struct BeginArgs {
    /// A ROOT key file, or a public half. Repeat for each, 2 to 5.
    #[arg(long, value_name = "FILE|HEX64", required = true)]
    pub root: Vec<String>,
    /// Where database and keys stand.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data")]
    pub data_dir: PathBuf,
}

/// What every new key set may bring.
#[derive(Args)]
pub struct ChangeArgs {
    /// A ROOT key file that signs. Repeat for each.
    #[arg(long, value_name = "FILE")]
    pub root: Vec<PathBuf>,
    /// ROOT keys in the place of those before: a file, which signs too, or a public half. Repeat
    /// for each, 2 to 5.
    #[arg(long, value_name = "FILE|HEX64")]
    pub new_root: Vec<String>,
    /// The public half of a SAFETY key to list, which may sign caps from then on.
    #[arg(long, value_name = "HEX64")]
    pub safety: Vec<String>,
    /// An address that serves the same channel, in the place of those before; phones try it while
    /// the server is out of reach. Repeat for each.
    #[arg(long, value_name = "URL")]
    pub mirror: Vec<String>,
    /// Write it here for others to sign, instead of needing every signature now.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Who does it, for the record.
    #[arg(long, env = "FAIRLOCK_OPERATOR", default_value = "command line")]
    pub by: String,
    /// Where database and keys stand.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data")]
    pub data_dir: PathBuf,
}

/// Makes the next key set with new keys.
///
/// RELAX and RELEASE keys stay listed for 400 days after they were replaced, so that a phone from a
/// drawer is still opened; the others for 30 days, as far as there is room for 12 keys.
///
/// Example: fairlock keys rotate --root root-1.key --root root-2.key
///
/// Example: fairlock keys rotate --roles none --safety HEX64 --root root-1.key --root root-3.key
#[derive(Args)]
pub struct RotateArgs {
    /// Whose keys are made anew: all five when absent; none with --roles none.
    #[arg(long, value_delimiter = ',', value_name = "ROLE,ROLE")]
    pub roles: Option<Vec<String>>,
    #[command(flatten)]
    pub change: ChangeArgs,
}

/// Makes the next key set without a stolen or lost key, and raises the floor.
///
/// Phones that take it refuse whatever that key signed, cut tightenings of older key sets, and
/// forget the numbers that a thief has burnt. A key of the server's is made anew. Grants on their
/// way by that key are signed again.
///
/// Example: fairlock keys revoke 1c52eff1 --root root-1.key --root root-2.key
#[derive(Args)]
pub struct RevokeArgs {
    /// The ids of the keys, 8 digits each, as `fairlock keys show` has them.
    #[arg(required = true, value_name = "KID")]
    pub keys: Vec<String>,
    #[command(flatten)]
    pub change: ChangeArgs,
}

/// Adds a ROOT signature to a key set that waits for it. Needs no database.
///
/// Says first what is signed.
///
/// Example: fairlock keys sign next.keyset --root root-2.key
#[derive(Args)]
pub struct SignArgs {
    /// The file that rotate or revoke wrote.
    pub file: PathBuf,
    /// A ROOT key file.
    #[arg(long, value_name = "FILE", required = true)]
    pub root: Vec<PathBuf>,
}

/// Takes a signed key set into the database.
///
/// Example: fairlock keys install next.keyset
#[derive(Args)]
pub struct InstallArgs {
    /// The file, signed by 2 ROOT keys of the key set before and by 2 of its own.
    pub file: PathBuf,
    /// Who does it, for the record.
    #[arg(long, env = "FAIRLOCK_OPERATOR", default_value = "command line")]
    pub by: String,
    /// Where database and keys stand.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data")]
    pub data_dir: PathBuf,
}
