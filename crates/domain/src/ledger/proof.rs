//! The proof of whole books: what must be true of them whatever was posted.
//!
//! It reads everything, so it is for the end of a day and for tests; `post` keeps each of these by
//! looking only at what it touches. On purpose absent: proof of a slice, which isn't whole.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt;

use super::account::{Account, Balance};
use super::books::Ledger;
use super::command::Work;
use super::journal::journal;
use super::posting::{Layer, Leg, Side};
use crate::money::Currency;

/// What isn't true, in the order in which it is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Break {
    /// Debits of all accounts aren't their credits.
    NotBalanced { currency: Currency, layer: Layer },
    /// An account's counters aren't the sums of its legs.
    TotalsDiffer {
        account: Account,
        currency: Currency,
    },
    /// An account that may not be below zero is.
    BelowZero {
        account: Account,
        currency: Currency,
    },
    /// A loan's account isn't what its entries, as they stand, make of it.
    ControlDiffers {
        account: Account,
        currency: Currency,
    },
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (account, currency, what) = match self {
            Break::NotBalanced { currency, layer } => {
                let layer = match layer {
                    Layer::Posted => "posted",
                    Layer::Pending => "pending",
                };
                let code = currency.code();
                return write!(f, "{code}: {layer} debits are not {layer} credits");
            }
            Break::TotalsDiffer { account, currency } => {
                (account, currency, "counters are not the sums of its legs")
            }
            Break::BelowZero { account, currency } => (account, currency, "below zero"),
            Break::ControlDiffers { account, currency } => {
                (account, currency, "not the sum of its loan's entries")
            }
        };
        write!(f, "{} {}: {what}", account.name(), currency.code())
    }
}

type Nets = BTreeMap<(Account, Currency), i128>;

/// Proves whole books. Empty when all of it is true.
pub fn prove(ledger: &Ledger) -> Vec<Break> {
    let mut breaks = not_balanced(ledger);
    breaks.extend(totals_differ(ledger));
    breaks.extend(below_zero(ledger));
    breaks.extend(control_differs(ledger));
    breaks
}

fn not_balanced(ledger: &Ledger) -> Vec<Break> {
    let mut sums: BTreeMap<(Currency, Layer), i128> = BTreeMap::new();
    for (_, currency, balance) in ledger.accounts() {
        *sums.entry((currency, Layer::Posted)).or_default() += balance.net();
        *sums.entry((currency, Layer::Pending)).or_default() += balance.net_pending();
    }
    let off = sums.into_iter().filter(|(_, sum)| *sum != 0);
    off.map(|((currency, layer), _)| Break::NotBalanced { currency, layer })
        .collect()
}

fn totals_differ(ledger: &Ledger) -> Vec<Break> {
    let mut sums: BTreeMap<(Account, Currency), Balance> = BTreeMap::new();
    for leg in ledger.postings().flat_map(|posting| &posting.legs) {
        let key = (leg.account.clone(), leg.amount.currency());
        let balance = sums.entry(key).or_default();
        let counter = match (leg.layer, leg.side) {
            (Layer::Posted, Side::Debit) => &mut balance.debits,
            (Layer::Posted, Side::Credit) => &mut balance.credits,
            (Layer::Pending, Side::Debit) => &mut balance.debits_pending,
            (Layer::Pending, Side::Credit) => &mut balance.credits_pending,
        };
        *counter += leg.amount.minor();
    }
    let mut breaks = Vec::new();
    for (account, currency, balance) in ledger.accounts() {
        let of_legs = sums.remove(&(account.clone(), currency));
        if of_legs.unwrap_or_default() != *balance {
            let account = account.clone();
            breaks.push(Break::TotalsDiffer { account, currency });
        }
    }
    for (account, currency) in sums.into_keys() {
        breaks.push(Break::TotalsDiffer { account, currency });
    }
    breaks
}

fn below_zero(ledger: &Ledger) -> Vec<Break> {
    let below = ledger.accounts().filter(|(account, _, balance)| {
        account.never_below_zero() && balance.on(account.normal_side()) < 0
    });
    below
        .map(|(account, currency, _)| Break::BelowZero {
            account: account.clone(),
            currency,
        })
        .collect()
}

/// Every account of a contract with a loan, against its entries as they stand.
fn control_differs(ledger: &Ledger) -> Vec<Break> {
    let mut expected = Nets::new();
    for posting in ledger.postings() {
        if let Work::Open { currency, .. } = posting.command.work {
            for account in Account::of_contract(&posting.command.subject) {
                expected.insert((account, currency), 0);
            }
        }
    }
    let standing = ledger.records().filter(|(_, record)| !record.reversed);
    for (_, record) in standing {
        let legs = journal(&record.contract, &record.entry).unwrap_or_default();
        let of_contract = legs.iter().filter(|leg| leg.account.contract().is_some());
        for leg in of_contract {
            let key = (leg.account.clone(), leg.amount.currency());
            *expected.entry(key).or_default() += signed(leg);
        }
    }
    let differs = expected
        .into_iter()
        .filter(|((account, currency), net)| ledger.balance(account, *currency).net() != *net);
    differs
        .map(|((account, currency), _)| Break::ControlDiffers { account, currency })
        .collect()
}

fn signed(leg: &Leg) -> i128 {
    match leg.side {
        Side::Debit => leg.amount.minor(),
        Side::Credit => -leg.amount.minor(),
    }
}
