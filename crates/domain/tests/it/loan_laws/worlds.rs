//! Random loans: terms, rules, and facts that are mostly sensible and sometimes silly.

use std::fmt;

use fairlock_domain::calendar::{Day, DayCount, Instant, Step};
use fairlock_domain::loan::charge::{Amount, ChargeKind, ChargeTime};
use fairlock_domain::loan::command::{Act, Command, PaymentKind, Reschedule};
use fairlock_domain::loan::order::{Component, Future, Order, Orders, Walk};
use fairlock_domain::loan::terms::{
    Amortization, Charging, Compounding, Grace, Interest, InterestPeriod, PastDue, PayoffUntil,
    Prepayment, Recalculation, Rest, ScheduleType, Terms,
};
use fairlock_domain::loan::{ChargesCount, Loan, Rules};
use fairlock_domain::money::{Money, Rounding};
use proptest::prelude::*;

use super::kit::{SIGNED, day, kes, monthly, percent, usd, yearly};

/// A loan before anything happened, and facts in the order of their entry.
#[derive(Clone)]
pub struct World {
    pub terms: Terms,
    pub rules: Rules,
    pub facts: Vec<Command>,
}

impl World {
    pub fn loan(&self) -> Loan {
        Loan::new(day(SIGNED), self.terms.clone(), self.rules.clone()).expect("terms that can be")
    }
}

/// A line for each fact: proptest would give each field its own.
impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (terms, rules) = (&self.terms, &self.rules);
        writeln!(f, "{terms:?}")?;
        let order = rules.orders.of(PaymentKind::Repayment);
        let buckets = order
            .buckets
            .map(|b| format!("{:?} {:?}", b.when, b.component));
        writeln!(f, "{}", buckets.join(", "))?;
        writeln!(
            f,
            "{:?} {:?}, charges by own day {}, {:?}, {:?}",
            order.walk, order.future, order.charges_by_own_day, rules.charges, rules.chargebacks
        )?;
        for fact in &self.facts {
            writeln!(f, "{} {}: {:?}", fact.id, fact.on, fact.act)?;
        }
        Ok(())
    }
}

/// Which facts there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Facts {
    /// Giving out and paying, charges, chargebacks, reversals: none is refused because of what
    /// arrives later.
    Plain,
    /// Every act.
    All,
    /// Every act, days and amounts that can't be, and ids of nothing.
    Silly,
}

pub fn worlds(facts: Facts) -> impl Strategy<Value = World> {
    let sequence = prop::collection::vec(raw(), 1..24);
    (terms(), rules(), 20_000..200_000_i128, sequence).prop_map(
        move |(terms, rules, amount, raws)| {
            let given = Act::Disburse {
                amount: kes(amount),
            };
            let mut all = vec![command(0, day(SIGNED), given)];
            for raw in &raws {
                let nr = all.len();
                let on = day(SIGNED).plus_days(raw.day);
                let on = silly_day(raw, facts).unwrap_or(on);
                all.push(command(nr, on, act(raw, nr, facts)));
            }
            World {
                terms,
                rules,
                facts: all,
            }
        },
    )
}

fn command(nr: usize, on: Day, act: Act) -> Command {
    let seconds = i64::try_from(nr).expect("few facts");
    Command {
        id: format!("f{nr}"),
        on,
        at: Instant::from_unix_seconds(seconds),
        act,
    }
}

fn terms() -> impl Strategy<Value = Terms> {
    let interest = prop_oneof![
        2 => Just((Interest::None, None)),
        1 => (1..80_u32).prop_map(|rate| (Interest::Flat(yearly(rate)), None)),
        1 => (1..80_u32).prop_map(|rate| (Interest::Declining(yearly(rate)), None)),
        1 => (1..80_u32, recalculation()).prop_map(|(rate, recalculation)| {
            (Interest::Declining(daily(rate)), Some(recalculation))
        }),
    ];
    let amortization = prop_oneof![
        Just(Amortization::EqualInstalments),
        Just(Amortization::EqualPrincipal)
    ];
    let steps = prop_oneof![
        Just(Step::MONTHLY),
        Just(Step::FORTNIGHTLY),
        Just(Step::WEEKLY)
    ];
    let schedule_type = prop_oneof![
        2 => Just(ScheduleType::Cumulative),
        1 => Just(ScheduleType::Progressive)
    ];
    let shape = (
        1..8_u16,
        prop_oneof![Just(1_i128), Just(100)],
        0..4_u32,
        0..3_u16,
    );
    let roundings = prop::sample::select(Rounding::ALL.to_vec());
    (
        interest,
        amortization,
        steps,
        schedule_type,
        shape,
        roundings,
    )
        .prop_map(
            |((interest, recalculation), amortization, step, schedule_type, shape, rounding)| {
                let (count, instalment_multiple, down, grace) = shape;
                Terms {
                    interest,
                    recalculation,
                    amortization,
                    step,
                    schedule_type,
                    instalment_multiple,
                    rounding,
                    down_payment: (down == 1).then(|| percent(25)),
                    grace: Grace {
                        principal: grace.min(count - 1),
                        ..Grace::default()
                    },
                    ..monthly(count)
                }
            },
        )
}

/// A rate a year, by actual days.
fn daily(rate: u32) -> Charging {
    Charging {
        days: DayCount::Actual365Fixed,
        period: InterestPeriod::Daily,
        ..yearly(rate)
    }
}

fn recalculation() -> impl Strategy<Value = Recalculation> {
    let prepayments = vec![
        Prepayment::ReduceInstalment,
        Prepayment::ReduceCount,
        Prepayment::RescheduleNext,
        Prepayment::AdjustLast,
    ];
    let choices = (
        prop_oneof![Just(Rest::Daily), Just(Rest::SamePeriod)],
        prop_oneof![Just(PayoffUntil::Day), Just(PayoffUntil::RestDay)],
        prop_oneof![
            Just(PastDue::EveryPeriod),
            Just(PastDue::PeriodsWithPayments)
        ],
    );
    (prop::sample::select(prepayments), choices).prop_map(|(prepayment, choices)| {
        let (rest, payoff, past_due) = choices;
        Recalculation {
            rest,
            compounding: Compounding::None,
            prepayment,
            payoff,
            past_due,
        }
    })
}

fn rules() -> impl Strategy<Value = Rules> {
    let names = [
        "oldest-first",
        "interest-first",
        "principal-first",
        "rbi",
        "due-then-principal-in-advance",
        "due-then-fee-last",
    ];
    let preset = prop::sample::select(names.to_vec());
    let future = prop_oneof![Just(Future::Next), Just(Future::Last), Just(Future::Spread)];
    let walk = prop_oneof![Just(Walk::ByInstalment), Just(Walk::ByBucket)];
    let charges = prop_oneof![Just(ChargesCount::Always), Just(ChargesCount::FromTheirDay)];
    let back = prop_oneof![
        Just(None),
        Just(Some([
            Component::Interest,
            Component::Fee,
            Component::Principal,
            Component::Penalty,
        ])),
    ];
    (preset, future, walk, charges, back).prop_map(
        |(preset, future, walk, charges, chargebacks)| {
            let preset = Order::from_name(preset).expect("a preset");
            let order = Order {
                future,
                walk,
                ..preset
            };
            Rules {
                orders: Orders::all(order),
                chargebacks,
                charges,
            }
        },
    )
}

/// Numbers that become a fact.
#[derive(Debug, Clone)]
struct Raw {
    kind: u8,
    day: i32,
    amount: i128,
    which: usize,
    choice: u8,
}

fn raw() -> impl Strategy<Value = Raw> {
    let amounts = prop_oneof![
        3 => 1..120_000_i128,
        1 => Just(25_000),
        1 => 1..500_i128,
    ];
    (any::<u8>(), 0..260_i32, amounts, 0..24_usize, any::<u8>()).prop_map(
        |(kind, day, amount, which, choice)| Raw {
            kind,
            day,
            amount,
            which,
            choice,
        },
    )
}

fn act(raw: &Raw, nr: usize, facts: Facts) -> Act {
    let kinds = match facts {
        Facts::Plain => 12,
        Facts::All | Facts::Silly => 26,
    };
    let amount = silly_amount(raw, facts).unwrap_or(kes(raw.amount));
    // Something before it; in silly worlds maybe itself, or nothing at all.
    let past = match facts {
        Facts::Silly => nr + 2,
        Facts::Plain | Facts::All => nr,
    };
    let of = format!("f{}", raw.which % past.max(1));
    match raw.kind % kinds {
        0..=4 => Act::Pay {
            kind: payment_kind(raw.choice),
            amount,
        },
        5 => Act::Disburse { amount },
        6 | 7 => Act::Reverse { of },
        8 | 9 => Act::Chargeback { of, amount },
        10 | 11 => charge(raw, amount),
        12 => Act::RefundCredit { amount },
        13 => Act::RefundPaid { amount },
        14 => Act::AdjustCharge { charge: of, amount },
        15 | 16 => Act::WaiveCharge {
            charge: of,
            line: raw
                .choice
                .is_multiple_of(3)
                .then_some(u16::from(raw.choice % 5)),
        },
        17 => Act::WriteOff,
        18 => Act::Recover { amount },
        19 => Act::ReAge {
            first: day(SIGNED).plus_days(raw.day + i32::from(raw.choice % 40)),
            every: Step::MONTHLY,
            count: u16::from(raw.choice % 5),
        },
        20 => Act::ReAmortise,
        21 => reschedule(raw),
        22 | 23 => Act::Pause {
            until: day(SIGNED).plus_days(raw.day + i32::from(raw.choice % 30)),
        },
        24 => Act::Resume,
        _ => Act::Close,
    }
}

fn payment_kind(choice: u8) -> PaymentKind {
    match choice % 6 {
        0 => PaymentKind::Goodwill,
        1 => PaymentKind::MerchantRefund,
        2 => PaymentKind::PayoutRefund,
        3 => PaymentKind::DownPayment,
        _ => PaymentKind::Repayment,
    }
}

fn charge(raw: &Raw, amount: Money) -> Act {
    let due = day(SIGNED).plus_days(raw.day + i32::from(raw.choice % 60) - 20);
    let due = due.max(day(SIGNED));
    let rate = percent(u32::from(raw.choice % 7) + 1);
    Act::Charge {
        kind: match raw.choice % 2 {
            0 => ChargeKind::Fee,
            _ => ChargeKind::Penalty,
        },
        amount: match raw.which % 6 {
            0 => Amount::OfPrincipal(rate),
            1 => Amount::OfInterest(rate),
            2 => Amount::OfPrincipalAndInterest(rate),
            _ => Amount::Flat(amount),
        },
        time: match raw.which % 5 {
            0 => ChargeTime::EachInstalment,
            1 => ChargeTime::AtDisbursement,
            2 => ChargeTime::OverdueInstalment(due),
            _ => ChargeTime::OnDay(due),
        },
    }
}

/// From the first of a month, so that it sometimes is a due day.
fn reschedule(raw: &Raw) -> Act {
    let month = raw.which % 6 + 2;
    let from = day(&format!("2026-{month:02}-01"));
    let few = |n: u8| u16::from(n % 3);
    Act::Reschedule(Reschedule {
        from,
        due: raw
            .choice
            .is_multiple_of(2)
            .then(|| from.plus_days(i32::from(raw.choice % 20))),
        extra: few(raw.choice),
        grace_principal: few(raw.choice / 3),
        grace_interest: 0,
        rate: None,
        reason: "payment holiday".to_owned(),
    })
}

/// Days that no calendar of a lender has.
fn silly_day(raw: &Raw, facts: Facts) -> Option<Day> {
    if facts != Facts::Silly || raw.choice % 8 != 7 {
        return None;
    }
    Some(match raw.which % 5 {
        0 => Day::from_unix_days(i32::MIN),
        1 => Day::from_unix_days(i32::MAX),
        2 => day(SIGNED).plus_days(-1),
        3 => day("9999-12-31"),
        _ => day("0001-01-01"),
    })
}

fn silly_amount(raw: &Raw, facts: Facts) -> Option<Money> {
    if facts != Facts::Silly || raw.choice % 8 != 6 {
        return None;
    }
    Some(match raw.which % 7 {
        0 => kes(0),
        1 => kes(-raw.amount),
        2 => usd(raw.amount),
        3 => kes(i128::MAX),
        4 => kes(i128::MIN),
        5 => kes(1_000_000_000_000_001),
        _ => kes(1_000_000_000_000_000),
    })
}
