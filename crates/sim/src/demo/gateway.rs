//! The notice gateway: a provider of text messages as a server meets one, over HTTP.
//!
//! `POST /messages` takes `{"id", "channel", "to", "text"}` and answers `{"state": "accepted"}` with
//! what it costs. Before it answers it has told how the message went where receipts are wanted: a
//! receipt that is there before the answer is the harder order. A repetition of an id is answered
//! the same and not sent again. On purpose absent: keeping texts or numbers.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::world::Http;

/// The largest message that is taken: ten joined text messages have 1,530 characters.
const MESSAGE_MAX_BYTES: usize = 16 * 1024;

/// Every message costs the same here.
const ACCEPTED: &str = r#"{"state":"accepted","cost":{"amount":"0.80","currency":"KES"}}"#;

/// What a provider is asked.
#[derive(Deserialize)]
struct Message {
    id: String,
    to: String,
    text: String,
}

/// A gateway that listens until it is dropped.
pub struct Gateway {
    addr: SocketAddr,
    outside: Arc<Outside>,
    task: JoinHandle<()>,
}

/// What the gateway knows of the world.
#[derive(Default)]
struct Outside {
    /// Ids of messages, with how each went.
    sent: Mutex<BTreeMap<String, &'static str>>,
    /// Where receipts are posted to.
    receipts: Mutex<Option<String>>,
    http: Http,
}

impl Gateway {
    /// Listens on a free port of loopback.
    pub async fn start() -> std::io::Result<Gateway> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let addr = listener.local_addr()?;
        let outside = Arc::new(Outside::default());
        let task = tokio::spawn(serve(listener, outside.clone()));
        Ok(Gateway {
            addr,
            outside,
            task,
        })
    }

    pub fn url(&self) -> String {
        format!("http://{}/messages", self.addr)
    }

    /// Posts receipts to this address from now on.
    pub fn report_to(&self, address: String) {
        *self
            .outside
            .receipts
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(address);
    }

    /// How many different messages were sent.
    pub fn sent(&self) -> usize {
        self.outside
            .sent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .len()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, outside: Arc<Outside>) {
    // A listener that fails for good leaves the server's notices untold, which it reports itself.
    while let Ok((stream, _)) = listener.accept().await {
        let outside = outside.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(request, outside.clone()));
            // A client that goes away mid-request is its own matter.
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    outside: Arc<Outside>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    if request.method() != Method::POST || request.uri().path() != "/messages" {
        return Ok(reply(StatusCode::NOT_FOUND, ""));
    }
    let body = Limited::new(request.into_body(), MESSAGE_MAX_BYTES)
        .collect()
        .await;
    let message = body
        .ok()
        .and_then(|body| serde_json::from_slice::<Message>(&body.to_bytes()).ok());
    let Some(message) = message.filter(|m| !m.text.is_empty()) else {
        return Ok(reply(StatusCode::BAD_REQUEST, ""));
    };
    let digits = message.to.trim_start_matches('+').bytes();
    let state = match digits.len() >= 9 && digits.clone().all(|b| b.is_ascii_digit()) {
        true => "delivered",
        false => "failed",
    };
    let new = outside
        .sent
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(message.id.clone(), state)
        .is_none();
    let receipts = outside
        .receipts
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    if let Some(address) = receipts.filter(|_| new) {
        let receipt = format!(r#"{{"id":"{}","state":"{state}"}}"#, message.id);
        // A server that goes away has its own trouble; its message is asked for again.
        let _ = outside
            .http
            .post(&address, "application/json", receipt.into_bytes())
            .await;
    }
    Ok(reply(StatusCode::OK, ACCEPTED))
}

fn reply(status: StatusCode, body: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(body.as_bytes())));
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_message_is_taken_and_a_repetition_isnt_sent_again() {
        let gateway = Gateway::start().await.unwrap();
        let http = Http::default();
        let post = async |body: &str| {
            let answer = http
                .post(&gateway.url(), "application/json", body.as_bytes().to_vec())
                .await
                .unwrap();
            (
                answer.status,
                String::from_utf8_lossy(&answer.body).into_owned(),
            )
        };
        let message = |id: &str, to: &str| {
            format!(r#"{{"id":"{id}","channel":"sms","to":"{to}","text":"Hello"}}"#)
        };
        let accepted = (200, ACCEPTED.to_string());
        assert_eq!(post(&message("n-1", "254700000000")).await, accepted);
        assert_eq!(post(&message("n-1", "254700000000")).await, accepted);
        assert_eq!(post(&message("n-2", "nobody")).await, accepted);
        assert_eq!(post("not JSON").await.0, 400);
        let sent = gateway.outside.sent.lock().unwrap().clone();
        let sent: Vec<_> = sent.iter().map(|(id, how)| (id.as_str(), *how)).collect();
        assert_eq!(sent, [("n-1", "delivered"), ("n-2", "failed")]);
    }
}
