//! `post`: one command against the books.

use alloc::vec::Vec;

use super::account::Account;
use super::books::{Draft, Ledger};
use super::command::{Command, Owner, Work};
use super::outcome::Outcome;
use super::posting::{Leg, PostingKind, Side};
use super::{loans, payments, refunds};
use crate::calendar::Day;
use crate::money::{AMOUNT_MAX_MINOR, Currency, Money};

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
    let posted = draft(&ledger, command).and_then(|draft| ledger.add(command.clone(), draft));
    let outcome = posted.err().unwrap_or(Outcome::Posted);
    (ledger, outcome)
}

/// Checks the command and drafts what it would do.
fn draft(ledger: &Ledger, command: &Command) -> Result<Draft, Outcome> {
    let legs = match &command.work {
        Work::Loan {
            contract,
            on,
            change,
            moved,
        } => {
            let asked = loans::Asked {
                subject: &command.subject,
                contract,
                on: *on,
                change,
                moved,
            };
            return asked.draft(ledger);
        }
        work => legs(ledger, command, work)?,
    };
    Ok(Draft {
        legs,
        ..Draft::default()
    })
}

/// The legs of all work that isn't a loan's.
fn legs(ledger: &Ledger, command: &Command, work: &Work) -> Result<Vec<Leg>, Outcome> {
    let subject = command.subject.as_str();
    match work {
        Work::Finance { total } => {
            check_amount(*total)?;
            refuse_if(ledger, subject, PostingKind::Opened, Outcome::OnLoan)?;
            let owed = payments::principal(subject);
            Ok(transfer(owed, Account::FundSource, *total))
        }
        Work::Announce {
            owner,
            channel,
            amount,
            ..
        } => payments::announced(ledger, subject, owner, channel, *amount),
        Work::Void => payments::released(ledger, subject),
        Work::Expire => payments::expired(ledger, subject, command.at),
        Work::Book {
            owner,
            channel,
            amount,
        } => payments::booked(ledger, subject, owner, channel, *amount),
        Work::Reverse { amount } => payments::reversed(ledger, subject, *amount),
        Work::Assign { contract } => payments::assigned(ledger, subject, contract),
        Work::Waive { contract, amount } => {
            check_pool(ledger, contract, *amount)?;
            let owed = payments::principal(contract);
            Ok(transfer(Account::WriteOff, owed, *amount))
        }
        Work::OweRefund { contract, amount } => {
            check_pool(ledger, contract, *amount)?;
            let from = Account::customer_credit(contract);
            Ok(transfer(from, Account::RefundsPayable, *amount))
        }
        Work::PayRefund { channel, amount } => refunds::paid_out(ledger, subject, channel, *amount),
        Work::OwePayer { amount } => refunds::payer_owed(ledger, subject, *amount),
        Work::FailRefund { channel, amount } => refunds::failed(ledger, subject, channel, *amount),
        Work::Charge { channel, amount } => between(Account::ProviderFees, channel, true, *amount),
        Work::Lose { channel, amount } => {
            between(Account::ChargebackLosses, channel, true, *amount)
        }
        Work::Regain { channel, amount } => refunds::regained(ledger, subject, channel, *amount),
        Work::BankLine {
            bank_account,
            channel,
            credit,
            amount,
        } => {
            let account = bank_account.clone();
            let bank = Account::Bank { account };
            between(bank, channel, *credit, *amount)
        }
        Work::Round {
            channel,
            credit,
            amount,
        } => between(Account::Rounding, channel, *credit, *amount),
        Work::Open { .. } => match ledger.currency_of(subject) {
            Some(_) => Err(Outcome::NoLoan),
            None => Ok(Vec::new()),
        },
        Work::Close => closed(ledger, subject),
        // Its draft is made elsewhere.
        Work::Loan { .. } => Ok(Vec::new()),
    }
}

/// From a channel's clearing account by `credit`, else to it.
pub(super) fn between(
    account: Account,
    channel: &str,
    credit: bool,
    amount: Money,
) -> Result<Vec<Leg>, Outcome> {
    check_amount(amount)?;
    let clearing = Account::clearing(channel);
    Ok(match credit {
        true => transfer(account, clearing, amount),
        false => transfer(clearing, account, amount),
    })
}

/// A contract ends when nothing is left on its accounts, nor announced for it.
fn closed(ledger: &Ledger, subject: &str) -> Result<Vec<Leg>, Outcome> {
    let currency = Contract::of(ledger, subject)?.currency;
    let settled = Account::of_contract(subject).iter().all(|account| {
        let balance = ledger.balance(account, currency);
        (balance.net(), balance.net_pending()) == (0, 0)
    });
    match settled {
        true => Ok(Vec::new()),
        false => Err(Outcome::NotSettled),
    }
}

/// A contract as the books know it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Contract {
    pub currency: Currency,
    /// The day on which a contract with a loan was signed; None for a pool.
    pub signed_on: Option<Day>,
    pub closed: bool,
}

impl Contract {
    pub fn of(ledger: &Ledger, id: &str) -> Result<Contract, Outcome> {
        let closed = ledger.about(id, PostingKind::Closed).is_some();
        let opened = ledger.about(id, PostingKind::Opened);
        let (currency, signed_on) = match opened.map(|p| &p.command.work) {
            Some(Work::Open {
                currency,
                signed_on,
            }) => (*currency, Some(*signed_on)),
            _ => (
                ledger.currency_of(id).ok_or(Outcome::UnknownContract)?,
                None,
            ),
        };
        Ok(Contract {
            currency,
            signed_on,
            closed,
        })
    }

    pub fn check_currency(&self, currency: Currency) -> Result<(), Outcome> {
        match self.currency == currency {
            true => Ok(()),
            false => Err(Outcome::OtherCurrency),
        }
    }

    pub fn check_open(&self) -> Result<(), Outcome> {
        match self.closed {
            true => Err(Outcome::ContractClosed),
            false => Ok(()),
        }
    }

    pub fn check_is_pool(&self) -> Result<(), Outcome> {
        match self.signed_on {
            Some(_) => Err(Outcome::OnLoan),
            None => Ok(()),
        }
    }
}

/// An amount for a contract that is kept as a pool.
fn check_pool(ledger: &Ledger, contract: &str, amount: Money) -> Result<(), Outcome> {
    check_amount(amount)?;
    let contract = Contract::of(ledger, contract)?;
    contract.check_currency(amount.currency())?;
    contract.check_open()?;
    contract.check_is_pool()
}

/// An owner that may be told of money: a contract of either way that isn't ended, or nobody.
pub(super) fn check_owner(ledger: &Ledger, owner: &Owner, amount: Money) -> Result<(), Outcome> {
    let Owner::Contract(contract) = owner else {
        return Ok(());
    };
    let contract = Contract::of(ledger, contract)?;
    contract.check_currency(amount.currency())?;
    contract.check_open()
}

pub(super) fn check_amount(amount: Money) -> Result<(), Outcome> {
    match amount.minor() {
        minor if minor <= 0 => Err(Outcome::AmountNotPositive),
        minor if minor > AMOUNT_MAX_MINOR => Err(Outcome::AmountTooLarge),
        _ => Ok(()),
    }
}

pub(super) fn refuse_if(
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

pub(super) fn transfer(debit: Account, credit: Account, amount: Money) -> Vec<Leg> {
    Vec::from([
        Leg::posted(debit, Side::Debit, amount),
        Leg::posted(credit, Side::Credit, amount),
    ])
}
