//! Airtel Money: the callback, and the answer to an enquiry.
//!
//! The callback has no amount and may be unsigned, so that it only says that there is something
//! to ask about. The enquiry's answer is what counts. Failure is what Airtel calls a failure
//! (`TF`) and nothing else: a code that doesn't say how it ended is asked about again, for money
//! that is under way and called failed is a phone locked for nothing.

use fairlock_domain::money::{Currency, Money};
use fairlock_domain::payment::Change;
use fairlock_domain::payment::change::ChangeKind;
use fairlock_domain::pii::Pii;

use crate::error::ReadError;
use crate::members::Object;
use crate::notification::{Ask, Changed, Failure, Notification, Payment, State, Tells, Why};
use crate::signature::{self, Keys, SignatureError};

/// Result and response codes that say that Airtel itself doesn't know (Airtel Africa, collection
/// API, error codes): unclear, under way, timed out, and the gateway's own troubles.
const AMBIGUOUS: &[&str] = &[
    "DP00800001000",
    "DP00800001006",
    "DP00800001014",
    "ROUTER117",
    "ESB000001",
    "ESB000004",
    "ESB000008",
    "ESB000014",
];

/// HTTP answers to an enquiry that say nothing of the payment: it is asked again.
pub const AIRTEL_ASK_AGAIN: &[u16] = &[408, 502, 504];

/// Checks the callback's hash, where callback authentication is on.
pub fn verify_airtel(keys: &Keys, body: &[u8]) -> Result<(), SignatureError> {
    let body = Object::body(body).map_err(|_| SignatureError::Malformed)?;
    let hash = body.exact("hash");
    let transaction = body.raw("transaction").ok_or(SignatureError::SignedField);
    signature::airtel::verify(keys, hash.as_deref(), transaction?.get())
}

/// Reads a callback: which transaction to ask about, and why.
pub fn read_airtel_callback(body: &[u8]) -> Result<Notification, ReadError> {
    let body = Object::body(body)?;
    let transaction = body.required_object("transaction", "a transaction")?;
    let code = transaction.required("status_code", "a status such as TS")?;
    let why = match code.as_str() {
        "TS" | "TR" => Why::NoAmount,
        "TF" => Why::Unsigned,
        "TIP" => Why::UnderWay,
        _ => Why::Ambiguous,
    };
    let about = transaction.required_id("id", "the id that the payment was requested with")?;
    Ok(Notification {
        event: None,
        kind: code,
        at: None,
        live: None,
        tells: vec![Tells::Ask(Ask { about, why })],
    })
}

/// Reads the answer to an enquiry about `about`. `currency` is the account's, for answers that
/// name none.
pub fn read_airtel_enquiry(
    body: &[u8],
    about: &str,
    currency: Currency,
) -> Result<Notification, ReadError> {
    let body = Object::body(body)?;
    let codes = codes(&body)?;
    let data = body.object("data")?;
    let transaction = data.map_or(Ok(None), |data| data.object("transaction"))?;
    let Some(transaction) = transaction else {
        return Ok(ask_again(about, codes, Why::Ambiguous));
    };
    let id = transaction.required_id("id", "the id that was asked about")?;
    if id != about {
        return Err(transaction.wrong("id", &id, format!("{about:?}, which was asked about")));
    }
    let status = transaction.required("status", "a status such as TS")?;
    let unclear = codes.iter().any(|code| AMBIGUOUS.contains(&code.as_str()));
    let answer = Answer {
        transaction: &transaction,
        id,
        currency,
    };
    let tells = match status.as_str() {
        "TS" => vec![answer.payment(State::Booked)?],
        "TR" => vec![answer.reversed()?],
        "TF" if !unclear => vec![answer.payment(answer.failed(&codes))?],
        _ => answer.pending(if status == "TIP" {
            Why::UnderWay
        } else {
            Why::Ambiguous
        })?,
    };
    Ok(Notification {
        event: None,
        kind: status,
        at: None,
        live: None,
        tells,
    })
}

fn codes(body: &Object<'_>) -> Result<Vec<String>, ReadError> {
    let Some(status) = body.object("status")? else {
        return Ok(Vec::new());
    };
    let names = ["response_code", "result_code", "code"];
    Ok(names.iter().filter_map(|name| status.words(name)).collect())
}

fn ask_again(about: &str, codes: Vec<String>, why: Why) -> Notification {
    let about = about.to_owned();
    Notification {
        event: None,
        kind: codes
            .into_iter()
            .next()
            .unwrap_or_else(|| "no answer".to_owned()),
        at: None,
        live: None,
        tells: vec![Tells::Ask(Ask { about, why })],
    }
}

struct Answer<'a> {
    transaction: &'a Object<'a>,
    id: String,
    currency: Currency,
}

impl Answer<'_> {
    /// The amount, where the answer has one.
    fn amount(&self) -> Result<Option<Money>, ReadError> {
        let currency = match self.transaction.raw("currency") {
            Some(_) => self.transaction.currency("currency")?,
            None => self.currency,
        };
        self.transaction.decimal("amount", currency)
    }

    fn ids(&self) -> Result<Vec<String>, ReadError> {
        let receipt = self.transaction.id("airtel_money_id")?;
        Ok([self.id.clone()].into_iter().chain(receipt).collect())
    }

    fn payment(&self, state: State) -> Result<Tells, ReadError> {
        let expected = "the amount, which only an enquiry's answer tells";
        let amount = self.amount()?;
        Ok(Tells::Payment(Payment {
            ids: self.ids()?,
            state,
            amount: amount.ok_or_else(|| self.transaction.missing("amount", expected))?,
            acted: None,
            texts: self.texts(),
            payer: None,
            phone: self.transaction.personal("msisdn"),
        }))
    }

    /// Under way: it shields where its amount is known, and is asked about again.
    fn pending(&self, why: Why) -> Result<Vec<Tells>, ReadError> {
        let about = self.id.clone();
        let mut tells = vec![Tells::Ask(Ask { about, why })];
        if self.amount()?.is_some() {
            tells.insert(0, self.payment(State::Pending)?);
        }
        Ok(tells)
    }

    fn reversed(&self) -> Result<Tells, ReadError> {
        let expected = "the amount that was reversed";
        let amount = self.amount()?;
        Ok(Tells::Changed(Changed {
            of: self.ids()?,
            change: Change {
                kind: ChangeKind::Reversal,
                id: format!("{}/TR", self.id),
                amount: amount.ok_or_else(|| self.transaction.missing("amount", expected))?,
                charges: None,
            },
            at: None,
            reason: self.transaction.words("message"),
            texts: self.texts(),
        }))
    }

    /// The id is the lender's own: it begins with the contract's reference.
    fn texts(&self) -> Vec<Pii<String>> {
        let reference = self.transaction.personal("reference");
        [Pii::new(self.id.clone())]
            .into_iter()
            .chain(reference)
            .collect()
    }

    fn failed(&self, codes: &[String]) -> State {
        State::Failed(Failure {
            code: codes.first().cloned().unwrap_or_else(|| "TF".to_owned()),
            text: self.transaction.words("message"),
        })
    }
}
