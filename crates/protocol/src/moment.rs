//! What a phone knows about the time, and how a window is judged by it.
//!
//! Nothing here fails: what isn't known makes no window hold.

use crate::grant::Window;

/// Running time, and the bounds between which the true time lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Seconds of running time over all boots.
    pub running: u64,
    /// Unix seconds; the true time isn't before this.
    pub lower: u64,
    /// The true time isn't after this; `None` after a boot without contact.
    pub upper: Option<u64>,
}

impl Moment {
    /// A forged time: nothing above `remind` begins or comes back.
    pub fn crossed(&self) -> bool {
        self.upper.is_some_and(|upper| self.lower > upper)
    }
}

const DAY_S: i64 = 86_400;

impl Window {
    /// Local day and second of the day.
    fn local(&self, at: u64) -> (i64, i64) {
        let local = i64::try_from(at).unwrap_or(i64::MAX / 2) + i64::from(self.offset_min) * 60;
        (local.div_euclid(DAY_S), local.rem_euclid(DAY_S))
    }

    /// Is the weekday of a local day one of ours? 1970-01-01 was a Thursday.
    fn on_day(&self, day: i64) -> bool {
        (self.days >> (day + 3).rem_euclid(7)) & 1 == 1
    }

    /// Does one instant lie inside?
    pub fn contains(&self, at: u64) -> bool {
        let (day, second) = self.local(at);
        let (from, to) = (i64::from(self.from_min) * 60, i64::from(self.to_min) * 60);
        self.on_day(day) && (from..to).contains(&second)
    }

    /// Do all instants from `from` to `to` lie inside, on one day?
    pub fn contains_all(&self, from: u64, to: u64) -> bool {
        self.contains(from) && self.contains(to) && self.local(from).0 == self.local(to).0
    }

    /// Does it hold at a moment? For a step without `silence_h` the lower bound decides.
    pub fn holds(&self, moment: &Moment, by_lower: bool) -> bool {
        match moment.upper {
            _ if by_lower => self.contains(moment.lower),
            Some(upper) => self.contains_all(moment.lower, upper),
            None => false,
        }
    }

    /// The first instant inside, not before `at`.
    pub fn next_open(&self, at: u64) -> u64 {
        if self.contains(at) {
            return at;
        }
        let (today, second) = self.local(at);
        let from = i64::from(self.from_min) * 60;
        let opens = |day: &i64| self.on_day(*day) && (*day > today || second < from);
        // A window has at least one weekday, so one of the next 7 days is it.
        let day = (today..=today + 7).find(opens).unwrap_or(today + 7);
        let begins = day * DAY_S + from - i64::from(self.offset_min) * 60;
        u64::try_from(begins).unwrap_or(at).max(at)
    }
}
