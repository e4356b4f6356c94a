//! `post`: one command against the books.

use alloc::string::String;
use alloc::vec::Vec;

use super::account::Account;
use super::books::{Layer, Ledger, Leg, Posting, PostingKind, Side};
use super::command::{Command, Owner, Work};
use crate::money::{AMOUNT_MAX_MINOR, Currency, Money};

/// The answer to a command. The order is the order of the checks: a command that fails several
/// is answered by the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Done; the posting is the newest of [`Ledger::made`].
    Posted,
    /// Done before, with the same content; nothing changed.
    Exists,
    /// This subject has a posting of this kind with other content.
    OtherContent,
    /// The amount is zero or less.
    AmountNotPositive,
    /// The amount is above 10^15 minor units.
    AmountTooLarge,
    /// No such contract is financed in these books.
    UnknownContract,
    /// Nothing was announced, or booked, under this subject.
    UnknownPayment,
    /// The contract, or the payment, is in another currency.
    OtherCurrency,
    /// The payment is booked already.
    AlreadyBooked,
    /// The announcement was voided already.
    AlreadyVoided,
    /// The announcement expired already.
    AlreadyExpired,
    /// The payment was reversed already.
    AlreadyReversed,
    /// The announcement's time isn't over.
    NotYetExpired,
    /// The payment isn't in suspense.
    NotInSuspense,
    /// A reversal is of the whole booked amount, and this isn't it.
    AmountDiffers,
    /// More is waived than the contract owes.
    MoreThanOwed,
    /// More is refunded than the contract's credit.
    MoreThanCredit,
    /// A counter can't hold the sum.
    Overflow,
    /// Debits and credits wouldn't be equal: a fault of ours, and nothing was posted.
    NotConserved,
}

impl Outcome {
    /// What it means, as a sentence for people.
    pub fn sentence(self) -> &'static str {
        match self {
            Outcome::Posted => "posted",
            Outcome::Exists => "posted before, with the same content",
            Outcome::OtherContent => "posted before with other content; expected the same",
            Outcome::AmountNotPositive => "amount is not above zero; expected more than zero",
            Outcome::AmountTooLarge => "amount is above 10^15 minor units; expected at most that",
            Outcome::UnknownContract => "no such contract; expected one that is financed",
            Outcome::UnknownPayment => "no such payment; expected one that was seen before",
            Outcome::OtherCurrency => "other currency; expected the contract's",
            Outcome::AlreadyBooked => "the payment is booked already",
            Outcome::AlreadyVoided => "the announced payment was voided already",
            Outcome::AlreadyExpired => "the announced payment expired already",
            Outcome::AlreadyReversed => "the payment was reversed already",
            Outcome::NotYetExpired => "the announced payment has not expired yet",
            Outcome::NotInSuspense => "the payment is not in suspense",
            Outcome::AmountDiffers => "reversal of another amount; expected the whole booked one",
            Outcome::MoreThanOwed => "waiver is above what is owed; expected at most that",
            Outcome::MoreThanCredit => "refund is above the credit; expected at most that",
            Outcome::Overflow => "the account's total would overflow",
            Outcome::NotConserved => "debits would not equal credits; nothing was posted",
        }
    }
}

/// Does one command. A refused one gives the books back unchanged.
pub fn post(mut ledger: Ledger, command: &Command) -> (Ledger, Outcome) {
    if let Some(known) = ledger.about(&command.subject, command.work.kind()) {
        let same = known.command.work == command.work;
        let outcome = if same {
            Outcome::Exists
        } else {
            Outcome::OtherContent
        };
        return (ledger, outcome);
    }
    let posted = legs(&ledger, command).and_then(|legs| {
        let command = command.clone();
        ledger.add(Posting { command, legs })
    });
    let outcome = posted.err().unwrap_or(Outcome::Posted);
    (ledger, outcome)
}

/// Checks the command and makes its legs.
fn legs(ledger: &Ledger, command: &Command) -> Result<Vec<Leg>, Outcome> {
    let subject = command.subject.as_str();
    match &command.work {
        Work::Finance { total } => {
            check_amount(*total)?;
            let to = receivable(subject);
            Ok(transfer(to, Account::FundSource, *total))
        }
        Work::Announce {
            owner,
            channel,
            amount,
            ..
        } => {
            check_amount(*amount)?;
            check_owner(ledger, owner, *amount)?;
            refuse_if(ledger, subject, PostingKind::Booked, Outcome::AlreadyBooked)?;
            Ok(announced(owner, channel, *amount))
        }
        Work::Void => released(ledger, subject),
        Work::Expire => {
            let legs = released(ledger, subject)?;
            match ledger
                .about(subject, PostingKind::Pending)
                .map(|p| &p.command.work)
            {
                Some(Work::Announce { expires_at, .. }) if command.at < *expires_at => {
                    Err(Outcome::NotYetExpired)
                }
                _ => Ok(legs),
            }
        }
        Work::Book {
            owner,
            channel,
            amount,
        } => {
            check_amount(*amount)?;
            check_owner(ledger, owner, *amount)?;
            // Announced and still open: its pending legs end with the booking.
            let mut legs = released(ledger, subject).unwrap_or_default();
            legs.push(posted(clearing(channel), Side::Debit, *amount));
            legs.extend(received(ledger, owner, *amount));
            Ok(legs)
        }
        Work::Reverse { amount } => reversed(ledger, subject, *amount),
        Work::Assign { contract } => assigned(ledger, subject, contract),
        Work::Waive { contract, amount } => {
            check_amount(*amount)?;
            check_contract(ledger, contract, *amount)?;
            if amount.minor() > owed(ledger, contract, amount.currency()) {
                return Err(Outcome::MoreThanOwed);
            }
            Ok(transfer(Account::WriteOff, receivable(contract), *amount))
        }
        Work::OweRefund { contract, amount } => {
            check_amount(*amount)?;
            check_contract(ledger, contract, *amount)?;
            if amount.minor() > credit(ledger, contract, amount.currency()) {
                return Err(Outcome::MoreThanCredit);
            }
            let from = customer_credit(contract);
            Ok(transfer(from, Account::RefundsPayable, *amount))
        }
        Work::BankLine {
            bank_account,
            channel,
            credit,
            amount,
        } => {
            check_amount(*amount)?;
            let bank = Account::Bank {
                account: bank_account.clone(),
            };
            Ok(match credit {
                true => transfer(bank, clearing(channel), *amount),
                false => transfer(clearing(channel), bank, *amount),
            })
        }
    }
}

fn reversed(ledger: &Ledger, subject: &str, amount: Money) -> Result<Vec<Leg>, Outcome> {
    check_amount(amount)?;
    let (owner, channel, booked) = booking(ledger, subject)?;
    if booked.currency() != amount.currency() {
        return Err(Outcome::OtherCurrency);
    }
    if booked != amount {
        return Err(Outcome::AmountDiffers);
    }
    let mut legs = taken_back(ledger, &owner, amount);
    legs.push(posted(clearing(channel), Side::Credit, amount));
    Ok(legs)
}

fn assigned(ledger: &Ledger, subject: &str, contract: &str) -> Result<Vec<Leg>, Outcome> {
    let currency = ledger
        .currency_of(contract)
        .ok_or(Outcome::UnknownContract)?;
    let (owner, _, amount) = booking(ledger, subject)?;
    if currency != amount.currency() {
        return Err(Outcome::OtherCurrency);
    }
    refuse_if(
        ledger,
        subject,
        PostingKind::Reversed,
        Outcome::AlreadyReversed,
    )?;
    if owner != Owner::Suspense {
        return Err(Outcome::NotInSuspense);
    }
    let mut legs = taken_back(ledger, &owner, amount);
    let owner = Owner::Contract(String::from(contract));
    legs.extend(received(ledger, &owner, amount));
    Ok(legs)
}

/// Of a booked payment: whose it is now, its channel and its amount.
fn booking<'a>(ledger: &'a Ledger, subject: &str) -> Result<(Owner, &'a str, Money), Outcome> {
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
    Ok((owner, channel, *amount))
}

/// The other side of an announcement's legs, while it is open.
fn released(ledger: &Ledger, subject: &str) -> Result<Vec<Leg>, Outcome> {
    let pending = ledger.about(subject, PostingKind::Pending);
    let pending = pending.ok_or(Outcome::UnknownPayment)?;
    refuse_if(ledger, subject, PostingKind::Booked, Outcome::AlreadyBooked)?;
    refuse_if(ledger, subject, PostingKind::Voided, Outcome::AlreadyVoided)?;
    refuse_if(
        ledger,
        subject,
        PostingKind::Expired,
        Outcome::AlreadyExpired,
    )?;
    let other_side = |leg: &Leg| Leg {
        side: match leg.side {
            Side::Debit => Side::Credit,
            Side::Credit => Side::Debit,
        },
        ..leg.clone()
    };
    Ok(pending.legs.iter().map(other_side).collect())
}

fn refuse_if(
    ledger: &Ledger,
    subject: &str,
    kind: PostingKind,
    outcome: Outcome,
) -> Result<(), Outcome> {
    match ledger.about(subject, kind) {
        Some(_) => Err(outcome),
        None => Ok(()),
    }
}

fn check_amount(amount: Money) -> Result<(), Outcome> {
    match amount.minor() {
        minor if minor <= 0 => Err(Outcome::AmountNotPositive),
        minor if minor > AMOUNT_MAX_MINOR => Err(Outcome::AmountTooLarge),
        _ => Ok(()),
    }
}

fn check_owner(ledger: &Ledger, owner: &Owner, amount: Money) -> Result<(), Outcome> {
    match owner {
        Owner::Contract(contract) => check_contract(ledger, contract, amount),
        Owner::Suspense => Ok(()),
    }
}

fn check_contract(ledger: &Ledger, contract: &str, amount: Money) -> Result<(), Outcome> {
    match ledger.currency_of(contract) {
        None => Err(Outcome::UnknownContract),
        Some(currency) if currency != amount.currency() => Err(Outcome::OtherCurrency),
        Some(_) => Ok(()),
    }
}

fn receivable(contract: &str) -> Account {
    Account::Receivable {
        contract: String::from(contract),
    }
}

fn customer_credit(contract: &str) -> Account {
    Account::CustomerCredit {
        contract: String::from(contract),
    }
}

fn clearing(channel: &str) -> Account {
    Account::Clearing {
        channel: String::from(channel),
    }
}

/// What a contract owes now, in minor units.
fn owed(ledger: &Ledger, contract: &str, currency: Currency) -> i128 {
    ledger.balance(&receivable(contract), currency).net()
}

/// A contract's credit now, in minor units.
fn credit(ledger: &Ledger, contract: &str, currency: Currency) -> i128 {
    -ledger.balance(&customer_credit(contract), currency).net()
}

fn announced(owner: &Owner, channel: &str, amount: Money) -> Vec<Leg> {
    let to = match owner {
        Owner::Contract(contract) => receivable(contract),
        Owner::Suspense => Account::Suspense,
    };
    let leg = |account, side| Leg {
        account,
        layer: Layer::Pending,
        side,
        amount,
    };
    Vec::from([leg(clearing(channel), Side::Debit), leg(to, Side::Credit)])
}

/// Credits for money that came: what is owed first, the rest as the borrower's credit. Together
/// with [`taken_back`] this keeps owed and credit a function of the sum of money alone, so that
/// the order in which money comes and goes doesn't matter.
fn received(ledger: &Ledger, owner: &Owner, amount: Money) -> Vec<Leg> {
    let Owner::Contract(contract) = owner else {
        return Vec::from([posted(Account::Suspense, Side::Credit, amount)]);
    };
    let first = owed(ledger, contract, amount.currency());
    let (first, rest) = split(amount, first);
    let to = [
        (receivable(contract), first),
        (customer_credit(contract), rest),
    ];
    credits_or_debits(to, Side::Credit)
}

/// Debits for money that goes: the borrower's credit first, the rest is owed again.
fn taken_back(ledger: &Ledger, owner: &Owner, amount: Money) -> Vec<Leg> {
    let Owner::Contract(contract) = owner else {
        return Vec::from([posted(Account::Suspense, Side::Debit, amount)]);
    };
    let first = credit(ledger, contract, amount.currency());
    let (first, rest) = split(amount, first);
    let to = [
        (customer_credit(contract), first),
        (receivable(contract), rest),
    ];
    credits_or_debits(to, Side::Debit)
}

/// At most `first` minor units of the amount, and the rest.
fn split(amount: Money, first: i128) -> (Money, Money) {
    let first = first.clamp(0, amount.minor());
    let of = |minor| Money::new(minor, amount.currency());
    (of(first), of(amount.minor() - first))
}

fn credits_or_debits(parts: [(Account, Money); 2], side: Side) -> Vec<Leg> {
    let parts = parts.into_iter().filter(|(_, amount)| !amount.is_zero());
    parts.map(|(to, amount)| posted(to, side, amount)).collect()
}

fn posted(account: Account, side: Side, amount: Money) -> Leg {
    Leg {
        account,
        layer: Layer::Posted,
        side,
        amount,
    }
}

fn transfer(debit: Account, credit: Account, amount: Money) -> Vec<Leg> {
    Vec::from([
        posted(debit, Side::Debit, amount),
        posted(credit, Side::Credit, amount),
    ])
}
