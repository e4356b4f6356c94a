//! How late a loan is: days past due, delinquent days after grace and pauses, and buckets.
//!
//! Days past due are a fact: from the due day of the oldest line that is open, and was due before
//! the day that is asked. Delinquent days are what the contract makes of it: less grace, less
//! paused days. Buckets are data. On purpose absent: what follows from being late (the plan's).
//!
//! A chargeback makes a line late from its own day, although it is due later, when more was
//! charged back in its period than was paid in it: the borrower had paid and then hadn't.

use alloc::string::String;
use alloc::vec::Vec;

use super::account::{Loan, Pause, Status};
use super::command::Act;
use super::line::Line;
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

/// How late a loan is on a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delinquency {
    pub past_due_days: u32,
    /// Past due days less grace and pauses.
    pub delinquent_days: u32,
    /// The day after grace; None when nothing is past due.
    pub since: Option<Day>,
    /// What is past due, by component.
    pub amount: Portions,
}

/// How late one line is on a day. A line has no grace of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LateLine {
    /// Index of the line.
    pub line: usize,
    pub delinquent_days: u32,
    pub amount: Portions,
}

/// The whole loan. `grace` is in days. A loan that is settled, overpaid, ended or written off is
/// never late.
pub fn delinquency(loan: &Loan, on: Day, grace: u32) -> Delinquency {
    let mut found = Delinquency::default();
    let mut oldest: Option<Day> = None;
    for (at, line) in late_lines(loan, on) {
        let late_since = since(loan, at, line);
        oldest = Some(oldest.map_or(late_since, |day| day.min(late_since)));
        add_open(&mut found.amount, line);
    }
    let Some(oldest) = oldest else {
        return found;
    };
    found.past_due_days = days(oldest, on);
    let grace_days = i32::try_from(grace).unwrap_or(i32::MAX);
    found.since = Some(oldest.plus_days(grace_days));
    let less = grace.saturating_add(paused_days(loan.pauses(), on));
    found.delinquent_days = found.past_due_days.saturating_sub(less);
    found
}

/// Each late line that still is after pauses.
pub fn late_by_line(loan: &Loan, on: Day) -> Vec<LateLine> {
    let paused = paused_days(loan.pauses(), on);
    let late = late_lines(loan, on).map(|(at, line)| {
        let mut amount = Portions::NONE;
        add_open(&mut amount, line);
        LateLine {
            line: at,
            delinquent_days: days(since(loan, at, line), on).saturating_sub(paused),
            amount,
        }
    });
    late.filter(|line| line.delinquent_days > 0).collect()
}

/// What is late by bucket, in the order of the buckets; those with nothing are left out.
pub fn late_by_bucket<'a>(
    loan: &Loan,
    on: Day,
    buckets: &'a Buckets,
) -> Vec<(&'a Bucket, Portions)> {
    let late = late_by_line(loan, on);
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

/// Days that pauses have taken so far: whole of those that are over, of a running one up to `on`.
pub fn paused_days(pauses: &[Pause], on: Day) -> u32 {
    let taken = pauses.iter().map(|pause| {
        let end = pause.resumed_on.unwrap_or(pause.until);
        days(pause.from, end.min(on))
    });
    taken.sum()
}

/// Open lines that were due before the day, or were made late by a chargeback before it.
fn late_lines(loan: &Loan, on: Day) -> impl Iterator<Item = (usize, &Line)> {
    let runs = loan.status() == Status::Active;
    let lines = loan.lines().iter().enumerate();
    lines.filter(move |(at, line)| runs && line.is_open() && since(loan, *at, line) < on)
}

/// The day from which a line is late while it is open.
fn since(loan: &Loan, at: usize, line: &Line) -> Day {
    match charged_back_on(loan, at, line) {
        Some(day) => day.min(line.due_on),
        None => line.due_on,
    }
}

/// The first chargeback after which more was charged back in a line's period than paid to it.
fn charged_back_on(loan: &Loan, at: usize, line: &Line) -> Option<Day> {
    if line.credited == 0 {
        return None;
    }
    let (mut paid, mut back) = (0_i128, 0_i128);
    let standing = loan.in_order().filter(|e| e.reversed_on.is_none());
    for entry in standing {
        let shares = entry.shares.iter().filter(|share| share.line == at);
        paid += shares.map(|share| share.amount).sum::<i128>();
        let on = entry.command.on;
        let within = line.from < on && on <= line.due_on;
        if matches!(entry.command.act, Act::Chargeback { .. }) && within {
            back += entry.portions.debt();
            if paid < back {
                return Some(on);
            }
        }
    }
    None
}

fn add_open(sum: &mut Portions, line: &Line) {
    for component in super::order::Component::ALL {
        sum.add(component, line.open(component));
    }
}

/// Days from one day to a later one; none when it isn't later.
fn days(from: Day, to: Day) -> u32 {
    u32::try_from(to.days_since(from)).unwrap_or(0)
}
