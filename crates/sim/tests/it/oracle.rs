//! The oracle can fail: a good run is green, and each planted fault turns its check red, and no
//! other check but those that the same fault breaks too.

use std::collections::BTreeMap;

use fairlock_sim::oracle::account::{Account, Move, News};
use fairlock_sim::oracle::doubt::Span;
use fairlock_sim::oracle::model::{DAY_S, Level, Seconds};
use fairlock_sim::oracle::trace::{
    Books, Granted, Leg, Payment, Phone, Posting, Step, Tick, Trace, Window,
};
use fairlock_sim::oracle::{Digests, Inputs, check, digests};
use jiff::civil::date;
use jiff::tz::TimeZone;

/// Noon of a day of March 2026, UTC; the 2nd is a Monday.
fn noon(day: i64) -> Seconds {
    1_772_452_800 + (day - 2) * DAY_S
}

/// A run of one week over two contracts, each with a phone. C-1 falls behind, is limited, pays
/// (told as pending first) and is freed; C-2 is out of reach when its money arrives, comes back a
/// day later, and its last payment closes it.
fn good_run() -> (Inputs, Trace) {
    let accounts = [
        account(
            "C-1",
            2,
            &[("P-1", 5, News::Pending), ("P-1", 6, News::Booked)],
        ),
        account(
            "C-2",
            1,
            &[("P-2", 5, News::Booked), ("P-3", 7, News::Booked)],
        ),
    ];
    let inputs = Inputs {
        accounts: accounts.map(|a| (a.contract.clone(), a)).into(),
        silences: BTreeMap::from([(
            "bank".to_string(),
            vec![Span {
                from: noon(6) + 1,
                until: Some(noon(8)),
            }],
        )]),
    };
    use Level::{Free, Reduce, Released, Remind};
    let ticks = vec![
        tick(
            2,
            &[("C-1", Free), ("C-2", Free)],
            &[("C-1", true, Free), ("C-2", true, Free)],
        ),
        tick(
            3,
            &[("C-1", Remind), ("C-2", Remind)],
            &[("C-1", true, Remind), ("C-2", true, Remind)],
        ),
        tick(
            4,
            &[("C-1", Reduce), ("C-2", Reduce)],
            &[("C-1", true, Reduce), ("C-2", true, Reduce)],
        ),
        tick(
            5,
            &[("C-2", Free)],
            &[("C-1", true, Reduce), ("C-2", false, Reduce)],
        ),
        tick(
            6,
            &[("C-1", Free)],
            &[("C-1", true, Free), ("C-2", true, Free)],
        ),
        tick(
            7,
            &[("C-2", Released)],
            &[("C-1", true, Free), ("C-2", true, Released)],
        ),
    ];
    let trace = Trace {
        ticks,
        grants: BTreeMap::from([("g".to_string(), ladder())]),
        charters: ["C-1", "C-2"].map(|c| (c.to_string(), Level::Lock)).into(),
        books: Books {
            postings: ["P-1", "P-2", "P-3"].map(posting).to_vec(),
            payments: vec![
                payment("P-1", "C-1", "line-1"),
                payment("P-2", "C-2", "line-2"),
                payment("P-3", "C-2", "line-3"),
            ],
        },
    };
    (inputs, trace)
}

/// Owes 100 on the 2nd and, with two instalments, 100 on the 20th.
fn account(contract: &str, first_due: i8, moves: &[(&str, i64, News)]) -> Account {
    Account {
        contract: contract.to_string(),
        zone: TimeZone::UTC,
        currency: "KES".to_string(),
        feed: Some("bank".to_string()),
        schedule: vec![(date(2026, 3, first_due), 100), (date(2026, 3, 20), 100)],
        moves: moves
            .iter()
            .map(|&(payment, day, news)| Move {
                at: noon(day),
                payment: payment.to_string(),
                amount: 100,
                news,
            })
            .collect(),
    }
}

fn tick(day: i64, planned: &[(&str, Level)], phones: &[(&str, bool, Level)]) -> Tick {
    Tick {
        at: noon(day),
        planned: planned.iter().map(|&(c, l)| (c.to_string(), l)).collect(),
        phones: phones
            .iter()
            .map(|&(contract, reachable, level)| Phone {
                contract: contract.to_string(),
                reachable,
                level,
                grant: Some("g".to_string()),
            })
            .collect(),
    }
}

/// Free, then remind on the 3rd, reduce on the 4th and lock on the 9th, by day, until the 11th.
fn ladder() -> Granted {
    let window = Window {
        offset_min: 0,
        from_min: 480,
        to_min: 1_200,
        days: 0b111_1111,
    };
    let step = |day, level, window| Step {
        at: noon(day),
        level,
        window,
        before: window.is_some().then(|| noon(11)),
    };
    Granted {
        steps: vec![
            step(2, Level::Free, None),
            step(3, Level::Remind, None),
            step(4, Level::Reduce, Some(window)),
            step(9, Level::Lock, Some(window)),
        ],
    }
}

fn posting(id: &str) -> Posting {
    let leg = |account: &str, amount| Leg {
        account: account.to_string(),
        currency: "KES".to_string(),
        amount,
    };
    Posting {
        id: id.to_string(),
        legs: vec![leg("bank", 100), leg("receivable", -100)],
    }
}

fn payment(id: &str, contract: &str, source: &str) -> Payment {
    Payment {
        id: id.to_string(),
        contract: Some(contract.to_string()),
        state: "booked".to_string(),
        amount: 100,
        currency: "KES".to_string(),
        sources: vec![source.to_string()],
    }
}

/// Names of red checks after a fault was planted.
fn red(plant: impl FnOnce(&mut Inputs, &mut Trace)) -> Vec<&'static str> {
    let (mut inputs, mut trace) = good_run();
    plant(&mut inputs, &mut trace);
    let results = check(&inputs, &trace);
    let red = results.iter().filter(|r| !r.is_green());
    red.map(|r| r.name).collect()
}

/// Another planned level at a tick's end.
fn plan(trace: &mut Trace, tick: usize, contract: &str, level: Level) {
    trace.ticks[tick]
        .planned
        .insert(contract.to_string(), level);
}

fn check_red(plant: impl FnOnce(&mut Inputs, &mut Trace), expected: &[&str]) {
    let red = red(plant);
    assert_eq!(red.len(), expected.len(), "red: {red:?}");
    for (name, words) in red.iter().zip(expected) {
        assert!(name.contains(words), "expected {words:?} in {name:?}");
    }
}

#[test]
fn a_good_run_is_green_and_every_check_judged_something() {
    let (inputs, trace) = good_run();
    for result in check(&inputs, &trace) {
        assert!(result.is_green(), "{result:?}");
        assert!(result.judged > 0, "{result:?} judged nothing");
    }
}

#[test]
fn unbalanced_posting() {
    check_red(
        |_, trace| trace.books.postings[1].legs[0].amount += 1,
        &["debits equal credits"],
    );
}

#[test]
fn payment_from_nowhere() {
    check_red(
        |_, trace| trace.books.payments[0].sources.clear(),
        &["at least one source entry"],
    );
}

#[test]
fn one_entry_behind_two_payments() {
    check_red(
        |_, trace| trace.books.payments[0].sources = vec!["line-2".to_string()],
        &["behind two payments"],
    );
}

#[test]
fn money_that_the_files_dont_tell_of() {
    check_red(
        |_, trace| trace.books.payments[0].amount = 101,
        &["the ledger credits what the files book"],
    );
    check_red(
        |_, trace| trace.books.payments.push(payment("P-9", "C-9", "line-9")),
        &["the ledger credits what the files book"],
    );
    check_red(
        |_, trace| drop(trace.books.payments.remove(0)),
        &["the ledger credits what the files book"],
    );
}

#[test]
fn phone_stricter_than_its_grant() {
    // The step to reduce begins on the 4th; the plan is changed too, so that only the grant speaks.
    check_red(
        |_, trace| {
            plan(trace, 1, "C-1", Level::Reduce);
            trace.ticks[1].phones[0].level = Level::Reduce;
        },
        &["newest grant it accepted"],
    );
    check_red(
        |_, trace| trace.ticks[2].phones[0].grant = Some("unsigned".to_string()),
        &["newest grant it accepted"],
    );
    check_red(
        |_, trace| trace.ticks[2].phones[0].grant = None,
        &["newest grant it accepted"],
    );
}

#[test]
fn phone_stricter_than_its_charter() {
    check_red(
        |_, trace| trace.charters = [("C-1".to_string(), Level::Remind)].into(),
        &["or its charter"],
    );
}

#[test]
fn step_begun_outside_its_window_or_too_late() {
    let at_night = |trace: &mut Trace| {
        let grant = trace.grants.get_mut("g").unwrap();
        let window = grant.steps[2].window.as_mut().unwrap();
        (window.from_min, window.to_min) = (1_200, 1_260);
    };
    check_red(|_, trace| at_night(trace), &["newest grant it accepted"]);
    let too_late = |trace: &mut Trace| {
        let grant = trace.grants.get_mut("g").unwrap();
        grant.steps[2].before = Some(noon(4));
    };
    check_red(|_, trace| too_late(trace), &["newest grant it accepted"]);
}

#[test]
fn reachable_phone_stricter_than_its_plan() {
    check_red(
        |_, trace| plan(trace, 2, "C-1", Level::Remind),
        &["stricter than its plan"],
    );
    // Out of reach it may be: it learns later.
    check_red(
        |_, trace| trace.ticks[3].phones[1].level = Level::Reduce,
        &[],
    );
}

#[test]
fn plan_rises_while_a_payment_shields() {
    check_red(
        |_, trace| plan(trace, 3, "C-1", Level::Lock),
        &["no planned level rose"],
    );
}

#[test]
fn plan_rises_while_its_feed_is_silent() {
    check_red(
        |_, trace| plan(trace, 5, "C-1", Level::Remind),
        &["no planned level rose"],
    );
}

#[test]
fn connected_phone_rises_in_doubt() {
    check_red(
        |inputs, trace| {
            // The grant and the plan want it; only the pending payment speaks against it.
            let moves = &mut inputs.accounts.get_mut("C-1").unwrap().moves;
            moves[0].at = noon(4) - 1;
            plan(trace, 1, "C-1", Level::Reduce);
        },
        &["no connected phone's level rose"],
    );
}

#[test]
fn paid_and_not_freed() {
    check_red(
        |_, trace| {
            plan(trace, 4, "C-1", Level::Reduce);
            trace.ticks[4].phones[0].level = Level::Reduce;
        },
        &["that cured freed"],
    );
    // The phone that was away must be free at its next contact.
    check_red(
        |_, trace| {
            plan(trace, 4, "C-2", Level::Free);
            trace.ticks[4].phones[1].level = Level::Reduce;
        },
        &["stricter than its plan", "that cured freed"],
    );
}

#[test]
fn paid_off_and_not_released() {
    check_red(
        |_, trace| trace.ticks[5].planned.clear(),
        &["paid-off contracts are released"],
    );
    check_red(
        |_, trace| trace.ticks[5].phones[1].level = Level::Free,
        &["stricter than its plan", "paid-off contracts are released"],
    );
}

#[test]
fn each_digest_moves_with_its_own_matter_alone() {
    /// Which of ledger, plans and phones moves.
    fn check(plant: fn(&mut Trace), ledger: bool, plans: bool, phones: bool) {
        let (_, mut trace) = good_run();
        let before = digests(&trace);
        plant(&mut trace);
        let Digests {
            ledger: l,
            plans: pl,
            phones: ph,
        } = digests(&trace);
        let moved = (l != before.ledger, pl != before.plans, ph != before.phones);
        assert_eq!(moved, (ledger, plans, phones));
    }
    check(|_| (), false, false, false);
    check(|t| t.books.payments.reverse(), false, false, false);
    check(|t| t.ticks[1].phones[0].grant = None, false, false, false);
    check(|t| t.books.payments[0].amount = 99, true, false, false);
    check(
        |t| t.books.postings[0].legs[0].amount = 99,
        true,
        false,
        false,
    );
    check(
        |t| t.ticks[2].phones[0].level = Level::Lock,
        false,
        false,
        true,
    );
    check(|t| plan(t, 2, "C-1", Level::Lock), false, true, false);
}
