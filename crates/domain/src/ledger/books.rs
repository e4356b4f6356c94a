//! The books: accounts with their balances, and postings, which are never changed.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::account::{Account, Balance};
use super::command::Command;
use super::post::Outcome;
use crate::money::{Currency, Money};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    Debit,
    Credit,
}

/// Whether a leg is money that is there, or money announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    Posted,
    Pending,
}

/// One line of a posting; the amount is more than zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leg {
    pub account: Account,
    pub layer: Layer,
    pub side: Side,
    pub amount: Money,
}

/// What a posting is about. A payment has at most one posting of each of its kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PostingKind {
    /// A contract begins: its instalments are owed.
    Financed,
    /// Money was announced; expires by itself.
    Pending,
    /// Announced money won't come.
    Voided,
    /// Announced money didn't come in time.
    Expired,
    /// Money is there.
    Booked,
    /// Money was taken back, whole.
    Reversed,
    /// Money in suspense was given to its contract.
    Assigned,
    /// A debt was given up.
    Waived,
    /// Credit of a borrower became a refund to pay.
    RefundOwed,
    /// A bank statement shows money that came to or left the bank account.
    BankLine,
}

impl PostingKind {
    /// Every kind, in order.
    pub const ALL: [PostingKind; 10] = [
        PostingKind::Financed,
        PostingKind::Pending,
        PostingKind::Voided,
        PostingKind::Expired,
        PostingKind::Booked,
        PostingKind::Reversed,
        PostingKind::Assigned,
        PostingKind::Waived,
        PostingKind::RefundOwed,
        PostingKind::BankLine,
    ];

    /// The name that stands in ids, rows and pages.
    pub fn name(self) -> &'static str {
        match self {
            PostingKind::Financed => "financed",
            PostingKind::Pending => "pending",
            PostingKind::Voided => "voided",
            PostingKind::Expired => "expired",
            PostingKind::Booked => "booked",
            PostingKind::Reversed => "reversed",
            PostingKind::Assigned => "assigned",
            PostingKind::Waived => "waived",
            PostingKind::RefundOwed => "refund_owed",
            PostingKind::BankLine => "bank_line",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<PostingKind> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// One entry of the journal: what was asked, and the legs it made. Debits equal credits in each
/// layer and currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    pub command: Command,
    pub legs: Vec<Leg>,
}

impl Posting {
    /// Subject and kind: `P-00d1…/booked`, `C-1001/financed`. No two postings share it.
    pub fn id(&self) -> String {
        self.command.posting_id()
    }

    pub fn kind(&self) -> PostingKind {
        self.command.work.kind()
    }
}

/// The books, or a slice of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    accounts: BTreeMap<(Account, Currency), Balance>,
    /// The currency of each contract that is financed here.
    contracts: BTreeMap<String, Currency>,
    postings: BTreeMap<String, Posting>,
    /// Ids of postings made since the slice was taken, in order.
    made: Vec<String>,
}

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

    /// Postings made since the slice was taken, in order: what a caller stores.
    pub fn made(&self) -> impl Iterator<Item = &Posting> {
        self.made.iter().filter_map(|id| self.postings.get(id))
    }

    /// The currency of a contract, once it is financed.
    pub(super) fn currency_of(&self, contract: &str) -> Option<Currency> {
        self.contracts.get(contract).copied()
    }

    /// Adds a posting, or changes nothing and says why not.
    pub(super) fn add(&mut self, posting: Posting) -> Result<(), Outcome> {
        let mut touched: BTreeMap<(Account, Currency), Balance> = BTreeMap::new();
        for leg in &posting.legs {
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
        if !self.conserves(&touched) {
            return Err(Outcome::NotConserved);
        }
        for ((account, currency), balance) in touched {
            self.set(account, currency, balance);
        }
        self.made.push(posting.id());
        self.postings.insert(posting.id(), posting);
        Ok(())
    }

    fn set(&mut self, account: Account, currency: Currency, balance: Balance) {
        if let Account::Receivable { contract } = &account {
            self.contracts.insert(contract.clone(), currency);
        }
        self.accounts.insert((account, currency), balance);
    }

    /// Whether the touched accounts' nets moved by zero in sum, in each currency and layer.
    fn conserves(&self, touched: &BTreeMap<(Account, Currency), Balance>) -> bool {
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

/// A posting's id: one for each subject and kind.
pub(super) fn posting_id(subject: &str, kind: PostingKind) -> String {
    let mut id = String::from(subject);
    id.push('/');
    id.push_str(kind.name());
    id
}
