//! The answer to a mobile-money operator's question before a payment: is this account yours?
//!
//! A reference that is no contract's is refused while the payer still holds the money, with the
//! operator's own code, so that a mistyped one never reaches suspense. On purpose absent: limits
//! on the amount (a part payment is a payment), and any memory of the question. Numbers and
//! identities of payers are never refused: whoever pays, pays.

use fairlock_domain::money::{AMOUNT_MAX_MINOR, Currency};
use fairlock_domain::payment::Match;
use fairlock_domain::payment::matching::{KnownContract, Wanted};
use fairlock_intake::mpesa::{C2bPayment, Refusal};
use fairlock_storage::StoreError;

use super::desk::Desk;

/// Whether a payment with this reference to the till of this short code would reach a contract.
pub fn answer(
    desk: &Desk,
    payment: &C2bPayment,
    short_code: &str,
) -> Result<Result<(), Refusal>, StoreError> {
    if payment.short_code != short_code {
        return Ok(Err(Refusal::ShortCode));
    }
    let kes = Currency::from_code("KES");
    let amount = kes.and_then(|kes| payment.amount.to_money(kes));
    if amount.is_none_or(|m| !m.is_positive() || m.minor() > AMOUNT_MAX_MINOR) {
        return Ok(Err(Refusal::Amount));
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
    let matched = kes.and_then(|kes| wanted.certain(&known, &[], kes));
    Ok(match matched {
        Some(Match::Contract { .. }) => Ok(()),
        _ => Err(Refusal::Account),
    })
}
