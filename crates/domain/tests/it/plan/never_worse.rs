//! What can only be to the borrower's good: one more hold, pack, payment or softer policy, and fewer
//! days past due. Over random worlds, with the same world beside it that lacks only this.
//!
//! Some things that sound like laws aren't, and the worlds of these tests leave out what breaks
//! them. A hold can raise a later level above that of the same past without it: a pass that it
//! kept from counting is missing (or counts) later, a first notice that it delayed demands more and
//! is settled later, a void notice was never served. So "a hold never raises a level" is checked
//! without bookings, passes and reviews; "one more pack" and "a softer policy" without passes; and
//! a payment as the last fact: of two payments the second can settle what a notice demanded, and
//! begin the ladder anew, where an earlier one left a smaller demand open. Where no pack applies to
//! a contract nothing is judged and the phone is free, so "one more pack" begins with one that does.

use fairlock_domain::calendar::{Instant, Span, Weekday};
use fairlock_domain::holds::HoldKind;
use fairlock_domain::money::Money;
use fairlock_domain::payment::PaymentState;
use fairlock_domain::plan::{Level, Plan, plan};
use fairlock_domain::rules::{Applies, Cited, Days, Pack, Weekdays, Window};
use fairlock_domain::standing::{Event, EventKind};
use fairlock_rulebook::policy::Policy;
use proptest::prelude::*;
use proptest::sample::Index;

use super::worlds::{ALL, Happenings, World, book, worlds, worlds_of_any_packs};

/// No bookings, passes or reviews.
const QUIET: Happenings = Happenings {
    payments: false,
    passes: false,
    reviews: false,
    stale_notices: false,
};

const NO_PASSES: Happenings = Happenings {
    passes: false,
    ..ALL
};

fn planned(world: &World, now: Instant) -> Plan {
    plan(&world.facts, &world.rules, now).expect("facts that fit together")
}

/// Both worlds at every instant worth asking at.
fn never_above(softer: &World, world: &World) -> Result<(), TestCaseError> {
    for at in world.instants() {
        let (one, other) = (planned(softer, at).level, planned(world, at).level);
        prop_assert!(one <= other, "{} above {} at {}", one, other, at);
    }
    Ok(())
}

/// Two worlds from now on, as nothing else happens.
fn never_above_from(now: Instant, softer: &World, world: &World) -> Result<(), TestCaseError> {
    let (one, other) = (planned(softer, now), planned(world, now));
    let mut changes = vec![now];
    changes.extend(one.steps.iter().chain(&other.steps).map(|step| step.at));
    for at in changes {
        let (one, other) = (level_at(&one, at), level_at(&other, at));
        prop_assert!(one <= other, "{} above {} at {}", one, other, at);
    }
    Ok(())
}

/// What is known at some instant, so many reviews and minutes after what was picked: in the midst of
/// leads, cure times and dwell, where one more fact matters most.
fn on_the_way(world: &World, pick: &Index, (reviews, minutes): (usize, u32)) -> (World, Instant) {
    let mut now = *pick.get(&world.instants());
    let known = world.known_at(now);
    for _ in 0..reviews {
        let Some(review) = planned(&known, now).review_at else {
            break;
        };
        now = review;
    }
    (known, now.plus(Span::minutes(minutes)))
}

fn level_at(plan: &Plan, at: Instant) -> Level {
    let begun = plan.steps.iter().rfind(|step| step.at <= at);
    begun.map_or(plan.level, |step| step.level)
}

/// This fact after all that is known at its instant.
fn with_fact(world: &World, at: Instant, kind: EventKind) -> World {
    let mut world = world.clone();
    let place = world.facts.events.partition_point(|e| e.at <= at);
    world.facts.events.insert(place, Event { at, kind });
    world
}

fn hold(kind: usize, until: Option<Instant>) -> EventKind {
    let mut declared = HoldKind::ALL.into_iter().filter(|k| k.is_declared());
    let kind = declared.nth(kind).expect("fourteen kinds");
    EventKind::Hold {
        id: "one more".to_string(),
        kind,
        until,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn a_hold_never_raises_a_level(world in worlds(QUIET), kind in 0..14_usize, hours in 1..400_u32, pick in any::<Index>()) {
        let at = *pick.get(&world.instants());
        let until = Some(at.plus(Span::hours(hours)));
        never_above(&with_fact(&world, at, hold(kind, until)), &world)?;
    }

    #[test]
    fn a_hold_that_begins_now_raises_nothing_that_comes(world in worlds_of_any_packs(FRESH), kind in 0..14_usize, hours in 1..400_u32, pick in any::<Index>(), later in (0..7_usize, 0..3000_u32)) {
        let (known, now) = on_the_way(&world, &pick, later);
        let until = Some(now.plus(Span::hours(hours)));
        never_above_from(now, &with_fact(&known, now, hold(kind, until)), &known)?;
    }

    #[test]
    fn a_payment_raises_nothing_that_comes(world in worlds_of_any_packs(ALL), minor in 1..2000_i128, back in 0..40_i32, pick in any::<Index>(), later in (0..7_usize, 0..3000_u32)) {
        let (known, now) = on_the_way(&world, &pick, later);
        let today = world.facts.zone.day_of(now);
        let payment = EventKind::Payment {
            id: "one more".to_string(),
            state: PaymentState::Booked,
            amount: Money::new(minor, world.facts.contract.currency),
            paid_on: (back > 0).then(|| today.plus_days(-back)),
        };
        never_above_from(now, &with_fact(&known, now, payment), &known)?;
    }

    #[test]
    fn due_days_that_come_later_never_raise_a_level(world in worlds_of_any_packs(QUIET), later in 1..40_i32, pick in any::<Index>()) {
        let mut lenient = world.clone();
        // All of them or a single one: the others keep their days.
        let mut lines: Vec<_> = lenient.facts.contract.instalments.iter_mut().collect();
        let only = pick.index(lines.len() + 1);
        for (place, line) in lines.iter_mut().enumerate() {
            if only == place || only == world.facts.contract.instalments.len() {
                line.due = line.due.plus_days(later);
            }
        }
        never_above(&lenient, &world)?;
    }

    #[test]
    fn waiting_never_lowers_a_level_while_clearances_last(world in worlds_of_any_packs(QUIET), pick in any::<Index>()) {
        let now = *pick.get(&world.instants());
        let mut known = world.known_at(now);
        for clearance in &mut known.facts.clearances {
            clearance.until = clearance.until.plus_days(100_000);
        }
        for approval in &mut known.facts.particulars.approvals {
            approval.until = None;
        }
        let plan = planned(&known, now);
        let mut level = plan.level;
        let years = now.plus(Span::days(20_000));
        for step in plan.steps.into_iter().filter(|step| step.at < years) {
            prop_assert!(step.level > level, "{} after {} at {}", step.level, level, step.at);
            level = step.level;
        }
    }

    #[test]
    fn one_more_pack_never_raises_a_level(world in worlds(NO_PASSES), pick in any::<Index>()) {
        one_more_pack(&world, pick)?;
    }

    #[test]
    fn one_more_pack_of_the_program_never_raises_a_level(world in worlds_of_any_packs(NO_PASSES), pick in any::<Index>()) {
        one_more_pack(&world, pick)?;
    }

    #[test]
    fn a_lenders_own_ladder_never_raises_a_level(world in worlds(NO_PASSES), more in wishes()) {
        under_a_policy(&world, &more)?;
    }

    #[test]
    fn a_lenders_own_ladder_beside_any_packs_never_raises_a_level(world in worlds_of_any_packs(NO_PASSES), more in wishes()) {
        under_a_policy(&world, &more)?;
    }
}

const FRESH: Happenings = Happenings {
    stale_notices: false,
    ..ALL
};

fn one_more_pack(world: &World, pick: Index) -> Result<(), TestCaseError> {
    let more = pick.get(book().packs());
    let packs = &world.rules.packs;
    let alone = !packs.iter().any(Pack::is_law);
    let stands = |pack: &Pack| (pack.is_law() || alone) && applies(pack, world);
    if world.rules.pack(&more.id).is_some() || !packs.iter().any(stands) {
        return Ok(());
    }
    let mut composed = world.clone();
    composed.rules.packs.push(more.clone());
    never_above(&composed, world)
}

/// At all times of a world.
fn applies(pack: &Pack, world: &World) -> bool {
    let contract = &world.facts.contract;
    let takes = |applies: &Cited<Applies>| {
        let applies = &applies.value;
        applies.takes(&world.facts.particulars, contract.signed_on)
    };
    let times = (pack.effective_from, pack.effective_to);
    times == (None, None) && pack.applies.as_ref().is_none_or(takes)
}

/// How much softer than the law a lender is.
#[derive(Debug, Clone)]
struct Wishes {
    days: (u32, u32),
    dwell_hours: u32,
    /// So many minutes later, and earlier closed.
    window: Option<(u16, u16)>,
    not_on_holidays: bool,
    approval_hours: Option<u32>,
    capped: bool,
}

fn wishes() -> impl Strategy<Value = Wishes> {
    let window = prop::option::of((0..90_u16, 0..90_u16));
    let approval = prop::option::weighted(0.3, 1..200_u32);
    let rest = (any::<bool>(), approval, prop::bool::weighted(0.2));
    ((0..9_u32, 0..9_u32), 0..60_u32, window, rest).prop_map(
        |(days, dwell_hours, window, (not_on_holidays, approval_hours, capped))| Wishes {
            days,
            dwell_hours,
            window,
            not_on_holidays,
            approval_hours,
            capped,
        },
    )
}

fn under_a_policy(world: &World, wishes: &Wishes) -> Result<(), TestCaseError> {
    let text = softer(world, wishes);
    let policy = Policy::read("policy.toml", &text);
    let policy = policy.map_err(|e| TestCaseError::fail(format!("{e}\n{text}")))?;
    let over = policy.over(&world.rules);
    let rules = over.map_err(|harsher| TestCaseError::fail(harsher[0].to_string()))?;
    let own = World {
        facts: world.facts.clone(),
        rules,
    };
    never_above(&own, world)
}

/// A policy that asks for some more than every pack of a world does.
fn softer(world: &World, wishes: &Wishes) -> String {
    let packs = &world.rules.packs;
    let most = |of: fn(&Pack) -> Option<u32>| packs.iter().filter_map(of).max();
    let days = most(|p| Some(p.reduce.as_ref()?.min_days_past_due.as_ref()?.value));
    let reduce = days.unwrap_or(1) + wishes.days.0;
    let days = most(|p| Some(p.lock.as_ref()?.min_days_past_due.as_ref()?.value));
    let lock = days.unwrap_or(1).max(reduce) + wishes.days.1;
    let hours = most(|p| {
        let dwell = p.lock.as_ref()?.at_reduce_for.as_ref()?.value;
        u32::try_from(dwell.as_hours()).ok()
    });
    let dwell = hours.unwrap_or(0) + wishes.dwell_hours;
    let window = |level| match narrowed(packs, level, wishes) {
        Some(window) => format!("window = {window}\n"),
        None => String::new(),
    };
    let least = packs.iter().filter_map(|p| {
        let approval = p.lock.as_ref()?.approval.as_ref()?.value.valid_for;
        u32::try_from(approval.as_hours()).ok()
    });
    let approval = wishes.approval_hours.map(|hours| {
        let hours = least.min().unwrap_or(hours).min(hours);
        format!("approval_valid_for = \"{hours} hours\"\n")
    });
    let highest = packs.iter().map(Pack::highest_known);
    let cap = highest.fold(Level::Reduce, Level::min);
    format!(
        "on = \"2026-11-22\"\n{}[reduce]\nmin_days_past_due = {reduce}\n{}\
         [lock]\nmin_days_past_due = {lock}\nat_reduce_for = \"{dwell} hours\"\n{}{}",
        match wishes.capped {
            true => format!("max_level = \"{cap}\"\n"),
            false => String::new(),
        },
        window(Level::Reduce),
        window(Level::Lock),
        approval.unwrap_or_default(),
    )
}

/// What is open in every pack, less what the lender leaves out; None when nothing is left.
fn narrowed(packs: &[Pack], level: Level, wishes: &Wishes) -> Option<String> {
    let (later, earlier) = wishes.window?;
    let windows = packs
        .iter()
        .filter_map(|pack| Some(pack.window(level)?.value));
    let all = windows.reduce(|one, other| Window {
        from_minute: one.from_minute.max(other.from_minute),
        to_minute: one.to_minute.min(other.to_minute),
        days: Days {
            weekdays: Weekdays(one.days.weekdays.0 & other.days.weekdays.0),
            not_on_holidays: one.days.not_on_holidays || other.days.not_on_holidays,
            not_before_holidays: one.days.not_before_holidays || other.days.not_before_holidays,
        },
    })?;
    let (from, to) = (
        all.from_minute + later,
        all.to_minute.saturating_sub(earlier),
    );
    let words = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let open = Weekday::ALL
        .into_iter()
        .filter(|day| all.days.weekdays.contains(*day));
    let weekdays: Vec<&str> = open.map(|day| words[usize::from(day.index())]).collect();
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    (from < to && !weekdays.is_empty()).then(|| {
        format!(
            "{{ from = \"{}\", to = \"{}\", weekdays = {weekdays:?}, not_on_holidays = {}, not_before_holidays = {} }}",
            clock(from),
            clock(to),
            all.days.not_on_holidays || wishes.not_on_holidays,
            all.days.not_before_holidays,
        )
    })
}
