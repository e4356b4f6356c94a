//! `fairlock replay FILE`: the engine, asked about a scenario.

use anyhow::anyhow;

use crate::args::ReplayArgs;
use crate::commands::read_text;
use crate::exit::Failure;
use crate::out::say;

/// Prints one JSON line for each asked instant; nothing at all when the scenario is wrong.
pub fn run(args: ReplayArgs) -> Result<(), Failure> {
    let text = read_text(&args.file)?;
    let lines = fairlock_rulebook::replay::run(&text)
        .map_err(|e| Failure::Input(anyhow!("{}: {e}", args.file.display())))?;
    for line in lines {
        say!("{line}");
    }
    Ok(())
}
