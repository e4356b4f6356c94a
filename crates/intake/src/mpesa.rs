//! M-Pesa Daraja C2B: the confirmation (and validation) that Safaricom posts for a payment to a till or pay bill.
//!
//! The field is tolerant where operators are: numbers come as strings or numbers, fields are blank or missing, the
//! phone number is plain, masked or hashed, and there are fields nobody announced. It is strict where money is: the
//! transaction id, its time, its amount and the short code must be readable. On purpose absent: who may post (unsigned
//! callbacks are checked by address and secret path at the edge) and what the payment is for.

use crate::pending::Instant;
use crate::pending::Pii;

use crate::decimal::Decimal;
use crate::error::ReadError;

/// The largest callback read: real ones have about 500 bytes.
pub const BODY_MAX: usize = 64 * 1024;

/// The payer's phone number as this callback shows it.
pub enum Msisdn {
    /// Digits with country code, without a plus sign.
    Plain(Pii<String>),
    /// Some digits are hidden, such as `2547 ***** 126`; it only proposes.
    Masked(Pii<String>),
    /// SHA-256 of the digits.
    Hashed([u8; 32]),
}

/// One payment as the operator tells it. Confirmation and validation have the same body; a validation's balance is blank.
pub struct C2bPayment {
    /// "Pay Bill", "Buy Goods", as written.
    pub transaction_type: Option<String>,
    /// The receipt, unique at the operator: the business key together with the short code.
    pub trans_id: String,
    /// When the payer acted. `TransTime` is East Africa Time, UTC+3, all year.
    pub acted: Instant,
    /// In Kenyan shillings.
    pub amount: Decimal,
    pub short_code: String,
    /// What the payer typed as the account, at most 20 characters by the operator's rule.
    pub bill_ref: Option<String>,
    pub invoice_number: Option<String>,
    /// Balance of the till after this payment.
    pub balance: Option<Decimal>,
    pub third_party_id: Option<String>,
    pub msisdn: Option<Msisdn>,
    /// First, middle and last name, those that are there, joined by spaces.
    pub payer: Option<Pii<String>>,
}

/// Reads the body of a confirmation or a validation.
pub fn read_c2b(body: &[u8]) -> Result<C2bPayment, ReadError> {
    let _ = body;
    todo!()
}
