//! Requests to providers: one HTTP client, access tokens for as long as they last, and errors in
//! which nothing secret or personal stands.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use fairlock_domain::calendar::Instant;
use fairlock_domain::pii::Secret;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{Method, Request, StatusCode, header};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client as Http;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

/// A provider that doesn't answer within this is asked again later.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// The largest answer that is read: a page of a list has some 30 KiB.
const ANSWER_MAX: usize = 4 * 1024 * 1024;

pub struct Client {
    http: Http<HttpsConnector<HttpConnector>, Full<Bytes>>,
    /// By source: the token, and when it ends.
    tokens: Mutex<BTreeMap<String, (Secret<String>, Instant)>>,
}

/// What a provider answered.
pub struct Answered {
    pub status: StatusCode,
    pub body: Bytes,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    #[error("the provider can't be reached")]
    Unreachable,
    #[error("the connection broke")]
    Broken,
    #[error("no answer within 20 s")]
    TooSlow,
    #[error("an answer that can't be read; expected at most 4 MiB")]
    Body,
    #[error("the question can't be written as a request")]
    Request,
}

impl Client {
    pub fn new() -> Client {
        let connector = HttpsConnectorBuilder::new()
            .with_webpki_roots()
            .https_or_http()
            .enable_http1()
            .build();
        Client {
            http: Http::builder(TokioExecutor::new()).build(connector),
            tokens: Mutex::default(),
        }
    }

    /// Sends one request; a body goes as JSON.
    pub async fn send(
        &self,
        method: Method,
        url: &str,
        authorization: &str,
        headers: &[(&str, &str)],
        body: Option<String>,
    ) -> Result<Answered, Trouble> {
        let mut request = Request::builder()
            .method(method)
            .uri(url)
            .header(header::CONTENT_TYPE, "application/json");
        if !authorization.is_empty() {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = Full::new(Bytes::from(body.unwrap_or_default()));
        let request = request.body(body).map_err(|_| Trouble::Request)?;
        let answer = tokio::time::timeout(ANSWER_WITHIN, self.answer(request)).await;
        answer.map_err(|_| Trouble::TooSlow)?
    }

    async fn answer(&self, request: Request<Full<Bytes>>) -> Result<Answered, Trouble> {
        let sent = self.http.request(request).await;
        let response = sent.map_err(|error| match error.is_connect() {
            true => Trouble::Unreachable,
            false => Trouble::Broken,
        })?;
        let status = response.status();
        let body = Limited::new(response.into_body(), ANSWER_MAX);
        let body = body.collect().await.map_err(|_| Trouble::Body)?;
        Ok(Answered {
            status,
            body: body.to_bytes(),
        })
    }

    /// The source's token, unless it has ended.
    pub fn token(&self, source: &str, now: Instant) -> Option<Secret<String>> {
        let tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let (token, ends) = tokens.get(source)?;
        (*ends > now).then(|| token.clone())
    }

    pub fn keep_token(&self, source: &str, token: Secret<String>, ends: Instant) {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.insert(source.to_owned(), (token, ends));
    }

    /// The provider didn't take it: the next question asks for another.
    pub fn forget_token(&self, source: &str) {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.remove(source);
    }
}

impl Default for Client {
    fn default() -> Client {
        Client::new()
    }
}
