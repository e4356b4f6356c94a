//! What becomes of a message: how far its carrier brought it, or why it couldn't be handed over.

use fairlock_domain::money::Money;
use fairlock_storage::NoticeState;

/// How far a message came, as its carrier says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reached {
    /// Taken; nothing is proved.
    Accepted,
    Sent,
    Delivered,
    Failed,
}

impl Reached {
    /// The words of gateways and receipts.
    pub fn from_name(name: &str) -> Option<Reached> {
        match name {
            "accepted" => Some(Reached::Accepted),
            "sent" => Some(Reached::Sent),
            "delivered" => Some(Reached::Delivered),
            "failed" => Some(Reached::Failed),
            _ => None,
        }
    }

    pub fn state(self) -> NoticeState {
        match self {
            Reached::Accepted => NoticeState::Accepted,
            Reached::Sent => NoticeState::Sent,
            Reached::Delivered => NoticeState::Delivered,
            Reached::Failed => NoticeState::Failed,
        }
    }
}

/// A carrier's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub state: Reached,
    pub provider_id: Option<String>,
    pub cost: Option<Money>,
    /// Why it failed, in the carrier's words; without personal data as far as we know the datum.
    pub reason: Option<String>,
}

/// Why an attempt failed. None of these holds personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    #[error("no answer within 10 s; expected one")]
    TooSlow,
    #[error("{}; expected an answer", match .0 { true => "can't connect", false => "the connection broke" })]
    Unreachable(bool),
    #[error("status {0}; expected 2xx")]
    Status(u16),
    #[error("the answer has {0}; expected a state")]
    Answer(&'static str),
    /// It would be refused again.
    #[error("refused with {0}; expected the message to be taken")]
    Refused(u16),
    #[error("the address can't be written to; expected one mailbox")]
    Address,
}

impl SendError {
    /// Another attempt can't help.
    pub fn is_final(&self) -> bool {
        matches!(self, SendError::Refused(_) | SendError::Address)
    }
}
