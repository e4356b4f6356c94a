//! The money side's routes: a provider's calls and a bank's files over HTTP.
//!
//! `/v1/callbacks/{secret}/{path}` are the addresses that providers are given: the secret names
//! the source, the path the call ([`sources`]). What isn't from a source is answered 404, nothing
//! is stored, and it is counted. What is, is stored first and then acknowledged in the provider's
//! own form, readable or not.
//!
//! `POST /v1/statements` takes a statement file and answers when it is stored; `?mapping=NAME` says
//! how a table is read.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use fairlock_intake::{CALLBACK_MAX, INPUT_MAX_BYTES};
use fairlock_storage::{MessageState, StoreError, Taken};
use serde::{Deserialize, Serialize};

use super::sources::{self, Call, Incoming, Verified};
use super::{api, inbox, tables};
use crate::Shared;

/// Headers of a call that are kept with it; none of them is personal.
const HEADERS_KEPT: [header::HeaderName; 3] =
    [header::CONTENT_TYPE, header::USER_AGENT, header::DATE];

/// The longest header value that is kept. Signatures during a rotation are the longest.
const HEADER_MAX: usize = 1000;

/// A provider that asks is answered within this: Daraja waits 8 seconds for an answer to a
/// validation and then does as if there were none.
const ANSWER_WITHIN: Duration = Duration::from_secs(6);

pub fn routes() -> Router<Arc<Shared>> {
    let calls = Router::new()
        .route("/v1/callbacks/{secret}/{*path}", post(called).put(called))
        .layer(DefaultBodyLimit::max(CALLBACK_MAX));
    let files = Router::new()
        .route("/v1/statements", post(statements))
        .layer(DefaultBodyLimit::max(INPUT_MAX_BYTES as usize));
    calls.merge(files).merge(api::routes())
}

async fn called(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path((secret, path)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let config = &shared.config;
    let Some((source, call)) = sources::find(&config.sources, &secret, &path) else {
        return not_found(&shared);
    };
    let from = sources::caller(peer.ip(), &headers, config.proxy.as_ref());
    let incoming = Incoming {
        path: &path,
        headers: &headers,
        body: &body,
        now: shared.clock.now(),
    };
    let verified = match sources::verify(source, call, from, &incoming) {
        Ok(verified) => verified,
        Err(forged) => {
            tracing::warn!(source = source.name, call = call.name(), %forged, "a call is refused");
            shared.money.count_unauthenticated();
            return forged.status().into_response();
        }
    };
    let source = source.name.clone();
    let mut kept = kept(&headers, call.headers());
    let about = verified.about.clone();
    kept.extend(about.map(|about| (sources::ask::ABOUT.to_owned(), about)));
    let done = tokio::task::spawn_blocking({
        let shared = shared.clone();
        move || take(&shared, &source, call, verified, kept, body)
    });
    let done = tokio::time::timeout(ANSWER_WITHIN, done).await;
    match done {
        Ok(Ok(Ok(answer))) => {
            shared.wake();
            answer.into_response()
        }
        _ if call.only_asks() => {
            tracing::error!(call = call.name(), "a question isn't answered in its time");
            call.acknowledgement().into_response()
        }
        Ok(Ok(Err(error))) => not_stored(&error),
        Ok(Err(_)) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Err(_) => not_stored(&"it took too long"),
    }
}

/// A question is answered; all else is stored, and then acknowledged.
fn take(
    shared: &Shared,
    source: &str,
    call: Call,
    verified: Verified,
    kept: Vec<(String, String)>,
    body: Bytes,
) -> Result<sources::Answer, StoreError> {
    let desk = &shared.money.desk;
    if let Some(source) = desk.sources.iter().find(|s| s.name == source)
        && let Some(answer) = sources::answer(desk, source, call, &body)?
    {
        return Ok(answer);
    }
    let (kind, body, now) = (call.name(), body.to_vec(), shared.stamp());
    match verified.event {
        Some(event) => inbox::take_event(desk, source, kind, &event, kept, body, now)?,
        None => inbox::take_call(desk, source, kind, kept, body, now)?,
    };
    Ok(call.acknowledgement())
}

/// What a statement upload is answered: the message's number and, when it came before, how it
/// ended then.
#[derive(Serialize)]
struct Stored {
    message: i64,
    seen_before: bool,
    state: &'static str,
    note: Option<String>,
}

/// How a file is to be read.
#[derive(Deserialize)]
struct Wanted {
    /// A table's mapping; without it, the one that has the file's columns.
    mapping: Option<String>,
}

async fn statements(
    State(shared): State<Arc<Shared>>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut kept = kept(&headers, &[]);
    if let Some(name) = wanted.mapping {
        // A name that nobody knows can be put right at once; nothing is stored.
        if let Err(problem) = tables::named(&shared.money.desk.mappings, &name) {
            return (StatusCode::BAD_REQUEST, problem).into_response();
        }
        kept.push((tables::MAPPING.to_owned(), name));
    }
    let stored = tokio::task::spawn_blocking({
        let shared = shared.clone();
        move || {
            inbox::take_file(
                &shared.money.desk,
                "upload",
                kept,
                body.to_vec(),
                shared.stamp(),
            )
        }
    });
    let stored = match stored.await {
        Ok(Ok(Taken::New(no))) => Stored {
            message: no.0,
            seen_before: false,
            state: MessageState::Unread.name(),
            note: None,
        },
        Ok(Ok(Taken::Seen { no, state, note })) => Stored {
            message: no.0,
            seen_before: true,
            state: state.name(),
            note,
        },
        Ok(Err(error)) => return not_stored(&error),
        Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    shared.wake();
    let status = match stored.seen_before {
        true => StatusCode::OK,
        false => StatusCode::ACCEPTED,
    };
    (status, Json(stored)).into_response()
}

fn not_found(shared: &Shared) -> Response {
    shared.money.count_unauthenticated();
    StatusCode::NOT_FOUND.into_response()
}

/// Nothing was acknowledged: the sender must try again.
fn not_stored(error: &impl std::fmt::Display) -> Response {
    tracing::error!(%error, "a message couldn't be stored");
    let after = [(header::RETRY_AFTER, "1")];
    (StatusCode::SERVICE_UNAVAILABLE, after).into_response()
}

pub(super) fn kept(headers: &HeaderMap, also: &[&str]) -> Vec<(String, String)> {
    let short = |value: &str| value.chars().take(HEADER_MAX).collect::<String>();
    let names = HEADERS_KEPT.iter().map(header::HeaderName::as_str);
    names
        .chain(also.iter().copied())
        .filter_map(|name| {
            let value = headers.get(name)?.to_str().ok()?;
            Some((name.to_owned(), short(value)))
        })
        .collect()
}
