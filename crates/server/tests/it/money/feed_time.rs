//! Time for all contracts of a feed: two people, one action, a hold on each contract, and back.

use fairlock_server::money::feeds::time::{self, TimeError};
use fairlock_storage::{FeedActionError, FeedActionRow, FeedActionState};

use super::bench::{Bench, LENDER};

impl Bench {
    fn propose(&self, by: &str) -> Result<FeedActionRow, TimeError> {
        time::propose(
            &self.desk,
            "bank",
            3,
            "the bank told of an outage",
            by,
            self.now,
        )
    }

    fn approve(&self, no: i64, by: &str) -> Result<FeedActionRow, TimeError> {
        time::decide(
            &self.desk,
            no,
            true,
            by,
            "seen at the bank's page",
            self.now,
        )
    }

    /// Carries out what was approved; the contracts that were touched.
    fn run_actions(&self) -> Vec<String> {
        time::run(&self.desk, self.stamp(), &mut |_| {}).unwrap()
    }

    fn action(&self, no: i64) -> FeedActionRow {
        self.store().feed_action(LENDER, no).unwrap().unwrap()
    }
}

fn refused<T: std::fmt::Debug>(result: Result<T, TimeError>) -> String {
    result.expect_err("it is refused").to_string()
}

#[test]
fn two_people_give_every_contract_of_a_feed_time_and_take_it_back() {
    let mut bench = Bench::new();
    let proposed = bench.propose("Ann").unwrap();
    assert_eq!(proposed.contracts, 2);
    assert_eq!(
        bench.run_actions(),
        [""; 0],
        "nothing before a second person"
    );
    assert!(bench.holds("C-1").is_empty());

    bench.approve(proposed.no, "Ben").unwrap();
    assert_eq!(bench.run_actions(), ["C-1", "C-2"]);
    assert_eq!(bench.holds("C-1"), ["outage"]);
    assert_eq!(bench.holds("C-2"), ["outage"]);
    let done = bench.action(proposed.no);
    assert_eq!((done.state, done.done), (FeedActionState::Done, 2));
    assert_eq!(bench.run_actions(), [""; 0], "once");

    let back = time::propose_back(
        &bench.desk,
        done.no,
        "it was another bank",
        "Ben",
        bench.now,
    );
    let back = back.unwrap();
    bench.approve(back.no, "Ann").unwrap();
    assert_eq!(bench.run_actions(), ["C-1", "C-2"]);
    assert!(bench.holds("C-1").is_empty());
    bench.clock("2026-03-03T13:00:00Z");
    let again = time::propose_back(&bench.desk, back.no, "twice", "Ben", bench.now);
    assert!(refused(again).contains("expected time that was given"));
}

#[test]
fn the_time_ends_by_itself() {
    let mut bench = Bench::new();
    let no = bench.propose("Ann").unwrap().no;
    bench.approve(no, "Ben").unwrap();
    bench.run_actions();
    bench.clock("2026-03-06T11:59:59Z");
    assert_eq!(bench.holds("C-1"), ["feed", "outage"]);
    bench.clock("2026-03-06T12:00:00Z");
    assert_eq!(bench.holds("C-1"), ["feed"]);
}

#[test]
fn no_level_rises_while_it_lasts_and_an_hour_later_one_does() {
    use super::camt::{report, statement};
    // Both feeds speak every day, so that only the time that was given holds.
    let alive = |bench: &Bench, n: u64, day: u64| {
        bench.file(&report(&format!("R-{n}")));
        let end = format!("2026-03-{day:02}T00:00:00Z");
        bench.file(&statement(&format!("S-{n}")).number(n).to(&end));
    };
    for given in [false, true] {
        let mut bench = Bench::new();
        if given {
            let no = bench.propose("Ann").unwrap().no;
            bench.approve(no, "Ben").unwrap();
            bench.run_actions();
        }
        let mut n = 0;
        let mut levels = Vec::new();
        for day in 4..=8 {
            for hour in ["06", "12", "18"] {
                bench.clock(&format!("2026-03-{day:02}T{hour}:00:00Z"));
                n += 1;
                alive(&bench, n, day);
                bench.time_passes();
                levels.push(bench.level("C-1"));
            }
        }
        let reached = |level: &str| levels.iter().position(|l| *l == level);
        // Without notices nothing climbs above `remind`: the hold itself is what is looked at.
        assert_eq!(reached("reduce"), None, "given: {given}");
        let held = bench.holds("C-1");
        assert!(
            !held.contains(&"outage"),
            "given: {given}: it ended on the 6th"
        );
    }
}

#[test]
fn one_person_isnt_two() {
    let bench = Bench::new();
    let no = bench.propose("Ann Achieng").unwrap().no;
    for same in ["Ann Achieng", " ann   ACHIENG ", "Ann Achieng "] {
        let words = refused(bench.approve(no, same));
        assert!(words.contains("expected a second one"), "{same:?}: {words}");
    }
    // Who proposed may still take the proposal back.
    let own = time::decide(&bench.desk, no, false, "Ann Achieng", "a slip", bench.now);
    assert_eq!(own.unwrap().state, FeedActionState::Refused);
}

#[test]
fn what_isnt_open_isnt_decided() {
    let mut bench = Bench::new();
    let no = bench.propose("Ann").unwrap().no;
    let again = bench.propose("Ben");
    assert!(matches!(
        again,
        Err(TimeError::Action(FeedActionError::OpenAlready { .. }))
    ));
    time::decide(&bench.desk, no, false, "Ben", "not needed", bench.now).unwrap();
    assert!(refused(bench.approve(no, "Cid")).contains("is refused"));

    let no = bench.propose("Ann").unwrap().no;
    bench.clock("2026-03-06T12:00:00Z");
    assert!(refused(bench.approve(no, "Ben")).contains("its time is over"));
    bench.run_actions();
    assert_eq!(bench.action(no).state, FeedActionState::Lapsed);
    assert!(
        bench.propose("Ann").is_ok(),
        "a lapsed one is in nobody's way"
    );
}

#[test]
fn names_reasons_and_days_have_bounds() {
    let bench = Bench::new();
    let propose = |feed: &str, days, reason: &str, by: &str| {
        refused(time::propose(
            &bench.desk,
            feed,
            days,
            reason,
            by,
            bench.now,
        ))
    };
    let long = "x".repeat(301);
    let cases = [
        (("bank", 3, "", "Ann"), "reason: 0 characters"),
        (("bank", 3, long.as_str(), "Ann"), "reason: 301 characters"),
        (("bank", 3, "two\nlines", "Ann"), "on one line"),
        (("bank", 3, "why", "  "), "name: 0 characters"),
        (("bank", 0, "why", "Ann"), "0 days; expected 1 to 31"),
        (("bank", 32, "why", "Ann"), "32 days; expected 1 to 31"),
        (("banc", 3, "why", "Ann"), "feed \"banc\": isn't there"),
    ];
    for ((feed, days, reason, by), expected) in cases {
        let words = propose(feed, days, reason, by);
        assert!(words.contains(expected), "{words}; expected {expected}");
    }
    assert!(refused(bench.approve(99, "Ben")).contains("action 99: isn't there"));
}
