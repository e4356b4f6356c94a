//! The result of a prompt on the payer's phone ("STK push"): paid, or why not.
//!
//! Real results are odd: the list of values is absent or `null` on a failure and sometimes on a
//! success, the balance has no value or one that is Java's own text, and the result's code is a
//! number or a string. None of that hides a payment: what is needed to credit is the receipt and
//! the amount, and a success without them is one that must be asked about.

use fairlock_domain::calendar::Instant;

use super::{Msisdn, eat, msisdn};
use crate::decimal::Decimal;
use crate::error::ReadError;
use crate::members::Object;

/// How a prompt ended.
pub struct StkResult {
    /// Daraja's id of the prompt, as the answer to it gave it.
    pub checkout: String,
    pub outcome: Outcome,
}

pub enum Outcome {
    Paid(Paid),
    /// It is paid, and the result doesn't say by which receipt, or how much.
    PaidUntold,
    Failed(Failed),
}

/// A payment by prompt.
pub struct Paid {
    /// The same as the confirmation's `TransID`.
    pub receipt: String,
    pub amount: Decimal,
    /// When the payer acted, where it can be read.
    pub acted: Option<Instant>,
    pub payer: Option<Msisdn>,
}

/// A prompt that brought no payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    pub code: String,
    /// Daraja's own words.
    pub text: Option<String>,
}

impl Failed {
    /// Why, by its name in the closed list that borrowers are told from (Daraja, M-Pesa Express,
    /// result codes). Codes that aren't known are `refused`.
    pub fn reason(&self) -> &'static str {
        match self.code.as_str() {
            "1" => "insufficient_funds",
            // Below the least or above the most, of a payment, a day, a balance.
            "2" | "3" | "4" | "8" | "17" => "limit_exceeded",
            "1032" => "cancelled",
            // Expired; no answer from the phone.
            "1019" | "1037" => "timed_out",
            "2001" => "wrong_pin",
            _ => "refused",
        }
    }
}

/// Reads the body of a prompt's result.
pub fn read_stk(body: &[u8]) -> Result<StkResult, ReadError> {
    let body = Object::body(body)?;
    let body = body.required_object("Body", "an object with stkCallback")?;
    let result = body.required_object("stkCallback", "the result of a prompt")?;
    let expected = "an id such as ws_CO_191220191020363925";
    let checkout = result.required_id("CheckoutRequestID", expected)?;
    let code = result.required("ResultCode", "a result code such as 0")?;
    let outcome = match code.as_str() {
        "0" => paid(&result)?,
        _ => Outcome::Failed(Failed {
            code,
            text: result.words("ResultDesc"),
        }),
    };
    Ok(StkResult { checkout, outcome })
}

fn paid(result: &Object<'_>) -> Result<Outcome, ReadError> {
    let Some(metadata) = result.object("CallbackMetadata")? else {
        return Ok(Outcome::PaidUntold);
    };
    let items = metadata.objects("Item")?;
    let item = |name: &str| {
        let is_it = |item: &&Object<'_>| item.words("Name").as_deref() == Some(name);
        items.iter().find(is_it)
    };
    let (Some(receipt), Some(amount)) = (item("MpesaReceiptNumber"), item("Amount")) else {
        return Ok(Outcome::PaidUntold);
    };
    let receipt = receipt.required_id("Value", "a receipt such as LHG31AA5TX")?;
    let text = amount.required("Value", "an amount such as 1500.00")?;
    let wrong = |expected: &str| amount.wrong("Value", &text, expected);
    let amount = Decimal::parse(&text).map_err(|error| wrong(error.expected()))?;
    if amount.is_zero() {
        return Err(wrong("an amount above zero"));
    }
    let told = |name: &str| item(name).and_then(|item| item.words("Value"));
    Ok(Outcome::Paid(Paid {
        receipt,
        amount,
        acted: told("TransactionDate").as_deref().and_then(eat),
        payer: told("PhoneNumber").map(msisdn),
    }))
}
