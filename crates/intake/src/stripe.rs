//! Stripe events: what happened to a payment, a refund, a dispute, a payout.
//!
//! Events come late, twice and in any order, so that an event's type only says which object it
//! brings; the object's own state says how far it is. A payment is known by its charge: an intent
//! has one for each attempt, and one that failed says nothing of the next. Only booked money is
//! also known by its intent, which succeeds once at most.
//!
//! On purpose absent: everything that isn't money to or from the lender (customers, invoices,
//! intents to set up a card), which is told as information; and thin events, which carry no
//! object and must be set up otherwise.

mod balance;
mod change;
mod payment;

use fairlock_domain::money::Currency;

use crate::error::ReadError;
use crate::members::Object;
use crate::notification::{Notification, Tells};

pub use balance::{BalanceTransaction, read_balance_transactions};

/// Reads an event, whatever its type.
pub fn read_stripe_event(body: &[u8]) -> Result<Notification, ReadError> {
    let event = Object::body(body)?;
    let object = event.required("object", "\"event\"")?;
    if object != "event" {
        return Err(event.wrong("object", &object, "\"event\", with the object in it"));
    }
    let kind = event.required("type", "an event's type such as charge.succeeded")?;
    Ok(Notification {
        event: Some(event.required_id("id", "the event's id")?),
        at: event.seconds("created")?,
        live: event.flag("livemode")?,
        tells: tells(&event, &kind)?,
        kind,
    })
}

fn tells(event: &Object<'_>, kind: &str) -> Result<Vec<Tells>, ReadError> {
    let data = event.required_object("data", "the event's data")?;
    let object = data.required_object("object", "the object of the event")?;
    Ok(match object.text("object")?.as_deref() {
        Some("payment_intent") => payment::of_intent(&object)?.into_iter().collect(),
        Some("charge") => payment::of_charge(&object, kind)?,
        Some("refund") => change::of_refund(&object)?.into_iter().collect(),
        Some("dispute") => change::of_dispute(&object, kind)?,
        Some("payout") => vec![balance::of_payout(&object)?],
        Some("balance_transaction") => balance::fee_of(&object, Vec::new())?.into_iter().collect(),
        _ => Vec::new(),
    })
}

/// How many decimals Stripe's minor units have (Stripe, "Supported currencies", with its special
/// cases). The ariary has none there; krónur and Ugandan shillings are written as if they had
/// two, which are always 0.
fn decimals(currency: Currency) -> u8 {
    match currency.code() {
        "MGA" => 0,
        "ISK" | "UGX" => 2,
        _ => currency.exponent(),
    }
}

/// The id in a member that is an id, or the whole object where it was expanded.
fn id_or_object(object: &Object<'_>, name: &str) -> Result<Option<String>, ReadError> {
    let expanded = object
        .raw(name)
        .is_some_and(|raw| raw.get().starts_with('{'));
    match expanded {
        false => object.id(name),
        true => match object.object(name)? {
            Some(inner) => Ok(Some(inner.required_id("id", "the object's id")?)),
            None => Ok(None),
        },
    }
}

/// The payment that a refund or a dispute is of.
fn payment_ids(object: &Object<'_>) -> Result<Vec<String>, ReadError> {
    let charge = id_or_object(object, "charge")?;
    let charge = match charge {
        Some(charge) => Some(charge),
        None => id_or_object(object, "payment_intent")?,
    };
    match charge {
        Some(id) => Ok(vec![id]),
        None => Err(object.missing("charge", "the charge that it is of")),
    }
}
