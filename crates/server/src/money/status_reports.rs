//! pain.002 as news: what a bank answered to orders of ours, of payments that are announced.
//!
//! An answer names the order by its end-to-end id and its amount, and no account; it is of a payment
//! that is known here when exactly one of our accounts has one of that id and amount. Then the
//! payment rises to what the answer says: pending shields, settled is booked, rejected ends the
//! shield. An answer that names nothing known credits nothing and is only counted: who ordered it,
//! and for whom, stands in no answer. Failure is money moved by an answer that could be another's.

use fairlock_domain::money::Currency;
use fairlock_domain::payment::PaymentState;
use fairlock_intake::StatusReport;
use fairlock_intake::pain002::{Effect, TransactionStatus};
use fairlock_storage::{FeedRow, PaymentRow, StoreError};

use super::desk::Desk;
use super::news::{Keys, Meaning, News, Payer, Telling, named_by_return, place};

/// What the reports of one file say.
#[derive(Default)]
pub struct Answers {
    pub news: Vec<News>,
    /// Answers to nothing that is known here, or of no effect.
    pub others: u64,
}

/// The answers of all reports, in their order.
pub fn news(
    desk: &Desk,
    reports: &[StatusReport],
    feeds: &[FeedRow],
    file: &str,
) -> Result<Answers, StoreError> {
    let mut answers = Answers::default();
    let transactions = reports
        .iter()
        .flat_map(|report| &report.payments)
        .flat_map(|payment| &payment.transactions);
    for (index, transaction) in (0u32..).zip(transactions) {
        let known = match state(transaction.effect) {
            Some(state) => known(desk, transaction, feeds)?.map(|found| (found, state)),
            None => None,
        };
        match known {
            Some((found, state)) => answers
                .news
                .push(found.news(state, transaction, file, index)),
            None => answers.others += 1,
        }
    }
    Ok(answers)
}

fn state(effect: Effect) -> Option<PaymentState> {
    match effect {
        Effect::Pending => Some(PaymentState::Pending),
        Effect::Booked => Some(PaymentState::Booked),
        Effect::Failed => Some(PaymentState::Failed),
        Effect::Information => None,
    }
}

/// A payment that is known, and the account that it comes to.
struct Found {
    account: String,
    payment: PaymentRow,
}

/// The one payment of this id and amount on any account of ours.
fn known(
    desk: &Desk,
    transaction: &TransactionStatus,
    feeds: &[FeedRow],
) -> Result<Option<Found>, StoreError> {
    let (Some(id), Some(amount)) = (&transaction.original_id, &transaction.amount) else {
        return Ok(None);
    };
    let currency = Currency::from_code(&amount.currency);
    let Some(money) = currency.and_then(|currency| amount.value.to_money(currency)) else {
        return Ok(None);
    };
    let mut found: Option<Found> = None;
    for account in feeds.iter().filter_map(|feed| feed.account.as_deref()) {
        // A second one of the same name means that nobody knows which of them is answered.
        let keys = [0, 1].map(|occurrence| named_by_return(account, id, money, occurrence));
        for known in desk.store.payments_by_keys(desk.lender, &keys)? {
            let same = |other: &Found| other.payment.id == known.payment.id;
            if found.as_ref().is_some_and(|other| !same(other)) {
                return Ok(None);
            }
            found = Some(Found {
                account: account.to_owned(),
                payment: known.payment,
            });
        }
    }
    Ok(found)
}

impl Found {
    fn news(
        self,
        state: PaymentState,
        transaction: &TransactionStatus,
        file: &str,
        index: u32,
    ) -> News {
        let Found { account, payment } = self;
        let id = transaction.original_id.clone().unwrap_or_default();
        let key = named_by_return(&account, &id, payment.amount, 0);
        News {
            telling: Telling::Report,
            meaning: Meaning::Payment(state),
            feed: payment.feed,
            channel: payment.channel,
            amount: payment.amount,
            return_amounts: Vec::new(),
            acted: None,
            booking_date: None,
            value_date: None,
            keys: Keys {
                strong: vec![key],
                weak: Vec::new(),
                place: place(&account, "status", file, index, 0),
            },
            // The bank's words, not the payer's.
            texts: Vec::new(),
            counterparty: None,
            payer: Payer::Unknown,
            payer_account: None,
            failure: (state == PaymentState::Failed)
                .then(|| failure(transaction.status.reason.as_deref())),
            shields_for: None,
            account: Some(account),
            end_to_end: Some(id),
            status: transaction.effect.name(),
            bank: None,
            statement: 0,
            entry: index,
            part: 0,
        }
    }
}

/// Why it failed, in the words that borrowers are told from: ISO 20022's external reason codes.
fn failure(reason: Option<&str>) -> &'static str {
    match reason {
        Some("AM04") => "insufficient_funds",
        Some("AC01" | "AC04" | "AC06" | "BE01" | "BE04") => "wrong_account",
        Some("AM02" | "AM14" | "AM21") => "limit_exceeded",
        Some("DS02" | "CUST" | "MD07") => "cancelled",
        Some("TM01" | "AB05" | "AB06") => "timed_out",
        _ => "refused",
    }
}
