//! `fairlock bench schedules`: schedules of twelve monthly instalments, made from terms.
//!
//! One unit is one whole schedule: terms checked, twelve due dates counted from the first day
//! with the clamp at the end of short months, interest by its day count, principal that sums to
//! what was given out. Two yardsticks: the least that any schedule costs (twelve dates and twelve
//! equal parts), and what a spreadsheet does (twelve rows of a float annuity, no dates).

use std::hint::black_box;

use anyhow::anyhow;
use fairlock_domain::calendar::step::Step;
use fairlock_domain::calendar::{Adjust, Day, DayCount};
use fairlock_domain::loan::schedule::{Disbursement, generate};
use fairlock_domain::loan::terms::{
    Amortization, Charging, Grace, Interest, InterestPeriod, ScheduleType, Terms,
};
use fairlock_domain::money::{Currency, Money, Rate, Rounding};

use super::random::Random;
use super::rounds::{Measured, alternate, timed};
use super::say;
use crate::args::BenchArgs;
use crate::exit::Failure;

/// Schedules in a round: some tenths of a second.
const SCHEDULES: u32 = 200_000;

const INSTALMENTS: u16 = 12;

/// One schedule to make.
struct Case {
    terms: Terms,
    given: [Disbursement; 1],
}

/// What the use of the money costs, as it is agreed for a yearly rate.
type Cost = fn(Rate) -> Interest;

const INTERESTS: [(&str, Cost); 4] = [
    ("interest-free", |_| Interest::None),
    ("flat interest", |rate| Interest::Flat(by_period(rate))),
    ("declining interest a period", |rate| {
        Interest::Declining(by_period(rate))
    }),
    ("declining interest by actual days over 365", |rate| {
        Interest::Declining(Charging {
            rate,
            days: DayCount::Actual365Fixed,
            period: InterestPeriod::Daily,
        })
    }),
];

/// A schedule made the bare way.
type Bare = fn(&Case);

const YARDSTICKS: [(&str, Bare); 2] = [
    ("twelve dates and twelve equal parts", dates_and_parts),
    ("twelve rows of a float annuity", float_annuity),
];

fn by_period(rate: Rate) -> Charging {
    Charging {
        rate,
        days: DayCount::Thirty360European,
        period: InterestPeriod::SamePeriod,
    }
}

pub fn run(args: &BenchArgs) -> Result<(), Failure> {
    let count = args.size.unwrap_or(SCHEDULES);
    for (name, interest) in INTERESTS {
        let cases = cases(args.seed, count, interest)?;
        let mut ours = || {
            timed(cases.len(), || {
                for case in &cases {
                    let _ = black_box(generate(&case.terms, &case.given));
                }
            })
        };
        for (yardstick, work) in YARDSTICKS {
            let mut theirs = || timed(cases.len(), || cases.iter().for_each(work));
            let (ours, yards) = alternate(args.rounds, name, &mut ours, &mut theirs);
            say(
                args,
                &Measured {
                    work: format!("{count} schedules of {INSTALMENTS}, {name}"),
                    unit: "schedule",
                    rounds: args.rounds,
                    ours,
                    yardstick,
                    yards,
                    details: Vec::new(),
                },
            );
        }
    }
    Ok(())
}

/// Every amount, rate and first day is another. All of them can be made: that is tried first.
fn cases(seed: u64, count: u32, interest: Cost) -> Result<Vec<Case>, Failure> {
    let mut random = Random::new(seed);
    let currency = Currency::from_code("KES");
    let currency = currency.ok_or_else(|| Failure::Outside(anyhow!("KES: not in the program")))?;
    let cases = (0..count).map(|_| case(&mut random, currency, interest));
    cases.collect()
}

fn case(random: &mut Random, currency: Currency, interest: Cost) -> Result<Case, Failure> {
    let days = i32::try_from(random.below(2_000)).unwrap_or(0);
    let minor = 1_000_000 + i128::from(random.below(30_000_000));
    // 5 % to 60 % a year, in hundredths of a percent.
    let rate = i128::from(500 + random.below(5_500)) * Rate::ONE_UNITS / 10_000;
    let rate = Rate::from_units(rate).map_err(Failure::outside)?;
    let case = Case {
        terms: terms(currency, interest(rate)),
        given: [Disbursement {
            on: Day::from_unix_days(19_000 + days),
            amount: Money::new(minor, currency),
        }],
    };
    generate(&case.terms, &case.given)
        .map_err(|e| Failure::Outside(anyhow!("made-up terms: expected {e}")))?;
    Ok(case)
}

fn terms(currency: Currency, interest: Interest) -> Terms {
    Terms {
        currency,
        interest,
        amortization: Amortization::EqualInstalments,
        step: Step::MONTHLY,
        count: INSTALMENTS,
        counted_from: None,
        first_due: None,
        grace: Grace::default(),
        down_payment: None,
        instalment_multiple: 1,
        rounding: Rounding::HalfEven,
        fixed_length_days: None,
        adjust: Adjust::None,
        calendar: None,
        schedule_type: ScheduleType::Cumulative,
        recalculation: None,
    }
}

/// The same dates and a list of the same length, and no interest, rounding or checks.
fn dates_and_parts(case: &Case) {
    let [given] = &case.given;
    let part = given.amount.minor() / i128::from(INSTALMENTS);
    let mut lines = Vec::with_capacity(usize::from(INSTALMENTS));
    for n in 1..=INSTALMENTS {
        lines.push((Step::MONTHLY.nth(given.on, u32::from(n)), part));
    }
    black_box(lines);
}

/// The textbook: one payment by the annuity formula, interest a month on what is left.
fn float_annuity(case: &Case) {
    let [given] = &case.given;
    let mut left = given.amount.minor() as f64;
    let monthly = match case.terms.charging() {
        Some(charging) => charging.rate.units() as f64 / Rate::ONE_UNITS as f64 / 12.0,
        None => 0.0,
    };
    let count = f64::from(INSTALMENTS);
    let payment = match monthly > 0.0 {
        true => left * monthly / (1.0 - (1.0 + monthly).powf(-count)),
        false => left / count,
    };
    let mut lines = Vec::with_capacity(usize::from(INSTALMENTS));
    for _ in 0..INSTALMENTS {
        let interest = left * monthly;
        left -= payment - interest;
        lines.push((payment, interest));
    }
    black_box(lines);
}
