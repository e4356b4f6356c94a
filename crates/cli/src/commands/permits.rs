//! `fairlock import clearances` and `approvals`: what lawyers and regulators gave, into the
//! database.

use std::path::Path;

use anyhow::anyhow;
use fairlock_server::permits::{self, Kind, PermitFileError};
use fairlock_storage::{PermitError, PermitsRecorded};
use serde_json::json;

use crate::args::import::ImportArgs;
use crate::commands::{read_file, rulebook};
use crate::data_dir;
use crate::exit::Failure;
use crate::os;
use crate::out::{say, tell};

/// Records the permits of files, each all or nothing; a wrong file ends it.
pub fn run(kind: Kind, args: &ImportArgs) -> Result<(), Failure> {
    let rulebook = rulebook()?;
    let to = data_dir::open(&args.data_dir)?;
    for file in &args.files {
        let bytes = read_file(file)?;
        let told = (kind, bytes.as_slice());
        let recorded = match args.dry_run {
            true => permits::check_import(&to.store, to.lender, &rulebook, told),
            false => permits::import(&to.store, to.lender, &rulebook, told, os::now()),
        };
        let recorded = recorded.map_err(|error| refused(file, error))?;
        say_recorded(kind, file, recorded, args);
    }
    Ok(())
}

/// Every fault of the file on a line of its own, then the one line that ends the command.
fn refused(file: &Path, error: PermitFileError) -> Failure {
    let file = file.display();
    match error {
        PermitFileError::Faults(faults) => {
            for fault in &faults {
                tell!("{file}: {fault}");
            }
            let faults = faults.len();
            Failure::Input(anyhow!("{file}: {faults} faults, nothing was imported"))
        }
        PermitFileError::Permit(PermitError::Store(error)) => Failure::outside(error),
        PermitFileError::Permit(error) => {
            Failure::Input(anyhow!("{file}: {error}; nothing was imported"))
        }
    }
}

fn say_recorded(kind: Kind, file: &Path, recorded: PermitsRecorded, args: &ImportArgs) {
    let PermitsRecorded {
        added,
        withdrawn,
        unchanged,
    } = recorded;
    if args.json {
        let line = json!({"file": file, "added": added, "withdrawn": withdrawn,
            "unchanged": unchanged, "dry_run": args.dry_run});
        say!("{line}");
        return;
    }
    let what = match kind {
        Kind::Clearances => "clearances",
        Kind::Approvals => "approvals",
    };
    let would = if args.dry_run { "would be " } else { "" };
    say!(
        "{}: {added} {what} {would}added, {withdrawn} {would}withdrawn, {unchanged} there already with the same content",
        file.display()
    );
}
