//! Payment intents and charges: the two shapes of one payment.

use fairlock_domain::money::Currency;
use fairlock_domain::pii::Pii;

use super::{balance, change, decimals, id_or_object};
use crate::error::ReadError;
use crate::members::Object;
use crate::notification::{Ask, Failure, Payment, State, Tells, Why};

/// What an intent says of its latest attempt; none when nothing was tried yet, or the payer has
/// yet to act.
pub(super) fn of_intent(intent: &Object<'_>) -> Result<Option<Tells>, ReadError> {
    let id = intent.required_id("id", "the intent's id")?;
    let status = intent.required("status", "the intent's status")?;
    let failure = intent.object("last_payment_error")?;
    let (state, amount) = match (status.as_str(), &failure) {
        ("processing", _) => (State::Pending, "amount"),
        ("requires_capture", _) => (State::Pending, "amount_capturable"),
        ("succeeded", _) => (State::Booked, "amount_received"),
        ("canceled", _) => (State::Failed(canceled(intent)), "amount"),
        ("requires_payment_method", Some(failure)) => (State::Failed(error(failure)), "amount"),
        _ => return Ok(None),
    };
    let currency = intent.currency("currency")?;
    let charge = latest_charge(intent)?;
    Ok(Some(Tells::Payment(Payment {
        ids: ids(charge, Some(id), &state),
        amount: intent.minor(amount, currency, decimals(currency))?,
        acted: intent.seconds("created")?,
        texts: texts(intent)?,
        payer: None,
        phone: None,
        state,
    })))
}

/// The newest charge: its id, the whole of it, or the first of a list (before 2022-11-15).
fn latest_charge(intent: &Object<'_>) -> Result<Option<String>, ReadError> {
    if let Some(charge) = id_or_object(intent, "latest_charge")? {
        return Ok(Some(charge));
    }
    let Some(list) = intent.object("charges")? else {
        return Ok(None);
    };
    let newest = list.objects("data")?.into_iter().next();
    newest.map_or(Ok(None), |charge| charge.id("id"))
}

/// What a charge says of itself, of its refunds where it lists them, and of its fee where the
/// balance transaction stands in it.
pub(super) fn of_charge(charge: &Object<'_>, kind: &str) -> Result<Vec<Tells>, ReadError> {
    let id = charge.required_id("id", "the charge's id")?;
    let currency = charge.currency("currency")?;
    let payment = payment(charge, &id, kind, currency)?;
    let booked = payment.state == State::Booked;
    let mut tells = vec![Tells::Payment(payment)];
    if let Some(refunds) = charge.object("refunds")? {
        for refund in refunds.objects("data")? {
            tells.extend(change::of_refund(&refund)?);
        }
    }
    let expanded = charge.raw("balance_transaction");
    if expanded.is_some_and(|raw| raw.get().starts_with('{'))
        && let Some(transaction) = charge.object("balance_transaction")?
    {
        tells.extend(balance::fee_of(&transaction, vec![id])?);
    } else if booked && let Some(about) = charge.id("balance_transaction")? {
        let why = Why::NoFee;
        tells.push(Tells::Ask(Ask { about, why }));
    }
    Ok(tells)
}

fn payment(
    charge: &Object<'_>,
    id: &str,
    kind: &str,
    currency: Currency,
) -> Result<Payment, ReadError> {
    const STATUS: &str = "succeeded, pending or failed";
    let status = charge.required("status", STATUS)?;
    let captured = charge.flag("captured")?.unwrap_or(true);
    let (state, amount) = match status.as_str() {
        "succeeded" if captured => (State::Booked, "amount_captured"),
        // Authorised: the money is held for the lender and not taken yet, or no longer held.
        "succeeded" if kind == "charge.expired" => (State::Failed(expired()), "amount"),
        "succeeded" | "pending" => (State::Pending, "amount"),
        "failed" => (State::Failed(failure(charge)), "amount"),
        _ => return Err(charge.wrong("status", &status, STATUS)),
    };
    // Before 2020 a charge didn't say how much of it was captured.
    let amount = match charge.raw(amount) {
        Some(_) => amount,
        None => "amount",
    };
    let billing = charge.object("billing_details")?;
    let intent = id_or_object(charge, "payment_intent")?;
    Ok(Payment {
        ids: ids(Some(id.to_owned()), intent, &state),
        amount: charge.minor(amount, currency, decimals(currency))?,
        acted: charge.seconds("created")?,
        texts: texts(charge)?,
        payer: billing.as_ref().and_then(|b| b.personal("name")),
        // What a payer typed there proves nothing of who paid.
        phone: None,
        state,
    })
}

/// The charge is one attempt; the intent is the payment only once it succeeded.
fn ids(charge: Option<String>, intent: Option<String>, state: &State) -> Vec<String> {
    match (charge, intent) {
        (Some(charge), Some(intent)) if *state == State::Booked => vec![charge, intent],
        (Some(charge), _) => vec![charge],
        (None, intent) => intent.into_iter().collect(),
    }
}

/// What the merchant wrote with it: the description and every value of the metadata.
fn texts(object: &Object<'_>) -> Result<Vec<Pii<String>>, ReadError> {
    let mut texts: Vec<Pii<String>> = object.personal("description").into_iter().collect();
    if let Some(metadata) = object.object("metadata")? {
        texts.extend(metadata.all_words());
    }
    Ok(texts)
}

fn canceled(intent: &Object<'_>) -> Failure {
    let reason = intent.words("cancellation_reason");
    Failure {
        code: reason.unwrap_or_else(|| "canceled".to_owned()),
        text: None,
    }
}

/// A bank's own code says more than Stripe's.
fn error(error: &Object<'_>) -> Failure {
    let code = ["decline_code", "code", "type"]
        .iter()
        .find_map(|name| error.words(name));
    Failure {
        code: code.unwrap_or_else(|| "failed".to_owned()),
        text: error.words("message"),
    }
}

fn failure(charge: &Object<'_>) -> Failure {
    let code = charge.words("failure_code");
    Failure {
        code: code.unwrap_or_else(|| "failed".to_owned()),
        text: charge.words("failure_message"),
    }
}

fn expired() -> Failure {
    Failure {
        code: "expired".to_owned(),
        text: Some("the authorisation was never captured".to_owned()),
    }
}
