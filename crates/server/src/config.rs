//! What a server is told at its start, and what it refuses to be told.
//!
//! On purpose absent: reading files or the environment (that is `cli`), and any address other
//! than loopback until there is a sign-in.

use std::net::SocketAddr;
use std::path::PathBuf;

use fairlock_domain::pii::Secret;
use fairlock_intake::Mapping;

pub mod file;
pub mod mobile;
pub mod net;
pub mod signed;
pub mod sources;

pub use mobile::{Airtel, Momo};
pub use net::Net;
pub use signed::{Adyen, Standard, Stripe, StripeApi};
pub use sources::{Credit, Daraja, Initiator, Mpesa, Provider, Proxy, Source};

/// All settings of one server.
pub struct Config {
    /// Where to listen; loopback only. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// A folder in which a bank's files appear; read files move to `done/` or `failed/` in it.
    pub watch_dir: Option<PathBuf>,
    /// Providers that call when money moves.
    pub sources: Vec<Source>,
    /// The reverse proxy in front of this server, where there is one.
    pub proxy: Option<Proxy>,
    /// How tables of banks are read, beside the mappings of the program.
    pub mappings: Vec<Mapping>,
    /// Systems of the lender's that may report payments.
    pub api: Vec<ApiCaller>,
    /// How messages to borrowers go out.
    pub notices: Notices,
    /// The sources of payment news whose health is watched.
    pub feeds: Vec<Feed>,
    /// Whom borrowers can call.
    pub contacts: Contacts,
}

/// A system of the lender's that reports payments.
#[derive(Clone)]
pub struct ApiCaller {
    /// Its messages stand in the inbox under this name, and its idempotency keys are its own.
    pub name: String,
    /// The bearer token that it comes with.
    pub token: Secret<String>,
}

/// Whom borrowers can call; it stands in every charter, and so on the phone at every level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contacts {
    /// Telephone number or address of the lender's support.
    pub lender: String,
    /// The body that hears complaints about this lender.
    pub complaints_name: String,
    /// Its telephone number or address.
    pub complaints: String,
}

/// How messages to borrowers go out. Without a carrier none does, and no notice is served but by
/// the phone itself.
pub struct Notices {
    pub sms: Option<SmsGateway>,
    pub mail: Option<MailRelay>,
    /// The unguessable part of the path that carriers post receipts to.
    pub receipts: Option<Secret<String>>,
    /// Reviewed texts of the lender's, in the place of the built-in ones of the same language:
    /// file names with their content.
    pub texts: Vec<(String, String)>,
    /// The language of contracts that name none.
    pub language: String,
    /// Free advice for people with money worries: a name and how to reach it.
    pub adviser: Option<(String, String)>,
}

impl Default for Notices {
    fn default() -> Notices {
        Notices {
            sms: None,
            mail: None,
            receipts: None,
            texts: Vec::new(),
            language: "en".to_owned(),
            adviser: None,
        }
    }
}

/// The gateway that sends text messages.
pub struct SmsGateway {
    /// `https://host/path`; `http` on loopback alone.
    pub url: String,
    /// Its bearer token.
    pub token: Option<Secret<String>>,
}

/// The relay that takes e-mail.
pub struct MailRelay {
    /// `smtps://user:password@host:port`, or `smtp://…?tls=required`; plain `smtp` on loopback
    /// alone.
    pub relay: Secret<String>,
    /// `Name <name@example.org>`.
    pub from: String,
}

/// What is expected of a source of payment news before it counts as silent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// Its name, as contracts name it.
    pub name: String,
    /// The account whose statements it brings, for statement feeds.
    pub account: Option<String>,
    /// Seconds without news after which it counts as stale.
    pub period_s: u32,
}

/// The shortest token of a caller: 128 bits in hexadecimal.
pub const TOKEN_MIN: usize = 32;

/// Why a configuration is refused, in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    #[error(
        "listen address {0}: only loopback (127.0.0.1 or [::1]) is allowed until there is a sign-in"
    )]
    NotLoopback(SocketAddr),
    #[error("feed {0}: its period is 0 s; expected at least 1 s")]
    FeedPeriod(String),
    #[error("feed {0} is named twice; expected each name once")]
    FeedTwice(String),
    #[error("API caller {0:?}: expected letters, digits and hyphens, at most 32, each name once")]
    CallerName(String),
    #[error("API caller {name}: its token has {found} characters; expected at least {TOKEN_MIN}")]
    CallerToken { name: String, found: usize },
    #[error("{what} has {found} bytes; expected 1 to {CONTACT_MAX}")]
    Contact { what: &'static str, found: usize },
    #[error("{what}'s address can't be read; expected {expected}")]
    CarrierAddress {
        what: &'static str,
        expected: &'static str,
    },
    #[error(
        "{what} at {host} without encryption; expected {expected}, for it carries personal data"
    )]
    CarrierPlain {
        what: &'static str,
        host: String,
        expected: &'static str,
    },
    #[error("the receipts' secret path has {found} characters; expected at least {SECRET_MIN}")]
    ReceiptsPath { found: usize },
    #[error("source {0:?}: expected a name that isn't empty and that the inbox doesn't use itself")]
    SourceName(String),
    #[error("source {0} is named twice; expected each name once")]
    SourceTwice(String),
    #[error(
        "source {name}: its feed {feed} isn't among the feeds; expected one that is configured"
    )]
    SourceFeed { name: String, feed: String },
    #[error("source {name}: feed {feed} is another source's; expected one of its own")]
    FeedShared { name: String, feed: String },
    #[error(
        "source {name}: its secret path has {found} characters; expected at least {SECRET_MIN} letters, digits, - or _"
    )]
    SourcePath { name: String, found: usize },
    #[error("source {0}: its secret path is another source's; expected one of its own")]
    PathShared(String),
    #[error(
        "source {0} is to credit after an enquiry; expected access to the provider's interface, or credit at once"
    )]
    NobodyToAsk(String),
}

/// The shortest secret path: 16 characters of hexadecimal digits are 64 bits, beyond guessing
/// over a network.
pub const SECRET_MIN: usize = 16;

/// A charter has room for this much of a name or number (protocol: texts of a charter).
const CONTACT_MAX: usize = 64;

impl Config {
    /// Checks what can be checked without touching anything.
    pub fn check(&self) -> Result<(), ConfigError> {
        if !self.listen.ip().is_loopback() {
            return Err(ConfigError::NotLoopback(self.listen));
        }
        for (i, feed) in self.feeds.iter().enumerate() {
            if feed.period_s == 0 {
                return Err(ConfigError::FeedPeriod(feed.name.clone()));
            }
            if self.feeds[..i].iter().any(|f| f.name == feed.name) {
                return Err(ConfigError::FeedTwice(feed.name.clone()));
            }
        }
        for (i, caller) in self.api.iter().enumerate() {
            let twice = self.api[..i].iter().any(|known| known.name == caller.name);
            if twice || !is_word(&caller.name) {
                return Err(ConfigError::CallerName(caller.name.clone()));
            }
            let found = caller.token.expose().len();
            if found < TOKEN_MIN {
                let name = caller.name.clone();
                return Err(ConfigError::CallerToken { name, found });
            }
        }
        let contacts = [
            ("the lender's contact", &self.contacts.lender),
            ("the complaint body's name", &self.contacts.complaints_name),
            ("the complaint body's contact", &self.contacts.complaints),
        ];
        for (what, text) in contacts {
            if text.is_empty() || text.len() > CONTACT_MAX {
                let found = text.len();
                return Err(ConfigError::Contact { what, found });
            }
        }
        self.notices.check()?;
        sources::check(&self.sources, &self.feeds)
    }
}

/// Whether a name can stand in a path or in a source's name.
fn is_word(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    (1..=32).contains(&name.len()) && name.bytes().all(plain)
}

impl Notices {
    fn check(&self) -> Result<(), ConfigError> {
        if let Some(sms) = &self.sms {
            let expected = "https://host/path";
            let (scheme, host) = scheme_and_host("the text gateway", &sms.url, expected)?;
            encrypted("the text gateway", &host, scheme == "https", expected)?;
        }
        if let Some(mail) = &self.mail {
            let expected = "smtps://user:password@host:port";
            let relay = mail.relay.expose();
            let (scheme, host) = scheme_and_host("the mail relay", relay, expected)?;
            let safe = scheme == "smtps" || relay.ends_with("?tls=required");
            encrypted("the mail relay", &host, safe, expected)?;
        }
        match &self.receipts {
            Some(path) if path.expose().len() < SECRET_MIN => Err(ConfigError::ReceiptsPath {
                found: path.expose().len(),
            }),
            _ => Ok(()),
        }
    }
}

/// The address itself isn't repeated in an error: it can hold a password.
fn scheme_and_host(
    what: &'static str,
    address: &str,
    expected: &'static str,
) -> Result<(String, String), ConfigError> {
    let unreadable = ConfigError::CarrierAddress { what, expected };
    let uri: hyper::Uri = address.parse().map_err(|_| unreadable.clone())?;
    let parts = uri.scheme_str().zip(uri.host());
    let (scheme, host) = parts.ok_or(unreadable)?;
    Ok((scheme.to_owned(), host.to_owned()))
}

fn encrypted(
    what: &'static str,
    host: &str,
    safe: bool,
    expected: &'static str,
) -> Result<(), ConfigError> {
    let loopback = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    if safe || loopback {
        return Ok(());
    }
    Err(ConfigError::CarrierPlain {
        what,
        host: host.to_owned(),
        expected,
    })
}
