//! Callbacks: what a provider calls to tell us, how it is told from a forgery, and what it means.
//!
//! A call is one of a closed list. Its address is `/v1/callbacks/{secret}/{path}`: the secret
//! names the source, and the path the call. A call that isn't from a source is answered 404,
//! counted, and leaves nothing behind. One that is, is stored whole, then acknowledged in the
//! provider's own form, then read: [`read`] gives the same news whenever it is asked, so that a
//! message can be read again.
//!
//! On purpose absent: anything about one provider, which is its own module's.

pub mod ask;
pub mod client;
mod failures;
pub mod mobile;
pub mod mpesa;
pub mod signed;
pub mod told;

use std::net::IpAddr;

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use fairlock_domain::calendar::Instant;
use fairlock_storage::{Message, StoreError};
use subtle::ConstantTimeEq as _;

use super::desk::Desk;
use super::process::Reading;
use crate::config::{Net, Provider, Proxy, Source};

/// A kind of message of a provider, whether it calls us with it or we fetch it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    Mpesa(mpesa::Call),
    Mobile(mobile::Call),
    Signed(signed::Call),
}

impl Call {
    /// The call that a provider makes at this path below its secret; `None` when it makes none.
    pub fn at(provider: &Provider, path: &str) -> Option<Call> {
        match provider {
            Provider::Mpesa(_) => mpesa::Call::at(path).map(Call::Mpesa),
            Provider::Airtel(_) | Provider::Momo(_) => {
                mobile::Call::at(provider, path).map(Call::Mobile)
            }
            _ => signed::Call::at(provider, path).map(Call::Signed),
        }
    }

    /// The kind of a stored message, by its name.
    pub fn named(provider: &Provider, name: &str) -> Option<Call> {
        match provider {
            Provider::Mpesa(_) => mpesa::Call::named(name).map(Call::Mpesa),
            Provider::Airtel(_) | Provider::Momo(_) => mobile::Call::named(name).map(Call::Mobile),
            _ => signed::Call::named(provider, name).map(Call::Signed),
        }
    }

    /// The name under which it stands in the inbox.
    pub fn name(self) -> &'static str {
        match self {
            Call::Mpesa(call) => call.name(),
            Call::Mobile(call) => call.name(),
            Call::Signed(call) => call.name(),
        }
    }

    /// What the provider is told once the call is stored, readable or not.
    pub fn acknowledgement(self) -> Answer {
        match self {
            Call::Mpesa(call) => call.acknowledgement(),
            Call::Mobile(call) => call.acknowledgement(),
            Call::Signed(call) => call.acknowledgement(),
        }
    }

    /// Whether it only asks, so that nothing is lost when it can't be kept.
    pub fn only_asks(self) -> bool {
        match self {
            Call::Mpesa(call) => call == mpesa::Call::Validation,
            Call::Mobile(_) | Call::Signed(_) => false,
        }
    }

    /// Headers that are kept with it besides those that every message keeps: of a signature, so
    /// that it can be checked again. In lower case.
    pub fn headers(self) -> &'static [&'static str] {
        match self {
            Call::Mpesa(_) | Call::Mobile(_) => &[],
            Call::Signed(call) => call.headers(),
        }
    }
}

/// What a caller is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: StatusCode,
    pub content_type: &'static str,
    pub body: String,
}

impl Answer {
    pub fn json(body: impl Into<String>) -> Answer {
        Answer {
            status: StatusCode::OK,
            content_type: "application/json",
            body: body.into(),
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let kind = [(header::CONTENT_TYPE, self.content_type)];
        (self.status, kind, self.body).into_response()
    }
}

/// A call as it arrives.
pub struct Incoming<'a> {
    /// Below the secret.
    pub path: &'a str,
    pub headers: &'a HeaderMap,
    pub body: &'a Bytes,
    pub now: Instant,
}

/// A call that is from its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The provider's own id of the event, the same whenever it is told again; where there is
    /// none the body's hash stands for it.
    pub event: Option<String>,
    /// What it is about, where its address says so and not its body; kept with it.
    pub about: Option<String>,
}

/// Why a call isn't from its source; nobody is told but the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Forged {
    #[error("it comes from {0}, which isn't among the source's addresses")]
    Address(IpAddr),
    #[error("{0}")]
    Signature(String),
}

impl Forged {
    /// What the caller is answered. Whoever knows the secret path and signs with a wrong key is
    /// the provider with a key that was rotated, as a rule: it is told so, and tries again.
    pub fn status(&self) -> StatusCode {
        match self {
            Forged::Address(_) => StatusCode::NOT_FOUND,
            Forged::Signature(_) => StatusCode::UNAUTHORIZED,
        }
    }
}

/// The source of a path's secret, and the call. Every secret is compared, each in the same time
/// wherever it differs.
pub fn find<'a>(sources: &'a [Source], secret: &str, path: &str) -> Option<(&'a Source, Call)> {
    let mut found = None;
    for source in sources {
        let own = source.secret_path.expose().as_bytes();
        if bool::from(own.ct_eq(secret.as_bytes())) {
            found = Some(source);
        }
    }
    let source = found?;
    Call::at(&source.provider, path).map(|call| (source, call))
}

/// Whether a call is from its source, as far as the call itself can tell.
pub fn verify(
    source: &Source,
    call: Call,
    from: IpAddr,
    incoming: &Incoming<'_>,
) -> Result<Verified, Forged> {
    let known = |net: &Net| net.contains(from);
    if !source.addresses.is_empty() && !source.addresses.iter().any(known) {
        return Err(Forged::Address(from));
    }
    match call {
        // Daraja signs nothing.
        Call::Mpesa(_) => Ok(Verified {
            event: None,
            about: None,
        }),
        Call::Mobile(_) => mobile::verify(&source.provider, incoming),
        Call::Signed(_) => signed::verify(&source.provider, incoming),
    }
}

/// Whom a call came from: the peer, or what a trusted proxy in front says of it.
pub fn caller(peer: IpAddr, headers: &HeaderMap, proxy: Option<&Proxy>) -> IpAddr {
    let Some(proxy) = proxy.filter(|p| p.addresses.iter().any(|net| net.contains(peer))) else {
        return peer;
    };
    // Whatever stands before the proxy's own word is the caller's to write.
    let last = headers.get_all(&proxy.header).iter().next_back();
    let last = last.and_then(|value| value.to_str().ok()?.rsplit(',').next());
    last.and_then(|text| text.trim().parse().ok())
        .unwrap_or(peer)
}

/// Answers a call that asks something, from what is known; `None` for one that only tells, or
/// that can't be read: then it is stored and acknowledged.
pub fn answer(
    desk: &Desk,
    source: &Source,
    call: Call,
    body: &[u8],
) -> Result<Option<Answer>, StoreError> {
    match (call, &source.provider) {
        (Call::Mpesa(mpesa::Call::Validation), Provider::Mpesa(till)) => {
            mpesa::validate(desk, till, body)
        }
        (Call::Mpesa(_) | Call::Mobile(_) | Call::Signed(_), _) => Ok(None),
    }
}

/// What a stored message of a source says; the inner error is what is wrong with it, for people.
pub fn read(desk: &Desk, message: &Message) -> Result<Result<Reading, String>, StoreError> {
    let of_it = |source: &&Source| source.name == message.source;
    let Some(source) = desk.sources.iter().find(of_it) else {
        return Ok(Err(format!(
            "{} from {}: expected a source that is configured",
            message.name, message.source
        )));
    };
    match (
        Call::named(&source.provider, &message.name),
        &source.provider,
    ) {
        (Some(Call::Mpesa(call)), Provider::Mpesa(till)) => {
            mpesa::read(desk, source, till, call, message)
        }
        (Some(Call::Mobile(call)), _) => Ok(mobile::read(source, call, message)),
        (Some(Call::Signed(call)), _) => Ok(signed::read(source, call, message)),
        (Some(Call::Mpesa(_)) | None, _) => Ok(Err(format!(
            "{} from {}: expected a message that a source of kind {} has",
            message.name,
            message.source,
            source.provider.kind()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn check(peer: &str, forwarded: &[&'static str], expected: &str) {
        let proxy = Proxy {
            header: "x-forwarded-for".to_owned(),
            addresses: Net::parse("10.0.0.2").into_iter().collect(),
        };
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_static(value));
        }
        let found = caller(peer.parse().unwrap(), &headers, Some(&proxy));
        assert_eq!(
            found,
            expected.parse::<IpAddr>().unwrap(),
            "{peer} {forwarded:?}"
        );
    }

    #[test]
    fn only_the_proxys_own_word_about_the_caller_counts() {
        check("10.0.0.2", &["196.201.214.200"], "196.201.214.200");
        check("10.0.0.2", &["196.201.214.200, 203.0.113.9"], "203.0.113.9");
        check(
            "10.0.0.2",
            &["196.201.214.200", "203.0.113.9"],
            "203.0.113.9",
        );
        check("10.0.0.2", &["unknown"], "10.0.0.2");
        check("10.0.0.2", &[], "10.0.0.2");
        // Anybody can write the header.
        check("203.0.113.9", &["196.201.214.200"], "203.0.113.9");
    }
}
