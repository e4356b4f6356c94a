//! The demo's calendar: 150 days from 2026-03-02, in the one offset that Nairobi, Kampala and
//! Kuwait share all year.

use fairlock_domain::calendar::{Day, Instant};

/// The offset of every place in the demo.
pub const OFFSET_SECONDS: i64 = 3 * 3600;
pub const OFFSET: &str = "+03:00";
/// Days of the calendar; statements and callbacks arrive on these.
pub const DAYS: i32 = 150;
const DAY_SECONDS: i64 = 86_400;

/// Day 0 of the demo; days before it are negative.
pub fn day(offset: i32) -> Day {
    // 2026-03-02, a Monday.
    Day::from_unix_days(20_514).plus_days(offset)
}

/// A local time: seconds since the local midnight that began day 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub i64);

impl Moment {
    pub fn at(day: i32, second_of_day: i64) -> Self {
        Self(i64::from(day) * DAY_SECONDS + second_of_day)
    }

    /// The day, counted from day 0.
    pub fn day(self) -> i32 {
        i32::try_from(self.0.div_euclid(DAY_SECONDS)).unwrap_or(i32::MAX)
    }

    pub fn hour(self) -> i64 {
        self.second_of_day() / 3600
    }

    fn second_of_day(self) -> i64 {
        self.0.rem_euclid(DAY_SECONDS)
    }

    /// Hours, minutes and seconds as six digits with `between` between them.
    pub fn clock(self, between: &str) -> String {
        let second = self.second_of_day();
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        format!("{hour:02}{between}{minute:02}{between}{second:02}")
    }

    /// `2026-03-02T10:15:00+03:00`.
    pub fn with_offset(self) -> String {
        format!("{}T{}{OFFSET}", day(self.day()), self.clock(":"))
    }

    /// `2026-03-02T07:15:00Z`.
    pub fn in_utc(self) -> String {
        let midnight = i64::from(day(0).unix_days()) * DAY_SECONDS - OFFSET_SECONDS;
        Instant::from_unix_seconds(midnight + self.0).to_string()
    }
}
