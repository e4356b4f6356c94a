//! What was agreed: one financing of one device.
//!
//! On purpose absent: how a schedule is computed (instalments come finished), who the borrower
//! is, and which device it is: the engine needs none of them to judge.

use alloc::string::String;
use alloc::vec::Vec;

use crate::calendar::Day;
use crate::money::{Currency, Money};
use crate::words::words;

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

impl core::fmt::Display for Product {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
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

words! {
    /// What was financed, as statutes sort it.
    pub enum Goods {
        ConsumerGoods = "consumer_goods",
        MotorVehicle = "motor_vehicle",
        Equipment = "equipment",
    }
}

words! {
    /// Who lends or collects, as statutes sort them.
    pub enum CreditorKind {
        Bank = "bank",
        /// A lender that is no bank, and supervised.
        FinanceCompany = "finance_company",
        /// A telephone operator that sells on instalments.
        Operator = "operator",
        Manufacturer = "manufacturer",
        Importer = "importer",
        Retailer = "retailer",
        DigitalLender = "digital_lender",
        /// Collects for somebody else.
        ThirdPartyCollector = "third_party_collector",
    }
}

words! {
    pub enum BorrowerKind {
        Consumer = "consumer",
        Business = "business",
    }
}

words! {
    /// How often the contract asks for money: some statutes count shorter for weekly payers.
    pub enum Frequency {
        /// Any payment falls due weekly.
        Weekly = "weekly",
        /// Fortnightly, monthly, or rarer.
        Other = "other",
    }
}

impl Frequency {
    /// As a schedule has it: every due day a week after the one before, or each of them more than a
    /// week after it. None where it is neither: then both counts stand, and the borrower's counts.
    pub fn of(instalments: &[Instalment]) -> Option<Frequency> {
        let mut days: Vec<Day> = instalments.iter().map(|line| line.due).collect();
        days.sort_unstable();
        days.dedup();
        let mut gaps = days.windows(2).map(|pair| pair[1].days_since(pair[0]));
        match gaps.next()? {
            7 => gaps.all(|gap| gap == 7).then_some(Frequency::Weekly),
            first if first > 7 => gaps.all(|gap| gap > 7).then_some(Frequency::Other),
            _ => None,
        }
    }
}

/// Who is owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Creditor {
    /// The registered name, which court orders are compared with.
    pub name: String,
    pub kind: CreditorKind,
}

/// A regulator's approval that a pack asks for; both days are included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegulatorApproval {
    /// The pack whose regulator it is.
    pub pack: String,
    /// The regulator's own number.
    pub reference: String,
    pub on: Day,
    /// None: until it is withdrawn.
    pub until: Option<Day>,
}

/// What some packs ask of a contract besides its terms. None is "not known": then a pack's scope
/// counts as met, its permissions as missing, and of two numbers the borrower's counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Particulars {
    pub creditor: Option<Creditor>,
    pub borrower: Option<BorrowerKind>,
    pub goods: Option<Goods>,
    pub frequency: Option<Frequency>,
    /// So many days after a due day the contract calls the debtor in default; 0 where it says
    /// nothing of grace.
    pub days_of_grace: u16,
    pub approvals: Vec<RegulatorApproval>,
}
