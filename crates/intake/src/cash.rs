//! Cash that an agent took for the lender: a receipt, and the bag in which it goes to the bank.
//!
//! ```json
//! {"receipt": "A7-000123", "reference": "RF53445120", "amount": "1500.00", "currency": "KES",
//!  "taken_at": "2026-03-02T09:30:45+03:00"}
//! {"bag": "A7-B12", "receipts": ["A7-000122", "A7-000123"], "amount": "2500.00",
//!  "currency": "KES", "closed_at": "2026-03-02T17:00:00+03:00"}
//! ```
//! Both are signed by the agent's phone over the bytes as they travel, so that nothing here is
//! tolerant: every member but `text` must be there, and no other. On purpose absent: the signature
//! (the server's, which knows the keys), and whose payment it is.

use std::collections::BTreeSet;

use fairlock_domain::calendar::Instant;
use fairlock_domain::money::Money;
use fairlock_domain::pii::Pii;

use crate::error::ReadError;
use crate::members::Object;

/// Receipts of one bag: more than an agent writes in a week.
const RECEIPTS_MAX: usize = 500;

/// A receipt for cash.
pub struct CashReceipt {
    /// Its number: unique in the agent's book, which its beginning names.
    pub receipt: String,
    /// The contract's reference, and what else the payer said.
    pub texts: Vec<Pii<String>>,
    pub amount: Money,
    pub taken: Instant,
}

/// A bag of cash on its way to the bank.
pub struct CashBag {
    pub bag: String,
    /// Numbers of the receipts whose cash it holds, each once.
    pub receipts: Vec<String>,
    /// Their sum.
    pub amount: Money,
    pub closed: Instant,
}

/// Reads a receipt.
pub fn read_cash_receipt(body: &[u8]) -> Result<CashReceipt, ReadError> {
    let body = Object::body(body)?;
    body.only(&[
        "receipt",
        "reference",
        "text",
        "amount",
        "currency",
        "taken_at",
    ])?;
    body.required("reference", "the reference of the contract")?;
    let texts = [body.personal("reference"), body.personal("text")];
    Ok(CashReceipt {
        receipt: body.required_id("receipt", "the receipt's number such as A7-000123")?,
        texts: texts.into_iter().flatten().collect(),
        amount: body.amount()?,
        taken: instant(&body, "taken_at")?,
    })
}

/// Reads what a bag holds.
pub fn read_cash_bag(body: &[u8]) -> Result<CashBag, ReadError> {
    let body = Object::body(body)?;
    body.only(&["bag", "receipts", "amount", "currency", "closed_at"])?;
    let receipts = body.ids("receipts")?;
    let each: BTreeSet<&String> = receipts.iter().collect();
    if receipts.is_empty() || receipts.len() > RECEIPTS_MAX || each.len() < receipts.len() {
        let found = format!("{} numbers, {} different", receipts.len(), each.len());
        let expected = format!("1 to {RECEIPTS_MAX} receipts, each once");
        return Err(body.wrong("receipts", &found, expected));
    }
    Ok(CashBag {
        bag: body.required_id("bag", "the bag's number such as A7-B12")?,
        receipts,
        amount: body.amount()?,
        closed: instant(&body, "closed_at")?,
    })
}

fn instant(body: &Object<'_>, name: &str) -> Result<Instant, ReadError> {
    let at = body.time(name)?;
    at.ok_or_else(|| body.missing(name, "a time with an offset such as 2026-03-02T09:30:45Z"))
}

/// A person's word that a bag is in the bank: the bag's number, and who says so.
pub fn read_banked(body: &[u8]) -> Result<(String, String), ReadError> {
    let body = Object::body(body)?;
    body.only(&["bag", "by"])?;
    let bag = body.required_id("bag", "the bag's number such as A7-B12")?;
    Ok((bag, body.required("by", "who says that it is in the bank")?))
}
