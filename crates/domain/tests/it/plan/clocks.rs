//! Clocks: wherever a borrower lives, a level begins only while the law's hours there are open, and
//! nothing but the local time of what happened decides.
//!
//! Each pack minds its own hours. Of several the last one to rise decides when the level of all
//! begins, which can lie outside the hours of one that rose before; what a phone is handed with the
//! step are the hours that all have in common, and it begins in no others.

use fairlock_domain::calendar::{Instant, Span, Zone};
use fairlock_domain::plan::{Level, Plan, plan};
use fairlock_domain::rules::{Pack, Rules, Window};
use fairlock_domain::standing::{self, EventKind};
use proptest::prelude::*;

use super::worlds::{ALL, World, worlds, worlds_of_any_packs};

fn planned(world: &World, now: Instant) -> Plan {
    plan(&world.facts, &world.rules, now).expect("facts that fit together")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn a_level_above_remind_begins_only_while_its_pack_is_open(world in prop_oneof![worlds(ALL), worlds_of_any_packs(ALL)]) {
        for alone in packs_of(&world) {
            for now in alone.instants() {
                begins_while_open(&alone.known_at(now), now)?;
            }
        }
    }

    #[test]
    fn a_holiday_that_comes_in_the_way_is_waited_for(world in prop_oneof![worlds(ALL), worlds_of_any_packs(ALL)], pick in any::<prop::sample::Index>(), days in prop::collection::vec(0..2_i32, 1..4)) {
        for mut alone in packs_of(&world) {
            let now = *pick.get(&world.instants());
            alone.facts.events.retain(|event| event.at <= now);
            for after in &days {
                let Some(begins) = begins_while_open(&alone, now)? else { break };
                let day = alone.facts.zone.day_of(begins);
                alone.facts.holidays.push(day.plus_days(*after));
            }
            begins_while_open(&alone, now)?;
        }
    }

    #[test]
    fn a_step_takes_the_hours_that_all_packs_have_in_common_to_the_phone(world in prop_oneof![worlds(ALL), worlds_of_any_packs(ALL)]) {
        for now in world.instants() {
            let known = world.known_at(now);
            let plan = planned(&known, now);
            for step in plan.steps.iter().chain(&plan.reached) {
                let Some(guards) = &step.guards else { continue };
                let packs = known.rules.packs.iter();
                for pack in packs.filter(|pack| judges(pack, &known, step.at)) {
                    let Some(window) = pack.window(step.level).map(|rule| rule.value) else { continue };
                    let place = format!("{} of {} at {}: {guards:?}", step.level, pack.id, step.at);
                    prop_assert!(guards.from_minute >= window.from_minute, "{}", place);
                    prop_assert!(guards.to_minute <= window.to_minute, "{}", place);
                    prop_assert_eq!(guards.weekdays & !window.days.weekdays.0, 0, "{}", place);
                }
            }
        }
    }

    #[test]
    fn the_same_local_times_elsewhere_are_the_same_plan(world in prop_oneof![worlds(ALL), worlds_of_any_packs(ALL)], here in quarters(), there in quarters()) {
        let world = World { facts: standing::Facts { zone: fixed(here), ..world.facts }, rules: world.rules };
        if standing::check(&world.facts, &world.rules).is_err() {
            // A day of payment that is tomorrow here.
            return Ok(());
        }
        let later = here - there;
        let mut moved = world.clone();
        moved.facts.zone = fixed(there);
        for event in &mut moved.facts.events {
            event.at = shifted(event.at, later);
            if let EventKind::Hold { until: Some(until), .. } = &mut event.kind {
                *until = shifted(*until, later);
            }
        }
        for at in world.instants() {
            let (one, other) = (planned(&world, at), planned(&moved, shifted(at, later)));
            let place = format!("at {}", world.facts.zone.local(at));
            prop_assert_eq!(
                (other.level, other.dpd, other.arrears, other.payoff),
                (one.level, one.dpd, one.arrears, one.payoff),
                "{}", &place
            );
            let expected: Vec<_> = one.steps.iter().map(|s| (shifted(s.at, later), s.level)).collect();
            let found: Vec<_> = other.steps.iter().map(|s| (s.at, s.level)).collect();
            prop_assert_eq!(found, expected, "{}", &place);
            prop_assert_eq!(other.review_at, one.review_at.map(|at| shifted(at, later)), "{}", &place);
            let verdicts = |plan: &Plan| -> Vec<_> {
                plan.findings.iter().map(|f| (f.rule.clone(), f.verdict)).collect()
            };
            prop_assert_eq!(verdicts(&other), verdicts(&one), "{}", &place);
        }
    }
}

/// The same facts under each pack alone.
fn packs_of(world: &World) -> impl Iterator<Item = World> {
    world.rules.packs.iter().map(|pack| {
        let rules = Rules {
            packs: vec![pack.clone()],
        };
        World {
            facts: world.facts.clone().under(&rules),
            rules,
        }
    })
}

/// From now on the pack is open when a level above `remind` begins; the first time that one does.
fn begins_while_open(known: &World, now: Instant) -> Result<Option<Instant>, TestCaseError> {
    let plan = planned(known, now);
    let mut level = plan.level;
    let mut first = None;
    for step in plan.steps {
        if step.level > level && step.level >= Level::Reduce {
            let packs = known.rules.packs.iter();
            for pack in packs.filter(|pack| judges(pack, known, step.at)) {
                let window = pack.window(step.level);
                let open = window.is_none_or(|w| is_open(known, &w.value, step.at));
                prop_assert!(open, "{} of {} at {}", step.level, pack.id, step.at);
            }
            first = first.or(Some(step.at));
        }
        level = step.level;
    }
    Ok(first)
}

/// Minutes east of Greenwich, by quarters of an hour: from Baker Island to the Line Islands.
fn quarters() -> impl Strategy<Value = i32> {
    (-48..=56_i32).prop_map(|quarters| quarters * 15)
}

/// Clocks that never change.
fn fixed(minutes: i32) -> Zone {
    Zone::new(vec![(Instant::from_unix_seconds(0), minutes)])
}

fn shifted(at: Instant, minutes: i32) -> Instant {
    Instant::from_unix_nanos(at.unix_nanos() + i128::from(minutes) * 60_000_000_000)
}

/// The pack is about this contract, and in force.
fn judges(pack: &Pack, world: &World, at: Instant) -> bool {
    let facts = &world.facts;
    let day = facts.zone.day_of(at);
    let begun = pack.effective_from.is_none_or(|from| day >= from);
    let ended = pack.effective_to.is_some_and(|to| day > to);
    let signed_on = facts.contract.signed_on;
    let takes = pack
        .applies
        .as_ref()
        .is_none_or(|rule| rule.value.takes(&facts.particulars, signed_on));
    begun && !ended && takes
}

/// Read off the clock on the wall: nothing of the engine's calendar is asked.
fn is_open(world: &World, window: &Window, at: Instant) -> bool {
    let local = world.facts.zone.local(at);
    let minute = u16::from(local.hour) * 60 + u16::from(local.minute);
    let holiday = |days: i32| world.facts.holidays.contains(&local.date.plus_days(days));
    (window.from_minute..window.to_minute).contains(&minute)
        && window.days.weekdays.0 >> local.date.weekday().index() & 1 == 1
        && !(window.days.not_on_holidays && holiday(0))
        && !(window.days.not_before_holidays && holiday(1))
}

#[test]
fn hours_are_open_from_their_first_minute_to_the_one_before_their_last() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let tree = proptest::strategy::Strategy::new_tree(&worlds(ALL), &mut runner).expect("a world");
    let mut world = proptest::strategy::ValueTree::current(&tree);
    world.facts.zone = fixed(330);
    world.facts.holidays.clear();
    let window = world.rules.packs[0]
        .window(Level::Reduce)
        .expect("hours")
        .value;
    let day = super::worlds::signed_on();
    let day = (0..7)
        .map(|n| day.plus_days(n))
        .find(|day| window.days.weekdays.contains(day.weekday()));
    let opens = world
        .facts
        .zone
        .instant_of(day.expect("a weekday"), u32::from(window.from_minute));
    let closes = opens.plus(Span::minutes(u32::from(
        window.to_minute - window.from_minute,
    )));
    let nano = |at: Instant, more: i128| Instant::from_unix_nanos(at.unix_nanos() + more);
    let table = [
        (nano(opens, -1), false),
        (opens, true),
        (nano(closes, -1), true),
        (closes, false),
    ];
    for (at, open) in table {
        assert_eq!(is_open(&world, &window, at), open, "{at}");
    }
}
