//! Prepaid plans: money buys time, until all is paid.
//!
//! A down payment opens the plan and brings its first time; from then on each price paid buys one
//! unit of time. Time that is bought while some is left is added to it; after a lapse it starts
//! with the payment. Money that isn't enough for a unit waits for the next payment. When the
//! total is paid the goods are the borrower's, and what is beyond it is credit. No minor unit is
//! made or lost: what was paid is down payment, time bought, money that waits and credit. On
//! purpose absent: debt (nobody owes anything who lets time run out), interest, and the codes that
//! carry time to a device.

use alloc::vec::Vec;
use core::fmt;

use crate::calendar::{Instant, Span};
use crate::money::{AMOUNT_MAX_MINOR, Currency, Money};

/// The most units that a plan may hold: ten years of hours. Bounds every date.
pub const UNITS_MAX: u32 = 87_600;

/// What was agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// No payment counts from before.
    pub starts: Instant,
    /// All that is to be paid, the down payment too.
    pub total: Money,
    /// Paid before any time is bought; may be zero.
    pub down_payment: Money,
    /// Units that come with the down payment.
    pub initial_units: u32,
    /// Of one unit.
    pub price: Money,
    /// A day, a week, an hour.
    pub unit: Span,
    /// Fewer units aren't sold: less money waits. The last ones before the total are, however few.
    pub minimum_units: u32,
}

/// Money that arrived, and when it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payment {
    pub at: Instant,
    pub amount: Money,
}

/// What one payment did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purchase {
    pub at: Instant,
    pub amount: Money,
    /// Units it brought, those of the down payment too.
    pub units: u32,
    /// Until when the goods may be used after it; None before the down payment and after the total.
    pub until: Option<Instant>,
}

/// How a plan stands after its payments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// One for each payment.
    pub purchases: Vec<Purchase>,
    /// Of the down payment.
    pub down_paid: Money,
    /// Units bought at the price, and what they cost.
    pub units: u32,
    pub spent: Money,
    /// Paid, and not enough for the minimum yet. Once all is paid it has bought the goods.
    pub waiting: Money,
    /// Paid beyond the total.
    pub credit: Money,
    /// The end of the time; None before the down payment.
    pub until: Option<Instant>,
    /// When the total was paid: from then on without end.
    pub owned_since: Option<Instant>,
}

/// Why a plan or its payments were refused, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrepaidError {
    TotalNotPositive,
    TotalTooLarge,
    DownPaymentNegative,
    DownPaymentAboveTotal,
    PriceNotPositive,
    NoUnit,
    NoMinimum,
    TooManyUnits,
    WrongCurrency,
    PaymentNotPositive,
    PaymentTooLarge,
    BeforeStart,
    OutOfOrder,
}

impl fmt::Display for PrepaidError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PrepaidError::TotalNotPositive => "a total above zero",
            PrepaidError::TotalTooLarge => "a total within the limit of any single figure",
            PrepaidError::DownPaymentNegative => "a down payment that isn't below zero",
            PrepaidError::DownPaymentAboveTotal => "a down payment within the total",
            PrepaidError::PriceNotPositive => "a price above zero",
            PrepaidError::NoUnit => "a unit of time that isn't nothing",
            PrepaidError::NoMinimum => "at least one unit at a time",
            PrepaidError::TooManyUnits => "at most 87600 units for the total",
            PrepaidError::WrongCurrency => "all amounts in one currency",
            PrepaidError::PaymentNotPositive => "payments above zero",
            PrepaidError::PaymentTooLarge => "payments within the limit of any single figure",
            PrepaidError::BeforeStart => "payments from the start of the plan on",
            PrepaidError::OutOfOrder => "payments in the order in which they count",
        })
    }
}

impl core::error::Error for PrepaidError {}

impl Plan {
    pub fn check(&self) -> Result<(), PrepaidError> {
        let refuse = |wrong: bool, why| if wrong { Err(why) } else { Ok(()) };
        let (total, down) = (self.total.minor(), self.down_payment.minor());
        let price = self.price.minor();
        refuse(total <= 0, PrepaidError::TotalNotPositive)?;
        refuse(total > AMOUNT_MAX_MINOR, PrepaidError::TotalTooLarge)?;
        refuse(down < 0, PrepaidError::DownPaymentNegative)?;
        refuse(down > total, PrepaidError::DownPaymentAboveTotal)?;
        refuse(price <= 0, PrepaidError::PriceNotPositive)?;
        refuse(self.unit.is_zero(), PrepaidError::NoUnit)?;
        refuse(self.minimum_units == 0, PrepaidError::NoMinimum)?;
        let bought = (total - down) / price + i128::from(self.initial_units);
        let too_many = bought > i128::from(UNITS_MAX);
        refuse(too_many, PrepaidError::TooManyUnits)?;
        let same = |money: Money| money.currency() == self.currency();
        let mixed = !same(self.down_payment) || !same(self.price);
        refuse(mixed, PrepaidError::WrongCurrency)
    }

    pub fn currency(&self) -> Currency {
        self.total.currency()
    }

    fn check_payments(&self, payments: &[Payment]) -> Result<(), PrepaidError> {
        for Payment { at, amount } in payments {
            if amount.currency() != self.currency() {
                return Err(PrepaidError::WrongCurrency);
            }
            if !amount.is_positive() {
                return Err(PrepaidError::PaymentNotPositive);
            }
            if amount.minor() > AMOUNT_MAX_MINOR {
                return Err(PrepaidError::PaymentTooLarge);
            }
            if *at < self.starts {
                return Err(PrepaidError::BeforeStart);
            }
        }
        let out_of_order = payments.windows(2).any(|two| two[1].at < two[0].at);
        match out_of_order {
            true => Err(PrepaidError::OutOfOrder),
            false => Ok(()),
        }
    }
}

/// What the payments, in the order in which they count, make of the plan. A payment that was
/// taken back is left out, and all are counted anew.
pub fn standing(plan: &Plan, payments: &[Payment]) -> Result<Standing, PrepaidError> {
    plan.check()?;
    plan.check_payments(payments)?;
    let mut run = Run {
        plan,
        down_paid: 0,
        units: 0,
        waiting: 0,
        credit: 0,
        until: None,
        owned_since: None,
    };
    if plan.down_payment.is_zero() {
        run.add_time(plan.starts, plan.initial_units);
    }
    let purchases = payments.iter().map(|payment| run.take(payment)).collect();
    let money = |minor| Money::new(minor, plan.currency());
    Ok(Standing {
        purchases,
        down_paid: money(run.down_paid),
        units: run.units,
        spent: money(i128::from(run.units) * plan.price.minor()),
        waiting: money(run.waiting),
        credit: money(run.credit),
        until: run.until,
        owned_since: run.owned_since,
    })
}

/// The plan as the payments so far left it; amounts in minor units.
struct Run<'a> {
    plan: &'a Plan,
    down_paid: i128,
    units: u32,
    waiting: i128,
    credit: i128,
    until: Option<Instant>,
    owned_since: Option<Instant>,
}

impl Run<'_> {
    fn take(&mut self, payment: &Payment) -> Purchase {
        let left = self.left_to_pay();
        let counted = payment.amount.minor().min(left);
        self.credit += payment.amount.minor() - counted;
        let mut units = self.pay_down(payment.at, counted);
        units += self.buy(payment.at);
        if counted == left && self.owned_since.is_none() {
            self.owned_since = Some(payment.at);
        }
        Purchase {
            at: payment.at,
            amount: payment.amount,
            units,
            until: self.until.filter(|_| self.owned_since.is_none()),
        }
    }

    fn left_to_pay(&self) -> i128 {
        let spent = i128::from(self.units) * self.plan.price.minor();
        self.plan.total.minor() - self.down_paid - spent - self.waiting
    }

    /// What the down payment doesn't need waits for units; the answer is the units it brings.
    fn pay_down(&mut self, at: Instant, amount: i128) -> u32 {
        let needed = self.plan.down_payment.minor() - self.down_paid;
        let part = amount.min(needed);
        self.down_paid += part;
        self.waiting += amount - part;
        if needed == 0 || part < needed {
            return 0;
        }
        self.add_time(at, self.plan.initial_units);
        self.plan.initial_units
    }

    /// As many whole units as the money that waits buys.
    fn buy(&mut self, at: Instant) -> u32 {
        let price = self.plan.price.minor();
        // At most what the checked plan can hold.
        let units = u32::try_from(self.waiting / price).unwrap_or(UNITS_MAX);
        let last = self.left_to_pay() == 0;
        if units < self.plan.minimum_units && !last {
            return 0;
        }
        self.waiting -= i128::from(units) * price;
        self.units += units;
        self.add_time(at, units);
        units
    }

    /// Time is added to what is left, or starts now.
    fn add_time(&mut self, at: Instant, units: u32) {
        let from = self.until.map_or(at, |until| until.max(at));
        self.until = Some(from.plus(self.plan.unit.times(units)));
    }
}
