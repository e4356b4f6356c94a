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
    assert_eq!(bench.feed("bank"), "stale: nothing new within 30 h");
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
