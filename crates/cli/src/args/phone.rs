//! The words of `fairlock phone`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use fairlock_sim::phone::backend::Faults;

use crate::phone;

/// Runs one simulated phone: it enrols, keeps its state in a folder, obeys grants, and shows its
/// screen in the terminal.
///
/// The screen is drawn anew whenever it changes. A typed line is what a finger does: the letters in
/// brackets are the buttons, digits are a code, FL1:... is the text of a QR; ? shows all keys, q
/// puts the phone away. The first time it shows the charter and waits for y. Each start is a boot.
/// Lines may come from a pipe too; then the screens follow each other.
///
/// Example: fairlock phone --server http://127.0.0.1:4470 --token TOKEN --imei 490154203237518
///
/// Example: printf 'p\nq\n' | fairlock phone --state-dir phone-1
///
/// Example: fairlock phone --state-dir phone-1 --fault takes-emergency --cannot reduce
#[derive(Args)]
pub struct PhoneArgs {
    /// The server's address.
    #[arg(long, env = "FAIRLOCK_SERVER", default_value = "http://127.0.0.1:4470")]
    pub server: String,
    /// The bundle that `fairlock enrol` printed; only the first time.
    #[arg(long)]
    pub token: Option<String>,
    /// This phone's IMEI, 15 digits as its contract names it; only the first time.
    #[arg(long)]
    pub imei: Option<String>,
    /// Where the phone keeps its key and state.
    #[arg(long, default_value = "fairlock-data/phone")]
    pub state_dir: PathBuf,
    /// Accept the charter unread: for scripts.
    #[arg(long)]
    pub yes: bool,
    /// How its lock backend fails: refuse (each call), right-lost, or takes-FUNCTION (for example
    /// takes-emergency: it takes a function of the floor while the phone is locked). The typed line
    /// `fault NAME` changes it while the phone runs; `fault none` mends it.
    #[arg(long, value_name = "FAULT", value_parser = phone::fault, default_value = "none")]
    pub fault: Faults,
    /// What its lock backend can't do at all: the next lower level acts instead.
    #[arg(long, value_enum, value_delimiter = ',')]
    pub cannot: Vec<Cannot>,
    /// Columns to draw; as wide as the terminal when absent, at most 80.
    #[arg(long, value_parser = clap::value_parser!(u16).range(32..=80))]
    pub width: Option<u16>,
}

/// A level that a backend may be unable to make true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Cannot {
    Reduce,
    Lock,
}
