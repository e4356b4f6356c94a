//! Annuities that numpy-financial computed, against schedules.
//!
//! A period is a year, so that a rate a period is a rate a year. Instalments at the beginning of
//! periods are a schedule whose first due day is the day of the disbursement. Each loan is made
//! twice: in cents, where the sums must be exact; and in millionths of a cent, where all that a
//! schedule rounds is far below the cent within which the figures must agree.

use std::path::Path;

use fairlock_domain::calendar::{Adjust, Day, DayCount, Step, Unit};
use fairlock_domain::loan::schedule::{Disbursement, Line, generate};
use fairlock_domain::loan::terms::{
    Amortization, Charging, Grace, Interest, InterestPeriod, ScheduleType, Terms,
};
use fairlock_domain::money::{Currency, Money, Rate, Rounding};
use serde_json::Value;

use super::Tally;
use crate::samples;

/// Fractions of a cent in the finer of the two schedules.
const FINE: i128 = 1_000_000;

pub fn compare(folder: &Path, tally: &mut Tally) {
    let Some(text) = samples::text(folder, "annuity_numpy_financial.json") else {
        return;
    };
    let rows: Value = serde_json::from_str(&text).expect("JSON");
    for row in rows.as_array().expect("rows") {
        let loan = Loan::read(row);
        let name = format!(
            "{} x {} at {} ({})",
            loan.cents / 100,
            loan.count,
            loan.rate,
            loan.when
        );
        tally.row(&name, &loan.differences(row));
    }
}

struct Loan {
    cents: i128,
    rate: String,
    count: u16,
    when: String,
}

impl Loan {
    fn read(row: &Value) -> Loan {
        Loan {
            cents: fixed(&format!("{}.0", row["pv"])) / FINE,
            rate: String::from(row["rate"].as_str().expect("a rate")),
            count: u16::try_from(row["nper"].as_u64().expect("a number")).expect("a count"),
            when: String::from(row["when"].as_str().expect("begin or end")),
        }
    }

    fn schedule(&self, amount: i128) -> Vec<Line> {
        let start = Day::from_ymd(2024, 1, 1).expect("a date");
        let currency = Currency::from_code("EUR").expect("a currency");
        let terms = Terms {
            currency,
            interest: Interest::Declining(Charging {
                rate: Rate::parse(&self.rate).expect("a rate"),
                days: DayCount::Actual365Fixed,
                period: InterestPeriod::PartialPeriod,
            }),
            amortization: Amortization::EqualInstalments,
            step: Step {
                every: 1,
                unit: Unit::Years,
            },
            count: self.count,
            counted_from: None,
            first_due: (self.when == "begin").then_some(start),
            grace: Grace::default(),
            down_payment: None,
            instalment_multiple: 0,
            rounding: Rounding::HalfEven,
            fixed_length_days: None,
            adjust: Adjust::None,
            calendar: None,
            schedule_type: ScheduleType::Cumulative,
            recalculation: None,
        };
        let given = Disbursement {
            on: start,
            amount: Money::new(amount, currency),
        };
        generate(&terms, &[given]).expect("a schedule")
    }

    fn differences(&self, row: &Value) -> Vec<String> {
        let mut differences = Vec::new();
        let cents = self.schedule(self.cents);
        let principal: i128 = cents.iter().map(|line| line.principal).sum();
        if principal != self.cents || cents.len() != usize::from(self.count) {
            differences.push(format!("{} lines of {principal} in all", cents.len()));
        }
        let fine = self.schedule(self.cents * FINE);
        let (first, last) = (&fine[0], &fine[fine.len() - 1]);
        let (before, after) = fine.split_at(fine.len() / 2);
        let repaid: i128 = before.iter().map(|line| line.principal).sum();
        // At the beginning of a period its interest is part of what is owed then.
        let since = if self.when == "begin" {
            after[0].interest
        } else {
            0
        };
        let figures = [
            ("pmt", first.total()),
            ("ipmt_first", first.interest),
            ("ppmt_first", first.principal),
            ("ipmt_last", last.interest),
            ("fv_half", self.cents * FINE - repaid + since),
        ];
        for (key, ours) in figures {
            let theirs = fixed(row[key].as_str().expect("a figure"));
            if (ours - theirs).abs() > FINE {
                differences.push(format!("{key} {theirs}, ours {ours} millionths of a cent"));
            }
        }
        let whole = (cents[0].total() * FINE - fixed(row["pmt"].as_str().expect("a figure"))).abs();
        if whole > FINE {
            differences.push(format!("the instalment in cents is {}", cents[0].total()));
        }
        differences
    }
}

/// A figure in millionths of a cent; decimals beyond the eighth are cut.
fn fixed(text: &str) -> i128 {
    let (whole, decimals) = text.split_once('.').expect("decimals");
    let digits = format!("{whole}{:0<8.8}", decimals.split('.').next().unwrap_or("0"));
    digits.parse().expect("digits")
}
