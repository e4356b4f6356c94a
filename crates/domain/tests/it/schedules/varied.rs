//! Schedules changed within the term, against Apache Fineract's tables where they are.

use fairlock_domain::loan::schedule::{Disbursement, generate, generate_varied};
use fairlock_domain::loan::terms::{Amortization, Interest, Terms, TermsError};
use fairlock_domain::loan::variation::{Variation, reschedule};
use fairlock_domain::money::Rate;

use super::compared;
use super::{day, every, given, monthly, percent, written};

fn agrees(scenario: &str, terms: &Terms, given: &[Disbursement], variation: Variation) {
    let Some(table) = compared::last_table("LoanReschedule", scenario) else {
        return;
    };
    let lines = generate_varied(terms, given, &[variation]).expect("a schedule");
    let lines: Vec<String> = lines.iter().map(compared::row).collect();
    assert_eq!(lines, table, "{scenario}");
}

fn check(terms: &Terms, variations: &[Variation], expected: &[&str]) {
    let once = given(&["2024-01-01: 400.00"]);
    let lines = generate_varied(terms, &once, variations).expect("a schedule");
    let lines: Vec<String> = lines.iter().map(written).collect();
    assert_eq!(lines, expected);
}

/// A quarter down and three instalments every 15 days.
fn fortnights() -> Terms {
    Terms {
        step: every(15),
        down_payment: Some(Rate::from_percent(25).expect("a rate")),
        instalment_multiple: 100,
        ..monthly(3)
    }
}

#[test]
fn a_payment_holiday_moves_all_that_follows() {
    let once = given(&["2023-10-01: 1000.00"]);
    let moved = |due| Variation {
        due: Some(day(due)),
        ..Variation::at(day("2023-10-16"))
    };
    let scenario = "Verify that Payment Holiday (Reschedule with adjustedDueDate) works properly \
                    in case of ";
    let by = |what: &str| format!("{scenario}{what}");
    let two = by("loan schedule adjusted by 2 installment period after successful downpayment");
    agrees(&two, &fortnights(), &once, moved("2023-11-15"));
    let twice = given(&["2023-10-01: 1000.00", "2023-10-10: 400.00"]);
    let more = by("auto downpayment and 2nd disbursement before reschedule");
    agrees(&more, &fortnights(), &twice, moved("2023-10-31"));
    let with_grace = Variation {
        grace_principal: 1,
        ..moved("2023-10-31")
    };
    let grace = by("loan schedule adjusted by 1 installment period and 1 grace on principal");
    agrees(&grace, &fortnights(), &once, with_grace);
}

#[test]
fn more_instalments_share_what_is_left() {
    let extra = |from| Variation {
        extra: 2,
        ..Variation::at(day(from))
    };
    let scenario = "Verify that loan is rescheduled properly in case of: multiple installments, \
                    extending repayment schedule";
    let terms = Terms {
        instalment_multiple: 100,
        ..monthly(3)
    };
    let once = given(&["2023-07-01: 3000.00"]);
    agrees(scenario, &terms, &once, extra("2023-09-01"));
    let scenario = "Verify that reschedule: add extra terms working properly with auto downpayment";
    let once = given(&["2023-10-01: 1000.00"]);
    agrees(scenario, &fortnights(), &once, extra("2023-10-16"));
}

#[test]
fn flat_interest_of_more_time_is_more() {
    let terms = Terms {
        interest: Interest::Flat(percent("12")),
        ..monthly(4)
    };
    let later = Variation {
        extra: 1,
        ..Variation::at(day("2024-03-01"))
    };
    check(
        &terms,
        &[later],
        &[
            "2024-02-01 100.00 + 4.00",
            "2024-03-01 75.00 + 4.00",
            "2024-04-01 75.00 + 4.00",
            "2024-05-01 75.00 + 4.00",
            "2024-06-01 75.00 + 4.00",
        ],
    );
}

#[test]
fn another_rate_counts_from_its_instalment() {
    let terms = Terms {
        interest: Interest::Declining(percent("12")),
        amortization: Amortization::EqualPrincipal,
        ..monthly(4)
    };
    let dearer = Variation {
        rate: Some(Rate::from_percent(24).expect("a rate")),
        grace_interest: 1,
        ..Variation::at(day("2024-03-01"))
    };
    check(
        &terms,
        &[dearer],
        &[
            "2024-02-01 100.00 + 4.00",
            "2024-03-01 100.00",
            "2024-04-01 100.00 + 10.00",
            "2024-05-01 100.00 + 2.00",
        ],
    );
}

/// The second change speaks of a day that the first one made.
#[test]
fn each_change_counts_on_the_one_before() {
    let moved = |from, due| Variation {
        due: Some(day(due)),
        ..Variation::at(day(from))
    };
    check(
        &monthly(4),
        &[
            moved("2024-03-01", "2024-03-31"),
            moved("2024-04-30", "2024-05-15"),
        ],
        &[
            "2024-02-01 100.00",
            "2024-03-31 100.00",
            "2024-05-15 100.00",
            "2024-06-15 100.00",
        ],
    );
}

#[test]
fn both_schedules_and_the_reason_are_kept() {
    let (terms, once) = (monthly(4), given(&["2024-01-01: 400.00"]));
    let later = Variation {
        due: Some(day("2024-03-15")),
        ..Variation::at(day("2024-03-01"))
    };
    let change = reschedule(
        &terms,
        &once,
        &[],
        later,
        day("2024-02-20"),
        "flood in the district",
    );
    let change = change.expect("a change");
    assert_eq!(change.before, generate(&terms, &once).expect("a schedule"));
    assert_eq!(change.after[1].due, day("2024-03-15"));
    assert_eq!(
        (change.on, change.reason.as_str()),
        (day("2024-02-20"), "flood in the district")
    );
}

#[test]
fn a_change_needs_an_instalment_and_a_later_day() {
    let (terms, once) = (monthly(4), given(&["2024-01-01: 400.00"]));
    let refused = |variation| generate_varied(&terms, &once, &[variation]);
    let nowhere = Variation::at(day("2024-03-02"));
    assert_eq!(refused(nowhere), Err(TermsError::NoSuchInstalment));
    let back = Variation {
        due: Some(day("2024-02-01")),
        ..Variation::at(day("2024-03-01"))
    };
    assert_eq!(refused(back), Err(TermsError::DueDaysCollide));
    let endless = Variation {
        extra: u16::MAX,
        grace_principal: u16::MAX,
        grace_interest: u16::MAX,
        ..Variation::at(day("2024-03-01"))
    };
    assert_eq!(refused(endless), Err(TermsError::TooManyInstalments));
}
