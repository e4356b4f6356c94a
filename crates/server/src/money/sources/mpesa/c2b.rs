//! An M-Pesa confirmation becomes news: one booked payment, known by its receipt.
//!
//! On purpose absent: the till's balance as a chain (withdrawals break it).

use fairlock_domain::money::{AMOUNT_MAX_MINOR, Currency};
use fairlock_domain::payment::{Key, PaymentState};
use fairlock_domain::pii::Pii;
use fairlock_intake::mpesa::{C2bPayment, Msisdn};

use crate::money::news::{Acted, Keys, Meaning, News, Payer, Telling, place};

/// Why a confirmation that can be read isn't taken, in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallbackError {
    #[error("$.BusinessShortCode: found {found:?}, expected {expected:?}")]
    ShortCode { found: String, expected: String },
    #[error(
        "$.TransAmount: found {found:?}, expected more than 0, at most 2 decimals of KES and 10^15 minor units"
    )]
    Amount { found: String },
    #[error("$.TransID: found {found:?}, expected the receipt")]
    Receipt { found: String },
}

/// The news of a confirmation to the till of `feed`.
pub fn news(payment: C2bPayment, feed: &str, short_code: &str) -> Result<News, CallbackError> {
    if payment.short_code != short_code {
        return Err(CallbackError::ShortCode {
            found: payment.short_code,
            expected: short_code.to_owned(),
        });
    }
    let amount = Currency::from_code("KES").and_then(|kes| payment.amount.to_money(kes));
    let amount = amount.filter(|m| m.is_positive() && m.minor() <= AMOUNT_MAX_MINOR);
    let amount = amount.ok_or_else(|| CallbackError::Amount {
        found: payment.amount.to_string(),
    })?;
    let receipt = Key::receipt(feed, &payment.trans_id);
    let receipt = receipt.ok_or_else(|| CallbackError::Receipt {
        found: payment.trans_id.clone(),
    })?;
    let payer = match payment.msisdn {
        None => Payer::Unknown,
        Some(Msisdn::Plain(digits)) => Payer::of_digits(digits.expose()),
        Some(Msisdn::Hashed(hash)) => Payer::Number(hash),
        Some(Msisdn::Masked(mask)) => Payer::Mask(mask),
    };
    let typed = payment.bill_ref.into_iter().chain(payment.invoice_number);
    Ok(News {
        telling: Telling::Callback,
        meaning: Meaning::Payment(PaymentState::Booked),
        feed: Some(feed.to_owned()),
        channel: feed.to_owned(),
        account: None,
        amount,
        return_amounts: Vec::new(),
        acted: Some(Acted::At(payment.acted)),
        booking_date: None,
        value_date: None,
        keys: Keys {
            strong: vec![receipt],
            weak: Vec::new(),
            place: place(feed, Telling::Callback.word(), &payment.trans_id, 0, 0),
        },
        texts: typed.map(Pii::new).collect(),
        counterparty: payment.payer,
        payer,
        payer_account: None,
        failure: None,
        shields_for: None,
        end_to_end: None,
        status: "booked",
        bank: None,
        statement: 0,
        entry: 0,
        part: 0,
    })
}
