//! M-Pesa (Safaricom's Daraja): a till's calls, and the answers to what it is asked.
//!
//! Daraja refuses addresses that contain its own name or words such as `query`, so the paths
//! below the secret have none. Its calls aren't signed: address and secret path are what tells
//! them from forgeries. A source that credits after an enquiry lets a call only announce what it
//! tells, asks for the transaction's status, and believes the answer, which is from a connection
//! of our own or names a conversation that only Daraja can know.
//!
//! On purpose absent: paying out, reversing by ourselves, and the till's balance as a chain
//! (withdrawals break it).

mod ask;
mod link;
mod news;
mod read;

use fairlock_intake::mpesa::{CONFIRMATION_ANSWER, Refusal, read_c2b, validation_answer};
use fairlock_intake::{Place, ReadError};
use fairlock_storage::StoreError;

pub use ask::{PULL, ask, prompt, register, standing};
pub use read::read;

use super::Answer;
use crate::config::Mpesa;
use crate::money::desk::Desk;
use crate::money::validation;

/// The kinds of Daraja's messages: its calls first, then the answers that are fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    Confirmation,
    Validation,
    /// How a prompt on a payer's phone ended.
    Prompt,
    Reversal,
    ReversalTimeout,
    Status,
    StatusTimeout,
    /// A prompt was taken.
    PromptTaken,
    /// How a prompt ended, when Daraja was asked.
    PromptStatus,
    /// A page of the list of transactions.
    List,
}

impl Call {
    const ALL: [Call; 10] = [
        Call::Confirmation,
        Call::Validation,
        Call::Prompt,
        Call::Reversal,
        Call::ReversalTimeout,
        Call::Status,
        Call::StatusTimeout,
        Call::PromptTaken,
        Call::PromptStatus,
        Call::List,
    ];

    /// Its name in the inbox.
    pub fn name(self) -> &'static str {
        match self {
            Call::Confirmation => "c2b confirmation",
            Call::Validation => "c2b validation",
            Call::Prompt => "stk result",
            Call::Reversal => "reversal result",
            Call::ReversalTimeout => "reversal timeout",
            Call::Status => "status result",
            Call::StatusTimeout => "status timeout",
            Call::PromptTaken => "stk taken",
            Call::PromptStatus => "stk status",
            Call::List => "list of transactions",
        }
    }

    pub fn named(name: &str) -> Option<Call> {
        Self::ALL.into_iter().find(|call| call.name() == name)
    }

    /// Its path below the secret; `None` for what isn't called but fetched.
    pub fn path(self) -> Option<&'static str> {
        match self {
            Call::Confirmation => Some("c2b/confirmation"),
            Call::Validation => Some("c2b/validation"),
            Call::Prompt => Some("stk/result"),
            Call::Reversal => Some("reversal/result"),
            Call::ReversalTimeout => Some("reversal/timeout"),
            Call::Status => Some("status/result"),
            Call::StatusTimeout => Some("status/timeout"),
            Call::PromptTaken | Call::PromptStatus | Call::List => None,
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
            _ => Answer::json(CONFIRMATION_ANSWER),
        }
    }
}

/// Asked before the payer is charged: whether the reference is a contract's.
pub fn validate(desk: &Desk, till: &Mpesa, body: &[u8]) -> Result<Option<Answer>, StoreError> {
    let payment = match read_c2b(body) {
        Ok(payment) => payment,
        Err(error) if is_about_the_amount(&error) => {
            return Ok(Some(Answer::json(validation_answer(Err(Refusal::Amount)))));
        }
        Err(_) => return Ok(None),
    };
    let answer = validation::answer(desk, &payment, &till.short_code)?;
    Ok(Some(Answer::json(validation_answer(answer))))
}

fn is_about_the_amount(error: &ReadError) -> bool {
    matches!(&error.place, Place::Json { path } if path == "$.TransAmount")
}
