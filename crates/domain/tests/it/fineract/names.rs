//! Their names for kinds of transactions, charges and accounts.

use fairlock_domain::ledger::{Account, EntryKind, Side};
use fairlock_domain::loan::charge::ChargeKind;
use fairlock_domain::loan::command::{Act, PaymentKind};
use fairlock_domain::loan::order::Component;

/// A kind of transaction: in steps, in tables, and the payment that it is.
const KINDS: &[(&str, &str, Option<PaymentKind>)] = &[
    ("DISBURSEMENT", "Disbursement", None),
    ("REPAYMENT", "Repayment", Some(PaymentKind::Repayment)),
    (
        "DOWN_PAYMENT",
        "Down Payment",
        Some(PaymentKind::DownPayment),
    ),
    (
        "GOODWILL_CREDIT",
        "Goodwill Credit",
        Some(PaymentKind::Goodwill),
    ),
    (
        "PAYOUT_REFUND",
        "Payout Refund",
        Some(PaymentKind::PayoutRefund),
    ),
    (
        "MERCHANT_ISSUED_REFUND",
        "Merchant Issued Refund",
        Some(PaymentKind::MerchantRefund),
    ),
    (
        "CHARGE_ADJUSTMENT",
        "Charge Adjustment",
        Some(PaymentKind::ChargeAdjustment),
    ),
    ("CHARGEBACK", "Chargeback", None),
    ("CREDIT_BALANCE_REFUND", "Credit Balance Refund", None),
    ("REFUND_BY_CASH", CASH_REFUND, None),
    ("REFUND_FOR_ACTIVE_LOAN", CASH_REFUND, None),
    ("WAIVE_CHARGES", "Waive loan charges", None),
    ("WRITE_OFF", "Close (as written-off)", None),
    ("RE_AGE", "Re-age", None),
    ("REAGE", "Re-age", None),
    ("RE_AMORTIZE", "Re-amortize", None),
    ("REAMORTIZE", "Re-amortize", None),
    ("RECOVERY_REPAYMENT", "Recovery Payment", None),
];

/// Paid back to the borrower of a loan that runs.
pub const CASH_REFUND: &str = "Refund";

/// The payment that a kind in a step is.
pub fn payment(code: &str) -> Result<PaymentKind, String> {
    let found = KINDS.iter().find(|(known, ..)| *known == code);
    let kind = found.and_then(|(.., kind)| *kind);
    kind.ok_or_else(|| format!("a payment of kind {code} isn't one of ours"))
}

/// The name in tables of a kind in a step.
pub fn title(code: &str) -> Option<&'static str> {
    let found = KINDS.iter().find(|(known, ..)| *known == code);
    found.map(|(_, title, _)| *title)
}

/// The name in tables of a fact; None for one that isn't a transaction there.
pub fn title_of(act: &Act) -> Option<&'static str> {
    Some(match act {
        Act::Disburse { .. } => "Disbursement",
        Act::Pay { kind, .. } => {
            let of_kind = KINDS.iter().find(|(.., known)| *known == Some(*kind));
            of_kind.map_or("", |(_, title, _)| *title)
        }
        Act::AdjustCharge { .. } => "Charge Adjustment",
        Act::Chargeback { .. } => "Chargeback",
        Act::RefundPaid { .. } => CASH_REFUND,
        Act::RefundCredit { .. } => "Credit Balance Refund",
        Act::WaiveCharge { .. } => "Waive loan charges",
        Act::WriteOff => "Close (as written-off)",
        Act::Recover { .. } => "Recovery Payment",
        Act::ReAge { .. } => "Re-age",
        Act::ReAmortise => "Re-amortize",
        _ => return None,
    })
}

/// What a charge is worth and when it is due, by its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    Flat,
    OfPrincipal,
    OfInterest,
    OfPrincipalAndInterest,
    /// Of each amount that is given out.
    OfDisbursement,
}

impl Worth {
    /// As tables of charges say it.
    pub const fn title(self) -> &'static str {
        match self {
            Worth::Flat => "Flat",
            Worth::OfPrincipal => "% Amount",
            Worth::OfInterest => "% Interest",
            Worth::OfPrincipalAndInterest => "% Loan Amount + Interest",
            Worth::OfDisbursement => "% Disbursement Amount",
        }
    }
}

/// A charge: in steps, in tables.
#[derive(Debug, Clone, Copy)]
pub struct ChargeName {
    pub code: &'static str,
    pub title: &'static str,
    pub kind: ChargeKind,
    pub worth: Worth,
    pub when: &'static str,
}

const fn charge(
    code: &'static str,
    title: &'static str,
    kind: ChargeKind,
    worth: Worth,
    when: &'static str,
) -> ChargeName {
    ChargeName {
        code,
        title,
        kind,
        worth,
        when,
    }
}

pub const ON_DAY: &str = "Specified due date";
pub const AT_DISBURSEMENT: &str = "Disbursement";
pub const EACH_INSTALMENT: &str = "Installment Fee";
pub const OVERDUE: &str = "Overdue Fees";

const CHARGES: &[ChargeName] = &[
    charge(
        "LOAN_NSF_FEE",
        "NSF fee",
        ChargeKind::Penalty,
        Worth::Flat,
        ON_DAY,
    ),
    charge(
        "LOAN_SNOOZE_FEE",
        "Snooze fee",
        ChargeKind::Fee,
        Worth::Flat,
        ON_DAY,
    ),
    charge(
        "LOAN_FIXED_RETURNED_PAYMENT_FEE",
        "Fixed returned payment fee",
        ChargeKind::Fee,
        Worth::Flat,
        ON_DAY,
    ),
    charge(
        "LOAN_FIXED_LATE_FEE",
        "Fixed late fee",
        ChargeKind::Penalty,
        Worth::Flat,
        ON_DAY,
    ),
    charge(
        "LOAN_PERCENTAGE_PROCESSING_FEE",
        "% Processing fee",
        ChargeKind::Fee,
        Worth::OfPrincipalAndInterest,
        ON_DAY,
    ),
    charge(
        "LOAN_DISBURSEMENT_PERCENTAGE_FEE",
        "Disbursement percentage fee",
        ChargeKind::Fee,
        Worth::OfPrincipal,
        AT_DISBURSEMENT,
    ),
    charge(
        "LOAN_TRANCHE_DISBURSEMENT_PERCENTAGE_FEE",
        "Tranche Disbursement percentage fee",
        ChargeKind::Fee,
        Worth::OfDisbursement,
        AT_DISBURSEMENT,
    ),
    charge(
        "LOAN_INSTALLMENT_FEE_FLAT",
        "Installment flat fee",
        ChargeKind::Fee,
        Worth::Flat,
        EACH_INSTALMENT,
    ),
    charge(
        "LOAN_INSTALLMENT_FEE_PERCENTAGE_INTEREST",
        "Installment percentage interest fee",
        ChargeKind::Fee,
        Worth::OfInterest,
        EACH_INSTALMENT,
    ),
    charge(
        "LOAN_INSTALLMENT_FEE_PERCENTAGE_AMOUNT",
        "Installment percentage amount fee",
        ChargeKind::Fee,
        Worth::OfPrincipal,
        EACH_INSTALMENT,
    ),
    charge(
        "LOAN_INSTALLMENT_PERCENTAGE_FEE",
        "Installment percentage fee",
        ChargeKind::Fee,
        Worth::OfPrincipalAndInterest,
        EACH_INSTALMENT,
    ),
    charge(
        "LOAN_PERCENTAGE_LATE_FEE",
        "% Late fee amount",
        ChargeKind::Penalty,
        Worth::OfPrincipal,
        OVERDUE,
    ),
    charge(
        "LOAN_PERCENTAGE_LATE_FEE_AMOUNT_PLUS_INTEREST",
        "% Late fee amount+interest",
        ChargeKind::Penalty,
        Worth::OfPrincipalAndInterest,
        OVERDUE,
    ),
];

pub fn charge_named(code: &str) -> Result<&'static ChargeName, String> {
    let found = CHARGES.iter().find(|charge| charge.code == code);
    found.ok_or_else(|| format!("a charge {code} isn't known"))
}

/// Their general ledger's account for one of ours: type, code and name.
pub fn account(account: &Account, kind: EntryKind, side: Side) -> Option<[&'static str; 3]> {
    let goodwill = kind == EntryKind::Goodwill && side == Side::Debit;
    Some(match account {
        Account::Receivable { component, .. } => match component {
            Component::Principal => ["ASSET", "112601", "Loans Receivable"],
            _ => ["ASSET", "112603", "Interest/Fee Receivable"],
        },
        Account::CustomerCredit { .. } => ["LIABILITY", "l1", "Overpayment account"],
        Account::Clearing { .. } => ["LIABILITY", "145023", "Suspense/Clearing account"],
        Account::InterestIncome if goodwill => ["INCOME", "404001", "Interest Income Charge Off"],
        Account::FeeIncome | Account::PenaltyIncome if goodwill => {
            ["INCOME", "404008", "Fee Charge Off"]
        }
        Account::InterestIncome => ["INCOME", "404000", "Interest Income"],
        Account::FeeIncome | Account::PenaltyIncome => ["INCOME", "404007", "Fee Income"],
        Account::Recoveries => ["INCOME", "744008", "Recoveries"],
        Account::WriteOff => ["EXPENSE", "e4", "Written off"],
        Account::GoodwillExpense => ["EXPENSE", "744003", "Goodwill Expense Account"],
        _ => return None,
    })
}
