//! When a borrower looks at the phone. A notice counts as shown only in front of an unlocked, lit
//! screen, so somebody must look.

use crate::world::Chance;

/// People look at full hours of their own, so that many phones wake at one instant of the
/// calendar and not at forty.
const HOUR_S: i64 = 3_600;
const DAY_S: i64 = 86_400;

/// Hours (UTC) of the waking day in the demo's countries, UTC+3: 7 to 22 local.
const FIRST_HOUR: u64 = 4;
const LAST_HOUR: u64 = 18;

/// Looks a day that matter here: few enough that some leads begin late, as in life.
const LOOKS_A_DAY: usize = 4;

/// For so long the screen stays lit: longer than the 5 s after which a notice counts as shown.
pub const LIT_S: i64 = 6;

/// The hours at which one borrower looks at the phone.
pub struct Habit {
    hours: Vec<i64>,
}

impl Habit {
    pub fn draw(chance: &Chance) -> Habit {
        let mut hours: Vec<i64> = (0..LOOKS_A_DAY)
            .map(|_| (FIRST_HOUR + chance.below(LAST_HOUR - FIRST_HOUR)).cast_signed())
            .collect();
        hours.sort_unstable();
        hours.dedup();
        Habit { hours }
    }

    /// The next look at or after an instant (Unix seconds).
    pub fn next_look(&self, from: i64) -> i64 {
        let midnight = from - from.rem_euclid(DAY_S);
        let today = self.hours.iter().map(|hour| midnight + hour * HOUR_S);
        let tomorrow = today.clone().map(|at| at + DAY_S);
        today
            .chain(tomorrow)
            .find(|at| *at >= from)
            .unwrap_or(midnight + DAY_S)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_look_is_never_before_now() {
        let habit = Habit { hours: vec![5, 9] };
        for (from, expected) in [
            (0, 5 * HOUR_S),
            (5 * HOUR_S, 5 * HOUR_S),
            (5 * HOUR_S + 1, 9 * HOUR_S),
            (9 * HOUR_S + 1, DAY_S + 5 * HOUR_S),
        ] {
            assert_eq!(habit.next_look(from), expected, "from {from}");
        }
    }
}
