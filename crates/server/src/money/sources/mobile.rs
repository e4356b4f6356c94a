//! Airtel Money and MTN MoMo: calls that announce, and answers that count.
//!
//! Airtel's call has no amount; MoMo's isn't signed. Either is stored, and asked about: what the
//! provider answers over a connection of our own is what credits or fails. Until then MoMo's
//! amount shields. A lender's system may post the same call when it makes a request, and then a
//! call that never comes is missed by nobody.
//!
//! MoMo's call doesn't say which request it is about: its address does, and it is kept with the
//! message. On purpose absent: making requests to pay, and paying out.

use fairlock_domain::calendar::{Instant, Span};
use fairlock_domain::payment::Key;
use fairlock_domain::pii::Secret;
use fairlock_intake::notification::{Notification, Tells, Why};
use fairlock_intake::signature::base64;
use fairlock_intake::{
    ReadError, read_airtel_callback, read_airtel_enquiry, read_momo_callback, read_momo_status,
    verify_airtel,
};
use fairlock_storage::{EnquiryChange, Message, NewEnquiry, StoreError};
use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use super::ask::{ABOUT, Asked, Asking, Unanswered};
use super::client::Answered;
use super::told::told;
use super::{Answer, Forged, Incoming, Verified};
use crate::config::{Airtel, Credit, Momo, Provider, Source};
use crate::money::process::Reading;

/// The one question: how a payment ended.
const QUESTION: &str = "payment status";

/// Where Airtel calls, below the secret path.
const AIRTEL_PATH: &str = "payments";

/// Where MoMo calls, before the request's reference.
const MOMO_PATH: &str = "requests/";

/// The longest reference of a request: a UUID has 36 characters.
const REFERENCE_MAX: usize = 64;

/// A payment that is under way is asked about again after this, when its amount was told first.
const AGAIN: Span = Span::minutes(2);

/// A token is renewed so long before it ends; Airtel's last three minutes.
const TOKEN_MARGIN: Span = Span::seconds(30);

/// The kinds of their messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    Airtel,
    AirtelStatus,
    Momo,
    MomoStatus,
}

impl Call {
    const ALL: [Call; 4] = [
        Call::Airtel,
        Call::AirtelStatus,
        Call::Momo,
        Call::MomoStatus,
    ];

    pub fn at(provider: &Provider, path: &str) -> Option<Call> {
        match provider {
            Provider::Airtel(_) => (path == AIRTEL_PATH).then_some(Call::Airtel),
            Provider::Momo(_) => reference(path).map(|_| Call::Momo),
            _ => None,
        }
    }

    pub fn named(name: &str) -> Option<Call> {
        Self::ALL.into_iter().find(|call| call.name() == name)
    }

    /// Its name in the inbox.
    pub fn name(self) -> &'static str {
        match self {
            Call::Airtel => "airtel callback",
            Call::AirtelStatus => "airtel status",
            Call::Momo => "momo callback",
            Call::MomoStatus => "momo status",
        }
    }

    pub fn acknowledgement(self) -> Answer {
        Answer::json("{}")
    }
}

/// The request's reference in MoMo's path.
fn reference(path: &str) -> Option<&str> {
    let reference = path.strip_prefix(MOMO_PATH)?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let sized = (1..=REFERENCE_MAX).contains(&reference.len());
    (sized && reference.bytes().all(plain)).then_some(reference)
}

/// Whether a call is from its provider, as far as it can tell, and what it is about.
pub fn verify(provider: &Provider, incoming: &Incoming<'_>) -> Result<Verified, Forged> {
    let about = match provider {
        Provider::Airtel(own) => {
            if let Some(keys) = &own.keys {
                let checked = verify_airtel(keys, incoming.body);
                checked.map_err(|error| Forged::Signature(error.to_string()))?;
            }
            None
        }
        _ => reference(incoming.path).map(str::to_owned),
    };
    Ok(Verified { event: None, about })
}

/// What a stored message says; the error is what is wrong with it, for people.
pub fn read(source: &Source, call: Call, message: &Message) -> Result<Reading, String> {
    let body = message.body.as_slice();
    let kept = message.headers.iter().find(|(name, _)| name == ABOUT);
    let about = kept.map(|(_, about)| about.as_str()).unwrap_or_default();
    let read = match (call, &source.provider) {
        (Call::Airtel, _) => read_airtel_callback(body),
        (Call::AirtelStatus, Provider::Airtel(own)) => {
            read_airtel_enquiry(body, about, own.currency)
        }
        // One that is let in from the provider's own addresses alone may be believed at once.
        (Call::Momo, _) if source.credit == Credit::AtOnce => read_momo_status(body, about),
        (Call::Momo, _) => read_momo_callback(body, about),
        (Call::MomoStatus | Call::AirtelStatus, _) => read_momo_status(body, about),
    };
    let read = read.map_err(|error| error.to_string())?;
    let kind = read.kind.clone();
    let mut told = told(&source.feed, true, vec![read])?;
    let called = matches!(call, Call::Airtel | Call::Momo);
    if called {
        let asks = told.asks.into_iter();
        let asks = asks.map(|ask| question(source, ask.about, ask.why, message.received.at));
        told.reading.enquiries = asks.map(EnquiryChange::Ask).collect();
    }
    if told.reading.news.is_empty() {
        told.reading.remark = Some(format!("{kind}: the provider is asked"));
    }
    Ok(told.reading)
}

fn question(source: &Source, about: String, why: Why, at: Instant) -> NewEnquiry {
    let why = match why {
        Why::Ambiguous => "the provider doesn't know how it ended",
        Why::UnderWay => "it is under way",
        Why::NoAmount => "the call has no amount",
        Why::Unsigned => "the call isn't signed",
        Why::NoFee => "the fee isn't told",
    };
    NewEnquiry {
        source: source.name.clone(),
        question: QUESTION.to_owned(),
        about,
        details: None,
        why: why.to_owned(),
        next_at: at,
    }
}

/// Asks how a payment ended.
pub async fn ask(asking: &Asking<'_>) -> Result<Result<Asked, Unanswered>, StoreError> {
    let about = asking.question.about.as_str();
    let (call, answer) = match &asking.source.provider {
        Provider::Airtel(own) => (Call::AirtelStatus, airtel(asking, own).await),
        Provider::Momo(own) => (Call::MomoStatus, momo(asking, own).await),
        _ => {
            return Ok(Err(Unanswered::Refused(
                "it isn't asked anything".to_owned(),
            )));
        }
    };
    let body = match answer {
        Ok(body) => body,
        Err(unanswered) => return Ok(Err(unanswered)),
    };
    let read = match &asking.source.provider {
        Provider::Airtel(own) => read_airtel_enquiry(&body, about, own.currency),
        _ => read_momo_status(&body, about),
    };
    judge(asking, call, body, read)
}

/// An answer that says how it ended is kept; one that doesn't is asked for again, and kept only
/// when it is the first to tell the amount, so that the money shields.
fn judge(
    asking: &Asking<'_>,
    call: Call,
    body: Vec<u8>,
    read: Result<Notification, ReadError>,
) -> Result<Result<Asked, Unanswered>, StoreError> {
    let about = &asking.question.about;
    let mut next = None;
    if let Ok(read) = &read
        && let Some(why) = read.tells.iter().find_map(asks)
    {
        let told = read
            .tells
            .iter()
            .any(|one| matches!(one, Tells::Payment(_)));
        if !told || is_known(asking, about)? {
            return Ok(Err(Unanswered::Later(format!(
                "{}: not at its end",
                read.kind
            ))));
        }
        let at = asking.now.plus(AGAIN);
        next = Some(question(asking.source, about.clone(), why, at));
    }
    // What can't be read is kept for a person.
    let answers = vec![(super::Call::Mobile(call), body)];
    Ok(Ok(Asked::Answered { answers, next }))
}

fn asks(one: &Tells) -> Option<Why> {
    match one {
        Tells::Ask(ask) => Some(ask.why),
        _ => None,
    }
}

/// Whether a payment of this id was told before.
fn is_known(asking: &Asking<'_>, about: &str) -> Result<bool, StoreError> {
    let Some(key) = Key::receipt(&asking.source.feed, about) else {
        return Ok(false);
    };
    let (store, lender) = (&asking.desk.store, asking.desk.lender);
    Ok(!store.payments_by_keys(lender, &[key])?.is_empty())
}

async fn airtel(asking: &Asking<'_>, own: &Airtel) -> Result<Vec<u8>, Unanswered> {
    let base = own.url.trim_end_matches('/');
    let body = json!({
        "client_id": own.client_id.expose(),
        "client_secret": own.client_secret.expose(),
        "grant_type": "client_credentials",
    });
    let url = format!("{base}/auth/oauth2/token");
    let token = token(asking, &url, "", &[], Some(body.to_string())).await?;
    let url = format!("{base}/standard/v1/payments/{}", asking.question.about);
    let headers = [
        ("X-Country", own.country.as_str()),
        ("X-Currency", own.currency.code()),
    ];
    get(asking, &url, &token, &headers).await
}

async fn momo(asking: &Asking<'_>, own: &Momo) -> Result<Vec<u8>, Unanswered> {
    const SUBSCRIPTION: &str = "Ocp-Apim-Subscription-Key";
    let base = own.url.trim_end_matches('/');
    let subscription = own.subscription_key.expose().as_str();
    let pair = format!("{}:{}", own.api_user.expose(), own.api_key.expose());
    let basic = format!("Basic {}", base64(pair.as_bytes()));
    let url = format!("{base}/collection/token/");
    let token = token(asking, &url, &basic, &[(SUBSCRIPTION, subscription)], None).await?;
    let about = &asking.question.about;
    let url = format!("{base}/collection/v1_0/requesttopay/{about}");
    let environment = own.environment.as_str();
    let headers = [
        (SUBSCRIPTION, subscription),
        ("X-Target-Environment", environment),
    ];
    get(asking, &url, &token, &headers).await
}

/// The source's token, fetched where there is none.
async fn token(
    asking: &Asking<'_>,
    url: &str,
    authorization: &str,
    headers: &[(&str, &str)],
    body: Option<String>,
) -> Result<Secret<String>, Unanswered> {
    let (client, source, now) = (asking.client, &asking.source.name, asking.now);
    if let Some(token) = client.token(source, now) {
        return Ok(token);
    }
    let sent = client.send(Method::POST, url, authorization, headers, body);
    let answer = sent.await.map_err(|error| later(&error))?;
    if !answer.status.is_success() {
        let status = answer.status.as_u16();
        return Err(Unanswered::Later(format!("no access: status {status}")));
    }
    let value: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let token = value.get("access_token").and_then(Value::as_str);
    let token =
        token.filter(|token| !token.is_empty() && token.bytes().all(|b| b.is_ascii_graphic()));
    let Some(token) = token else {
        return Err(Unanswered::Later(
            "no access: no token in the answer".to_owned(),
        ));
    };
    let token = Secret::new(token.to_owned());
    let seconds = value.get("expires_in").map(Value::to_string);
    let seconds = seconds.and_then(|text| text.trim_matches('"').parse::<u32>().ok());
    let lasts = Span::seconds(seconds.unwrap_or(0).min(3_600));
    client.keep_token(source, token.clone(), now.plus(lasts.minus(TOKEN_MARGIN)));
    Ok(token)
}

async fn get(
    asking: &Asking<'_>,
    url: &str,
    token: &Secret<String>,
    headers: &[(&str, &str)],
) -> Result<Vec<u8>, Unanswered> {
    let bearer = format!("Bearer {}", token.expose());
    let sent = asking.client.send(Method::GET, url, &bearer, headers, None);
    let Answered { status, body } = sent.await.map_err(|error| later(&error))?;
    if status == StatusCode::UNAUTHORIZED {
        asking.client.forget_token(&asking.source.name);
        return Err(Unanswered::Later("the access token has ended".to_owned()));
    }
    // A status says nothing of the payment: an answer that isn't there is asked for again.
    match status.is_success() {
        true => Ok(body.to_vec()),
        false => Err(Unanswered::Later(format!("status {}", status.as_u16()))),
    }
}

fn later(error: &super::client::Trouble) -> Unanswered {
    Unanswered::Later(error.to_string())
}
