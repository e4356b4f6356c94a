//! `fairlock feeds`: the list of feeds, and what two people decide about one that isn't whole.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use fairlock_domain::money::{Currency, Money};
use fairlock_domain::standing::FeedState;
use fairlock_server::Clock as _;
use fairlock_server::money::Desk;
use fairlock_server::money::feeds::time::{self, TimeError};
use fairlock_storage::{FeedActionError, FeedActionKind, FeedActionRow, FeedHealth, Stamp};
use indicatif::ProgressBar;
use serde_json::{Value, json};

use crate::args::feeds::{
    DecideArgs, Feeds, GiveTimeArgs, ListArgs, PayoutAccountArgs, ToleranceArgs, WhoArgs,
};
use crate::commands::rulebook;
use crate::data_dir;
use crate::exit::Failure;
use crate::os::OsClock;
use crate::out::say;

/// Runs one of them.
pub fn run(command: &Feeds) -> Result<(), Failure> {
    match command {
        Feeds::List(args) => list(args),
        Feeds::GiveTime(args) => give_time(args),
        Feeds::TakeBack(args) => take_back(args),
        Feeds::Approve(args) => decide(args, true),
        Feeds::Refuse(args) => decide(args, false),
        Feeds::PayoutAccount(args) => payout_account(args),
        Feeds::Tolerance(args) => tolerance(args),
    }
}

fn list(args: &ListArgs) -> Result<(), Failure> {
    let (store, lender) = data_dir::open_existing(&args.data_dir)?;
    let feeds = store.feed_health(lender).map_err(Failure::outside)?;
    let open = store.open_feed_actions(lender).map_err(Failure::outside)?;
    for health in &feeds {
        match args.json {
            true => say!("{}", feed_json(health)),
            false => say_feed(health),
        }
    }
    for row in &open {
        match args.json {
            true => say!("{}", action_json(row)),
            false => say_action(row),
        }
    }
    if feeds.is_empty() && !args.json {
        say!("no feed is watched; serve --feed names them");
    }
    match feeds.iter().all(|f| f.feed.state == FeedState::Healthy) {
        true => Ok(()),
        false => Err(Failure::No),
    }
}

fn say_feed(health: &FeedHealth) {
    let row = &health.feed;
    let complete = match row.complete_up_to {
        Some(at) => format!("complete up to {at}"),
        None => "never complete yet".to_owned(),
    };
    let (name, contracts) = (&row.feed, health.contracts);
    match (&row.reason, row.unhealthy_since) {
        (Some(reason), Some(since)) => {
            say!(
                "{name}  {} since {since}; {complete}; {contracts} contracts stand still",
                reason.name()
            );
            say!("    {}", row.why.as_deref().unwrap_or_default());
        }
        _ => say!("{name}  whole; {complete}; {contracts} contracts, none stands still"),
    }
}

fn feed_json(health: &FeedHealth) -> Value {
    let row = &health.feed;
    let state = match row.state {
        FeedState::Healthy => "healthy",
        FeedState::Stale => "stale",
        FeedState::Gap => "gap",
    };
    let at = |at: Option<fairlock_domain::calendar::Instant>| at.map(|at| at.to_string());
    json!({
        "feed": row.feed, "kind": row.kind, "state": state,
        "reason": row.reason.map(|r| r.name()), "why": row.why,
        "unhealthy_since": at(row.unhealthy_since), "heartbeat_at": at(row.heartbeat_at),
        "period_h": row.period.as_hours(), "complete_up_to": at(row.complete_up_to),
        "sequence": row.sequence, "legal_sequence": row.legal_sequence,
        "contracts": health.contracts,
    })
}

fn say_action(row: &FeedActionRow) {
    let what = match row.kind {
        FeedActionKind::GiveTime => "time for",
        FeedActionKind::TakeBack => "take back the time of",
    };
    say!(
        "action {}  {}: {what} {} contracts until {}, {}; by {}: {}",
        row.no,
        row.feed,
        row.contracts,
        row.until,
        row.state.name(),
        row.proposed_by,
        row.reason
    );
}

fn action_json(row: &FeedActionRow) -> Value {
    json!({
        "action": row.no, "feed": row.feed, "kind": row.kind.name(), "of": row.of,
        "reason": row.reason, "until": row.until.to_string(), "contracts": row.contracts,
        "done": row.done, "state": row.state.name(), "proposed_by": row.proposed_by,
        "proposed_at": row.proposed_at.to_string(), "decided_by": row.decided_by,
        "decided_why": row.decided_why,
    })
}

/// A desk on an installation that is there.
fn desk(dir: &Path) -> Result<(Desk, OsClock), Failure> {
    let (store, lender) = data_dir::open_existing(dir)?;
    let clock = OsClock::start();
    let rulebook = Arc::new(rulebook()?);
    let desk = Desk::new(store, lender, rulebook, clock.now()).map_err(Failure::outside)?;
    Ok((desk, clock))
}

fn give_time(args: &GiveTimeArgs) -> Result<(), Failure> {
    let who = &args.who;
    let (desk, clock) = desk(&who.data_dir)?;
    let now = clock.now();
    let row = time::propose(&desk, &args.feed, args.days, &who.reason, &who.by, now);
    said(&row.map_err(refused)?, who);
    Ok(())
}

fn take_back(args: &DecideArgs) -> Result<(), Failure> {
    let who = &args.who;
    let (desk, clock) = desk(&who.data_dir)?;
    let row = time::propose_back(&desk, args.action, &who.reason, &who.by, clock.now());
    said(&row.map_err(refused)?, who);
    Ok(())
}

/// Decides; what is approved is carried out at once, here or by a server that is faster.
fn decide(args: &DecideArgs, approve: bool) -> Result<(), Failure> {
    let who = &args.who;
    let (desk, clock) = desk(&who.data_dir)?;
    let decided = time::decide(
        &desk,
        args.action,
        approve,
        &who.by,
        &who.reason,
        clock.now(),
    );
    let row = decided.map_err(refused)?;
    if approve {
        let bar = ProgressBar::new(row.contracts);
        bar.enable_steady_tick(Duration::from_millis(200));
        let now = Stamp {
            at: clock.now(),
            monotonic_ns: clock.monotonic_ns(),
        };
        let ran = time::run(&desk, now, &mut |row| bar.set_position(row.done));
        bar.finish_and_clear();
        ran.map_err(Failure::outside)?;
    }
    let after = desk.store.feed_action(desk.lender, args.action);
    said(&after.map_err(Failure::outside)?.unwrap_or(row), who);
    Ok(())
}

fn said(row: &FeedActionRow, who: &WhoArgs) {
    match who.json {
        true => say!("{}", action_json(row)),
        false => say_action(row),
    }
}

/// What isn't taken is an error of the call; the store's failures are outside.
fn refused(error: TimeError) -> Failure {
    match error {
        TimeError::Action(FeedActionError::Store(error)) => Failure::outside(error),
        error => Failure::input(error),
    }
}

fn payout_account(args: &PayoutAccountArgs) -> Result<(), Failure> {
    let (store, lender) = data_dir::open_existing(&args.data_dir)?;
    let account: String = args.account.concat().split_whitespace().collect();
    let account = Some(account.to_uppercase()).filter(|account| !account.is_empty());
    let known = store.put_payout_account(lender, &args.feed, account.clone());
    if !known.map_err(Failure::outside)? {
        let feed = &args.feed;
        return Err(Failure::Input(anyhow!(
            "feed {feed:?}: isn't there; expected one that serve was started with"
        )));
    }
    match account {
        Some(account) => say!("{}: payouts come from {account}", args.feed),
        None => say!("{}: no payout account", args.feed),
    }
    Ok(())
}

fn tolerance(args: &ToleranceArgs) -> Result<(), Failure> {
    let (store, lender) = data_dir::open_existing(&args.data_dir)?;
    let currency = Currency::from_code(&args.currency).ok_or_else(|| {
        let found = &args.currency;
        Failure::Input(anyhow!(
            "{found:?}: expected a currency of ISO 4217, as KES"
        ))
    })?;
    let amount = Money::parse(&args.amount, currency);
    let amount = amount.ok().filter(|amount| amount.minor() >= 0);
    let amount = amount.ok_or_else(|| {
        let (found, decimals) = (&args.amount, currency.exponent());
        Failure::Input(anyhow!(
            "{found:?}: expected an amount from 0 up with at most {decimals} decimals"
        ))
    })?;
    store
        .put_tolerance(lender, amount)
        .map_err(Failure::outside)?;
    say!("differences up to {} {amount} are let go", currency.code());
    Ok(())
}
