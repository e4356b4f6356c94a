//! Laws of loans over random facts: nothing that happened is lost, made up, or a matter of luck.

mod bad_input;
pub mod kit;
pub mod worlds;

use std::collections::BTreeMap;

use fairlock_domain::calendar::{Day, Instant};
use fairlock_domain::loan::charge::ChargeTime;
use fairlock_domain::loan::command::{Act, Command};
use fairlock_domain::loan::order::Component;
use fairlock_domain::loan::prove::prove;
use fairlock_domain::loan::terms::{Interest, Terms};
use fairlock_domain::loan::{ChargesCount, Line, Loan, Outcome, Portions, Share, apply};
use proptest::prelude::*;

use kit::{day, kes, reverse};
use worlds::{Facts, World, worlds};

/// Takes all facts; the outcomes in their order.
fn lived(loan: Loan, facts: &[Command]) -> (Loan, Vec<Outcome>) {
    let mut outcomes = Vec::new();
    let loan = facts.iter().fold(loan, |loan, fact| {
        let (loan, outcome) = apply(loan, fact);
        outcomes.push(outcome);
        loan
    });
    (loan, outcomes)
}

/// The facts that are done one after the other, in the order of entry.
fn done(world: &World) -> Vec<Command> {
    let (_, outcomes) = lived(world.loan(), &world.facts);
    let facts = world.facts.iter().zip(outcomes);
    let done = facts.filter(|(_, outcome)| *outcome == Outcome::Done);
    done.map(|(fact, _)| fact.clone()).collect()
}

/// What must not depend on how the loan came there. Of reversed facts only that they were.
#[derive(Debug, PartialEq)]
struct Seen {
    lines: Vec<Line>,
    credit: i128,
    outstanding: i128,
    facts: BTreeMap<String, Option<(Portions, Vec<Share>, i128)>>,
}

fn seen(loan: &Loan) -> Seen {
    let facts = loan.entries().iter().map(|entry| {
        let did = (entry.portions, entry.shares.clone(), entry.balance);
        let stands = entry.reversed_on.is_none();
        (entry.command.id.clone(), stands.then_some(did))
    });
    Seen {
        lines: loan.lines().to_vec(),
        credit: loan.credit().minor(),
        outstanding: loan.outstanding().minor(),
        facts: facts.collect(),
    }
}

/// The same loan after all its facts were lived anew, where that can be asked for. Where interest
/// follows payments, as it was known on the day of the last one; elsewhere a pause far away changes
/// nothing else, and is never a step of its own.
fn lived_anew(loan: &Loan) -> Option<Loan> {
    if loan.terms().recalculates() {
        let last = loan
            .in_order()
            .last()
            .map(|entry| counts_from(&entry.command));
        return loan.as_of(last?).ok();
    }
    let far = Command {
        id: "far".to_owned(),
        on: day("2200-01-01"),
        at: Instant::from_unix_seconds(1_000_000),
        act: kit::pause("2200-01-02"),
    };
    let (anew, outcome) = apply(loan.clone(), &far);
    (outcome == Outcome::Done).then_some(anew)
}

/// A charge that was due before it was raised counts from then.
fn counts_from(fact: &Command) -> Day {
    match fact.act {
        Act::Charge {
            time: ChargeTime::OnDay(day),
            ..
        } => fact.on.min(day),
        _ => fact.on,
    }
}

/// As it is known on one day, whatever the last fact.
fn looked_at(loan: &Loan) -> Loan {
    loan.as_of(day("2027-06-30"))
        .expect("amounts that can be computed")
}

/// Facts that name others come after these; else by lot.
fn shuffled(facts: &[Command], lots: &[u32]) -> Vec<Command> {
    let named = |fact: &Command| match &fact.act {
        Act::Reverse { of } | Act::Chargeback { of, .. } => Some(of.clone()),
        Act::WaiveCharge { charge, .. } | Act::AdjustCharge { charge, .. } => Some(charge.clone()),
        _ => None,
    };
    let mut waiting: Vec<(u32, Command)> =
        lots.iter().copied().zip(facts.iter().cloned()).collect();
    waiting.sort_by_key(|(lot, _)| *lot);
    let mut arrived: Vec<Command> = Vec::new();
    while !waiting.is_empty() {
        let ready = waiting.iter().position(|(_, fact)| {
            let there = |id: String| arrived.iter().any(|a| a.id == id);
            named(fact).is_none_or(there)
        });
        arrived.push(
            waiting
                .remove(ready.expect("a fact that waits for nothing"))
                .1,
        );
    }
    arrived
}

/// First the money is given out; without it nothing else is taken.
fn first_out(facts: Vec<Command>) -> Vec<Command> {
    let (mut first, others): (Vec<_>, Vec<_>) = facts.into_iter().partition(|f| f.id == "f0");
    first.extend(others);
    first
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_order_of_arrival_does_not_matter(
        world in worlds(Facts::All).prop_map(without_arrival),
        lots in prop::collection::vec(any::<u32>(), 24),
    ) {
        let facts = done(&world);
        let (in_time, _) = lived(world.loan(), &facts);
        let late = first_out(shuffled(&facts, &lots));
        let (late, outcomes) = lived(world.loan(), &late);
        // A chargeback that comes before the reversal of another may be more than is left, and so
        // on: where both orders are taken whole, both give the same.
        if outcomes.iter().any(|o| *o != Outcome::Done) {
            return Ok(());
        }
        prop_assert_eq!(seen(&in_time), seen(&late));
    }

    #[test]
    fn a_step_gives_what_living_all_anew_gives(world in worlds(Facts::All)) {
        let mut loan = world.loan();
        for fact in &world.facts {
            loan = apply(loan, fact).0;
            if let Some(anew) = lived_anew(&loan) {
                let mut anew = seen(&anew);
                anew.facts.remove("far");
                prop_assert_eq!(seen(&loan), anew, "after {:?}", fact);
            }
        }
    }

    #[test]
    fn a_refusal_changes_nothing(world in worlds(Facts::Silly)) {
        let mut loan = world.loan();
        for fact in &world.facts {
            let before = loan.clone();
            let (after, outcome) = apply(loan, fact);
            if outcome != Outcome::Done {
                prop_assert_eq!(&after, &before, "{:?}: {}", fact, outcome);
            }
            loan = after;
        }
    }

    #[test]
    fn the_same_again_exists_and_another_under_its_id_is_refused(world in worlds(Facts::All)) {
        let (loan, outcomes) = lived(world.loan(), &world.facts);
        for (fact, outcome) in world.facts.iter().zip(outcomes) {
            if outcome != Outcome::Done {
                continue;
            }
            let (same, outcome) = apply(loan.clone(), fact);
            prop_assert_eq!(outcome, Outcome::Exists);
            prop_assert_eq!(&same, &loan);
            let other = Command { on: fact.on.plus_days(1), ..fact.clone() };
            let (same, outcome) = apply(loan.clone(), &other);
            prop_assert_eq!(outcome, Outcome::IdTaken);
            prop_assert_eq!(&same, &loan);
        }
    }

    #[test]
    fn every_loan_adds_up(world in worlds(Facts::Silly)) {
        let mut loan = world.loan();
        for fact in &world.facts {
            let (after, outcome) = apply(loan, fact);
            prop_assert_ne!(outcome, Outcome::NotConserved, "{:?}", fact);
            prop_assert_eq!(prove(&after), Ok(()), "after {:?}", fact);
            loan = after;
        }
    }

    #[test]
    fn what_is_owed_is_what_the_facts_say(world in worlds(Facts::All).prop_map(interest_free)) {
        let mut loan = world.loan();
        for fact in &world.facts {
            loan = apply(loan, fact).0;
            let net = loan.outstanding().minor() - loan.credit().minor();
            prop_assert_eq!(net, owed_by_the_facts(&loan), "after {:?}", fact);
        }
    }

    #[test]
    fn a_reversed_payment_made_again_is_as_if_never_reversed(
        world in worlds(Facts::Plain),
        pick in any::<prop::sample::Index>(),
    ) {
        let facts = done(&world);
        let (loan, _) = lived(world.loan(), &facts);
        let payments: Vec<&Command> = facts
            .iter()
            .filter(|f| matches!(f.act, Act::Pay { .. }))
            .filter(|f| loan.entry(&f.id).is_some_and(|e| e.reversed_on.is_none()))
            .filter(|f| !names(&facts, &f.id))
            .collect();
        if payments.is_empty() {
            return Ok(());
        }
        let paid = *pick.get(&payments);
        let undo = Command {
            id: "undo".to_owned(),
            on: paid.on,
            at: Instant::from_unix_seconds(5_000),
            act: reverse(&paid.id),
        };
        let again = Command { id: "again".to_owned(), ..paid.clone() };
        let (other, outcomes) = lived(loan.clone(), &[undo, again]);
        prop_assert_eq!(outcomes, [Outcome::Done, Outcome::Done]);
        prop_assert_eq!(loan.lines(), other.lines());
        prop_assert_eq!(loan.credit(), other.credit());
    }

    #[test]
    fn with_every_payment_reversed_nothing_was_ever_paid(world in worlds(Facts::Plain)) {
        let facts = done(&world);
        let (mut loan, _) = lived(world.loan(), &facts);
        let paid = |act: &Act| matches!(act, Act::Pay { .. } | Act::Chargeback { .. });
        // What rests on a payment is younger.
        for (nr, fact) in facts.iter().filter(|f| paid(&f.act)).rev().enumerate() {
            let undo = Command {
                id: format!("undo{nr}"),
                on: fact.on,
                at: Instant::from_unix_seconds(5_000),
                act: reverse(&fact.id),
            };
            loan = apply(loan, &undo).0;
        }
        let others = || facts.iter().filter(|f| !paid(&f.act));
        let undoes_other = |fact: &Command| match &fact.act {
            Act::Reverse { of } => others().any(|other| other.id == *of),
            _ => true,
        };
        let unpaid: Vec<Command> = others().filter(|f| undoes_other(f)).cloned().collect();
        let (never, _) = lived(world.loan(), &unpaid);
        let (loan, never) = (looked_at(&loan), looked_at(&never));
        prop_assert_eq!(loan.lines(), never.lines());
        prop_assert_eq!(loan.credit(), kes(0));
    }
}

fn names(facts: &[Command], id: &str) -> bool {
    facts.iter().any(|fact| match &fact.act {
        Act::Reverse { of } | Act::Chargeback { of, .. } => of == id,
        _ => false,
    })
}

/// Where charges are owed from the beginning, a waiver is of what was left when it was entered.
fn without_arrival(world: World) -> World {
    let ahead = world.rules.charges == ChargesCount::Always;
    let waives = |fact: &Command| matches!(fact.act, Act::WaiveCharge { .. });
    let mut world = world;
    world.facts.retain(|fact| !(ahead && waives(fact)));
    world
}

fn interest_free(world: World) -> World {
    let terms = Terms {
        interest: Interest::None,
        ..world.terms
    };
    World { terms, ..world }
}

/// Debt less credit, by nothing but what happened to an interest-free loan.
fn owed_by_the_facts(loan: &Loan) -> i128 {
    let standing = loan.entries().iter().filter(|e| e.reversed_on.is_none());
    let by_facts: i128 = standing
        .map(|entry| match &entry.command.act {
            Act::Disburse { amount }
            | Act::Chargeback { amount, .. }
            | Act::RefundCredit { amount }
            | Act::RefundPaid { amount } => amount.minor(),
            Act::Pay { amount, .. } | Act::AdjustCharge { amount, .. } => -amount.minor(),
            Act::WaiveCharge { .. } | Act::WriteOff => -entry.portions.debt(),
            _ => 0,
        })
        .sum();
    let charged = loan.charges().iter().filter(|c| !c.reversed);
    let charged: i128 = charged.map(|c| c.due() - c.at_disbursement).sum();
    by_facts + charged
}

#[test]
fn a_loan_is_the_same_from_any_day_it_is_looked_at() {
    let story = kit::Story::of(90_000, 3)
        .then("late", "2026-02-10", kit::pay(10_000))
        .then("early", "2026-01-20", kit::pay(25_000));
    let lines = story.loan.lines();
    let paid: Vec<i128> = lines
        .iter()
        .map(|l| l.paid.get(Component::Principal))
        .collect();
    assert_eq!(paid, [30_000, 5_000, 0]);
    let settled: Vec<Option<Day>> = lines.iter().map(|l| l.settled_on).collect();
    assert_eq!(settled, [Some(day("2026-02-10")), None, None]);
}
