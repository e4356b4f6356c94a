//! Providers that sign what they send: Stripe, Adyen, and whoever sends Standard Webhooks.
//!
//! One call each, at `events` below the secret path. The signature is checked over the bytes as
//! they came, before anything of them is believed; one that is wrong is answered 401, counted,
//! and leaves nothing behind. Stripe's and Standard Webhooks' events have ids, so that an event
//! sent again is the event that is known; Adyen's have none, and their bytes are compared.
//!
//! On purpose absent: asking these providers anything; their events are whole.

use axum::http::HeaderMap;
use fairlock_domain::calendar::Instant;
use fairlock_intake::adyen::ADYEN_ANSWER;
use fairlock_intake::notification::Notification;
use fairlock_intake::signature::{SignatureError, standard, stripe};
use fairlock_intake::{ReadError, read_adyen, read_payment_event, read_stripe_event, verify_adyen};
use fairlock_storage::Message;

use super::told::told;
use super::{Answer, Forged, Incoming, Verified};
use crate::config::{Provider, Source};
use crate::money::process::Reading;

/// The providers' one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    Stripe,
    Adyen,
    Standard,
}

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
        Call::of(provider).filter(|call| call.name() == name)
    }

    /// Its name in the inbox.
    pub fn name(self) -> &'static str {
        match self {
            Call::Stripe => "stripe event",
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
            Call::Stripe | Call::Standard => Answer::json("{}"),
        }
    }

    pub fn headers(self) -> &'static [&'static str] {
        match self {
            Call::Stripe => &[STRIPE_SIGNATURE],
            Call::Adyen => &[],
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
pub fn read(source: &Source, message: &Message) -> Result<Reading, String> {
    let body = &message.body;
    let (live, all): (bool, Result<Vec<Notification>, ReadError>) = match &source.provider {
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
    Ok(told(&source.feed, live, all)?.reading)
}
