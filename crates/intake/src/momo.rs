//! MTN MoMo collections: the callback of a request to pay, and the answer to a status query,
//! which have the same body.
//!
//! A request is known by its `X-Reference-Id`, which neither body repeats: the callback's address
//! and the query carry it. The callback isn't signed, so that it announces money and is believed
//! when the status query repeats it. `externalId` is the lender's own text and need not be unique:
//! it is matched by, never recognised by.

use fairlock_domain::money::Money;
use fairlock_domain::pii::Pii;

use crate::error::ReadError;
use crate::members::{Object, is_id};
use crate::notification::{Ask, Failure, Notification, Payment, State, Tells, Why};

/// Reads a callback about the request `reference`: what it announces, and that it is asked about.
pub fn read_momo_callback(body: &[u8], reference: &str) -> Result<Notification, ReadError> {
    let mut told = read_momo_status(body, reference)?;
    let mut tells = Vec::new();
    for one in told.tells {
        match one {
            // Not believed: failed money would end a shield, and booked money would credit.
            Tells::Payment(Payment {
                state: State::Failed(_),
                ..
            })
            | Tells::Ask(_) => {}
            Tells::Payment(payment) => tells.push(Tells::Payment(Payment {
                state: State::Pending,
                ..payment
            })),
            other => tells.push(other),
        }
    }
    tells.push(Tells::Ask(Ask {
        about: reference.to_owned(),
        why: Why::Unsigned,
    }));
    told.tells = tells;
    Ok(told)
}

/// Reads the answer to a status query about the request `reference`.
pub fn read_momo_status(body: &[u8], reference: &str) -> Result<Notification, ReadError> {
    let body = Object::body(body)?;
    if !is_id(reference) {
        return Err(body.missing("referenceId", "the request's reference in the address"));
    }
    let status = body.required("status", "PENDING, SUCCESSFUL or FAILED")?;
    let state = match status.as_str() {
        "SUCCESSFUL" => Some(State::Booked),
        "PENDING" => Some(State::Pending),
        "FAILED" => Some(State::Failed(failure(&body)?)),
        _ => None,
    };
    let mut tells = Vec::new();
    let ended = matches!(state, Some(State::Booked | State::Failed(_)));
    let why = match state {
        Some(_) => Why::UnderWay,
        None => Why::Ambiguous,
    };
    if let Some(state) = state {
        tells.push(Tells::Payment(payment(&body, reference, state)?));
    }
    if !ended {
        let about = reference.to_owned();
        tells.push(Tells::Ask(Ask { about, why }));
    }
    Ok(Notification {
        event: None,
        kind: status,
        at: None,
        live: None,
        tells,
    })
}

fn payment(body: &Object<'_>, reference: &str, state: State) -> Result<Payment, ReadError> {
    let receipt = body.id("financialTransactionId")?;
    let payer = body.object("payer")?;
    let phone = match &payer {
        Some(payer) if payer.text("partyIdType")?.as_deref() == Some("MSISDN") => {
            payer.personal("partyId")
        }
        _ => None,
    };
    let texts = ["externalId", "payerMessage", "payeeNote"];
    let texts = texts.iter().filter_map(|name| body.personal(name));
    Ok(Payment {
        ids: [reference.to_owned()].into_iter().chain(receipt).collect(),
        state,
        amount: amount(body)?,
        acted: None,
        texts: texts.collect::<Vec<Pii<String>>>(),
        payer: None,
        phone,
    })
}

fn amount(body: &Object<'_>) -> Result<Money, ReadError> {
    const EXPECTED: &str = "an amount above zero";
    let currency = body.currency("currency")?;
    let amount = body.decimal("amount", currency)?;
    amount.ok_or_else(|| body.missing("amount", EXPECTED))
}

/// A code by itself, or an object of code and message.
fn failure(body: &Object<'_>) -> Result<Failure, ReadError> {
    let object = body
        .raw("reason")
        .is_some_and(|raw| raw.get().starts_with('{'));
    let reason = match object {
        true => body.object("reason")?,
        false => None,
    };
    let (code, text) = match &reason {
        Some(reason) => (reason.words("code"), reason.words("message")),
        None => (body.words("reason"), None),
    };
    Ok(Failure {
        code: code.unwrap_or_else(|| "FAILED".to_owned()),
        text,
    })
}
