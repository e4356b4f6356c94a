//! The phone back in time: hours to the second, compensation as a pack says it.

use fairlock_domain::calendar::{Instant, Span};
use fairlock_domain::duties::{LetGo, Reported, Wanted, given_back, let_go};
use fairlock_domain::money::{Currency, Money};
use fairlock_domain::rules::duty::Suffices;
use fairlock_domain::rules::{Level, Release, Restoration};
use proptest::prelude::*;

fn inr(minor: i128) -> Money {
    Money::new(minor, Currency::from_code("INR").expect("it exists"))
}

/// India's model: within 1 hour, then INR 250 for each hour begun.
fn india() -> Restoration {
    Restoration {
        within: Span::hours(1),
        compensation_an_hour: Some(inr(25_000)),
        suffices: None,
        offline_code: false,
    }
}

/// Minutes after the start of the story.
fn at(minute: i64) -> Instant {
    Instant::from_unix_seconds(1_770_000_000 + minute * 60)
}

/// What is wanted from a minute on: "lock", "free" with nothing past due, "released".
fn wanted(story: &[(i64, &str)]) -> Vec<Wanted> {
    let line = |(minute, word): &(i64, &str)| {
        let (level, settled) = match *word {
            "lock, unpaid" => (Level::Lock, false),
            "remind, disputed" => (Level::Remind, false),
            "remind, in doubt" => (Level::Remind, true),
            "free" => (Level::Free, true),
            "released" => (Level::Released, true),
            other => panic!("{other}"),
        };
        Wanted {
            at: at(*minute),
            level,
            settled,
            paid_off: level == Level::Released,
        }
    };
    story.iter().map(line).collect()
}

fn reports(story: &[(i64, &str)]) -> Vec<Reported> {
    let line = |(minute, word): &(i64, &str)| Reported {
        at: at(*minute),
        level: Level::from_name(word).expect("a level"),
    };
    story.iter().map(line).collect()
}

/// Hours late and the claim in minor units of each time that money had to give the phone back.
fn check(decided: &[(i64, &str)], phone: &[(i64, &str)], now: i64, expected: &[(u64, i128)]) {
    let found = given_back(&india(), &wanted(decided), &reports(phone), at(now));
    let found: Vec<(u64, i128)> = found
        .iter()
        .map(|l| (l.hours_late, l.compensation.map_or(0, Money::minor)))
        .collect();
    assert_eq!(found, expected, "{decided:?} {phone:?} at {now}");
}

#[test]
fn the_second_hour_costs_and_each_one_begun_after_it() {
    let paid = [(0, "lock, unpaid"), (100, "free")];
    // The deadline is minute 160: 100 + 60.
    for (free_at, hours) in [
        (101, 0),
        (160, 0),
        (161, 1),
        (220, 1),
        (221, 2),
        (1_600, 24),
    ] {
        let phone = [(50, "lock"), (free_at, "free")];
        check(&paid, &phone, 5_000, &[(hours, i128::from(hours) * 25_000)]);
    }
}

#[test]
fn it_accrues_until_the_phone_says_that_it_is_free() {
    let paid = [(0, "lock, unpaid"), (100, "free")];
    let phone = [(50, "lock"), (120, "lock"), (300, "reduce")];
    check(&paid, &phone, 99, &[]);
    check(&paid, &phone, 160, &[(0, 0)]);
    check(&paid, &phone, 161, &[(1, 25_000)]);
    check(&paid, &phone, 460, &[(5, 125_000)]);
    let found = given_back(&india(), &wanted(&paid), &reports(&phone), at(460));
    assert_eq!((found[0].settled_at, found[0].deadline), (at(100), at(160)));
    assert_eq!(found[0].until, None);
}

#[test]
fn only_money_that_settles_begins_the_duty() {
    let phone = [(50, "lock"), (900, "free")];
    // A dispute lowers, but nothing was paid; the payment in the dispute begins it.
    check(
        &[(0, "lock, unpaid"), (100, "remind, disputed")],
        &phone,
        999,
        &[],
    );
    let paid_later = [
        (0, "lock, unpaid"),
        (100, "remind, disputed"),
        (840, "free"),
    ];
    check(&paid_later, &phone, 999, &[(0, 0)]);
    // Money in doubt that covers counts from its first sight, also when it fails afterwards.
    let failed = [
        (0, "lock, unpaid"),
        (100, "remind, in doubt"),
        (200, "remind, disputed"),
    ];
    check(&failed, &phone, 999, &[(13, 325_000)]);
}

#[test]
fn a_limit_that_is_lawful_again_ends_it_and_a_new_one_begins_its_own() {
    let decided = [
        (0, "lock, unpaid"),
        (100, "free"),
        (400, "lock, unpaid"),
        (1_000, "free"),
    ];
    check(
        &decided,
        &[(50, "lock"), (1_010, "free")],
        2_000,
        &[(4, 100_000), (0, 0)],
    );
    // Money of before the debt doesn't count for it.
    let unpaid_again = [(0, "free"), (100, "remind, disputed"), (200, "free")];
    check(
        &unpaid_again,
        &[(100, "reduce"), (210, "free")],
        2_000,
        &[(0, 0)],
    );
    // A phone that limits itself again with no reason is late from its word on.
    let again = [(50, "free"), (300, "reduce"), (330, "free")];
    check(&[(0, "free")], &again, 2_000, &[(1, 25_000)]);
    check(&[(0, "free")], &[(50, "free"), (70, "remind")], 2_000, &[]);
}

#[test]
fn a_pack_may_ask_for_the_whole_balance_and_may_know_no_sum() {
    let duty = Restoration {
        suffices: Some(Suffices::Balance),
        compensation_an_hour: None,
        ..india()
    };
    let (decided, phone) = (
        wanted(&[(0, "lock, unpaid"), (100, "free"), (500, "released")]),
        reports(&[(50, "lock"), (600, "released")]),
    );
    let found = given_back(&duty, &decided, &phone, at(999));
    assert_eq!((found.len(), found[0].settled_at), (1, at(500)));
    assert_eq!((found[0].hours_late, found[0].compensation), (1, None));
}

#[test]
fn a_paid_phone_is_let_go_by_the_pack_s_time() {
    let decided = wanted(&[(0, "lock, unpaid"), (100, "released")]);
    let within = Release {
        within: Some(Span::hours(24)),
        ..Release::default()
    };
    let phone = reports(&[(50, "lock"), (110, "free"), (1_541, "released")]);
    let gone = |duty, now| let_go(duty, &decided, &phone, at(now));
    let expected = LetGo {
        paid_at: at(100),
        deadline: Some(at(1_540)),
        at: Some(at(1_541)),
        hours_late: 1,
    };
    assert_eq!(gone(&within, 2_000), Some(expected));
    assert_eq!(
        gone(&within, 1_540).map(|l| (l.at, l.hours_late)),
        Some((None, 0))
    );
    let silent = Release::default();
    let at_once = gone(&silent, 2_000).expect("it is paid");
    assert_eq!((at_once.deadline, at_once.hours_late), (None, 0));
    assert_eq!(gone(&within, 99), None, "something is owed");
    assert_eq!(let_go(&within, &decided, &[], at(200)), None, "no phone");
}

#[test]
fn a_record_says_what_was_wanted() {
    let record = |lines: &str| {
        let text = format!("record fairlock-decision/1\n{lines}review_at -\n");
        Wanted::of_record(text.as_bytes(), at(7))
    };
    let read = record("level free\narrears 0.00\npayoff 3000.00\n").expect("a record");
    assert_eq!(
        (read.level, read.settled, read.paid_off),
        (Level::Free, true, false)
    );
    let doubt = "level remind\narrears 15.00\npayoff 15.00\nhold payment_in_doubt until -\n";
    assert!(record(doubt).is_some_and(|w| w.settled));
    let stands_still = doubt.replace("remind", "lock");
    assert!(record(&stands_still).is_some_and(|w| !w.settled));
    assert_eq!(record("level high\narrears 0\npayoff 0\n"), None);
}

proptest! {
    /// However the phone's word comes: no hour is counted twice, and more time never takes an hour
    /// away.
    #[test]
    fn hours_only_grow_and_are_never_more_than_the_time_since_the_money(
        phone in proptest::collection::vec((0_i64..3_000, 0_usize..3), 0..12),
        now in 100_i64..4_000,
    ) {
        let mut phone = phone;
        phone.sort_unstable();
        let words = ["free", "reduce", "lock"];
        let phone: Vec<(i64, &str)> = phone.iter().map(|(m, l)| (*m, words[*l])).collect();
        let (decided, phone) = (wanted(&[(0, "lock, unpaid"), (100, "free")]), reports(&phone));
        let hours = |now: i64| -> u64 {
            let found = given_back(&india(), &decided, &phone, at(now));
            found.iter().map(|l| l.hours_late).sum()
        };
        prop_assert!(hours(now) <= hours(now + 1));
        let since = u64::try_from(now - 100).unwrap_or(0);
        prop_assert!(hours(now) <= since.div_ceil(60) + phone.len() as u64);
    }
}
