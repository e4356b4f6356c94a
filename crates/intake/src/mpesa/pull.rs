//! The list of a short code's transactions of the last two days ("pull transactions"): where a
//! confirmation that never came is found.
//!
//! One list is all or nothing: a transaction that can't be read could be the missing one. On
//! purpose absent: asking for the next page, which is the asker's.

use fairlock_domain::calendar::Instant;

use super::{Msisdn, eat, msisdn};
use crate::decimal::Decimal;
use crate::error::ReadError;
use crate::members::Object;
use crate::stamp::parse_stamp;

/// One page.
pub struct Pulled {
    pub transactions: Vec<Transaction>,
}

/// A transaction of the short code.
pub struct Transaction {
    pub receipt: String,
    pub at: Instant,
    /// Daraja's word, such as `c2b-pay-bill-debit`.
    pub kind: Option<String>,
    pub bill_ref: Option<String>,
    /// In Kenyan shillings, more than zero.
    pub amount: Decimal,
    pub payer: Option<Msisdn>,
}

impl Transaction {
    /// Whether money came from a customer by it.
    pub fn is_payment(&self) -> bool {
        let kind = self.kind.as_deref().unwrap_or_default().to_lowercase();
        kind.starts_with("c2b") && !kind.contains("revers")
    }
}

/// Reads one page. Code 1000 is a list, 1001 an empty one.
pub fn read_pull(body: &[u8]) -> Result<Pulled, ReadError> {
    let body = Object::body(body)?;
    const EXPECTED: &str = "response code 1000, or 1001 for an empty list";
    let code = body.required("ResponseCode", EXPECTED)?;
    let mut pulled = Pulled {
        transactions: Vec::new(),
    };
    match code.as_str() {
        "1001" => return Ok(pulled),
        "1000" => {}
        _ => return Err(body.wrong("ResponseCode", &code, EXPECTED)),
    }
    for transaction in listed(&body)? {
        pulled.transactions.push(read(&transaction)?);
    }
    Ok(pulled)
}

/// The list stands in a list of its own, or doesn't.
fn listed<'a>(body: &Object<'a>) -> Result<Vec<Object<'a>>, ReadError> {
    match body.raw("Response") {
        Some(raw) if is_nested(raw.get()) => body.nested_objects("Response"),
        _ => body.objects("Response"),
    }
}

/// Whether the first element of a list is a list.
fn is_nested(raw: &str) -> bool {
    let inner = raw.trim_start().strip_prefix('[');
    inner.is_some_and(|inner| inner.trim_start().starts_with('['))
}

fn read(object: &Object<'_>) -> Result<Transaction, ReadError> {
    let receipt = object.required_id("transactionId", "a receipt such as RKTQDM7W6S")?;
    const DATE: &str = "a time such as 2020-08-05T10:13:00Z";
    let text = object.required("trxDate", DATE)?;
    let at = time(&text).ok_or_else(|| object.wrong("trxDate", &text, DATE))?;
    const AMOUNT: &str = "an amount above zero such as 1500.00";
    let text = object.required("amount", AMOUNT)?;
    let amount = Decimal::parse(&text)
        .ok()
        .filter(|amount| !amount.is_zero());
    Ok(Transaction {
        receipt,
        at,
        kind: object.words("transactiontype"),
        bill_ref: object.words("billreference"),
        amount: amount.ok_or_else(|| object.wrong("amount", &text, AMOUNT))?,
        payer: object.words("msisdn").map(msisdn),
    })
}

/// With the zone that is written; without one it is East Africa Time.
fn time(text: &str) -> Option<Instant> {
    let with_t = text.replacen(' ', "T", 1);
    let zoned = parse_stamp(&with_t).and_then(|stamp| stamp.at);
    zoned
        .or_else(|| parse_stamp(&format!("{with_t}+03:00")).and_then(|stamp| stamp.at))
        .or_else(|| eat(text))
}
