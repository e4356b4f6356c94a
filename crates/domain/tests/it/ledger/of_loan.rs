//! What a loan does, in the books: after each fact the accounts say what the loan says.

use std::collections::BTreeMap;

use fairlock_domain::calendar::business::Adjust;
use fairlock_domain::calendar::daycount::DayCount;
use fairlock_domain::calendar::step::Step;
use fairlock_domain::calendar::{Day, Instant};
use fairlock_domain::ledger::{Account, EntryKind, Ledger, Outcome, Source, of_loan, post, prove};
use fairlock_domain::loan::charge::{Amount, ChargeKind, ChargeTime};
use fairlock_domain::loan::command::{Act, Command, PaymentKind};
use fairlock_domain::loan::order::{Component, Order, Orders};
use fairlock_domain::loan::terms::{
    Amortization, Charging, Grace, Interest, InterestPeriod, ScheduleType, Terms,
};
use fairlock_domain::loan::{self, ChargesCount, Loan, Rules, apply};
use fairlock_domain::money::{Money, Rate, Rounding};
use proptest::prelude::*;

use super::kit::{day, enter, entry, kes, nets, open};

/// Three monthly instalments at 12 % a year on the amount first given out.
pub fn terms() -> Terms {
    Terms {
        currency: kes(),
        interest: Interest::Flat(Charging {
            rate: Rate::from_percent(12).expect("a rate within bounds"),
            days: DayCount::Actual365Fixed,
            period: InterestPeriod::SamePeriod,
        }),
        amortization: Amortization::EqualInstalments,
        step: Step::MONTHLY,
        count: 3,
        counted_from: None,
        first_due: None,
        grace: Grace::default(),
        down_payment: None,
        instalment_multiple: 1,
        rounding: Rounding::HalfEven,
        fixed_length_days: None,
        adjust: Adjust::None,
        calendar: None,
        schedule_type: ScheduleType::Cumulative,
        recalculation: None,
    }
}

fn rules() -> Rules {
    Rules {
        orders: Orders::all(Order::oldest_first()),
        chargebacks: None,
        charges: ChargesCount::FromTheirDay,
    }
}

/// A loan and the books that follow it.
pub struct World {
    pub loan: Loan,
    books: Ledger,
    clock: i64,
}

impl World {
    pub fn of(terms: Terms) -> World {
        let loan = Loan::new(day("2026-02-01"), terms, rules()).expect("terms that agree");
        let (books, outcome) = post(Ledger::default(), &open("L-1"));
        assert_eq!(outcome, Outcome::Posted);
        World {
            loan,
            books,
            clock: 0,
        }
    }

    /// A fact, entered now.
    pub fn tell(&mut self, id: &str, on: &str, act: Act) {
        assert_eq!(self.ask(id, on, act), loan::Outcome::Done);
    }

    pub fn ask(&mut self, id: &str, on: &str, act: Act) -> loan::Outcome {
        self.clock += 1;
        let at = Instant::from_unix_seconds(self.clock);
        let (id, on) = (id.to_owned(), day(on));
        self.take(&Command { id, on, at, act })
    }

    fn take(&mut self, fact: &Command) -> loan::Outcome {
        let (loan, outcome) = apply(self.loan.clone(), fact);
        if outcome != loan::Outcome::Done {
            return outcome;
        }
        self.loan = loan;
        let source = match fact.act {
            Act::Disburse { .. } => Source::FundSource,
            _ => Source::Channel("mpesa".to_owned()),
        };
        let command = of_loan(&self.books, "L-1", &self.loan, Some(source));
        if let Some(command) = command {
            let (books, posted) = post(std::mem::take(&mut self.books), &command);
            assert_eq!(posted, Outcome::Posted, "{fact:?} as {command:?}");
            self.books = books;
        }
        self.check(fact);
        outcome
    }

    fn check(&self, fact: &Command) {
        assert_eq!(prove(&self.books), [], "after {fact:?}");
        let lines = self.loan.lines();
        for component in [Component::Principal, Component::Fee, Component::Penalty] {
            let open: i128 = lines.iter().map(|line| line.open(component)).sum();
            assert_eq!(self.owed(component), open, "{component:?} after {fact:?}");
        }
        let credit = self.books.balance(&Account::customer_credit("L-1"), kes());
        assert_eq!(-credit.net(), self.loan.credit().minor(), "after {fact:?}");
    }

    fn owed(&self, component: Component) -> i128 {
        let account = Account::receivable(component, "L-1");
        self.books.balance(&account, kes()).net()
    }
}

pub fn money(minor: i128) -> Money {
    Money::new(minor, kes())
}

pub fn pay(kind: PaymentKind, minor: i128) -> Act {
    let amount = money(minor);
    Act::Pay { kind, amount }
}

pub fn charge(kind: ChargeKind, minor: i128, on: Day) -> Act {
    Act::Charge {
        kind,
        amount: Amount::Flat(money(minor)),
        time: ChargeTime::OnDay(on),
    }
}

fn reverse(of: &str) -> Act {
    let of = of.to_owned();
    Act::Reverse { of }
}

fn chargeback(of: &str, minor: i128) -> Act {
    let (of, amount) = (of.to_owned(), money(minor));
    Act::Chargeback { of, amount }
}

#[test]
fn the_books_follow_a_loan_through_everything_that_can_happen() {
    let mut world = World::of(terms());
    let repayment = PaymentKind::Repayment;
    world.tell(
        "D-1",
        "2026-02-01",
        Act::Disburse {
            amount: money(30_000),
        },
    );
    world.tell("P-1", "2026-03-01", pay(repayment, 10_300));
    world.tell("P-2", "2026-04-01", pay(repayment, 5_000));
    // A penalty that counts from before the last payment takes money that had paid interest.
    let penalty = charge(ChargeKind::Penalty, 200, day("2026-03-20"));
    world.tell("N-1", "2026-04-02", penalty);
    let fee = charge(ChargeKind::Fee, 150, day("2026-04-20"));
    world.tell("F-1", "2026-04-02", fee);
    let waiver = Act::WaiveCharge {
        charge: "F-1".to_owned(),
        line: None,
    };
    world.tell("V-1", "2026-04-21", waiver);
    world.tell("M-1", "2026-04-22", pay(PaymentKind::MerchantRefund, 1_000));
    world.tell("G-1", "2026-04-23", pay(PaymentKind::Goodwill, 500));
    let adjustment = Act::AdjustCharge {
        charge: "N-1".to_owned(),
        amount: money(50),
    };
    world.tell("J-1", "2026-04-24", adjustment);
    world.tell("X-1", "2026-04-25", reverse("P-2"));
    world.tell("K-1", "2026-04-26", chargeback("P-1", 700));
    world.tell("P-3", "2026-04-27", pay(repayment, 40_000));
    world.tell(
        "R-1",
        "2026-04-28",
        Act::RefundCredit {
            amount: money(1_000),
        },
    );
    world.tell("X-2", "2026-04-29", reverse("P-3"));
    world.tell("W-1", "2026-05-30", Act::WriteOff);
    world.tell("Z-1", "2026-06-10", Act::Recover { amount: money(400) });
    world.tell("X-3", "2026-06-11", reverse("W-1"));
    world.tell("P-4", "2026-06-12", pay(repayment, 60_000));
    let credit = world.loan.credit();
    world.tell("R-2", "2026-06-13", Act::RefundCredit { amount: credit });

    // All interest was paid; it was earned by now, too.
    let earned = -world.owed(Component::Interest);
    let accrual = enter("A-1", entry(EntryKind::Accrual, None, [0, earned, 0, 0, 0]));
    let (books, outcome) = post(std::mem::take(&mut world.books), &accrual);
    assert_eq!((outcome, earned), (Outcome::Posted, 900));
    world.books = books;
    world.tell("E-1", "2026-06-30", Act::Close);
    let of_contract = |name: &String| name.ends_with(":L-1");
    assert_eq!(
        nets(&world.books)
            .iter()
            .filter(|(n, _)| of_contract(n))
            .count(),
        0
    );
}

/// One fact of the law below: what, on which day of the term, how much, and about which other.
type Told = (u8, i64, i128, usize);

fn fact(nr: usize, (kind, on, amount, about): Told) -> Command {
    let id = |nr: usize| format!("F-{nr}");
    let on = Day::from_unix_days(day("2026-02-01").unix_days() + i32::try_from(on).unwrap());
    let act = match kind {
        0..=3 => pay(PaymentKind::Repayment, amount),
        4 => pay(PaymentKind::Goodwill, amount),
        5 => charge(ChargeKind::Fee, amount, on),
        6 => charge(ChargeKind::Penalty, amount, on),
        7 => chargeback(&id(about), amount),
        _ => reverse(&id(about)),
    };
    let at = Instant::from_unix_seconds(100 + i64::try_from(nr).unwrap());
    Command {
        id: id(nr),
        on,
        at,
        act,
    }
}

proptest! {
    #[test]
    fn the_books_are_the_same_in_whatever_order_a_loan_was_told(
        told in prop::collection::vec((0u8..9, 0i64..100, 1i128..15_000, 0usize..10), 1..10),
        order in prop::collection::vec(any::<u16>(), 10),
    ) {
        let first = |world: &mut World| {
            world.tell("D-1", "2026-02-01", Act::Disburse { amount: money(30_000) });
        };
        let (mut one, mut two) = (World::of(terms()), World::of(terms()));
        first(&mut one);
        first(&mut two);
        let facts = told.iter().enumerate().map(|(nr, told)| fact(nr, *told));
        let taken: Vec<Command> = facts
            .filter(|fact| one.take(fact) == loan::Outcome::Done)
            .collect();
        let mut mixed: BTreeMap<(u16, usize), &Command> = BTreeMap::new();
        for (nr, fact) in taken.iter().enumerate() {
            mixed.insert((order[nr], nr), fact);
        }
        for fact in mixed.values() {
            if two.take(fact) != loan::Outcome::Done {
                // Told before what it is about; another law says that nothing changed.
                return Ok(());
            }
        }
        prop_assert_eq!(nets(&one.books), nets(&two.books));
    }
}
