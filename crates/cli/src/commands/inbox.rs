//! `fairlock inbox list / show / replay`: what arrived, and reading it once more.

use std::sync::Arc;

use anyhow::anyhow;
use fairlock_domain::calendar::Instant;
use fairlock_rulebook::time;
use fairlock_server::Clock as _;
use fairlock_server::money::Desk;
use fairlock_server::money::replay::{self, Report};
use fairlock_storage::{Listed, Message, MessageNo, MessageState, Stamp};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::args::inbox::{ListArgs, ReplayArgs, ShowArgs, State, WhichArgs};
use crate::commands::{rulebook, sources};
use crate::data_dir;
use crate::exit::Failure;
use crate::os::OsClock;
use crate::out::{self, say, tell};

pub fn list(args: ListArgs) -> Result<(), Failure> {
    let (store, lender) = data_dir::open_existing(&args.which.data_dir)?;
    let since = match &args.since {
        Some(text) => instant(text)?,
        None => Instant::from_unix_seconds(0),
    };
    let listed = listed(&args.which, since);
    let found = store.messages(lender, &listed, MessageNo(0), args.limit);
    let found = found.map_err(Failure::outside)?;
    for message in &found {
        match args.which.json {
            true => say!("{}", as_json(message)),
            false => say!("{}", in_a_line(message)),
        }
    }
    if !args.which.json && found.len() == args.limit as usize {
        tell!("{} shown; more with --limit or --since", found.len());
    }
    Ok(())
}

pub fn show(args: ShowArgs) -> Result<(), Failure> {
    let (store, lender) = data_dir::open_existing(&args.data_dir)?;
    let found = store.message(lender, MessageNo(args.message));
    let Some(message) = found.map_err(Failure::outside)? else {
        let no = args.message;
        let expected = "expected a number that `fairlock inbox list` prints";
        return Err(Failure::Input(anyhow!(
            "message {no}: not there; {expected}"
        )));
    };
    tell!("{}", in_a_line(&message));
    for (name, value) in &message.headers {
        tell!("  {name}: {value}");
    }
    out::write(&message.body);
    Ok(())
}

pub fn replay(args: ReplayArgs) -> Result<(), Failure> {
    let rulebook = Arc::new(rulebook()?);
    let (store, lender) = data_dir::open_existing(&args.which.data_dir)?;
    let clock = OsClock::start();
    let desk = Desk::new(store, lender, rulebook, clock.now());
    let mut desk = desk.map_err(Failure::outside)?;
    if let Some(path) = &args.sources {
        desk.sources = sources::read(path)?.sources;
    }
    let listed = listed(&args.which, instant(&args.since)?);
    let count = replay::count(&desk, &listed).map_err(Failure::outside)?;
    let now = Stamp {
        at: clock.now(),
        monotonic_ns: clock.monotonic_ns(),
    };
    let bar = bar(count);
    let report = replay::replay(&desk, &listed, args.dry_run, now, &mut |_| bar.inc(1));
    bar.finish_and_clear();
    let report = report.map_err(Failure::outside)?;
    match args.which.json {
        true => say!("{}", report_json(&report, args.dry_run)),
        false => say_report(&report, args.dry_run),
    }
    Ok(())
}

fn bar(count: u64) -> ProgressBar {
    let bar = ProgressBar::new(count);
    let style = "{bar:40} {pos} of {len} messages, {per_sec}, {eta} left";
    bar.set_style(
        ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    bar
}

fn say_report(report: &Report, dry_run: bool) {
    let would = if dry_run { "would " } else { "" };
    for (no, name, summary) in &report.changed {
        say!(
            "message {} ({name}): {would}add {} payments, {} rise, {} return",
            no.0,
            summary.new,
            summary.risen,
            summary.returned
        );
    }
    for (no, name, why) in &report.left {
        say!("message {} ({name}): stays as it was: {why}", no.0);
    }
    say!(
        "{} messages read again: {} say what they said, {} {}, {} stay as they were",
        report.read,
        report.same,
        report.changed.len(),
        if dry_run {
            "would add something"
        } else {
            "added something"
        },
        report.left.len()
    );
}

fn report_json(report: &Report, dry_run: bool) -> serde_json::Value {
    let changed = report.changed.iter().map(|(no, name, summary)| {
        json!({"message": no.0, "name": name, "new": summary.new, "risen": summary.risen,
            "returned": summary.returned, "contracts": summary.contracts})
    });
    let left = report.left.iter();
    let left = left.map(|(no, name, why)| json!({"message": no.0, "name": name, "why": why}));
    json!({"read": report.read, "same": report.same, "dry_run": dry_run,
        "changed": changed.collect::<Vec<_>>(), "left": left.collect::<Vec<_>>()})
}

fn listed(which: &WhichArgs, since: Instant) -> Listed {
    let state = which.state.map(|state| match state {
        State::Unread => MessageState::Unread,
        State::Processed => MessageState::Processed,
        State::Parked => MessageState::Parked,
    });
    Listed {
        source: which.source.clone(),
        since,
        state,
    }
}

fn instant(text: &str) -> Result<Instant, Failure> {
    time::parse_instant(text).ok_or_else(|| {
        Failure::Input(anyhow!(
            "--since {text}: expected RFC 3339 with an offset, as 2026-03-01T00:00:00Z"
        ))
    })
}

fn in_a_line(message: &Message) -> String {
    format!(
        "{} {} {:<9} {} {}: {}",
        message.no.0,
        message.received.at,
        message.state.name(),
        message.source,
        message.name,
        message.note.as_deref().unwrap_or("-")
    )
}

fn as_json(message: &Message) -> serde_json::Value {
    json!({"message": message.no.0, "source": message.source, "name": message.name,
        "received": message.received.at.to_string(), "state": message.state.name(),
        "note": message.note})
}
