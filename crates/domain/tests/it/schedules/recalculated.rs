//! Schedules whose interest follows payments, against Apache Fineract's tables where they are.

use fairlock_domain::calendar::Step;
use fairlock_domain::loan::recalculation::{History, Paid, Until, recalculate};
use fairlock_domain::loan::terms::{
    Compounding, Interest, PastDue, PayoffUntil, Prepayment, Recalculation, Rest, ScheduleType,
    Terms, TermsError,
};

use super::compared;
use super::{daily, day, given, monthly, thirty, written};

/// 5,000 over six months at 12 % by days, in instalments of whole units.
fn terms(recalculation: Recalculation) -> Terms {
    Terms {
        interest: Interest::Declining(daily("12")),
        instalment_multiple: 100,
        recalculation: Some(recalculation),
        ..monthly(6)
    }
}

const USUAL: Recalculation = Recalculation {
    rest: Rest::Daily,
    compounding: Compounding::None,
    prepayment: Prepayment::ReduceInstalment,
    payoff: PayoffUntil::Day,
    past_due: PastDue::PeriodsWithPayments,
};

/// "2022-12-05: 200.00" for each payment.
fn paid(each: &[&str]) -> Vec<Paid> {
    let payments = given(each).into_iter();
    payments
        .map(|payment| Paid {
            on: payment.on,
            due: payment.on,
            principal: payment.amount.minor(),
            interest: 0,
        })
        .collect()
}

/// The last table of a scenario says what the payments make of the schedule.
fn agrees(scenario: &str, recalculation: Recalculation, start: &str, payments: &[&str]) {
    let Some(table) = compared::last_table("LoanRepayment", scenario) else {
        return;
    };
    let (terms, paid) = (terms(recalculation), paid(payments));
    let lines = recalculate(&History {
        terms: &terms,
        given: &given(&[&format!("{start}: 5000.00")]),
        variations: &[],
        paid: &paid,
        until: Until::AsOf(paid[paid.len() - 1].on),
    });
    let lines: Vec<String> = lines
        .expect("a schedule")
        .iter()
        .map(compared::row)
        .collect();
    assert_eq!(lines, table, "{scenario}");
}

#[test]
fn past_due_interest_bears_interest_where_it_compounds() {
    let compounding = Compounding::Interest(Step::MONTHLY);
    let rules = Recalculation {
        compounding,
        ..USUAL
    };
    agrees("RP01", rules, "2022-09-01", &["2022-12-04: 862.00"]);
}

#[test]
fn early_money_lowers_the_balance_and_the_instalments() {
    agrees("RP03", USUAL, "2022-11-01", &["2022-11-27: 863.00"]);
    agrees("RP09", USUAL, "2022-11-01", &["2022-11-27: 1500.00"]);
}

#[test]
fn what_is_past_due_bears_interest_until_the_payment() {
    agrees("RP05", USUAL, "2022-11-01", &["2022-12-01: 200.00"]);
    agrees("RP07", USUAL, "2022-11-01", &["2022-12-05: 200.00"]);
}

#[test]
fn money_beyond_an_instalment_makes_fewer_or_pays_the_next() {
    let payments = ["2022-12-01: 1000.00", "2023-01-01: 2000.00"];
    let fewer = Recalculation {
        prepayment: Prepayment::ReduceCount,
        ..USUAL
    };
    agrees("RP11", fewer, "2022-11-01", &payments);
    let next = Recalculation {
        prepayment: Prepayment::RescheduleNext,
        ..USUAL
    };
    agrees("RP13", next, "2022-11-01", &payments);
}

#[test]
fn a_balance_may_count_from_due_day_to_due_day() {
    let rules = Recalculation {
        rest: Rest::SamePeriod,
        ..USUAL
    };
    agrees("RP15", rules, "2022-11-01", &["2023-02-01: 862.00"]);
}

/// What is past due bears interest in every period, when the terms say so.
#[test]
fn every_period_counts() {
    let rules = Recalculation {
        past_due: PastDue::EveryPeriod,
        ..USUAL
    };
    let (terms, once) = (terms(rules), given(&["2022-11-01: 5000.00"]));
    let schedule = |until| {
        let history = History {
            terms: &terms,
            given: &once,
            variations: &[],
            paid: &[],
            until,
        };
        let lines = recalculate(&history).expect("a schedule");
        lines.iter().map(written).collect::<Vec<String>>()
    };
    // Nothing paid until 1 March: the whole 5,000 bears interest, 31 days of it 50.96.
    let unpaid = schedule(Until::AsOf(day("2023-03-01")));
    assert_eq!(unpaid[0], "2022-12-01 812.68 + 49.32");
    assert_eq!(unpaid[1], "2023-01-01 811.04 + 50.96");
    assert_eq!(unpaid[2], "2023-02-01 811.04 + 50.96");
    assert_eq!(unpaid[3], "2023-03-01 815.97 + 46.03");
    // From there as agreed: 1,749.27 for 31 days.
    assert_eq!(unpaid[4], "2023-04-01 844.17 + 17.83");
    // All paid on 16 January: 15 days of 5,000 and nothing after.
    let payoff = schedule(Until::PayoffOn(day("2023-01-16")));
    assert_eq!(payoff.len(), 3);
    assert_eq!(payoff[2], "2023-01-16 3376.28 + 24.66");
}

/// After the last due day too, a line of interest for each payment and for what is left.
#[test]
fn interest_runs_on_after_the_end() {
    let rules = Recalculation {
        past_due: PastDue::EveryPeriod,
        ..USUAL
    };
    let terms = Terms {
        count: 1,
        ..terms(rules)
    };
    let history = History {
        terms: &terms,
        given: &given(&["2022-11-01: 1000.00"]),
        variations: &[],
        paid: &paid(&["2022-12-11: 609.86"]),
        until: Until::AsOf(day("2022-12-21")),
    };
    let lines = recalculate(&history).expect("a schedule");
    let lines: Vec<String> = lines.iter().map(written).collect();
    // Ten days of 1,000; the payment pays 9.86 and 600; then ten days of the 400 and 3.29 left
    // of which interest bears none.
    assert_eq!(
        lines,
        [
            "2022-12-01 1000.00 + 9.86",
            "2022-12-11 0.00 + 3.29",
            "2022-12-21 0.00 + 1.32"
        ]
    );
}

#[test]
fn bad_payments_have_their_own_answers() {
    let (terms, once) = (terms(USUAL), given(&["2022-11-01: 1000.00"]));
    let check = |paid: &[Paid], expected| {
        let history = History {
            terms: &terms,
            given: &once,
            variations: &[],
            paid,
            until: Until::AsOf(day("2023-01-01")),
        };
        assert_eq!(recalculate(&history), Err(expected));
    };
    let back = paid(&["2022-12-01: 1.00", "2022-11-30: 1.00"]);
    check(&back, TermsError::OutOfOrder);
    let mut one = paid(&["2022-12-01: 1.00"]);
    one[0].interest = -1;
    check(&one, TermsError::NotPositive);
    one[0].interest = 1_000_000_000_000_001;
    check(&one, TermsError::TooLarge);
}

/// A down payment is paid first, and never bears interest.
#[test]
fn a_down_payment_isnt_part_of_the_balance() {
    let rules = Recalculation {
        past_due: PastDue::EveryPeriod,
        ..USUAL
    };
    let terms = Terms {
        count: 1,
        down_payment: Some(fairlock_domain::money::Rate::from_percent(25).expect("a rate")),
        ..terms(rules)
    };
    let history = History {
        terms: &terms,
        given: &given(&["2022-11-01: 2000.00"]),
        variations: &[],
        paid: &paid(&["2022-11-11: 1000.00"]),
        until: Until::AsOf(day("2022-11-11")),
    };
    let lines = recalculate(&history).expect("a schedule");
    let lines: Vec<String> = lines.iter().map(written).collect();
    // Ten days of 1,500, twenty of 1,000.
    assert_eq!(
        lines,
        [
            "down payment 2022-11-01 500.00",
            "2022-12-01 1500.00 + 11.51"
        ]
    );
}

mod progressive {
    use super::*;
    use fairlock_domain::loan::schedule::Line;

    fn terms() -> Terms {
        Terms {
            interest: Interest::Declining(thirty("7")),
            schedule_type: ScheduleType::Progressive,
            recalculation: Some(Recalculation {
                prepayment: Prepayment::AdjustLast,
                past_due: PastDue::EveryPeriod,
                ..USUAL
            }),
            ..monthly(6)
        }
    }

    fn lines(paid: &[Paid], until: Until) -> Vec<Line> {
        let (terms, once) = (terms(), given(&["2024-01-01: 100.00"]));
        let history = History {
            terms: &terms,
            given: &once,
            variations: &[],
            paid,
            until,
        };
        recalculate(&history).expect("a schedule")
    }

    fn agrees(scenario: &str, nth: usize, lines: &[Line]) {
        let Some(table) = compared::table("Loan", scenario, nth) else {
            return;
        };
        let lines: Vec<String> = lines.iter().map(compared::row).collect();
        assert_eq!(lines, table, "{scenario}, table {nth}");
    }

    const FIRST: (&str, &str, i128, i128) = ("2024-02-01", "2024-02-01", 1643, 58);

    fn paid((on, due, principal, interest): (&str, &str, i128, i128)) -> Paid {
        Paid {
            on: day(on),
            due: day(due),
            principal,
            interest,
        }
    }

    /// More than was given out can't have been paid.
    #[test]
    fn too_much_paid_is_refused() {
        let (terms, once) = (terms(), given(&["2024-01-01: 100.00"]));
        let history = History {
            terms: &terms,
            given: &once,
            variations: &[],
            paid: &[paid(("2024-02-01", "2024-07-01", 10_001, 0))],
            until: Until::AsOf(day("2024-02-01")),
        };
        assert_eq!(recalculate(&history), Err(TermsError::PaidTooMuch));
    }

    #[test]
    fn what_was_never_paid_bears_interest_whole() {
        let scenario = "Interest recalculation - S1 daily for overdue loan";
        agrees(scenario, 0, &lines(&[], Until::AsOf(day("2024-07-15"))));
    }

    #[test]
    fn what_is_past_due_bears_interest_until_today() {
        let scenario = "Interest recalculation - S3 1 paid, 1 overdue";
        let known = Until::AsOf(day("2024-03-10"));
        agrees(scenario, 0, &lines(&[paid(FIRST)], known));
    }

    /// The payoff is what is left with the interest until its day; once paid, that is the schedule.
    #[test]
    fn a_payoff_ends_interest_on_its_day() {
        let scenario = "Early pay-off loan with interest, TILL_PRECLOSE product";
        let on = day("2024-02-15");
        let payoff = lines(&[paid(FIRST)], Until::PayoffOn(on));
        agrees(scenario, 2, &payoff);
        let owed: i128 = payoff[1..].iter().map(Line::total).sum();
        assert_eq!(owed, 8381);
        let mut all = vec![paid(FIRST)];
        all.extend(payoff[1..].iter().map(|line| Paid {
            on,
            due: line.due,
            principal: line.principal,
            interest: line.interest,
        }));
        agrees(scenario, 2, &lines(&all, Until::AsOf(day("2024-03-20"))));
    }
}
