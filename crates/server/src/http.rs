//! The router and its guards: which hosts and origins may talk to a server without a sign-in.
//!
//! A page of another site can make a browser send requests here (DNS rebinding, form posts), so
//! each request must name this server as Host, and a request that says where it comes from must
//! come from this server's own pages.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::{Shared, console, device, money, notices};

/// Bodies that aren't statements are small; statements have their own, larger limit in `money`.
const BODY_MAX_BYTES: usize = 64 * 1024;

/// Serves until told to stop; open connections end with it.
pub async fn serve(
    listener: TcpListener,
    addr: SocketAddr,
    shared: Arc<Shared>,
    mut stopped: watch::Receiver<bool>,
) {
    let app = router(shared, addr);
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, app).into_future();
    tokio::select! {
        result = server => if let Err(error) = result {
            tracing::error!(%error, "the listener ended");
        },
        _ = stopped.wait_for(|stop| *stop) => {}
    }
}

/// All routes, behind the guard.
pub fn router(shared: Arc<Shared>, addr: SocketAddr) -> Router {
    Router::new()
        .merge(console::routes())
        .merge(device::routes())
        .merge(money::routes())
        .merge(notices::routes())
        .layer(DefaultBodyLimit::max(BODY_MAX_BYTES))
        .layer(middleware::from_fn_with_state(addr.port(), guard))
        .with_state(shared)
}

async fn guard(State(port): State<u16>, request: Request, next: Next) -> Response {
    match check_headers(request.headers(), port) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// Why a request isn't listened to, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// No Host header, or one that isn't this server on loopback.
    Host,
    /// An Origin that isn't one of this server's own pages.
    Origin,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let text = match self {
            Refusal::Host => "Host: expected this server's own loopback address and port\n",
            Refusal::Origin => "Origin: expected none, or a page of this server\n",
        };
        (StatusCode::FORBIDDEN, text).into_response()
    }
}

/// Checks Host and Origin against the loopback names with this port.
pub fn check_headers(headers: &HeaderMap, port: u16) -> Result<(), Refusal> {
    let host = headers
        .get(header::HOST)
        .and_then(|h| h.to_str().ok())
        .ok_or(Refusal::Host)?;
    if !is_own_authority(host, port) {
        return Err(Refusal::Host);
    }
    match headers.get(header::ORIGIN).map(|o| o.to_str()) {
        None => Ok(()),
        Some(Ok(origin))
            if origin
                .strip_prefix("http://")
                .is_some_and(|a| is_own_authority(a, port)) =>
        {
            Ok(())
        }
        Some(_) => Err(Refusal::Origin),
    }
}

fn is_own_authority(authority: &str, port: u16) -> bool {
    let Some((host, given)) = authority.rsplit_once(':') else {
        return false;
    };
    given.parse() == Ok(port) && matches!(host, "127.0.0.1" | "localhost" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn check(host: Option<&str>, origin: Option<&str>, expected: Result<(), Refusal>) {
        let mut headers = HeaderMap::new();
        if let Some(host) = host {
            headers.insert(header::HOST, HeaderValue::from_str(host).unwrap());
        }
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, HeaderValue::from_str(origin).unwrap());
        }
        assert_eq!(
            check_headers(&headers, 4470),
            expected,
            "host {host:?}, origin {origin:?}"
        );
    }

    #[test]
    fn only_this_server_on_loopback_is_listened_to() {
        check(Some("127.0.0.1:4470"), None, Ok(()));
        check(
            Some("localhost:4470"),
            Some("http://localhost:4470"),
            Ok(()),
        );
        check(Some("[::1]:4470"), Some("http://127.0.0.1:4470"), Ok(()));
        check(None, None, Err(Refusal::Host));
        check(Some("localhost"), None, Err(Refusal::Host));
        check(Some("localhost:4471"), None, Err(Refusal::Host));
        check(Some("rebound.example:4470"), None, Err(Refusal::Host));
        check(
            Some("127.0.0.1.evil.example:4470"),
            None,
            Err(Refusal::Host),
        );
    }

    #[test]
    fn a_page_of_another_site_is_refused() {
        let host = Some("127.0.0.1:4470");
        check(host, Some("http://evil.example"), Err(Refusal::Origin));
        check(host, Some("null"), Err(Refusal::Origin));
        check(host, Some("https://127.0.0.1:4470"), Err(Refusal::Origin));
        check(host, Some("http://127.0.0.1:9999"), Err(Refusal::Origin));
    }
}
