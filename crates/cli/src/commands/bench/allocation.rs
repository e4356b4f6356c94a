//! `fairlock bench allocation`: one more payment, with a short and a long history before it.
//!
//! A payment that counts after everything before it costs what it touches, so its time must not
//! grow with the history; one that is back-dated replays what came after it, and stands beside it
//! for contrast. Measured are the loan's own step and the posting of what it did. The yardsticks
//! are the bare step: one amount split over open lines, two balances in a map and a line in a
//! list. Each loan takes a row of payments, the first of them before the clock runs: a copy just
//! made is far from the caches and its lists have no room, which says nothing of payments.

use std::collections::BTreeMap;
use std::hint::black_box;

use anyhow::anyhow;
use fairlock_domain::calendar::step::Step;
use fairlock_domain::calendar::{Adjust, Day, DayCount, Instant};
use fairlock_domain::ledger::{self, Ledger, Source, Work};
use fairlock_domain::loan::command::{Act, Command, PaymentKind};
use fairlock_domain::loan::order::{Order, Orders};
use fairlock_domain::loan::terms::{
    Amortization, Charging, Grace, Interest, InterestPeriod, ScheduleType, Terms,
};
use fairlock_domain::loan::{ChargesCount, Line, Loan, Outcome, Rules, apply};
use fairlock_domain::money::{Currency, Money, Rate, Rounding};
use serde_json::json;

use super::rounds::{Measured, Nanos, Round, in_turn, wall_nanos};
use super::say;
use crate::args::BenchArgs;
use crate::exit::Failure;

/// Payments before the one that is measured.
const HISTORIES: [u32; 3] = [10, 100, 1_000];

/// Payments in a round, where nothing is back-dated; else a tenth of them.
const PAYMENTS: u32 = 1_000;

/// Payments on one loan, one after the other.
const ROW: usize = 10;

const CONTRACT: &str = "C-1";

/// Minor units.
const GIVEN: i128 = 50_000_000;

/// What the history pays in all, long or short, so that the same lines are open after it.
const PAID_BEFORE: i128 = GIVEN * 2 / 5;

/// What the payment that is measured pays.
const ONE_MORE: i128 = GIVEN / 2_500;

/// All of the history lies within so many days after the money was given out.
const HISTORY_DAYS: u32 = 300;

pub fn run(args: &BenchArgs) -> Result<(), Failure> {
    let loans = (args.size.unwrap_or(PAYMENTS) as usize).div_ceil(ROW);
    grow(args, "nothing back-dated", HISTORY_DAYS + 10, loans)?;
    grow(args, "back-dated", 1, loans.div_ceil(10))
}

/// A kind of work with its yardstick: names, and one round of each on so many loans.
struct Contest {
    work: &'static str,
    ours: fn(usize, &Book, &Row) -> Nanos,
    yardstick: &'static str,
    theirs: fn(usize, &Book) -> Nanos,
}

const CONTESTS: [Contest; 2] = [
    Contest {
        work: "a payment on a loan",
        ours: pay,
        yardstick: "an amount split over a list of open lines",
        theirs: split_lines,
    },
    Contest {
        work: "the posting of a payment",
        ours: post,
        yardstick: "two balances in a map and a line in a list",
        theirs: enter_lines,
    },
];

/// Every history in turn, so that they can be compared with each other.
fn grow(args: &BenchArgs, dated: &str, on: u32, loans: usize) -> Result<(), Failure> {
    let mut books = Vec::new();
    for history in HISTORIES {
        let book = Book::with_history(history)?;
        let row = book.row(on)?;
        books.push((book, row));
    }
    for contest in &CONTESTS {
        let Contest {
            work, yardstick, ..
        } = *contest;
        let mut works: Vec<Box<dyn FnMut() -> Nanos>> = Vec::new();
        for (book, row) in &books {
            works.push(Box::new(move || (contest.ours)(loans, book, row)));
        }
        works.push(Box::new(|| (contest.theirs)(loans, &books[0].0)));
        let mut rounds: Vec<Round> = works
            .iter_mut()
            .map(|work| work.as_mut() as Round)
            .collect();
        let spreads = in_turn(args.rounds, work, &mut rounds);
        let (yards, ours) = (spreads[HISTORIES.len()], &spreads[..HISTORIES.len()]);
        for (history, spread) in HISTORIES.into_iter().zip(ours) {
            let growth = spread.median / ours[0].median;
            let details = [
                ("payments_before", json!(history)),
                ("times_the_shortest_history", json!(growth)),
            ];
            say(
                args,
                &Measured {
                    work: format!("{work}, {history} before it, {dated}"),
                    unit: "payment",
                    rounds: args.rounds,
                    ours: *spread,
                    yardstick,
                    yards,
                    details: details.map(|(name, value)| (name.to_owned(), value)).into(),
                },
            );
        }
    }
    Ok(())
}

/// A loan and the books that it is kept in.
#[derive(Clone)]
struct Book {
    loan: Loan,
    ledger: Ledger,
    currency: Currency,
}

impl Book {
    /// A loan given out, and so many small payments, spread over its first months.
    fn with_history(payments: u32) -> Result<Book, Failure> {
        let currency = Currency::from_code("KES");
        let currency = currency.ok_or_else(|| refused("currency KES", "not in the program"))?;
        let loan = Loan::new(day(0), terms(currency)?, rules());
        let open = ledger::Command {
            subject: CONTRACT.to_owned(),
            at: noon(0, 0),
            work: Work::Open {
                currency,
                signed_on: day(0),
            },
        };
        let (ledger, _) = ledger::post(Ledger::default(), &open);
        let mut book = Book {
            loan: loan.map_err(|e| refused("terms", e))?,
            ledger,
            currency,
        };
        let given = Act::Disburse {
            amount: Money::new(GIVEN, currency),
        };
        book = book.tell(&command("given", 0, 0, given))?;
        for n in 0..payments {
            let on = 2 + n * (HISTORY_DAYS - 2) / payments;
            let part = PAID_BEFORE / i128::from(payments);
            let payment = book.payment(&format!("P-{n}"), part, on, n + 1);
            book = book.tell(&payment)?;
        }
        Ok(book)
    }

    fn payment(&self, id: &str, minor: i128, on: u32, nth: u32) -> Command {
        let amount = Money::new(minor, self.currency);
        let kind = PaymentKind::Repayment;
        command(id, on, nth, Act::Pay { kind, amount })
    }

    /// Takes a fact and posts what it did; both must be done.
    fn tell(self, fact: &Command) -> Result<Book, Failure> {
        let (loan, outcome) = apply(self.loan, fact);
        if outcome != Outcome::Done {
            return Err(refused(&fact.id, format!("{outcome:?}")));
        }
        let Some(posting) = ledger::of_loan(&self.ledger, CONTRACT, &loan, source()) else {
            return Err(refused(&fact.id, "nothing to post"));
        };
        let (ledger, outcome) = ledger::post(self.ledger, &posting);
        if outcome != ledger::Outcome::Posted {
            return Err(refused(&fact.id, outcome.sentence()));
        }
        Ok(Book {
            loan,
            ledger,
            ..self
        })
    }

    /// A row of payments that this loan takes, with what the books are told of each.
    fn row(&self, on: u32) -> Result<Row, Failure> {
        let mut row = Row::default();
        let mut book = self.clone();
        for n in (0..=ROW).filter_map(|n| u32::try_from(n).ok()) {
            let payment = book.payment(&format!("more {n}"), ONE_MORE, on, n);
            let loan = apply(book.loan.clone(), &payment).0;
            let posting = ledger::of_loan(&book.ledger, CONTRACT, &loan, source());
            row.postings.extend(posting);
            book = book.tell(&payment)?;
            row.payments.push(payment);
        }
        Ok(row)
    }
}

#[derive(Default)]
struct Row {
    payments: Vec<Command>,
    postings: Vec<ledger::Command>,
}

/// The loan's own step.
fn pay(loans: usize, book: &Book, row: &Row) -> Nanos {
    let pay = |loan, payment| apply(loan, payment).0;
    mean((0..loans).map(|_| {
        let loan = pay(book.loan.clone(), &row.payments[0]);
        time_row(|| row.payments[1..].iter().fold(loan, pay))
    }))
}

/// The posting of what the loan did.
fn post(loans: usize, book: &Book, row: &Row) -> Nanos {
    let post = |books, posting| ledger::post(books, posting).0;
    mean((0..loans).map(|_| {
        let books = post(book.ledger.clone(), &row.postings[0]);
        time_row(|| row.postings[1..].iter().fold(books, post))
    }))
}

/// Nanoseconds a payment. What came of the row is given up only after the clock was read: giving
/// up a long history takes longer than a payment.
fn time_row<T>(row: impl FnOnce() -> T) -> f64 {
    let mut last = None;
    let nanos = wall_nanos(ROW, || last = Some(black_box(row())));
    drop(last);
    nanos
}

/// Rows are too short for the time on the processor.
fn mean(rows: impl ExactSizeIterator<Item = f64>) -> Nanos {
    let count = rows.len().max(1);
    Nanos {
        wall: rows.sum::<f64>() / count as f64,
        cpu: None,
    }
}

/// What a payment is at least: the oldest open lines take it, and who took what is written down.
fn split_lines(loans: usize, book: &Book) -> Nanos {
    let open: Vec<i128> = book.loan.lines().iter().map(Line::outstanding).collect();
    mean((0..loans).map(|_| {
        let mut lines = open.clone();
        time_row(|| {
            (0..ROW).for_each(|_| split(&mut lines));
            lines
        })
    }))
}

fn split(lines: &mut [i128]) {
    let mut left = ONE_MORE;
    let mut shares = Vec::new();
    for (place, open) in lines.iter_mut().enumerate().filter(|(_, open)| **open > 0) {
        let share = left.min(*open);
        *open -= share;
        left -= share;
        shares.push((place, share));
        if left == 0 {
            break;
        }
    }
    black_box(shares);
}

/// What a posting is at least.
fn enter_lines(loans: usize, _: &Book) -> Nanos {
    mean((0..loans).map(|_| {
        let mut balances: BTreeMap<String, i128> = BTreeMap::new();
        let mut lines = Vec::new();
        time_row(|| {
            for _ in 0..ROW {
                *balances.entry(format!("bank:{CONTRACT}")).or_default() += ONE_MORE;
                *balances.entry(format!("owed:{CONTRACT}")).or_default() -= ONE_MORE;
                lines.push((CONTRACT.to_owned(), ONE_MORE));
            }
            (balances, lines)
        })
    }))
}

/// Three years of monthly instalments with interest on what is owed.
fn terms(currency: Currency) -> Result<Terms, Failure> {
    let rate = Rate::from_percent(24).map_err(|e| refused("rate", e))?;
    Ok(Terms {
        currency,
        interest: Interest::Declining(Charging {
            rate,
            days: DayCount::Thirty360European,
            period: InterestPeriod::SamePeriod,
        }),
        amortization: Amortization::EqualInstalments,
        step: Step::MONTHLY,
        count: 36,
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
    })
}

fn rules() -> Rules {
    Rules {
        orders: Orders::all(Order::oldest_first()),
        chargebacks: None,
        charges: ChargesCount::Always,
    }
}

fn source() -> Option<Source> {
    Some(Source::Channel("mobile money".to_owned()))
}

/// So many days after the contract; facts of one day in the order of `nth`.
fn command(id: &str, on: u32, nth: u32, act: Act) -> Command {
    Command {
        id: id.to_owned(),
        on: day(on),
        at: noon(on, nth),
        act,
    }
}

fn day(n: u32) -> Day {
    Day::from_unix_days(20_000).plus_days(i32::try_from(n).unwrap_or(0))
}

fn noon(n: u32, seconds: u32) -> Instant {
    let days = i64::from(day(n).unix_days());
    Instant::from_unix_seconds(days * 86_400 + 43_200 + i64::from(seconds))
}

fn refused(what: &str, why: impl std::fmt::Display) -> Failure {
    Failure::Outside(anyhow!("made-up work: {what}: {why}"))
}
