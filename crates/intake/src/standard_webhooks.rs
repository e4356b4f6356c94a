//! Fairlock's own payment event, for any provider or system that can send Standard Webhooks:
//! `{"type", "timestamp", "data"}` (docs/payments.md shows it whole).
//!
//! The event's id is the header `webhook-id`; the payment's is `data.id`. Types other than ours
//! are information, so that a sender may send everything it has to one address.

use fairlock_domain::payment::Change;
use fairlock_domain::payment::change::ChangeKind;
use fairlock_domain::pii::Pii;

use crate::error::ReadError;
use crate::members::Object;
use crate::notification::{Changed, Failure, Notification, Payment, State, Tells};

/// Our types that change an earlier payment, and what they do to it.
const CHANGES: &[(&str, ChangeKind)] = &[
    ("payment.reversed", ChangeKind::Reversal),
    ("payment.returned", ChangeKind::Return),
    ("payment.refunded", ChangeKind::Refund),
    ("payment.refund_failed", ChangeKind::RefundFailed),
    ("payment.disputed", ChangeKind::Chargeback),
    ("payment.dispute_won", ChangeKind::ChargebackWon),
    ("payment.fee", ChangeKind::Fee),
];

/// Reads an event whose `webhook-id` is `event`.
pub fn read_payment_event(body: &[u8], event: &str) -> Result<Notification, ReadError> {
    let body = Object::body(body)?;
    let kind = body.required("type", "an event's type such as payment.booked")?;
    let change = CHANGES.iter().find(|(name, _)| *name == kind);
    let tells = match (kind.as_str(), change) {
        ("payment.pending", _) => Some(payment(&body, |_| Ok(State::Pending))?),
        ("payment.booked", _) => Some(payment(&body, |_| Ok(State::Booked))?),
        ("payment.failed", _) => Some(payment(&body, |data| failed(data).map(State::Failed))?),
        (_, Some((_, kind))) => Some(changed(&body, *kind)?),
        _ => None,
    };
    Ok(Notification {
        event: Some(event.to_owned()),
        at: body.time("timestamp")?,
        live: body.flag("live")?,
        tells: tells.into_iter().collect(),
        kind,
    })
}

fn payment(
    body: &Object<'_>,
    state: impl Fn(&Object<'_>) -> Result<State, ReadError>,
) -> Result<Tells, ReadError> {
    let data = body.required_object("data", "the payment")?;
    Ok(Tells::Payment(Payment {
        ids: vec![data.required_id("id", "the payment's id")?],
        state: state(&data)?,
        amount: data.amount()?,
        acted: data.time("acted_at")?,
        texts: texts(&data),
        payer: data.personal("payer_name"),
        phone: data.personal("payer_phone"),
    }))
}

fn changed(body: &Object<'_>, kind: ChangeKind) -> Result<Tells, ReadError> {
    let data = body.required_object("data", "what happened to the payment")?;
    let expected = "the id of the reversal, refund, dispute or fee";
    Ok(Tells::Changed(Changed {
        of: vec![data.required_id("id", "the payment's id")?],
        change: Change {
            kind,
            id: data.required_id("change_id", expected)?,
            amount: data.amount()?,
            charges: None,
        },
        at: data.time("acted_at")?,
        reason: data.words("reason"),
        texts: texts(&data),
    }))
}

fn failed(data: &Object<'_>) -> Result<Failure, ReadError> {
    Ok(Failure {
        code: data.required("failure_code", "why it failed, in a word")?,
        text: data.words("failure_text"),
    })
}

fn texts(data: &Object<'_>) -> Vec<Pii<String>> {
    let names = ["reference", "text"];
    names
        .iter()
        .filter_map(|name| data.personal(name))
        .collect()
}
