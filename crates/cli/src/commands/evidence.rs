//! `fairlock evidence`: one archive with everything that a third person needs to judge a lock,
//! and its check without any database.

use std::path::Path;

use anyhow::anyhow;
use fairlock_server::evidence::archive::{self, ArchiveError};
use fairlock_server::evidence::collect::{CollectError, Wanted};
use fairlock_server::evidence::{self, Check, Checked};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use crate::args::{EvidenceArgs, EvidenceCheckArgs, EvidenceCommand};
use crate::commands::explain::{find, instant_or_now};
use crate::commands::rulebook;
use crate::data_dir;
use crate::exit::Failure;
use crate::out::say;

/// What writes the file.
const PROGRAM: &str = concat!("fairlock ", env!("CARGO_PKG_VERSION"));

pub fn run(args: EvidenceArgs) -> Result<(), Failure> {
    match (args.command, args.contract, args.out) {
        (Some(EvidenceCommand::Check(args)), _, _) => check(&args),
        (None, Some(contract), Some(out)) => {
            let at = args.at.as_deref();
            collect(&args.data_dir, &contract, at, &out, args.json)
        }
        _ => Err(Failure::Input(anyhow!(
            "evidence: expected CONTRACT and --out FILE"
        ))),
    }
}

/// Writes the file of a contract and prints its one hash.
fn collect(
    data_dir: &Path,
    contract: &str,
    at: Option<&str>,
    out: &Path,
    json: bool,
) -> Result<(), Failure> {
    let at = instant_or_now(at)?;
    let rulebook = rulebook()?;
    let (store, lender) = data_dir::open_existing(data_dir)?;
    let known = find(&store, lender, contract)?;
    let wanted = Wanted {
        store: &store,
        lender,
        rulebook: &rulebook,
        contract_id: &known.contract.id,
        at,
        program: PROGRAM,
    };
    let items = evidence::collect(&wanted).map_err(|error| match error {
        CollectError::UnknownContract(_) => Failure::input(error),
        _ => Failure::outside(error),
    })?;
    archive::write(&items, out).map_err(|error| match error {
        ArchiveError::Exists(_) => Failure::input(error),
        _ => Failure::outside(error),
    })?;
    let hash = evidence::evidence_hash(&items);
    let bytes: usize = items.values().map(Vec::len).sum();
    if json {
        let line = json!({
            "contract": wanted.contract_id, "at": at.to_string(), "file": out.display().to_string(),
            "items": items.len(), "bytes": bytes, "hash": hash,
        });
        say!("{line}");
    } else {
        say!("{}: {} items, {bytes} bytes", out.display(), items.len());
        say!("contract  {}, as known at {at}", wanted.contract_id);
        say!("hash      {hash}");
        say!("Write the hash down apart from the file: it names this evidence.");
    }
    Ok(())
}

/// Prints what holds and what doesn't; exit 1 when anything doesn't.
fn check(args: &EvidenceCheckArgs) -> Result<(), Failure> {
    let items = archive::read(&args.file)
        .map_err(|error| Failure::Input(anyhow!("{}: {error}", args.file.display())))?;
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{bar:24} decision {pos} of {len}, {eta} left")
        .expect("the template is a constant that a test renders");
    bar.set_style(style);
    let checked = evidence::check::check(&items, &mut |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    let named = args.hash.as_ref();
    let same = named.is_none_or(|hash| hash.eq_ignore_ascii_case(&checked.hash));
    match args.json {
        true => print_json(&checked, same),
        false => print(&checked, named.filter(|_| !same)),
    }
    match checked.holds() && same {
        true => Ok(()),
        false => Err(Failure::No),
    }
}

fn print(checked: &Checked, another: Option<&String>) {
    say!("contract  {}, as known at {}", checked.contract, checked.at);
    say!("written   by {}", checked.program);
    say!("hash      {}", checked.hash);
    if let Some(named) = another {
        say!("NOT THE FILE THAT WAS NAMED: expected {named}");
    }
    if let Some(keys) = &checked.first_key_set {
        say!("keys      {keys} (key set 1: the enrolment code of the phone names it)");
    }
    say!("");
    for (check, subjects) in &checked.looked_at {
        let broken = checked.broken.iter().filter(|b| b.check == *check).count();
        let verdict = match (broken, subjects) {
            (0, 0) => "nothing there",
            (0, _) => "holds",
            _ => "BROKEN",
        };
        say!("{verdict:<14}{}  ({subjects} looked at)", check.sentence());
    }
    say!("");
    for broken in &checked.broken {
        say!(
            "BROKEN  {}\n        found     {}\n        expected  {}",
            broken.subject,
            broken.found,
            broken.expected
        );
    }
    match checked.holds() {
        true => say!("the evidence holds"),
        false => say!("{} broken: the evidence doesn't hold", checked.broken.len()),
    }
}

fn print_json(checked: &Checked, same: bool) {
    for broken in &checked.broken {
        let line = json!({
            "broken": broken.check.name(), "subject": broken.subject, "found": broken.found,
            "expected": broken.expected,
        });
        say!("{line}");
    }
    let of = |(check, subjects): &(Check, u64)| (check.name().to_string(), json!(subjects));
    let looked_at: serde_json::Map<String, serde_json::Value> =
        checked.looked_at.iter().map(of).collect();
    let line = json!({
        "holds": checked.holds() && same, "hash": checked.hash, "named_file": same,
        "contract": checked.contract, "at": checked.at, "program": checked.program,
        "first_key_set": checked.first_key_set, "looked_at": looked_at,
        "broken": checked.broken.len(),
    });
    say!("{line}");
}
