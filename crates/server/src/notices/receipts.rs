//! Receipts: what a carrier tells of a message later, from the inbox to the message.
//!
//! A receipt names our id. One that can't be read, or names no message of ours, is parked with its
//! reason, where a person sees it; one that tells what is known already changes nothing. Which came
//! first, the receipt or the answer to the sending, makes no difference.

use fairlock_storage::{
    ChangeSet, CommitError, Message, MessageNo, MessageOutcome, MessageState, Stamp,
};

use super::gateway::{News, told};
use super::{message_no, settle};
use crate::money::Desk;
use crate::money::process::ProcessError;

/// The source of receipts in the inbox.
pub const SOURCE: &str = "notices";

/// The kind of message that a receipt is.
pub const RECEIPT: &str = "receipt";

/// Takes a receipt from the inbox. Returns the contract that it was about, when it changed
/// something; a receipt that a fault of ours keeps from being taken is parked too.
pub fn process_or_park(
    desk: &Desk,
    message: &Message,
    now: Stamp,
) -> Result<Option<String>, ProcessError> {
    let problem = match process(desk, message, now) {
        Ok(Ok(touched)) => return Ok(touched),
        Ok(Err(problem)) => problem,
        Err(error) if error.is_everybodys() => return Err(error),
        Err(error) => {
            tracing::error!(message = message.no.0, %error, "a receipt can't be taken");
            error.to_string()
        }
    };
    tracing::warn!(
        message = message.no.0,
        "a receipt is parked; the inbox says why"
    );
    park(desk, message.no, problem, now)?;
    Ok(None)
}

/// The inner error is what is wrong with the receipt, for people.
fn process(
    desk: &Desk,
    message: &Message,
    now: Stamp,
) -> Result<Result<Option<String>, String>, ProcessError> {
    let news: News = match serde_json::from_slice(&message.body) {
        Ok(news) => news,
        Err(error) => {
            let place = format!("line {}, column {}", error.line(), error.column());
            return Ok(Err(format!(
                "{place}: not a receipt; expected {{\"id\", \"state\"}}"
            )));
        }
    };
    let no = news
        .id
        .as_deref()
        .and_then(|id| message_no(desk.lender, id));
    let row = match no {
        Some(no) => desk.store.notice(desk.lender, no)?,
        None => None,
    };
    let Some(row) = row else {
        let why = "id: no message of ours has it; expected the one that was given with it";
        return Ok(Err(why.to_owned()));
    };
    let contract = desk.store.contract(desk.lender, &row.contract_id)?;
    let to = contract.as_ref().and_then(|contract| {
        let channel = super::Channel::from_name(&row.channel)?;
        super::due::address(contract, channel)
    });
    let news = match told(&news, to.unwrap_or_default()) {
        Ok(told) => told,
        Err(what) => {
            let expected = "accepted, sent, delivered or failed, and a cost in a currency";
            return Ok(Err(format!("the receipt has {what}; expected {expected}")));
        }
    };
    let settled = settle::told(desk, row.no, &news, Some(message.no), now)?;
    Ok(Ok(settled
        .filter(|(_, changed)| *changed)
        .map(|(contract, _)| contract)))
}

fn park(desk: &Desk, no: MessageNo, problem: String, now: Stamp) -> Result<(), ProcessError> {
    let mut set = ChangeSet::new(now);
    set.message = Some(MessageOutcome {
        no,
        state: MessageState::Parked,
        note: problem,
    });
    match desk.store.commit(desk.lender, set) {
        Ok(_) | Err(CommitError::MessageSettled(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
