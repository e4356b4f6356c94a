//! What the messages' side keeps while the server runs: texts, carriers, the receipts' secret.

use std::sync::atomic::{AtomicU64, Ordering};

use fairlock_domain::pii::Secret;
use tokio::sync::Notify;

use super::Channel;
use super::compose::Sender;
use super::gateway::Gateway;
use super::mail::{Mail, MailError};
use super::template::{Library, TemplateError};
use crate::config::Config;

/// Why messages can't be set up, in the order of the checks.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("texts of messages: {0}")]
    Texts(#[from] TemplateError),
    #[error("no text in {0} to send by default; expected one that was reviewed")]
    Language(String),
    #[error("mail: {0}")]
    Mail(#[from] MailError),
}

pub struct State {
    pub library: Library,
    pub sender: Sender,
    pub(super) sms: Option<Gateway>,
    pub(super) mail: Option<Mail>,
    pub(super) receipts: Option<Secret<String>>,
    pub(super) woken: Notify,
    unauthenticated: AtomicU64,
}

impl State {
    /// Loads the texts and sets up the carriers; nothing is connected yet.
    pub fn open(config: &Config, lender_name: &str) -> Result<State, OpenError> {
        let notices = &config.notices;
        let own = notices.texts.iter();
        let library = Library::open(own.map(|(name, text)| (name.as_str(), text.as_str())))?;
        let language = &notices.language;
        if !library.language(language).is_some_and(|t| t.may_be_sent()) {
            return Err(OpenError::Language(language.clone()));
        }
        let sms = notices.sms.as_ref();
        let mail = notices.mail.as_ref();
        Ok(State {
            library,
            sender: Sender {
                lender: lender_name.to_owned(),
                contacts: config.contacts.clone(),
                adviser: notices.adviser.clone(),
                language: language.clone(),
            },
            sms: sms.map(|sms| Gateway::new(&sms.url, sms.token.clone())),
            mail: mail
                .map(|mail| Mail::new(&mail.relay, &mail.from))
                .transpose()?,
            receipts: notices.receipts.clone(),
            woken: Notify::new(),
            unauthenticated: AtomicU64::new(0),
        })
    }

    /// The channels that this server sends by.
    pub fn channels(&self) -> Vec<Channel> {
        let sms = self.sms.as_ref().map(|_| Channel::Sms);
        let mail = self.mail.as_ref().map(|_| Channel::Email);
        sms.into_iter().chain(mail).collect()
    }

    /// Tells the worker that a message may wait.
    pub fn wake(&self) {
        self.woken.notify_one();
    }

    /// Calls to addresses that aren't the receipts', since the start.
    pub fn unauthenticated(&self) -> u64 {
        self.unauthenticated.load(Ordering::Relaxed)
    }

    pub(super) fn count_unauthenticated(&self) {
        self.unauthenticated.fetch_add(1, Ordering::Relaxed);
    }
}
