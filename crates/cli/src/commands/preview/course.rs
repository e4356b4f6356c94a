//! A contract's levels over a period: from when to when it was limited, and how much of that it
//! had in fact paid.

use fairlock_domain::calendar::Instant;
use fairlock_domain::plan::{Course, Level};
use fairlock_domain::rules::Rules;
use fairlock_domain::standing::{Facts, FactsError};

use super::paid::Paid;

/// From included, to excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub from: Instant,
    pub to: Instant,
}

/// A time in which a phone was to be limited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limited {
    /// `reduce` or `lock`.
    pub level: Level,
    pub from: Instant,
    /// Excluded; the end of the period when it goes on.
    pub to: Instant,
    /// Minutes of it in which everything due was paid, as is known today.
    pub wrongful_minutes: u64,
}

impl Limited {
    pub fn minutes(&self) -> u64 {
        minutes_between(self.from, self.to)
    }
}

/// The limited times of a contract, in order; neighbours differ in level or aren't adjacent.
pub fn limited(
    facts: &Facts,
    rules: &Rules,
    period: Period,
    paid: &Paid,
) -> Result<Vec<Limited>, FactsError> {
    let mut course = Course::new(facts, rules)?;
    let mut events = facts.events.iter().map(|event| event.at).peekable();
    let mut times: Vec<Limited> = Vec::new();
    let mut now = period.from;
    while now < period.to {
        let plan = course.plan_at(now)?;
        while events.next_if(|at| *at <= now).is_some() {}
        let coming = [events.peek().copied(), plan.review_at, Some(period.to)];
        let later = coming.into_iter().flatten().filter(|at| *at > now);
        let next = later.min().unwrap_or(period.to).min(period.to);
        if plan.level >= Level::Reduce {
            match times.last_mut() {
                Some(last) if last.to == now && last.level == plan.level => last.to = next,
                _ => times.push(Limited {
                    level: plan.level,
                    from: now,
                    to: next,
                    wrongful_minutes: 0,
                }),
            }
        }
        now = next;
    }
    for time in &mut times {
        time.wrongful_minutes = paid.minutes_within(time.from, time.to);
    }
    Ok(times)
}

/// Whole minutes of a time.
pub fn minutes_between(from: Instant, to: Instant) -> u64 {
    let nanos = to.unix_nanos().saturating_sub(from.unix_nanos());
    u64::try_from(nanos / 60_000_000_000).unwrap_or(0)
}
