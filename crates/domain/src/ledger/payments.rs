//! Payments in two phases, and how a pool takes them.
//!
//! Announced money is pending until it is booked, voided or expired; booked money is a contract's
//! or waits in suspense; it can be taken back once, whole. For a pool, owed and credit follow from
//! the sum of money alone, so that the order in which money comes and goes doesn't matter.

use alloc::string::String;
use alloc::vec::Vec;

use super::account::Account;
use super::books::Ledger;
use super::command::{Owner, Work};
use super::outcome::Outcome;
use super::post::{Contract, check_amount, check_owner, refuse_if};
use super::posting::{Leg, PostingKind, Side};
use crate::calendar::Instant;
use crate::loan::order::Component;
use crate::money::{Currency, Money};

/// Money was announced.
pub(super) fn announced(
    ledger: &Ledger,
    subject: &str,
    owner: &Owner,
    channel: &str,
    amount: Money,
) -> Result<Vec<Leg>, Outcome> {
    check_amount(amount)?;
    check_owner(ledger, owner, amount)?;
    refuse_booked(ledger, subject)?;
    let to = match owner {
        Owner::Contract(contract) => principal(contract),
        Owner::Suspense => Account::Suspense,
    };
    Ok(Vec::from([
        Leg::pending(Account::clearing(channel), Side::Debit, amount),
        Leg::pending(to, Side::Credit, amount),
    ]))
}

/// Money is there.
pub(super) fn booked(
    ledger: &Ledger,
    subject: &str,
    owner: &Owner,
    channel: &str,
    amount: Money,
) -> Result<Vec<Leg>, Outcome> {
    check_amount(amount)?;
    check_owner(ledger, owner, amount)?;
    if let Owner::Contract(contract) = owner {
        Contract::of(ledger, contract)?.check_is_pool()?;
    }
    refuse_booked(ledger, subject)?;
    // Announced and still open: its pending legs end with the booking.
    let mut legs = released(ledger, subject).unwrap_or_default();
    let clearing = Account::clearing(channel);
    legs.push(Leg::posted(clearing, Side::Debit, amount));
    legs.extend(received(ledger, owner, amount));
    Ok(legs)
}

/// Booked money was taken back.
pub(super) fn reversed(ledger: &Ledger, subject: &str, amount: Money) -> Result<Vec<Leg>, Outcome> {
    check_amount(amount)?;
    let booking = Booking::of(ledger, subject)?;
    if booking.amount.currency() != amount.currency() {
        return Err(Outcome::OtherCurrency);
    }
    if let Owner::Contract(contract) = &booking.owner {
        Contract::of(ledger, contract)?.check_open()?;
    }
    booking.check_not_on_loan()?;
    if booking.owed_back {
        return Err(Outcome::NotInSuspense);
    }
    if booking.amount != amount {
        return Err(Outcome::AmountDiffers);
    }
    let mut legs = taken_back(ledger, &booking.owner, amount);
    let clearing = Account::clearing(booking.channel);
    legs.push(Leg::posted(clearing, Side::Credit, amount));
    Ok(legs)
}

/// Money in suspense is a contract's.
pub(super) fn assigned(
    ledger: &Ledger,
    subject: &str,
    contract: &str,
) -> Result<Vec<Leg>, Outcome> {
    let to = Contract::of(ledger, contract)?;
    let booking = Booking::of(ledger, subject)?;
    to.check_currency(booking.amount.currency())?;
    to.check_open()?;
    to.check_is_pool()?;
    booking.check_not_on_loan()?;
    booking.check_in_suspense()?;
    let mut legs = taken_back(ledger, &booking.owner, booking.amount);
    let owner = Owner::Contract(String::from(contract));
    legs.extend(received(ledger, &owner, booking.amount));
    Ok(legs)
}

/// The announcement's time is over.
pub(super) fn expired(ledger: &Ledger, subject: &str, now: Instant) -> Result<Vec<Leg>, Outcome> {
    let legs = released(ledger, subject)?;
    let pending = ledger.about(subject, PostingKind::Pending);
    match pending.map(|p| &p.command.work) {
        Some(Work::Announce { expires_at, .. }) if now < *expires_at => Err(Outcome::NotYetExpired),
        _ => Ok(legs),
    }
}

/// The other side of an announcement's legs, while it is open.
pub(super) fn released(ledger: &Ledger, subject: &str) -> Result<Vec<Leg>, Outcome> {
    let pending = ledger.about(subject, PostingKind::Pending);
    let pending = pending.ok_or(Outcome::UnknownPayment)?;
    refuse_booked(ledger, subject)?;
    let (voided, expired) = (PostingKind::Voided, PostingKind::Expired);
    refuse_if(ledger, subject, voided, Outcome::AlreadyVoided)?;
    refuse_if(ledger, subject, expired, Outcome::AlreadyExpired)?;
    Ok(pending.legs.iter().map(Leg::opposite).collect())
}

/// A payment is booked once: to a pool, to nobody, or as the entry of a loan.
pub(super) fn refuse_booked(ledger: &Ledger, subject: &str) -> Result<(), Outcome> {
    let on_loan = ledger.record(subject).is_some();
    if on_loan {
        return Err(Outcome::AlreadyBooked);
    }
    refuse_if(ledger, subject, PostingKind::Booked, Outcome::AlreadyBooked)
}

/// A booked payment as it stands.
pub(super) struct Booking<'a> {
    pub owner: Owner,
    pub channel: &'a str,
    pub amount: Money,
    pub reversed: bool,
    /// It is owed back to its payer, or was paid back.
    pub owed_back: bool,
    /// An entry of a loan holds its money.
    pub on_loan: bool,
}

impl Booking<'_> {
    pub fn of<'a>(ledger: &'a Ledger, subject: &str) -> Result<Booking<'a>, Outcome> {
        let booked = ledger.about(subject, PostingKind::Booked);
        let Some(Work::Book {
            owner,
            channel,
            amount,
        }) = booked.map(|p| &p.command.work)
        else {
            return Err(Outcome::UnknownPayment);
        };
        let assigned = ledger.about(subject, PostingKind::Assigned);
        let owner = match assigned.map(|p| &p.command.work) {
            Some(Work::Assign { contract }) => Owner::Contract(contract.clone()),
            _ => owner.clone(),
        };
        let record = ledger.record(subject);
        Ok(Booking {
            owner,
            channel,
            amount: *amount,
            reversed: ledger.about(subject, PostingKind::Reversed).is_some(),
            owed_back: is_owed_back(ledger, subject),
            on_loan: record.is_some_and(|record| !record.reversed),
        })
    }

    fn check_not_on_loan(&self) -> Result<(), Outcome> {
        match self.on_loan {
            true => Err(Outcome::OnLoan),
            false => Ok(()),
        }
    }

    pub fn check_in_suspense(&self) -> Result<(), Outcome> {
        if self.reversed {
            return Err(Outcome::AlreadyReversed);
        }
        match self.owner {
            Owner::Suspense if !self.owed_back => Ok(()),
            Owner::Suspense | Owner::Contract(_) => Err(Outcome::NotInSuspense),
        }
    }
}

/// Whether money of suspense is on its way back to its payer, or went there.
fn is_owed_back(ledger: &Ledger, subject: &str) -> bool {
    let about = |kind| ledger.about(subject, kind).is_some();
    about(PostingKind::PayerOwed) && !about(PostingKind::RefundFailed)
}

/// A pool's one debt.
pub(super) fn principal(contract: &str) -> Account {
    Account::receivable(Component::Principal, contract)
}

/// What a pool owes now, in minor units.
fn owed(ledger: &Ledger, contract: &str, currency: Currency) -> i128 {
    ledger.balance(&principal(contract), currency).net()
}

/// A contract's credit now, in minor units.
fn credit(ledger: &Ledger, contract: &str, currency: Currency) -> i128 {
    let account = Account::customer_credit(contract);
    ledger.balance(&account, currency).on(Side::Credit)
}

/// Credits for money that came: what is owed first, the rest as the borrower's credit.
fn received(ledger: &Ledger, owner: &Owner, amount: Money) -> Vec<Leg> {
    let Owner::Contract(contract) = owner else {
        return Vec::from([Leg::posted(Account::Suspense, Side::Credit, amount)]);
    };
    let first = owed(ledger, contract, amount.currency());
    let (first, rest) = split(amount, first);
    let to = [
        (principal(contract), first),
        (Account::customer_credit(contract), rest),
    ];
    parts(to, Side::Credit)
}

/// Debits for money that goes: the borrower's credit first, the rest is owed again.
fn taken_back(ledger: &Ledger, owner: &Owner, amount: Money) -> Vec<Leg> {
    let Owner::Contract(contract) = owner else {
        return Vec::from([Leg::posted(Account::Suspense, Side::Debit, amount)]);
    };
    let first = credit(ledger, contract, amount.currency());
    let (first, rest) = split(amount, first);
    let to = [
        (Account::customer_credit(contract), first),
        (principal(contract), rest),
    ];
    parts(to, Side::Debit)
}

/// At most `first` minor units of the amount, and the rest.
fn split(amount: Money, first: i128) -> (Money, Money) {
    let first = first.clamp(0, amount.minor());
    let of = |minor| Money::new(minor, amount.currency());
    (of(first), of(amount.minor() - first))
}

fn parts(parts: [(Account, Money); 2], side: Side) -> Vec<Leg> {
    let parts = parts.into_iter().filter(|(_, amount)| !amount.is_zero());
    parts
        .map(|(to, amount)| Leg::posted(to, side, amount))
        .collect()
}
