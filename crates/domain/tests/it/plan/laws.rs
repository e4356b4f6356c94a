//! Laws of the engine, over random worlds. Those of what can only be to the borrower's good stand
//! in `never_worse`.

use std::collections::{BTreeMap, BTreeSet};

use fairlock_domain::calendar::{Instant, Span, Weekday};
use fairlock_domain::plan::{Course, Finding, Level, Plan, Verdict, plan};
use fairlock_domain::rules::{Group, group_of};
use fairlock_domain::standing::{self, Event, EventKind};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::worlds::{ALL, World, worlds, worlds_of_any_packs, worlds_under};

fn planned(world: &World, now: Instant) -> Plan {
    plan(&world.facts, &world.rules, now).expect("facts that fit together")
}

/// What `review_at` speaks of: everything but findings, days past due and itself. Of the levels
/// that stand, `before` counts from now and may go on without a review; one that is reached
/// beneath a pass is seen when the pass ends.
fn wanted(plan: &Plan) -> impl PartialEq + std::fmt::Debug {
    let reached = plan.reached.iter().filter(|s| s.level <= plan.level);
    let reached = reached.map(|s| (s.level, s.at));
    (
        (plan.level, reached.collect::<Vec<_>>(), plan.steps.clone()),
        (plan.notices_due.clone(), plan.notices_served.clone()),
        (plan.holds.clone(), plan.may_demand),
        (plan.arrears, plan.restore, plan.payoff),
    )
}

/// What `scenario.md` shows of it: `reached` and others follow.
fn shown(plan: &Plan) -> impl PartialEq + std::fmt::Debug {
    let served = plan.notices_served.iter();
    let due = plan.notices_due.iter();
    let steps = plan.steps.iter();
    (
        (
            plan.level,
            steps.map(|s| (s.at, s.level)).collect::<Vec<_>>(),
        ),
        due.map(|n| (n.notice.clone(), n.at)).collect::<Vec<_>>(),
        served.map(|n| (n.notice.clone(), n.at)).collect::<Vec<_>>(),
        (plan.holds.clone(), plan.restore, plan.payoff),
    )
}

/// One nanosecond earlier.
fn just_before(at: Instant) -> Instant {
    Instant::from_unix_nanos(at.unix_nanos() - 1)
}

fn halfway(from: Instant, to: Instant) -> Instant {
    Instant::from_unix_nanos((from.unix_nanos() + to.unix_nanos()) / 2)
}

/// Lives from review to review until the world comes to rest.
fn reviews(world: &World, mut now: Instant) -> Result<(), TestCaseError> {
    let world = world.known_at(now);
    let first = planned(&world, now);
    let mut last = first.clone();
    let mut levels = Vec::new();
    for _ in 0..60 {
        let Some(review) = last.review_at else { break };
        prop_assert!(review > now);
        for between in [halfway(now, review), just_before(review)] {
            let same = planned(&world, between);
            prop_assert_eq!(wanted(&same), wanted(&last), "at {}", between);
            prop_assert_eq!(same.review_at, last.review_at);
        }
        let next = planned(&world, review);
        prop_assert!(
            shown(&next) != shown(&last),
            "nothing changed at {}",
            review
        );
        if next.level != last.level {
            levels.push((review, next.level));
        }
        (now, last) = (review, next);
    }
    prop_assert_eq!(last.review_at, None, "a world without facts comes to rest");
    let much_later = planned(&world, now.plus(Span::days(3000)));
    prop_assert_eq!(wanted(&much_later), wanted(&last));
    let steps: Vec<_> = first.steps.iter().map(|s| (s.at, s.level)).collect();
    prop_assert_eq!(steps, levels, "the steps are what happens");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn nothing_changes_before_review_at_and_something_does_at_it(world in worlds(ALL), pick in any::<prop::sample::Index>()) {
        reviews(&world, *pick.get(&world.instants()))?;
    }

    #[test]
    fn notices_that_go_stale_are_seen_coming(world in worlds_under(Just(vec!["changing"]), ALL), pick in any::<prop::sample::Index>()) {
        reviews(&world, *pick.get(&world.instants()))?;
    }

    #[test]
    fn every_pack_of_the_program_is_seen_coming(world in worlds_of_any_packs(ALL), pick in any::<prop::sample::Index>()) {
        reviews(&world, *pick.get(&world.instants()))?;
    }

    #[test]
    fn stepping_over_a_review_at_once_or_stopping_at_each_ends_the_same(world in worlds_of_any_packs(ALL), pick in any::<prop::sample::Index>()) {
        let mut now = *pick.get(&world.instants());
        let known = world.known_at(now);
        let mut by_many = Course::new(&known.facts, &known.rules).expect("facts that fit together");
        let mut last = by_many.plan_at(now).expect("facts that fit together");
        for _ in 0..8 {
            let Some(review) = last.review_at else { break };
            now = review;
            last = by_many.plan_at(now).expect("facts that fit together");
        }
        prop_assert_eq!(last, planned(&known, now));
    }

    #[test]
    fn one_jump_or_many_ends_the_same(world in worlds(ALL)) {
        let mut course = Course::new(&world.facts, &world.rules).expect("facts that fit together");
        for at in world.instants() {
            let by_many = course.plan_at(at).expect("facts that fit together");
            prop_assert_eq!(by_many, planned(&world, at));
        }
    }

    #[test]
    fn facts_of_the_worlds_fit_together(world in worlds(ALL)) {
        prop_assert_eq!(standing::check(&world.facts, &world.rules), Ok(()));
    }

    #[test]
    fn amounts_conserve(world in worlds(ALL)) {
        let total: i128 = world.facts.contract.instalments.iter().map(|i| i.amount.minor()).sum();
        for at in world.instants() {
            let plan = planned(&world, at);
            let booked: i128 = world.facts.events.iter().filter(|e| e.at <= at).map(pool_change).sum();
            prop_assert_eq!(plan.payoff.minor(), (total - booked).max(0));
            prop_assert_eq!(plan.restore, plan.arrears);
            prop_assert!(plan.arrears.minor() >= 0 && plan.arrears.minor() <= plan.payoff.minor());
            prop_assert_eq!(plan.dpd > 0, plan.arrears.is_positive());
            prop_assert!(plan.level <= Level::Free || plan.arrears.is_positive());
        }
    }

    #[test]
    fn a_level_above_remind_begins_only_in_every_packs_window_and_never_in_a_hold(world in worlds(ALL)) {
        for at in world.instants() {
            let known = world.known_at(at);
            let mut level = planned(&known, at).level;
            for step in planned(&known, at).steps {
                if step.level > level && step.level >= Level::Reduce {
                    prop_assert!(in_windows(&known, step.at), "{} at {}", step.level, step.at);
                    let then = planned(&known, step.at);
                    prop_assert!(then.holds.is_empty());
                }
                level = step.level;
            }
        }
    }

    #[test]
    fn the_order_of_packs_only_orders_the_answer(world in worlds(ALL)) {
        let mut turned = world.clone();
        turned.rules.packs.reverse();
        for at in world.instants() {
            let (one, other) = (planned(&world, at), planned(&turned, at));
            prop_assert_eq!(one.level, other.level);
            prop_assert_eq!(one.review_at, other.review_at);
        }
    }

    #[test]
    fn every_finding_has_its_citation_and_the_order_of_judgement(world in worlds(ALL)) {
        for at in world.instants().into_iter().step_by(5) {
            let plan = planned(&world, at);
            for finding in &plan.findings {
                prop_assert!(!finding.citation.is_empty() && !finding.url.is_empty());
            }
            for pack in &world.rules.packs {
                let prefix = format!("{}/", pack.id);
                let own = plan.findings.iter().filter(|f| f.rule.starts_with(&prefix));
                let ranks: Vec<Group> = own.map(rank).collect();
                prop_assert!(ranks.is_sorted(), "{:?}", plan.findings);
            }
        }
    }
}

/// What an event adds to the pool, in minor units.
fn pool_change(event: &Event) -> i128 {
    use fairlock_domain::payment::PaymentState::{Booked, Reversed};
    match &event.kind {
        EventKind::Payment {
            state: Booked,
            amount,
            ..
        } => amount.minor(),
        EventKind::Payment {
            state: Reversed,
            amount,
            ..
        } => -amount.minor(),
        EventKind::PayoffWaived { amount } => amount.minor(),
        _ => 0,
    }
}

/// The windows as the design has them in words, not as the packs have them.
fn in_windows(world: &World, at: Instant) -> bool {
    let local = world.facts.zone.local(at);
    let minute = u32::from(local.hour) * 60 + u32::from(local.minute);
    let within = |from: u32, to: u32| (from * 60..to * 60).contains(&minute);
    let holiday = |days: i32| world.facts.holidays.contains(&local.date.plus_days(days));
    let weekend = [Weekday::Friday, Weekday::Saturday, Weekday::Sunday];
    world.rules.packs.iter().all(|pack| match pack.id.as_str() {
        "sandbox" | "days" | "changing" => within(8, 20),
        _ => {
            within(9, 16) && !weekend.contains(&local.date.weekday()) && !holiday(0) && !holiday(1)
        }
    })
}

/// Step of judgement of a finding.
fn rank(finding: &Finding) -> Group {
    let name = finding.rule.split('/').nth(1).unwrap_or_default();
    group_of(name).expect("a rule of the documented order")
}

#[test]
fn the_worlds_reach_what_the_laws_speak_of() {
    let often = [
        (Level::Released, 10),
        (Level::Free, 100),
        (Level::Remind, 100),
        (Level::Reduce, 40),
        (Level::Lock, 25),
    ];
    reach(&worlds(ALL), &often);
}

#[test]
fn the_worlds_of_any_packs_reach_it_too() {
    let often = [
        (Level::Released, 10),
        (Level::Free, 100),
        (Level::Remind, 100),
        (Level::Reduce, 40),
        (Level::Lock, 15),
    ];
    reach(&worlds_of_any_packs(ALL), &often);
}

/// In so many of 300 worlds at least a level is reached.
fn reach(worlds: &impl Strategy<Value = World>, often: &[(Level, usize)]) {
    let mut runner = TestRunner::deterministic();
    let mut reached = BTreeMap::new();
    for _ in 0..300 {
        let world = worlds.new_tree(&mut runner).expect("a world").current();
        let instants = world.instants().into_iter();
        let levels: BTreeSet<Level> = instants.map(|at| planned(&world, at).level).collect();
        for level in levels {
            *reached.entry(level).or_insert(0) += 1;
        }
    }
    for (level, least) in often {
        let found = reached.get(level).copied().unwrap_or(0);
        assert!(found >= *least, "{level}: {found} of 300 worlds");
    }
}

#[test]
fn verdicts_are_the_four_words() {
    let words = [
        Verdict::Met,
        Verdict::NotMet,
        Verdict::Blocked,
        Verdict::NotApplicable,
    ]
    .map(Verdict::name);
    assert_eq!(words, ["met", "not_met", "blocked", "not_applicable"]);
}
