//! How late a loan is: days past due, delinquent days after grace and pauses, and buckets.
//!
//! Days past due are a fact: from the due day of the oldest line that is open and was due before
//! the day that is asked; a line that is due that day isn't late. Delinquent days are what the
//! contract makes of them: less grace, less paused days. Buckets are data. Nothing fails but
//! buckets that overlap. On purpose absent: what follows from being late (the plan's), and what a
//! loan owes on a day without facts, where interest follows payments: ask [`Loan::as_of`] first.
//!
//! A chargeback makes a line late from its own day, although the line is due later, as far as
//! more was charged back in its period than was paid of it: that debt had been paid and then
//! wasn't. The rest of the line is late once it is past due.

use alloc::string::String;
use alloc::vec::Vec;

use super::account::{Loan, Pause, Status};
use super::command::Act;
use super::line::Line;
use super::order::Component;
use super::portions::Portions;
use crate::calendar::Day;

/// Delinquent days by name, in rising order, none twice; the last may be open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buckets(Vec<Bucket>);

/// One of them: from so many days to so many, both included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    pub name: String,
    pub from: u32,
    /// None: without end.
    pub to: Option<u32>,
}

/// Why these can't be buckets, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BucketsError {
    /// A bucket that ends before it begins, or begins at no day.
    Empty,
    /// A bucket that begins before the one before has ended.
    Overlap,
}

impl core::fmt::Display for BucketsError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            BucketsError::Empty => "a bucket from at least 1 day to no fewer days",
            BucketsError::Overlap => "buckets in rising order that don't overlap",
        })
    }
}

impl core::error::Error for BucketsError {}

impl Buckets {
    pub fn new(buckets: Vec<Bucket>) -> Result<Buckets, BucketsError> {
        let empty = |b: &Bucket| b.from == 0 || b.to.is_some_and(|to| to < b.from);
        if buckets.iter().any(empty) {
            return Err(BucketsError::Empty);
        }
        let overlap = |two: &[Bucket]| two[0].to.is_none_or(|to| two[1].from <= to);
        if buckets.windows(2).any(overlap) {
            return Err(BucketsError::Overlap);
        }
        Ok(Buckets(buckets))
    }

    /// The bucket of so many delinquent days; None for none.
    pub fn of(&self, days: u32) -> Option<&Bucket> {
        let holds = |b: &&Bucket| b.from <= days && b.to.is_none_or(|to| days <= to);
        self.0.iter().find(holds)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Bucket> {
        self.0.iter()
    }
}

/// What a contract makes of days past due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ageing {
    /// Days past due that don't count yet.
    pub grace: u32,
    pub paused: PausedDays,
}

/// Which paused days are taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PausedDays {
    /// Those on which what is late now was past due already; grace stands still on them.
    WhileLate,
    /// All so far, also those before anything was late. So do the tables of Apache Fineract of
    /// October 2024.
    All,
}

/// How late a loan is on a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delinquency {
    pub past_due_days: u32,
    /// Past due days less grace and pauses.
    pub delinquent_days: u32,
    /// The day on which grace is over, with no pause in between; None when nothing is late.
    pub since: Option<Day>,
    /// What is late, by component.
    pub amount: Portions,
}

/// How late one line is on a day. A line has no grace of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LateLine {
    /// Index of the line.
    pub line: usize,
    /// The day from which its days past due are counted.
    pub since: Day,
    pub delinquent_days: u32,
    pub amount: Portions,
}

/// The whole loan. One that is settled, overpaid, ended or written off is never late.
pub fn delinquency(loan: &Loan, on: Day, ageing: Ageing) -> Delinquency {
    let late = late_by_line(loan, on, ageing.paused);
    let Some(oldest) = late.iter().map(|line| line.since).min() else {
        return Delinquency::default();
    };
    let mut amount = Portions::NONE;
    for line in &late {
        amount.add_all(&line.amount);
    }
    let past_due_days = days(oldest, on);
    let paused = paused_days(loan.pauses(), (oldest, on), ageing.paused);
    Delinquency {
        past_due_days,
        delinquent_days: past_due_days.saturating_sub(ageing.grace.saturating_add(paused)),
        since: Some(oldest.plus_days(i32::try_from(ageing.grace).unwrap_or(i32::MAX))),
        amount,
    }
}

/// Each late line, by due day; pauses may leave it no delinquent day.
pub fn late_by_line(loan: &Loan, on: Day, paused: PausedDays) -> Vec<LateLine> {
    if loan.status() != Status::Active {
        return Vec::new();
    }
    let chargebacks = chargebacks(loan);
    let lines = loan.lines().iter().enumerate();
    let late = lines.filter_map(|(at, line)| {
        let back = charged_back(line, &chargebacks).filter(|(since, _)| *since < on);
        let (since, amount) = match back {
            _ if !line.is_open() => return None,
            Some((since, _)) if line.due_on < on => (since.min(line.due_on), line.all_open()),
            Some((since, amount)) => (since, part_of(line, amount)),
            None if line.due_on < on => (line.due_on, line.all_open()),
            None => return None,
        };
        let paused = paused_days(loan.pauses(), (since, on), paused);
        Some(LateLine {
            line: at,
            since,
            delinquent_days: days(since, on).saturating_sub(paused),
            amount,
        })
    });
    late.collect()
}

/// What is late by bucket of its line's delinquent days, in the order of the buckets; those with
/// nothing are left out.
pub fn late_by_bucket<'a>(
    loan: &Loan,
    on: Day,
    paused: PausedDays,
    buckets: &'a Buckets,
) -> Vec<(&'a Bucket, Portions)> {
    let late = late_by_line(loan, on, paused);
    let mut sums = Vec::new();
    for bucket in buckets.iter() {
        let of_it = |line: &&LateLine| buckets.of(line.delinquent_days) == Some(bucket);
        let mut sum = Portions::NONE;
        for line in late.iter().filter(of_it) {
            sum.add_all(&line.amount);
        }
        if sum.debt() > 0 {
            sums.push((bucket, sum));
        }
    }
    sums
}

/// Which day is the next one to pay on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextDue {
    /// The oldest with something open, however late.
    OldestOpen,
    /// The first one that isn't past and has something open.
    NotPast,
}

/// The next due day as somebody means it; None when nothing is open, or nothing that isn't past.
pub fn next_due(loan: &Loan, on: Day, meant: NextDue) -> Option<Day> {
    let open = loan.lines().iter().filter(|line| line.is_open());
    let days = open.map(|line| line.due_on);
    match meant {
        NextDue::OldestOpen => days.min(),
        NextDue::NotPast => days.filter(|day| *day >= on).min(),
    }
}

/// Paused days before `on` that are taken off what is late since `since`. A pause that is over
/// counts whole, a running one up to `on`; the day on which one ends counts as late again.
fn paused_days(pauses: &[Pause], (since, on): (Day, Day), paused: PausedDays) -> u32 {
    let taken = pauses.iter().map(|pause| {
        let from = match paused {
            PausedDays::All => pause.from,
            PausedDays::WhileLate => pause.from.max(since),
        };
        days(from, pause.end().min(on))
    });
    taken.sum()
}

/// Day and amount of each chargeback that made debt, in the order in which they count.
fn chargebacks(loan: &Loan) -> Vec<(Day, i128)> {
    let standing = loan.in_order().filter(|e| e.reversed_on.is_none());
    let back = standing.filter(|e| matches!(e.command.act, Act::Chargeback { .. }));
    // Where credit paid all of it no line was touched; where it paid a part, the line shows that
    // part as due and paid.
    let owed = back.filter(|e| e.portions.debt() > 0);
    owed.map(|e| (e.command.on, e.portions.total())).collect()
}

/// The first day on which more was charged back in a line's period than is paid of it, and how
/// much more. A chargeback on a due day is of the period that begins; on the last one it is due
/// like its line.
fn charged_back(line: &Line, chargebacks: &[(Day, i128)]) -> Option<(Day, i128)> {
    let within = |on: Day| line.from <= on && on < line.due_on;
    let mut left = line.paid.debt();
    let mut since = None;
    for (on, amount) in chargebacks.iter().filter(|(on, _)| within(*on)) {
        left -= amount;
        if left < 0 {
            since = since.or(Some(*on));
        }
    }
    since.map(|since| (since, -left))
}

/// At most so much of what is open of a line: principal first, which chargebacks are as a rule.
fn part_of(line: &Line, amount: i128) -> Portions {
    let mut part = Portions::NONE;
    for component in Component::ALL.into_iter().rev() {
        part.add(component, line.open(component).min(amount - part.debt()));
    }
    part
}

/// Days from one day to a later one; none when it isn't later.
fn days(from: Day, to: Day) -> u32 {
    u32::try_from(to.days_since(from)).unwrap_or(0)
}
