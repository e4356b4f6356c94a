//! What Daraja tells becomes news. All that is told of one payment shares the key of its receipt;
//! a prompt has its checkout id as a key besides, for until it is paid there is no receipt.
//!
//! On purpose absent: whether what is told is believed, which is the caller's.

use fairlock_domain::calendar::Span;
use fairlock_domain::money::{AMOUNT_MAX_MINOR, Currency, Money};
use fairlock_domain::payment::{Change, ChangeKind, Key, PaymentState};
use fairlock_domain::pii::Pii;
use fairlock_intake::Decimal;
use fairlock_intake::mpesa::pull::Transaction;
use fairlock_intake::mpesa::result::{Found, Reversed};
use fairlock_intake::mpesa::stk::{Failed, Paid};
use fairlock_intake::mpesa::{C2bPayment, Msisdn};

use crate::money::news::{Acted, Keys, Meaning, News, Payer, Telling, place};

/// A prompt that nobody answered is over after a few minutes; what the operator still owes us to
/// say of it comes within half an hour.
const PROMPT_SHIELDS: Span = Span::minutes(30);

/// Why a message that can be read isn't taken, in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallbackError {
    #[error("$.BusinessShortCode: found {found:?}, expected {expected:?}")]
    ShortCode { found: String, expected: String },
    #[error(
        "{place}: found {found:?}, expected more than 0, at most 2 decimals of KES and 10^15 minor units"
    )]
    Amount { place: &'static str, found: String },
    #[error("{place}: found {found:?}, expected the receipt")]
    Receipt { place: &'static str, found: String },
}

/// A payment to the till of `feed`, as the operator confirms it.
pub fn confirmed(
    payment: C2bPayment,
    feed: &str,
    short_code: &str,
    state: PaymentState,
) -> Result<News, CallbackError> {
    if payment.short_code != short_code {
        return Err(CallbackError::ShortCode {
            found: payment.short_code,
            expected: short_code.to_owned(),
        });
    }
    let amount = shillings(&payment.amount, "$.TransAmount")?;
    let receipt = receipt(feed, &payment.trans_id, "$.TransID")?;
    let typed = payment.bill_ref.into_iter().chain(payment.invoice_number);
    let at = told_at(feed, &payment.trans_id);
    Ok(News {
        acted: Some(Acted::At(payment.acted)),
        texts: typed.map(Pii::new).collect(),
        counterparty: payment.payer,
        payer: payer(payment.msisdn),
        ..payment_news(feed, state, amount, vec![receipt], at)
    })
}

/// A payment of a list; `entry` is its place in it.
pub fn pulled(paid: Transaction, feed: &str, entry: u32) -> Result<News, CallbackError> {
    let amount = shillings(&paid.amount, "amount")?;
    let receipt = receipt(feed, &paid.receipt, "transactionId")?;
    let at = told_at(feed, &paid.receipt);
    Ok(News {
        acted: Some(Acted::At(paid.at)),
        texts: paid.bill_ref.into_iter().map(Pii::new).collect(),
        payer: payer(paid.payer),
        entry,
        ..payment_news(feed, PaymentState::Booked, amount, vec![receipt], at)
    })
}

/// A prompt that was paid.
pub fn prompt_paid(
    paid: Paid,
    checkout: &str,
    feed: &str,
    state: PaymentState,
) -> Result<News, CallbackError> {
    let amount = shillings(&paid.amount, "Amount")?;
    let receipt = receipt(feed, &paid.receipt, "MpesaReceiptNumber")?;
    let at = told_at(feed, &paid.receipt);
    let keys = std::iter::once(receipt).chain(prompt(feed, checkout));
    Ok(News {
        acted: paid.acted.map(Acted::At),
        payer: payer(paid.payer),
        ..payment_news(feed, state, amount, keys.collect(), at)
    })
}

/// A prompt that is on the payer's phone now, for this contract's reference.
pub fn prompted(checkout: &str, reference: &str, amount: Money, feed: &str) -> News {
    let keys = prompt(feed, checkout).into_iter().collect();
    let at = place(feed, "prompt", checkout, 0, 0);
    News {
        texts: vec![Pii::new(reference.to_owned())],
        shields_for: Some(PROMPT_SHIELDS),
        ..payment_news(feed, PaymentState::Pending, amount, keys, at)
    }
}

/// A prompt that brought nothing, of this sum; without a reason when the money came otherwise.
pub fn prompt_over(checkout: &str, failed: Option<&Failed>, amount: Money, feed: &str) -> News {
    let keys = prompt(feed, checkout).into_iter().collect();
    let at = place(feed, "prompt", checkout, 0, 0);
    News {
        failure: failed.map(Failed::reason),
        // Beside the payment itself, in one message.
        part: 1,
        ..payment_news(feed, PaymentState::Failed, amount, keys, at)
    }
}

/// A payment whose status was asked for.
pub fn verified(found: &Found, feed: &str, state: PaymentState) -> Result<News, CallbackError> {
    let amount = shillings(&found.amount, "Amount")?;
    let receipt = receipt(feed, &found.receipt, "ReceiptNo")?;
    let at = told_at(feed, &found.receipt);
    let failure = (state == PaymentState::Failed).then_some("refused");
    Ok(News {
        failure,
        ..payment_news(feed, state, amount, vec![receipt], at)
    })
}

/// A payment that was taken back.
pub fn reversed(reversed: &Reversed, feed: &str) -> Result<News, CallbackError> {
    let amount = shillings(&reversed.amount, "Amount")?;
    let original = receipt(feed, &reversed.original, "OriginalTransactionID")?;
    let at = place(feed, "reversal", &reversed.receipt, 0, 0);
    let change = Change {
        kind: ChangeKind::Reversal,
        id: reversed.receipt.to_uppercase(),
        amount,
        charges: None,
    };
    Ok(News {
        meaning: Meaning::Change(change),
        return_amounts: vec![amount],
        acted: reversed.completed.map(Acted::At),
        status: "reversed",
        ..payment_news(feed, PaymentState::Reversed, amount, vec![original], at)
    })
}

/// The key of a prompt, beside receipts: Daraja's ids of both are letters and digits.
pub fn prompt(feed: &str, checkout: &str) -> Option<Key> {
    Key::receipt(feed, &format!("{PROMPT}{checkout}"))
}

/// In front of a checkout id in its key.
pub const PROMPT: &str = "PROMPT/";

/// The key of a receipt.
pub fn receipt(feed: &str, text: &str, place: &'static str) -> Result<Key, CallbackError> {
    Key::receipt(feed, text).ok_or_else(|| CallbackError::Receipt {
        place,
        found: text.to_owned(),
    })
}

/// Every message about a receipt tells the same place.
fn told_at(feed: &str, receipt: &str) -> Key {
    place(feed, Telling::Callback.word(), receipt, 0, 0)
}

/// An amount of Daraja's, which knows one currency.
pub fn shillings(amount: &Decimal, place: &'static str) -> Result<Money, CallbackError> {
    let money = Currency::from_code("KES").and_then(|kes| amount.to_money(kes));
    let money = money.filter(|m| m.is_positive() && m.minor() <= AMOUNT_MAX_MINOR);
    money.ok_or_else(|| CallbackError::Amount {
        place,
        found: amount.to_string(),
    })
}

fn payer(number: Option<Msisdn>) -> Payer {
    match number {
        None => Payer::Unknown,
        Some(Msisdn::Plain(digits)) => Payer::of_digits(digits.expose()),
        Some(Msisdn::Hashed(hash)) => Payer::Number(hash),
        Some(Msisdn::Masked(mask)) => Payer::Mask(mask),
    }
}

fn payment_news(
    feed: &str,
    state: PaymentState,
    amount: Money,
    strong: Vec<Key>,
    place: Key,
) -> News {
    News {
        telling: Telling::Callback,
        meaning: Meaning::Payment(state),
        feed: Some(feed.to_owned()),
        channel: feed.to_owned(),
        account: None,
        amount,
        return_amounts: Vec::new(),
        acted: None,
        booking_date: None,
        value_date: None,
        keys: Keys {
            strong,
            weak: Vec::new(),
            place,
        },
        texts: Vec::new(),
        counterparty: None,
        payer: Payer::Unknown,
        payer_account: None,
        failure: None,
        shields_for: None,
        end_to_end: None,
        status: state.name(),
        bank: None,
        statement: 0,
        entry: 0,
        part: 0,
    }
}
