//! What a loan did, as the ledger takes it: entries with their portions, and how they changed.
//!
//! The loan decides which debt an amount goes to; the ledger only keeps the account of it. So an
//! entry is a kind, an amount, where the money came from, and [`Portions`]. When a replay moves an
//! earlier entry's money between debts, the command that caused it carries each move, and the
//! difference is posted; what was posted before never changes.

use alloc::string::String;

use super::account::Account;
use crate::loan::Portions;
use crate::loan::order::Component;
use crate::money::Money;

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// Money (or the phone) was given out: principal is owed.
    Disbursement,
    /// A fee or a penalty was raised: it is owed, and earned.
    Charge,
    /// A charge that was taken when the money was given out; it was never owed.
    UpfrontCharge,
    /// Interest (or a charge) was earned by the passing of time, and is owed.
    Accrual,
    Repayment,
    DownPayment,
    /// The seller took goods back.
    MerchantRefund,
    /// A payout to the borrower that came back.
    PayoutRefund,
    /// The lender pays for the borrower: principal as an expense, the rest out of its income.
    Goodwill,
    /// A fee that was paid is given back, out of fee income.
    FeeAdjustment,
    /// A penalty that was paid is given back, out of penalty income.
    PenaltyAdjustment,
    /// A charge (or interest) is given up; it wasn't earned after all.
    Waiver,
    /// A payment's money was claimed back: it is owed again. What no portion takes is the
    /// lender's loss.
    Chargeback,
    /// Money was paid out to the borrower: credit, what wasn't there any more as principal, or
    /// what had paid debt, which is owed again.
    CreditRefund,
    /// All that is owed is given up.
    WriteOff,
    /// Money after a write-off.
    Recovery,
}

/// What an entry does to what is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Owed,
    Covered,
    /// No debt changes; portions, where there are any, say what was earned.
    Neither,
}

impl EntryKind {
    /// Every kind, in order.
    pub const ALL: [EntryKind; 16] = [
        EntryKind::Disbursement,
        EntryKind::Charge,
        EntryKind::UpfrontCharge,
        EntryKind::Accrual,
        EntryKind::Repayment,
        EntryKind::DownPayment,
        EntryKind::MerchantRefund,
        EntryKind::PayoutRefund,
        EntryKind::Goodwill,
        EntryKind::FeeAdjustment,
        EntryKind::PenaltyAdjustment,
        EntryKind::Waiver,
        EntryKind::Chargeback,
        EntryKind::CreditRefund,
        EntryKind::WriteOff,
        EntryKind::Recovery,
    ];

    /// The name that stands in ids, rows and pages.
    pub fn name(self) -> &'static str {
        match self {
            EntryKind::Disbursement => "disbursed",
            EntryKind::Charge => "charged",
            EntryKind::UpfrontCharge => "charged_upfront",
            EntryKind::Accrual => "accrued",
            EntryKind::Repayment => "repaid",
            EntryKind::DownPayment => "down_paid",
            EntryKind::MerchantRefund => "merchant_refunded",
            EntryKind::PayoutRefund => "payout_refunded",
            EntryKind::Goodwill => "goodwill_given",
            EntryKind::FeeAdjustment => "fee_adjusted",
            EntryKind::PenaltyAdjustment => "penalty_adjusted",
            EntryKind::Waiver => "charge_waived",
            EntryKind::Chargeback => "charged_back",
            EntryKind::CreditRefund => "credit_refunded",
            EntryKind::WriteOff => "written_off",
            EntryKind::Recovery => "recovered",
        }
    }

    pub(super) fn effect(self) -> Effect {
        match self {
            EntryKind::Disbursement
            | EntryKind::Charge
            | EntryKind::Accrual
            | EntryKind::Chargeback
            | EntryKind::CreditRefund => Effect::Owed,
            EntryKind::UpfrontCharge | EntryKind::Recovery => Effect::Neither,
            _ => Effect::Covered,
        }
    }

    /// Whether its amount is what its portions say, and moves with them; else it was stated (money
    /// that came or went) and only its split may change.
    pub(super) fn follows_portions(self) -> bool {
        matches!(
            self,
            EntryKind::Charge
                | EntryKind::UpfrontCharge
                | EntryKind::Accrual
                | EntryKind::Waiver
                | EntryKind::WriteOff
        )
    }

    /// The least that its portions of debt may be. Money that is given out is owed as far as the
    /// borrower's credit didn't pay it, and what the credit paid besides (a fee of before) is less
    /// than nothing: never by more than that credit.
    pub(super) fn least_portion(self, portions: &Portions) -> i128 {
        match self {
            EntryKind::Disbursement => -portions.credit.max(0),
            _ => 0,
        }
    }

    /// Which portions it may have above zero: components in the order of [`Component::ALL`] (penalty, fee,
    /// interest, principal), then credit.
    pub(super) fn has_portions(self) -> [bool; 5] {
        match self {
            EntryKind::Disbursement => [false, false, false, true, true],
            EntryKind::Charge | EntryKind::UpfrontCharge => [true, true, false, false, false],
            EntryKind::Accrual | EntryKind::Waiver => [true, true, true, false, false],
            EntryKind::WriteOff => [true, true, true, true, false],
            EntryKind::Recovery => [false; 5],
            _ => [true; 5],
        }
    }

    /// Whether money of that kind comes from, or goes to, such a source.
    pub(super) fn takes(self, source: Option<&Source>) -> bool {
        let Some(source) = source else {
            return matches!(
                self,
                EntryKind::Charge
                    | EntryKind::Accrual
                    | EntryKind::Goodwill
                    | EntryKind::FeeAdjustment
                    | EntryKind::PenaltyAdjustment
                    | EntryKind::Waiver
                    | EntryKind::WriteOff
            );
        };
        let gives_out = matches!(self, EntryKind::Disbursement | EntryKind::UpfrontCharge);
        match source {
            Source::FundSource => gives_out,
            Source::RefundsPayable => self == EntryKind::CreditRefund,
            Source::Suspense => self.is_money_in(),
            Source::Channel(_) => {
                let goes_out = matches!(self, EntryKind::Chargeback | EntryKind::CreditRefund);
                gives_out || goes_out || self.is_money_in()
            }
        }
    }

    /// Whether it is a payment that somebody made to the lender.
    pub(super) fn is_money_in(self) -> bool {
        matches!(
            self,
            EntryKind::Repayment
                | EntryKind::DownPayment
                | EntryKind::MerchantRefund
                | EntryKind::PayoutRefund
                | EntryKind::Recovery
        )
    }
}

/// Where an entry's money comes from, or goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Straight through a channel. A payment that was announced under the entry's id is resolved.
    Channel(String),
    /// A payment under the entry's id that was booked to nobody.
    Suspense,
    /// What pays for the devices.
    FundSource,
    /// A refund that is paid out later.
    RefundsPayable,
}

impl Source {
    pub fn account(&self) -> Account {
        match self {
            Source::Channel(channel) => Account::clearing(channel),
            Source::Suspense => Account::Suspense,
            Source::FundSource => Account::FundSource,
            Source::RefundsPayable => Account::RefundsPayable,
        }
    }

    /// The source behind an account; None for an account that no entry's money comes from.
    pub fn of_account(account: &Account) -> Option<Source> {
        Some(match account {
            Account::Clearing { channel } => Source::Channel(channel.clone()),
            Account::Suspense => Source::Suspense,
            Account::FundSource => Source::FundSource,
            Account::RefundsPayable => Source::RefundsPayable,
            _ => return None,
        })
    }
}

/// One entry of a loan. Its id is the subject of the command that posts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoanEntry {
    pub kind: EntryKind,
    /// None for an entry in which no money moves.
    pub source: Option<Source>,
    /// Its whole amount, the sum of its portions (more for a chargeback that the lender bears in
    /// part; without portions for a recovery).
    pub amount: Money,
    pub portions: Portions,
}

impl LoanEntry {
    /// The entry with other portions, and with their sum as its amount where it follows them;
    /// None when that sum is beyond what can be computed.
    pub fn with_portions(&self, portions: Portions) -> Option<LoanEntry> {
        let mut amount = self.amount;
        if self.kind.follows_portions() {
            let parts = five(&portions);
            let sum = parts
                .iter()
                .try_fold(0_i128, |sum, p| sum.checked_add(*p))?;
            amount = Money::new(sum, amount.currency());
        }
        Some(LoanEntry {
            amount,
            portions,
            ..self.clone()
        })
    }
}

/// An earlier entry whose portions are others now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The entry's id.
    pub entry: String,
    /// As the ledger holds them.
    pub before: Portions,
    pub after: Portions,
}

/// What happened to a loan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoanChange {
    Entry(LoanEntry),
    /// An entry was wrong or was taken back: what it posted is posted the other way round.
    Reversal {
        of: String,
    },
    /// Only earlier entries changed, by a new schedule or by the reversal of one.
    Reallocation,
}

/// An entry as it stands: the sub-ledger of its contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub contract: String,
    pub entry: LoanEntry,
    pub reversed: bool,
}

/// Portions in the order of [`EntryKind::has_portions`].
pub(super) fn five(portions: &Portions) -> [i128; 5] {
    let [penalty, fee, interest, principal] = Component::ALL.map(|c| portions.get(c));
    [penalty, fee, interest, principal, portions.credit]
}
