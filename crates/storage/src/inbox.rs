//! The inbox: what arrived, byte for byte, durable before anybody is answered, never deleted.

use crate::error::StoreError;
use crate::ids::{LenderId, Stamp};
use crate::store::Store;

/// A message's place in the order of arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageNo(pub i64);

/// A message to keep.
#[derive(Clone)]
pub struct NewMessage {
    /// The feed, or the way it came: `upload`, `import`.
    pub source: String,
    /// What makes it the same message when it comes again from that source: a file's hash, an
    /// event's id.
    pub transport_key: String,
    /// A file's name, or the kind of callback; without personal data.
    pub name: String,
    /// Of HTTP; in order.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub sha256: [u8; 32],
    pub received: Stamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageState {
    Unread,
    /// Read, and what it says is done.
    Processed,
    /// It can't be read, or contradicts what is known: a person looks at it.
    Parked,
}

impl MessageState {
    pub fn name(self) -> &'static str {
        match self {
            MessageState::Unread => "unread",
            MessageState::Processed => "processed",
            MessageState::Parked => "parked",
        }
    }

    pub fn from_name(name: &str) -> Option<MessageState> {
        let all = [Self::Unread, Self::Processed, Self::Parked];
        all.into_iter().find(|state| state.name() == name)
    }
}

/// Whether a message was new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    New(MessageNo),
    /// It came before; how it ended then, if it did.
    Seen {
        no: MessageNo,
        state: MessageState,
        note: Option<String>,
    },
}

/// A kept message.
#[derive(Clone)]
pub struct Message {
    pub no: MessageNo,
    pub source: String,
    pub transport_key: String,
    pub name: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub sha256: [u8; 32],
    pub received: Stamp,
    pub state: MessageState,
    /// How it ended, for people.
    pub note: Option<String>,
}

impl Store {
    /// Keeps a message. When this returns it is on the disk, and may be acknowledged.
    pub fn take_message(&self, lender: LenderId, message: NewMessage) -> Result<Taken, StoreError> {
        let _ = (lender, message);
        todo!()
    }

    /// The oldest messages that aren't read yet.
    pub fn unread_messages(
        &self,
        lender: LenderId,
        limit: usize,
    ) -> Result<Vec<Message>, StoreError> {
        let _ = (lender, limit);
        todo!()
    }

    /// How many aren't read yet.
    pub fn unread_count(&self, lender: LenderId) -> Result<u64, StoreError> {
        let _ = lender;
        todo!()
    }

    /// The oldest messages that wait for a person, without their bodies.
    pub fn parked_messages(
        &self,
        lender: LenderId,
        limit: usize,
    ) -> Result<Vec<Message>, StoreError> {
        let _ = (lender, limit);
        todo!()
    }

    /// One message.
    pub fn message(&self, lender: LenderId, no: MessageNo) -> Result<Option<Message>, StoreError> {
        let _ = (lender, no);
        todo!()
    }
}
