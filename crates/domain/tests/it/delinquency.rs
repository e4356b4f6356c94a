//! How late a loan is, by tables and laws.

use fairlock_domain::calendar::Day;
use fairlock_domain::loan::command::Act;
use fairlock_domain::loan::delinquency::{
    Ageing, Bucket, Buckets, BucketsError, NextDue, PausedDays, delinquency, late_by_bucket,
    late_by_line, next_due,
};
use fairlock_domain::loan::{Loan, apply};
use proptest::prelude::*;

use crate::loan_laws::kit::{Story, charge_back, day, fee, kes, pause, pay, reverse};
use crate::loan_laws::worlds::{Facts, worlds};

/// 900.00 in three instalments, due on 1 February, 1 March and 1 April.
fn story() -> Story {
    Story::of(90_000, 3)
}

const STRICT: Ageing = Ageing {
    grace: 0,
    paused: PausedDays::WhileLate,
};

const GRACE_OF_3: Ageing = Ageing {
    grace: 3,
    paused: PausedDays::WhileLate,
};

/// Days past due, delinquent days, since when, and how much; nothing when that is zero.
#[track_caller]
fn check(story: &Story, on: &str, ageing: Ageing, expected: (u32, u32, &str, i128)) {
    let found = delinquency(&story.loan, day(on), ageing);
    let since = found.since.map(|day| day.to_string());
    let found = (
        found.past_due_days,
        found.delinquent_days,
        since.as_deref().unwrap_or("never"),
        found.amount.debt(),
    );
    assert_eq!(found, expected, "on {on}");
}

const NEVER: (u32, u32, &str, i128) = (0, 0, "never", 0);

#[test]
fn days_count_from_the_oldest_open_due_day() {
    check(&story(), "2026-01-31", STRICT, NEVER);
    check(&story(), "2026-02-01", STRICT, NEVER);
    check(&story(), "2026-02-02", STRICT, (1, 1, "2026-02-01", 30_000));
    check(
        &story(),
        "2026-03-01",
        STRICT,
        (28, 28, "2026-02-01", 30_000),
    );
    check(
        &story(),
        "2026-03-02",
        STRICT,
        (29, 29, "2026-02-01", 60_000),
    );

    let part = story().then("part", "2026-02-20", pay(10_000));
    check(&part, "2026-03-02", STRICT, (29, 29, "2026-02-01", 50_000));
    let first = story().then("first", "2026-02-20", pay(30_000));
    check(&first, "2026-02-20", STRICT, NEVER);
    check(&first, "2026-03-02", STRICT, (1, 1, "2026-03-01", 30_000));
    let undone = first.then("undo", "2026-02-25", reverse("first"));
    check(
        &undone,
        "2026-03-02",
        STRICT,
        (29, 29, "2026-02-01", 60_000),
    );

    let charged = story().then("fee", "2026-01-15", fee(500, "2026-01-20"));
    check(&charged, "2026-02-02", STRICT, (1, 1, "2026-02-01", 30_500));
}

#[test]
fn grace_moves_the_beginning_and_not_the_days_past_due() {
    check(
        &story(),
        "2026-02-02",
        GRACE_OF_3,
        (1, 0, "2026-02-04", 30_000),
    );
    check(
        &story(),
        "2026-02-04",
        GRACE_OF_3,
        (3, 0, "2026-02-04", 30_000),
    );
    check(
        &story(),
        "2026-02-05",
        GRACE_OF_3,
        (4, 1, "2026-02-04", 30_000),
    );
    check(
        &story(),
        "2026-03-02",
        GRACE_OF_3,
        (29, 26, "2026-02-04", 60_000),
    );
}

#[test]
fn days_stand_still_in_a_pause() {
    // The 11th to the 19th don't count, the 20th does.
    let paused = story().then("pause", "2026-02-11", pause("2026-02-20"));
    check(
        &paused,
        "2026-02-11",
        STRICT,
        (10, 10, "2026-02-01", 30_000),
    );
    check(
        &paused,
        "2026-02-15",
        STRICT,
        (14, 10, "2026-02-01", 30_000),
    );
    check(
        &paused,
        "2026-02-20",
        STRICT,
        (19, 10, "2026-02-01", 30_000),
    );
    check(
        &paused,
        "2026-02-21",
        STRICT,
        (20, 11, "2026-02-01", 30_000),
    );
    check(
        &paused,
        "2026-02-21",
        GRACE_OF_3,
        (20, 8, "2026-02-04", 30_000),
    );

    let resumed = paused.then("resume", "2026-02-13", Act::Resume);
    check(
        &resumed,
        "2026-02-13",
        STRICT,
        (12, 10, "2026-02-01", 30_000),
    );
    check(
        &resumed,
        "2026-02-21",
        STRICT,
        (20, 18, "2026-02-01", 30_000),
    );

    let twice = resumed.then("again", "2026-02-15", pause("2026-02-17"));
    check(&twice, "2026-02-21", STRICT, (20, 16, "2026-02-01", 30_000));
}

#[test]
fn of_a_pause_before_anything_was_late_the_contract_says_whether_it_counts() {
    let all = Ageing {
        grace: 3,
        paused: PausedDays::All,
    };
    let before = story().then("pause", "2026-01-22", pause("2026-02-06"));
    check(
        &before,
        "2026-02-16",
        GRACE_OF_3,
        (15, 7, "2026-02-04", 30_000),
    );
    check(&before, "2026-02-16", all, (15, 0, "2026-02-04", 30_000));
    check(&before, "2026-02-20", all, (19, 1, "2026-02-04", 30_000));
    // Of what became late after it none.
    let later = before.then("first", "2026-02-20", pay(30_000));
    check(
        &later,
        "2026-03-11",
        GRACE_OF_3,
        (10, 7, "2026-03-04", 30_000),
    );
}

#[test]
fn a_loan_that_owes_nothing_is_not_late() {
    let settled = story().then("all", "2026-03-10", pay(90_000));
    check(&settled, "2026-06-01", STRICT, NEVER);
    let closed = settled.clone().then("close", "2026-03-11", Act::Close);
    check(&closed, "2026-06-01", STRICT, NEVER);
    let over = settled.then("more", "2026-03-11", pay(1));
    check(&over, "2026-06-01", STRICT, NEVER);
    let lost = story().then("lost", "2026-03-10", Act::WriteOff);
    check(&lost, "2026-06-01", STRICT, NEVER);
    let some = Act::Recover { amount: kes(500) };
    let recovered = lost.then("some", "2026-03-20", some);
    check(&recovered, "2026-06-01", STRICT, NEVER);
}

#[test]
fn a_chargeback_is_late_from_its_own_day() {
    let paid = story().then("paid", "2026-01-20", pay(30_000));
    // Owed with the instalment of March, and late already.
    let back = paid
        .clone()
        .then("back", "2026-02-10", charge_back("paid", 20_000));
    check(&back, "2026-02-10", STRICT, NEVER);
    check(&back, "2026-02-11", STRICT, (1, 1, "2026-02-10", 20_000));
    check(
        &back,
        "2026-02-15",
        GRACE_OF_3,
        (5, 2, "2026-02-13", 20_000),
    );
    // What was agreed for March is late from March on.
    check(&back, "2026-03-01", STRICT, (19, 19, "2026-02-10", 20_000));
    check(&back, "2026-03-02", STRICT, (20, 20, "2026-02-10", 50_000));

    let some = back.clone().then("some", "2026-02-12", pay(5_000));
    check(&some, "2026-02-13", STRICT, (3, 3, "2026-02-10", 15_000));
    let again = back.clone().then("again", "2026-02-12", pay(20_000));
    check(&again, "2026-02-13", STRICT, NEVER);
    check(&again, "2026-03-02", STRICT, (1, 1, "2026-03-01", 30_000));

    let more = back.then("more", "2026-02-14", charge_back("paid", 10_000));
    check(&more, "2026-02-15", STRICT, (5, 5, "2026-02-10", 30_000));
    let undone = more.then("undo", "2026-02-16", reverse("back"));
    check(&undone, "2026-02-15", STRICT, (1, 1, "2026-02-14", 10_000));
}

#[test]
fn a_chargeback_is_of_the_period_that_begins_on_its_day() {
    let paid = story().then("paid", "2026-01-20", pay(30_000));
    let due_day = paid
        .clone()
        .then("back", "2026-02-01", charge_back("paid", 20_000));
    check(&due_day, "2026-02-02", STRICT, (1, 1, "2026-02-01", 20_000));
    // After the last due day it is a line of its own.
    let all = paid.then("rest", "2026-02-01", pay(60_000));
    let after = all
        .clone()
        .then("back", "2026-04-10", charge_back("rest", 20_000));
    check(&after, "2026-04-10", STRICT, NEVER);
    check(&after, "2026-04-12", STRICT, (2, 2, "2026-04-10", 20_000));
    // That line moves to the newest, and is late since the oldest.
    let second = after.then("next", "2026-04-20", charge_back("rest", 10_000));
    check(
        &second,
        "2026-04-21",
        STRICT,
        (11, 11, "2026-04-10", 30_000),
    );
    let last = all.then("back", "2026-04-01", charge_back("rest", 20_000));
    check(&last, "2026-04-02", STRICT, (1, 1, "2026-04-01", 20_000));
}

#[test]
fn a_chargeback_that_is_covered_is_not_late() {
    let ahead = story()
        .then("paid", "2026-01-20", pay(30_000))
        .then("ahead", "2026-01-21", pay(30_000))
        .then("back", "2026-02-10", charge_back("paid", 20_000));
    check(&ahead, "2026-02-20", STRICT, NEVER);
    let credit = story().then("over", "2026-01-20", pay(120_000)).then(
        "back",
        "2026-02-10",
        charge_back("over", 20_000),
    );
    check(&credit, "2026-02-20", STRICT, NEVER);
    // Of the second, credit covers a part; the line itself was paid ahead and covers the rest.
    let part = credit.then("more", "2026-02-11", charge_back("over", 25_000));
    check(&part, "2026-03-01", STRICT, NEVER);
    check(&part, "2026-03-02", STRICT, (1, 1, "2026-03-01", 15_000));
}

#[test]
fn each_line_is_late_for_itself() {
    let story = story().then("pause", "2026-03-11", pause("2026-03-21"));
    let late = late_by_line(&story.loan, day("2026-03-25"), PausedDays::WhileLate);
    let late: Vec<_> = late
        .iter()
        .map(|l| {
            (
                l.line,
                l.since.to_string(),
                l.delinquent_days,
                l.amount.debt(),
            )
        })
        .collect();
    assert_eq!(
        late,
        [
            (0, "2026-02-01".to_owned(), 42, 30_000),
            (1, "2026-03-01".to_owned(), 14, 30_000),
        ]
    );
}

fn bucket(name: &str, from: u32, to: Option<u32>) -> Bucket {
    Bucket {
        name: name.to_owned(),
        from,
        to,
    }
}

/// The field's usual ones.
fn buckets() -> Buckets {
    let buckets = vec![
        bucket("1-3", 1, Some(3)),
        bucket("4-30", 4, Some(30)),
        bucket("31-60", 31, Some(60)),
        bucket("61+", 61, None),
    ];
    Buckets::new(buckets).expect("buckets in rising order")
}

#[test]
fn days_fall_into_one_bucket() {
    let name = |days| buckets().of(days).map(|b| b.name.clone());
    for (days, expected) in [
        (0, None),
        (1, Some("1-3")),
        (3, Some("1-3")),
        (4, Some("4-30")),
        (30, Some("4-30")),
        (31, Some("31-60")),
        (61, Some("61+")),
        (u32::MAX, Some("61+")),
    ] {
        assert_eq!(name(days).as_deref(), expected, "{days} days");
    }
    let gap = vec![bucket("a", 1, Some(2)), bucket("b", 5, Some(6))];
    let gap = Buckets::new(gap).expect("buckets with a gap");
    assert_eq!(gap.of(3), None);
    assert_eq!(gap.of(7), None);
}

#[test]
fn buckets_that_cannot_be() {
    use BucketsError::{Empty, Overlap};
    let table = [
        (vec![bucket("a", 0, Some(3))], Empty),
        (vec![bucket("a", 3, Some(2))], Empty),
        (
            vec![bucket("a", 1, Some(3)), bucket("b", 3, Some(4))],
            Overlap,
        ),
        (vec![bucket("b", 4, None), bucket("a", 1, Some(3))], Overlap),
        (vec![bucket("a", 1, None), bucket("b", 10, None)], Overlap),
    ];
    for (buckets, expected) in table {
        assert_eq!(Buckets::new(buckets), Err(expected));
    }
    assert_eq!(
        Empty.to_string(),
        "a bucket from at least 1 day to no fewer days"
    );
    assert_eq!(
        Overlap.to_string(),
        "buckets in rising order that don't overlap"
    );
}

#[test]
fn what_is_late_is_grouped_by_bucket() {
    let grouped = |story: &Story, on: &str| -> Vec<(String, i128)> {
        let buckets = buckets();
        let late = late_by_bucket(&story.loan, day(on), PausedDays::WhileLate, &buckets);
        late.iter()
            .map(|(bucket, amount)| (bucket.name.clone(), amount.debt()))
            .collect()
    };
    let named = |name: &str, amount| (name.to_owned(), amount);
    assert_eq!(grouped(&story(), "2026-02-01"), []);
    assert_eq!(
        grouped(&story(), "2026-03-03"),
        [named("1-3", 30_000), named("4-30", 30_000)]
    );
    assert_eq!(grouped(&story(), "2026-06-10"), [named("61+", 90_000)]);
    let part = story().then("part", "2026-02-20", pay(10_000));
    assert_eq!(
        grouped(&part, "2026-04-10"),
        [
            named("4-30", 30_000),
            named("31-60", 30_000),
            named("61+", 20_000)
        ]
    );
}

#[test]
fn the_next_due_day_is_meant_in_two_ways() {
    let check = |story: &Story, on: &str, oldest: Option<&str>, not_past: Option<&str>| {
        let found = |meant| next_due(&story.loan, day(on), meant);
        assert_eq!(found(NextDue::OldestOpen), oldest.map(day), "on {on}");
        assert_eq!(found(NextDue::NotPast), not_past.map(day), "on {on}");
    };
    let (first, second) = (Some("2026-02-01"), Some("2026-03-01"));
    check(&story(), "2026-01-10", first, first);
    check(&story(), "2026-02-01", first, first);
    check(&story(), "2026-02-02", first, second);
    check(&story(), "2026-05-01", first, None);
    let paid = story().then("paid", "2026-01-20", pay(30_000));
    check(&paid, "2026-01-21", second, second);
    let all = paid.then("all", "2026-01-22", pay(60_000));
    check(&all, "2026-01-23", None, None);
}

/// Every delinquent day and only these fall into one.
fn any_day() -> Buckets {
    Buckets::new(vec![bucket("late", 1, None)]).expect("one bucket")
}

proptest! {
    #[test]
    fn a_later_day_is_later(world in worlds(Facts::All), after in 0..300_i32, grace in 0..10_u32) {
        let loan: Loan = world.facts.iter().fold(world.loan(), |loan, fact| apply(loan, fact).0);
        let on: Day = world.facts[0].on.plus_days(after);
        for paused in [PausedDays::All, PausedDays::WhileLate] {
            let ageing = Ageing { grace, paused };
            let (today, tomorrow) = (
                delinquency(&loan, on, ageing),
                delinquency(&loan, on.plus_days(1), ageing),
            );
            prop_assert!(today.delinquent_days <= today.past_due_days);
            prop_assert_eq!(today.since.is_some(), today.amount.debt() > 0);
            prop_assert_eq!(today.since.is_some(), today.past_due_days > 0);
            prop_assert!(today.amount.debt() <= loan.outstanding().minor());
            prop_assert!(today.delinquent_days <= tomorrow.delinquent_days);
            prop_assert!(today.amount.debt() <= tomorrow.amount.debt());
            if today.since.is_some() {
                prop_assert_eq!(today.past_due_days + 1, tomorrow.past_due_days);
            }
        }
    }

    #[test]
    fn lines_and_buckets_sum_to_the_loan(world in worlds(Facts::All), after in 0..300_i32) {
        let loan: Loan = world.facts.iter().fold(world.loan(), |loan, fact| apply(loan, fact).0);
        let on = world.facts[0].on.plus_days(after);
        let whole = delinquency(&loan, on, STRICT).amount.debt();
        let lines = late_by_line(&loan, on, PausedDays::WhileLate);
        prop_assert_eq!(lines.iter().map(|l| l.amount.debt()).sum::<i128>(), whole);
        let counted = lines.iter().filter(|l| l.delinquent_days > 0);
        let counted: i128 = counted.map(|l| l.amount.debt()).sum();
        let buckets = any_day();
        let by_bucket = late_by_bucket(&loan, on, PausedDays::WhileLate, &buckets);
        prop_assert_eq!(by_bucket.iter().map(|(_, a)| a.debt()).sum::<i128>(), counted);
    }

    #[test]
    fn the_softer_count_of_pauses_never_says_later(world in worlds(Facts::All), after in 0..300_i32) {
        let loan: Loan = world.facts.iter().fold(world.loan(), |loan, fact| apply(loan, fact).0);
        let on = world.facts[0].on.plus_days(after);
        let by = |paused| delinquency(&loan, on, Ageing { grace: 0, paused }).delinquent_days;
        prop_assert!(by(PausedDays::All) <= by(PausedDays::WhileLate));
    }
}
