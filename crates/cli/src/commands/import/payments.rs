//! `fairlock import payments`: statement files into the database.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::anyhow;
use fairlock_server::Clock as _;
use fairlock_server::money::Desk;
use fairlock_server::money::import::{
    self, ImportError as PaymentsError, Imported as ImportedPayments,
};
use fairlock_server::money::matching::PayerKey;
use fairlock_storage::Stamp;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::args::import::{ImportArgs, PaymentsArgs};
use crate::commands::bench::os;
use crate::commands::mappings::{self, Wanted};
use crate::commands::{read_file, rulebook};
use crate::data_dir;
use crate::exit::Failure;
use crate::os::OsClock;
use crate::out::{say, tell};

/// How often a person who waits is told anew.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// Payments in suspense that are named; the console has all of them.
const NAMED_MAX: usize = 50;

/// Imports statement files, each all or nothing; a wrong file ends it.
pub fn payments(args: PaymentsArgs) -> Result<(), Failure> {
    let mut known = match &args.mappings {
        Some(dir) => mappings::of_folder(dir)?,
        None => Vec::new(),
    };
    let mapping = match args.format.as_deref().map(mappings::wanted).transpose()? {
        None => None,
        Some(Wanted::Table(mapping)) => {
            let name = mapping.name.clone();
            known.retain(|known| known.name != name);
            known.push(*mapping);
            Some(name)
        }
        Some(Wanted::Format(format)) => {
            let expected = "expected csv:MAPPING; other formats are detected";
            let format = format.name();
            return Err(Failure::Input(anyhow!("--format {format}: {expected}")));
        }
    };
    let args = args.import;
    let rulebook = Arc::new(rulebook()?);
    let installation = data_dir::open(&args.data_dir)?;
    let clock = OsClock::start();
    let payers = PayerKey::new(installation.keys.payer_key());
    let (store, lender) = (installation.store, installation.lender);
    let desk = Desk::new(store, lender, rulebook, clock.now());
    let mut desk = desk.map_err(Failure::outside)?;
    desk.payers = Some(payers);
    desk.know(known);
    let mapping = mapping.as_deref();
    for file in &args.files {
        let bytes = read_file(file)?;
        let now = Stamp {
            at: clock.now(),
            monotonic_ns: clock.monotonic_ns(),
        };
        let imported = with_bar(file, &desk, || {
            payments_of(&desk, file, bytes, mapping, now, args.dry_run)
        });
        match imported {
            Ok(imported) => {
                say_payments(file, &imported, &args);
                say_rate(file, &imported, clock.monotonic_ns() - now.monotonic_ns);
            }
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
    mapping: Option<&str>,
    now: Stamp,
    dry_run: bool,
) -> Result<ImportedPayments, PaymentsError> {
    if dry_run {
        return Ok(ImportedPayments::Added(import::check_payments(
            desk, &bytes, mapping, now,
        )?));
    }
    let name = file.file_name().unwrap_or(file.as_os_str());
    import::payments(desk, &name.to_string_lossy(), bytes, mapping, now)
}

/// Shows on a terminal how far the work is.
fn with_bar<T>(file: &Path, desk: &Desk, work: impl FnOnce() -> T) -> T {
    let bar = ProgressBar::no_length();
    let template = "{prefix} {msg} {wide_bar} {human_pos}/{human_len} {per_sec} {eta}";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_prefix(file.display().to_string());
    let is_done = AtomicBool::new(false);
    let result = thread::scope(|scope| {
        scope.spawn(|| {
            let mut stage = None;
            while !is_done.load(Ordering::Relaxed) {
                let place = desk.progress.place();
                if stage != Some(place.stage) {
                    stage = Some(place.stage);
                    bar.reset();
                    bar.set_message(place.stage.word());
                }
                match place.of {
                    0 => bar.unset_length(),
                    of => bar.set_length(of),
                }
                bar.set_position(place.done);
                thread::sleep(LOOK_AGAIN);
            }
        });
        let result = work();
        is_done.store(true, Ordering::Relaxed);
        result
    });
    bar.finish_and_clear();
    result
}

/// How fast a large file went, and what it took.
fn say_rate(file: &Path, imported: &ImportedPayments, nanos: u64) {
    let ImportedPayments::Added(summary) = imported else {
        return;
    };
    let seconds = nanos as f64 / 1e9;
    if seconds < 1.0 {
        return;
    }
    let entries = summary.new + summary.risen + summary.known + summary.returned + summary.lines;
    let memory = match os::peak_bytes() {
        Some(bytes) => format!("; memory at most {} MiB", bytes / 1024 / 1024),
        None => String::new(),
    };
    let (file, rate) = (file.display(), entries as f64 / seconds);
    tell!("{file}: {entries} entries in {seconds:.1} s, {rate:.0} a second{memory}");
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
    let more = summary.suspense.len().saturating_sub(NAMED_MAX);
    for (payment, reason) in suspense.take(NAMED_MAX) {
        say!("  suspense: {payment}: {}", reason.name());
    }
    if more > 0 {
        say!("  suspense: and {more} more");
    }
    for unclear in &summary.unclear_returns {
        say!("  return that is kept: {unclear}");
    }
}
