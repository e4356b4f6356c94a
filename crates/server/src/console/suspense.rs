//! Suspense: the list, one item with what a match would do, and the form by which a person decides.
//!
//! A decision carries the version of the payment that its page showed: one on another version, as
//! by a double click, isn't taken and shows the page anew. On purpose absent: who may decide, which
//! comes with the sign-in; until then the name is typed.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use fairlock_domain::payment::{PaymentState, Reference};
use fairlock_domain::standing::{Event, EventKind, SuspenseState};
use fairlock_storage::{
    CandidateRow, ChangeRow, ChangeState, ContractRow, PaymentRow, SuspenseRow, suspense_subject,
};
use fairlock_web::page;
use fairlock_web::view::Level;
use fairlock_web::view::suspense as view;
use serde::Deserialize;

use super::answer::{Asked, Trouble};
use super::{masked, places, texts};
use crate::Shared;
use crate::money::matching::{self, ActError, Deed, Order};
use crate::money::replan;
use crate::running::Change;

/// Items on the list: more than a person decides in a day.
const ROWS_MAX: u32 = 200;

/// Messages shown of one payment; a payment is told by a handful.
const LINES_MAX: u32 = 20;

/// A change that waits longer for its payment than this many seconds is late: within a day every
/// source tells again what it missed.
const LATE_S: i64 = 86_400;

/// The page at `/payments/suspense`.
pub async fn list(State(shared): State<Arc<Shared>>, asked: Asked) -> Response {
    asked
        .page(shared, |shared, asked| {
            let view = rows(shared)?;
            let frame = asked.frame(shared, places::utc());
            Ok(page::suspense(&frame, &view, texts(shared))?)
        })
        .await
}

fn rows(shared: &Shared) -> Result<view::Suspense, Trouble> {
    let (store, lender) = (&shared.store, shared.lender);
    let mut open = store.open_suspense(lender, ROWS_MAX + 1)?;
    let more = open.len() > ROWS_MAX as usize;
    open.truncate(ROWS_MAX as usize);
    let changes = store.open_changes(lender, ROWS_MAX)?.into_iter();
    Ok(view::Suspense {
        rows: open.into_iter().map(row).collect(),
        more,
        changes: changes.map(|change| open_change(shared, change)).collect(),
    })
}

fn row(row: SuspenseRow) -> view::SuspenseRow {
    let source = source(&row.payment);
    let amount = row.payment.amount;
    let shielded = |c: &CandidateRow| c.contract_id.clone();
    view::SuspenseRow {
        source,
        amount,
        pending: row.payment.state == PaymentState::Pending,
        since: row.opened_at,
        reason: row.reason.name().to_owned(),
        candidates: row.candidates.iter().map(shielded).collect(),
        kept: row.kept_at.is_some(),
        id: row.payment.id,
    }
}

fn open_change(shared: &Shared, row: ChangeRow) -> view::OpenChange {
    let waits = row.state == ChangeState::Waiting;
    let age = shared.clock.now().since(row.told_at).as_seconds();
    view::OpenChange {
        kind: row.change.kind.name().to_owned(),
        id: row.change.id,
        amount: row.change.amount,
        source: row.channel,
        since: row.told_at,
        waits,
        late: waits && age >= LATE_S,
        note: row.note,
    }
}

fn source(row: &PaymentRow) -> String {
    row.feed.clone().unwrap_or_else(|| row.channel.clone())
}

/// What the page says above its title.
#[derive(Deserialize)]
pub struct ItemQuery {
    #[serde(default)]
    done: Option<String>,
}

/// The page at `/payments/suspense/{id}`.
pub async fn item(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    Query(query): Query<ItemQuery>,
    asked: Asked,
) -> Response {
    asked
        .page(shared, move |shared, asked| {
            let mut view = one(shared, &id)?;
            view.said = query.done.and_then(|word| said(&view, &word));
            let frame = asked.frame(shared, places::utc());
            Ok(page::suspense_item(&frame, &view, texts(shared))?)
        })
        .await
}

/// What became of the newest decision, and only when it is the one that was made.
fn said(view: &view::SuspenseItem, word: &str) -> Option<view::Said> {
    if word == "changed" {
        return Some(view::Said::Changed);
    }
    let newest = view.trail.last().filter(|row| row.action == word)?;
    Some(view::Said::Done(newest.after.clone()))
}

fn one(shared: &Shared, id: &str) -> Result<view::SuspenseItem, Trouble> {
    let (store, lender) = (&shared.store, shared.lender);
    let row = store
        .payment(lender, id)?
        .ok_or_else(|| Trouble::NotFound {
            thing: page::suspense_address(id),
            expected: Some("a payment's id, as P-3f1c22a90b71"),
        })?;
    let suspense = store.suspense_of(lender, id)?;
    let open = suspense.filter(|s| s.cleared_at.is_none());
    let mut candidates = Vec::new();
    for found in open.iter().flat_map(|s| &s.candidates) {
        candidates.extend(candidate(shared, &row, open.as_ref(), found)?);
    }
    let received = store.received_lines(lender, id, LINES_MAX)?.into_iter();
    let received = received.map(|line| view::Received {
        source: line.source,
        at: line.received_at,
        state: line.state,
        text: line.text.map(|text| text.expose().clone()),
        name: line.name.map(|name| name.expose().clone()),
    });
    let trail = store.actions_on(lender, id)?.into_iter();
    let kept = open.as_ref().and_then(|s| s.kept_by.clone().zip(s.kept_at));
    Ok(view::SuspenseItem {
        version: row.version,
        amount: row.amount,
        source: source(&row),
        pending: row.state == PaymentState::Pending,
        waits: open.map(|s| (s.reason.name().to_owned(), s.opened_at)),
        kept,
        refund: match row.failure.as_deref() {
            Some(matching::REFUND_OWED) => view::Refund::Owed,
            Some(matching::REFUNDED) => view::Refund::Left,
            _ => view::Refund::None,
        },
        received: received.collect(),
        candidates,
        payer_known: row.payer.is_some(),
        trail: trail
            .map(|a| view::TrailRow {
                at: a.at,
                actor: a.actor,
                action: a.action,
                reason: a.reason,
                before: a.before,
                after: a.after,
            })
            .collect(),
        said: None,
        typed: view::Typed::default(),
        contract: row.contract_id,
        id: row.id,
    })
}

fn candidate(
    shared: &Shared,
    row: &PaymentRow,
    open: Option<&SuspenseRow>,
    found: &CandidateRow,
) -> Result<Option<view::SuspenseCandidate>, Trouble> {
    let contract = shared.store.contract(shared.lender, &found.contract_id)?;
    let Some(contract) = contract else {
        return Ok(None);
    };
    let same_currency = contract.currency == row.amount.currency();
    let would_be = match same_currency {
        true => would_be(shared, row, open, &contract)?,
        false => None,
    };
    let evidence = found.evidence.split('+').map(str::to_owned);
    Ok(Some(view::SuspenseCandidate {
        borrower: masked(contract.borrower.expose()).unwrap_or_default(),
        score: found.score,
        evidence: evidence.collect(),
        level: Level::from(contract.level),
        would_be,
        restore: contract.restore,
        same_currency,
        id: contract.contract_id,
    }))
}

/// The level that the contract's law would come to with this money; nothing is written.
fn would_be(
    shared: &Shared,
    row: &PaymentRow,
    open: Option<&SuspenseRow>,
    contract: &ContractRow,
) -> Result<Option<Level>, Trouble> {
    let desk = &shared.money.desk;
    let Some(known) = shared.store.facts(shared.lender, &contract.contract_id)? else {
        return Ok(None);
    };
    let Ok(zone) = desk.zone(&known.time_zone) else {
        return Ok(None);
    };
    let now = replan::not_before_facts(&known, shared.clock.now());
    let cleared = open.map(|open| EventKind::Suspense {
        id: suspense_subject(&row.id, open.round),
        amount: row.amount,
        state: SuspenseState::Cleared,
    });
    let paid = EventKind::Payment {
        id: row.subject(),
        state: row.state,
        amount: row.amount,
        paid_on: row.paid_on,
    };
    let events = cleared.into_iter().chain([paid]);
    let events: Vec<Event> = events.map(|kind| Event { at: now, kind }).collect();
    let judged = replan::judge(desk, &known, zone, &events, now);
    Ok(judged.ok().map(|judged| Level::from(judged.plan.level)))
}

/// The form of an item.
#[derive(Deserialize)]
pub struct Decision {
    version: u64,
    #[serde(default)]
    by: String,
    #[serde(default)]
    reason: String,
    /// `match:ID`, `match` (of `contract`), `unmatch`, `keep`, `refund`.
    #[serde(default, rename = "do")]
    what: String,
    #[serde(default)]
    contract: String,
    #[serde(default)]
    standing: Option<String>,
}

/// What a decision came to.
enum Decided {
    /// To the item's page, which says so by this word.
    See(&'static str),
    /// Not taken: the page again, with what was typed.
    Again(Box<view::SuspenseItem>),
}

/// Takes a decision.
pub async fn decide(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    asked: Asked,
    Form(form): Form<Decision>,
) -> Response {
    let (s, payment) = (shared.clone(), id.clone());
    let decided = tokio::task::spawn_blocking(move || take(&s, &payment, form)).await;
    match decided.unwrap_or(Err(Trouble::Cut)) {
        Ok(Decided::See(word)) => {
            let to = format!("{}?done={word}", page::suspense_address(&id));
            (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
        }
        Ok(Decided::Again(view)) => {
            let mut response = asked
                .page(shared, move |shared, asked| {
                    let frame = asked.frame(shared, places::utc());
                    Ok(page::suspense_item(&frame, &view, texts(shared))?)
                })
                .await;
            if response.status() == StatusCode::OK {
                *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            }
            response
        }
        Err(trouble) => asked.trouble(&shared, trouble),
    }
}

fn take(shared: &Shared, id: &str, form: Decision) -> Result<Decided, Trouble> {
    let mut view = one(shared, id)?;
    if view.version != form.version {
        return Ok(Decided::See("changed"));
    }
    let Some(deed) = deed(shared, &form)? else {
        return Ok(Decided::See("look"));
    };
    let order = Order {
        actor: form.by.clone(),
        reason: form.reason.clone(),
    };
    match matching::act(&shared.money.desk, id, &deed, &order, shared.stamp()) {
        Ok(done) => {
            for contract in done.contracts {
                shared.announce(Change::Contract(contract));
            }
            shared.announce(Change::Portfolio);
            Ok(Decided::See(deed.word()))
        }
        Err(error) if error.is_refusal() => {
            view.said = Some(view::Said::Refused(error.to_string()));
            view.typed = view::Typed {
                by: form.by,
                reason: form.reason,
                contract: form.contract,
            };
            Ok(Decided::Again(Box::new(view)))
        }
        Err(ActError::Store(error)) => Err(error.into()),
        Err(error) => {
            tracing::error!(%error, payment = id, "a decision can't be written");
            Err(Trouble::Cut)
        }
    }
}

fn deed(shared: &Shared, form: &Decision) -> Result<Option<Deed>, Trouble> {
    let standing = form.standing.is_some();
    if let Some(contract) = form.what.strip_prefix("match:") {
        let contract_id = contract.to_owned();
        return Ok(Some(Deed::Match {
            contract_id,
            standing,
        }));
    }
    Ok(match form.what.as_str() {
        "match" => Some(Deed::Match {
            contract_id: typed_contract(shared, form.contract.trim())?,
            standing,
        }),
        "unmatch" => Some(Deed::Unmatch),
        "keep" => Some(Deed::Keep),
        "refund" => Some(Deed::Refund),
        _ => None,
    })
}

/// The contract of a typed id or reference.
fn typed_contract(shared: &Shared, typed: &str) -> Result<String, Trouble> {
    let Ok(reference) = Reference::parse(typed) else {
        return Ok(typed.to_owned());
    };
    let store = &shared.store;
    let found = store.contracts_by_reference(shared.lender, &[reference])?;
    let found = found.into_iter().next().map(|c| c.contract_id);
    Ok(found.unwrap_or_else(|| typed.to_owned()))
}
