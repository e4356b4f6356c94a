//! `fairlock import contracts` and `payments`: files into the database.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use fairlock_rulebook::Rulebook;
use fairlock_server::Clock as _;
use fairlock_server::contracts::{self, ContractFileError};
use fairlock_server::money::Desk;
use fairlock_server::money::matching::PayerKey;
use fairlock_server::money::import::{
    self, ImportError as PaymentsError, Imported as ImportedPayments,
};
use fairlock_storage::{ImportError, Imported, Stamp};
use indicatif::ProgressBar;
use serde_json::json;

use crate::args::import::{ContractsArgs, ImportArgs};
use crate::commands::{live, read_file, rulebook};
use crate::data_dir::{self, Installation};
use crate::exit::Failure;
use crate::os::{self, OsClock};
use crate::out::{say, tell};

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

/// Imports statement files, each all or nothing; a wrong file ends it.
pub fn payments(args: ImportArgs) -> Result<(), Failure> {
    let rulebook = Arc::new(rulebook()?);
    let installation = data_dir::open(&args.data_dir)?;
    let clock = OsClock::start();
    let payers = PayerKey::new(installation.keys.payer_key());
    let (store, lender) = (installation.store, installation.lender);
    let desk = Desk::new(store, lender, rulebook, clock.now());
    let mut desk = desk.map_err(Failure::outside)?;
    desk.payers = Some(payers);
    for file in &args.files {
        let bytes = read_file(file)?;
        let now = Stamp {
            at: clock.now(),
            monotonic_ns: clock.monotonic_ns(),
        };
        let imported = with_spinner(file, || payments_of(&desk, file, bytes, now, args.dry_run));
        match imported {
            Ok(imported) => say_payments(file, &imported, &args),
            Err(PaymentsError::Refused(problem)) => {
                let file = file.display();
                return Err(Failure::Input(anyhow!(
                    "{file}: {problem}; nothing was imported"
                )));
            }
            Err(PaymentsError::Process(error)) => return Err(Failure::outside(error)),
        }
    }
    Ok(())
}

fn payments_of(
    desk: &Desk,
    file: &Path,
    bytes: Vec<u8>,
    now: Stamp,
    dry_run: bool,
) -> Result<ImportedPayments, PaymentsError> {
    if dry_run {
        return Ok(ImportedPayments::Added(import::check_payments(
            desk, &bytes, now,
        )?));
    }
    let name = file.file_name().unwrap_or(file.as_os_str());
    import::payments(desk, &name.to_string_lossy(), bytes, now)
}

fn say_payments(file: &Path, imported: &ImportedPayments, args: &ImportArgs) {
    let file = file.display();
    let summary = match imported {
        ImportedPayments::ReadBefore(note) => {
            if args.json {
                say!(
                    "{}",
                    json!({"file": file.to_string(), "read_before": true, "note": note})
                );
            } else {
                say!("{file}: read before, nothing added ({note})");
            }
            return;
        }
        ImportedPayments::Added(summary) => summary,
    };
    let suspense = summary.suspense.iter();
    if args.json {
        let suspense: Vec<_> = suspense
            .map(|(payment, reason)| json!({"payment": payment, "reason": reason.name()}))
            .collect();
        let line = json!({
            "file": file.to_string(), "dry_run": args.dry_run, "statements": summary.statements,
            "new": summary.new, "risen": summary.risen, "known": summary.known,
            "returned": summary.returned, "lines": summary.lines, "suspense": suspense,
            "unclear_returns": summary.unclear_returns, "contracts": summary.contracts.len(),
        });
        say!("{line}");
        return;
    }
    let would = if args.dry_run { "would add " } else { "" };
    say!(
        "{file}: {would}{} new payments, {} whose state rose, {} known already, {} returned, {} lines kept; {} contracts touched",
        summary.new,
        summary.risen,
        summary.known,
        summary.returned,
        summary.lines,
        summary.contracts.len()
    );
    for (payment, reason) in suspense {
        say!("  suspense: {payment}: {}", reason.name());
    }
    for unclear in &summary.unclear_returns {
        say!("  return that is kept: {unclear}");
    }
}

/// Shows that something goes on, on a terminal, while `work` lasts.
pub fn with_spinner<T>(file: &Path, work: impl FnOnce() -> T) -> T {
    let spinner = ProgressBar::new_spinner();
    spinner.set_message(format!("reading {}", file.display()));
    spinner.enable_steady_tick(Duration::from_millis(120));
    let result = work();
    spinner.finish_and_clear();
    result
}
