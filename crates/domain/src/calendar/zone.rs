//! A time zone as a sorted list of (from this instant, offset in minutes).
//!
//! The list is made at the edge from a time-zone database; here is only arithmetic on it. A
//! skipped local time is the first instant after the gap, a repeated one its first occurrence,
//! and where a midnight repeats, the business date never goes back.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use super::{Day, Instant};

/// Offsets in use are within 15 hours; a day is a bound that a list from outside can't pass, and
/// that keeps "the day before or after" right.
const OFFSET_MAX_MINUTES: i32 = 24 * 60 - 1;
const DAY_SECONDS: i64 = 86_400;

/// Never empty: the first offset also counts before its own instant. A clone shares the list: all
/// borrowers of a country have one between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// Unix seconds from which the offset (in seconds) counts; rising.
    changes: Arc<[(i64, i64)]>,
}

/// UTC.
pub fn utc() -> Zone {
    Zone::new(Vec::new())
}

/// A wall clock's reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalTime {
    /// What a calendar on the wall shows; may step back where a midnight repeats.
    pub date: Day,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    pub nanos: u32,
    pub offset_minutes: i32,
}

impl Zone {
    /// From changes in any order; an empty list is UTC. Offsets beyond a day are cut to it, and
    /// of two changes at one instant the last given counts.
    pub fn new(changes: Vec<(Instant, i32)>) -> Zone {
        let mut sorted: Vec<(i64, i64)> = Vec::with_capacity(changes.len().max(1));
        let mut given = changes;
        given.sort_by_key(|(from, _)| *from);
        for (from, minutes) in given {
            let minutes = minutes.clamp(-OFFSET_MAX_MINUTES, OFFSET_MAX_MINUTES);
            let (from, offset) = (from.unix_seconds(), i64::from(minutes) * 60);
            match sorted.last_mut() {
                Some(last) if last.0 == from => last.1 = offset,
                Some(last) if last.1 == offset => {}
                _ => sorted.push((from, offset)),
            }
        }
        if sorted.is_empty() {
            sorted.push((0, 0));
        }
        Zone {
            changes: sorted.into(),
        }
    }

    /// Index of the change that counts at `seconds`.
    fn index_at(&self, seconds: i64) -> usize {
        self.changes
            .partition_point(|(from, _)| *from <= seconds)
            .saturating_sub(1)
    }

    /// The first second for which change `i` counts; the first one counts from ever.
    fn begins(&self, i: usize) -> i64 {
        if i == 0 { i64::MIN } else { self.changes[i].0 }
    }

    /// The first second for which change `i` counts no more.
    fn ends(&self, i: usize) -> i64 {
        self.changes.get(i + 1).map_or(i64::MAX, |c| c.0)
    }

    pub fn offset_minutes_at(&self, at: Instant) -> i32 {
        let offset = self.changes[self.index_at(at.unix_seconds())].1 / 60;
        i32::try_from(offset).unwrap_or(0)
    }

    /// The business date at `at`: the last day that has begun, a day beginning at the first
    /// occurrence of its midnight. So it never goes back.
    pub fn day_of(&self, at: Instant) -> Day {
        let seconds = at.unix_seconds();
        let i = self.index_at(seconds);
        let local = seconds.saturating_add(self.changes[i].1);
        let day = day_from(local.div_euclid(DAY_SECONDS));
        let clock_went_back = i > 0 && self.changes[i].1 < self.changes[i - 1].1;
        let lately = seconds.saturating_sub(self.begins(i)) < 2 * DAY_SECONDS;
        if clock_went_back && lately {
            let next = day.plus_days(1);
            if self.instant_of(next, 0) <= at {
                return next;
            }
        }
        day
    }

    /// The instant of a local time: `minute` counts from midnight and may be 1440 or more. A
    /// skipped time is the first instant after the gap, a repeated one its first.
    pub fn instant_of(&self, day: Day, minute: u32) -> Instant {
        let local = i64::from(day.unix_days()) * DAY_SECONDS + i64::from(minute) * 60;
        let widest = i64::from(OFFSET_MAX_MINUTES) * 60;
        let mut i = self.index_at(local - widest);
        loop {
            let (_, offset) = self.changes[i];
            let reached = (local - offset).max(self.begins(i));
            if reached < self.ends(i) {
                return Instant::from_unix_seconds(reached);
            }
            i += 1;
        }
    }

    /// Where one offset counts around `at`.
    pub fn steady_around(&self, at: Instant) -> Steady {
        let i = self.index_at(at.unix_seconds());
        Steady {
            begins: self.begins(i),
            ends: self.ends(i),
            offset: self.changes[i].1,
        }
    }

    /// What a clock on the wall shows.
    pub fn local(&self, at: Instant) -> LocalTime {
        let seconds = at.unix_seconds();
        let offset = self.changes[self.index_at(seconds)].1;
        let local = seconds.saturating_add(offset);
        let second_of_day = local.rem_euclid(DAY_SECONDS);
        let part = |n: i64| u8::try_from(n).unwrap_or(0);
        LocalTime {
            date: day_from(local.div_euclid(DAY_SECONDS)),
            hour: part(second_of_day / 3600),
            minute: part(second_of_day / 60 % 60),
            second: part(second_of_day % 60),
            nanos: at.subsec_nanos(),
            offset_minutes: i32::try_from(offset / 60).unwrap_or(0),
        }
    }
}

/// Between two changes of a zone's clocks days and instants are mere arithmetic. Its answers are
/// those of the zone, or None too near a change.
#[derive(Debug, Clone, Copy)]
pub struct Steady {
    /// Unix seconds; `ends` is excluded.
    begins: i64,
    ends: i64,
    /// Seconds.
    offset: i64,
}

impl Steady {
    /// As [`Zone::day_of`].
    pub fn day_of(&self, at: Instant) -> Option<Day> {
        let seconds = at.unix_seconds();
        let lately = seconds.saturating_sub(2 * DAY_SECONDS) < self.begins;
        if lately || seconds >= self.ends {
            return None;
        }
        let local = seconds.saturating_add(self.offset);
        Some(day_from(local.div_euclid(DAY_SECONDS)))
    }

    /// As [`Zone::instant_of`].
    pub fn instant_of(&self, day: Day, minute: u32) -> Option<Instant> {
        let local = i64::from(day.unix_days()) * DAY_SECONDS + i64::from(minute) * 60;
        // An earlier change whose offset is less than a day can't count here any more.
        let lately = local - DAY_SECONDS < self.begins;
        let reached = local - self.offset;
        (!lately && reached < self.ends).then(|| Instant::from_unix_seconds(reached))
    }
}

fn day_from(days: i64) -> Day {
    let clamped = days.clamp(i64::from(i32::MIN), i64::from(i32::MAX));
    Day::from_unix_days(i32::try_from(clamped).unwrap_or(i32::MAX))
}

impl LocalTime {
    /// `2026-02-10T09:00:00`, with up to nine decimals where there are any.
    pub fn fmt_without_offset(&self, f: &mut dyn fmt::Write) -> fmt::Result {
        write!(
            f,
            "{}T{:02}:{:02}:{:02}",
            self.date, self.hour, self.minute, self.second
        )?;
        if self.nanos == 0 {
            return Ok(());
        }
        let (mut decimals, mut width) = (self.nanos, 9);
        while decimals.is_multiple_of(10) {
            decimals /= 10;
            width -= 1;
        }
        write!(f, ".{decimals:0width$}")
    }
}

/// RFC 3339: `2026-02-10T09:00:00+05:30`.
impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_without_offset(f)?;
        let sign = if self.offset_minutes < 0 { '-' } else { '+' };
        let minutes = self.offset_minutes.abs();
        write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}
