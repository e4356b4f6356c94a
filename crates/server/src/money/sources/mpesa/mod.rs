//! M-Pesa (Safaricom's Daraja): a till's calls, and the answers to what it is asked.
//!
//! Daraja refuses addresses that contain its own name or words such as `query`, so the paths
//! below the secret have none. Its calls aren't signed: address and secret path are what tells
//! them from forgeries, and an enquiry where the source asks for one.
//!
//! On purpose absent: paying out, and the till's balance as a chain (withdrawals break it).

mod c2b;

use fairlock_intake::mpesa::{CONFIRMATION_ANSWER, read_c2b, validation_answer};
use fairlock_storage::{Message, StoreError};

use super::Answer;
use crate::config::{Mpesa, Source};
use crate::money::desk::Desk;
use crate::money::process::Reading;
use crate::money::validation;

/// The kinds of Daraja's messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    Confirmation,
    Validation,
}

impl Call {
    const ALL: [Call; 2] = [Call::Confirmation, Call::Validation];

    /// Its name in the inbox.
    pub fn name(self) -> &'static str {
        match self {
            Call::Confirmation => "c2b confirmation",
            Call::Validation => "c2b validation",
        }
    }

    pub fn named(name: &str) -> Option<Call> {
        Self::ALL.into_iter().find(|call| call.name() == name)
    }

    /// Its path below the secret; `None` for what isn't called but fetched.
    fn path(self) -> Option<&'static str> {
        match self {
            Call::Confirmation => Some("c2b/confirmation"),
            Call::Validation => Some("c2b/validation"),
        }
    }

    pub fn at(path: &str) -> Option<Call> {
        Self::ALL.into_iter().find(|call| call.path() == Some(path))
    }

    pub fn acknowledgement(self) -> Answer {
        match self {
            // A fault of ours must not cost the payer the payment: what can't be read is kept
            // for a person, and the money may come.
            Call::Validation => Answer::json(validation_answer(Ok(()))),
            Call::Confirmation => Answer::json(CONFIRMATION_ANSWER),
        }
    }
}

/// Asked before the payer is charged: whether the reference is a contract's.
pub fn validate(desk: &Desk, till: &Mpesa, body: &[u8]) -> Result<Option<Answer>, StoreError> {
    let Ok(payment) = read_c2b(body) else {
        return Ok(None);
    };
    let answer = validation::answer(desk, &payment, &till.short_code)?;
    Ok(Some(Answer::json(validation_answer(answer))))
}

/// What a stored message says; the inner error is what is wrong with it, for people.
pub fn read(
    _desk: &Desk,
    source: &Source,
    till: &Mpesa,
    call: Call,
    message: &Message,
) -> Result<Result<Reading, String>, StoreError> {
    let read = match call {
        Call::Confirmation => confirmation(source, till, &message.body),
        // Those that can be read are answered and not kept.
        Call::Validation => read_c2b(&message.body)
            .map(|_| Reading::default())
            .map_err(|error| error.to_string()),
    };
    Ok(read)
}

fn confirmation(source: &Source, till: &Mpesa, body: &[u8]) -> Result<Reading, String> {
    let payment = read_c2b(body).map_err(|e| e.to_string())?;
    let news = c2b::news(payment, &source.feed, &till.short_code).map_err(|e| e.to_string())?;
    Ok(Reading {
        news: vec![news],
        alive: vec![source.feed.clone()],
        ..Reading::default()
    })
}
