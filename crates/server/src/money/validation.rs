//! The answer to a mobile-money operator's question before a payment: is this account yours?
//!
//! A reference that is no contract's is refused while the payer still holds the money, with the
//! operator's own code, so that a mistyped one never reaches suspense. On purpose absent: limits
//! on the amount (a part payment is a payment), and any memory of the question.

use fairlock_domain::money::Currency;
use fairlock_domain::payment::Match;
use fairlock_domain::payment::matching::{KnownContract, Wanted};
use fairlock_intake::mpesa::C2bPayment;
use fairlock_storage::StoreError;

use super::desk::Desk;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Accepted,
    /// No contract has this reference.
    InvalidAccount,
    /// Another till's payment.
    InvalidShortCode,
}

impl Answer {
    /// The operator's code (Daraja, C2B validation).
    pub fn code(self) -> &'static str {
        match self {
            Answer::Accepted => "0",
            Answer::InvalidAccount => "C2B00012",
            Answer::InvalidShortCode => "C2B00015",
        }
    }

    pub fn text(self) -> &'static str {
        match self {
            Answer::Accepted => "Accepted",
            Answer::InvalidAccount | Answer::InvalidShortCode => "Rejected",
        }
    }
}

/// Whether a payment with this reference would reach a contract.
pub fn answer(desk: &Desk, payment: &C2bPayment) -> Result<Answer, StoreError> {
    let till = desk.till.as_ref();
    if till.is_none_or(|till| till.short_code != payment.short_code) {
        return Ok(Answer::InvalidShortCode);
    }
    let texts: Vec<&str> = [&payment.bill_ref, &payment.invoice_number]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    let wanted = Wanted::of(&texts);
    let found = desk
        .store
        .contracts_by_reference(desk.lender, &wanted.references())?;
    let known: Vec<KnownContract> = found
        .into_iter()
        .map(|c| KnownContract {
            reference: c.reference,
            contract_id: c.contract_id,
            currency: c.currency,
        })
        .collect();
    let kes = Currency::from_code("KES");
    let matched = kes.map(|kes| wanted.decide(&known, kes));
    Ok(match matched {
        Some(Match::Contract { .. }) => Answer::Accepted,
        _ => Answer::InvalidAccount,
    })
}
