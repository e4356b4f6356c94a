//! What reaches the messages' side over HTTP.
//!
//! `POST /v1/callbacks/{secret}/notices` is what a carrier is given as the address of its receipts.
//! The secret in the path is what authenticates them: without it the answer is 404, nothing is
//! stored, and it is counted. With it, whatever was posted is stored, and only then acknowledged.
//!
//! For the lender's people, each answered with what came of it: `POST /v1/contracts/{id}/reminders`
//! queues a reminder by a channel, once a local day; `…/notices/{no}/again` says a message that
//! failed once more; `…/contacts` writes down a call or a visit, `…/wishes` what the borrower asked
//! to be spared. None of them takes words for a borrower.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use fairlock_domain::calendar::Instant;
use fairlock_rulebook::time;
use fairlock_storage::{
    ContactKind, ContactRow, ContractRow, NewNotice, NoticeClass, NoticeState, StoreError, Wish,
    WishRow,
};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use super::template::Kind;
use super::{Channel, RECEIPT, SOURCE};
use crate::Shared;
use crate::money::inbox;

/// The largest receipt; they have a few hundred bytes.
const RECEIPT_MAX: usize = 8 * 1024;

/// The longest name of a person at the lender.
const NAME_MAX: usize = 64;

pub fn routes() -> Router<Arc<Shared>> {
    let receipts = Router::new()
        .route("/v1/callbacks/{secret}/notices", post(receipt))
        .layer(DefaultBodyLimit::max(RECEIPT_MAX));
    let people = Router::new()
        .route("/v1/contracts/{id}/reminders", post(remind))
        .route("/v1/contracts/{id}/notices/{no}/again", post(again))
        .route("/v1/contracts/{id}/contacts", post(contact))
        .route("/v1/contracts/{id}/wishes", post(wish));
    receipts.merge(people)
}

async fn receipt(
    State(shared): State<Arc<Shared>>,
    Path(secret): Path<String>,
    body: Bytes,
) -> Response {
    let right = shared.notices.receipts.as_ref().is_some_and(|known| {
        let known = known.expose().as_bytes();
        bool::from(known.ct_eq(secret.as_bytes()))
    });
    if !right {
        shared.notices.count_unauthenticated();
        return StatusCode::NOT_FOUND.into_response();
    }
    let stored = stored(&shared, move |shared| {
        let desk = &shared.money.desk;
        let (body, now) = (body.to_vec(), shared.stamp());
        inbox::take_call(desk, SOURCE, RECEIPT, Vec::new(), body, now).map(|_| ())
    });
    match stored.await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(refused) => refused,
    }
}

/// Does something with the store, and wakes the loop; the error is an answer that asks the caller
/// to try again.
async fn stored<T: Send + 'static>(
    shared: &Arc<Shared>,
    work: impl FnOnce(&Shared) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Response> {
    let working = shared.clone();
    let done = tokio::task::spawn_blocking(move || work(&working)).await;
    match done {
        Ok(Ok(value)) => {
            shared.wake();
            Ok(value)
        }
        Ok(Err(error)) => {
            tracing::error!(%error, "a call couldn't be stored");
            let after = [(header::RETRY_AFTER, "1")];
            Err((StatusCode::SERVICE_UNAVAILABLE, after).into_response())
        }
        Err(_) => Err(StatusCode::INTERNAL_SERVER_ERROR.into_response()),
    }
}

/// Why a call of the lender's people isn't taken, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Refusal {
    #[error("the body isn't JSON of this call's form; expected {0}")]
    Body(&'static str),
    #[error("{0}")]
    Value(&'static str),
    #[error("no such contract; expected one that was imported")]
    NoContract,
    #[error("no such message of this contract; expected one that failed")]
    NoMessage,
    #[error("this message waits, is on its way or arrived; expected one that failed")]
    NotFailed,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = match self {
            Refusal::Body(_) | Refusal::Value(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Refusal::NoContract | Refusal::NoMessage => StatusCode::NOT_FOUND,
            Refusal::NotFailed => StatusCode::CONFLICT,
        };
        (status, format!("{self}\n")).into_response()
    }
}

fn read<'a, T: Deserialize<'a>>(body: &'a [u8], form: &'static str) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|_| Refusal::Body(form))
}

/// What came of a message that somebody asked for.
#[derive(Serialize)]
struct Queued {
    /// False: it was asked for before.
    queued: bool,
}

/// What came of a call with a contract: an answer, or a refusal.
async fn with_contract<T: Serialize + Send + 'static>(
    shared: Arc<Shared>,
    id: String,
    status: StatusCode,
    work: impl FnOnce(&Shared, ContractRow) -> Result<Result<T, Refusal>, StoreError> + Send + 'static,
) -> Response {
    let done = stored(&shared, move |shared| {
        match shared.store.contract(shared.lender, &id)? {
            Some(contract) => work(shared, contract),
            None => Ok(Err(Refusal::NoContract)),
        }
    });
    match done.await {
        Ok(Ok(value)) => (status, Json(value)).into_response(),
        Ok(Err(refusal)) => refusal.into_response(),
        Err(response) => response,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Remind {
    channel: String,
}

async fn remind(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let asked: Result<Remind, Refusal> = read(&body, r#"{"channel": "sms"}"#);
    let channel = asked.and_then(|asked| {
        let channel = Channel::from_name(&asked.channel);
        channel.ok_or(Refusal::Value("channel: expected sms or email"))
    });
    let channel = match channel {
        Ok(channel) => channel,
        Err(refusal) => return refusal.into_response(),
    };
    with_contract(shared, id, StatusCode::ACCEPTED, move |shared, contract| {
        let now = shared.clock.now();
        // A zone that isn't known was refused when the contract came.
        let zone = shared.money.desk.zone(&contract.time_zone);
        let midnight = zone.map(|zone| zone.instant_of(zone.day_of(now), 0));
        let reminder = NewNotice {
            class: NoticeClass::Collection,
            notice: Kind::Reminder.name().to_owned(),
            channel: channel.name().to_owned(),
            due_at: midnight.unwrap_or(now),
            round: 1,
            not_before: now,
        };
        let id = &contract.contract_id;
        let queued = shared
            .store
            .queue_notices(shared.lender, id, vec![reminder])?;
        Ok(Ok(Queued {
            queued: queued == [true],
        }))
    })
    .await
}

async fn again(State(shared): State<Arc<Shared>>, Path((id, no)): Path<(String, i64)>) -> Response {
    with_contract(shared, id, StatusCode::ACCEPTED, move |shared, contract| {
        let id = &contract.contract_id;
        let rows = shared.store.notices_of(shared.lender, id)?;
        let Some(row) = rows.iter().find(|row| row.no == no) else {
            return Ok(Err(Refusal::NoMessage));
        };
        if row.state != NoticeState::Failed {
            return Ok(Err(Refusal::NotFailed));
        }
        let next = NewNotice {
            class: row.class,
            notice: row.notice.clone(),
            channel: row.channel.clone(),
            due_at: row.due_at,
            round: row.round + 1,
            not_before: shared.clock.now(),
        };
        let queued = shared.store.queue_notices(shared.lender, id, vec![next])?;
        Ok(Ok(Queued {
            queued: queued == [true],
        }))
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    kind: String,
    conversation: bool,
    by: String,
}

/// It was written down.
#[derive(Serialize)]
struct Written {
    written: bool,
}

async fn contact(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let told: Result<Told, Refusal> = read(
        &body,
        r#"{"kind": "call", "conversation": true, "by": "a name"}"#,
    );
    let row = told.and_then(|told| {
        let kind = ContactKind::from_name(&told.kind);
        if !(1..=NAME_MAX).contains(&told.by.len()) {
            return Err(Refusal::Value("by: expected 1 to 64 bytes"));
        }
        Ok(ContactRow {
            at: shared.clock.now(),
            kind: kind.ok_or(Refusal::Value("kind: expected call or visit"))?,
            conversation: told.conversation,
            told_by: told.by,
        })
    });
    let row = match row {
        Ok(row) => row,
        Err(refusal) => return refusal.into_response(),
    };
    with_contract(shared, id, StatusCode::CREATED, move |shared, contract| {
        let id = &contract.contract_id;
        shared.store.add_contact(shared.lender, id, row)?;
        Ok(Ok(Written { written: true }))
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Spare {
    wish: String,
    until: Option<String>,
}

async fn wish(State(shared): State<Arc<Shared>>, Path(id): Path<String>, body: Bytes) -> Response {
    let asked: Result<Spare, Refusal> = read(&body, r#"{"wish": "sms", "until": null}"#);
    let row = asked.and_then(|asked| spare(&asked, shared.clock.now()));
    let row = match row {
        Ok(row) => row,
        Err(refusal) => return refusal.into_response(),
    };
    with_contract(shared, id, StatusCode::CREATED, move |shared, contract| {
        let id = &contract.contract_id;
        shared.store.add_wish(shared.lender, id, row)?;
        Ok(Ok(Written { written: true }))
    })
    .await
}

fn spare(asked: &Spare, now: Instant) -> Result<WishRow, Refusal> {
    let wish = Wish::from_name(&asked.wish);
    let until = match &asked.until {
        None => None,
        Some(text) => {
            let until = time::parse_instant(text);
            Some(until.ok_or(Refusal::Value("until: expected an instant with its offset"))?)
        }
    };
    Ok(WishRow {
        wish: wish.ok_or(Refusal::Value(
            "wish: expected calls, email, sms or visits, or bereavement, wedding, festival or illness",
        ))?,
        since: now,
        until,
    })
}
