//! The money side's routes: a provider's calls and a bank's files over HTTP.
//!
//! `POST /v1/callbacks/{secret}/c2b/confirmation` and `…/validation` are what a mobile-money
//! operator is given as addresses (it refuses addresses that contain its own name). Its calls
//! aren't signed, so the secret in the path is what authenticates them: without it the answer is
//! 404, nothing is stored, and it is counted. With it, whatever was posted is stored first and
//! then acknowledged in the operator's own form, readable or not.
//!
//! `POST /v1/statements` takes a statement file and answers when it is stored.

use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use fairlock_intake::INPUT_MAX_BYTES;
use fairlock_intake::mpesa::{BODY_MAX, read_c2b};
use fairlock_storage::{MessageState, StoreError, Taken};
use serde::Serialize;
use subtle::ConstantTimeEq as _;

use super::process::{CONFIRMATION, VALIDATION};
use super::{inbox, validation};
use crate::Shared;

/// Headers of a call that are kept with it; none of them is personal.
const HEADERS_KEPT: [header::HeaderName; 3] =
    [header::CONTENT_TYPE, header::USER_AGENT, header::DATE];

/// The longest header value that is kept.
const HEADER_MAX: usize = 200;

pub fn routes() -> Router<Arc<Shared>> {
    let calls = Router::new()
        .route(
            "/v1/callbacks/{secret}/c2b/confirmation",
            post(confirmation),
        )
        .route("/v1/callbacks/{secret}/c2b/validation", post(validate))
        .layer(DefaultBodyLimit::max(BODY_MAX));
    let files = Router::new()
        .route("/v1/statements", post(statements))
        .layer(DefaultBodyLimit::max(INPUT_MAX_BYTES as usize));
    calls.merge(files)
}

/// The operator's own form of an answer to a confirmation.
#[derive(Serialize)]
struct Acknowledged {
    #[serde(rename = "ResultCode")]
    code: u8,
    #[serde(rename = "ResultDesc")]
    text: &'static str,
}

/// And to a validation.
#[derive(Serialize)]
struct Validated {
    #[serde(rename = "ResultCode")]
    code: &'static str,
    #[serde(rename = "ResultDesc")]
    text: &'static str,
}

async fn confirmation(
    State(shared): State<Arc<Shared>>,
    Path(secret): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(feed) = authenticated(&shared, &secret) else {
        return not_found(&shared);
    };
    let kept = kept(&headers);
    let stored = tokio::task::spawn_blocking({
        let shared = shared.clone();
        move || {
            let desk = &shared.money.desk;
            inbox::take_call(
                desk,
                &feed,
                CONFIRMATION,
                kept,
                body.to_vec(),
                shared.stamp(),
            )
        }
    });
    match stored.await {
        Ok(Ok(_)) => {
            shared.wake();
            Json(Acknowledged {
                code: 0,
                text: "Success",
            })
            .into_response()
        }
        Ok(Err(error)) => not_stored(&error),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Asked before the payer is charged: whether the reference is a contract's.
async fn validate(
    State(shared): State<Arc<Shared>>,
    Path(secret): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(feed) = authenticated(&shared, &secret) else {
        return not_found(&shared);
    };
    let kept = kept(&headers);
    let answered = tokio::task::spawn_blocking({
        let shared = shared.clone();
        move || {
            let desk = &shared.money.desk;
            match read_c2b(&body) {
                Ok(payment) => validation::answer(desk, &payment),
                // A fault of ours must not cost the payer the payment: it is kept for a person,
                // and the money may come.
                Err(_) => {
                    inbox::take_call(desk, &feed, VALIDATION, kept, body.to_vec(), shared.stamp())
                        .map(|_| validation::Answer::Accepted)
                }
            }
        }
    });
    match answered.await {
        Ok(Ok(answer)) => {
            shared.wake();
            Json(Validated {
                code: answer.code(),
                text: answer.text(),
            })
            .into_response()
        }
        Ok(Err(error)) => not_stored(&error),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
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

async fn statements(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let kept = kept(&headers);
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

/// The till's feed, when the path holds its secret. The comparison takes the same time wherever
/// the two differ.
fn authenticated(shared: &Shared, secret: &str) -> Option<String> {
    let mpesa = shared.config.mpesa.as_ref()?;
    let right = mpesa
        .secret_path
        .expose()
        .as_bytes()
        .ct_eq(secret.as_bytes());
    bool::from(right).then(|| mpesa.feed.clone())
}

fn not_found(shared: &Shared) -> Response {
    shared.money.count_unauthenticated();
    StatusCode::NOT_FOUND.into_response()
}

/// Nothing was acknowledged: the sender must try again.
fn not_stored(error: &StoreError) -> Response {
    tracing::error!(%error, "a message couldn't be stored");
    let after = [(header::RETRY_AFTER, "1")];
    (StatusCode::SERVICE_UNAVAILABLE, after).into_response()
}

fn kept(headers: &HeaderMap) -> Vec<(String, String)> {
    let short = |value: &str| value.chars().take(HEADER_MAX).collect::<String>();
    HEADERS_KEPT
        .iter()
        .filter_map(|name| {
            let value = headers.get(name)?.to_str().ok()?;
            Some((name.as_str().to_owned(), short(value)))
        })
        .collect()
}
