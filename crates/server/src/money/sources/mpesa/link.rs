//! A prompt and its payment: until the payer agrees there is only a checkout id, afterwards there
//! is a receipt, and the confirmation, which comes first as a rule, names only the receipt.
//!
//! A confirmation takes a prompt of ours that waits for it, or that waited until its time was
//! over: same contract, same sum, not paid by another receipt. Which of two such prompts it takes doesn't matter, for they are equal. When
//! it took none, and the prompt's own result later names a receipt that is another payment's, the
//! prompt is over: the money is there once.

use fairlock_domain::calendar::Span;
use fairlock_domain::payment::matching::Wanted;
use fairlock_domain::payment::{Key, PaymentState};
use fairlock_storage::{PaymentRow, StoreError};

use super::news::{PROMPT, prompt};
use crate::money::desk::Desk;
use crate::money::news::{Acted, News};

/// A prompt is paid within minutes; the list that tells of it may come two days later, when the
/// prompt is thought to be over.
const PAID_WITHIN: Span = Span::hours(1);

/// The payment of a key.
pub fn payment_of(desk: &Desk, key: &Key) -> Result<Option<PaymentRow>, StoreError> {
    let found = desk
        .store
        .payments_by_keys(desk.lender, std::slice::from_ref(key))?;
    Ok(found.into_iter().next().map(|known| known.payment))
}

/// The payment of a prompt.
pub fn of_prompt(
    desk: &Desk,
    feed: &str,
    checkout: &str,
) -> Result<Option<PaymentRow>, StoreError> {
    match prompt(feed, checkout) {
        Some(key) => payment_of(desk, &key),
        None => Ok(None),
    }
}

/// Adds to news of a receipt the key of the prompt that it pays.
pub fn take_prompt(desk: &Desk, news: &mut News) -> Result<(), StoreError> {
    for key in &news.keys.strong {
        if payment_of(desk, key)?.is_some() {
            return Ok(());
        }
    }
    let texts: Vec<&str> = news.texts.iter().map(|t| t.expose().as_str()).collect();
    let references = Wanted::of(&texts).references();
    let contracts = desk
        .store
        .contracts_by_reference(desk.lender, &references)?;
    let [contract] = contracts.as_slice() else {
        return Ok(());
    };
    let payments = desk.store.payments_of(desk.lender, &contract.contract_id)?;
    let waits = |row: &PaymentRow| {
        let open = match row.state {
            PaymentState::Pending => true,
            PaymentState::Failed => row.failure.as_deref() == Some("timed_out"),
            PaymentState::Booked | PaymentState::Reversed => false,
        };
        let paid_soon = match news.acted {
            Some(Acted::At(at)) => at < row.received.at.plus(PAID_WITHIN),
            _ => false,
        };
        open && paid_soon && row.amount == news.amount && row.feed == news.feed
    };
    for (row, _) in payments.into_iter().rev().filter(|(row, _)| waits(row)) {
        let keys = desk.store.keys_of(desk.lender, &row.id)?;
        let (prompts, receipts): (Vec<&str>, Vec<&str>) = keys
            .iter()
            .filter_map(|key| key.strip_prefix("receipt|")?.split_once('|'))
            .map(|(_, receipt)| receipt)
            .partition(|receipt| receipt.starts_with(PROMPT));
        if let ([checkout, ..], []) = (prompts.as_slice(), receipts.as_slice())
            && let Some(feed) = &news.feed
            && let Some(key) = Key::receipt(feed, checkout)
        {
            news.keys.strong.push(key);
            return Ok(());
        }
    }
    Ok(())
}
