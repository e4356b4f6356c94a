//! Prepaid plans: stories, laws, and what is refused.

use fairlock_domain::calendar::{Day, Instant, Span};
use fairlock_domain::loan::prepaid::{Payment, Plan, PrepaidError, Standing, UNITS_MAX, standing};
use fairlock_domain::money::{Currency, Money};
use proptest::prelude::*;

fn shillings(minor: i128) -> Money {
    Money::new(minor, Currency::from_code("UGX").expect("a currency"))
}

/// Midnight UTC.
fn on(text: &str) -> Instant {
    let day = Day::parse(text).expect("a date");
    Instant::from_unix_seconds(i64::from(day.unix_days()) * 86_400)
}

/// 500,000 in all: 50,000 down with seven days, then 1,500 a day, two days at least.
fn plan() -> Plan {
    Plan {
        starts: on("2026-01-01"),
        total: shillings(500_000),
        down_payment: shillings(50_000),
        initial_units: 7,
        price: shillings(1_500),
        unit: Span::days(1),
        minimum_units: 2,
    }
}

fn paid(each: &[(&str, i128)]) -> Vec<Payment> {
    let one = |(at, amount): &(&str, i128)| Payment {
        at: on(at),
        amount: shillings(*amount),
    };
    each.iter().map(one).collect()
}

/// After these payments the time ends on `until` and so much waits.
fn check(payments: &[(&str, i128)], until: Option<&str>, waiting: i128) -> Standing {
    let standing = standing(&plan(), &paid(payments)).expect("a standing");
    assert_eq!(standing.until, until.map(on), "until");
    assert_eq!(standing.waiting, shillings(waiting), "waiting");
    standing
}

#[test]
fn the_down_payment_opens_the_plan() {
    check(&[], None, 0);
    check(&[("2026-01-01", 20_000)], None, 0);
    // Paid in two parts, it opens with the second.
    let open = [("2026-01-01", 20_000), ("2026-01-03", 30_000)];
    let standing = check(&open, Some("2026-01-10"), 0);
    let units: Vec<u32> = standing.purchases.iter().map(|p| p.units).collect();
    assert_eq!(units, [0, 7]);
}

#[test]
fn money_buys_whole_days_and_the_rest_waits() {
    let down = ("2026-01-01", 50_000);
    check(&[down, ("2026-01-05", 10_000)], Some("2026-01-14"), 1_000);
    // The rest of 1,000 is enough with 500 more for one day; two are the least.
    let more = [down, ("2026-01-05", 10_000), ("2026-01-06", 500)];
    check(&more, Some("2026-01-14"), 1_500);
    let enough = [down, ("2026-01-05", 10_000), ("2026-01-06", 2_000)];
    check(&enough, Some("2026-01-16"), 0);
}

#[test]
fn after_a_lapse_time_starts_with_the_payment() {
    let payments = [("2026-01-01", 50_000), ("2026-02-01", 3_000)];
    check(&payments, Some("2026-02-03"), 0);
}

#[test]
fn at_the_total_the_goods_are_owned_and_the_rest_is_credit() {
    let payments = [
        ("2026-01-01", 50_000),
        ("2026-01-05", 451_000),
        ("2026-01-06", 5),
    ];
    let standing = check(&payments, Some("2026-11-04"), 0);
    assert_eq!(standing.owned_since, Some(on("2026-01-05")));
    assert_eq!(standing.credit, shillings(1_005));
    let untils: Vec<Option<Instant>> = standing.purchases.iter().map(|p| p.until).collect();
    assert_eq!(untils, [Some(on("2026-01-08")), None, None]);
}

#[test]
fn without_a_down_payment_the_first_days_come_with_the_start() {
    let plan = Plan {
        down_payment: shillings(0),
        ..plan()
    };
    let standing = standing(&plan, &paid(&[("2026-01-02", 3_000)])).expect("a standing");
    assert_eq!(standing.until, Some(on("2026-01-10")));
}

#[test]
fn each_bad_plan_has_its_own_answer() {
    let dollars = Money::new(1, Currency::from_code("USD").expect("a currency"));
    let huge = shillings(1_000_000_000_000_001);
    let cases: [(Plan, PrepaidError); 10] = [
        (
            Plan {
                total: shillings(0),
                ..plan()
            },
            PrepaidError::TotalNotPositive,
        ),
        (
            Plan {
                total: huge,
                ..plan()
            },
            PrepaidError::TotalTooLarge,
        ),
        (
            Plan {
                down_payment: shillings(-1),
                ..plan()
            },
            PrepaidError::DownPaymentNegative,
        ),
        (
            Plan {
                down_payment: shillings(500_001),
                ..plan()
            },
            PrepaidError::DownPaymentAboveTotal,
        ),
        (
            Plan {
                price: shillings(0),
                ..plan()
            },
            PrepaidError::PriceNotPositive,
        ),
        (
            Plan {
                unit: Span::ZERO,
                ..plan()
            },
            PrepaidError::NoUnit,
        ),
        (
            Plan {
                minimum_units: 0,
                ..plan()
            },
            PrepaidError::NoMinimum,
        ),
        (
            Plan {
                initial_units: UNITS_MAX,
                ..plan()
            },
            PrepaidError::TooManyUnits,
        ),
        (
            Plan {
                price: shillings(1),
                ..plan()
            },
            PrepaidError::TooManyUnits,
        ),
        (
            Plan {
                price: dollars,
                total: shillings(50_001),
                ..plan()
            },
            PrepaidError::WrongCurrency,
        ),
    ];
    for (plan, expected) in cases {
        assert_eq!(standing(&plan, &[]), Err(expected));
        assert!(!expected.to_string().is_empty());
    }
}

#[test]
fn each_bad_payment_has_its_own_answer() {
    let check = |payments: &[Payment], expected| {
        assert_eq!(standing(&plan(), payments), Err(expected));
    };
    let dollars = Money::new(1, Currency::from_code("USD").expect("a currency"));
    let one = |amount| {
        let at = on("2026-01-02");
        [Payment { at, amount }]
    };
    check(&one(dollars), PrepaidError::WrongCurrency);
    check(&one(shillings(0)), PrepaidError::PaymentNotPositive);
    check(
        &one(shillings(1_000_000_000_000_001)),
        PrepaidError::PaymentTooLarge,
    );
    check(&paid(&[("2025-12-31", 1)]), PrepaidError::BeforeStart);
    check(
        &paid(&[("2026-01-02", 1), ("2026-01-01", 1)]),
        PrepaidError::OutOfOrder,
    );
}

/// Plans and payments of any size that a plan may have, payments by their time.
fn any_plan() -> impl Strategy<Value = (Plan, Vec<Payment>)> {
    let plan = (
        1..5_000_i128,
        0..=100_i128,
        0..20_u32,
        1..500_i128,
        1..5_u32,
    );
    let payments = prop::collection::vec((0..400_i64, 1..2_000_i128), 0..12);
    (plan, payments).prop_map(
        |((total, down, initial_units, price, minimum_units), payments)| {
            let plan = Plan {
                total: shillings(total),
                down_payment: shillings(total * down / 100),
                initial_units,
                price: shillings(price),
                minimum_units,
                ..self::plan()
            };
            let mut payments: Vec<Payment> = payments
                .into_iter()
                .map(|(day, amount)| Payment {
                    at: plan
                        .starts
                        .plus(Span::days(u32::try_from(day).expect("small"))),
                    amount: shillings(amount),
                })
                .collect();
            payments.sort_by_key(|p| p.at);
            (plan, payments)
        },
    )
}

fn stands(plan: &Plan, payments: &[Payment]) -> Standing {
    standing(plan, payments).expect("a standing")
}

proptest! {
    #[test]
    fn no_minor_unit_is_made_or_lost((plan, payments) in any_plan()) {
        let standing = stands(&plan, &payments);
        let paid: i128 = payments.iter().map(|p| p.amount.minor()).sum();
        let parts = [standing.down_paid, standing.spent, standing.waiting, standing.credit];
        prop_assert_eq!(parts.iter().map(|m| m.minor()).sum::<i128>(), paid);
        prop_assert!(parts.iter().all(|m| m.minor() >= 0));
        prop_assert_eq!(standing.spent.minor(), i128::from(standing.units) * plan.price.minor());
        prop_assert_eq!(standing.owned_since.is_some(), paid >= plan.total.minor());
        prop_assert_eq!(standing.credit.minor(), (paid - plan.total.minor()).max(0));
    }

    /// What waits is less than the minimum costs.
    #[test]
    fn enough_money_never_waits((plan, payments) in any_plan()) {
        let standing = stands(&plan, &payments);
        let least = i128::from(plan.minimum_units) * plan.price.minor();
        prop_assert!(standing.waiting.minor() < least);
    }

    /// One payment or two of the same time and sum: the same time is bought. Not so under a minimum
    /// of several units, where the second part may wait for more.
    #[test]
    fn a_payment_may_be_split(
        (plan, payments) in any_plan(),
        at in any::<prop::sample::Index>(),
        part in 1..2_000_i128,
    ) {
        prop_assume!(!payments.is_empty());
        let plan = Plan { minimum_units: 1, ..plan };
        let at = at.index(payments.len());
        let part = part % payments[at].amount.minor();
        prop_assume!(part > 0);
        let mut split = payments.clone();
        split[at].amount = shillings(part);
        let rest = shillings(payments[at].amount.minor() - part);
        split.insert(at + 1, Payment { amount: rest, ..payments[at] });
        let (whole, split) = (stands(&plan, &payments), stands(&plan, &split));
        prop_assert_eq!(whole.until, split.until);
        prop_assert_eq!(whole.waiting, split.waiting);
        prop_assert_eq!(whole.owned_since, split.owned_since);
    }

    /// A later payment never takes time away.
    #[test]
    fn more_money_is_never_less_time((plan, payments) in any_plan(), more in 1..2_000_i128) {
        let at = payments.last().map_or(plan.starts, |p| p.at);
        let mut longer = payments.clone();
        longer.push(Payment { at, amount: shillings(more) });
        let (before, after) = (stands(&plan, &payments), stands(&plan, &longer));
        prop_assert!(after.until >= before.until);
        prop_assert_eq!(&after.purchases[..payments.len()], &before.purchases[..]);
    }
}
