//! What can happen to a loan.

use alloc::string::String;

use super::charge::{Amount, ChargeKind, ChargeTime};
use crate::calendar::{Day, Instant, step::Step};
use crate::money::Money;

/// One fact. The same id with the same content again is answered `Exists`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    pub id: String,
    /// The day from which it counts: for a payment the day on which the borrower acted.
    pub on: Day,
    /// When it was entered. Orders facts of one day, and nothing else.
    pub at: Instant,
    pub act: Act,
}

/// Money that reduces debt, by where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PaymentKind {
    Repayment,
    /// Of the part that is due on the day of disbursement.
    DownPayment,
    /// The seller took goods back.
    MerchantRefund,
    /// A payout to the borrower that came back.
    PayoutRefund,
    /// The lender gives it.
    Goodwill,
    /// A charge that was paid is given back as a payment.
    ChargeAdjustment,
}

/// The kinds of facts. Amounts are more than zero, in the loan's currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Money (or the phone) was given out: its instalments are owed.
    Disburse {
        amount: Money,
    },
    Pay {
        kind: PaymentKind,
        amount: Money,
    },
    /// Gives a paid charge back: acts as a payment of kind `ChargeAdjustment`.
    AdjustCharge {
        charge: String,
        amount: Money,
    },
    /// A fact was wrong or was taken back, whole; `on` is the day on which that became known.
    Reverse {
        of: String,
    },
    /// A payment's money was claimed back: debt comes back from `on`, the payment stays.
    Chargeback {
        of: String,
        amount: Money,
    },
    /// The borrower's credit was paid out.
    RefundCredit {
        amount: Money,
    },
    /// Money that had paid debt was given back: that debt is owed again, the latest line first.
    RefundPaid {
        amount: Money,
    },
    /// A fee or a penalty; the command's id is the charge's. `on` is the day it was raised.
    Charge {
        kind: ChargeKind,
        amount: Amount,
        time: ChargeTime,
    },
    /// What is left of a charge is given up; of a charge on each instalment, that of one line.
    WaiveCharge {
        charge: String,
        line: Option<u16>,
    },
    /// All that is owed is given up.
    WriteOff,
    /// Money after a write-off: income, no debt changes.
    Recover {
        amount: Money,
    },
    /// What is open moves to new instalments from `first` on; old ones end with what was paid.
    ReAge {
        first: Day,
        every: Step,
        count: u16,
    },
    /// What is past due is spread over the instalments to come.
    ReAmortise,
    /// Due days change: a payment holiday, a moved day, more instalments, grace within the term.
    Reschedule(Reschedule),
    /// Days past due stand still from `on` to this day.
    Pause {
        until: Day,
    },
    /// Ends the running pause on `on`.
    Resume,
    /// The contract is ended for good: nothing is owed and nothing may be owed again.
    Close,
}

/// A change of what is still to come, from the instalment that is due on `from`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reschedule {
    pub from: Day,
    /// The new due day of that instalment; later ones follow with the same steps.
    pub due: Option<Day>,
    /// So many more instalments.
    pub extra: u16,
    /// No principal in so many instalments.
    pub grace_principal: u16,
    /// No interest is paid in so many instalments.
    pub grace_interest: u16,
    /// A new yearly rate from there.
    pub rate: Option<crate::money::Rate>,
    /// Why, for the record.
    pub reason: String,
}
