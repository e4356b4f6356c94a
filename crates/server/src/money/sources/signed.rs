//! Providers that sign what they send: Stripe, Adyen, and whoever sends Standard Webhooks.
//!
//! One call each, at `events` below the secret path. The signature is checked over the bytes as
//! they came, before anything of them is believed; one that is wrong is answered 401, counted,
//! and leaves nothing behind. Stripe's and Standard Webhooks' events have ids, so that an event
//! sent again is the event that is known; Adyen's have none, and their bytes are compared.
//!
//! Stripe's events name the balance transaction that holds its fee, and don't show it: where
//! there is access to its interface, it is asked for. On purpose absent: asking anything else.

use axum::http::HeaderMap;
use fairlock_domain::calendar::Instant;
use fairlock_intake::adyen::ADYEN_ANSWER;
use fairlock_intake::notification::Notification;
use fairlock_intake::signature::{SignatureError, standard, stripe};
use fairlock_intake::{
    ReadError, read_adyen, read_balance_transactions, read_payment_event, read_stripe_event,
    verify_adyen,
};
use fairlock_storage::{EnquiryChange, Message, NewEnquiry};
use hyper::Method;

use super::ask::{Asked, Asking, Unanswered};
use super::told::told;
use super::{Answer, Forged, Incoming, Verified};
use crate::config::{Provider, Source, Stripe};
use crate::money::process::Reading;

/// The providers' one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    Stripe,
    /// A balance transaction, fetched.
    StripeFee,
    Adyen,
    Standard,
}

/// What Stripe is asked.
const QUESTION: &str = "balance transaction";

/// The path below the secret, for each.
const PATH: &str = "events";

const STRIPE_SIGNATURE: &str = "stripe-signature";
const WEBHOOK_ID: &str = "webhook-id";
const WEBHOOK_TIMESTAMP: &str = "webhook-timestamp";
const WEBHOOK_SIGNATURE: &str = "webhook-signature";

impl Call {
    /// The call of a provider of this kind.
    pub fn of(provider: &Provider) -> Option<Call> {
        match provider {
            Provider::Stripe(_) => Some(Call::Stripe),
            Provider::Adyen(_) => Some(Call::Adyen),
            Provider::Standard(_) => Some(Call::Standard),
            _ => None,
        }
    }

    pub fn at(provider: &Provider, path: &str) -> Option<Call> {
        Call::of(provider).filter(|_| path == PATH)
    }

    pub fn named(provider: &Provider, name: &str) -> Option<Call> {
        let fetched = matches!(provider, Provider::Stripe(_)).then_some(Call::StripeFee);
        let all = Call::of(provider).into_iter().chain(fetched);
        all.into_iter().find(|call| call.name() == name)
    }

    /// Its name in the inbox.
    pub fn name(self) -> &'static str {
        match self {
            Call::Stripe => "stripe event",
            Call::StripeFee => "stripe balance transaction",
            Call::Adyen => "adyen notification",
            Call::Standard => "webhook",
        }
    }

    pub fn acknowledgement(self) -> Answer {
        match self {
            // Adyen takes any 2xx, and these words from the time before it did.
            Call::Adyen => Answer {
                content_type: "text/plain",
                ..Answer::json(ADYEN_ANSWER)
            },
            Call::Stripe | Call::StripeFee | Call::Standard => Answer::json("{}"),
        }
    }

    pub fn headers(self) -> &'static [&'static str] {
        match self {
            Call::Stripe => &[STRIPE_SIGNATURE],
            Call::Adyen | Call::StripeFee => &[],
            Call::Standard => &[WEBHOOK_ID, WEBHOOK_TIMESTAMP, WEBHOOK_SIGNATURE],
        }
    }
}

/// Whether a call has its provider's signature, and which event it is.
pub fn verify(provider: &Provider, incoming: &Incoming<'_>) -> Result<Verified, Forged> {
    let event = checked(provider, incoming.headers, incoming.body, incoming.now);
    let event = event.map_err(|error| Forged::Signature(error.to_string()))?;
    Ok(Verified { event, about: None })
}

fn checked(
    provider: &Provider,
    headers: &HeaderMap,
    body: &[u8],
    now: Instant,
) -> Result<Option<String>, SignatureError> {
    match provider {
        Provider::Stripe(own) => {
            let header = only(headers, STRIPE_SIGNATURE)?;
            stripe::verify(&own.keys, header, body, now)?;
            // One that can't be read is told apart by its bytes.
            Ok(read_stripe_event(body).ok().and_then(|event| event.event))
        }
        Provider::Adyen(own) => verify_adyen(&own.keys, body).map(|()| None),
        Provider::Standard(own) => {
            let id = only(headers, WEBHOOK_ID)?;
            let three = standard::Headers {
                id,
                timestamp: only(headers, WEBHOOK_TIMESTAMP)?,
                signature: only(headers, WEBHOOK_SIGNATURE)?,
            };
            standard::verify(&own.keys, three, body, now)?;
            Ok(id.map(|id| id.trim().to_owned()))
        }
        _ => Err(SignatureError::Missing),
    }
}

/// A header that is there once at most: of two nobody could say which is meant.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, SignatureError> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    match values.next() {
        Some(_) => Err(SignatureError::Malformed),
        None => Ok(first.and_then(|value| value.to_str().ok())),
    }
}

/// What a stored event says; the error is what is wrong with it, for people.
pub fn read(source: &Source, call: Call, message: &Message) -> Result<Reading, String> {
    let body = &message.body;
    let (live, all): (bool, Result<Vec<Notification>, ReadError>) = match &source.provider {
        Provider::Stripe(own) if call == Call::StripeFee => (own.live, fees(body)),
        Provider::Stripe(own) => (own.live, read_stripe_event(body).map(|one| vec![one])),
        Provider::Adyen(own) => {
            let read = read_adyen(body, &own.merchant_account, own.capture);
            (own.live, read)
        }
        Provider::Standard(own) => {
            let named = |(name, _): &&(String, String)| name == WEBHOOK_ID;
            let id = message.headers.iter().find(named);
            let id = id.map(|(_, id)| id.as_str()).unwrap_or_default();
            (own.live, read_payment_event(body, id).map(|one| vec![one]))
        }
        other => return Err(format!("{}: it signs nothing", other.kind())),
    };
    let all = all.map_err(|error| error.to_string())?;
    let mut told = told(&source.feed, live, all)?;
    if let Provider::Stripe(Stripe { api: Some(_), .. }) = &source.provider {
        let asks = told.asks.into_iter();
        let asks = asks.map(|ask| question(source, ask.about, message.received.at));
        told.reading.enquiries = asks.map(EnquiryChange::Ask).collect();
    }
    Ok(told.reading)
}

/// The fees of fetched balance transactions, each of the charge that is its source.
fn fees(body: &[u8]) -> Result<Vec<Notification>, ReadError> {
    let lines = read_balance_transactions(body)?;
    let each = lines.into_iter().map(|line| Notification {
        event: None,
        tells: line.fee_told(Vec::new()).into_iter().collect(),
        kind: line.kind,
        at: line.created,
        live: None,
    });
    Ok(each.collect())
}

fn question(source: &Source, about: String, at: Instant) -> NewEnquiry {
    NewEnquiry {
        source: source.name.clone(),
        question: QUESTION.to_owned(),
        about,
        details: None,
        why: "Stripe kept a fee".to_owned(),
        next_at: at,
    }
}

/// Asks Stripe for a balance transaction.
pub async fn ask(asking: &Asking<'_>, own: &Stripe) -> Result<Asked, Unanswered> {
    let Some(api) = &own.api else {
        let note = "no access to Stripe is configured";
        return Err(Unanswered::Refused(note.to_owned()));
    };
    let (base, about) = (api.url.trim_end_matches('/'), &asking.question.about);
    let url = format!("{base}/v1/balance_transactions/{about}");
    let bearer = format!("Bearer {}", api.key.expose());
    let sent = asking.client.send(Method::GET, &url, &bearer, &[], None);
    let answer = sent
        .await
        .map_err(|error| Unanswered::Later(error.to_string()))?;
    if !answer.status.is_success() {
        let status = answer.status.as_u16();
        return Err(Unanswered::Later(format!("status {status}")));
    }
    Ok(Asked::Answered {
        answers: vec![(super::Call::Signed(Call::StripeFee), answer.body.to_vec())],
        next: None,
    })
}
