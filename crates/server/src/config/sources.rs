//! Providers that call when money moves: who they are, how their calls are told from forgeries,
//! and how they are asked.
//!
//! Each has a name of its own, a feed, and an unguessable path. Providers whose calls aren't
//! signed (Daraja's aren't) are held to the addresses they call from, and what they say may be
//! asked again before it credits.

use fairlock_domain::pii::Secret;

use super::mobile::{Airtel, Momo};
use super::net::Net;
use super::signed::{Adyen, Standard, Stripe};
use super::{ConfigError, SECRET_MIN, encrypted, scheme_and_host};

/// One source of payment news that calls.
#[derive(Clone)]
pub struct Source {
    /// Its messages stand in the inbox under this name.
    pub name: String,
    /// The feed that its calls are news of; no other source has it. With a provider's receipt it
    /// is the key by which money is recognised.
    pub feed: String,
    /// The unguessable part of its path.
    pub secret_path: Secret<String>,
    /// Where its calls come from; empty: anywhere.
    pub addresses: Vec<Net>,
    /// When an unsigned call credits.
    pub credit: Credit,
    pub provider: Provider,
}

impl Source {
    /// An M-Pesa till that is only listened to; it has its feed's name.
    pub fn till(feed: &str, short_code: &str, secret_path: Secret<String>) -> Source {
        Source {
            name: feed.to_owned(),
            feed: feed.to_owned(),
            secret_path,
            addresses: Vec::new(),
            credit: Credit::AtOnce,
            provider: Provider::Mpesa(Mpesa {
                short_code: short_code.to_owned(),
                api: None,
            }),
        }
    }
}

/// When a call that anybody could have made credits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credit {
    /// As soon as it is there: address and path are proof enough.
    AtOnce,
    /// Until the provider was asked, it only shields.
    AfterEnquiry,
}

/// Every kind of provider, with what each needs.
#[derive(Clone)]
pub enum Provider {
    Mpesa(Mpesa),
    Airtel(Airtel),
    Momo(Momo),
    Stripe(Stripe),
    Adyen(Adyen),
    Standard(Standard),
}

impl Provider {
    /// The name of the kind, as in a file of sources.
    pub fn kind(&self) -> &'static str {
        match self {
            Provider::Mpesa(_) => "mpesa",
            Provider::Airtel(_) => "airtel",
            Provider::Momo(_) => "momo",
            Provider::Stripe(_) => "stripe",
            Provider::Adyen(_) => "adyen",
            Provider::Standard(_) => "standard_webhooks",
        }
    }

    /// What a borrower pays to by mobile money; `None` for providers that aren't paid that way.
    pub fn payee(&self) -> Option<&str> {
        match self {
            Provider::Mpesa(mpesa) => Some(&mpesa.short_code),
            _ => None,
        }
    }

    /// The address of its interface, where it is asked at all.
    fn url(&self) -> Option<&str> {
        match self {
            Provider::Mpesa(mpesa) => mpesa.api.as_ref().map(|api| api.url.as_str()),
            Provider::Airtel(airtel) => Some(&airtel.url),
            Provider::Momo(momo) => Some(&momo.url),
            Provider::Stripe(stripe) => stripe.api.as_ref().map(|api| api.url.as_str()),
            Provider::Adyen(_) | Provider::Standard(_) => None,
        }
    }
}

/// An M-Pesa pay bill or till (Safaricom's Daraja).
#[derive(Clone)]
pub struct Mpesa {
    /// The business short code that its calls must name.
    pub short_code: String,
    /// How Daraja is asked; without it calls are all there is.
    pub api: Option<Daraja>,
}

/// Access to Daraja's interface.
#[derive(Clone)]
pub struct Daraja {
    /// `https://api.safaricom.co.ke`; `http` on loopback alone.
    pub url: String,
    pub consumer_key: Secret<String>,
    pub consumer_secret: Secret<String>,
    /// Who asks for the status of a transaction; without one missed and doubtful money is found
    /// by pulling alone.
    pub initiator: Option<Initiator>,
    /// Of the till, for payment prompts on a borrower's phone.
    pub pass_key: Option<Secret<String>>,
    /// The address under which Daraja reaches this server, `https://host`: results come to
    /// `/v1/callbacks/…` below it.
    pub public_url: String,
    /// Whether the pull interface is switched on for the short code.
    pub pull: bool,
}

/// A user of the organisation's portal that may ask.
#[derive(Clone)]
pub struct Initiator {
    pub name: String,
    /// Its password, encrypted with Safaricom's certificate, in base64.
    pub credential: Secret<String>,
}

/// A reverse proxy that is believed about whom a call came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxy {
    /// Such as `x-forwarded-for`; the last address in it is the one the proxy saw.
    pub header: String,
    /// Where the proxy itself calls from.
    pub addresses: Vec<Net>,
}

/// Names that the inbox has for itself.
const RESERVED: [&str; 2] = [crate::money::process::FILE_SOURCE, crate::notices::SOURCE];

/// Checks every source, and them beside each other.
pub(super) fn check(sources: &[Source], feeds: &[super::Feed]) -> Result<(), ConfigError> {
    for (i, source) in sources.iter().enumerate() {
        let before = &sources[..i];
        let name = source.name.clone();
        if name.is_empty() || RESERVED.contains(&name.as_str()) {
            return Err(ConfigError::SourceName(name));
        }
        if before.iter().any(|other| other.name == name) {
            return Err(ConfigError::SourceTwice(name));
        }
        if !feeds.iter().any(|feed| feed.name == source.feed) {
            let feed = source.feed.clone();
            return Err(ConfigError::SourceFeed { name, feed });
        }
        if before.iter().any(|other| other.feed == source.feed) {
            let feed = source.feed.clone();
            return Err(ConfigError::FeedShared { name, feed });
        }
        let secret = source.secret_path.expose();
        if secret.len() < SECRET_MIN || !secret.bytes().all(is_path_byte) {
            let found = secret.len();
            return Err(ConfigError::SourcePath { name, found });
        }
        if before.iter().any(|o| o.secret_path.expose() == secret) {
            return Err(ConfigError::PathShared(name));
        }
        if let Some(url) = source.provider.url() {
            let expected = "https://host";
            let (scheme, host) = scheme_and_host("a provider", url, expected)?;
            encrypted("a provider", &host, scheme == "https", expected)?;
        } else if source.credit == Credit::AfterEnquiry {
            return Err(ConfigError::NobodyToAsk(name));
        }
    }
    Ok(())
}

/// Letters, digits, `-` and `_`: what stands in a path as it is.
fn is_path_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}
