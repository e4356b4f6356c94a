//! Balance transactions (Stripe's own books: amount, fee, net) and payouts.
//!
//! The payer's money counts in full; the fee that Stripe kept is a line of its own, with the id
//! of its balance transaction. Amounts are in the currency of the balance, which may be another
//! than the payer's.

use fairlock_domain::calendar::Instant;
use fairlock_domain::money::Money;
use fairlock_domain::payment::Change;
use fairlock_domain::payment::change::ChangeKind;

use super::{decimals, id_or_object};
use crate::error::ReadError;
use crate::members::Object;
use crate::notification::{Changed, Payout, PayoutState, Tells};

/// One line of Stripe's books, for reconciliation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalanceTransaction {
    pub id: String,
    /// `charge`, `refund`, `adjustment`, `payout` and so on.
    pub kind: String,
    /// What it is about: a charge, a refund, a payout.
    pub source: Option<String>,
    /// Below zero where money leaves the balance.
    pub amount: Money,
    /// Kept by Stripe; below zero where it gives a fee back.
    pub fee: Money,
    /// Amount less fee.
    pub net: Money,
    pub created: Option<Instant>,
    pub available: Option<Instant>,
}

/// Reads a page of balance transactions, or a single one.
pub fn read_balance_transactions(body: &[u8]) -> Result<Vec<BalanceTransaction>, ReadError> {
    let object = Object::body(body)?;
    match object.required("object", "\"list\"")?.as_str() {
        "list" => object.objects("data")?.iter().map(read).collect(),
        "balance_transaction" => Ok(vec![read(&object)?]),
        other => Err(object.wrong("object", other, "\"list\" or \"balance_transaction\"")),
    }
}

fn read(object: &Object<'_>) -> Result<BalanceTransaction, ReadError> {
    let currency = object.currency("currency")?;
    let money = |name: &str| {
        let money = object.signed_minor(name, currency, decimals(currency))?;
        money.ok_or_else(|| object.missing(name, "an amount in minor units"))
    };
    let (amount, fee, net) = (money("amount")?, money("fee")?, money("net")?);
    if amount.minor() - fee.minor() != net.minor() {
        let found = net.minor().to_string();
        return Err(object.wrong("net", &found, "the amount less the fee"));
    }
    let mut details = 0;
    for detail in object.objects("fee_details")? {
        let part = detail.signed_minor("amount", currency, decimals(currency))?;
        details += part.map_or(0, Money::minor);
    }
    if object.raw("fee_details").is_some() && details != fee.minor() {
        let found = details.to_string();
        return Err(object.wrong("fee_details", &found, "parts that sum up to the fee"));
    }
    Ok(BalanceTransaction {
        id: object.required_id("id", "the balance transaction's id")?,
        kind: object.required("type", "the kind of balance transaction")?,
        source: id_or_object(object, "source")?,
        amount,
        fee,
        net,
        created: object.seconds("created")?,
        available: object.seconds("available_on")?,
    })
}

impl BalanceTransaction {
    /// Its fee as news of the payment, when there is one: `of` names the payment, else its own
    /// source does.
    pub fn fee_told(&self, of: Vec<String>) -> Option<Tells> {
        let of = match of.is_empty() {
            true => self.source.iter().cloned().collect(),
            false => of,
        };
        (!self.fee.is_zero()).then(|| {
            Tells::Changed(Changed {
                of,
                change: Change {
                    kind: ChangeKind::Fee,
                    id: self.id.clone(),
                    amount: self.fee,
                    charges: None,
                },
                at: self.created,
                reason: Some(self.kind.clone()),
                texts: Vec::new(),
            })
        })
    }
}

/// The fee of a balance transaction that stands in another object.
pub(super) fn fee_of(object: &Object<'_>, of: Vec<String>) -> Result<Option<Tells>, ReadError> {
    Ok(read(object)?.fee_told(of))
}

pub(super) fn of_payout(payout: &Object<'_>) -> Result<Tells, ReadError> {
    const STATUS: &str = "pending, in_transit, paid, failed or canceled";
    let currency = payout.currency("currency")?;
    let amount = payout.signed_minor("amount", currency, decimals(currency))?;
    let status = payout.required("status", STATUS)?;
    Ok(Tells::Payout(Payout {
        id: payout.required_id("id", "the payout's id")?,
        amount: amount.ok_or_else(|| payout.missing("amount", "an amount in minor units"))?,
        state: match status.as_str() {
            "pending" | "in_transit" => PayoutState::OnItsWay,
            "paid" => PayoutState::Paid,
            "failed" | "canceled" => PayoutState::Failed,
            _ => return Err(payout.wrong("status", &status, STATUS)),
        },
        arrives: payout.seconds("arrival_date")?,
    }))
}
