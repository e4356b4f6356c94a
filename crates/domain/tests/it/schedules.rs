//! Schedules: by tables, by laws, and what is refused.

mod compared;
mod laws;
mod recalculated;
mod refusals;
mod tables;
mod varied;

use std::sync::Arc;

use fairlock_domain::calendar::{Adjust, Calendar, Day, DayCount, Step, Unit};
use fairlock_domain::loan::schedule::{Disbursement, Line, LineKind};
use fairlock_domain::loan::terms::{
    Amortization, Charging, Grace, Interest, InterestPeriod, ScheduleType, Terms,
};
use fairlock_domain::money::{Currency, Money, Rate, Rounding};

/// `count` monthly instalments of any amount without interest, in a currency of two decimals.
pub fn monthly(count: u16) -> Terms {
    Terms {
        currency: euro(),
        interest: Interest::None,
        amortization: Amortization::EqualInstalments,
        step: Step::MONTHLY,
        count,
        counted_from: None,
        first_due: None,
        grace: Grace::default(),
        down_payment: None,
        instalment_multiple: 0,
        rounding: Rounding::HalfEven,
        fixed_length_days: None,
        adjust: Adjust::None,
        calendar: None,
        schedule_type: ScheduleType::Cumulative,
        recalculation: None,
    }
}

pub fn every(days: u16) -> Step {
    Step {
        every: days,
        unit: Unit::Days,
    }
}

/// A yearly rate of `percent`, a month being a twelfth.
pub fn percent(percent: &str) -> Charging {
    Charging {
        rate: Rate::parse_percent(percent).expect("a rate"),
        days: DayCount::Actual365Fixed,
        period: InterestPeriod::SamePeriod,
    }
}

/// The same by days over 365.
pub fn daily(rate: &str) -> Charging {
    Charging {
        period: InterestPeriod::Daily,
        ..percent(rate)
    }
}

/// The same in months of 30 days; a part of a month counts by its days.
pub fn thirty(rate: &str) -> Charging {
    Charging {
        days: DayCount::Thirty360European,
        ..daily(rate)
    }
}

pub fn euro() -> Currency {
    Currency::from_code("EUR").expect("a currency")
}

pub fn day(text: &str) -> Day {
    Day::parse(text).expect("a date")
}

/// "2024-01-01: 1000.00" for each disbursement.
pub fn given(each: &[&str]) -> Vec<Disbursement> {
    let one = |text: &&str| {
        let (on, amount) = text.split_once(": ").expect("a day and an amount");
        Disbursement {
            on: day(on),
            amount: Money::parse(amount, euro()).expect("an amount"),
        }
    };
    each.iter().map(one).collect()
}

/// A line as "2024-02-01 250.00 + 12.50", a down payment with its name before.
pub fn written(line: &Line) -> String {
    let amount = |minor| Money::new(minor, euro());
    let kind = match line.kind {
        LineKind::DownPayment => "down payment ",
        LineKind::Instalment => "",
    };
    let (principal, interest) = (amount(line.principal), amount(line.interest));
    match line.interest {
        0 => format!("{kind}{} {principal}", line.due),
        _ => format!("{kind}{} {principal} + {interest}", line.due),
    }
}

/// Saturday and Sunday, without holidays.
pub fn weekends() -> Arc<Calendar> {
    let holidays = fairlock_domain::calendar::Holidays::new(String::from("none"), 1, Vec::new());
    Arc::new(Calendar {
        weekend: fairlock_domain::calendar::Weekend::SATURDAY_SUNDAY,
        holidays: holidays.expect("an empty list"),
    })
}
