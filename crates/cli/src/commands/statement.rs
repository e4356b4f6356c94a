//! `fairlock statement read FILE`: a normalised statement, without a database.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write as _};

use anyhow::anyhow;
use fairlock_intake::json::PrintError;
use fairlock_intake::{Entry, Format, StatementHead, statement_json};

use crate::args::StatementReadArgs;
use crate::exit::Failure;
use crate::out::Out;

/// Prints every statement of the file, as JSON or for people.
pub fn read(args: StatementReadArgs) -> Result<(), Failure> {
    let format = format(args.format.as_deref())?;
    let file = File::open(&args.file)
        .map_err(|e| Failure::Input(anyhow!("{}: can't read it ({e})", args.file.display())))?;
    let mut input = BufReader::new(file);
    let mut output = BufWriter::new(Out);
    let printed = if args.json {
        statement_json(&mut input, format, &mut output)
    } else {
        print_for_people(&mut input, format, &mut output)
    };
    match printed {
        Ok(()) => output.flush().map_err(Failure::outside),
        Err(PrintError::Input(error)) => {
            Err(Failure::Input(anyhow!("{}: {error}", args.file.display())))
        }
        Err(PrintError::Output(error)) => Err(Failure::outside(error)),
    }
}

fn format(name: Option<&str>) -> Result<Option<Format>, Failure> {
    name.map(|name| {
        Format::from_name(name)
            .ok_or_else(|| Failure::Input(anyhow!("--format {name}: expected camt or pain002")))
    })
    .transpose()
}

/// A heading a statement and a line an entry. Statements are short enough to be held: a file for
/// a machine goes through `--json`, which holds nothing.
fn print_for_people(
    input: &mut BufReader<File>,
    format: Option<Format>,
    output: &mut impl std::io::Write,
) -> Result<(), PrintError> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    let contents = fairlock_intake::read(input, format, &mut |statement, entry| {
        lines.push((statement, entry_line(&entry)));
    })?;
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
