//! The words of `fairlock code`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Makes and reads codes that a person types into a phone; they only ever loosen.
#[derive(Subcommand)]
pub enum Code {
    Make(CodeMakeArgs),
    Read(CodeReadArgs),
}

/// Makes a code: for the phone of a contract, or an OpenPAYGO token from a key.
///
/// For a contract: Fairlock's 17 digits, or with --openpaygo 9 (with --restricted 15 of 1 to 4).
/// The code's count is stored before the code is shown, so that no two codes are the same; it opens
/// the phone for --days, at most as many as its charter allows, once. With --openpaygo and --key no
/// database is used: --count is the count before, and the printed one the count after.
///
/// Example: fairlock code make C-1001 --days 3
///
/// Example: fairlock code make --openpaygo --key bc41ec9530f6dac86b1a29ab82edc5fb
/// --starting-code 516959010 --count 1 --type add --value 30
#[derive(Args)]
pub struct CodeMakeArgs {
    /// The contract's id or its reference.
    #[arg(required_unless_present = "key", conflicts_with = "key")]
    pub contract: Option<String>,
    /// Days that the code opens; as many as the charter allows when absent.
    #[arg(long, conflicts_with = "openpaygo")]
    pub days: Option<u64>,
    /// Skip so many counts first: when a phone calls codes used that nobody typed, as after an old
    /// backup was restored.
    #[arg(
        long,
        conflicts_with = "key",
        default_value_t = 0,
        value_parser = clap::value_parser!(u64).range(0..=900)
    )]
    pub ahead: u64,
    /// Make an OpenPAYGO token.
    #[arg(long)]
    pub openpaygo: bool,
    #[command(flatten)]
    pub chain: ChainArgs,
    /// What the token does.
    #[arg(long = "type", requires = "openpaygo", default_value = "add")]
    pub kind: Type,
    /// Days, of add and set.
    #[arg(long, requires = "openpaygo")]
    pub value: Option<u64>,
    /// Where database and keys stand.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data")]
    pub data_dir: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// Reads codes as a phone would, or says which of a contract's codes they are.
///
/// For a contract: is each a code that was made for its phone, and which? Exit 1 when one isn't.
/// With --openpaygo and --key: reads tokens in order from a count, and prints one JSON object each.
///
/// Example: fairlock code read C-1001 "0731 5121 1435 23870"
///
/// Example: fairlock code read --openpaygo --key a29ab82edc5fbbc41ec9530f6dac86b1
/// --starting-code 123456789 --count 0 662486790 662486790
#[derive(Args)]
pub struct CodeReadArgs {
    /// The contract's id or its reference, then its codes; with --openpaygo and --key only tokens.
    #[arg(required = true, value_name = "CONTRACT|TOKEN")]
    pub words: Vec<String>,
    /// Read OpenPAYGO tokens.
    #[arg(long, requires = "key")]
    pub openpaygo: bool,
    #[command(flatten)]
    pub chain: ChainArgs,
    /// Counts that were used already.
    #[arg(long, requires = "openpaygo", value_delimiter = ',')]
    pub used: Vec<u64>,
    /// Where database and keys stand.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data")]
    pub data_dir: PathBuf,
    /// Print one JSON object per code.
    #[arg(long)]
    pub json: bool,
}

/// One device of OpenPAYGO Token.
#[derive(Args)]
pub struct ChainArgs {
    /// The device's key, 32 hexadecimal digits.
    #[arg(long, requires = "openpaygo", value_name = "HEX32", value_parser = key)]
    pub key: Option<[u8; 16]>,
    /// Its starting code; derived from the key when absent or 0.
    #[arg(
        long,
        requires = "key",
        default_value_t = 0,
        value_parser = clap::value_parser!(u32).range(0..=999_999_999)
    )]
    pub starting_code: u32,
    /// Its count so far.
    #[arg(
        long,
        requires = "key",
        default_value_t = 1,
        value_parser = clap::value_parser!(u64).range(0..=COUNT_MAX)
    )]
    pub count: u64,
    /// Only the digits 1 to 4: 15 of them, 20 extended.
    #[arg(long, requires = "openpaygo")]
    pub restricted: bool,
    /// Twelve digits and values up to 999,999; no phone of ours takes them.
    #[arg(long, requires = "key")]
    pub extended: bool,
}

/// A chain is as long as its count: this much takes a second.
const COUNT_MAX: u64 = 10_000_000;

/// What an OpenPAYGO token does.
#[derive(Clone, Copy, ValueEnum)]
pub enum Type {
    Add,
    Set,
    Disable,
    Sync,
}

fn key(hex: &str) -> Result<[u8; 16], String> {
    let wrong = || "expected 32 hexadecimal digits".to_string();
    let digits: Option<Vec<u32>> = hex.chars().map(|digit| digit.to_digit(16)).collect();
    let digits = digits
        .filter(|digits| digits.len() == 32)
        .ok_or_else(wrong)?;
    let byte = |i: usize| u8::try_from(digits[2 * i] * 16 + digits[2 * i + 1]).unwrap_or(0);
    Ok(std::array::from_fn(byte))
}
