//! What was agreed: one financing of one device.
//!
//! On purpose absent: how a schedule is computed (instalments come finished), who the borrower
//! is, and which device it is: the engine needs none of them to judge.

use alloc::string::String;
use alloc::vec::Vec;

use crate::calendar::Day;
use crate::money::{Currency, Money};

/// How the device was financed. Packs say which of these they take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Product {
    /// The loan that bought this device.
    PurchaseLoan,
    Lease,
    /// Cash, with a phone that the borrower already had.
    CashLoan,
}

impl Product {
    pub const ALL: [Product; 3] = [Product::PurchaseLoan, Product::Lease, Product::CashLoan];

    /// As written in files.
    pub const fn name(self) -> &'static str {
        match self {
            Product::PurchaseLoan => "purchase_loan",
            Product::Lease => "lease",
            Product::CashLoan => "cash_loan",
        }
    }

    pub fn from_name(name: &str) -> Option<Product> {
        Product::ALL.into_iter().find(|p| p.name() == name)
    }
}

/// The borrower's consent to the limits, as far as the gates ask for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Consent {
    /// Signed apart from the contract itself.
    pub separate_signature: bool,
    /// The borrower acknowledged a copy.
    pub acknowledged_copy: bool,
    pub on: Day,
}

/// One line of the schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instalment {
    pub due: Day,
    /// More than zero, in the contract's currency.
    pub amount: Money,
}

/// One financing agreement for one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    /// The lender's own number, as "C-1001".
    pub id: String,
    pub product: Product,
    pub currency: Currency,
    pub signed_on: Day,
    /// None: not given.
    pub consent: Option<Consent>,
    /// At least one, in document order; equal due days are covered in that order.
    pub instalments: Vec<Instalment>,
    /// The feed that would show this borrower's money; None when there is none to watch.
    pub feed: Option<String>,
}
