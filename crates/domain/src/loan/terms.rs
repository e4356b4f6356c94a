//! What lender and borrower agreed: how a loan is repaid, before anything has happened.
//!
//! Terms are data. A schedule is made of them by [`super::schedule::generate`]; what fails is said
//! by [`Terms::check`] before anything is computed. On purpose absent: charges, the order of
//! allocation and delinquency, which belong to the account.

use alloc::sync::Arc;
use core::fmt;

use crate::calendar::Day;
use crate::calendar::business::{Adjust, Calendar};
use crate::calendar::daycount::DayCount;
use crate::calendar::step::{Step, Unit};
use crate::money::{Currency, Rate, Rounding};

/// The most instalments a schedule may have: ten years of daily ones.
pub const COUNT_MAX: u16 = 3_660;

/// How the time of a period is counted for interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InterestPeriod {
    /// Each period is the step, whatever its days: a month is a twelfth of a year.
    SamePeriod,
    /// As `SamePeriod`, and a part of a step (money given out within it, a first due day that
    /// isn't a step away) counts by its days.
    PartialPeriod,
    /// By days, as the day count says.
    Daily,
}

/// A yearly rate and how time is counted for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Charging {
    /// A year.
    pub rate: Rate,
    pub days: DayCount,
    pub period: InterestPeriod,
}

/// What the use of the money costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Interest {
    /// Nothing.
    None,
    /// On the amount first given out, for the whole term, whatever was repaid.
    Flat(Charging),
    /// On what is still owed.
    Declining(Charging),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Amortization {
    /// Principal and interest together are the same each time.
    EqualInstalments,
    /// Principal is the same each time.
    EqualPrincipal,
}

/// Instalments at the beginning of the term that are less than the later ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Grace {
    /// So many instalments have no principal.
    pub principal: u16,
    /// So many have no interest; it is paid with the first one after.
    pub interest: u16,
    /// In so many no interest arises.
    pub charging: u16,
}

/// What a second disbursement or a change of the balance does to instalments to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScheduleType {
    /// The whole schedule is made anew from the first day.
    Cumulative,
    /// Lines of the past stay; those to come change.
    Progressive,
}

/// When a change of the balance counts for interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rest {
    /// On its day.
    Daily,
    /// On the next due day.
    SamePeriod,
}

/// Whether interest that isn't paid bears interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Compounding {
    None,
    /// From the next date that is so many steps after the first disbursement.
    Interest(Step),
}

/// What money before its due day does to the instalments to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Prepayment {
    /// The same number of instalments, each smaller.
    ReduceInstalment,
    /// The same instalments, fewer of them: the last ones fall away.
    ReduceCount,
    /// The next ones are paid by it; the later ones stay.
    RescheduleNext,
    /// The last ones are paid by it; interest falls with the balance, instalments stay.
    AdjustLast,
}

/// Until when interest runs when all is paid before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PayoffUntil {
    /// The day of the payoff.
    Day,
    /// The next day on which balances count, see [`Rest`].
    RestDay,
}

/// In which periods what is past due bears interest, in a cumulative schedule. A progressive one
/// has it in every period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PastDue {
    /// In every period, until the day for which the schedule is asked.
    EveryPeriod,
    /// In periods in which something is paid, until that day; others stay as they were. So does
    /// Apache Fineract where its daily job for recalculation doesn't run.
    PeriodsWithPayments,
}

/// How interest follows what was really paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Recalculation {
    pub rest: Rest,
    pub compounding: Compounding,
    pub prepayment: Prepayment,
    pub payoff: PayoffUntil,
    pub past_due: PastDue,
}

/// All that makes a schedule out of an amount and a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    pub currency: Currency,
    pub interest: Interest,
    pub amortization: Amortization,
    pub step: Step,
    /// How many instalments, without down payments.
    pub count: u16,
    /// Steps are counted from here; None: from the first disbursement.
    pub counted_from: Option<Day>,
    /// The first due day; the next ones are counted from it. None: one step after the start.
    pub first_due: Option<Day>,
    pub grace: Grace,
    /// Share of each disbursement that is due on its day.
    pub down_payment: Option<Rate>,
    /// Instalments are whole multiples of so many minor units, the last takes the rest; 0 and 1
    /// for any amount.
    pub instalment_multiple: i128,
    pub rounding: Rounding,
    /// The last instalment is due so many days after the first disbursement, and none later.
    pub fixed_length_days: Option<u32>,
    /// What becomes of a due day that isn't a business day.
    pub adjust: Adjust,
    /// Which days are business days; needed unless `adjust` is `None`.
    pub calendar: Option<Arc<Calendar>>,
    pub schedule_type: ScheduleType,
    /// None: interest is what was agreed, whenever it is paid.
    pub recalculation: Option<Recalculation>,
}

/// Why no schedule can be made, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermsError {
    NoInstalments,
    TooManyInstalments,
    StepIsZero,
    NegativeMultiple,
    DownPaymentIsAll,
    NoLength,
    PrincipalGraceTooLong,
    InterestGraceTooLong,
    ChargingGraceTooLong,
    NoCalendar,
    CompoundingStepIsZero,
    FlatRecalculation,
    FixedLengthRecalculation,
    NothingGivenOut,
    NotPositive,
    TooLarge,
    WrongCurrency,
    OutOfOrder,
    AfterTheEnd,
    DueBeforeStart,
    DueDaysCollide,
    NoBusinessDay,
    DateOutOfRange,
    NoSuchInstalment,
    PaidTooMuch,
    Overflow,
}

impl fmt::Display for TermsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TermsError::NoInstalments => "at least one instalment",
            TermsError::TooManyInstalments => "at most 3660 instalments",
            TermsError::StepIsZero => "a step between due days of at least one unit",
            TermsError::NegativeMultiple => "instalments in multiples of a positive amount",
            TermsError::DownPaymentIsAll => "a down payment below 100 %",
            TermsError::NoLength => "a fixed length of at least one day",
            TermsError::PrincipalGraceTooLong => "grace on principal shorter than the term",
            TermsError::InterestGraceTooLong => "grace on interest shorter than the term",
            TermsError::ChargingGraceTooLong => "not more interest-free periods than instalments",
            TermsError::NoCalendar => "a calendar, where due days follow business days",
            TermsError::CompoundingStepIsZero => {
                "interest compounded at steps of at least one unit"
            }
            TermsError::FlatRecalculation => {
                "declining interest, where interest follows what was paid"
            }
            TermsError::FixedLengthRecalculation => {
                "due days that stay apart, where a line's interest follows what was paid of it"
            }
            TermsError::NothingGivenOut => "at least one disbursement",
            TermsError::NotPositive => "an amount above zero",
            TermsError::TooLarge => "an amount within the limit of any single figure",
            TermsError::WrongCurrency => "an amount in the currency of the terms",
            TermsError::OutOfOrder => "disbursements in the order of their days",
            TermsError::AfterTheEnd => "a disbursement before the last instalment is due",
            TermsError::DueBeforeStart => "due days after the first disbursement",
            TermsError::DueDaysCollide => "due days that stay apart when moved to business days",
            TermsError::NoBusinessDay => "a calendar with a business day near each due day",
            TermsError::DateOutOfRange => "due days within the years that a date can have",
            TermsError::NoSuchInstalment => "a change from an instalment that is due on that day",
            TermsError::PaidTooMuch => "not more principal paid than was given out",
            TermsError::Overflow => "amounts that can be computed",
        })
    }
}

impl core::error::Error for TermsError {}

impl Terms {
    /// What can be told without an amount and a day.
    pub fn check(&self) -> Result<(), TermsError> {
        let refuse = |wrong: bool, why| if wrong { Err(why) } else { Ok(()) };
        let Terms { count, grace, .. } = self;
        refuse(*count == 0, TermsError::NoInstalments)?;
        refuse(*count > COUNT_MAX, TermsError::TooManyInstalments)?;
        refuse(self.step.every == 0, TermsError::StepIsZero)?;
        refuse(self.instalment_multiple < 0, TermsError::NegativeMultiple)?;
        let all = self
            .down_payment
            .is_some_and(|share| share.units() >= Rate::ONE_UNITS);
        refuse(all, TermsError::DownPaymentIsAll)?;
        refuse(self.fixed_length_days == Some(0), TermsError::NoLength)?;
        refuse(grace.principal >= *count, TermsError::PrincipalGraceTooLong)?;
        refuse(grace.interest >= *count, TermsError::InterestGraceTooLong)?;
        refuse(grace.charging > *count, TermsError::ChargingGraceTooLong)?;
        let unknown_days = self.adjust != Adjust::None && self.calendar.is_none();
        refuse(unknown_days, TermsError::NoCalendar)?;
        let Some(recalculation) = self.recalculation else {
            return Ok(());
        };
        let never = matches!(recalculation.compounding, Compounding::Interest(s) if s.every == 0);
        refuse(never, TermsError::CompoundingStepIsZero)?;
        let flat = matches!(self.interest, Interest::Flat(_));
        refuse(flat, TermsError::FlatRecalculation)?;
        // At the end of a fixed length several lines may be due together, and what was paid is
        // known by the due day.
        let together =
            self.fixed_length_days.is_some() && self.schedule_type == ScheduleType::Progressive;
        refuse(together, TermsError::FixedLengthRecalculation)
    }

    /// Whether interest follows what was really paid.
    pub fn recalculates(&self) -> bool {
        self.recalculation.is_some() && self.charging().is_some_and(|c| !c.rate.is_zero())
    }

    /// The rate and how it is counted; None for loans without interest.
    pub fn charging(&self) -> Option<Charging> {
        match self.interest {
            Interest::None => None,
            Interest::Flat(charging) | Interest::Declining(charging) => Some(charging),
        }
    }
}

impl Charging {
    /// Days of a year, where a day is a share of it whatever the year: 360 or 365.
    pub(super) fn days_in_year(self) -> i128 {
        match self.days {
            DayCount::Thirty360European
            | DayCount::Thirty360Us
            | DayCount::Thirty360BondBasis
            | DayCount::Actual360 => 360,
            DayCount::Actual365Fixed | DayCount::ActualActualIsda | DayCount::ActualActualAfb => {
                365
            }
        }
    }

    /// How many of `unit` make a year, for periods that count as whole.
    pub(super) fn units_in_year(self, unit: Unit) -> i128 {
        match unit {
            Unit::Days => self.days_in_year(),
            Unit::Weeks => 52,
            Unit::Months => 12,
            Unit::Years => 1,
        }
    }
}
