//! The gateway that sends text messages: one generic HTTP service, with receipts that come later.
//!
//! A message is posted as JSON, `{"id", "channel", "to", "text"}`. The id is ours and the same for
//! each attempt, so that a repetition can be told and isn't sent twice. The answer says how far it
//! came: `{"state": "accepted" | "sent" | "delivered" | "failed"}`, with the gateway's own `id`, its
//! `cost` (`{"amount": "0.80", "currency": "KES"}`) and a `reason` where there are any. Receipts say
//! the same later ([`super::receipts`]).
//!
//! A refusal of the message itself (most of 4xx) ends it; everything else is tried again. Errors
//! never hold what was sent or to whom: they stand in logs.

use std::time::Duration;

use bytes::Bytes;
use fairlock_domain::money::{Currency, Money};
use fairlock_domain::pii::Secret;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{Method, Request, StatusCode, header};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::{Deserialize, Serialize};

use super::Channel;
use super::outcome::{Reached, SendError, Told};

/// A gateway that doesn't answer within this is tried again.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// The largest answer that is read; ours have some hundred bytes.
const ANSWER_MAX: usize = 16 * 1024;

/// Longest name that a gateway may give a message, and longest reason that is kept of it.
const WORDS_MAX: usize = 120;

pub struct Gateway {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    url: String,
    token: Option<Secret<String>>,
}

/// What the gateway is asked.
#[derive(Serialize)]
struct Order<'a> {
    id: &'a str,
    channel: &'a str,
    to: &'a str,
    text: &'a str,
}

/// What a gateway says of a message, in an answer or a receipt. Other members are its own.
#[derive(Deserialize)]
pub struct News {
    pub state: String,
    /// In an answer the gateway's name for it, in a receipt ours.
    pub id: Option<String>,
    pub cost: Option<Cost>,
    pub reason: Option<String>,
}

#[derive(Deserialize)]
pub struct Cost {
    pub amount: String,
    pub currency: String,
}

impl Gateway {
    /// One at this address; its requests carry the token where there is one.
    pub fn new(url: &str, token: Option<Secret<String>>) -> Gateway {
        let connector = HttpsConnectorBuilder::new()
            .with_webpki_roots()
            .https_or_http()
            .enable_http1()
            .build();
        Gateway {
            client: Client::builder(TokioExecutor::new()).build(connector),
            url: url.to_owned(),
            token,
        }
    }

    /// Sends one message under this id and returns how far it came.
    pub async fn send(&self, id: &str, to: &str, text: &str) -> Result<Told, SendError> {
        let order = Order {
            id,
            channel: Channel::Sms.name(),
            to,
            text,
        };
        let body = serde_json::to_vec(&order).map_err(|_| SendError::Answer("no order"))?;
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(&self.url)
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", token.expose()));
        }
        let request = request
            .body(Full::new(Bytes::from(body)))
            .map_err(|_| SendError::Answer("no address"))?;
        let answer = tokio::time::timeout(ANSWER_WITHIN, self.answer(request)).await;
        let news = answer.map_err(|_| SendError::TooSlow)??;
        let mut told = told(&news, to).map_err(SendError::Answer)?;
        told.provider_id = news.id.as_deref().map(|id| short(id, to));
        Ok(told)
    }

    async fn answer(&self, request: Request<Full<Bytes>>) -> Result<News, SendError> {
        let sent = self.client.request(request).await;
        let response = sent.map_err(|error| SendError::Unreachable(error.is_connect()))?;
        let status = response.status();
        if refuses(status) {
            return Err(SendError::Refused(status.as_u16()));
        }
        if !status.is_success() {
            return Err(SendError::Status(status.as_u16()));
        }
        let body = Limited::new(response.into_body(), ANSWER_MAX);
        let body = body.collect().await;
        let body = body.map_err(|_| SendError::Answer("no whole body"))?;
        serde_json::from_slice(&body.to_bytes())
            .map_err(|_| SendError::Answer("no JSON of its form"))
    }
}

/// The message is refused, and would be again; the others are about us, or the hour.
fn refuses(status: StatusCode) -> bool {
    const OURS: [StatusCode; 6] = [
        StatusCode::UNAUTHORIZED,
        StatusCode::FORBIDDEN,
        StatusCode::NOT_FOUND,
        StatusCode::REQUEST_TIMEOUT,
        StatusCode::TOO_EARLY,
        StatusCode::TOO_MANY_REQUESTS,
    ];
    status.is_client_error() && !OURS.contains(&status)
}

/// What news mean; the error is what is wrong with them.
pub fn told(news: &News, to: &str) -> Result<Told, &'static str> {
    let state = Reached::from_name(&news.state).ok_or("no state that is known")?;
    let cost = match &news.cost {
        None => None,
        Some(cost) => Some(money(cost).ok_or("a cost that is none")?),
    };
    Ok(Told {
        state,
        provider_id: None,
        cost,
        reason: news.reason.as_deref().map(|reason| short(reason, to)),
    })
}

fn money(cost: &Cost) -> Option<Money> {
    let currency = Currency::from_code(&cost.currency)?;
    Money::parse(&cost.amount, currency).ok()
}

/// Somebody else's words, cut, on one line, and without the borrower's number or address in them.
fn short(text: &str, to: &str) -> String {
    let hidden = match to.is_empty() {
        true => text.to_owned(),
        false => text.replace(to, "(the borrower's)"),
    };
    let plain = hidden.chars().filter(|c| !c.is_control());
    plain.take(WORDS_MAX).collect()
}
