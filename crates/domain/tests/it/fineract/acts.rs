//! The texts of acts.

use super::pattern::captures;
use super::read::Table;
use super::step::{Act, Creation, Places, Step, Which};

type Make = fn(&Places<'_>) -> Option<Act>;

/// The step, when the text is one of an act, expected to be done or refused.
pub fn parse(text: &str, table: Option<&Table>) -> Option<Step> {
    let fits = |(pattern, make): &(&str, Make)| {
        let found = captures(pattern, text)?;
        make(&Places { found, table })
    };
    if let Some(act) = DONE.iter().find_map(fits) {
        return Some(Step::Act(act));
    }
    REFUSED.iter().find_map(fits).map(Step::Refused)
}

const DONE: &[(&str, Make)] = &[
    ("Admin sets the business date to {s}", |p| {
        Some(Act::Today(p.day(0)?))
    }),
    ("Admin creates a new default Loan with date: {s}", |p| {
        create(Creation {
            submitted_on: Some(p.day(0)?),
            ..Creation::default()
        })
    }),
    (
        "Admin creates a new Loan with date: {s} and with 1 day loan term and repayment",
        |p| {
            create(Creation {
                submitted_on: Some(p.day(0)?),
                days: Some(1),
                ..Creation::default()
            })
        },
    ),
    (
        "Admin successfully creates a new customised Loan submitted on date: {s}, with Principal: {s}, a loanTermFrequency: {n} months, and numberOfRepayments: {n}",
        months,
    ),
    (CUSTOM, |p| create(of_table(p)?)),
    (
        "Admin creates a fully customized loan with interestRateFrequencyType and following data:",
        |p| create(of_table(p)?),
    ),
    (
        "Admin creates a fully customized loan with installment level delinquency and with the following data:",
        |p| create(of_table(p)?),
    ),
    (
        "Admin creates a fully customized loan with emi and the following data:",
        |_| Some(Act::Cannot(AGREED)),
    ),
    (
        "Admin creates a fully customized loan with fixed length {n} and with the following data:",
        fixed_length,
    ),
    (
        "Admin creates a fully customized loan with forced disabled downpayment with the following data:",
        |p| {
            create(Creation {
                down_payment: Some(None),
                ..of_table(p)?
            })
        },
    ),
    (
        "Admin creates a fully customized loan with auto downpayment {n}% and with the following data:",
        |p| {
            create(Creation {
                down_payment: Some(Some((p.text(0)?, true))),
                ..of_table(p)?
            })
        },
    ),
    (
        "Admin creates a fully customized loan with downpayment {n}%, NO auto downpayment, and with the following data:",
        |p| {
            create(Creation {
                down_payment: Some(Some((p.text(0)?, false))),
                ..of_table(p)?
            })
        },
    ),
    (
        "Admin successfully approves the loan on {s} with {s} amount and expected disbursement date on {s}",
        |p| {
            Some(Act::Approve {
                amount: p.amount(1)?,
                disburse_on: p.day(2)?,
            })
        },
    ),
    ("Admin can successfully undone the loan approval", |_| {
        Some(Act::UndoApproval)
    }),
    (
        "Admin successfully disburse the loan on {s} with {s} EUR transaction amount",
        |p| disburse(p, true),
    ),
    (
        "Admin successfully disburse the loan without auto downpayment on {s} with {s} EUR transaction amount",
        |p| disburse(p, false),
    ),
    ("Admin successfully undo disbursal", |_| {
        Some(Act::UndoDisbursal)
    }),
    ("Admin can successfully undone the loan disbursal", |_| {
        Some(Act::UndoDisbursal)
    }),
    ("Admin successfully undo last disbursal", |_| {
        Some(Act::UndoLastDisbursal)
    }),
    (REPAYS, repay),
    (
        "Created user makes {s} repayment on {s} with {n} EUR transaction amount",
        repay,
    ),
    (
        "Customer makes {s} transaction with {s} payment type on {s} with {n} EUR transaction amount",
        transaction,
    ),
    (
        "Admin makes {s} transaction with {s} payment type on {s} with {n} EUR transaction amount",
        transaction,
    ),
    (
        "Refund happens on {s} with {n} EUR transaction amount",
        |p| {
            Some(Act::Pay {
                kind: String::from("PAYOUT_REFUND"),
                on: p.day(0)?,
                amount: p.amount(1)?,
            })
        },
    ),
    ("Loan Pay-off is made on {s}", |p| {
        Some(Act::PayOff(p.day(0)?))
    }),
    ("Refund undo happens on {s}", |_| {
        Some(Act::Undo(Which::LastRefund))
    }),
    ("Customer makes a repayment undo on {s}", |_| {
        Some(Act::Undo(Which::LastRepayment))
    }),
    ("Customer undo {s}th repayment on {s}", |p| {
        Some(Act::Undo(Which::NthRepayment(p.count(0)?)))
    }),
    (UNDOES, undo_on_day),
    ("Customer undo {s}th {s} transaction made on {s}", |p| {
        let which = Which::NthOfKind(p.count(0)?, p.text(1)?, p.day(2)?);
        Some(Act::Undo(which))
    }),
    (
        "Customer adjust {s}th repayment on {s} with amount {s}",
        |p| {
            Some(Act::Adjust {
                nth: p.count(0)?,
                on: p.day(1)?,
                amount: p.amount(2)?,
            })
        },
    ),
    (CHARGES, charge),
    (
        "Admin adds {s} charge with {n} % of transaction amount",
        |p| {
            Some(Act::Charge {
                name: p.text(0)?,
                due: None,
                amount: p.text(1)?,
            })
        },
    ),
    ("Admin adds {s} installment charge with {n} amount", |p| {
        Some(Act::Charge {
            name: p.text(0)?,
            due: None,
            amount: p.text(1)?,
        })
    }),
    (
        "Admin adds a {n} % Processing charge to the loan with {s} locale on date: {s}",
        |p| {
            Some(Act::Charge {
                name: String::from("LOAN_PERCENTAGE_PROCESSING_FEE"),
                due: Some(p.day(2)?),
                amount: p.text(0)?,
            })
        },
    ),
    (
        "Admin adds an NSF fee because of payment bounce with {s} transaction date",
        |p| {
            Some(Act::Charge {
                name: String::from("LOAN_NSF_FEE"),
                due: Some(p.day(0)?),
                amount: String::from("10"),
            })
        },
    ),
    ("Admin waives charge", |_| Some(Act::WaiveCharge)),
    ("Admin waives due date charge", |_| Some(Act::WaiveCharge)),
    ("Admin makes waive undone for charge", |_| {
        Some(Act::UndoWaive)
    }),
    (
        "Admin makes a charge adjustment for the last {s} type charge which is due on {s} with {n} EUR transaction amount and externalId {s}",
        |p| {
            Some(Act::AdjustCharge {
                name: p.text(0)?,
                due: p.day(1)?,
                amount: Some(p.amount(2)?),
            })
        },
    ),
    (
        "Admin reverts the charge adjustment which was raised on {s} with {n} EUR transaction amount",
        |p| {
            Some(Act::RevertAdjustment {
                on: p.day(0)?,
                amount: p.amount(1)?,
            })
        },
    ),
    (
        "Admin makes {s} chargeback with {n} EUR transaction amount",
        |p| {
            Some(Act::Chargeback {
                amount: p.amount(1)?,
                of: None,
            })
        },
    ),
    (
        "Admin makes {s} chargeback with {n} EUR transaction amount for Payment nr. {n}",
        |p| chargeback(p, "Repayment"),
    ),
    (
        "Admin makes {s} chargeback with {n} EUR transaction amount for Downpayment nr. {n}",
        |p| chargeback(p, "Down Payment"),
    ),
    (
        "Admin makes {s} chargeback with {n} EUR transaction amount for MIR nr. {n}",
        |p| chargeback(p, "Merchant Issued Refund"),
    ),
    (
        "Admin makes Credit Balance Refund transaction on {s} with {n} EUR transaction amount",
        refund_credit,
    ),
    (
        "Admin initiate a DELINQUENCY PAUSE with startDate: {s} and endDate: {s}",
        pause,
    ),
    (
        "Admin initiate a DELINQUENCY RESUME with startDate: {s}",
        resume,
    ),
    (
        "Admin creates and approves Loan reschedule with the following data:",
        |p| Some(Act::Reschedule(p.table()?)),
    ),
    (
        "Admin creates a Loan re-aging transaction with the following data:",
        |p| Some(Act::ReAge(p.table()?)),
    ),
    ("Admin successfully undo Loan re-aging transaction", |_| {
        Some(Act::UndoReAge)
    }),
    (
        "Admin creates a Loan re-amortization transaction on current business date",
        |_| Some(Act::ReAmortise),
    ),
    (
        "Admin undo Loan re-amortization transaction on current business date",
        |_| Some(Act::UndoReAmortise),
    ),
    ("Admin does write-off the loan on {s}", |p| {
        Some(Act::WriteOff(p.day(0)?))
    }),
    (
        "Admin set {s} loan product {s} transaction type to {s} future installment allocation rule",
        |p| {
            Some(Act::FutureRule {
                product: p.text(0)?,
                kind: p.text(1)?,
                rule: p.text(2)?,
            })
        },
    ),
    (
        "Admin sets repaymentStartDateType for {s} loan product to {s}",
        |p| {
            Some(Act::RepaymentStart {
                product: p.text(0)?,
                from: p.text(1)?,
            })
        },
    ),
    ("Admin runs inline COB job for Loan", |_| Some(Act::RunDay)),
    ("Admin runs COB job", |_| Some(Act::RunDay)),
    ("Admin runs COB catch up", |_| Some(Act::RunDay)),
    (
        "Admin puts {s} business step into LOAN_CLOSE_OF_BUSINESS workflow",
        |p| day_does(p, true),
    ),
    (
        "Admin removes {s} business step into LOAN_CLOSE_OF_BUSINESS workflow",
        |p| day_does(p, false),
    ),
    (
        "Admin removes {s} business step from LOAN_CLOSE_OF_BUSINESS workflow",
        |p| day_does(p, false),
    ),
    ("Global config {s} value set to {s}", |p| {
        Some(Act::Config(p.text(0)?, p.text(1)?))
    }),
    (
        "Admin successfully disburse the loan on {s} with {s} EUR transaction amount and {s} fixed emi amount",
        |_| Some(Act::Cannot(AGREED)),
    ),
    (
        "Admin successfully disburse the loan on {s} with {s} EUR transaction amount, {s} EUR fixed emi amount and adjust repayment date on {s}",
        |_| Some(Act::Cannot(AGREED)),
    ),
];

const REFUSED: &[(&str, Make)] = &[
    (
        "Admin fails to create a fully customized loan with forced enabled downpayment with the following data:",
        |p| create(of_table(p)?),
    ),
    (
        "Trying to create a fully customized loan with fixed length {n} and with the following data will result a {n} ERROR:",
        fixed_length,
    ),
    (
        "Customer not able to make {s} repayment on {s} with {n} EUR transaction amount",
        repay,
    ),
    (
        "Customer makes {s} repayment on {s} with {n} EUR transaction amount (and transaction fails because of wrong date)",
        repay,
    ),
    (
        "Loan {s} repayment transaction on {s} with {n} EUR transaction amount results in error",
        repay,
    ),
    (
        "Admin fails to undo {s}th transaction made on {s}",
        undo_on_day,
    ),
    (
        "Admin makes a charge adjustment for the last {s} type charge which is due on {s} with transaction amount higher than the available charge amount",
        |p| {
            Some(Act::AdjustCharge {
                name: p.text(0)?,
                due: p.day(1)?,
                amount: None,
            })
        },
    ),
    (
        "Charge adjustment for the last {s} type charge which is due on {s} with transaction amount {n} which is higher than the available charge amount results an ERROR",
        |p| {
            Some(Act::AdjustCharge {
                name: p.text(0)?,
                due: p.day(1)?,
                amount: Some(p.amount(2)?),
            })
        },
    ),
    (
        "Credit Balance Refund transaction on future date {s} with {n} EUR transaction amount will result an error",
        refund_credit,
    ),
    (
        "Credit Balance Refund transaction on active loan {s} with {n} EUR transaction amount will result an error",
        refund_credit,
    ),
    (
        "Initiating a DELINQUENCY PAUSE on a non-active loan results an error - startDate: {s}, endDate: {s}",
        pause,
    ),
    (
        "Initiating a DELINQUENCY PAUSE with startDate before the actual business date results an error - startDate: {s}, endDate: {s}",
        pause,
    ),
    (
        "Overlapping PAUSE periods result an error - startDate: {s}, endDate: {s}",
        pause,
    ),
    (
        "Initiating a DELINQUENCY RESUME on a non-active loan results an error - startDate: {s}",
        resume,
    ),
    (
        "Initiating a DELINQUENCY RESUME without an active PAUSE period results an error - startDate: {s}",
        resume,
    ),
    (
        "Initiating a DELINQUENCY RESUME with start date other than actual business date results an error - startDate: {s}",
        resume,
    ),
    (
        "Loan reschedule with the following data results a {n} error and {s} error message",
        |p| Some(Act::Reschedule(p.table()?)),
    ),
    (
        "Admin fails to create a Loan re-aging transaction with error {s} and with the following data:",
        |p| Some(Act::ReAge(p.table()?)),
    ),
];

const AGREED: &str = "an instalment that was agreed as an amount";
const CUSTOM: &str = "Admin creates a fully customized loan with the following data:";
const REPAYS: &str = "Customer makes {s} repayment on {s} with {n} EUR transaction amount";
const UNDOES: &str = "Customer undo {s}th transaction made on {s}";
const CHARGES: &str =
    "Admin adds {s} due date charge with {s} due date and {n} EUR transaction amount";

#[allow(clippy::unnecessary_wraps, reason = "fits the table of patterns")]
fn create(creation: Creation) -> Option<Act> {
    Some(Act::Create(creation))
}

fn day_does(p: &Places<'_>, does: bool) -> Option<Act> {
    let step = p.text(0)?;
    Some(Act::DayDoes { step, does })
}

fn of_table(p: &Places<'_>) -> Option<Creation> {
    Some(Creation {
        table: Some(p.table()?),
        ..Creation::default()
    })
}

fn fixed_length(p: &Places<'_>) -> Option<Act> {
    create(Creation {
        fixed_length: Some(u32::try_from(p.count(0)?).ok()?),
        ..of_table(p)?
    })
}

fn months(p: &Places<'_>) -> Option<Act> {
    let count = |at| u16::try_from(p.count(at)?).ok();
    create(Creation {
        submitted_on: Some(p.day(0)?),
        principal: Some(p.amount(1)?),
        months: Some((count(2)?, count(3)?)),
        ..Creation::default()
    })
}

fn disburse(p: &Places<'_>, pays_down: bool) -> Option<Act> {
    Some(Act::Disburse {
        on: p.day(0)?,
        amount: p.amount(1)?,
        pays_down,
    })
}

fn repay(p: &Places<'_>) -> Option<Act> {
    Some(Act::Pay {
        kind: String::from("REPAYMENT"),
        on: p.day(1)?,
        amount: p.amount(2)?,
    })
}

fn transaction(p: &Places<'_>) -> Option<Act> {
    Some(Act::Pay {
        kind: p.text(0)?,
        on: p.day(2)?,
        amount: p.amount(3)?,
    })
}

fn undo_on_day(p: &Places<'_>) -> Option<Act> {
    Some(Act::Undo(Which::NthOnDay(p.count(0)?, p.day(1)?)))
}

fn charge(p: &Places<'_>) -> Option<Act> {
    Some(Act::Charge {
        name: p.text(0)?,
        due: Some(p.day(1)?),
        amount: p.text(2)?,
    })
}

fn chargeback(p: &Places<'_>, kind: &'static str) -> Option<Act> {
    Some(Act::Chargeback {
        amount: p.amount(1)?,
        of: Some((kind, p.count(2)?)),
    })
}

fn refund_credit(p: &Places<'_>) -> Option<Act> {
    Some(Act::RefundCredit {
        on: p.day(0)?,
        amount: p.amount(1)?,
    })
}

fn pause(p: &Places<'_>) -> Option<Act> {
    Some(Act::Pause {
        from: p.day(0)?,
        until: p.day(1)?,
    })
}

fn resume(p: &Places<'_>) -> Option<Act> {
    Some(Act::Resume(p.day(0)?))
}
