//! From what a loan just did to the command that posts it.
//!
//! The loan says which portions its newest fact has and which earlier ones changed; some facts
//! have no portions of their own there (giving out, charging, recovering), and these are read off
//! their amounts. Accruals aren't facts of a loan: whoever runs the day posts them.

use alloc::string::String;
use alloc::vec::Vec;

use super::books::Ledger;
use super::command::{Command, Work};
use super::entry::{EntryKind, LoanChange, LoanEntry, Moved, Source};
use crate::loan::charge::{Amount, Charge, ChargeKind, ChargeTime};
use crate::loan::command::{Act, PaymentKind};
use crate::loan::{Entry, Loan, Portions};
use crate::money::Money;

/// The command for the newest fact of a loan, right after it was done; None when nothing is to be
/// posted. `source` is where its money comes from or goes to, and counts only where money moves.
/// Of the books it reads the records of the loan's charges.
pub fn of_loan(
    ledger: &Ledger,
    contract: &str,
    loan: &Loan,
    source: Option<Source>,
) -> Option<Command> {
    let newest = loan.entries().last()?;
    let moved = moved(ledger, loan, newest);
    let change = match &newest.command.act {
        Act::Close => {
            return Some(Command {
                subject: String::from(contract),
                at: newest.command.at,
                work: Work::Close,
            });
        }
        Act::Reverse { of } => match loan.entry(of).and_then(|of| entry(loan, of, None)) {
            Some(_) => LoanChange::Reversal { of: of.clone() },
            None => LoanChange::Reallocation,
        },
        _ => match entry(loan, newest, source) {
            Some(entry) => LoanChange::Entry(entry),
            None => LoanChange::Reallocation,
        },
    };
    if change == LoanChange::Reallocation && moved.is_empty() {
        return None;
    }
    Some(Command {
        subject: newest.command.id.clone(),
        at: newest.command.at,
        work: Work::Loan {
            contract: String::from(contract),
            on: newest.command.on,
            change,
            moved,
        },
    })
}

/// The ledger's view of a loan's fact; None for one that changes no account.
fn entry(loan: &Loan, fact: &Entry, source: Option<Source>) -> Option<LoanEntry> {
    let (kind, amount, portions) = match &fact.command.act {
        Act::Disburse { amount } => (EntryKind::Disbursement, *amount, fact.portions),
        Act::Pay { kind, amount } => (paid(*kind), *amount, fact.portions),
        Act::AdjustCharge { charge, amount } => {
            let kind = match charge_of(loan, charge)?.kind {
                ChargeKind::Fee => EntryKind::FeeAdjustment,
                ChargeKind::Penalty => EntryKind::PenaltyAdjustment,
            };
            (kind, *amount, fact.portions)
        }
        Act::Chargeback { amount, .. } => (EntryKind::Chargeback, *amount, fact.portions),
        Act::RefundCredit { amount } | Act::RefundPaid { amount } => {
            (EntryKind::CreditRefund, *amount, fact.portions)
        }
        Act::Recover { amount } => (EntryKind::Recovery, *amount, Portions::NONE),
        Act::Charge { time, .. } => {
            let portions = charged(charge_of(loan, &fact.command.id)?);
            let kind = match time {
                ChargeTime::AtDisbursement => EntryKind::UpfrontCharge,
                _ => EntryKind::Charge,
            };
            (kind, sum(loan, &portions), portions)
        }
        Act::WaiveCharge { .. } => {
            let portions = fact.portions;
            (EntryKind::Waiver, sum(loan, &portions), portions)
        }
        Act::WriteOff => {
            let portions = fact.portions;
            (EntryKind::WriteOff, sum(loan, &portions), portions)
        }
        Act::Reverse { .. }
        | Act::ReAge { .. }
        | Act::ReAmortise
        | Act::Reschedule(_)
        | Act::Pause { .. }
        | Act::Resume
        | Act::Close => return None,
    };
    let source = source.filter(|_| !kind.takes(None));
    Some(LoanEntry {
        kind,
        source,
        amount,
        portions,
    })
}

fn paid(kind: PaymentKind) -> EntryKind {
    match kind {
        PaymentKind::Repayment => EntryKind::Repayment,
        PaymentKind::DownPayment => EntryKind::DownPayment,
        PaymentKind::MerchantRefund => EntryKind::MerchantRefund,
        PaymentKind::PayoutRefund => EntryKind::PayoutRefund,
        // An adjustment that names no charge is the lender's gift.
        PaymentKind::Goodwill | PaymentKind::ChargeAdjustment => EntryKind::Goodwill,
    }
}

fn charge_of<'a>(loan: &'a Loan, id: &str) -> Option<&'a Charge> {
    loan.charges().iter().find(|charge| charge.id == id)
}

fn charged(charge: &Charge) -> Portions {
    Portions::of(charge.kind.component(), charge.due())
}

fn sum(loan: &Loan, portions: &Portions) -> Money {
    Money::new(portions.total(), loan.currency())
}

/// Earlier facts whose portions are others now.
fn moved(ledger: &Ledger, loan: &Loan, newest: &Entry) -> Vec<Moved> {
    let mut moved = Vec::new();
    for change in loan.changes() {
        let fact = &loan.entries()[change.entry];
        if entry(loan, fact, None).is_some() {
            moved.push(Moved {
                entry: fact.command.id.clone(),
                before: change.before,
                after: fact.portions,
            });
        }
    }
    moved.extend(recharged(ledger, loan, newest));
    moved
}

/// Charges that follow the schedule, and so are worth something else after it changed.
fn recharged(ledger: &Ledger, loan: &Loan, newest: &Entry) -> Vec<Moved> {
    let follows = |charge: &&Charge| {
        let fixed = matches!(charge.amount, Amount::Flat(_));
        !fixed || charge.time == ChargeTime::EachInstalment
    };
    let charges = loan.charges().iter().filter(follows);
    let standing = charges.filter(|c| !c.reversed && c.id != newest.command.id);
    standing
        .filter_map(|charge| {
            let before = ledger.record(&charge.id)?.entry.portions;
            let after = charged(charge);
            (before != after).then(|| Moved {
                entry: charge.id.clone(),
                before,
                after,
            })
        })
        .collect()
}
