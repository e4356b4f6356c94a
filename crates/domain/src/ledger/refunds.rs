//! Money that goes back to payers, and money that is lost and found.
//!
//! A refund is owed first (out of a contract's credit, or out of suspense), then leaves, and may
//! come back: then it is where it was before. Each happens once to a refund; the next try is
//! another. On purpose absent: who may approve it, and by which instrument it goes.

use alloc::vec::Vec;

use super::account::Account;
use super::books::Ledger;
use super::command::Work;
use super::entry::{EntryKind, Source};
use super::outcome::Outcome;
use super::payments::Booking;
use super::post::{between, check_amount, transfer};
use super::posting::{Leg, PostingKind};
use crate::money::Money;

/// What is owed back under an id.
struct Refund {
    amount: Money,
    reversed: bool,
    /// Where its money goes when it doesn't arrive; None for an entry of a loan, which the loan
    /// alone can give back.
    back_to: Option<Account>,
}

/// Money in suspense is to go back to its payer.
pub(super) fn payer_owed(
    ledger: &Ledger,
    subject: &str,
    amount: Money,
) -> Result<Vec<Leg>, Outcome> {
    check_amount(amount)?;
    let booking = Booking::of(ledger, subject)?;
    booking.check_in_suspense()?;
    if booking.amount.currency() != amount.currency() {
        return Err(Outcome::OtherCurrency);
    }
    if booking.amount != amount {
        return Err(Outcome::AmountDiffers);
    }
    Ok(transfer(Account::Suspense, Account::RefundsPayable, amount))
}

/// A refund leaves, whole, once.
pub(super) fn paid_out(
    ledger: &Ledger,
    subject: &str,
    channel: &str,
    amount: Money,
) -> Result<Vec<Leg>, Outcome> {
    check_amount(amount)?;
    let refund = Refund::of(ledger, subject).ok_or(Outcome::UnknownPayment)?;
    refund.check(amount)?;
    let to = Account::clearing(channel);
    Ok(transfer(Account::RefundsPayable, to, amount))
}

/// A refund that left is here again.
pub(super) fn failed(
    ledger: &Ledger,
    subject: &str,
    channel: &str,
    amount: Money,
) -> Result<Vec<Leg>, Outcome> {
    check_amount(amount)?;
    let refund = Refund::of(ledger, subject).ok_or(Outcome::UnknownPayment)?;
    if ledger.about(subject, PostingKind::RefundPaid).is_none() {
        return Err(Outcome::UnknownPayment);
    }
    refund.check(amount)?;
    let back_to = refund.back_to.ok_or(Outcome::OnLoan)?;
    Ok(transfer(Account::clearing(channel), back_to, amount))
}

/// What was lost came back, whole.
pub(super) fn regained(
    ledger: &Ledger,
    subject: &str,
    channel: &str,
    amount: Money,
) -> Result<Vec<Leg>, Outcome> {
    check_amount(amount)?;
    let lost = ledger.about(subject, PostingKind::Lost);
    let Some(Work::Lose { amount: lost, .. }) = lost.map(|p| &p.command.work) else {
        return Err(Outcome::UnknownPayment);
    };
    if *lost != amount {
        return Err(Outcome::AmountDiffers);
    }
    between(Account::ChargebackLosses, channel, false, amount)
}

impl Refund {
    fn of(ledger: &Ledger, subject: &str) -> Option<Refund> {
        let owed = ledger.about(subject, PostingKind::RefundOwed);
        if let Some(Work::OweRefund { contract, amount }) = owed.map(|p| &p.command.work) {
            return Some(Refund {
                amount: *amount,
                reversed: false,
                back_to: Some(Account::customer_credit(contract)),
            });
        }
        let owed = ledger.about(subject, PostingKind::PayerOwed);
        if let Some(Work::OwePayer { amount }) = owed.map(|p| &p.command.work) {
            return Some(Refund {
                amount: *amount,
                reversed: false,
                back_to: Some(Account::Suspense),
            });
        }
        let record = ledger.record(subject)?;
        let later = record.entry.source == Some(Source::RefundsPayable);
        let is_refund = later && record.entry.kind == EntryKind::CreditRefund;
        is_refund.then_some(Refund {
            amount: record.entry.amount,
            reversed: record.reversed,
            back_to: None,
        })
    }

    fn check(&self, amount: Money) -> Result<(), Outcome> {
        if self.amount.currency() != amount.currency() {
            return Err(Outcome::OtherCurrency);
        }
        if self.reversed {
            return Err(Outcome::AlreadyReversed);
        }
        match self.amount == amount {
            true => Ok(()),
            false => Err(Outcome::AmountDiffers),
        }
    }
}
