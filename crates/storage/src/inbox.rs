//! The inbox: what arrived, byte for byte, durable before anybody is answered, never deleted.

use fairlock_domain::calendar::Instant;

use crate::error::StoreError;
use crate::ids::{LenderId, Stamp};
use crate::sqlite::{Cells, Db, Tx, instant_cell, statements, unsigned_cell};
use crate::store::Store;

statements! { "messages":
    INSERT = "
        INSERT INTO messages (lender_id, source, transport_key, name, headers, body, sha256,
                              received_at, received_mono_ns, state)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'unread') ON CONFLICT DO NOTHING";
    SEEN = "
        SELECT message_no, state, note FROM messages
        WHERE lender_id = ?1 AND source = ?2 AND transport_key = ?3";
    UNREAD = "
        SELECT message_no, source, transport_key, name, headers, body, sha256, received_at,
               received_mono_ns, state, note
        FROM messages WHERE lender_id = ?1 AND state = 'unread' ORDER BY message_no LIMIT ?2";
    UNREAD_COUNT = "SELECT count(*) FROM messages WHERE lender_id = ?1 AND state = 'unread'";
    PARKED = "
        SELECT message_no, source, transport_key, name, headers, x'', sha256, received_at,
               received_mono_ns, state, note
        FROM messages WHERE lender_id = ?1 AND state = 'parked' ORDER BY message_no LIMIT ?2";
    ONE = "
        SELECT message_no, source, transport_key, name, headers, body, sha256, received_at,
               received_mono_ns, state, note
        FROM messages WHERE lender_id = ?1 AND message_no = ?2";
    LISTED = "
        SELECT message_no, source, transport_key, name, headers, x'', sha256, received_at,
               received_mono_ns, state, note
        FROM messages
        WHERE lender_id = ?1 AND message_no > ?2 AND received_at >= ?3
          AND (?4 IS NULL OR source = ?4) AND (?5 IS NULL OR state = ?5)
        ORDER BY message_no LIMIT ?6";
    READ_AGAIN = "
        UPDATE messages SET note = ?3, settled_at = ?4
        WHERE lender_id = ?1 AND message_no = ?2 AND state = 'processed'";
    SETTLE = "
        UPDATE messages SET state = ?3, note = ?4, settled_at = ?5
        WHERE lender_id = ?1 AND message_no = ?2 AND state <> 'processed'";
}

/// A message's place in the order of arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageNo(pub i64);

/// Which messages to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Only of this source.
    pub source: Option<String>,
    /// Only those received from then on.
    pub since: Instant,
    /// Only in this state.
    pub state: Option<MessageState>,
}

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
        self.write("take_message", move |tx| take(tx, lender, &message))
    }

    /// The oldest messages that aren't read yet.
    pub fn unread_messages(
        &self,
        lender: LenderId,
        limit: u32,
    ) -> Result<Vec<Message>, StoreError> {
        self.read("unread_messages", |db| {
            db.all(UNREAD, (lender.0, limit), message)
        })
    }

    /// How many aren't read yet.
    pub fn unread_count(&self, lender: LenderId) -> Result<u64, StoreError> {
        self.read("unread_count", |db| {
            db.one(UNREAD_COUNT, (lender.0,), |c| c.unsigned())
        })
    }

    /// The oldest messages that wait for a person, without their bodies.
    pub fn parked_messages(
        &self,
        lender: LenderId,
        limit: u32,
    ) -> Result<Vec<Message>, StoreError> {
        self.read("parked_messages", |db| {
            db.all(PARKED, (lender.0, limit), message)
        })
    }

    /// Messages of a list behind `after`, oldest first, without their bodies.
    pub fn messages(
        &self,
        lender: LenderId,
        listed: &Listed,
        after: MessageNo,
        limit: u32,
    ) -> Result<Vec<Message>, StoreError> {
        let since = instant_cell(listed.since)?;
        let state = listed.state.map(MessageState::name);
        self.read("messages", |db| {
            let row = (lender.0, after.0, since, &listed.source, state, limit);
            db.all(LISTED, row, message)
        })
    }

    /// One message.
    pub fn message(&self, lender: LenderId, no: MessageNo) -> Result<Option<Message>, StoreError> {
        self.read("message", |db| db.first(ONE, (lender.0, no.0), message))
    }
}

/// Keeps a message in a write that holds more.
pub(crate) fn take(
    tx: &mut Tx<'_>,
    lender: LenderId,
    message: &NewMessage,
) -> Result<Taken, StoreError> {
    let no = tx.insert(
        INSERT,
        (
            lender.0,
            &message.source,
            &message.transport_key,
            &message.name,
            headers_cell(&message.headers),
            &message.body,
            message.sha256,
            instant_cell(message.received.at)?,
            unsigned_cell(message.received.monotonic_ns)?,
        ),
    )?;
    match no {
        Some(no) => Ok(Taken::New(MessageNo(no))),
        None => seen(tx, lender, message),
    }
}

fn seen(db: &Db<'_>, lender: LenderId, message: &NewMessage) -> Result<Taken, StoreError> {
    let key = (lender.0, &message.source, &message.transport_key);
    db.one(SEEN, key, |c| {
        Ok(Taken::Seen {
            no: MessageNo(c.get()?),
            state: c.word(MessageState::from_name, "a state of a message")?,
            note: c.get()?,
        })
    })
}

/// Ends a message; false when it isn't there, or is processed already.
pub(crate) fn settle(
    db: &Db<'_>,
    lender: LenderId,
    no: MessageNo,
    state: MessageState,
    note: &str,
    at: Instant,
) -> Result<bool, StoreError> {
    let row = (lender.0, no.0, state.name(), note, instant_cell(at)?);
    Ok(db.run(SETTLE, row)? == 1)
}

/// Notes that a processed message was read once more; false when it isn't there, or isn't
/// processed.
pub(crate) fn read_again(
    db: &Db<'_>,
    lender: LenderId,
    no: MessageNo,
    note: &str,
    at: Instant,
) -> Result<bool, StoreError> {
    let row = (lender.0, no.0, note, instant_cell(at)?);
    Ok(db.run(READ_AGAIN, row)? == 1)
}

fn message(c: &mut Cells<'_>) -> Result<Message, StoreError> {
    Ok(Message {
        no: MessageNo(c.get()?),
        source: c.get()?,
        transport_key: c.get()?,
        name: c.get()?,
        headers: headers(&c.get::<String>()?),
        body: c.get()?,
        sha256: c.get()?,
        received: c.stamp()?,
        state: c.word(MessageState::from_name, "a state of a message")?,
        note: c.get()?,
    })
}

/// One header a line. Names and values of HTTP hold no line breaks; others become spaces.
fn headers_cell(headers: &[(String, String)]) -> String {
    let line = |text: &str| text.replace(['\r', '\n'], " ");
    let lines = headers.iter();
    lines
        .map(|(name, value)| format!("{}: {}\n", line(name), line(value)))
        .collect()
}

fn headers(cell: &str) -> Vec<(String, String)> {
    let pairs = cell.lines().filter_map(|line| line.split_once(": "));
    pairs
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}
