//! Answers: a page with its headers, or the page for what went wrong.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use fairlock_domain::standing::FactsError;
use fairlock_storage::StoreError;
use fairlock_web::view::error::{ErrorKind, ErrorPage};
use fairlock_web::view::{Density, Frame, Place, Theme};
use fairlock_web::{RenderError, assets, csp, page};

use super::{places, settings, texts};
use crate::Shared;
use crate::evidence::CollectError;
use crate::evidence::archive::ArchiveError;
use crate::past::PastError;

/// Why a page can't be shown, in the order in which it is met.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    #[error("nothing stands at {thing}")]
    NotFound {
        thing: String,
        /// What was expected in its place.
        expected: Option<&'static str>,
    },
    /// What was typed names no contract.
    #[error("no contract was found for what was typed")]
    NotFoundByText {
        /// Ids that are one slip away.
        near: Vec<String>,
    },
    /// A part of the address that can't be read.
    #[error("{thing:?} in an address: expected {expected}")]
    Unreadable {
        thing: String,
        expected: &'static str,
    },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Past(#[from] PastError),
    #[error(transparent)]
    Evidence(CollectError),
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error("contract {contract_id}: {problem}")]
    Facts {
        contract_id: String,
        problem: FactsError,
    },
    #[error(transparent)]
    Render(#[from] RenderError),
    /// A read that panicked or was cut off by the end of the server.
    #[error("the read ended early")]
    Cut,
}

/// What a request asked for, as far as every page needs it.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Path and query.
    pub path: String,
    pub theme: Theme,
    pub density: Density,
    nonce: String,
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Asked, Infallible> {
        let path = parts.uri.path_and_query().map_or("/", |p| p.as_str());
        let cookies = parts.headers.get(header::COOKIE);
        let cookies = cookies.and_then(|c| c.to_str().ok()).unwrap_or("");
        let (theme, density) = settings::read(cookies);
        Ok(Asked {
            path: path.to_string(),
            theme,
            density,
            nonce: String::new(),
        })
    }
}

impl Asked {
    /// Reads and renders off the runtime, then answers with the page or with what went wrong.
    pub async fn page(
        mut self,
        shared: Arc<Shared>,
        make: impl FnOnce(&Shared, &Asked) -> Result<String, Trouble> + Send + 'static,
    ) -> Response {
        self.nonce = nonce(&shared);
        let (asked, s) = (self.clone(), shared.clone());
        let made = tokio::task::spawn_blocking(move || make(&s, &asked)).await;
        match made.unwrap_or(Err(Trouble::Cut)) {
            Ok(html) => html_response(StatusCode::OK, &self.nonce, html),
            Err(trouble) => self.trouble(&shared, trouble),
        }
    }

    /// The frame around a page of this request.
    pub fn frame(&self, shared: &Shared, place: Place) -> Frame {
        Frame {
            lender: shared.lender_name.clone(),
            nonce: self.nonce.clone(),
            theme: self.theme,
            density: self.density,
            now: shared.clock.now(),
            place,
            path: self.path.clone(),
            live: None,
            test_lender: !shared.live,
        }
    }

    /// The page for what went wrong. Faults of ours get a reference that the log has too.
    pub fn trouble(mut self, shared: &Shared, trouble: Trouble) -> Response {
        if self.nonce.is_empty() {
            self.nonce = nonce(shared);
        }
        let (status, view) = match &trouble {
            Trouble::NotFound { thing, expected } => (
                StatusCode::NOT_FOUND,
                ErrorPage {
                    kind: ErrorKind::NotFound,
                    thing: thing.clone(),
                    expected: expected.map(str::to_string),
                    ..ErrorPage::default()
                },
            ),
            Trouble::NotFoundByText { near } => (
                StatusCode::NOT_FOUND,
                ErrorPage {
                    kind: ErrorKind::NothingFound,
                    near: near.clone(),
                    ..ErrorPage::default()
                },
            ),
            Trouble::Unreadable { thing, expected } => (
                StatusCode::BAD_REQUEST,
                ErrorPage {
                    kind: ErrorKind::BadRequest,
                    thing: thing.clone(),
                    expected: Some((*expected).to_string()),
                    ..ErrorPage::default()
                },
            ),
            ours => {
                let reference = self.nonce.get(..8).unwrap_or("").to_string();
                tracing::error!(error = %ours, reference, path = self.path, "a page failed");
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    ErrorPage {
                        kind: ErrorKind::Internal,
                        thing: self.path.clone(),
                        reference: Some(reference),
                        ..ErrorPage::default()
                    },
                )
            }
        };
        let frame = self.frame(shared, places::utc());
        match page::error(&frame, &view, texts(shared)) {
            Ok(html) => html_response(status, &self.nonce, html),
            Err(_) => status.into_response(),
        }
    }
}

/// 128 random bits in hexadecimal, which base64 holds too.
fn nonce(shared: &Shared) -> String {
    let mut bytes = [0; 16];
    shared.entropy.fill(&mut bytes);
    hex(&bytes)
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn html_response(status: StatusCode, nonce: &str, html: String) -> Response {
    let mut response = (status, html).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(policy) = HeaderValue::from_str(&csp::header(nonce)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in csp::OTHERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The file at `/assets/{hash}/{name}`: named by its content, so it is good for ever.
pub async fn asset(Path((hash, name)): Path<(String, String)>) -> Response {
    let Some(asset) = assets::find(&hash, &name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut response = asset.bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(asset.content_type),
    );
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}
