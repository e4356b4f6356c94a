//! The outlook says what the plan says, whatever happened and whenever it is asked.
//!
//! The plan lives every instant; the outlook skips what was settled. Random worlds are mostly
//! late, so there are borrowers too who pay: late, twice, with money that comes back, and who
//! press their emergency pass in between.

use std::collections::BTreeMap;

use fairlock_domain::calendar::{Instant, Span};
use fairlock_domain::contract::Instalment;
use fairlock_domain::holds::HoldKind;
use fairlock_domain::money::Money;
use fairlock_domain::payment::PaymentState::{self, Booked, Pending, Reversed};
use fairlock_domain::plan::{Course, Level, Outlook, Plan, Prepared, outlook};
use fairlock_domain::rules::{Cited, DaysInDefault, Proof};
use fairlock_domain::standing::{Event, EventKind, NoticeId, NoticeMode};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::worlds::{ALL, World, signed_on, worlds, worlds_of_any_packs};

/// What an outlook has of a plan.
fn without_words(plan: &Plan) -> Outlook {
    Outlook {
        level: plan.level,
        dpd: plan.dpd,
        arrears: plan.arrears,
        payoff: plan.payoff,
        holds: plan.holds.clone(),
        may_demand: plan.may_demand,
        steps: plan.steps.iter().map(|s| (s.at, s.level)).collect(),
        review_at: plan.review_at,
    }
}

fn check(world: &World) -> Result<(), TestCaseError> {
    let prepared = Prepared::new(&world.facts, &world.rules).expect("facts that fit together");
    let mut course = Course::new(&world.facts, &world.rules).expect("facts that fit together");
    let signed = world.facts.zone.instant_of(signed_on(), 0);
    let mut instants = world.instants();
    instants.push(before(signed, 1));
    instants.sort_unstable();
    for at in instants {
        let told = prepared.outlook(at).expect("facts that fit together");
        let planned = course.plan_at(at).expect("facts that fit together");
        prop_assert_eq!(told, without_words(&planned), "at {}", at);
    }
    Ok(())
}

/// How one instalment is paid: days after it fell due, and what comes with it.
type Habit = (i32, u8);

/// A world whose borrower pays every instalment, one after the other.
fn payers() -> impl Strategy<Value = World> {
    let habits = prop::collection::vec((-3..13_i32, 0..8_u8), 2..9);
    (worlds(ALL), habits).prop_map(|(world, habits)| paying(world, &habits))
}

fn paying(mut world: World, habits: &[Habit]) -> World {
    // The strict default's ladder takes months: its borrowers go by slower steps.
    let strict = world.rules.packs[0].id != "sandbox";
    let pace = if strict { 12 } else { 1 };
    let currency = world.facts.contract.currency;
    let amount = Money::new(100, currency);
    let by_hand = world.facts.notices == NoticeMode::Manual;
    let first_notice = NoticeId {
        pack: world.rules.packs[0].id.clone(),
        notice: world.rules.packs[0].notices[0].id.clone(),
    };
    world.facts.contract.instalments.clear();
    world.facts.events.clear();
    for (i, (late, what)) in habits.iter().enumerate() {
        let weeks = i32::try_from(i).expect("few") + 1;
        let due = signed_on().plus_days(7 * weeks * pace);
        world
            .facts
            .contract
            .instalments
            .push(Instalment { due, amount });
        let at = world.facts.zone.instant_of(due.plus_days(late * pace), 600);
        let mut tell = |at, kind| world.facts.events.push(Event { at, kind });
        let payment = |suffix: &str, state: PaymentState| EventKind::Payment {
            id: format!("P{i}{suffix}"),
            state,
            amount,
            paid_on: None,
        };
        tell(at, payment("", Booked));
        match what {
            0 => tell(before(at, 1), payment("", Pending)),
            1..=3 => tell(before(at, 20), EventKind::EmergencyPass),
            4 => {
                tell(at.plus(Span::days(2)), payment("", Reversed));
                tell(at.plus(Span::days(9)), payment("again", Booked));
            }
            5 => tell(
                before(at, 30),
                EventKind::Hold {
                    id: format!("H{i}"),
                    kind: HoldKind::Promise,
                    until: Some(at.plus(Span::hours(40))),
                },
            ),
            6 => {
                world.facts.events.pop();
            }
            7 if by_hand => tell(
                at,
                EventKind::Notice {
                    notice: first_notice.clone(),
                    channel: "sms".to_string(),
                    proof: Proof::Shown,
                },
            ),
            _ => {}
        }
    }
    world.facts.events.sort_by_key(|event| event.at);
    world
}

fn before(at: Instant, hours: i64) -> Instant {
    Instant::from_unix_seconds(at.unix_seconds() - hours * 3600)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn an_outlook_says_what_the_plan_says(world in worlds(ALL)) {
        check(&world)?;
    }

    #[test]
    fn an_outlook_under_any_packs_says_what_the_plan_says(world in worlds_of_any_packs(ALL)) {
        check(&world)?;
    }

    #[test]
    fn an_outlook_of_those_who_pay_says_what_the_plan_says(world in payers()) {
        check(&world)?;
    }

    #[test]
    fn packs_that_ask_for_more_say_the_same(
        world in prop_oneof![payers(), worlds(ALL)],
        business_days in 0..4_u16,
        valid_days in 3..12_u32,
        on_changes in any::<bool>(),
        in_default in 1..6_u32,
    ) {
        let mut world = world;
        for pack in &mut world.rules.packs {
            for notice in &mut pack.notices {
                let terms = &mut notice.terms.value;
                terms.lead_business_days = (business_days > 0).then_some(business_days);
                terms.valid_for = Some(terms.lead.plus(Span::days(valid_days)));
                terms.resets_on_changed_amount = on_changes;
            }
            if let Some(reduce) = &mut pack.reduce {
                let late = reduce.min_days_past_due.clone();
                reduce.min_days_in_default = late.map(|late| Cited {
                    number: late.number,
                    value: DaysInDefault {
                        days: in_default,
                        weekly_days: None,
                        business: on_changes,
                    },
                    citation: late.citation,
                });
            }
        }
        check(&world)?;
    }

    #[test]
    fn packs_that_act_where_nothing_is_owed_are_lived_whole(world in payers(), notices in any::<bool>()) {
        let mut world = world;
        for pack in &mut world.rules.packs {
            if notices {
                pack.notices[0].terms.value.min_days_past_due = None;
            } else {
                pack.remind.min_days_past_due = None;
            }
        }
        check(&world)?;
    }
}

#[test]
fn those_who_pay_are_late_and_current_by_turns_and_press_their_pass() {
    let mut runner = TestRunner::deterministic();
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    for _ in 0..200 {
        let world = payers().new_tree(&mut runner).expect("a world").current();
        let story: Vec<Level> = world
            .instants()
            .into_iter()
            .map(|at| {
                outlook(&world.facts, &world.rules, at)
                    .expect("facts that fit together")
                    .level
            })
            .collect();
        let turns = story
            .windows(2)
            .filter(|w| w[0] > Level::Free && w[1] == Level::Free);
        let pressed = |e: &&Event| e.kind == EventKind::EmergencyPass;
        let passes = world.facts.events.iter().filter(pressed).count();
        let auto = world.facts.notices == NoticeMode::Auto;
        let mut count = |what, holds| *seen.entry(what).or_default() += u32::from(holds);
        count("current again twice", turns.count() >= 2);
        count("reduced", story.contains(&Level::Reduce));
        count("passes by themselves", auto && passes >= 2);
    }
    assert!(seen.values().all(|n| *n >= 30), "{seen:?} of 200");
}
