//! What a step asks for: an act on the loan, or a figure that it states.
//!
//! A text that none of the patterns fits is unknown, and is reported as such. Which steps are
//! about other things than ours is data: see `differences`.

use fairlock_domain::calendar::Day;

use super::acts;
use super::read::{self, Table, Written};
use super::states;

#[derive(Debug, Clone)]
pub enum Step {
    Act(Act),
    /// The act is expected to be refused.
    Refused(Act),
    State(State),
    Unknown,
}

/// Something that happens.
#[derive(Debug, Clone)]
pub enum Act {
    Today(Day),
    Create(Creation),
    Approve {
        amount: i128,
        disburse_on: Day,
    },
    UndoApproval,
    Disburse {
        on: Day,
        amount: i128,
        /// Whether the down payment is paid at once, where the product says so.
        pays_down: bool,
    },
    UndoDisbursal,
    UndoLastDisbursal,
    Pay {
        kind: String,
        on: Day,
        amount: i128,
    },
    PayOff(Day),
    Undo(Which),
    /// The nth repayment was of another amount.
    Adjust {
        nth: usize,
        on: Day,
        amount: i128,
    },
    Charge {
        name: String,
        due: Option<Day>,
        /// An amount or a percentage, by the charge's kind.
        amount: String,
    },
    WaiveCharge,
    UndoWaive,
    AdjustCharge {
        name: String,
        due: Day,
        amount: Option<i128>,
    },
    RevertAdjustment {
        on: Day,
        amount: i128,
    },
    Chargeback {
        amount: i128,
        /// None: of the last payment. Else of the nth of that kind.
        of: Option<(&'static str, usize)>,
    },
    RefundCredit {
        on: Day,
        amount: i128,
    },
    Pause {
        from: Day,
        until: Day,
    },
    Resume(Day),
    Reschedule(Table),
    ReAge(Table),
    UndoReAge,
    ReAmortise,
    UndoReAmortise,
    WriteOff(Day),
    FutureRule {
        product: String,
        kind: String,
        rule: String,
    },
    RepaymentStart {
        product: String,
        from: String,
    },
    /// The job of the day.
    RunDay,
    /// A step is put into that job, or taken out.
    DayDoes {
        step: String,
        does: bool,
    },
    /// A setting of their installation; only which day is called the next due one matters.
    Config(String, String),
    /// It can't be said in our terms, and why.
    Cannot(&'static str),
}

/// Which transaction is meant.
#[derive(Debug, Clone)]
pub enum Which {
    NthRepayment(usize),
    NthOnDay(usize, Day),
    NthOfKind(usize, String, Day),
    LastRepayment,
    LastRefund,
}

/// How a loan is made.
#[derive(Debug, Clone, Default)]
pub struct Creation {
    /// The row that says everything, where there is one.
    pub table: Option<Table>,
    pub submitted_on: Option<Day>,
    pub principal: Option<i128>,
    /// A term of one instalment after so many days.
    pub days: Option<u16>,
    /// Term in months and number of repayments.
    pub months: Option<(u16, u16)>,
    /// Percentage, and whether it is paid at once; `Some(None)` for no down payment.
    pub down_payment: Option<Option<(String, bool)>>,
    pub fixed_length: Option<u32>,
}

/// Something that is stated.
#[derive(Debug, Clone)]
pub enum State {
    Schedule(usize, Table),
    Totals(Table),
    Transactions(Table),
    TransactionOn(Day, Table),
    NoTransactions,
    CountOf(usize, String),
    Charges(Table),
    /// One of several.
    GivenCharge(Table),
    Journal {
        kind: String,
        on: Day,
        table: Table,
    },
    Status(String),
    Outstanding(i128),
    Overpaid(i128),
    Overdue(i128),
    InterestOutstanding(i128),
    InterestOverdue(i128),
    /// None while it isn't closed.
    ClosedOn(Option<Day>),
    Range {
        range: String,
        since: Option<Day>,
    },
    LoanLevel(Table),
    InstalmentLevel(Option<Table>),
    NextDue(Day),
    PausePeriods(Table),
    DelinquencyActions(Table),
    LastPayment(Table),
    LastPaymentAmount(i128),
    LastRepayment(i128, Day),
    Maturity(Table),
    ActualMaturity(Day),
    Reverted {
        which: Reverted,
        expected: bool,
    },
    AllSettled,
    FixedLength(u32),
    ChargeAdded,
    ChargeAmount(i128),
    PaidBy(Table),
    EqualAmounts(i128),
    DownPaid(i128),
    TermVariations,
}

#[derive(Debug, Clone)]
pub enum Reverted {
    Latest(String),
    Nth(usize, String),
    OnDay(String, Day),
}

/// What a written step is.
pub fn parse(written: &Written) -> Step {
    let text = plain(&written.text);
    let table = written.table.as_ref();
    if let Some(step) = acts::parse(&text, table) {
        return step;
    }
    match states::parse(&text, table) {
        Some(state) => Step::State(state),
        None => Step::Unknown,
    }
}

/// The text without the ways of saying it that change nothing for the loan.
fn plain(text: &str) -> String {
    const WITHOUT: [&str; 8] = [
        " and check previous external owner",
        " and check external owner",
        " and system-generated Idempotency key",
        " and self-generated Idempotency key",
        " by loanExternalId",
        " by Loan external ID",
        " externalID controlled",
        " - no event",
    ];
    WITHOUT
        .iter()
        .fold(String::from(text), |text, words| text.replace(words, ""))
}

/// The places of a pattern that fitted, and the table under the step.
pub struct Places<'a> {
    pub found: Vec<&'a str>,
    pub table: Option<&'a Table>,
}

impl Places<'_> {
    pub fn text(&self, at: usize) -> Option<String> {
        self.found.get(at).map(|text| String::from(*text))
    }

    pub fn day(&self, at: usize) -> Option<Day> {
        read::day(self.found.get(at)?)
    }

    pub fn amount(&self, at: usize) -> Option<i128> {
        read::amount(self.found.get(at)?)
    }

    /// A count; some steps write it with a point.
    pub fn count(&self, at: usize) -> Option<usize> {
        self.found.get(at)?.trim_end_matches(".0").parse().ok()
    }

    pub fn table(&self) -> Option<Table> {
        self.table.filter(|table| !table.rows.is_empty()).cloned()
    }
}
