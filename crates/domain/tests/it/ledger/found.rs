//! What fuzzing found, each as a story with its name. The bytes themselves are in the corpus.

use fairlock_domain::loan::charge::{Amount, ChargeKind, ChargeTime};
use fairlock_domain::loan::command::{Act, PaymentKind};
use fairlock_domain::loan::order::Component;
use fairlock_domain::loan::schedule::{Disbursement, generate};
use fairlock_domain::loan::terms::{Interest, ScheduleType, Terms};
use fairlock_domain::loan::{self, LineKind};
use fairlock_domain::money::{AMOUNT_MAX_MINOR, Rate, Rounding};

use super::kit::day;
use super::of_loan::{World, charge, money, pay, terms};

fn progressive() -> Terms {
    Terms {
        schedule_type: ScheduleType::Progressive,
        ..terms()
    }
}

/// 385 in whole hundreds is 100, 100, 100 and 85. Five more were rounded up into that last line as
/// fifteen, which nobody had been given: 400 were owed for 390.
#[test]
fn a_second_disbursement_is_never_rounded_up_into_more_than_was_given_out() {
    let terms = Terms {
        interest: Interest::None,
        count: 6,
        instalment_multiple: 100,
        ..progressive()
    };
    let given = |on, minor| Disbursement {
        on: day(on),
        amount: money(minor),
    };
    let lines = generate(&terms, &[given("2026-02-01", 385), given("2026-02-20", 5)]);
    let lines = lines.expect("a schedule");
    let principal: Vec<i128> = lines.iter().map(|line| line.principal).collect();
    assert_eq!(principal, [100, 100, 100, 90]);
}

/// Interest of 7 over 12 lines is rounded to 1 in each; the last line owed five less than nothing.
#[test]
fn interest_of_a_second_disbursement_is_never_less_than_nothing_in_the_last_line() {
    let terms = Terms {
        count: 12,
        rounding: Rounding::Up,
        ..progressive()
    };
    let given = |on, minor| Disbursement {
        on: day(on),
        amount: money(minor),
    };
    let lines = generate(
        &terms,
        &[given("2026-02-01", 1_200), given("2026-02-01", 55)],
    );
    for line in lines.expect("a schedule") {
        assert!(line.interest >= 0 && line.principal >= 0, "{line:?}");
    }
}

/// A payment of before the money was given out is credit; when it is given out, the credit pays
/// interest as well as principal, and the books must follow it there.
#[test]
fn credit_that_pays_interest_when_money_is_given_out_is_told_by_component() {
    let mut world = World::of(progressive());
    world.tell(
        "D-1",
        "2026-03-01",
        Act::Disburse {
            amount: money(90_000),
        },
    );
    world.tell("P-1", "2026-02-10", pay(PaymentKind::Repayment, 1_000));
    let entry = world.loan.entry("D-1").expect("it was told");
    let interest = world
        .loan
        .lines()
        .iter()
        .map(|line| line.paid.interest())
        .sum::<i128>();
    assert!(interest > 0);
    assert_eq!(entry.portions.interest(), -interest);
    assert_eq!(entry.portions.principal(), 90_000 - 1_000 + interest);
    assert_eq!(entry.portions.credit, 1_000);
}

/// What the credit paid was told only as a sum: a fee that counts from before the money was given
/// out took principal's place unseen.
#[test]
fn a_fee_of_before_the_money_was_given_out_moves_what_the_credit_paid() {
    let mut world = World::of(progressive());
    world.tell(
        "D-1",
        "2026-03-01",
        Act::Disburse {
            amount: money(90_000),
        },
    );
    world.tell("P-1", "2026-02-10", pay(PaymentKind::Repayment, 1_000));
    let fee = charge(ChargeKind::Fee, 300, day("2026-02-20"));
    world.tell("F-1", "2026-02-20", fee);
    let entry = world.loan.entry("D-1").expect("it was told");
    assert_eq!(entry.portions.get(Component::Fee), -300);
}

/// A thousand times the largest principal is more than any cell holds.
#[test]
fn a_charge_by_percentage_is_at_most_the_largest_amount() {
    let mut world = World::of(terms());
    let all = money(AMOUNT_MAX_MINOR);
    world.tell("D-1", "2026-02-01", Act::Disburse { amount: all });
    let percent = |percent| Act::Charge {
        kind: ChargeKind::Fee,
        amount: Amount::OfPrincipal(Rate::from_percent(percent).expect("a rate within bounds")),
        time: ChargeTime::OnDay(day("2026-02-20")),
    };
    let refused = world.ask("F-1", "2026-02-20", percent(101));
    assert_eq!(refused, loan::Outcome::Overflow);
    world.tell("F-2", "2026-02-20", percent(100));
    let lines = world.loan.lines();
    assert!(lines.iter().all(|line| line.kind == LineKind::Instalment));
}
