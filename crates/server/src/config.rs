//! What a server is told at its start, and what it refuses to be told.
//!
//! On purpose absent: reading files or the environment (that is `cli`), and any address other
//! than loopback until there is a sign-in.

use std::net::SocketAddr;
use std::path::PathBuf;

use fairlock_domain::pii::Secret;

/// All settings of one server.
pub struct Config {
    /// Where to listen; loopback only. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// A folder in which a bank's files appear; read files move to `done/` or `failed/` in it.
    pub watch_dir: Option<PathBuf>,
    /// The M-Pesa till, when there is one.
    pub mpesa: Option<Mpesa>,
    /// `http://host:port/path` of the notice gateway that sends SMS and e-mail.
    pub notice_gateway: Option<String>,
    /// The sources of payment news whose health is watched.
    pub feeds: Vec<Feed>,
    /// Whom borrowers can call.
    pub contacts: Contacts,
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

/// An M-Pesa paybill or till. Daraja's callbacks are not signed (reference: Daraja C2B), so the
/// path they are posted to is a secret of its own.
pub struct Mpesa {
    /// The business short code that confirmations must name.
    pub shortcode: String,
    /// The unguessable part of the callback's path.
    pub secret_path: Secret<String>,
    /// The feed that its confirmations are news of.
    pub feed: String,
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
    #[error("{what} has {found} bytes; expected 1 to {CONTACT_MAX}")]
    Contact { what: &'static str, found: usize },
}

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
        Ok(())
    }
}
