//! `fairlock import`: contracts and payments from files.

use std::path::Path;
use std::time::Duration;

use anyhow::anyhow;
use fairlock_rulebook::Rulebook;
use fairlock_server::contracts::{self, ContractFileError};
use fairlock_storage::{ImportError, Imported};
use indicatif::ProgressBar;
use serde_json::json;

use crate::args::ImportArgs;
use crate::commands::{read_file, rulebook};
use crate::data_dir::{self, Installation};
use crate::exit::Failure;
use crate::os;

/// Imports contract files, each all or nothing; a wrong file ends it.
pub fn contracts(args: ImportArgs) -> Result<(), Failure> {
    let rulebook = rulebook()?;
    let installation = data_dir::open(&args.data_dir)?;
    for file in &args.files {
        let bytes = read_file(file)?;
        let imported = with_spinner(file, || {
            contracts_of(&installation, &rulebook, &bytes, args.dry_run)
        })
        .map_err(|e| refused(file, e))?;
        say_contracts(file, imported, &args);
    }
    Ok(())
}

fn contracts_of(
    to: &Installation,
    rulebook: &Rulebook,
    bytes: &[u8],
    dry_run: bool,
) -> Result<Imported, ContractFileError> {
    if dry_run {
        contracts::check_import(&to.store, to.lender, rulebook, bytes)
    } else {
        contracts::import(&to.store, to.lender, rulebook, bytes, os::now())
    }
}

/// Every fault of the file on a line of its own, then the one line that ends the command.
fn refused(file: &Path, error: ContractFileError) -> Failure {
    match error {
        ContractFileError::Faults(faults) => {
            for fault in &faults {
                eprintln!("{}: {fault}", file.display());
            }
            Failure::Input(anyhow!(
                "{}: {} faults, nothing was imported",
                file.display(),
                faults.len()
            ))
        }
        ContractFileError::Import(ImportError::Store(error)) => Failure::outside(error),
        ContractFileError::Import(error) => {
            Failure::Input(anyhow!("{}: {error}; nothing was imported", file.display()))
        }
    }
}

fn say_contracts(file: &Path, imported: Imported, args: &ImportArgs) {
    let Imported { added, unchanged } = imported;
    if args.json {
        let line = json!({"file": file, "added": added, "unchanged": unchanged, "dry_run": args.dry_run});
        println!("{line}");
        return;
    }
    let would = if args.dry_run { "would be " } else { "" };
    println!(
        "{}: {added} contracts {would}added, {unchanged} there already with the same content",
        file.display()
    );
}

/// Shows that something goes on, on a terminal, while `work` lasts.
fn with_spinner<T>(file: &Path, work: impl FnOnce() -> T) -> T {
    let spinner = ProgressBar::new_spinner();
    spinner.set_message(format!("reading {}", file.display()));
    spinner.enable_steady_tick(Duration::from_millis(120));
    let result = work();
    spinner.finish_and_clear();
    result
}
