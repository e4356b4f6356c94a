//! Schedules before any payment, against Apache Fineract's tables where they are, and by hand.

use fairlock_domain::loan::schedule::{Disbursement, generate};
use fairlock_domain::loan::terms::{Amortization, Grace, Interest, ScheduleType, Terms};
use fairlock_domain::money::Rate;

use super::compared;
use super::{daily, day, every, given, monthly, percent, thirty, weekends, written};

/// The nth table of a scenario says what these terms give.
fn agrees(feature: &str, scenario: &str, nth: usize, terms: &Terms, given: &[Disbursement]) {
    let Some(table) = compared::table(feature, scenario, nth) else {
        return;
    };
    let lines = generate(terms, given).expect("a schedule");
    let lines: Vec<String> = lines.iter().map(compared::row).collect();
    assert_eq!(lines, table, "{feature} {scenario}, table {nth}");
}

fn check(terms: &Terms, given: &[Disbursement], expected: &[&str]) {
    let lines = generate(terms, given).expect("a schedule");
    let lines: Vec<String> = lines.iter().map(written).collect();
    assert_eq!(lines, expected);
}

/// Whole units, as most of Fineract's products have it.
fn whole_units(terms: Terms) -> Terms {
    Terms {
        instalment_multiple: 100,
        ..terms
    }
}

fn declining(count: u16, charging: fairlock_domain::loan::terms::Charging) -> Terms {
    Terms {
        interest: Interest::Declining(charging),
        ..whole_units(monthly(count))
    }
}

fn quarter_down(terms: Terms) -> Terms {
    Terms {
        down_payment: Some(Rate::from_percent(25).expect("a rate")),
        ..terms
    }
}

#[test]
fn equal_instalments_on_a_declining_balance() {
    let terms = declining(18, percent("12"));
    agrees(
        "LoanRepayment",
        "RS02",
        0,
        &terms,
        &given(&["2022-11-01: 5000.00"]),
    );
}

#[test]
fn equal_principal_on_a_declining_balance() {
    let terms = Terms {
        amortization: Amortization::EqualPrincipal,
        ..declining(18, percent("12"))
    };
    agrees(
        "LoanRepayment",
        "RS04",
        0,
        &terms,
        &given(&["2022-11-01: 5000.00"]),
    );
}

/// Their step sends the interest free periods, here none, as grace on interest.
#[test]
fn six_instalments_without_principal() {
    let grace = Grace {
        principal: 6,
        ..Grace::default()
    };
    let terms = Terms {
        grace,
        ..declining(18, percent("12"))
    };
    agrees(
        "LoanRepayment",
        "RS06",
        0,
        &terms,
        &given(&["2022-11-01: 5000.00"]),
    );
}

#[test]
fn flat_interest_with_instalments_in_whole_units() {
    let terms = Terms {
        interest: Interest::Flat(percent("15")),
        ..whole_units(monthly(4))
    };
    let scenario = "Verify that outstanding amounts are rounded correctly in case of: \
                    installmentAmountInMultiplesOf=1, interestType: FLAT, amortizationType: \
                    EQUAL_INSTALLMENTS";
    agrees(
        "LoanRepayment",
        scenario,
        0,
        &terms,
        &given(&["2023-09-01: 1250.00"]),
    );
}

#[test]
fn progressive_instalments_are_evened_out() {
    let terms = Terms {
        interest: Interest::Declining(thirty("7")),
        schedule_type: ScheduleType::Progressive,
        ..monthly(6)
    };
    agrees(
        "Loan",
        "Early pay-off loan with interest, TILL_PRECLOSE product",
        0,
        &terms,
        &given(&["2024-01-01: 100.00"]),
    );
}

#[test]
fn without_interest_the_last_takes_the_rest() {
    let scenario = "Verify that rounding in case of multiple installments works properly";
    let once = given(&["2023-09-01: 1000.00"]);
    agrees("Loan", scenario, 0, &whole_units(monthly(6)), &once);
    check(
        &monthly(3),
        &given(&["2024-01-31: 100.00"]),
        &["2024-02-29 33.33", "2024-03-31 33.33", "2024-04-30 33.34"],
    );
}

#[test]
fn a_second_disbursement_is_owed_from_its_day() {
    let terms = quarter_down(whole_units(monthly(3)));
    // Cumulative: what past lines have no share of is in the last.
    let twice = given(&["2022-01-01: 1000.00", "2022-02-15: 1000.00"]);
    let feature = "LoanDownPayment";
    agrees(
        feature,
        "Double disbursement after installment 2 - auto enabled",
        2,
        &terms,
        &twice,
    );
    // On a due day before that day's instalment.
    let twice = given(&["2022-01-01: 1000.00", "2022-02-01: 400.00"]);
    agrees(
        feature,
        "Double disbursement on installment day - auto enabled",
        1,
        &terms,
        &twice,
    );
    // Two on one day, each with its own down payment.
    let terms = Terms {
        step: every(15),
        ..terms
    };
    let twice = given(&["2023-10-01: 100.00", "2023-10-01: 900.00"]);
    let scenario = "Verify that repayment schedule is managed properly in case of LP2 product \
                    with two disbursement on the same day";
    agrees(feature, scenario, 0, &terms, &twice);
}

#[test]
fn a_progressive_schedule_adds_to_lines_still_to_come() {
    let terms = quarter_down(Terms {
        step: every(15),
        schedule_type: ScheduleType::Progressive,
        ..monthly(4)
    });
    let thrice = given(&[
        "2023-05-01: 1000.00",
        "2023-05-25: 250.00",
        "2023-06-12: 250.00",
    ]);
    let scenario = "Verify advanced payment allocation with progressive loan schedule with multi \
                    disbursement and with overpaid installment";
    for (nth, known) in [(0, 1), (2, 2), (3, 3)] {
        agrees("Loan", scenario, nth, &terms, &thrice[..known]);
    }
    // On a due day after that day's instalment; the rest of whole units is in the last.
    let terms = Terms {
        count: 3,
        ..whole_units(terms)
    };
    check(
        &terms,
        &given(&["2024-01-01: 500.00", "2024-01-16: 500.00"]),
        &[
            "down payment 2024-01-01 125.00",
            "2024-01-16 125.00",
            "down payment 2024-01-16 125.00",
            "2024-01-31 312.00",
            "2024-02-15 313.00",
        ],
    );
}

#[test]
fn steps_may_be_counted_from_another_day() {
    let counted_from = Some(day("2023-01-01"));
    let terms = quarter_down(Terms {
        counted_from,
        ..whole_units(monthly(3))
    });
    let scenario = "Verify backdated disbursement - after down payment, before first installment \
                    due date, installment start date calculated by loan submitted on date";
    let twice = given(&["2023-01-02: 1000.00", "2023-01-05: 1000.00"]);
    agrees("LoanDownPayment", scenario, 1, &terms, &twice);
}

/// Interest that isn't paid in grace comes with the first instalment after; free periods have none.
#[test]
fn grace_on_interest_defers_it_and_on_charging_forgoes_it() {
    let with = |interest, charging| Terms {
        interest: Interest::Declining(percent("12")),
        amortization: Amortization::EqualPrincipal,
        grace: Grace {
            principal: 0,
            interest,
            charging,
        },
        ..monthly(4)
    };
    let once = given(&["2024-01-01: 400.00"]);
    check(
        &with(2, 0),
        &once,
        &[
            "2024-02-01 100.00",
            "2024-03-01 100.00",
            "2024-04-01 100.00 + 9.00",
            "2024-05-01 100.00 + 1.00",
        ],
    );
    check(
        &with(0, 2),
        &once,
        &[
            "2024-02-01 100.00",
            "2024-03-01 100.00",
            "2024-04-01 100.00 + 2.00",
            "2024-05-01 100.00 + 1.00",
        ],
    );
}

/// Flat interest that isn't paid in grace is spread over the instalments after it, where those
/// are equal; free periods cost nothing.
#[test]
fn flat_interest_in_grace() {
    let with = |amortization, interest, charging| Terms {
        interest: Interest::Flat(percent("12")),
        amortization,
        grace: Grace {
            principal: 1,
            interest,
            charging,
        },
        ..monthly(4)
    };
    let once = given(&["2024-01-01: 300.00"]);
    check(
        &with(Amortization::EqualInstalments, 2, 0),
        &once,
        &[
            "2024-02-01 0.00",
            "2024-03-01 100.00",
            "2024-04-01 100.00 + 6.00",
            "2024-05-01 100.00 + 6.00",
        ],
    );
    check(
        &with(Amortization::EqualPrincipal, 2, 0),
        &once,
        &[
            "2024-02-01 0.00",
            "2024-03-01 100.00",
            "2024-04-01 100.00 + 9.00",
            "2024-05-01 100.00 + 3.00",
        ],
    );
    check(
        &with(Amortization::EqualInstalments, 0, 1),
        &once,
        &[
            "2024-02-01 0.00",
            "2024-03-01 100.00 + 3.00",
            "2024-04-01 100.00 + 3.00",
            "2024-05-01 100.00 + 3.00",
        ],
    );
}

/// 29 days of February at 36.5 %: a day costs a thousandth.
#[test]
fn daily_interest_counts_days() {
    let terms = Terms {
        interest: Interest::Declining(daily("36.5")),
        amortization: Amortization::EqualPrincipal,
        ..monthly(2)
    };
    check(
        &terms,
        &given(&["2024-01-15: 1000.00"]),
        &["2024-02-15 500.00 + 31.00", "2024-03-15 500.00 + 14.50"],
    );
    // Given out within the period: from its day.
    check(
        &terms,
        &given(&["2024-01-15: 1000.00", "2024-02-05: 1000.00"]),
        &["2024-02-15 1000.00 + 41.00", "2024-03-15 1000.00 + 29.00"],
    );
}

#[test]
fn due_days_follow_business_days() {
    // 1 June and 1 September 2024 are a Saturday and a Sunday.
    let following = Terms {
        adjust: fairlock_domain::calendar::Adjust::Following,
        calendar: Some(weekends()),
        ..monthly(5)
    };
    check(
        &following,
        &given(&["2024-04-01: 500.00"]),
        &[
            "2024-05-01 100.00",
            "2024-06-03 100.00",
            "2024-07-01 100.00",
            "2024-08-01 100.00",
            "2024-09-02 100.00",
        ],
    );
}

#[test]
fn a_fixed_length_moves_the_last_due_day() {
    let terms = |days| Terms {
        fixed_length_days: Some(days),
        ..monthly(3)
    };
    // None is due after the end.
    check(
        &terms(45),
        &given(&["2024-01-01: 300.00"]),
        &[
            "2024-02-01 100.00",
            "2024-02-15 100.00",
            "2024-02-15 100.00",
        ],
    );
    check(
        &terms(70),
        &given(&["2024-01-01: 300.00"]),
        &[
            "2024-02-01 100.00",
            "2024-03-01 100.00",
            "2024-03-11 100.00",
        ],
    );
}

/// Rounded up to tens, five instalments are enough.
#[test]
fn a_line_on_which_nothing_is_due_is_none() {
    let terms = Terms {
        instalment_multiple: 1_000,
        rounding: fairlock_domain::money::Rounding::Up,
        ..monthly(6)
    };
    check(
        &terms,
        &given(&["2024-01-01: 50.00"]),
        &[
            "2024-02-01 10.00",
            "2024-03-01 10.00",
            "2024-04-01 10.00",
            "2024-05-01 10.00",
            "2024-06-01 10.00",
        ],
    );
}
