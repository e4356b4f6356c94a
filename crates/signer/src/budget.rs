//! The lock budget: how many phones may be moved to a stricter level in an hour and in a day.
//!
//! One mistake (a wrong rule, a feed believed too early, a bad import) must not lock thousands.
//! The store counts what was signed, so the count survives a restart. Only grants that let a
//! phone reach `reduce` or `lock` when it couldn't before take from it; loosening never asks.
//!
//! On purpose absent: a way to raise the limits by configuration, and the two-person reset of a
//! tripped breaker (it comes with sign-in): a spent budget comes back by time alone.

use fairlock_storage::BudgetLimits;

/// Below this many an hour a small fleet could never be handled at all; five mistakes can be
/// undone by hand within the hour.
const HOUR_FLOOR: u64 = 5;
/// Per thousand of the fleet in an hour: a whole fleet would take more than a week.
const HOUR_PER_MILLE: u64 = 5;
/// The least a day allows, for the same reason as an hour's.
const DAY_FLOOR: u64 = 20;
/// Per thousand of the fleet in a day.
const DAY_PER_MILLE: u64 = 20;

/// The limits for a fleet of so many enrolled phones.
pub fn limits(phones: u64) -> BudgetLimits {
    BudgetLimits {
        per_hour: HOUR_FLOOR.max(phones.saturating_mul(HOUR_PER_MILLE) / 1000),
        per_day: DAY_FLOOR.max(phones.saturating_mul(DAY_PER_MILLE) / 1000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(phones: u64, per_hour: u64, per_day: u64) {
        let expected = BudgetLimits { per_hour, per_day };
        assert_eq!(limits(phones), expected, "{phones} phones");
    }

    #[test]
    fn limits_grow_with_the_fleet_from_a_floor() {
        check(0, 5, 20);
        check(1_000, 5, 20);
        check(1_199, 5, 23);
        check(1_200, 6, 24);
        check(1_000_000, 5_000, 20_000);
        check(u64::MAX, u64::MAX / 1000, u64::MAX / 1000);
    }
}
