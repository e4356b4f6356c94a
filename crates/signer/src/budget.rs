//! The lock budget: how many phones may be moved to a stricter level in an hour and in a day.
//!
//! One mistake (a wrong rule, a feed believed too early, a bad import) must not lock thousands.
//! The count is of what was signed, so it survives a restart. Only grants that let a phone reach
//! `reduce` or `lock` when it couldn't before are counted; loosening never asks here.
//!
//! On purpose absent: a way to raise the limits by configuration, and the two-person reset of a
//! tripped breaker (it comes with sign-in): a spent budget comes back by time alone.

use fairlock_domain::calendar::{Instant, Span};

/// Below this many an hour a small fleet could never be handled at all; five mistakes can be
/// undone by hand within the hour.
const HOUR_FLOOR: u64 = 5;
/// Per thousand of the fleet in an hour: a whole month's normal arrears would take days.
const HOUR_PER_MILLE: u64 = 5;
/// The least a day allows, for the same reason as an hour's.
const DAY_FLOOR: u64 = 20;
/// Per thousand of the fleet in a day.
const DAY_PER_MILLE: u64 = 20;

const HOUR: Span = Span::hours(1);
const DAY: Span = Span::hours(24);

/// How many phones may be moved, by fleet size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub an_hour: u64,
    pub a_day: u64,
}

impl Limits {
    /// For this many phones that are enrolled and not released.
    pub fn for_fleet(phones: u64) -> Limits {
        Limits {
            an_hour: HOUR_FLOOR.max(phones.saturating_mul(HOUR_PER_MILLE) / 1000),
            a_day: DAY_FLOOR.max(phones.saturating_mul(DAY_PER_MILLE) / 1000),
        }
    }
}

/// What is left of the budget at one instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    limits: Limits,
    /// Instants at which counted grants were signed within the last day, rising.
    spent: Vec<Instant>,
}

impl Budget {
    /// `spent`: when counted grants were signed, in any order; older than a day doesn't count.
    pub fn new(limits: Limits, mut spent: Vec<Instant>) -> Budget {
        spent.sort_unstable();
        Budget { limits, spent }
    }

    /// Takes one at `now`, or says when the next can be taken.
    pub fn take(&mut self, now: Instant) -> Result<(), Instant> {
        let hour = free_again(&self.spent, self.limits.an_hour, HOUR, now);
        let day = free_again(&self.spent, self.limits.a_day, DAY, now);
        match hour.max(day) {
            Some(at) => Err(at),
            None => {
                self.spent.push(now);
                Ok(())
            }
        }
    }
}

/// The instant at which one more fits into `span`; None when it fits at `now`.
fn free_again(spent: &[Instant], limit: u64, span: Span, now: Instant) -> Option<Instant> {
    let inside = spent.iter().filter(|at| at.plus(span) > now).count();
    let over = inside.checked_sub(usize::try_from(limit).unwrap_or(usize::MAX))?;
    let first_inside = spent.len() - inside;
    spent.get(first_inside + over).map(|at| at.plus(span))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Instant {
        Instant::from_unix_seconds(1_000_000 + minutes * 60)
    }

    /// Takes at each of `when` (minutes); `expected` is None for taken, else when it is free again.
    fn check(limits: Limits, when: &[i64], expected: &[Option<i64>]) {
        let mut budget = Budget::new(limits, Vec::new());
        let got: Vec<_> = when.iter().map(|m| budget.take(at(*m)).err()).collect();
        let expected: Vec<_> = expected.iter().map(|e| e.map(at)).collect();
        assert_eq!(got, expected);
    }

    #[test]
    fn an_hour_and_a_day_each_have_their_end() {
        let limits = Limits {
            an_hour: 2,
            a_day: 3,
        };
        // The third of the hour waits for the first to be an hour old; at exactly an hour it fits.
        check(limits, &[0, 10, 20, 60], &[None, None, Some(60), None]);
        // The fourth of the day waits for the first to be a day old.
        check(
            limits,
            &[0, 100, 200, 300, 24 * 60],
            &[None, None, None, Some(24 * 60), None],
        );
    }

    #[test]
    fn limits_grow_with_the_fleet_from_a_floor() {
        let check = |phones, an_hour, a_day| {
            assert_eq!(
                Limits::for_fleet(phones),
                Limits { an_hour, a_day },
                "{phones} phones"
            );
        };
        check(0, 5, 20);
        check(1_000, 5, 20);
        check(1_001, 5, 20);
        check(1_200, 6, 24);
        check(1_000_000, 5_000, 20_000);
    }

    #[test]
    fn the_budget_is_what_was_signed_not_what_this_process_remembers() {
        let limits = Limits {
            an_hour: 2,
            a_day: 20,
        };
        let mut restarted = Budget::new(limits, vec![at(30), at(0)]);
        assert_eq!(restarted.take(at(40)), Err(at(60)));
    }
}
