//! A plain HTTP client for the outside world's requests: callbacks, enrolments.
//!
//! On purpose absent: TLS, redirects and retries. Everything it talks to is on loopback.

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{Method, Request, header};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

/// The largest answer that is read: the server's answers to a bank, an operator or a phone are
/// far smaller.
const ANSWER_MAX_BYTES: usize = 64 * 1024;

/// A client that keeps its connections.
#[derive(Clone)]
pub struct Http {
    client: Client<HttpConnector, Full<Bytes>>,
}

/// An answer: status and body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub body: Bytes,
}

/// Why there is no answer, in the order of the checks.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    #[error("{url}: no address of a server; expected http://host:port/path")]
    Url { url: String },
    #[error("{url}: {what}")]
    Send { url: String, what: String },
    #[error("{url}: the answer ended early or is longer than {ANSWER_MAX_BYTES} bytes")]
    Body { url: String },
}

impl Default for Http {
    fn default() -> Http {
        Http {
            client: Client::builder(TokioExecutor::new()).build_http(),
        }
    }
}

impl Http {
    /// Posts a body and reads the whole answer, whatever its status.
    pub async fn post(
        &self,
        url: &str,
        content_type: &str,
        body: Vec<u8>,
    ) -> Result<Answer, HttpError> {
        let request = Request::builder()
            .method(Method::POST)
            .uri(url)
            .header(header::CONTENT_TYPE, content_type)
            .body(Full::new(Bytes::from(body)))
            .map_err(|_| HttpError::Url {
                url: url.to_string(),
            })?;
        let response = self.client.request(request).await;
        let response = response.map_err(|error| HttpError::Send {
            url: url.to_string(),
            what: error.to_string(),
        })?;
        let status = response.status().as_u16();
        let body = Limited::new(response.into_body(), ANSWER_MAX_BYTES);
        let body = body.collect().await.map_err(|_| HttpError::Body {
            url: url.to_string(),
        })?;
        Ok(Answer {
            status,
            body: body.to_bytes(),
        })
    }
}
