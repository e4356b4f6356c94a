//! The books: accounts with their balances, postings, and the entries of loans as they stand.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::account::{Account, Balance};
use super::command::Command;
use super::entry::Record;
use super::outcome::Outcome;
use super::posting::{Layer, Leg, Posting, PostingKind, Side, posting_id};
use crate::loan::order::Component;
use crate::money::Currency;

/// The books, or a slice of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    accounts: BTreeMap<(Account, Currency), Balance>,
    /// The currency of each contract that owes, or owed, principal here.
    currencies: BTreeMap<String, Currency>,
    postings: BTreeMap<String, Posting>,
    /// Every loan's entries as they stand, by id.
    records: BTreeMap<String, Record>,
    /// Ids of postings made since the slice was taken, in order.
    made: Vec<String>,
}

/// What a command would do to the books.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub legs: Vec<Leg>,
    /// Entries as they would stand.
    pub records: BTreeMap<String, Record>,
}

/// Accounts that a posting touches, as they would stand.
type Touched = BTreeMap<(Account, Currency), Balance>;

impl Ledger {
    /// A slice as it is stored: balances, and postings that are in them already.
    pub fn load(
        accounts: impl IntoIterator<Item = (Account, Currency, Balance)>,
        postings: impl IntoIterator<Item = Posting>,
    ) -> Ledger {
        let mut ledger = Ledger::default();
        for (account, currency, balance) in accounts {
            ledger.set(account, currency, balance);
        }
        let postings = postings.into_iter().map(|p| (p.id(), p));
        ledger.postings = postings.collect();
        ledger
    }

    /// Adds entries of loans, as they stand in the books that the slice is of.
    pub fn with_records(mut self, records: impl IntoIterator<Item = (String, Record)>) -> Ledger {
        self.records.extend(records);
        self
    }

    /// An account's counters; zero for one that was never used.
    pub fn balance(&self, account: &Account, currency: Currency) -> Balance {
        let key = (account.clone(), currency);
        self.accounts.get(&key).copied().unwrap_or_default()
    }

    /// Every account that was used, in order.
    pub fn accounts(&self) -> impl Iterator<Item = (&Account, Currency, &Balance)> {
        self.accounts.iter().map(|((a, c), b)| (a, *c, b))
    }

    /// The subject's posting of that kind.
    pub fn about(&self, subject: &str, kind: PostingKind) -> Option<&Posting> {
        self.postings.get(&posting_id(subject, kind))
    }

    /// Every posting, by id.
    pub fn postings(&self) -> impl Iterator<Item = &Posting> {
        self.postings.values()
    }

    /// A loan's entry as it stands.
    pub fn record(&self, entry: &str) -> Option<&Record> {
        self.records.get(entry)
    }

    /// Every loan's entries as they stand, by id.
    pub fn records(&self) -> impl Iterator<Item = (&str, &Record)> {
        self.records
            .iter()
            .map(|(id, record)| (id.as_str(), record))
    }

    /// Postings made since the slice was taken, in order: what a caller stores.
    pub fn made(&self) -> impl Iterator<Item = &Posting> {
        self.made.iter().filter_map(|id| self.postings.get(id))
    }

    /// The currency of a contract's principal.
    pub(super) fn currency_of(&self, contract: &str) -> Option<Currency> {
        self.currencies.get(contract).copied()
    }

    /// Adds a posting, or changes nothing and says why not.
    ///
    /// What it costs depends on the posting alone: it reads and writes the accounts of its legs
    /// and the entries it moves, each found by name, and never walks over accounts, postings or
    /// entries.
    pub(super) fn add(&mut self, command: Command, draft: Draft) -> Result<(), Outcome> {
        let touched = self.touched(&draft.legs)?;
        self.check_floors(&touched)?;
        if !self.conserves(&touched) {
            return Err(Outcome::NotConserved);
        }
        for ((account, currency), balance) in touched {
            self.set(account, currency, balance);
        }
        self.records.extend(draft.records);
        let legs = draft.legs;
        let posting = Posting { command, legs };
        self.made.push(posting.id());
        self.postings.insert(posting.id(), posting);
        Ok(())
    }

    fn touched(&self, legs: &[Leg]) -> Result<Touched, Outcome> {
        let mut touched = Touched::new();
        for leg in legs {
            let key = (leg.account.clone(), leg.amount.currency());
            let now = self.balance(&key.0, key.1);
            let balance = touched.entry(key).or_insert(now);
            let counter = match (leg.layer, leg.side) {
                (Layer::Posted, Side::Debit) => &mut balance.debits,
                (Layer::Posted, Side::Credit) => &mut balance.credits,
                (Layer::Pending, Side::Debit) => &mut balance.debits_pending,
                (Layer::Pending, Side::Credit) => &mut balance.credits_pending,
            };
            let risen = counter.checked_add(leg.amount.minor());
            *counter = risen.ok_or(Outcome::Overflow)?;
        }
        Ok(touched)
    }

    /// Whether an account that may not be below zero would fall there.
    fn check_floors(&self, touched: &Touched) -> Result<(), Outcome> {
        let mut refused = None;
        for ((account, currency), after) in touched {
            let side = account.normal_side();
            let before = self.balance(account, *currency).on(side);
            let falls = after.on(side) < before.min(0);
            if !account.never_below_zero() || !falls {
                continue;
            }
            let outcome = match account {
                Account::CustomerCredit { .. } => Outcome::MoreThanCredit,
                _ => Outcome::MoreThanOwed,
            };
            refused = Some(refused.map_or(outcome, |r: Outcome| r.min(outcome)));
        }
        refused.map_or(Ok(()), Err)
    }

    fn set(&mut self, account: Account, currency: Currency, balance: Balance) {
        if let Account::Receivable {
            component: Component::Principal,
            contract,
        } = &account
        {
            self.currencies.insert(contract.clone(), currency);
        }
        self.accounts.insert((account, currency), balance);
    }

    /// Whether the touched accounts' nets moved by zero in sum, in each currency and layer.
    fn conserves(&self, touched: &Touched) -> bool {
        let mut moved: BTreeMap<Currency, (i128, i128)> = BTreeMap::new();
        for ((account, currency), after) in touched {
            let before = self.balance(account, *currency);
            let sums = moved.entry(*currency).or_default();
            sums.0 += after.net() - before.net();
            sums.1 += after.net_pending() - before.net_pending();
        }
        moved.values().all(|sums| *sums == (0, 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Instant;
    use crate::ledger::Work;
    use crate::money::Money;

    /// No command drafts such a posting; the check stands guard over the code that drafts.
    #[test]
    fn a_posting_that_is_out_of_balance_is_refused() {
        let kes = Currency::from_code("KES").expect("a currency of ISO 4217");
        let usd = Currency::from_code("USD").expect("a currency of ISO 4217");
        let suspense = |side, amount| Leg::posted(Account::Suspense, side, amount);
        let five = Money::new(5, kes);
        let debit = suspense(Side::Debit, five);
        let announced = Leg::pending(Account::clearing("mpesa"), Side::Credit, five);
        let less = suspense(Side::Credit, Money::new(4, kes));
        let dollars = suspense(Side::Credit, Money::new(5, usd));
        for other in [announced, less, dollars] {
            let mut ledger = Ledger::default();
            let command = Command {
                subject: String::from("P-1"),
                at: Instant::from_unix_seconds(0),
                work: Work::Void,
            };
            let draft = Draft {
                legs: Vec::from([debit.clone(), other]),
                ..Draft::default()
            };
            let refused = ledger.add(command, draft);
            assert_eq!(refused, Err(Outcome::NotConserved));
            assert_eq!(ledger, Ledger::default());
        }
    }
}
