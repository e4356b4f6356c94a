//! The texts of what is stated.

use super::pattern::captures;
use super::read::Table;
use super::step::{Places, Reverted, State};

type Make = fn(&Places<'_>) -> Option<State>;

/// What the text states; None when it is none of these.
pub fn parse(text: &str, table: Option<&Table>) -> Option<State> {
    STATES.iter().find_map(|(pattern, make)| {
        let found = captures(pattern, text)?;
        make(&Places { found, table })
    })
}

const STATES: &[(&str, Make)] = &[
    (
        "Loan Repayment schedule has {n} periods, with the following data for periods:",
        |p| Some(State::Schedule(p.count(0)?, p.table()?)),
    ),
    (
        "Loan Repayment schedule has the following data in Total row:",
        |p| Some(State::Totals(p.table()?)),
    ),
    ("Loan Transactions tab has the following data:", |p| {
        Some(State::Transactions(p.table()?))
    }),
    (
        "Loan Transactions tab has a transaction with date: {s}, and with the following data:",
        |p| Some(State::TransactionOn(p.day(0)?, p.table()?)),
    ),
    ("Loan Transactions tab has none transaction", |_| {
        Some(State::NoTransactions)
    }),
    ("Loan has {n} {s} transactions on Transactions tab", |p| {
        Some(State::CountOf(p.count(0)?, p.text(1)?))
    }),
    ("Loan Charges tab has the following data:", |p| {
        Some(State::Charges(p.table()?))
    }),
    (
        "Loan Charges tab has a given charge with the following data:",
        |p| Some(State::GivenCharge(p.table()?)),
    ),
    (
        "Loan Transactions tab has a {s} transaction with date {s} which has the following Journal entries:",
        |p| {
            Some(State::Journal {
                kind: p.text(0)?,
                on: p.day(1)?,
                table: p.table()?,
            })
        },
    ),
    ("Loan status will be {s}", |p| {
        Some(State::Status(p.text(0)?))
    }),
    ("Loan status has changed to {s}", |p| {
        Some(State::Status(p.text(0)?))
    }),
    ("Loan has {n} outstanding amount", |p| {
        Some(State::Outstanding(p.amount(0)?))
    }),
    ("Loan has {n} overpaid amount", |p| {
        Some(State::Overpaid(p.amount(0)?))
    }),
    ("Loan has {n} total overdue amount", |p| {
        Some(State::Overdue(p.amount(0)?))
    }),
    ("Loan has {n} interest outstanding amount", |p| {
        Some(State::InterestOutstanding(p.amount(0)?))
    }),
    ("Loan has {n} total interest overdue amount", |p| {
        Some(State::InterestOverdue(p.amount(0)?))
    }),
    ("Loan closedon_date is {s}", |p| {
        Some(State::ClosedOn(p.day(0)))
    }),
    (
        "Repayment transaction is created with {n} amount and {s} type",
        |p| Some(State::LastPaymentAmount(p.amount(0)?)),
    ),
    ("Charge is successfully added to the loan", |_| {
        Some(State::ChargeAdded)
    }),
    ("Loan has {n} last payment amount", |p| {
        Some(State::LastPaymentAmount(p.amount(0)?))
    }),
    (
        "Admin checks that delinquency range is: {s} and has delinquentDate {s}",
        |p| {
            Some(State::Range {
                range: p.text(0)?,
                since: p.day(1),
            })
        },
    ),
    ("Loan has the following LOAN level delinquency data:", |p| {
        Some(State::LoanLevel(p.table()?))
    }),
    (
        "Loan has the following INSTALLMENT level delinquency data:",
        |p| Some(State::InstalmentLevel(Some(p.table()?))),
    ),
    ("INSTALLMENT level delinquency is null", |_| {
        Some(State::InstalmentLevel(None))
    }),
    (
        "Loan details delinquent.nextPaymentDueDate will be {s}",
        |p| Some(State::NextDue(p.day(0)?)),
    ),
    (
        "Loan Delinquency pause periods has the following data:",
        |p| Some(State::PausePeriods(p.table()?)),
    ),
    ("Delinquency-actions have the following data:", |p| {
        Some(State::DelinquencyActions(p.table()?))
    }),
    (
        "Loan details has the following last payment related data:",
        |p| Some(State::LastPayment(p.table()?)),
    ),
    (
        "Loan details and event has the following last repayment related data:",
        |p| Some(State::LastPayment(p.table()?)),
    ),
    (
        "In Loan details delinquent.lastRepaymentAmount is {n} EUR with lastRepaymentDate {s}",
        |p| Some(State::LastRepayment(p.amount(0)?, p.day(1)?)),
    ),
    ("Loan has the following maturity data:", |p| {
        Some(State::Maturity(p.table()?))
    }),
    ("Loan's actualMaturityDate is {s}", |p| {
        Some(State::ActualMaturity(p.day(0)?))
    }),
    (
        "In Loan Transactions the latest Transaction has Transaction type={s} and is reverted",
        |p| reverted(Reverted::Latest(p.text(0)?), true),
    ),
    (
        "In Loan Transactions the {s}th Transaction has Transaction type={s} and is reverted",
        |p| reverted(Reverted::Nth(p.count(0)?, p.text(1)?), true),
    ),
    (
        "On Loan Transactions tab the {s} Transaction with date {s} is reverted",
        |p| reverted(Reverted::OnDay(p.text(0)?, p.day(1)?), true),
    ),
    (
        "On Loan Transactions tab the {s} Transaction with date {s} is NOT reverted",
        |p| reverted(Reverted::OnDay(p.text(0)?, p.day(1)?), false),
    ),
    ("Loan's all installments have obligations met", |_| {
        Some(State::AllSettled)
    }),
    (
        "LoanDetails has fixedLength field with int value: {n}",
        |p| Some(State::FixedLength(u32::try_from(p.count(0)?).ok()?)),
    ),
    (
        "Charge is successfully added to the loan with {n} EUR",
        |p| Some(State::ChargeAmount(p.amount(0)?)),
    ),
    (
        "Loan details and LoanTransactionMakeRepaymentPostBusinessEvent has the following data in loanChargePaidByList section:",
        |p| Some(State::PaidBy(p.table()?)),
    ),
    (
        "Amounts are distributed equally in loan repayment schedule in case of total amount {n}",
        |p| Some(State::EqualAmounts(p.amount(0)?)),
    ),
    (
        "Loan details has the downpayment amount {s} in summary.totalRepaymentTransaction",
        |p| Some(State::DownPaid(p.amount(0)?)),
    ),
    (
        "Loan emi amount variations has {n} variation, with the following data:",
        |_| Some(State::TermVariations),
    ),
    (
        "Loan term variations has {n} variation, with the following data:",
        |_| Some(State::TermVariations),
    ),
];

#[allow(clippy::unnecessary_wraps, reason = "fits the table of patterns")]
fn reverted(which: Reverted, expected: bool) -> Option<State> {
    Some(State::Reverted { which, expected })
}
