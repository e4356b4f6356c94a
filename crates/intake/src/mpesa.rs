//! M-Pesa Daraja: what Safaricom posts and answers about payments to a till or pay bill. Here the
//! C2B confirmation (and validation); in modules the result of a prompt on the payer's phone
//! ([`stk`]), results that come later ([`result`]), the list of the last days ([`pull`]), and
//! direct answers ([`reply`]).
//!
//! The field is tolerant where operators are: numbers come as strings or numbers, fields are blank
//! or missing, the phone number is plain, masked or hashed, and there are fields nobody announced.
//! It is strict where money is: the transaction id, its time, its amount and the short code must be
//! readable. On purpose absent: who may post (unsigned callbacks are checked by address and secret
//! path at the edge) and what the payment is for.

pub mod pull;
pub mod reply;
pub mod result;
pub mod stk;

use fairlock_domain::calendar::Instant;
use fairlock_domain::pii::Pii;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::decimal::Decimal;
use crate::error::{Place, ReadError};
use crate::stamp::parse_stamp;

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

/// One payment as the operator tells it. Confirmation and validation have the same body; a
/// validation's balance is blank.
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
    /// Balance of the till after this payment, when it can be read.
    pub balance: Option<Decimal>,
    pub third_party_id: Option<String>,
    pub msisdn: Option<Msisdn>,
    /// First, middle and last name, those that are there, joined by spaces.
    pub payer: Option<Pii<String>>,
}

/// The body as it travels, each value still as it was written: a string or a number.
#[derive(Deserialize)]
struct Body<'a> {
    #[serde(rename = "TransactionType", borrow)]
    transaction_type: Option<&'a RawValue>,
    #[serde(rename = "TransID", borrow)]
    trans_id: Option<&'a RawValue>,
    #[serde(rename = "TransTime", borrow)]
    trans_time: Option<&'a RawValue>,
    #[serde(rename = "TransAmount", borrow)]
    trans_amount: Option<&'a RawValue>,
    #[serde(rename = "BusinessShortCode", borrow)]
    short_code: Option<&'a RawValue>,
    #[serde(rename = "BillRefNumber", borrow)]
    bill_ref: Option<&'a RawValue>,
    #[serde(rename = "InvoiceNumber", borrow)]
    invoice_number: Option<&'a RawValue>,
    #[serde(rename = "OrgAccountBalance", borrow)]
    balance: Option<&'a RawValue>,
    #[serde(rename = "ThirdPartyTransID", borrow)]
    third_party_id: Option<&'a RawValue>,
    #[serde(rename = "MSISDN", borrow)]
    msisdn: Option<&'a RawValue>,
    #[serde(rename = "FirstName", borrow)]
    first_name: Option<&'a RawValue>,
    #[serde(rename = "MiddleName", borrow)]
    middle_name: Option<&'a RawValue>,
    #[serde(rename = "LastName", borrow)]
    last_name: Option<&'a RawValue>,
}

/// Reads the body of a confirmation or a validation.
pub fn read_c2b(body: &[u8]) -> Result<C2bPayment, ReadError> {
    if body.len() > BODY_MAX {
        return Err(ReadError::new(
            Place::Input,
            "more than 64 KiB",
            "a callback of at most 64 KiB",
        ));
    }
    let body: Body<'_> = serde_json::from_slice(body).map_err(|error| no_object(&error))?;
    Ok(C2bPayment {
        transaction_type: text("TransactionType", body.transaction_type)?,
        trans_id: identifier(
            "TransID",
            body.trans_id,
            "a transaction id such as RKTQDM7W6S",
        )?,
        acted: time(body.trans_time)?,
        amount: amount(body.trans_amount)?,
        short_code: identifier(
            "BusinessShortCode",
            body.short_code,
            "a short code such as 600638",
        )?,
        bill_ref: text("BillRefNumber", body.bill_ref)?,
        invoice_number: text("InvoiceNumber", body.invoice_number)?,
        balance: balance(body.balance)?,
        third_party_id: text("ThirdPartyTransID", body.third_party_id)?,
        msisdn: text("MSISDN", body.msisdn)?.map(msisdn),
        payer: payer(&[
            text("FirstName", body.first_name)?,
            text("MiddleName", body.middle_name)?,
            text("LastName", body.last_name)?,
        ]),
    })
}

/// What the operator expects as the answer to a confirmation, whatever we think of it: it is
/// stored, and asking for it again would change nothing.
pub const CONFIRMATION_ANSWER: &str = r#"{"ResultCode":0,"ResultDesc":"Success"}"#;

/// Why a payment is refused at validation. The operator tells the payer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    Msisdn,
    Account,
    Amount,
    KnowYourCustomer,
    ShortCode,
    Other,
}

impl Refusal {
    /// The operator's result code.
    pub fn code(self) -> &'static str {
        match self {
            Refusal::Msisdn => "C2B00011",
            Refusal::Account => "C2B00012",
            Refusal::Amount => "C2B00013",
            Refusal::KnowYourCustomer => "C2B00014",
            Refusal::ShortCode => "C2B00015",
            Refusal::Other => "C2B00016",
        }
    }
}

/// The answer to a validation, due within about 8 seconds.
pub fn validation_answer(answer: Result<(), Refusal>) -> String {
    let (code, description) = match answer {
        Ok(()) => ("0", "Accepted"),
        Err(refusal) => (refusal.code(), "Rejected"),
    };
    format!(r#"{{"ResultCode":"{code}","ResultDesc":"{description}"}}"#)
}

fn no_object(error: &serde_json::Error) -> ReadError {
    let place = Place::Line(error.line() as u64);
    let found = match error.classify() {
        serde_json::error::Category::Eof => "the end of the input",
        serde_json::error::Category::Syntax => "text that isn't JSON",
        serde_json::error::Category::Data | serde_json::error::Category::Io => "other JSON",
    };
    ReadError::new(
        place,
        found,
        "a JSON object with each field once, as the operator posts it",
    )
}

fn place(field: &str) -> Place {
    Place::Json {
        path: format!("$.{field}"),
    }
}

/// A string, or a number as it was written. Blank, `null` and absent are the same.
fn text(field: &str, value: Option<&RawValue>) -> Result<Option<String>, ReadError> {
    let raw = value.map_or("null", RawValue::get);
    let text = match raw.as_bytes().first() {
        Some(b'"') => serde_json::from_str::<String>(raw).ok(),
        Some(b'-' | b'0'..=b'9') => Some(raw.to_owned()),
        Some(b'n') => Some(String::new()),
        _ => None,
    };
    let text =
        text.ok_or_else(|| ReadError::new(place(field), "other JSON", "a string or a number"))?;
    let text = text.trim();
    if text.chars().any(char::is_control) {
        return Err(ReadError::new(
            place(field),
            "control characters",
            "printable text",
        ));
    }
    Ok(Some(text.to_owned()).filter(|text| !text.is_empty()))
}

fn required(field: &str, value: Option<&RawValue>, expected: &str) -> Result<String, ReadError> {
    let text = text(field, value)?;
    text.ok_or_else(|| ReadError::new(place(field), "nothing", expected))
}

/// Letters and digits, at most 32: it becomes part of a key.
fn identifier(field: &str, value: Option<&RawValue>, expected: &str) -> Result<String, ReadError> {
    let text = required(field, value, expected)?;
    let plain = text.len() <= 32 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if plain {
        Ok(text)
    } else {
        Err(ReadError::text(place(field), &text, expected))
    }
}

fn amount(value: Option<&RawValue>) -> Result<Decimal, ReadError> {
    let text = required("TransAmount", value, "an amount such as 1500.00")?;
    let amount = Decimal::parse(&text)
        .map_err(|error| ReadError::text(place("TransAmount"), &text, error.expected()))?;
    if amount.is_zero() {
        return Err(ReadError::text(
            place("TransAmount"),
            &text,
            "an amount above zero",
        ));
    }
    Ok(amount)
}

/// The till's balance is only told: operators write it in several odd ways, and no payment waits
/// for it.
fn balance(value: Option<&RawValue>) -> Result<Option<Decimal>, ReadError> {
    let text = text("OrgAccountBalance", value)?;
    Ok(text.and_then(|text| Decimal::parse(&text).ok()))
}

/// `yyyyMMddHHmmss` in East Africa Time.
fn time(value: Option<&RawValue>) -> Result<Instant, ReadError> {
    const EXPECTED: &str = "a time that exists, as yyyyMMddHHmmss, such as 20260302093045";
    let text = required("TransTime", value, EXPECTED)?;
    eat(&text).ok_or_else(|| ReadError::text(place("TransTime"), &text, EXPECTED))
}

/// A time as Daraja writes it without a zone: `yyyyMMddHHmmss`, which is East Africa Time.
pub(crate) fn eat(text: &str) -> Option<Instant> {
    if text.len() != 14 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (date, clock) = (&text[..8], &text[8..]);
    let (year, month, day) = (&date[..4], &date[4..6], &date[6..]);
    let (hour, minute, second) = (&clock[..2], &clock[2..4], &clock[4..]);
    let text = format!("{year}-{month}-{day}T{hour}:{minute}:{second}+03:00");
    parse_stamp(&text)?.at
}

/// Plain when it can be a number with country code, hashed when it can be SHA-256 in hexadecimal,
/// else masked.
pub(crate) fn msisdn(text: String) -> Msisdn {
    let digits = text.strip_prefix('+').unwrap_or(&text);
    if (9..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Msisdn::Plain(Pii::new(digits.to_owned()));
    }
    match sha256(&text) {
        Some(hash) => Msisdn::Hashed(hash),
        None => Msisdn::Masked(Pii::new(text)),
    }
}

fn sha256(text: &str) -> Option<[u8; 32]> {
    let mut hash = [0u8; 32];
    let pairs = text.as_bytes().chunks_exact(2);
    if text.len() != 64 {
        return None;
    }
    for (byte, pair) in hash.iter_mut().zip(pairs) {
        let nibble = |digit: u8| char::from(digit).to_digit(16);
        *byte = u8::try_from(nibble(pair[0])? * 16 + nibble(pair[1])?).ok()?;
    }
    Some(hash)
}

fn payer(names: &[Option<String>]) -> Option<Pii<String>> {
    let there: Vec<&str> = names.iter().flatten().map(String::as_str).collect();
    Some(there.join(" "))
        .filter(|name| !name.is_empty())
        .map(Pii::new)
}
