//! Requests with an idempotency key: each is stored with its message in one transaction, so that
//! a caller who doesn't know whether the first try arrived can send it again.
//!
//! A key is of one lender, caller and route. The same key with the same body is the same request:
//! while it is worked on it is in flight, afterwards it is answered as it was the first time.
//! With another body it is a mistake of the caller's. On purpose absent: taking keys out; they
//! are small, and a key that is forgotten would let money in twice.

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::inbox::{self, MessageNo, NewMessage, Taken};
use crate::sqlite::{Db, instant_cell, statements};
use crate::store::Store;

statements! { "requests":
    ONE = "
        SELECT body_sha256, message_no, status, answer FROM requests
        WHERE lender_id = ?1 AND caller = ?2 AND route = ?3 AND request_key = ?4";
    INSERT = "
        INSERT INTO requests (lender_id, caller, route, request_key, body_sha256, message_no,
                              asked_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    ANSWER = "
        UPDATE requests SET status = ?5, answer = ?6
        WHERE lender_id = ?1 AND caller = ?2 AND route = ?3 AND request_key = ?4
          AND status IS NULL";
}

/// Which request it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestKey {
    /// The name of the caller whose token it came with.
    pub caller: String,
    /// Such as `POST /v1/payments`.
    pub route: String,
    /// The caller's own.
    pub key: String,
}

/// An answer as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    pub status: u16,
    pub body: String,
}

/// What a request is to the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// The first of its key; its message is durable.
    New(MessageNo),
    /// Asked before with the same body, and not answered yet.
    Open(MessageNo),
    Answered(Answered),
    /// Asked before with another body.
    OtherBody,
}

impl Store {
    /// Keeps a request and its message, unless its key is known.
    pub fn take_request(
        &self,
        lender: LenderId,
        key: &RequestKey,
        message: NewMessage,
    ) -> Result<Asked, StoreError> {
        let key = key.clone();
        self.write("take_request", move |tx| match known(tx, lender, &key)? {
            Some(known) if known.body_sha256 != message.sha256 => Ok(Asked::OtherBody),
            Some(Known {
                answered: Some(answered),
                ..
            }) => Ok(Asked::Answered(answered)),
            Some(known) => Ok(Asked::Open(known.message)),
            None => {
                let no = match inbox::take(tx, lender, &message)? {
                    Taken::New(no) | Taken::Seen { no, .. } => no,
                };
                let RequestKey { caller, route, key } = &key;
                let asked_at = instant_cell(message.received.at)?;
                let row = (lender.0, caller, route, key, message.sha256, no.0, asked_at);
                tx.run(INSERT, row)?;
                Ok(Asked::New(no))
            }
        })
    }

    /// Keeps the answer to a request; the first one stands. What the caller is to be told.
    pub fn answer_request(
        &self,
        lender: LenderId,
        key: &RequestKey,
        answered: Answered,
    ) -> Result<Answered, StoreError> {
        let key = key.clone();
        self.write("answer_request", move |tx| {
            let RequestKey {
                caller,
                route,
                key: own,
            } = &key;
            let (status, body) = (answered.status, &answered.body);
            if tx.run(ANSWER, (lender.0, caller, route, own, status, body))? == 1 {
                return Ok(answered.clone());
            }
            let stands = known(tx, lender, &key)?.and_then(|known| known.answered);
            Ok(stands.unwrap_or_else(|| answered.clone()))
        })
    }
}

/// A request that was asked before.
struct Known {
    body_sha256: [u8; 32],
    message: MessageNo,
    answered: Option<Answered>,
}

fn known(db: &Db<'_>, lender: LenderId, key: &RequestKey) -> Result<Option<Known>, StoreError> {
    let row = (lender.0, &key.caller, &key.route, &key.key);
    db.first(ONE, row, |c| {
        let (body_sha256, message) = (c.get()?, MessageNo(c.get()?));
        let (status, body): (Option<u16>, Option<String>) = (c.get()?, c.get()?);
        let answered = status.zip(body);
        Ok(Known {
            body_sha256,
            message,
            answered: answered.map(|(status, body)| Answered { status, body }),
        })
    })
}
