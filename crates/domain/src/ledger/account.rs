//! The chart of accounts, and what an account's counters mean.
//!
//! Accounts of a contract tell what its borrower owes and is owed, by component; the rest are the
//! lender's. On purpose absent: accounts a lender adds by itself (a general ledger elsewhere maps
//! these to its own), and interest that is owed but not earned yet, which no account holds.

use alloc::string::String;

use super::posting::Side;
use crate::loan::order::Component;

/// An account, one for each currency it is used in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// What a contract's borrower owes of one component.
    Receivable {
        component: Component,
        contract: String,
    },
    /// What a borrower paid too much.
    CustomerCredit {
        contract: String,
    },
    /// Money that isn't matched to a contract yet.
    Suspense,
    /// Money that a channel told of and the bank hasn't shown yet.
    Clearing {
        channel: String,
    },
    /// Money on a bank account, as its statements show it.
    Bank {
        account: String,
    },
    /// What is owed back to borrowers.
    RefundsPayable,
    /// What paid for the devices: the other side of a receivable when a contract begins.
    FundSource,
    /// Money that was claimed back from the lender and that no contract owes.
    ChargebackLosses,
    InterestIncome,
    FeeIncome,
    PenaltyIncome,
    /// Money that came after its debt was given up.
    Recoveries,
    /// What the lender gave up.
    WriteOff,
    /// Debt that the lender paid for the borrower, to make good for something.
    GoodwillExpense,
    /// What providers and banks keep or charge for payments.
    ProviderFees,
    /// Small differences between a channel and the bank, within the lender's tolerance.
    Rounding,
}

impl Account {
    pub fn receivable(component: Component, contract: &str) -> Account {
        let contract = String::from(contract);
        Account::Receivable {
            component,
            contract,
        }
    }

    pub fn customer_credit(contract: &str) -> Account {
        let contract = String::from(contract);
        Account::CustomerCredit { contract }
    }

    pub fn clearing(channel: &str) -> Account {
        let channel = String::from(channel);
        Account::Clearing { channel }
    }

    /// The five accounts of one contract.
    pub fn of_contract(contract: &str) -> [Account; 5] {
        let [penalty, fee, interest, principal] =
            Component::ALL.map(|component| Account::receivable(component, contract));
        let credit = Account::customer_credit(contract);
        [principal, interest, fee, penalty, credit]
    }

    /// Whose accounts it belongs to; None for the lender's own.
    pub fn contract(&self) -> Option<&str> {
        match self {
            Account::Receivable { contract, .. } | Account::CustomerCredit { contract } => {
                Some(contract)
            }
            _ => None,
        }
    }

    /// The side on which its balance stands as a rule: debit for what the lender has or spent,
    /// credit for what it owes or earned.
    pub fn normal_side(&self) -> Side {
        match self {
            Account::Receivable { .. }
            | Account::Clearing { .. }
            | Account::Bank { .. }
            | Account::ChargebackLosses
            | Account::WriteOff
            | Account::GoodwillExpense
            | Account::ProviderFees
            | Account::Rounding => Side::Debit,
            Account::CustomerCredit { .. }
            | Account::Suspense
            | Account::RefundsPayable
            | Account::FundSource
            | Account::InterestIncome
            | Account::FeeIncome
            | Account::PenaltyIncome
            | Account::Recoveries => Side::Credit,
        }
    }

    /// Whether no posting may bring its balance below zero, seen from its normal side. Interest
    /// may be below: it can be paid before it is earned, and each accrual brings it nearer zero.
    /// The lender's accounts aren't judged by their sums: suspense and refunds payable stay above
    /// zero because nothing leaves them but what one payment or refund brought.
    pub fn never_below_zero(&self) -> bool {
        match self {
            Account::Receivable { component, .. } => *component != Component::Interest,
            Account::CustomerCredit { .. } => true,
            _ => false,
        }
    }

    /// The account's name in rows and pages: kind, and for some a colon and whose.
    pub fn name(&self) -> String {
        let (kind, whose) = match self {
            Account::Receivable {
                component,
                contract,
            } => (receivable_name(*component), Some(contract)),
            Account::CustomerCredit { contract } => ("customer_credit", Some(contract)),
            Account::Suspense => ("suspense", None),
            Account::Clearing { channel } => ("clearing", Some(channel)),
            Account::Bank { account } => ("bank", Some(account)),
            Account::RefundsPayable => ("refunds_payable", None),
            Account::FundSource => ("fund_source", None),
            Account::ChargebackLosses => ("chargeback_losses", None),
            Account::InterestIncome => ("income_interest", None),
            Account::FeeIncome => ("income_fee", None),
            Account::PenaltyIncome => ("income_penalty", None),
            Account::Recoveries => ("recoveries", None),
            Account::WriteOff => ("write_off", None),
            Account::GoodwillExpense => ("goodwill_expense", None),
            Account::ProviderFees => ("provider_fees", None),
            Account::Rounding => ("rounding", None),
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
            Some((kind, whose)) => (kind, Some(whose)),
            None => (name, None),
        };
        if let Some(whose) = whose {
            let of = |c: &Component| receivable_name(*c) == kind;
            let account = String::from(whose);
            return match (kind, Component::ALL.into_iter().find(of)) {
                (_, Some(component)) => Some(Account::receivable(component, whose)),
                ("customer_credit", _) => Some(Account::customer_credit(whose)),
                ("clearing", _) => Some(Account::clearing(whose)),
                ("bank", _) => Some(Account::Bank { account }),
                _ => None,
            };
        }
        Some(match kind {
            "suspense" => Account::Suspense,
            "refunds_payable" => Account::RefundsPayable,
            "fund_source" => Account::FundSource,
            "chargeback_losses" => Account::ChargebackLosses,
            "income_interest" => Account::InterestIncome,
            "income_fee" => Account::FeeIncome,
            "income_penalty" => Account::PenaltyIncome,
            "recoveries" => Account::Recoveries,
            "write_off" => Account::WriteOff,
            "goodwill_expense" => Account::GoodwillExpense,
            "provider_fees" => Account::ProviderFees,
            "rounding" => Account::Rounding,
            _ => return None,
        })
    }
}

fn receivable_name(component: Component) -> &'static str {
    match component {
        Component::Principal => "receivable_principal",
        Component::Interest => "receivable_interest",
        Component::Fee => "receivable_fee",
        Component::Penalty => "receivable_penalty",
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

    /// What is posted, seen from a side: above zero when that side is the larger.
    pub fn on(&self, side: Side) -> i128 {
        match side {
            Side::Debit => self.net(),
            Side::Credit => -self.net(),
        }
    }
}
