//! Facts against a loan account, and each of them against the ledger.
//!
//! After each one: no panic; a refusal leaves the loan as it was, bit for bit; the same again is
//! answered `Exists`; what came in is what was split; no line is below zero; and the ledger takes
//! every posting that follows, after which its accounts say what the loan says. At the end the
//! facts are told in another order: the loan must come out the same.

use fairlock_domain::calendar::daycount::DayCount;
use fairlock_domain::calendar::step::{Step, Unit};
use fairlock_domain::calendar::{Day, Instant, business::Adjust};
use fairlock_domain::ledger::{
    self, Account, Command as Posting, Ledger, LoanChange, LoanEntry, Source, Work,
};
use fairlock_domain::loan::charge::{Amount, ChargeKind, ChargeTime};
use fairlock_domain::loan::command::{Act, Command, PaymentKind, Reschedule};
use fairlock_domain::loan::order::{Component, Future, Order, Orders};
use fairlock_domain::loan::prove;
use fairlock_domain::loan::terms::{
    Amortization, Charging, Compounding, Grace, Interest, InterestPeriod, PastDue, PayoffUntil,
    Prepayment, Recalculation, Rest, ScheduleType, Terms,
};
use fairlock_domain::loan::{ChargesCount, Loan, Outcome, Rules, apply};
use fairlock_domain::money::{Currency, Money, Rate, Rounding};

use super::bytes::Bytes;

/// Longer inputs find nothing new, slowly: every fact may replay all before it.
const FACTS_MAX: usize = 40;

const CONTRACT: &str = "L-1";

/// Does what the bytes say.
pub fn run(bytes: &[u8]) {
    let mut bytes = Bytes(bytes);
    let Ok(new) = Loan::new(day(0), terms(&mut bytes), rules(&mut bytes)) else {
        return;
    };
    let mut world = World::new(new.clone());
    let mut taken = Vec::new();
    for nr in 0..FACTS_MAX {
        if bytes.is_empty() {
            break;
        }
        let fact = fact(&mut bytes, &world.loan, nr);
        if world.take(&fact) == Outcome::Done {
            taken.push(fact);
        }
    }
    let turn = usize::from(bytes.byte());
    tell_otherwise(new, &world.loan, taken, turn);
}

/// A loan and the books that follow it.
struct World {
    loan: Loan,
    books: Ledger,
}

impl World {
    fn new(loan: Loan) -> World {
        let open = Posting {
            subject: CONTRACT.to_owned(),
            at: at(0),
            work: Work::Open {
                currency: loan.currency(),
                signed_on: day(0),
            },
        };
        let (books, outcome) = ledger::post(Ledger::default(), &open);
        assert_eq!(outcome, ledger::Outcome::Posted);
        World { loan, books }
    }

    fn take(&mut self, fact: &Command) -> Outcome {
        let (after, outcome) = apply(self.loan.clone(), fact);
        assert!(!outcome.to_string().is_empty());
        let progressive = self.loan.terms().schedule_type == ScheduleType::Progressive;
        // Thin: under progressive terms a fact of before the money was given out, or of before a
        // change of the plan, may still be refused like this. It is refused, and nothing is lost.
        let right = outcome != Outcome::NotConserved || progressive;
        assert!(right, "{outcome:?}: {fact:?}");
        if outcome != Outcome::Done {
            assert_eq!(after, self.loan, "{outcome:?} changed the loan: {fact:?}");
            return outcome;
        }
        assert_eq!(after.entries().len(), self.loan.entries().len() + 1);
        let (again, same) = apply(after.clone(), fact);
        assert_eq!((&again, same), (&after, Outcome::Exists), "{fact:?}");
        self.loan = after;
        self.check_sums(fact);
        self.post(fact);
        self.check_books(fact);
        outcome
    }

    /// What came in is what was split, and nothing is below zero.
    fn check_sums(&self, fact: &Command) {
        assert_eq!(prove::prove(&self.loan), Ok(()), "after {fact:?}");
        for entry in self.loan.entries() {
            let parts = Component::ALL.map(|c| entry.portions.get(c));
            // What credit paid when money was given out is less than nothing.
            let given_out = matches!(entry.command.act, Act::Disburse { .. });
            let none_below = given_out || parts.iter().all(|part| *part >= 0);
            let right = none_below && entry.portions.credit >= 0;
            assert!(right, "{entry:?} after {fact:?}");
            let stated = match &entry.command.act {
                Act::Pay { amount, .. }
                | Act::AdjustCharge { amount, .. }
                | Act::Chargeback { amount, .. }
                | Act::RefundCredit { amount }
                | Act::RefundPaid { amount } => amount.minor(),
                _ => continue,
            };
            assert_eq!(entry.portions.total(), stated, "{entry:?} after {fact:?}");
        }
        for line in self.loan.lines() {
            for component in Component::ALL {
                assert!(line.open(component) >= 0, "{line:?} after {fact:?}");
            }
        }
    }

    fn post(&mut self, fact: &Command) {
        let source = match &fact.act {
            Act::Disburse { .. } => Source::FundSource,
            Act::Charge { .. } => Source::FundSource,
            _ => Source::Channel("mpesa".to_owned()),
        };
        let command = ledger::of_loan(&self.books, CONTRACT, &self.loan, Some(source));
        let Some(command) = command else {
            return;
        };
        if matches!(command.work, Work::Close) {
            self.accrue();
        }
        let (books, outcome) = ledger::post(std::mem::take(&mut self.books), &command);
        let posted = ledger::Outcome::Posted;
        assert_eq!(outcome, posted, "{fact:?} as {command:?}");
        self.books = books;
    }

    /// Interest that was paid without ever having been earned, before the contract ends.
    fn accrue(&mut self) {
        let account = Account::receivable(Component::Interest, CONTRACT);
        let balance = self.books.balance(&account, self.loan.currency());
        let amount = Money::new(-balance.net(), self.loan.currency());
        let portions = fairlock_domain::loan::Portions::of(Component::Interest, amount.minor());
        let command = Posting {
            subject: "accrued-at-the-end".to_owned(),
            at: at(0),
            work: Work::Loan {
                contract: CONTRACT.to_owned(),
                on: day(0),
                change: LoanChange::Entry(LoanEntry {
                    kind: ledger::EntryKind::Accrual,
                    source: None,
                    amount,
                    portions,
                }),
                moved: Vec::new(),
            },
        };
        let (books, outcome) = ledger::post(std::mem::take(&mut self.books), &command);
        assert_eq!(outcome, ledger::Outcome::Posted, "{command:?}");
        self.books = books;
    }

    /// The accounts say what the loan says; what of interest is earned, it doesn't know.
    fn check_books(&self, fact: &Command) {
        assert_eq!(ledger::prove(&self.books), [], "after {fact:?}");
        let currency = self.loan.currency();
        for component in [Component::Principal, Component::Fee, Component::Penalty] {
            let account = Account::receivable(component, CONTRACT);
            let open = self.loan.lines().iter().map(|l| l.open(component));
            let balance = self.books.balance(&account, currency).net();
            assert_eq!(balance, open.sum::<i128>(), "{component:?} after {fact:?}");
        }
        let credit = self
            .books
            .balance(&Account::customer_credit(CONTRACT), currency);
        let owed = -credit.net();
        assert_eq!(owed, self.loan.credit().minor(), "credit after {fact:?}");
    }
}

/// The same facts in another order of arrival. Where all are taken, all comes out the same.
fn tell_otherwise(new: Loan, expected: &Loan, mut facts: Vec<Command>, turn: usize) {
    // What a waiver gives up is what was open when it was told.
    let waives = |fact: &Command| matches!(fact.act, Act::WaiveCharge { .. });
    if facts.is_empty() || facts.iter().any(waives) {
        return;
    }
    // What gives the money out comes first; the rest is turned, and told backwards by halves.
    let first = facts.remove(0);
    if !facts.is_empty() {
        let at = turn % facts.len();
        facts.rotate_left(at);
    }
    if turn >= 128 {
        facts.reverse();
    }
    let mut loan = new;
    for fact in std::iter::once(&first).chain(&facts) {
        let (after, outcome) = apply(loan, fact);
        if outcome != Outcome::Done {
            return;
        }
        loan = after;
    }
    assert_eq!(
        loan.lines(),
        expected.lines(),
        "lines in another order of arrival"
    );
    assert_eq!(loan.credit(), expected.credit());
    assert_eq!(loan.status(), expected.status());
    for entry in expected
        .entries()
        .iter()
        .filter(|e| e.reversed_on.is_none())
    {
        let same = loan.entry(&entry.command.id).expect("it was taken");
        assert_eq!(same.portions, entry.portions, "{:?}", entry.command);
    }
}

fn day(nr: i32) -> Day {
    Day::from_unix_days(20_000 + nr)
}

fn at(nr: i64) -> Instant {
    Instant::from_unix_seconds(1_700_000_000 + nr)
}

fn money(bytes: &mut Bytes<'_>) -> Money {
    let code = if bytes.rarely() { "USD" } else { "KES" };
    let currency = Currency::from_code(code).expect("a currency of ISO 4217");
    Money::new(bytes.amount(), currency)
}

fn rate(bytes: &mut Bytes<'_>) -> Rate {
    Rate::from_percent(bytes.of(&[0, 1, 12, 100, 99_999])).expect("a rate within bounds")
}

fn step(bytes: &mut Bytes<'_>) -> Step {
    Step {
        every: bytes.of(&[1, 2, 15, 0]),
        unit: bytes.of(&[Unit::Months, Unit::Weeks, Unit::Days, Unit::Years]),
    }
}

fn terms(bytes: &mut Bytes<'_>) -> Terms {
    let charging = Charging {
        rate: rate(bytes),
        days: bytes.of(&[DayCount::Actual365Fixed, DayCount::Thirty360European]),
        period: bytes.of(&[
            InterestPeriod::SamePeriod,
            InterestPeriod::PartialPeriod,
            InterestPeriod::Daily,
        ]),
    };
    let interest = [
        Interest::None,
        Interest::Flat(charging),
        Interest::Declining(charging),
    ];
    Terms {
        currency: Currency::from_code("KES").expect("a currency of ISO 4217"),
        interest: bytes.of(&interest),
        amortization: bytes.of(&[Amortization::EqualInstalments, Amortization::EqualPrincipal]),
        step: step(bytes),
        count: u16::from(bytes.choice(13)),
        counted_from: bytes.rarely().then(|| day(3)),
        first_due: bytes.rarely().then(|| day(20)),
        grace: Grace {
            principal: u16::from(bytes.rarely()),
            interest: u16::from(bytes.rarely()),
            charging: u16::from(bytes.rarely()),
        },
        down_payment: bytes
            .rarely()
            .then(|| Rate::from_percent(25).expect("a rate within bounds")),
        instalment_multiple: bytes.of(&[1, 0, 100]),
        rounding: bytes.of(&Rounding::ALL),
        fixed_length_days: bytes.rarely().then_some(90),
        adjust: Adjust::None,
        calendar: None,
        schedule_type: bytes.of(&[ScheduleType::Cumulative, ScheduleType::Progressive]),
        recalculation: recalculation(bytes),
    }
}

fn recalculation(bytes: &mut Bytes<'_>) -> Option<Recalculation> {
    if bytes.choice(4) != 3 {
        return None;
    }
    Some(Recalculation {
        rest: bytes.of(&[Rest::Daily, Rest::SamePeriod]),
        compounding: bytes.of(&[Compounding::None, Compounding::Interest(Step::WEEKLY)]),
        prepayment: bytes.of(&[
            Prepayment::ReduceInstalment,
            Prepayment::ReduceCount,
            Prepayment::RescheduleNext,
            Prepayment::AdjustLast,
        ]),
        payoff: bytes.of(&[PayoffUntil::Day, PayoffUntil::RestDay]),
        past_due: bytes.of(&[PastDue::EveryPeriod, PastDue::PeriodsWithPayments]),
    })
}

fn rules(bytes: &mut Bytes<'_>) -> Rules {
    let mut order = bytes.of(&[
        Order::oldest_first(),
        Order::interest_first(),
        Order::principal_first(),
        Order::rbi(),
        Order::due_then_principal_in_advance(),
        Order::due_then_fee_last(),
    ]);
    order.future = bytes.of(&[Future::Next, Future::Last, Future::Spread]);
    let back = [
        Component::Penalty,
        Component::Fee,
        Component::Interest,
        Component::Principal,
    ];
    Rules {
        orders: Orders::all(order),
        chargebacks: (bytes.choice(2) == 1).then_some(back),
        charges: bytes.of(&[ChargesCount::FromTheirDay, ChargesCount::Always]),
    }
}

fn fact(bytes: &mut Bytes<'_>, loan: &Loan, nr: usize) -> Command {
    let known = known(bytes, loan);
    let id = match bytes.rarely() {
        true => known.clone(),
        false => format!("F-{nr}"),
    };
    let kind = if loan.entries().is_empty() {
        0
    } else {
        bytes.choice(20)
    };
    Command {
        id,
        on: day(i32::from(bytes.choice(120)) - 2),
        at: at(i64::try_from(nr).expect("few facts")),
        act: act(bytes, loan, kind, known),
    }
}

/// The id of a fact that is there, mostly.
fn known(bytes: &mut Bytes<'_>, loan: &Loan) -> String {
    let nr = usize::from(bytes.byte());
    let entries = loan.entries();
    match nr.checked_rem(entries.len()) {
        Some(at) => entries[at].command.id.clone(),
        None => "nothing".to_owned(),
    }
}

fn act(bytes: &mut Bytes<'_>, loan: &Loan, kind: u8, known: String) -> Act {
    match kind {
        0 => Act::Disburse {
            amount: money(bytes),
        },
        1..=5 => Act::Pay {
            kind: bytes.of(&[
                PaymentKind::Repayment,
                PaymentKind::DownPayment,
                PaymentKind::MerchantRefund,
                PaymentKind::PayoutRefund,
                PaymentKind::Goodwill,
                PaymentKind::ChargeAdjustment,
            ]),
            amount: money(bytes),
        },
        6 => Act::AdjustCharge {
            charge: known,
            amount: money(bytes),
        },
        7 | 8 => Act::Reverse { of: known },
        9 => Act::Chargeback {
            of: known,
            amount: money(bytes),
        },
        10 => match bytes.choice(2) {
            0 => Act::RefundCredit {
                amount: money(bytes),
            },
            _ => Act::RefundPaid {
                amount: money(bytes),
            },
        },
        11 | 12 => charge(bytes),
        13 => Act::WaiveCharge {
            charge: known,
            line: bytes.rarely().then(|| u16::from(bytes.choice(13))),
        },
        14 if bytes.choice(4) == 0 => Act::WriteOff,
        14 => Act::Recover {
            amount: money(bytes),
        },
        15 => Act::ReAge {
            first: day(i32::from(bytes.byte())),
            every: step(bytes),
            count: u16::from(bytes.choice(8)),
        },
        16 => Act::ReAmortise,
        17 => reschedule(bytes, loan),
        18 => match bytes.choice(2) {
            0 => Act::Pause {
                until: day(i32::from(bytes.choice(120))),
            },
            _ => Act::Resume,
        },
        _ => Act::Close,
    }
}

fn charge(bytes: &mut Bytes<'_>) -> Act {
    let share = rate(bytes);
    let flat = money(bytes);
    let on = day(i32::from(bytes.choice(130)));
    Act::Charge {
        kind: bytes.of(&[ChargeKind::Fee, ChargeKind::Penalty]),
        amount: bytes.of(&[
            Amount::Flat(flat),
            Amount::OfPrincipal(share),
            Amount::OfInterest(share),
            Amount::OfPrincipalAndInterest(share),
        ]),
        time: bytes.of(&[
            ChargeTime::OnDay(on),
            ChargeTime::EachInstalment,
            ChargeTime::AtDisbursement,
            ChargeTime::OverdueInstalment(on),
        ]),
    }
}

fn reschedule(bytes: &mut Bytes<'_>, loan: &Loan) -> Act {
    let nr = usize::from(bytes.byte());
    let lines = loan.lines();
    let from = nr
        .checked_rem(lines.len())
        .map_or(day(nr as i32), |at| lines[at].due_on);
    let new_rate = rate(bytes);
    Act::Reschedule(Reschedule {
        from,
        due: bytes.rarely().then(|| day(i32::from(bytes.byte()))),
        extra: u16::from(bytes.choice(3)),
        grace_principal: u16::from(bytes.choice(2)),
        grace_interest: u16::from(bytes.choice(2)),
        rate: (bytes.choice(2) == 1).then_some(new_rate),
        reason: "asked by the borrower".to_owned(),
    })
}
