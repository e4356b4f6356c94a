//! `fairlock payments`: the list of suspense, and what people decide about money.

use std::path::Path;
use std::sync::Arc;

use anyhow::anyhow;
use fairlock_domain::calendar::Instant;
use fairlock_domain::payment::Reference;
use fairlock_server::Clock as _;
use fairlock_server::money::Desk;
use fairlock_server::money::matching::{self, Deed, Order, PayerKey};
use fairlock_storage::{ChangeRow, ChangeState, LenderId, Stamp, Store, SuspenseRow};
use serde_json::json;

use crate::args::payments::{DeedArgs, MatchArgs, OrderArgs, RefundArgs, SuspenseArgs};
use crate::commands::rulebook;
use crate::data_dir;
use crate::exit::Failure;
use crate::os::{self, OsClock};
use crate::out::say;

/// A change that waits longer for its payment than this is said to be late: a day, within which
/// every source tells again what it missed.
const LATE_HOURS: i64 = 24;

/// Lists suspense, and changes that wait for their payment or for a person.
pub fn suspense(args: &SuspenseArgs) -> Result<(), Failure> {
    let (store, lender) = data_dir::open_existing(&args.data_dir)?;
    let now = os::now();
    let open = store.open_suspense(lender, args.limit);
    let open = open.map_err(Failure::outside)?;
    let changes = store.open_changes(lender, args.limit);
    let changes = changes.map_err(Failure::outside)?;
    if args.json {
        for row in &open {
            say!("{}", suspense_json(row, now));
        }
        for row in &changes {
            say!("{}", change_json(row, now));
        }
        return Ok(());
    }
    if open.is_empty() {
        say!("nothing in suspense: every payment is a contract's");
    }
    for row in &open {
        say_suspense(row, now);
    }
    for row in &changes {
        say_change(row, now);
    }
    Ok(())
}

fn say_suspense(row: &SuspenseRow, now: Instant) {
    let payment = &row.payment;
    let (code, age) = (payment.amount.currency().code(), age(row.opened_at, now));
    say!(
        "{}  {code} {}  {}, {}, {age} old: {}",
        payment.id,
        payment.amount,
        payment.channel,
        payment.state.name(),
        row.reason.name()
    );
    for candidate in &row.candidates {
        let evidence = candidate.evidence.replace('+', ", ").replace('_', " ");
        say!(
            "    {}  score {}  {evidence}; shielded",
            candidate.contract_id,
            candidate.score
        );
    }
    if row.candidates.is_empty() {
        say!("    nothing points to a contract; nobody is shielded");
    }
    if let (Some(at), Some(by)) = (row.kept_at, &row.kept_by) {
        say!("    kept open by {by} {} ago", self::age(at, now));
    }
}

fn say_change(row: &ChangeRow, now: Instant) {
    let (kind, id, age) = (
        row.change.kind.name(),
        &row.change.id,
        age(row.told_at, now),
    );
    let code = row.change.amount.currency().code();
    let why = match (row.state, &row.note) {
        (ChangeState::Waiting, _) if is_late(row, now) => "its payment hasn't come: LATE",
        (ChangeState::Waiting, _) => "waits for its payment",
        (_, Some(note)) => note,
        (_, None) => "for a person",
    };
    say!(
        "{kind} {id}  {code} {}  {}, {age} old: {why}",
        row.change.amount,
        row.channel
    );
}

fn is_late(row: &ChangeRow, now: Instant) -> bool {
    now.since(row.told_at).as_seconds() >= LATE_HOURS * 3_600
}

fn suspense_json(row: &SuspenseRow, now: Instant) -> serde_json::Value {
    let payment = &row.payment;
    let candidates: Vec<_> = row
        .candidates
        .iter()
        .map(|c| {
            let evidence: Vec<&str> = c.evidence.split('+').collect();
            json!({"contract": c.contract_id, "score": c.score, "evidence": evidence})
        })
        .collect();
    json!({
        "payment": payment.id, "amount": payment.amount.to_string(),
        "currency": payment.amount.currency().code(), "state": payment.state.name(),
        "channel": payment.channel, "reason": row.reason.name(),
        "age_hours": now.since(row.opened_at).as_seconds() / 3_600,
        "kept_by": row.kept_by, "candidates": candidates,
    })
}

fn change_json(row: &ChangeRow, now: Instant) -> serde_json::Value {
    json!({
        "change": row.change.kind.name(), "id": row.change.id,
        "amount": row.change.amount.to_string(),
        "currency": row.change.amount.currency().code(), "channel": row.channel,
        "state": row.state.name(), "late": is_late(row, now), "note": row.note,
        "age_hours": now.since(row.told_at).as_seconds() / 3_600,
    })
}

/// In the largest unit that is whole.
fn age(since: Instant, now: Instant) -> String {
    let seconds = now.since(since).as_seconds().max(0);
    match seconds {
        0..3_600 => format!("{} min", seconds / 60),
        3_600..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// Gives money to a contract.
pub fn match_to(args: &MatchArgs) -> Result<(), Failure> {
    let (store, lender) = data_dir::open_existing(&args.order.data_dir)?;
    let contract_id = contract_id(&store, lender, &args.contract)?;
    let deed = Deed::Match {
        contract_id,
        standing: args.standing,
    };
    act(&args.payment, &deed, &args.order)
}

/// The id that an id or reference names; a contract that isn't there is said by the deed itself.
fn contract_id(store: &Store, lender: LenderId, typed: &str) -> Result<String, Failure> {
    let Ok(reference) = Reference::parse(typed) else {
        return Ok(typed.to_owned());
    };
    let found = store.contracts_by_reference(lender, &[reference]);
    let found = found.map_err(Failure::outside)?;
    Ok(found
        .into_iter()
        .next()
        .map_or_else(|| typed.to_owned(), |c| c.contract_id))
}

/// Takes money off its contract.
pub fn unmatch(args: &DeedArgs) -> Result<(), Failure> {
    act(&args.payment, &Deed::Unmatch, &args.order)
}

/// Leaves money in suspense.
pub fn keep(args: &DeedArgs) -> Result<(), Failure> {
    act(&args.payment, &Deed::Keep, &args.order)
}

/// A refund is decided, left, or came back.
pub fn refund(args: &RefundArgs) -> Result<(), Failure> {
    let deed = match (&args.left, &args.came_back) {
        (Some(channel), _) => Deed::RefundPaid {
            channel: channel.clone(),
        },
        (None, Some(channel)) => Deed::RefundFailed {
            channel: channel.clone(),
        },
        (None, None) => Deed::Refund,
    };
    act(&args.payment, &deed, &args.order)
}

fn act(payment: &str, deed: &Deed, order: &OrderArgs) -> Result<(), Failure> {
    let desk = desk(&order.data_dir)?;
    let clock = OsClock::start();
    let now = Stamp {
        at: clock.now(),
        monotonic_ns: clock.monotonic_ns(),
    };
    let who = Order {
        actor: order.by.clone(),
        reason: order.reason.clone(),
    };
    let done = matching::act(&desk, payment, deed, &who, now).map_err(|error| {
        match error.is_refusal() {
            true => Failure::Input(anyhow!("{error}; nothing was changed")),
            false => Failure::outside(error),
        }
    })?;
    if order.json {
        let line = json!({
            "payment": payment, "action": deed.word(), "before": done.before,
            "after": done.after, "contracts": done.contracts,
        });
        say!("{line}");
        return Ok(());
    }
    say!("{payment}: {} (before: {})", done.after, done.before);
    if !done.contracts.is_empty() {
        say!("  judged anew: {}", done.contracts.join(", "));
    }
    Ok(())
}

/// A desk that compares payers as the server does.
fn desk(dir: &Path) -> Result<Desk, Failure> {
    data_dir::open_existing(dir)?;
    let installation = data_dir::open(dir)?;
    let payers = PayerKey::new(installation.keys.payer_key());
    let rulebook = Arc::new(rulebook()?);
    let (store, lender) = (installation.store, installation.lender);
    let desk = Desk::new(store, lender, rulebook, os::now());
    let mut desk = desk.map_err(Failure::outside)?;
    desk.payers = Some(payers);
    Ok(desk)
}
