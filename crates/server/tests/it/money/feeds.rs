//! Feed health: silence, missing numbers, broken chains, and what heals them.

use super::bench::{Bench, C1, TILL};
use super::camt::{File, credit, report, statement};

/// The statement of one day: number n ends n days after 2026-03-01 and moves 100.00.
fn daily(n: u64) -> File {
    let opening = (n as i64 - 1) * 10_000;
    statement(&format!("S-{n}"))
        .number(n)
        .balances(opening, opening + 10_000)
        .to(&format!("2026-03-{:02}T00:00:00Z", n + 1))
        .with(
            credit("100.00")
                .text("nobody's")
                .on(&format!("2026-03-{n:02}")),
        )
}

#[test]
fn a_feed_is_healthy_until_its_period_is_over() {
    let mut bench = Bench::new();
    assert_eq!(bench.feed("bank"), "healthy");
    bench.clock("2026-03-04T17:59:59Z");
    assert_eq!(bench.feed("bank"), "healthy");
    assert!(bench.holds("C-1").is_empty());
    bench.clock("2026-03-04T18:00:00Z");
    assert_eq!(bench.feed("bank"), "stale: nothing new within 30 h");
    assert_eq!(bench.holds("C-1"), ["feed"], "planned in the same pass");
    bench.file(&daily(1).to("2026-03-04T00:00:00Z"));
    assert_eq!(bench.feed("bank"), "healthy");
    assert!(bench.holds("C-1").is_empty());
}

#[test]
fn next_deadline_is_the_end_of_the_period() {
    use fairlock_server::money::feeds::next_deadline;
    let mut bench = Bench::new();
    assert_eq!(
        next_deadline(&bench.desk).unwrap(),
        Some(super::bench::at("2026-03-04T18:00:00Z"))
    );
    bench.clock("2026-03-04T18:00:00Z");
    assert_eq!(
        next_deadline(&bench.desk).unwrap(),
        None,
        "both feeds are stale already"
    );
}

#[test]
fn a_missing_number_is_a_gap_until_it_comes() {
    let mut bench = Bench::new();
    bench.clock("2026-03-05T06:00:00Z");
    bench.file(&daily(1));
    bench.file(&daily(2));
    assert_eq!(bench.feed("bank"), "healthy");
    bench.file(&daily(4));
    assert_eq!(
        bench.feed("bank"),
        "gap: statement s-4 has number 4; expected 3"
    );
    assert_eq!(bench.holds("C-1"), ["feed"]);
    bench.file(&daily(3));
    assert_eq!(
        bench.feed("bank"),
        "healthy",
        "3 came, and 4 was there already"
    );
    bench.clock("2026-03-06T06:00:00Z");
    bench.file(&daily(5));
    assert_eq!(bench.feed("bank"), "healthy");
}

#[test]
fn an_opening_that_isnt_the_closing_before_is_a_gap() {
    let bench = Bench::new();
    bench.file(&daily(1));
    let next = statement("S-2")
        .number(2)
        .balances(10_100, 10_100)
        .to("2026-03-03T00:00:00Z");
    bench.file(&next);
    assert_eq!(
        bench.feed("bank"),
        "gap: statement s-2 opens with 101.00; expected 100.00, the closing before"
    );
    bench.file(&next.balances(10_000, 10_000));
    assert_eq!(bench.feed("bank"), "healthy", "the bank corrected it");
}

#[test]
fn a_closing_that_isnt_opening_plus_entries_is_a_gap_and_its_money_counts() {
    let bench = Bench::new();
    let wrong = statement("S-1")
        .balances(0, 9_900)
        .to("2026-03-03T00:00:00Z");
    bench.file(&wrong.with(credit("100.00").text(C1)));
    assert_eq!(
        bench.feed("bank"),
        "gap: statement s-1: closing isn't opening plus entries"
    );
    assert_eq!(bench.payments(), ["C-1 booked 100.00 2026-03-02"]);
}

#[test]
fn numbers_may_begin_anew() {
    let bench = Bench::new();
    bench.file(&daily(1));
    let anew = statement("S-2027-1").number(1).balances(10_000, 10_000);
    bench.file(&anew.to("2026-03-03T00:00:00Z"));
    assert_eq!(bench.feed("bank"), "healthy");
}

#[test]
fn a_bank_that_sends_old_news_every_day_is_late() {
    let mut bench = Bench::new();
    bench.file(&daily(1));
    for (n, now) in [(1, "2026-03-04T12:00:00Z"), (2, "2026-03-04T12:00:01Z")] {
        bench.clock(now);
        bench.file(&report(&format!("R-{n}")));
    }
    assert_eq!(
        bench.feed("bank"),
        "stale: nothing new within 30 h: it lives, and what it tells is old"
    );
}

#[test]
fn a_till_lives_by_its_confirmations() {
    use super::bench::confirmation;
    let mut bench = Bench::new();
    bench.clock("2026-03-04T18:00:00Z");
    assert_eq!(bench.feed(TILL), "stale: nothing new within 30 h");
    bench.confirm(&confirmation("RKTQDM7W6S", "1", "whoever"));
    bench.time_passes();
    assert_eq!(bench.feed(TILL), "healthy");
}

#[test]
fn a_stale_feed_lets_no_level_rise_and_money_still_falls_through() {
    let mut bench = Bench::new();
    // Both instalments past due: reminded from the first pass.
    assert_eq!(bench.level("C-1"), "remind");
    bench.clock("2026-03-20T12:00:00Z");
    assert_eq!(bench.level("C-1"), "remind");
    bench.file(&daily(19).with(credit("200.00").text(C1).on("2026-03-19")));
    assert_eq!(bench.level("C-1"), "free");
}

/// Four days in any order: the same watermark, the same health.
#[test]
fn statements_may_come_in_any_order() {
    let orders: [[u64; 4]; 6] = [
        [1, 2, 3, 4],
        [1, 4, 3, 2],
        [1, 3, 2, 4],
        [1, 2, 4, 3],
        [1, 4, 2, 3],
        [1, 3, 4, 2],
    ];
    for order in orders {
        let mut bench = Bench::new();
        bench.clock("2026-03-05T06:00:00Z");
        for n in order {
            bench.file(&daily(n));
        }
        let row = bench.store().feed(super::bench::LENDER, "bank").unwrap();
        let end = row.unwrap().complete_up_to;
        assert_eq!(
            end,
            Some(super::bench::at("2026-03-05T00:00:00Z")),
            "{order:?}"
        );
        assert_eq!(bench.feed("bank"), "healthy", "{order:?}");
    }
}

/// What is older than the first statement that was ever read is history, and breaks nothing.
#[test]
fn an_old_statement_that_comes_late_is_history() {
    let mut bench = Bench::new();
    bench.clock("2026-03-05T06:00:00Z");
    bench.file(&daily(3));
    bench.file(&daily(1));
    assert_eq!(bench.feed("bank"), "healthy");
    bench.file(&daily(4));
    assert_eq!(bench.feed("bank"), "healthy");
}

/// A correction behind the watermark is looked at again, with what stands on it.
#[test]
fn a_corrected_statement_breaks_the_row_behind_it_until_the_next_is_corrected_too() {
    let mut bench = Bench::new();
    bench.clock("2026-03-05T06:00:00Z");
    for n in 1..=3 {
        bench.file(&daily(n));
    }
    let corrected = daily(2)
        .balances(10_000, 25_000)
        .with(credit("50.00").on("2026-03-02"));
    bench.file(&corrected);
    assert_eq!(
        bench.feed("bank"),
        "gap: statement s-3 opens with 200.00; expected 250.00, the closing before"
    );
    bench.file(&daily(3).balances(25_000, 35_000));
    assert_eq!(bench.feed("bank"), "healthy");
}

/// A bank that begins its ids anew doesn't overwrite the statement that had the id before.
#[test]
fn the_same_id_on_another_day_is_another_statement() {
    let mut bench = Bench::new();
    bench.clock("2026-03-05T06:00:00Z");
    let day = |n: u64| {
        let opening = (n as i64 - 1) * 10_000;
        statement("STATEMENT")
            .number(n)
            .balances(opening, opening + 10_000)
            .to(&format!("2026-03-{:02}T00:00:00Z", n + 1))
            .with(credit("100.00").on(&format!("2026-03-{n:02}")))
    };
    bench.file(&day(1));
    bench.file(&day(4));
    bench.file(&day(3));
    assert!(bench.feed("bank").starts_with("gap"));
    bench.file(&day(2));
    assert_eq!(bench.feed("bank"), "healthy");
}

#[test]
fn a_till_that_is_asked_heals_when_the_missing_hours_are_asked_for() {
    use fairlock_server::money::feeds::pulled;
    use fairlock_storage::Pull;
    let mut bench = Bench::new();
    let pull = |from: &str, to: &str| Pull {
        from: super::bench::at(from),
        to: super::bench::at(to),
    };
    let ask = |bench: &Bench, from, to| {
        pulled(&bench.desk, TILL, pull(from, to), bench.stamp()).unwrap();
        bench.time_passes();
    };
    bench.clock("2026-03-03T14:00:00Z");
    ask(&bench, "2026-03-03T12:00:00Z", "2026-03-03T13:00:00Z");
    assert_eq!(bench.feed(TILL), "healthy");
    bench.clock("2026-03-03T18:00:00Z");
    ask(&bench, "2026-03-03T16:00:00Z", "2026-03-03T18:00:00Z");
    assert!(
        bench.feed(TILL).starts_with("gap: nobody asked"),
        "{}",
        bench.feed(TILL)
    );
    ask(&bench, "2026-03-03T12:30:00Z", "2026-03-03T16:30:00Z");
    assert_eq!(bench.feed(TILL), "healthy");
}

/// What the page's strip is drawn from.
#[test]
fn each_change_of_a_feed_is_kept_with_the_contracts_that_stand_still() {
    let mut bench = Bench::new();
    bench.clock("2026-03-04T18:00:00Z");
    bench.clock("2026-03-04T19:00:00Z");
    bench.file(&daily(1).to("2026-03-04T00:00:00Z"));
    let since = super::bench::at("2026-03-01T00:00:00Z");
    let lender = super::bench::LENDER;
    let told = bench.store().feed_history(lender, "bank", since).unwrap();
    let told: Vec<_> = told
        .iter()
        .map(|t| (t.reason.map(|r| r.name()), t.contracts))
        .collect();
    assert_eq!(told, [(None, 0), (Some("never_heard"), 2), (None, 0)]);
}
