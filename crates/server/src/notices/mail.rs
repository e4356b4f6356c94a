//! E-mail: one plain message a notice, over SMTP, by lettre with rustls.
//!
//! The message's own id is the notice's, the same for each attempt. A relay that takes a message
//! has sent it, and that is all it proves: whether it was delivered, or bounced, comes as a receipt
//! like a text message's, from the relay's own service of events. A 5xx answer ends the message, a
//! 4xx one is tried again. On purpose absent: reading bounces out of a mailbox.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fairlock_domain::calendar::Instant;
use fairlock_domain::pii::Secret;
use lettre::address::AddressError;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp;
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};

use super::outcome::{Reached, SendError, Told};

/// A relay that doesn't answer a command within this is tried again.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

pub struct Mail {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// Why mail can't be set up, in the order of the checks. The address of a relay can hold a
/// password, so that none of it is repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    #[error("the sender's address: {0}; expected `Name <name@example.org>`")]
    From(AddressError),
    #[error("the relay's address can't be read; expected smtps://user:password@host:port")]
    Relay,
}

impl Mail {
    pub fn new(relay: &Secret<String>, from: &str) -> Result<Mail, MailError> {
        let from: Mailbox = from.parse().map_err(MailError::From)?;
        let hello = ClientId::Domain(from.email.domain().to_owned());
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(relay.expose())
            .map_err(|_| MailError::Relay)?
            .timeout(Some(ANSWER_WITHIN))
            .hello_name(hello)
            .build();
        Ok(Mail { transport, from })
    }

    /// Sends one message under this id.
    pub async fn send(
        &self,
        id: &str,
        to: &str,
        subject: &str,
        text: &str,
        now: Instant,
    ) -> Result<Told, SendError> {
        let to: Mailbox = to.parse().map_err(|_| SendError::Address)?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(subject)
            .date(wall(now))
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .raw_header(automatic())
            .header(ContentType::TEXT_PLAIN)
            .body(text.to_owned());
        let message = message.map_err(|_| SendError::Address)?;
        self.transport
            .send(message)
            .await
            .map_err(|e| failure(&e))?;
        Ok(Told {
            state: Reached::Sent,
            provider_id: None,
            cost: None,
            reason: None,
        })
    }
}

/// RFC 3834: nobody's holiday reply comes back.
fn automatic() -> HeaderValue {
    let name = HeaderName::new_from_ascii_str("Auto-Submitted");
    HeaderValue::new(name, "auto-generated".to_owned())
}

fn wall(now: Instant) -> SystemTime {
    let seconds = u64::try_from(now.unix_seconds()).unwrap_or(0);
    UNIX_EPOCH + Duration::from_secs(seconds)
}

/// Permanent answers that are about our credentials, not about the message (RFC 4954).
const OURS: [u16; 4] = [530, 534, 535, 538];

/// A relay's own words often repeat the address, so that only its code is kept.
fn failure(error: &smtp::Error) -> SendError {
    let code = error.status().map(u16::from);
    match code {
        Some(code) if error.is_permanent() && !OURS.contains(&code) => SendError::Refused(code),
        Some(code) => SendError::Status(code),
        None if error.is_timeout() => SendError::TooSlow,
        None => SendError::Unreachable(false),
    }
}
