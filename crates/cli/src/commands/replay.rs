//! `fairlock replay FILE`: the engine, asked about a scenario.

use std::io::Write as _;

use anyhow::anyhow;

use crate::args::ReplayArgs;
use crate::commands::read_text;
use crate::exit::Failure;

/// Prints one JSON line for each asked instant; nothing at all when the scenario is wrong.
pub fn run(args: ReplayArgs) -> Result<(), Failure> {
    let text = read_text(&args.file)?;
    let lines = fairlock_rulebook::replay::run(&text)
        .map_err(|e| Failure::Input(anyhow!("{}: {e}", args.file.display())))?;
    let mut out = std::io::stdout().lock();
    for line in lines {
        writeln!(out, "{line}").map_err(Failure::outside)?;
    }
    Ok(())
}
