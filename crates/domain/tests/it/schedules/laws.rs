//! What holds for every schedule.

use fairlock_domain::calendar::{Day, DayCount, Step, Unit};
use fairlock_domain::loan::recalculation::{History, Paid, Until, recalculate};
use fairlock_domain::loan::schedule::{Disbursement, Line, LineKind, generate};
use fairlock_domain::loan::terms::{
    Amortization, Charging, Compounding, Grace, Interest, InterestPeriod, PastDue, PayoffUntil,
    Prepayment, Recalculation, Rest, ScheduleType, Terms,
};
use fairlock_domain::money::{Money, Rate, Rounding};
use proptest::prelude::*;

use super::{euro, monthly};

fn charging() -> impl Strategy<Value = Charging> {
    let periods = [
        InterestPeriod::SamePeriod,
        InterestPeriod::PartialPeriod,
        InterestPeriod::Daily,
    ];
    let days = prop::sample::select(&DayCount::ALL[..]);
    // Up to 200 % a year, in thousandths of a percent.
    let rate = (0..200_000_i128).prop_map(|m| Rate::from_units(m * 10_i128.pow(13)));
    (rate, days, prop::sample::select(periods.to_vec())).prop_map(|(rate, days, period)| Charging {
        rate: rate.expect("a rate"),
        days,
        period,
    })
}

fn interest() -> impl Strategy<Value = Interest> {
    prop_oneof![
        Just(Interest::None),
        charging().prop_map(Interest::Flat),
        charging().prop_map(Interest::Declining),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (1..40_u16).prop_map(|every| Step {
            every,
            unit: Unit::Days
        }),
        (1..5_u16).prop_map(|every| Step {
            every,
            unit: Unit::Weeks
        }),
        (1..4_u16).prop_map(|every| Step {
            every,
            unit: Unit::Months
        }),
        Just(Step {
            every: 1,
            unit: Unit::Years
        }),
    ]
}

/// Any terms without business days; grace as the count allows.
fn terms() -> impl Strategy<Value = Terms> {
    let shape = (interest(), step(), 1..30_u16, any::<(bool, bool)>());
    let grace = (0..4_u16, 0..4_u16, 0..4_u16);
    let amounts = (
        prop::sample::select(&Rounding::ALL[..]),
        0..3_usize,
        0..60_u32,
    );
    (shape, grace, amounts).prop_map(
        |((interest, step, count, (equal, progressive)), grace, (rounding, multiple, down))| {
            let grace = Grace {
                principal: grace.0.min(count - 1),
                interest: grace.1.min(count - 1),
                charging: grace.2.min(count),
            };
            Terms {
                interest,
                step,
                grace,
                rounding,
                amortization: match equal {
                    true => Amortization::EqualInstalments,
                    false => Amortization::EqualPrincipal,
                },
                schedule_type: match progressive {
                    true => ScheduleType::Progressive,
                    false => ScheduleType::Cumulative,
                },
                instalment_multiple: [0, 100, 500][multiple],
                down_payment: (down > 0).then(|| Rate::from_percent(down).expect("a rate")),
                ..monthly(count)
            }
        },
    )
}

/// One to three disbursements, all before the first due day where steps are longer than a week.
fn given() -> impl Strategy<Value = Vec<Disbursement>> {
    let start = (18_000..24_000_i32).prop_map(Day::from_unix_days);
    let each = prop::collection::vec((0..7_i32, 1..50_000_000_i128), 1..4);
    (start, each).prop_map(|(start, each)| {
        let mut given: Vec<Disbursement> = each
            .into_iter()
            .map(|(later, minor)| Disbursement {
                on: start.plus_days(later),
                amount: Money::new(minor, euro()),
            })
            .collect();
        given.sort_by_key(|g| g.on);
        given
    })
}

fn total(given: &[Disbursement]) -> i128 {
    given.iter().map(|g| g.amount.minor()).sum()
}

fn principal_of(lines: &[Line]) -> i128 {
    lines.iter().map(|line| line.principal).sum()
}

fn instalments(lines: &[Line]) -> impl Iterator<Item = &Line> {
    lines
        .iter()
        .filter(|line| line.kind == LineKind::Instalment)
}

proptest! {
    #[test]
    fn principal_sums_to_what_was_given_out(terms in terms(), given in given()) {
        let Ok(lines) = generate(&terms, &given) else { return Ok(()) };
        prop_assert_eq!(principal_of(&lines), total(&given));
        prop_assert!(lines.iter().all(|line| line.principal >= 0 && line.interest >= 0));
        prop_assert!(lines.last().is_some_and(|line| line.total() > 0));
    }

    #[test]
    fn due_days_rise(terms in terms(), given in given()) {
        let Ok(lines) = generate(&terms, &given) else { return Ok(()) };
        let due: Vec<Day> = instalments(&lines).map(|line| line.due).collect();
        prop_assert!(due.windows(2).all(|two| two[0] < two[1]));
        prop_assert!(lines.windows(2).all(|two| two[0].due <= two[1].due));
        let mut before = given[0].on;
        for line in instalments(&lines) {
            prop_assert_eq!(line.from, before);
            before = line.due;
        }
        for (number, line) in (1..).zip(&lines) {
            prop_assert_eq!(line.number, number);
        }
    }

    /// But for the last, and where nothing is due of principal or interest is deferred.
    #[test]
    fn instalments_are_whole_multiples(count in 2..30_u16, charging in charging(), given in given()) {
        let terms = Terms {
            interest: Interest::Declining(charging),
            instalment_multiple: 100,
            ..monthly(count)
        };
        let once = &given[..1];
        let lines = generate(&terms, once).expect("a schedule");
        // An instalment that its own interest outgrows has no principal.
        for line in &lines[..lines.len() - 1] {
            prop_assert!(line.total() % 100 == 0 || line.principal == 0 || line.total() < 100
                || Some(line.due) == lines.iter().rfind(|l| l.principal > 0).map(|l| l.due));
        }
    }

    #[test]
    fn no_two_equal_instalments_differ(count in 2..30_u16, charging in charging(), given in given()) {
        let terms = Terms {
            interest: Interest::Declining(Charging { period: InterestPeriod::SamePeriod, ..charging }),
            ..monthly(count)
        };
        let lines = generate(&terms, &given[..1]).expect("a schedule");
        let instalments: Vec<i128> = lines[..lines.len() - 1].iter().map(Line::total).collect();
        let differ = instalments.windows(2).any(|two| two[0] != two[1]);
        let outgrown = lines.iter().any(|line| line.principal == 0);
        prop_assert!(!differ || outgrown);
        // The rest is at most what rounding can sum to: half a unit each, grown by the rate.
        if let (Some(each), Some(last)) = (instalments.first(), lines.last()) {
            prop_assert!(last.total() <= 2 * each + 2 || outgrown);
        }
    }

    #[test]
    fn more_rate_is_never_less_interest(
        terms in terms(),
        charging in charging(),
        given in given(),
        more in 1..50_000_i128,
    ) {
        let units = charging.rate.units() + more * 10_i128.pow(13);
        let dearer = Charging { rate: Rate::from_units(units).expect("a rate"), ..charging };
        let interest = |interest, amortization| {
            let terms = Terms { interest, amortization, instalment_multiple: 0, ..terms.clone() };
            let lines = generate(&terms, &given).ok()?;
            Some(lines.iter().map(|line| line.interest).sum::<i128>())
        };
        // With equal principal the balances are the same; then each line costs more.
        let principal = Amortization::EqualPrincipal;
        for kind in [Interest::Flat as fn(Charging) -> Interest, Interest::Declining] {
            let (less, more) = (interest(kind(charging), principal), interest(kind(dearer), principal));
            prop_assert!(more >= less, "{more:?} {less:?}");
        }
    }

    /// Without payments nothing is recalculated until a day has passed.
    #[test]
    fn an_untouched_loan_is_as_agreed(
        count in 1..20_u16,
        charging in charging(),
        given in given(),
        rules in rules(),
        progressive in any::<bool>(),
    ) {
        let terms = recalculating(count, charging, rules, progressive);
        let history = History {
            terms: &terms,
            given: &given[..1],
            variations: &[],
            paid: &[],
            until: Until::AsOf(given[0].on),
        };
        let agreed = generate(&terms, &given[..1]).expect("a schedule");
        prop_assert_eq!(recalculate(&history).expect("a schedule"), agreed);
    }

    /// Whatever is paid and when: principal sums to what was given out, and no line is negative.
    #[test]
    fn payments_conserve_principal(
        (count, charging, given, rules) in (1..20_u16, charging(), given(), rules()),
        payments in prop::collection::vec((0..400_i32, 1..5_000_000_i128), 0..8),
    ) {
        let terms = recalculating(count, charging, rules, false);
        let mut paid: Vec<Paid> = payments
            .into_iter()
            .map(|(later, amount)| {
                let on = given[0].on.plus_days(later);
                Paid { on, due: on, principal: amount, interest: 0 }
            })
            .collect();
        paid.sort_by_key(|p| p.on);
        let until = Until::AsOf(given[0].on.plus_days(500));
        let history = History { terms: &terms, given: &given, variations: &[], paid: &paid, until };
        let lines = recalculate(&history).expect("a schedule");
        prop_assert_eq!(principal_of(&lines), total(&given));
        prop_assert!(lines.iter().all(|line| line.principal >= 0 && line.interest >= 0));
    }

    /// Progressive: each payment goes to the oldest line, interest first, what is early to what is
    /// due if all were paid today. What was paid stays within its line, and principal sums.
    #[test]
    fn payments_of_a_progressive_loan_stay_in_their_lines(
        (count, charging, given, rules) in (1..12_u16, charging(), given(), rules()),
        payments in prop::collection::vec((7..400_i32, 1..5_000_000_i128), 1..8),
    ) {
        let terms = recalculating(count, charging, rules, true);
        let mut payments = payments;
        payments.sort_unstable();
        let mut paid: Vec<Paid> = Vec::new();
        let schedule = |paid: &[Paid], until| {
            let history = History { terms: &terms, given: &given, variations: &[], paid, until };
            recalculate(&history).expect("a schedule")
        };
        for (later, mut amount) in payments {
            let on = given[0].on.plus_days(later);
            let (known, ended) = (schedule(&paid, Until::AsOf(on)), schedule(&paid, Until::PayoffOn(on)));
            // A schedule that ends today may have fewer lines: those after it owe nothing.
            for line in known.iter().filter(|line| line.due <= on).chain(ended.iter().filter(|line| line.due > on)) {
                let of_it = || paid.iter().filter(|p| p.due == line.due);
                let interest = (line.interest - of_it().map(|p| p.interest).sum::<i128>()).clamp(0, amount);
                amount -= interest;
                let principal = (line.principal - of_it().map(|p| p.principal).sum::<i128>()).clamp(0, amount);
                amount -= principal;
                paid.push(Paid { on, due: line.due, principal, interest });
            }
            let lines = schedule(&paid, Until::AsOf(on));
            prop_assert_eq!(principal_of(&lines), total(&given));
            for line in &lines {
                prop_assert!(line.principal >= 0 && line.interest >= 0);
                let of_it = || paid.iter().filter(|p| p.due == line.due);
                prop_assert!(of_it().map(|p| p.principal).sum::<i128>() <= line.principal);
                prop_assert!(of_it().map(|p| p.interest).sum::<i128>() <= line.interest);
            }
        }
    }

    /// What is owed for a payoff is less the earlier it is, and never less than the principal.
    #[test]
    fn an_earlier_payoff_costs_no_more(
        (count, charging, given, rules) in (1..20_u16, charging(), given(), rules()),
        progressive in any::<bool>(),
        days in (7..300_i32, 0..100_i32),
    ) {
        let rules = Recalculation { rest: Rest::Daily, past_due: PastDue::EveryPeriod, ..rules };
        let terms = recalculating(count, charging, rules, progressive);
        let owed = |later| {
            let until = Until::PayoffOn(given[0].on.plus_days(later));
            let given = &given[..1];
            let history = History { terms: &terms, given, variations: &[], paid: &[], until };
            let lines = recalculate(&history).expect("a schedule");
            lines.iter().map(Line::total).sum::<i128>()
        };
        let (sooner, later) = (owed(days.0), owed(days.0 + days.1));
        // Each line may round its interest.
        prop_assert!(sooner <= later + i128::from(count), "{sooner} {later}");
        prop_assert!(sooner >= total(&given[..1]));
    }
}

fn rules() -> impl Strategy<Value = Recalculation> {
    let prepayments = [
        Prepayment::ReduceInstalment,
        Prepayment::ReduceCount,
        Prepayment::RescheduleNext,
    ];
    let prepayment = prop::sample::select(prepayments.to_vec());
    let compounding = prop_oneof![
        Just(Compounding::None),
        Just(Compounding::Interest(Step::MONTHLY))
    ];
    (any::<(bool, bool)>(), compounding, prepayment).prop_map(
        |((daily, every), compounding, prepayment)| Recalculation {
            rest: if daily { Rest::Daily } else { Rest::SamePeriod },
            compounding,
            prepayment,
            payoff: PayoffUntil::Day,
            past_due: match every {
                true => PastDue::EveryPeriod,
                false => PastDue::PeriodsWithPayments,
            },
        },
    )
}

fn recalculating(count: u16, charging: Charging, rules: Recalculation, progressive: bool) -> Terms {
    Terms {
        interest: Interest::Declining(charging),
        schedule_type: match progressive {
            true => ScheduleType::Progressive,
            false => ScheduleType::Cumulative,
        },
        recalculation: Some(rules),
        ..monthly(count)
    }
}
