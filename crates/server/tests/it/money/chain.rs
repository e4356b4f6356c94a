//! The unbroken row of statements and of pulls: what it goes on with, where it stops, and that the
//! order in which news comes doesn't matter.

use fairlock_domain::calendar::{Instant, Span};
use fairlock_domain::money::{Currency, Money};
use fairlock_domain::standing::FeedState;
use fairlock_server::money::feeds::chain::{Ahead, judge};
use fairlock_server::money::feeds::{CALLBACK, STATEMENT};
use fairlock_storage::{FeedRow, MessageNo, Pull, StatementRow};

use super::bench::at;

fn feed(kind: &str) -> FeedRow {
    FeedRow {
        feed: "bank".to_owned(),
        kind: kind.to_owned(),
        account: None,
        period: Span::hours(30),
        heartbeat_at: Some(at("2026-12-31T12:00:00Z")),
        complete_up_to: None,
        whole_since: None,
        statement: None,
        sequence: None,
        legal_sequence: None,
        closing: None,
        state: FeedState::Healthy,
        state_since: at("2026-12-01T00:00:00Z"),
        unhealthy_since: None,
        reason: None,
        why: None,
        payout_account: None,
    }
}

fn euro(cents: i128) -> Money {
    Money::new(cents, Currency::from_code("EUR").unwrap())
}

/// One statement in a line: `id number end opening closing`, `-` for what it doesn't say; a number
/// `3L` is a legal one, `3+7L` both. `!` behind the id: its entries don't add up.
fn statement(line: &str) -> StatementRow {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [id, number, end, opening, closing] = words[..] else {
        panic!("{line}");
    };
    let (electronic, legal) = match number.split_once('+') {
        Some((electronic, legal)) => (Some(electronic), Some(legal)),
        None if number.ends_with('L') => (None, Some(number)),
        None => (Some(number).filter(|n| *n != "-"), None),
    };
    let balance = |text: &str| (text != "-").then(|| euro(text.parse().unwrap()));
    StatementRow {
        account: "A".to_owned(),
        statement: id.trim_end_matches('!').to_owned(),
        message: MessageNo(1),
        sequence: electronic.map(|n| n.parse().unwrap()),
        legal_sequence: legal.map(|n| n.trim_end_matches('L').parse().unwrap()),
        opening: balance(opening),
        closing: balance(closing),
        chains: Some(!id.ends_with('!')),
        complete_to: at(&format!("{end}T00:00:00Z")),
    }
}

fn row(lines: &[&str]) -> Vec<StatementRow> {
    let mut rows: Vec<StatementRow> = lines.iter().map(|line| statement(line)).collect();
    rows.sort_by(|a, b| {
        let key = |s: &StatementRow| (s.complete_to, s.sequence, s.statement.clone());
        key(a).cmp(&key(b))
    });
    rows
}

/// These statements, and no window that was pulled.
fn ahead(statements: &[StatementRow]) -> Ahead<'_> {
    Ahead {
        statements,
        pulls: &[],
    }
}

/// What the row comes to: the newest statement in it, and why it goes no further.
#[track_caller]
fn check(what: &str, lines: &[&str], newest: &str, broken: &str) {
    let rows = row(lines);
    let now = at("2026-12-31T13:00:00Z");
    let late = |text: String| if text == "late" { String::new() } else { text };
    let told = |feed: &FeedRow| {
        let reason = feed.reason.map(|r| r.name().to_owned()).unwrap_or_default();
        (feed.statement.clone().unwrap_or_default(), late(reason))
    };
    let whole = judge(&feed(STATEMENT), ahead(&rows), now);
    assert_eq!(
        told(&whole),
        (newest.to_owned(), broken.to_owned()),
        "{what}"
    );
    // Judged one by one as they come, with what is stored beyond the watermark each time.
    let mut one_by_one = feed(STATEMENT);
    for n in 1..=rows.len() {
        let from = one_by_one.complete_up_to;
        let stored: Vec<StatementRow> = rows[..n]
            .iter()
            .filter(|s| from.is_none_or(|from| from <= s.complete_to))
            .cloned()
            .collect();
        one_by_one = judge(&one_by_one, ahead(&stored), now);
    }
    let same = (&whole.statement, whole.complete_up_to, whole.reason);
    let other = (
        &one_by_one.statement,
        one_by_one.complete_up_to,
        one_by_one.reason,
    );
    assert_eq!(same, other, "{what}: one by one");
}

#[test]
fn a_row_goes_on_with_the_next_number_and_the_balance_before() {
    check("alone", &["a 7 2026-12-29 0 10"], "a", "");
    check(
        "next",
        &["a 7 2026-12-29 0 10", "b 8 2026-12-30 10 15"],
        "b",
        "",
    );
    check(
        "without balances",
        &["a 7 2026-12-29 - -", "b 8 2026-12-30 - -"],
        "b",
        "",
    );
    check(
        "without numbers",
        &["a - 2026-12-29 0 10", "b - 2026-12-30 10 15"],
        "b",
        "",
    );
    check(
        "0 is no number",
        &["a 0 2026-12-29 0 10", "b 0 2026-12-30 10 15"],
        "b",
        "",
    );
    check(
        "always 1",
        &["a 1 2026-12-29 0 10", "b 1 2026-12-30 10 15"],
        "b",
        "",
    );
}

#[test]
fn a_row_stops_at_a_number_too_far_or_another_balance() {
    let a = "a 7 2026-12-28 0 10";
    check(
        "9 after 7",
        &[a, "c 9 2026-12-30 10 15"],
        "a",
        "missing_statement",
    );
    check(
        "number back",
        &[a, "c 5 2026-12-30 10 15"],
        "a",
        "missing_statement",
    );
    check(
        "another balance",
        &[a, "b 8 2026-12-30 11 15"],
        "a",
        "broken_chain",
    );
    check(
        "no numbers, another balance",
        &["a - 2026-12-28 0 10", "b - 2026-12-30 11 15"],
        "a",
        "broken_chain",
    );
    check(
        "entries missing",
        &[a, "b! 8 2026-12-30 10 15"],
        "a",
        "wrong_sum",
    );
    check(
        "the missing one is there",
        &[a, "c 9 2026-12-30 12 15", "b 8 2026-12-29 10 12"],
        "c",
        "",
    );
}

#[test]
fn legal_numbers_count_where_electronic_ones_are_not_in_both() {
    check(
        "legal",
        &["a 7L 2026-12-28 - -", "b 9L 2026-12-29 - -"],
        "a",
        "missing_statement",
    );
    check(
        "electronic ones go on while the legal one stands",
        &["a 7+3L 2026-12-28 - -", "b 8+3L 2026-12-29 - -"],
        "b",
        "",
    );
    check(
        "only one kind in both",
        &["a 7+3L 2026-12-28 - -", "b 4L 2026-12-29 - -"],
        "b",
        "",
    );
}

#[test]
fn a_new_year_begins_new_numbers() {
    let last = "a 365 2026-12-31 - -";
    check("at 1", &[last, "b 1 2027-01-02 - -"], "b", "");
    check(
        "not at 2",
        &[last, "b 2 2027-01-03 - -"],
        "a",
        "missing_statement",
    );
    check(
        "not within a year",
        &["a 41 2026-03-01 - -", "b 1 2026-03-02 - -"],
        "a",
        "missing_statement",
    );
    check(
        "within a year, where the balances prove it",
        &["a 41 2026-03-01 0 10", "b 1 2026-03-02 10 15"],
        "b",
        "",
    );
    check(
        "not with another balance",
        &["a 365 2026-12-31 0 10", "b 1 2027-01-02 11 15"],
        "a",
        "broken_chain",
    );
    check(
        "an end at midnight is the year's last day",
        &["a 364 2026-12-31 - -", "b 1 2027-01-01 - -"],
        "a",
        "missing_statement",
    );
}

#[test]
fn what_tells_the_same_again_is_passed_over() {
    let (a, b) = ("a 7 2026-12-28 0 10", "b 8 2026-12-29 10 15");
    check(
        "in another format",
        &[a, b, "b-940 8 2026-12-29 10 15", "c 9 2026-12-30 15 15"],
        "c",
        "",
    );
    check(
        "the month after its days",
        &[a, b, "month 12 2026-12-29 0 15", "c 9 2026-12-30 15 15"],
        "c",
        "",
    );
    check(
        "pages of one statement",
        &[a, "b1 8 2026-12-29 10 12", "b2 8 2026-12-29 12 15"],
        "b2",
        "",
    );
    check(
        "days without money",
        &[
            "a 7 2026-12-28 5 5",
            "b 8 2026-12-29 5 5",
            "c 9 2026-12-30 5 5",
        ],
        "c",
        "",
    );
    check(
        "another closing isn't the same",
        &[a, b, "b2 8 2026-12-29 10 16"],
        "b",
        "broken_chain",
    );
}

/// Windows in hours of one day.
fn windows(hours: &[(u32, u32)]) -> Vec<Pull> {
    let hour = |h: u32| at("2026-12-31T00:00:00Z").plus(Span::hours(h));
    let mut pulls: Vec<Pull> = hours
        .iter()
        .map(|(from, to)| Pull {
            from: hour(*from),
            to: hour(*to),
        })
        .collect();
    pulls.sort_by_key(|pull| (pull.to, pull.from));
    pulls
}

#[track_caller]
fn check_pulls(hours: &[(u32, u32)], covered: u32, broken: &str) {
    let pulls = windows(hours);
    let now = at("2026-12-31T13:00:00Z");
    let ahead = Ahead {
        statements: &[],
        pulls: &pulls,
    };
    let judged = judge(&feed(CALLBACK), ahead, now);
    let expected: Instant = at("2026-12-31T00:00:00Z").plus(Span::hours(covered));
    assert_eq!(judged.complete_up_to, Some(expected), "{hours:?}");
    let reason = judged.reason.map_or("", |reason| reason.name());
    assert_eq!(reason, broken, "{hours:?}");
}

#[test]
fn a_caller_that_is_asked_is_complete_up_to_the_end_of_the_windows_in_a_row() {
    check_pulls(&[(0, 2)], 2, "");
    check_pulls(&[(0, 2), (1, 3), (3, 4)], 4, "");
    check_pulls(&[(0, 4), (1, 3)], 4, "");
    check_pulls(&[(0, 2), (5, 6)], 2, "missing_pull");
    check_pulls(&[(0, 2), (5, 6), (2, 5)], 6, "");
    check_pulls(&[(5, 6), (0, 2), (1, 6)], 6, "");
}

#[test]
fn a_caller_that_is_not_asked_is_believed_up_to_its_last_call() {
    let judged = judge(
        &feed(CALLBACK),
        Ahead::default(),
        at("2026-12-31T13:00:00Z"),
    );
    assert_eq!(judged.complete_up_to, judged.heartbeat_at);
    assert_eq!(judged.reason, None);
}

#[test]
fn since_when_a_feed_is_unhealthy_outlasts_a_change_of_the_reason() {
    let rows = row(&["a 7 2026-12-28 0 10", "c 9 2026-12-30 10 15"]);
    let first = at("2026-12-31T13:00:00Z");
    let gap = judge(&feed(STATEMENT), ahead(&rows), first);
    assert_eq!(gap.unhealthy_since, Some(first));
    let only_a = row(&["a 7 2026-12-28 0 10"]);
    let stale = judge(&gap, ahead(&only_a), at("2027-01-02T13:00:00Z"));
    assert_eq!(stale.state, FeedState::Stale);
    assert_eq!(stale.state_since, at("2027-01-02T13:00:00Z"));
    assert_eq!(stale.unhealthy_since, Some(first));
}
