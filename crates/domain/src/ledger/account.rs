//! The chart of accounts, and what an account's counters mean.

use alloc::string::String;

/// An account, one for each currency it is used in. The thin chart that the payment path needs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// What a contract's borrower still owes. Debit balance, never below zero.
    Receivable { contract: String },
    /// What a borrower paid too much. Credit balance; above zero only when nothing is owed.
    CustomerCredit { contract: String },
    /// Money that isn't matched to a contract yet. Credit balance.
    Suspense,
    /// Money that a channel told of and the bank hasn't shown yet. Debit balance.
    Clearing { channel: String },
    /// Money on a bank account, as its statements show it.
    Bank { account: String },
    /// What is owed back to borrowers. Credit balance.
    RefundsPayable,
    /// What paid for the devices: the other side of a receivable when a contract begins.
    FundSource,
    /// What the lender gave up. Debit balance.
    WriteOff,
}

impl Account {
    /// The account's name in rows and pages: kind, and for some a colon and whose.
    pub fn name(&self) -> String {
        let (kind, whose) = match self {
            Account::Receivable { contract } => ("receivable_principal", Some(contract)),
            Account::CustomerCredit { contract } => ("customer_credit", Some(contract)),
            Account::Suspense => ("suspense", None),
            Account::Clearing { channel } => ("clearing", Some(channel)),
            Account::Bank { account } => ("bank", Some(account)),
            Account::RefundsPayable => ("refunds_payable", None),
            Account::FundSource => ("fund_source", None),
            Account::WriteOff => ("write_off", None),
        };
        let mut name = String::from(kind);
        if let Some(whose) = whose {
            name.push(':');
            name.push_str(whose);
        }
        name
    }

    /// The account of that name.
    pub fn from_name(name: &str) -> Option<Account> {
        let (kind, whose) = match name.split_once(':') {
            Some((kind, whose)) => (kind, Some(String::from(whose))),
            None => (name, None),
        };
        Some(match (kind, whose) {
            ("receivable_principal", Some(contract)) => Account::Receivable { contract },
            ("customer_credit", Some(contract)) => Account::CustomerCredit { contract },
            ("suspense", None) => Account::Suspense,
            ("clearing", Some(channel)) => Account::Clearing { channel },
            ("bank", Some(account)) => Account::Bank { account },
            ("refunds_payable", None) => Account::RefundsPayable,
            ("fund_source", None) => Account::FundSource,
            ("write_off", None) => Account::WriteOff,
            _ => return None,
        })
    }
}

/// An account's four counters, in minor units; each only rises.
///
/// A pending posting counts in the pending pair; when it is resolved, its other side is counted
/// there too, so that what is pending now is the difference of the pair.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Balance {
    pub debits: i128,
    pub credits: i128,
    pub debits_pending: i128,
    pub credits_pending: i128,
}

impl Balance {
    /// Debits less credits of what is posted.
    pub fn net(&self) -> i128 {
        self.debits - self.credits
    }

    /// Debits less credits of what is pending now.
    pub fn net_pending(&self) -> i128 {
        self.debits_pending - self.credits_pending
    }
}
