//! `fairlock statement read FILE`: a normalised statement, without a database.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write as _};
use std::path::Path;

use anyhow::anyhow;
use fairlock_intake::json::PrintError;
use fairlock_intake::{Entry, ReadError, StatementHead, sheet, statement_json, table_json};

use crate::args::StatementReadArgs;
use crate::commands::mappings::{Wanted, wanted};
use crate::exit::Failure;
use crate::out::{Out, tell};

/// Prints every statement of the file, as JSON or for people.
pub fn read(args: StatementReadArgs) -> Result<(), Failure> {
    let wanted = args.format.as_deref().map(wanted).transpose()?;
    let file = File::open(&args.file)
        .map_err(|e| Failure::Input(anyhow!("{}: can't read it ({e})", args.file.display())))?;
    let mut input = BufReader::new(file);
    let mut output = BufWriter::new(Out);
    let printed = match (&wanted, args.json) {
        (Some(Wanted::Table(mapping)), true) => table_json(&mut input, mapping, &mut output),
        (Some(Wanted::Format(format)), true) => {
            statement_json(&mut input, Some(*format), &mut output)
        }
        (None, true) => statement_json(&mut input, None, &mut output),
        (wanted, false) => print_for_people(&mut input, wanted.as_ref(), &mut output),
    };
    match printed {
        Ok(()) => output.flush().map_err(Failure::outside),
        Err(PrintError::Table(errors)) => Err(refused(&args.file, &errors)),
        Err(PrintError::Input(error)) => {
            Err(Failure::Input(anyhow!("{}: {error}", args.file.display())))
        }
        Err(PrintError::Output(error)) => Err(Failure::outside(error)),
    }
}

/// Every cell that can't be read on a line of its own, then the one line that ends the command.
fn refused(file: &Path, errors: &[ReadError]) -> Failure {
    let file = file.display();
    if let [error] = errors {
        return Failure::Input(anyhow!("{file}: {error}"));
    }
    for error in errors {
        tell!("{file}: {error}");
    }
    Failure::Input(anyhow!("{file}: {} faults", errors.len()))
}

/// A heading a statement and a line an entry. Statements are short enough to be held: a file for
/// a machine goes through `--json`, which holds nothing.
fn print_for_people(
    input: &mut BufReader<File>,
    wanted: Option<&Wanted>,
    output: &mut impl std::io::Write,
) -> Result<(), PrintError> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    let mut keep = |statement, entry: Entry| lines.push((statement, entry_line(&entry)));
    let contents = match wanted {
        Some(Wanted::Table(mapping)) => sheet::read(input, mapping, &mut keep)?,
        Some(Wanted::Format(format)) => fairlock_intake::read(input, Some(*format), &mut keep)?,
        None => fairlock_intake::read(input, None, &mut keep)?,
    };
    for (i, head) in contents.statements.iter().enumerate() {
        writeln!(output, "{}", heading(head))?;
        for (_, line) in lines.iter().filter(|(statement, _)| *statement == i) {
            writeln!(output, "  {line}")?;
        }
    }
    for report in &contents.status_reports {
        writeln!(output, "{report}")?;
    }
    Ok(())
}

fn heading(head: &StatementHead) -> String {
    let unknown = || "not known".to_string();
    let balance = |b: &Option<fairlock_intake::statement::Balance>| {
        b.as_ref().map_or_else(unknown, |b| b.signed())
    };
    format!(
        "{}, account {}, {}: opening {}, closing {}",
        head.statement.clone().unwrap_or_else(unknown),
        head.account.clone().unwrap_or_else(unknown),
        head.format,
        balance(&head.opening),
        balance(&head.closing),
    )
}

fn entry_line(entry: &Entry) -> String {
    let day = entry
        .booking
        .map_or_else(|| "no date".to_string(), |stamp| stamp.day.to_string());
    let details = match entry.details.len() {
        0 | 1 => String::new(),
        n => format!(", {n} transactions"),
    };
    format!(
        "{day} {} {} {} {}{details}",
        entry.status.name(),
        entry.direction.name(),
        entry.amount.currency,
        entry.amount.value,
    )
}
