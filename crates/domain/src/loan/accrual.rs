//! Interest of a period, as an exact fraction until it is rounded.
//!
//! A part of a period counts in proportion to its days, unless the day count has actual days: then
//! by its own. Where the balance changes within a period, a cumulative schedule rounds each part, a
//! progressive one their sum. On purpose absent: what is due of it, which is the schedule's.

use super::annuity::Ratio;
use super::terms::{Charging, InterestPeriod, ScheduleType, Terms};
use crate::calendar::step::{Step, Unit};
use crate::calendar::{Day, DayCount};
use crate::money::{Rate, Rounding};

/// The time from one due day to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Period {
    pub from: Day,
    pub due: Day,
    /// It is one step, wherever business days moved its end.
    pub whole: bool,
}

/// How interest arises under some terms.
#[derive(Debug, Clone, Copy)]
pub(super) struct Accrual {
    charging: Charging,
    step: Step,
    rounding: Rounding,
    /// Each part of a period that has its own balance is rounded for itself.
    by_part: bool,
    /// The yearly rate, reduced as far as it is easy.
    rate: Ratio,
    simple: Option<Simple>,
}

/// What a whole period costs, where that needs no calendar: most schedules are made of it alone.
#[derive(Debug, Clone, Copy)]
enum Simple {
    /// Always the same.
    Step(Ratio),
    /// This for each actual day.
    Day(Ratio),
}

/// Balance times years, summed over parts of a period; a fraction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Accrued(Ratio);

impl Accrued {
    pub const NOTHING: Accrued = Accrued((0, 1));

    pub fn add(self, balance: i128, years: Ratio) -> Option<Accrued> {
        let (sum, whole) = self.0;
        let (part, of) = years;
        let more = balance.checked_mul(part)?;
        if sum == 0 {
            return Some(Accrued((more, of)));
        }
        if whole == of {
            return Some(Accrued((sum.checked_add(more)?, whole)));
        }
        let sum = sum.checked_mul(of)?.checked_add(more.checked_mul(whole)?)?;
        Some(Accrued((sum, whole.checked_mul(of)?)))
    }
}

impl Accrual {
    pub fn new(terms: &Terms, charging: Charging) -> Accrual {
        let accrual = Accrual {
            charging,
            step: terms.step,
            rounding: terms.rounding,
            by_part: terms.schedule_type == ScheduleType::Cumulative,
            rate: reduced(charging.rate),
            simple: None,
        };
        let simple = accrual.simple();
        Accrual { simple, ..accrual }
    }

    pub fn with_rate(self, rate: Rate) -> Accrual {
        let charging = Charging {
            rate,
            ..self.charging
        };
        let accrual = Accrual {
            charging,
            rate: reduced(rate),
            ..self
        };
        let simple = accrual.simple();
        Accrual { simple, ..accrual }
    }

    fn simple(&self) -> Option<Simple> {
        if self.is_uniform() {
            return self.cost(self.standard()).map(Simple::Step);
        }
        let a_day = match self.charging.days {
            DayCount::Actual360 => self.cost((1, 360)),
            DayCount::Actual365Fixed => self.cost((1, 365)),
            _ => None,
        };
        a_day.map(Simple::Day)
    }

    /// The interest of a whole period on a balance that stays.
    pub fn on_constant(&self, period: Period, balance: i128) -> Option<i128> {
        let any_step = self.charging.period == InterestPeriod::SamePeriod;
        let (balance, (rate, of)) = match self.simple {
            Some(Simple::Step(cost)) if period.whole || any_step => (balance, cost),
            Some(Simple::Day(cost)) => {
                let days = i128::from(period.due.days_since(period.from));
                (balance.checked_mul(days)?, cost)
            }
            _ => {
                let years = self.years(period);
                return self.interest(Accrued::NOTHING.add(balance, years)?);
            }
        };
        self.rounding.multiply_divide(balance, rate, of)
    }

    /// The interest of a period until a day of it, on a balance that changes within it. `changes`
    /// are in the order of their days.
    pub fn on_changing(
        &self,
        period: Period,
        end: Day,
        mut balance: i128,
        changes: &[(Day, i128)],
    ) -> Option<i128> {
        let (mut accrued, mut rounded, mut since) = (Accrued::NOTHING, 0_i128, period.from);
        for (on, more) in changes.iter().copied().chain([(end, 0)]) {
            let on = on.min(end);
            if on > since {
                accrued = accrued.add(balance.max(0), self.part(period, since, on)?)?;
                since = on;
                if self.by_part {
                    rounded = rounded.checked_add(self.interest(accrued)?)?;
                    accrued = Accrued::NOTHING;
                }
            }
            balance = balance.checked_add(more)?;
        }
        rounded.checked_add(self.interest(accrued)?)
    }

    /// The interest on what accrued, rounded once.
    pub fn interest(&self, accrued: Accrued) -> Option<i128> {
        let (rate, of) = self.rate;
        let (sum, whole) = accrued.0;
        if sum == 0 {
            return Some(0);
        }
        self.rounding
            .multiply_divide(sum, rate, whole.checked_mul(of)?)
    }

    /// What a period costs, as a share of the balance.
    pub fn cost(&self, years: Ratio) -> Option<Ratio> {
        let (rate, of) = self.rate;
        Some((rate.checked_mul(years.0)?, of.checked_mul(years.1)?))
    }

    /// Every period that is one step costs the same.
    pub fn is_uniform(&self) -> bool {
        self.charging.period != InterestPeriod::Daily || self.has_months_of_thirty()
    }

    /// A period that isn't one step costs more or less.
    pub fn counts_parts(&self) -> bool {
        match self.charging.period {
            InterestPeriod::SamePeriod => false,
            InterestPeriod::PartialPeriod => true,
            InterestPeriod::Daily => !self.by_part,
        }
    }

    /// The time of any period, where dates don't matter.
    pub fn same_for_all(&self) -> Option<Ratio> {
        (self.charging.period == InterestPeriod::SamePeriod).then(|| self.steps())
    }

    /// A period that is one step, before any date is known; with daily interest it is of 30 days
    /// a month, as lenders quote instalments.
    pub fn standard(&self) -> Ratio {
        match self.charging.period {
            InterestPeriod::SamePeriod | InterestPeriod::PartialPeriod => self.steps(),
            InterestPeriod::Daily => self.standard_days(),
        }
    }

    /// The time of a whole period, in years.
    pub fn years(&self, period: Period) -> Ratio {
        let Period { from, due, whole } = period;
        match self.charging.period {
            InterestPeriod::SamePeriod => self.steps(),
            InterestPeriod::PartialPeriod if whole => self.steps(),
            InterestPeriod::PartialPeriod => self.units(from, due),
            InterestPeriod::Daily if whole && self.has_months_of_thirty() => self.standard_days(),
            InterestPeriod::Daily => self.charging.days.fraction(from, due),
        }
    }

    /// The time of a part of a period, in years.
    pub fn part(&self, period: Period, from: Day, to: Day) -> Option<Ratio> {
        if from == period.from && to == period.due {
            return Some(self.years(period));
        }
        if self.charging.period == InterestPeriod::Daily && !self.has_months_of_thirty() {
            return Some(self.charging.days.fraction(from, to));
        }
        let days = i128::from(period.due.days_since(period.from));
        if days <= 0 {
            return Some((0, 1));
        }
        let (years, of) = self.years(period);
        let part = i128::from(to.days_since(from));
        Some((years.checked_mul(part)?, of.checked_mul(days)?))
    }

    fn has_months_of_thirty(&self) -> bool {
        matches!(
            self.charging.days,
            DayCount::Thirty360European | DayCount::Thirty360Us | DayCount::Thirty360BondBasis
        )
    }

    fn steps(&self) -> Ratio {
        let every = i128::from(self.step.every);
        (every, self.charging.units_in_year(self.step.unit))
    }

    fn standard_days(&self) -> Ratio {
        let days = match self.step.unit {
            Unit::Days => 1,
            Unit::Weeks => 7,
            Unit::Months => 30,
            Unit::Years if self.has_months_of_thirty() => 360,
            Unit::Years => 365,
        };
        let every = i128::from(self.step.every);
        (days * every, self.charging.days_in_year())
    }

    /// Whole units, and the days left as a share of the next one.
    fn units(&self, from: Day, due: Day) -> Ratio {
        let unit = Step {
            every: 1,
            unit: self.step.unit,
        };
        let whole = unit.whole_steps(from, due).unwrap_or(0);
        let (last, next) = (
            unit.nth(from, whole),
            unit.nth(from, whole.saturating_add(1)),
        );
        let (last, next) = (last.unwrap_or(due), next.unwrap_or(due));
        let days = i128::from(next.days_since(last)).max(1);
        let units = i128::from(whole) * days + i128::from(due.days_since(last));
        (units, days * self.charging.units_in_year(self.step.unit))
    }
}

/// The rate as a fraction, without the common factors of two and five that most rates have.
fn reduced(rate: Rate) -> Ratio {
    let (Ok(mut share), Ok(mut one)) =
        (u64::try_from(rate.units()), u64::try_from(Rate::ONE_UNITS))
    else {
        return (rate.units(), Rate::ONE_UNITS);
    };
    if share == 0 {
        return (0, 1);
    }
    let twos = share.trailing_zeros().min(one.trailing_zeros());
    share >>= twos;
    one >>= twos;
    for fives in [5_u64.pow(8), 5_u64.pow(4), 5_u64.pow(2), 5, 5_u64.pow(2), 5] {
        if share % fives == 0 && one % fives == 0 {
            share /= fives;
            one /= fives;
        }
    }
    (i128::from(share), i128::from(one))
}
