//! Terms and disbursements that make no schedule: each its own error, in the order of the checks.

use fairlock_domain::calendar::{Adjust, Step, Unit};
use fairlock_domain::loan::schedule::{Disbursement, generate};
use fairlock_domain::loan::terms::{
    Compounding, Grace, Interest, PastDue, PayoffUntil, Prepayment, Recalculation, Rest,
    ScheduleType, Terms, TermsError,
};
use fairlock_domain::money::{Currency, Money, Rate};

use super::{day, every, given, monthly, percent, weekends};

fn check(terms: &Terms, given: &[Disbursement], expected: TermsError) {
    assert_eq!(generate(terms, given), Err(expected));
    assert!(
        expected.to_string().len() > 10,
        "{expected:?} has a sentence"
    );
}

fn refused(terms: &Terms, expected: TermsError) {
    check(terms, &given(&["2024-01-01: 100.00"]), expected);
}

fn grace(principal: u16, interest: u16, charging: u16) -> Terms {
    Terms {
        grace: Grace {
            principal,
            interest,
            charging,
        },
        ..monthly(3)
    }
}

#[test]
fn counts_and_steps() {
    refused(&monthly(0), TermsError::NoInstalments);
    refused(&monthly(3_661), TermsError::TooManyInstalments);
    let step = every(0);
    refused(&Terms { step, ..monthly(3) }, TermsError::StepIsZero);
}

#[test]
fn amounts_of_the_terms() {
    let negative = Terms {
        instalment_multiple: -1,
        ..monthly(3)
    };
    refused(&negative, TermsError::NegativeMultiple);
    let all = Terms {
        down_payment: Some(Rate::from_percent(100).expect("a rate")),
        ..monthly(3)
    };
    refused(&all, TermsError::DownPaymentIsAll);
}

#[test]
fn grace_as_long_as_the_term() {
    refused(&grace(3, 0, 0), TermsError::PrincipalGraceTooLong);
    refused(&grace(0, 3, 0), TermsError::InterestGraceTooLong);
    refused(&grace(0, 0, 4), TermsError::ChargingGraceTooLong);
    // A loan may be free for its whole term.
    assert!(generate(&grace(0, 0, 3), &given(&["2024-01-01: 100.00"])).is_ok());
}

#[test]
fn recalculation_needs_a_balance_and_a_step() {
    let with = |interest, compounding| Terms {
        interest,
        recalculation: Some(Recalculation {
            rest: Rest::Daily,
            compounding,
            prepayment: Prepayment::ReduceCount,
            payoff: PayoffUntil::Day,
            past_due: PastDue::EveryPeriod,
        }),
        ..monthly(3)
    };
    let declining = Interest::Declining(percent("12"));
    let never = Compounding::Interest(every(0));
    refused(&with(declining, never), TermsError::CompoundingStepIsZero);
    let flat = with(Interest::Flat(percent("12")), Compounding::None);
    refused(&flat, TermsError::FlatRecalculation);
    let of_fixed_length = Terms {
        fixed_length_days: Some(60),
        schedule_type: ScheduleType::Progressive,
        ..with(declining, Compounding::None)
    };
    refused(&of_fixed_length, TermsError::FixedLengthRecalculation);
}

#[test]
fn amounts_given_out() {
    let terms = monthly(3);
    check(&terms, &[], TermsError::NothingGivenOut);
    let one = |minor, code| {
        let currency = Currency::from_code(code).expect("a currency");
        [Disbursement {
            on: day("2024-01-01"),
            amount: Money::new(minor, currency),
        }]
    };
    check(&terms, &one(0, "EUR"), TermsError::NotPositive);
    check(&terms, &one(-5, "EUR"), TermsError::NotPositive);
    check(
        &terms,
        &one(1_000_000_000_000_001, "EUR"),
        TermsError::TooLarge,
    );
    check(&terms, &one(5, "USD"), TermsError::WrongCurrency);
    let sum = [one(1_000_000_000_000_000, "EUR")[0], one(1, "EUR")[0]];
    check(&terms, &sum, TermsError::TooLarge);
    let back = given(&["2024-01-02: 1.00", "2024-01-01: 1.00"]);
    check(&terms, &back, TermsError::OutOfOrder);
}

#[test]
fn days_of_disbursements() {
    let late = given(&["2024-01-01: 1.00", "2024-04-02: 1.00"]);
    check(&monthly(3), &late, TermsError::AfterTheEnd);
    let declining = Terms {
        interest: Interest::Declining(percent("12")),
        ..monthly(3)
    };
    check(&declining, &late, TermsError::AfterTheEnd);
    let early = Terms {
        first_due: Some(day("2023-12-31")),
        ..monthly(3)
    };
    refused(&early, TermsError::DueBeforeStart);
    let before = Terms {
        counted_from: Some(day("2023-11-01")),
        ..monthly(3)
    };
    refused(&before, TermsError::DueBeforeStart);
}

#[test]
fn business_days() {
    let following = |step, calendar| Terms {
        adjust: Adjust::Following,
        calendar,
        step,
        ..monthly(7)
    };
    refused(&following(every(1), None), TermsError::NoCalendar);
    // Saturday, Sunday and Monday become one day.
    refused(
        &following(every(1), Some(weekends())),
        TermsError::DueDaysCollide,
    );
    let mut closed = (*weekends()).clone();
    closed.weekend =
        fairlock_domain::calendar::Weekend::of(&fairlock_domain::calendar::Weekday::ALL);
    let closed = Some(std::sync::Arc::new(closed));
    refused(&following(Step::MONTHLY, closed), TermsError::NoBusinessDay);
}

#[test]
fn dates_beyond_the_calendar() {
    let step = Step {
        every: u16::MAX,
        unit: Unit::Years,
    };
    refused(&Terms { step, ..monthly(3) }, TermsError::DateOutOfRange);
    let fixed_length_days = Some(u32::MAX);
    let endless = Terms {
        fixed_length_days,
        ..monthly(3)
    };
    refused(&endless, TermsError::DateOutOfRange);
    let none = Terms {
        fixed_length_days: Some(0),
        ..monthly(3)
    };
    refused(&none, TermsError::NoLength);
}

/// The largest rate on the largest amount for the longest step is still computed.
#[test]
fn the_dearest_loan_can_be_computed() {
    let terms = Terms {
        interest: Interest::Declining(fairlock_domain::loan::terms::Charging {
            rate: Rate::MAX,
            ..percent("0")
        }),
        step: Step {
            every: 10,
            unit: Unit::Years,
        },
        ..monthly(100)
    };
    let most = [Disbursement {
        on: day("2024-01-01"),
        amount: Money::new(1_000_000_000_000_000, super::euro()),
    }];
    let lines = generate(&terms, &most).expect("a schedule");
    let principal: i128 = lines.iter().map(|line| line.principal).sum();
    assert_eq!(principal, 1_000_000_000_000_000);
    assert_eq!(lines[0].interest, 10_000_000_000_000_000_000);
}
