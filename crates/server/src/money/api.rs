//! Our own ways in: payments that the lender's systems report, and cash that agents take.
//!
//! `POST /v1/payments` takes Fairlock's own payment event (the one of Standard Webhooks, see
//! `fairlock_intake::standard_webhooks`) from a caller with a token, under an idempotency key:
//! the same key with the same body is answered as it was, with another body 422, and while the
//! first is worked on 409. `POST /v1/cash/receipts` and `/v1/cash/bags` take what an agent's phone
//! signed ([`super::cash`]); its number makes it one.
//!
//! Whatever is answered with 2xx is durable, and is answered when it was processed: the caller
//! learns whose money it is. Work that takes longer than [`PATIENCE`] is answered 202 with the
//! message's number. Refusals are problems of RFC 9457. On purpose absent: reading anything out.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use fairlock_intake::{CALLBACK_MAX, read_payment_event};
use fairlock_storage::{
    Answered, Asked, Message, MessageNo, MessageState, RequestKey, StoreError, Taken,
};
use serde::Serialize;
use serde_json::json;
use subtle::ConstantTimeEq as _;

use super::cash::{self, signed};
use super::inbox;
use super::process::Reading;
use super::routes::kept;
use super::sources::told::told;
use crate::Shared;

/// How long a caller waits for the outcome before it is told that it isn't there yet.
const PATIENCE: Duration = Duration::from_secs(10);

/// The longest idempotency key: a UUID has 36 characters.
const KEY_MAX: usize = 255;

/// Payments that an answer lists: a bag of cash can have more, and its note counts them.
const PAYMENTS_MAX: u32 = 500;

const ROUTE: &str = "POST /v1/payments";

/// The kind of message that a reported payment is.
pub const REPORTED: &str = "payment event";

/// What the source of a caller's messages begins with; its name follows.
pub const SOURCE: &str = "api/";

pub fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/v1/payments", post(report))
        .route("/v1/cash/receipts", post(receipt))
        .route("/v1/cash/bags", post(bag))
        .layer(DefaultBodyLimit::max(CALLBACK_MAX))
}

/// Why a request is refused, in the order of the checks.
enum Problem {
    Caller,
    NoKey,
    OtherBody,
    InFlight,
    NotSigned(signed::NotSigned),
    /// It was kept, and can't be processed: what is wrong, and its message's number.
    Parked(String, MessageNo),
    Store(StoreError),
    Cut,
}

impl Problem {
    fn words(&self) -> (StatusCode, &'static str, String) {
        match self {
            Problem::Caller => (
                StatusCode::UNAUTHORIZED,
                "Who are you?",
                "Authorization: expected Bearer and the token of a caller".into(),
            ),
            Problem::NoKey => (
                StatusCode::BAD_REQUEST,
                "An idempotency key is missing",
                format!("Idempotency-Key: expected 1 to {KEY_MAX} printable characters"),
            ),
            Problem::OtherBody => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "The key was used for another body",
                "Idempotency-Key: expected a new key for a new request".into(),
            ),
            Problem::InFlight => (
                StatusCode::CONFLICT,
                "The same request is worked on",
                "expected a try after its answer".into(),
            ),
            Problem::NotSigned(why) => (
                StatusCode::UNAUTHORIZED,
                "Not signed by an agent of this lender",
                why.to_string(),
            ),
            Problem::Parked(why, _) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "It was kept, and a person must look at it",
                why.clone(),
            ),
            Problem::Store(_) | Problem::Cut => (
                StatusCode::SERVICE_UNAVAILABLE,
                "It couldn't be kept",
                "nothing was taken; expected another try".into(),
            ),
        }
    }

    fn body(&self) -> String {
        let (status, title, detail) = self.words();
        let mut body = json!({"title": title, "status": status.as_u16(), "detail": detail});
        if let Problem::Parked(_, no) = self {
            body["message"] = json!(no.0);
        }
        body.to_string()
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Problem {
        Problem::Store(error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        if let Problem::Store(error) = &self {
            tracing::error!(%error, "a request couldn't be stored");
        }
        let (status, ..) = self.words();
        let mut response = problem(status, self.body());
        let headers = response.headers_mut();
        match &self {
            Problem::Caller => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Problem::InFlight | Problem::Store(_) | Problem::Cut => {
                headers.insert(header::RETRY_AFTER, 1.into());
            }
            _ => {}
        }
        response
    }
}

fn problem(status: StatusCode, body: String) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/problem+json")];
    (status, kind, body).into_response()
}

/// What came of a message.
#[derive(Serialize)]
struct Outcome {
    message: i64,
    payments: Vec<Paid>,
    note: String,
}

/// A payment that a message is about.
#[derive(Serialize)]
struct Paid {
    payment: String,
    state: &'static str,
    amount: String,
    currency: &'static str,
    /// Whose it is; null while it waits in suspense.
    contract: Option<String>,
}

async fn report(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let caller = caller(&shared, &headers).ok_or(Problem::Caller)?;
    let key = RequestKey {
        caller: caller.clone(),
        route: ROUTE.to_owned(),
        key: idempotency_key(&headers).ok_or(Problem::NoKey)?,
    };
    let (kept, of) = (kept(&headers, &[]), key.clone());
    let asked = blocking(&shared, move |shared| {
        let desk = &shared.money.desk;
        let source = format!("{SOURCE}{caller}");
        let (body, now) = (body.to_vec(), shared.stamp());
        let message = inbox::event(&source, REPORTED, &of.key, kept, body, now);
        desk.store.take_request(desk.lender, &of, message)
    })
    .await?;
    let no = match asked {
        Asked::New(no) => no,
        Asked::OtherBody => return Err(Problem::OtherBody),
        Asked::Answered(answered) => return Ok(again(answered)),
        // It may have been settled by a process that ended before it answered.
        Asked::Open(no) => match message(&shared, no).await? {
            Some(message) if message.state != MessageState::Unread => no,
            _ => return Err(Problem::InFlight),
        },
    };
    let Some(message) = settled(&shared, no).await? else {
        return Ok(accepted(no));
    };
    let answered = match outcome(&shared, message).await {
        Ok(outcome) => Answered {
            status: StatusCode::OK.as_u16(),
            body: json!(outcome).to_string(),
        },
        Err(parked @ Problem::Parked(..)) => Answered {
            status: parked.words().0.as_u16(),
            body: parked.body(),
        },
        Err(problem) => return Err(problem),
    };
    let answered = blocking(&shared, move |shared| {
        let desk = &shared.money.desk;
        desk.store.answer_request(desk.lender, &key, answered)
    });
    Ok(again(answered.await?))
}

async fn receipt(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    signed_by_an_agent(shared, cash::Kind::Receipt, headers, body).await
}

async fn bag(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    signed_by_an_agent(shared, cash::Kind::Bag, headers, body).await
}

async fn signed_by_an_agent(
    shared: Arc<Shared>,
    kind: cash::Kind,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let kept = kept(&headers, &[signed::AGENT, signed::SIGNATURE]);
    let taken = blocking(&shared, move |shared| {
        let (desk, now) = (&shared.money.desk, shared.stamp());
        match signed::agent(desk, kind, &kept, &body, now.at)? {
            Ok(_) => {
                let body = body.to_vec();
                Ok(Ok(inbox::take_call(
                    desk,
                    cash::SOURCE,
                    kind.name(),
                    kept,
                    body,
                    now,
                )?))
            }
            Err(why) => Ok(Err(why)),
        }
    });
    let no = match taken.await? {
        Ok(Taken::New(no) | Taken::Seen { no, .. }) => no,
        Err(why) => return Err(Problem::NotSigned(why)),
    };
    match settled(&shared, no).await? {
        Some(message) => {
            let outcome = outcome(&shared, message).await?;
            Ok(axum::Json(outcome).into_response())
        }
        None => Ok(accepted(no)),
    }
}

/// What a reported payment says. The caller is its own feed, which nobody watches unless it is
/// set up as one.
pub(super) fn read(message: &Message) -> Result<Reading, String> {
    let event = message.transport_key.trim_start_matches("event/");
    let notification = read_payment_event(&message.body, event).map_err(|e| e.to_string())?;
    Ok(told(&message.source, true, vec![notification])?.reading)
}

/// An answer as it was given the first time.
fn again(answered: Answered) -> Response {
    let status = StatusCode::from_u16(answered.status).unwrap_or(StatusCode::OK);
    match status.is_success() {
        true => {
            let kind = [(header::CONTENT_TYPE, "application/json")];
            (status, kind, answered.body).into_response()
        }
        false => problem(status, answered.body),
    }
}

/// It is durable; what comes of it isn't known yet.
fn accepted(no: MessageNo) -> Response {
    (StatusCode::ACCEPTED, axum::Json(json!({"message": no.0}))).into_response()
}

/// The caller whose token it is. Every token is compared, each in the same time wherever it
/// differs.
fn caller(shared: &Shared, headers: &HeaderMap) -> Option<String> {
    let token = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let token = token.strip_prefix("Bearer ")?.as_bytes();
    let mut found = None;
    for caller in &shared.config.api {
        if bool::from(caller.token.expose().as_bytes().ct_eq(token)) {
            found = Some(caller.name.clone());
        }
    }
    found
}

/// The key, with or without the quotes of a structured header.
fn idempotency_key(headers: &HeaderMap) -> Option<String> {
    let key = headers.get("idempotency-key")?.to_str().ok()?.trim();
    let bare = key.strip_prefix('"').and_then(|key| key.strip_suffix('"'));
    let key = bare.unwrap_or(key);
    let plain = (1..=KEY_MAX).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
    plain.then(|| key.to_owned())
}

/// The message, once it isn't unread any more; `None` when that takes longer than [`PATIENCE`].
async fn settled(shared: &Arc<Shared>, no: MessageNo) -> Result<Option<Message>, Problem> {
    let wait = async {
        loop {
            let next = shared.money.settled();
            shared.wake();
            match message(shared, no).await? {
                Some(message) if message.state == MessageState::Unread => next.await,
                found => return Ok::<_, Problem>(found),
            }
        }
    };
    match tokio::time::timeout(PATIENCE, wait).await {
        Ok(found) => found,
        Err(_) => Ok(None),
    }
}

async fn message(shared: &Arc<Shared>, no: MessageNo) -> Result<Option<Message>, Problem> {
    blocking(shared, move |shared| {
        shared.store.message(shared.lender, no)
    })
    .await
}

async fn outcome(shared: &Arc<Shared>, message: Message) -> Result<Outcome, Problem> {
    let note = message.note.unwrap_or_default();
    if message.state == MessageState::Parked {
        return Err(Problem::Parked(note, message.no));
    }
    let payments = blocking(shared, move |shared| {
        shared
            .store
            .payments_of_message(shared.lender, message.no, PAYMENTS_MAX)
    });
    let payments = payments.await?.into_iter().map(|row| Paid {
        payment: row.id,
        state: row.state.name(),
        amount: row.amount.to_string(),
        currency: row.amount.currency().code(),
        contract: row.contract_id,
    });
    Ok(Outcome {
        message: message.no.0,
        payments: payments.collect(),
        note,
    })
}

/// Reads and writes off the runtime.
async fn blocking<T: Send + 'static>(
    shared: &Arc<Shared>,
    work: impl FnOnce(&Shared) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Problem> {
    let shared = shared.clone();
    match tokio::task::spawn_blocking(move || work(&shared)).await {
        Ok(done) => done.map_err(Problem::Store),
        Err(_) => Err(Problem::Cut),
    }
}
