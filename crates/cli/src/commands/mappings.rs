//! Mappings of banks' tables, by the names and paths that people give.

use std::path::Path;

use anyhow::anyhow;
use fairlock_intake::{Format, Mapping, mapping};

use crate::commands::read_text;
use crate::exit::Failure;
use crate::out::tell;

/// What `--format` asks for.
pub enum Wanted {
    Format(Format),
    /// `csv:MAPPING`; a table in CSV or XLSX.
    Table(Box<Mapping>),
}

/// `camt`, `pain002`, `mt940`, `mt942`, or `csv:MAPPING`, where a mapping is a file or the name of
/// one that comes with the program.
pub fn wanted(text: &str) -> Result<Wanted, Failure> {
    if let Some(name) = text.strip_prefix("csv:") {
        return named(name).map(|mapping| Wanted::Table(Box::new(mapping)));
    }
    let format = Format::from_name(text).map(Wanted::Format);
    format.ok_or_else(|| {
        let expected = "expected camt, pain002, mt940, mt942 or csv:MAPPING";
        Failure::Input(anyhow!("--format {text}: {expected}"))
    })
}

fn named(name: &str) -> Result<Mapping, Failure> {
    if let Some(mapping) = mapping::builtin(name) {
        return Ok(mapping);
    }
    let path = Path::new(name);
    if !path.exists() {
        let known: Vec<&str> = mapping::BUILTIN.iter().map(|(name, _)| *name).collect();
        let known = known.join(", ");
        return Err(Failure::Input(anyhow!(
            "mapping {name}: expected a TOML file, or one that comes with the program ({known})"
        )));
    }
    read(path)
}

/// Every `.toml` file of a folder, each with its own name, beside those of the program.
pub fn of_folder(dir: &Path) -> Result<Vec<Mapping>, Failure> {
    let unreadable = |error: std::io::Error| {
        let expected = "expected a folder with mappings (NAME.toml)";
        Failure::Input(anyhow!("{}: {error}; {expected}", dir.display()))
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Result<Mapping, Failure> {
    let text = read_text(path)?;
    let file = path.display().to_string();
    Mapping::parse(&file, &text, &fairlock_rulebook::zone::load).map_err(|errors| {
        let (last, before) = match errors.split_last() {
            Some((last, before)) => (last.to_string(), before),
            None => (format!("{file}: not a mapping"), &[][..]),
        };
        for error in before {
            tell!("{error}");
        }
        Failure::Input(anyhow!("{last}"))
    })
}
