//! From an entry of a loan to its legs.
//!
//! What is owed stands on the receivables and the credit; the other side is where the money came
//! from, what was earned, or what was given up. Failure: an entry whose figures contradict each
//! other has no legs but an [`Outcome`]. On purpose absent: balances, dates and ids.

use alloc::vec::Vec;

use super::account::Account;
use super::entry::{Effect, EntryKind, LoanEntry, five};
use super::outcome::Outcome;
use super::posting::{Leg, Side};
use crate::loan::Portions;
use crate::loan::order::Component;
use crate::money::{AMOUNT_MAX_MINOR, Currency, Money};

/// The legs of an entry: receivables and credit first, then the other side. Debits equal credits.
pub fn journal(contract: &str, entry: &LoanEntry) -> Result<Vec<Leg>, Outcome> {
    check(entry)?;
    Ok(Sums::of(contract, entry).legs(entry.amount.currency()))
}

/// The legs that make an entry's postings say `after` where they say `before`: the difference.
pub(super) fn difference(
    contract: &str,
    before: Option<&LoanEntry>,
    after: Option<&LoanEntry>,
    currency: Currency,
) -> Vec<Leg> {
    let mut sums = Sums(Vec::new());
    if let Some(after) = after {
        sums = Sums::of(contract, after);
    }
    if let Some(before) = before {
        for (account, sum) in Sums::of(contract, before).0 {
            sums.add(account, -sum);
        }
    }
    sums.legs(currency)
}

/// Figures of an entry that can be judged without looking at the books.
pub(super) fn check(entry: &LoanEntry) -> Result<(), Outcome> {
    check_size(entry)?;
    check_portions(entry)?;
    match entry.kind.takes(entry.source.as_ref()) {
        true => Ok(()),
        false => Err(Outcome::WrongSource),
    }
}

/// What the loan itself adds up (a write-off of everything) may be zero, or above the limit of a
/// figure from outside: as far as a stored cell of 64 bits holds it.
fn check_size(entry: &LoanEntry) -> Result<(), Outcome> {
    let (least, most) = match entry.kind.follows_portions() {
        true => (0, AMOUNT_MAX_MINOR * 9_000),
        false => (1, AMOUNT_MAX_MINOR),
    };
    match entry.amount.minor() {
        minor if minor < least => Err(Outcome::AmountNotPositive),
        minor if minor > most => Err(Outcome::AmountTooLarge),
        _ => Ok(()),
    }
}

/// Each portion is in bounds and of the entry's kind, and together they are its amount.
pub(super) fn check_portions(entry: &LoanEntry) -> Result<(), Outcome> {
    let five = five(&entry.portions);
    let least = entry.kind.least_portion(&entry.portions);
    if five[..4].iter().any(|debt| *debt < least) || entry.portions.credit < 0 {
        return Err(Outcome::PortionNegative);
    }
    let allowed = entry.kind.has_portions();
    if five
        .iter()
        .zip(allowed)
        .any(|(p, allowed)| *p > 0 && !allowed)
    {
        return Err(Outcome::WrongPortion);
    }
    // Checked: a portion may be as large as i128 here.
    let sum = five.iter().try_fold(0_i128, |sum, p| sum.checked_add(*p));
    let amount = entry.amount.minor();
    let agree = match entry.kind {
        EntryKind::Recovery => sum == Some(0),
        EntryKind::Chargeback => sum.is_some_and(|sum| sum <= amount),
        _ => sum == Some(amount),
    };
    match agree {
        true => Ok(()),
        false => Err(Outcome::PortionsDiffer),
    }
}

/// Signed sums by account: debits above zero. Only of entries that were checked, so that no sum
/// is beyond a few times the largest amount.
struct Sums(Vec<(Account, i128)>);

impl Sums {
    fn of(contract: &str, entry: &LoanEntry) -> Sums {
        let mut sums = Sums(Vec::new());
        let sign = match entry.kind.effect() {
            Effect::Owed => 1,
            Effect::Covered => -1,
            Effect::Neither => 0,
        };
        let portions = &entry.portions;
        for component in debts() {
            let account = Account::receivable(component, contract);
            sums.add(account, sign * portions.get(component));
        }
        let credit = Account::customer_credit(contract);
        sums.add(credit, sign * portions.credit);
        sums.other_side(entry);
        sums
    }

    /// Where the money came from, what was earned, or what was given up.
    fn other_side(&mut self, entry: &LoanEntry) {
        let (amount, portions) = (entry.amount.minor(), &entry.portions);
        let source = entry.source.as_ref().map(|source| source.account());
        match entry.kind {
            EntryKind::Disbursement | EntryKind::CreditRefund => self.add_to(source, -amount),
            EntryKind::Chargeback => {
                self.add(Account::ChargebackLosses, amount - portions.total());
                self.add_to(source, -amount);
            }
            EntryKind::Repayment
            | EntryKind::DownPayment
            | EntryKind::MerchantRefund
            | EntryKind::PayoutRefund => self.add_to(source, amount),
            EntryKind::Recovery => {
                self.add(Account::Recoveries, -amount);
                self.add_to(source, amount);
            }
            EntryKind::Charge | EntryKind::Accrual => self.earned(portions),
            EntryKind::UpfrontCharge => {
                self.earned(portions);
                self.add_to(source, amount);
            }
            EntryKind::Waiver => self.not_earned(portions),
            EntryKind::FeeAdjustment => self.add(Account::FeeIncome, amount),
            EntryKind::PenaltyAdjustment => self.add(Account::PenaltyIncome, amount),
            EntryKind::Goodwill => {
                let expense = portions.principal() + portions.credit;
                self.add(Account::GoodwillExpense, expense);
                self.not_earned(portions);
            }
            EntryKind::WriteOff => self.add(Account::WriteOff, amount),
        }
    }

    fn earned(&mut self, portions: &Portions) {
        self.add(Account::InterestIncome, -portions.interest());
        self.add(Account::FeeIncome, -portions.fee());
        self.add(Account::PenaltyIncome, -portions.penalty());
    }

    fn not_earned(&mut self, portions: &Portions) {
        self.add(Account::InterestIncome, portions.interest());
        self.add(Account::FeeIncome, portions.fee());
        self.add(Account::PenaltyIncome, portions.penalty());
    }

    /// A checked entry of a kind that moves money has a source.
    fn add_to(&mut self, source: Option<Account>, amount: i128) {
        if let Some(account) = source {
            self.add(account, amount);
        }
    }

    fn add(&mut self, account: Account, amount: i128) {
        if amount == 0 {
            return;
        }
        match self.0.iter_mut().find(|(known, _)| *known == account) {
            Some((_, sum)) => *sum += amount,
            None => self.0.push((account, amount)),
        }
    }

    fn legs(self, currency: Currency) -> Vec<Leg> {
        let moved = self.0.into_iter().filter(|(_, sum)| *sum != 0);
        let leg = |(account, sum): (Account, i128)| {
            let side = if sum > 0 { Side::Debit } else { Side::Credit };
            Leg::posted(account, side, Money::new(sum.abs(), currency))
        };
        moved.map(leg).collect()
    }
}

/// Components in the order of the chart.
fn debts() -> [Component; 4] {
    [
        Component::Principal,
        Component::Interest,
        Component::Fee,
        Component::Penalty,
    ]
}
