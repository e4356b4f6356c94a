//! `fairlock replay FILE`: the engine, asked about a scenario.

use std::path::Path;

use anyhow::anyhow;
use fairlock_rulebook::{Rulebook, replay, scenario};

use crate::args::ReplayArgs;
use crate::commands::read_text;
use crate::commands::rules::folder::entries;
use crate::exit::Failure;
use crate::out::say;

/// Prints one JSON line for each asked instant; nothing at all when the scenario is wrong.
pub fn run(args: ReplayArgs) -> Result<(), Failure> {
    let text = read_text(&args.file)?;
    let lines = match &args.packs {
        None => replay::run(&text),
        Some(dir) => scenario::read(&text, &book(dir)?).and_then(|s| replay::replay(&s)),
    };
    let lines = lines.map_err(|e| Failure::Input(anyhow!("{}: {e}", args.file.display())))?;
    for line in lines {
        say!("{line}");
    }
    Ok(())
}

/// The packs that lie in a folder as files, as an evidence file has them.
fn book(dir: &Path) -> Result<Rulebook, Failure> {
    let mut files = Vec::new();
    for path in entries(dir)? {
        if path.extension().is_some_and(|found| found == "toml") {
            files.push((path.display().to_string(), read_text(&path)?));
        }
    }
    if files.is_empty() {
        let dir = dir.display();
        return Err(Failure::Input(anyhow!(
            "{dir}: expected packs as .toml files"
        )));
    }
    let texts = files
        .iter()
        .map(|(file, text)| (file.as_str(), text.as_str()));
    Rulebook::from_texts(texts).map_err(Failure::input)
}
