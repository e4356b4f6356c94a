//! What a borrower would pay: tables, and that paying what is quoted ends the loan.

use fairlock_domain::calendar::{Day, DayCount, Instant};
use fairlock_domain::loan::command::{Act, Command};
use fairlock_domain::loan::payoff::{Unearned, arrears, due_today, quote, refundable, restore};
use fairlock_domain::loan::terms::{
    Charging, Compounding, Interest, InterestPeriod, PastDue, PayoffUntil, Prepayment,
    Recalculation, Rest, ScheduleType, Terms,
};
use fairlock_domain::loan::{Loan, Outcome, Status, apply};
use proptest::prelude::*;

use crate::loan_laws::kit::{
    SIGNED, Story, charge_back, day, disburse, fee, five, goodwill, kes, monthly, pay,
    refund_credit, rules, waive, yearly,
};
use crate::loan_laws::worlds::{Facts, World, worlds};

/// 900.00 in three instalments, due on 1 February, 1 March and 1 April.
fn story() -> Story {
    Story::of(90_000, 3)
}

#[test]
fn arrears_were_due_before_the_day() {
    let check = |story: &Story, on: &str, late: i128, today: i128| {
        assert_eq!(arrears(&story.loan, day(on)).amount(), late, "late on {on}");
        assert_eq!(restore(&story.loan, day(on)).amount(), late, "on {on}");
        assert_eq!(
            due_today(&story.loan, day(on)).amount(),
            today,
            "due on {on}"
        );
    };
    check(&story(), "2026-01-31", 0, 0);
    check(&story(), "2026-02-01", 0, 30_000);
    check(&story(), "2026-02-02", 30_000, 0);
    check(&story(), "2026-03-01", 30_000, 30_000);
    check(&story(), "2026-05-01", 90_000, 0);
    let part = story().then("part", "2026-02-20", pay(10_000));
    check(&part, "2026-02-21", 20_000, 0);
    let charged = part.then("fee", "2026-02-20", fee(700, "2026-02-25"));
    check(&charged, "2026-03-02", 50_700, 0);
    // A chargeback is owed with the next instalment: no phone is locked for it before.
    let back = story().then("paid", "2026-01-20", pay(30_000)).then(
        "back",
        "2026-02-10",
        charge_back("paid", 20_000),
    );
    check(&back, "2026-03-01", 0, 50_000);
    check(&back, "2026-03-02", 50_000, 0);
}

#[test]
fn credit_covers_the_oldest_debt_first() {
    // Of charges that count from their day, credit of before isn't given to them by itself.
    let story = story()
        .then("over", "2026-01-20", pay(90_500))
        .then("first", "2026-02-10", fee(300, "2026-02-10"))
        .then("second", "2026-03-20", fee(400, "2026-03-20"));
    let late = arrears(&story.loan, day("2026-04-02"));
    assert_eq!((late.parts.debt(), late.by_credit), (700, 500));
    assert_eq!(late.amount(), 200);
    let on = day("2026-04-01");
    let late = arrears(&story.loan, on);
    assert_eq!((late.parts.debt(), late.by_credit), (300, 300));
    let today = due_today(&story.loan, on);
    assert_eq!((today.parts.debt(), today.by_credit), (400, 200));
    let all = quote(&story.loan, on, 0, Unearned::Owed).expect("small amounts");
    assert_eq!((all.owed.parts.debt(), all.amount()), (700, 200));
}

/// 900.00 at 24 % a year in three monthly instalments, given out on 1 January.
fn with_interest(interest: Interest) -> Story {
    let terms = Terms {
        interest,
        ..monthly(3)
    };
    Story::new(terms, rules()).then("out", SIGNED, disburse(90_000))
}

/// Principal, interest, fee, penalty; the rebate; the last day on which it is right.
#[track_caller]
fn check_quote(
    story: &Story,
    (on, days): (&str, u16),
    unearned: Unearned,
    expected: ([i128; 4], i128, &str),
) {
    let found = quote(&story.loan, day(on), days, unearned).expect("small amounts");
    let [principal, interest, fee, penalty, _] = five(&found.owed.parts);
    assert_eq!([principal, interest, fee, penalty], expected.0, "on {on}");
    assert_eq!(found.amount(), expected.0.iter().sum::<i128>());
    assert_eq!(found.rebate, expected.1, "rebate on {on}");
    assert_eq!(found.valid_until, day(expected.2), "until when, of {on}");
}

#[test]
fn of_interest_that_was_agreed_the_contract_says_what_is_owed() {
    use Unearned::{GivenUp, Owed};
    // 18.00 in each of three months.
    let flat = with_interest(Interest::Flat(yearly(24)));
    check_quote(
        &flat,
        ("2026-01-16", 0),
        Owed,
        ([90_000, 5_400, 0, 0], 0, "2026-01-16"),
    );
    // Fifteen of January's 31 days are gone: 8.7097.
    let part = 871;
    let left = 5_400 - part;
    check_quote(
        &flat,
        ("2026-01-16", 0),
        GivenUp,
        ([90_000, part, 0, 0], left, "2026-01-16"),
    );
    check_quote(
        &flat,
        ("2026-02-01", 0),
        GivenUp,
        ([90_000, 1_800, 0, 0], 3_600, "2026-02-01"),
    );
    check_quote(
        &flat,
        ("2026-04-01", 0),
        GivenUp,
        ([90_000, 5_400, 0, 0], 0, "2026-04-01"),
    );
    check_quote(
        &flat,
        ("2026-06-01", 0),
        GivenUp,
        ([90_000, 5_400, 0, 0], 0, "2026-06-01"),
    );

    // What was paid ahead stays paid.
    let ahead = flat.then("ahead", "2026-01-10", pay(31_800));
    check_quote(
        &ahead,
        ("2026-01-16", 0),
        GivenUp,
        ([60_000, 0, 0, 0], 3_600, "2026-01-16"),
    );

    let given_up = Terms {
        interest: Interest::Declining(yearly(24)),
        ..monthly(3)
    };
    assert_eq!(Unearned::usual(&given_up), GivenUp);
    let sum = Terms {
        interest: Interest::Flat(yearly(24)),
        ..monthly(3)
    };
    assert_eq!(Unearned::usual(&sum), Owed);
}

#[test]
fn a_quote_holds_until_it_would_be_another() {
    use Unearned::{GivenUp, Owed};
    let flat = with_interest(Interest::Flat(yearly(24)));
    check_quote(
        &flat,
        ("2026-01-16", 14),
        Owed,
        ([90_000, 5_400, 0, 0], 0, "2026-01-30"),
    );
    check_quote(
        &flat,
        ("2026-04-01", 7),
        GivenUp,
        ([90_000, 5_400, 0, 0], 0, "2026-04-08"),
    );
    // A day later more is earned.
    let part = 871;
    let left = 5_400 - part;
    check_quote(
        &flat,
        ("2026-01-16", 14),
        GivenUp,
        ([90_000, part, 0, 0], left, "2026-01-16"),
    );
    let small = Story::new(
        Terms {
            interest: Interest::Flat(yearly(1)),
            ..monthly(1)
        },
        rules(),
    );
    // Three cents in a month: half a cent is rounded once in ten days.
    let small = small.then("out", SIGNED, disburse(3_600));
    check_quote(
        &small,
        ("2026-01-10", 30),
        GivenUp,
        ([3_600, 1, 0, 0], 2, "2026-01-16"),
    );
}

#[test]
fn fees_that_were_raised_are_owed_and_waived_ones_are_not() {
    let charged = story()
        .then("now", "2026-01-10", fee(500, "2026-01-12"))
        .then("later", "2026-01-10", fee(700, "2026-03-20"));
    let owed = ([90_000, 0, 1_200, 0], 0, "2026-01-20");
    check_quote(&charged, ("2026-01-15", 5), Unearned::GivenUp, owed);
    let waived = charged.then("gift", "2026-01-15", waive("later"));
    let owed = ([90_000, 0, 500, 0], 0, "2026-01-20");
    check_quote(&waived, ("2026-01-15", 5), Unearned::GivenUp, owed);
}

#[test]
fn nothing_ends_what_has_ended() {
    let none = |on| ([0; 4], 0, on);
    let agreed = Story::new(monthly(3), rules());
    check_quote(
        &agreed,
        ("2026-01-02", 1),
        Unearned::Owed,
        none("2026-01-03"),
    );
    let settled = story().then("all", "2026-01-20", pay(90_000));
    check_quote(
        &settled,
        ("2026-02-10", 1),
        Unearned::Owed,
        none("2026-02-11"),
    );
    let lost = story().then("lost", "2026-03-20", Act::WriteOff);
    check_quote(&lost, ("2026-04-10", 1), Unearned::Owed, none("2026-04-11"));
}

#[test]
fn credit_is_refundable_as_long_as_the_contract_runs() {
    assert_eq!(refundable(&story().loan), kes(0));
    let over = story().then("over", "2026-01-20", pay(90_500));
    assert_eq!(refundable(&over.loan), kes(500));
    let (same, outcome) = over.clone().tried("more", "2026-01-21", refund_credit(501));
    assert_eq!(outcome, Outcome::MoreThanCredit);
    let refunded = same.then("refund", "2026-01-21", refund_credit(500));
    assert_eq!(refundable(&refunded.loan), kes(0));
    assert_eq!(refunded.loan.status(), Status::Settled);
    let closed = refunded.then("end", "2026-01-22", Act::Close);
    assert_eq!(refundable(&closed.loan), kes(0));
}

/// Daily interest on what is really owed.
fn recalculating() -> Terms {
    Terms {
        interest: Interest::Declining(Charging {
            days: DayCount::Actual365Fixed,
            period: InterestPeriod::Daily,
            ..yearly(36)
        }),
        recalculation: Some(Recalculation {
            rest: Rest::Daily,
            compounding: Compounding::None,
            prepayment: Prepayment::AdjustLast,
            payoff: PayoffUntil::Day,
            past_due: PastDue::EveryPeriod,
        }),
        schedule_type: ScheduleType::Progressive,
        ..monthly(3)
    }
}

#[test]
fn where_interest_follows_payments_only_what_arose_is_owed() {
    let story = Story::new(recalculating(), rules()).then("out", SIGNED, disburse(90_000));
    for (days, on) in [(10, "2026-01-11"), (15, "2026-01-16"), (31, "2026-02-01")] {
        let interest = (90_000 * 36 * days + 18_250) / 36_500;
        let owed = ([90_000, interest, 0, 0], 0, on);
        check_quote(&story, (on, 3), Unearned::usual(&recalculating()), owed);
        let paid = story.clone().then("all", on, pay(90_000 + interest));
        assert_eq!(paid.loan.status(), Status::Settled);
    }
}

/// The loan after random facts, and the day after the last of them.
fn lived(world: &World) -> (Loan, Day) {
    let loan = world
        .facts
        .iter()
        .fold(world.loan(), |loan, fact| apply(loan, fact).0);
    let last = loan.entries().iter().map(|entry| entry.command.on).max();
    (loan, last.unwrap_or(day(SIGNED)).plus_days(1))
}

/// Pays, if there is anything to pay.
fn paying(loan: Loan, id: &str, on: Day, act: Act) -> Loan {
    if matches!(&act, Act::Pay { amount, .. } if amount.is_zero()) {
        return loan;
    }
    let command = Command {
        id: id.to_owned(),
        on,
        at: Instant::from_unix_seconds(9_000),
        act,
    };
    let (loan, outcome) = apply(loan, &command);
    assert_eq!(outcome, Outcome::Done);
    loan
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn paying_what_is_quoted_ends_the_loan(
        world in worlds(Facts::All),
        after in 0..100_i32,
        given_up in any::<bool>(),
    ) {
        let (loan, next) = lived(&world);
        let on = next.plus_days(after);
        if loan.status() != Status::Active {
            return Ok(());
        }
        let unearned = if given_up { Unearned::GivenUp } else { Unearned::Owed };
        let quote = quote(&loan, on, 0, unearned).expect("amounts that can be computed");
        let paid = paying(loan.clone(), "gift", on, goodwill(quote.rebate));
        let paid = paying(paid, "all", on, pay(quote.amount()));
        prop_assert_eq!(paid.outstanding(), kes(0));
        prop_assert_eq!(paid.credit(), kes(0));
        // Where interest follows payments, a cent of interest may fall away with the principal.
        if quote.amount() > 1 && !loan.terms().recalculates() {
            let less = paying(loan.clone(), "gift", on, goodwill(quote.rebate));
            let less = paying(less, "most", on, pay(quote.amount() - 1));
            prop_assert!(less.outstanding().is_positive());
        }
    }

    #[test]
    fn a_quote_is_the_same_on_each_day_of_it(world in worlds(Facts::All), days in 0..20_u16) {
        let (loan, on) = lived(&world);
        let first = quote(&loan, on, days, Unearned::GivenUp).expect("small amounts");
        prop_assert!(first.valid_until <= on.plus_days(i32::from(days)));
        let mut day = on;
        while day < first.valid_until {
            day = day.plus_days(1);
            let other = quote(&loan, day, 0, Unearned::GivenUp).expect("small amounts");
            prop_assert_eq!((other.owed, other.rebate), (first.owed, first.rebate));
        }
    }

    #[test]
    fn what_is_late_is_part_of_what_ends_the_loan(world in worlds(Facts::All), after in 0..100_i32) {
        let (loan, next) = lived(&world);
        let on = next.plus_days(after);
        let (late, today) = (arrears(&loan, on), due_today(&loan, on));
        prop_assert!(late.by_credit >= 0 && today.by_credit >= 0);
        prop_assert!(late.by_credit + today.by_credit <= loan.credit().minor());
        prop_assert!(late.amount() >= 0 && today.amount() >= 0);
        prop_assert!(late.parts.debt() + today.parts.debt() <= loan.outstanding().minor());
    }
}
