//! `fairlock import contracts`: files into the database.

mod payments;

use std::path::Path;
use std::time::Duration;

use anyhow::anyhow;
use fairlock_rulebook::Rulebook;
use fairlock_server::contracts::{self, ContractFileError};
use fairlock_storage::{ImportError, Imported};
use indicatif::ProgressBar;
use serde_json::json;

use crate::args::import::{ContractsArgs, ImportArgs};
use crate::commands::{live, read_file, rulebook};
use crate::data_dir::{self, Installation};
use crate::exit::Failure;
use crate::os;
use crate::out::{say, tell};

pub use payments::payments;

/// Imports contract files, each all or nothing; a wrong file ends it.
pub fn contracts(args: ContractsArgs) -> Result<(), Failure> {
    let ContractsArgs { import: args, live } = args;
    let rulebook = rulebook()?;
    let installation = data_dir::open(&args.data_dir)?;
    let read = args.files.iter().map(|file| Ok((file, read_file(file)?)));
    let files = read.collect::<Result<Vec<_>, Failure>>()?;
    if live {
        // Nobody becomes live by a file that is refused.
        for (file, bytes) in &files {
            let tried = with_spinner(file, || trial(&installation, &rulebook, bytes, live));
            tried.map_err(|e| refused(file, e))?;
        }
        live::make(&installation, &rulebook, args.dry_run)?;
    }
    for (file, bytes) in &files {
        let imported = with_spinner(file, || match args.dry_run {
            true => trial(&installation, &rulebook, bytes, live),
            false => {
                let Installation { store, lender, .. } = &installation;
                contracts::import(store, *lender, &rulebook, bytes, os::now())
            }
        });
        say_contracts(file, imported.map_err(|e| refused(file, e))?, &args);
    }
    Ok(())
}

fn trial(
    to: &Installation,
    rulebook: &Rulebook,
    bytes: &[u8],
    live: bool,
) -> Result<Imported, ContractFileError> {
    contracts::check_import(&to.store, to.lender, rulebook, bytes, live)
}

/// Every fault of the file on a line of its own, then the one line that ends the command.
fn refused(file: &Path, error: ContractFileError) -> Failure {
    match error {
        ContractFileError::Faults(faults) => {
            for fault in &faults {
                tell!("{}: {fault}", file.display());
            }
            Failure::Input(anyhow!(
                "{}: {} faults, nothing was imported",
                file.display(),
                faults.len()
            ))
        }
        ContractFileError::NotLive(all) => {
            for one in &all {
                tell!("{}: {one}", file.display());
            }
            let what = "under packs that can't stand over a real one, nothing was imported";
            let (file, all) = (file.display(), all.len());
            Failure::Input(anyhow!("{file}: {all} contracts {what}"))
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
        let line =
            json!({"file": file, "added": added, "unchanged": unchanged, "dry_run": args.dry_run});
        say!("{line}");
        return;
    }
    let would = if args.dry_run { "would be " } else { "" };
    say!(
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
