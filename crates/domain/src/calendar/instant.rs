//! Points in time and the elapsed time between them, to the nanosecond.
//!
//! Both saturate at the ends of their range (about 292 billion years), which no valid input
//! comes near: a sum can be wrong there, but nothing panics.

use core::fmt;

const NANOS_PER_SECOND: u32 = 1_000_000_000;

/// A point in time: nanoseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant {
    /// Floor of the seconds; `nanos` counts up from there, also before 1970.
    seconds: i64,
    nanos: u32,
}

impl Instant {
    pub const fn from_unix_seconds(seconds: i64) -> Instant {
        Instant { seconds, nanos: 0 }
    }

    /// `nanos` beyond a second are taken into the seconds.
    pub const fn from_unix_parts(seconds: i64, nanos: u32) -> Instant {
        Instant {
            seconds: seconds.saturating_add((nanos / NANOS_PER_SECOND) as i64),
            nanos: nanos % NANOS_PER_SECOND,
        }
    }

    pub fn from_unix_nanos(nanos: i128) -> Instant {
        let per_second = i128::from(NANOS_PER_SECOND);
        let seconds = nanos.div_euclid(per_second);
        let clamped = seconds.clamp(i128::from(i64::MIN), i128::from(i64::MAX));
        Instant {
            seconds: i64::try_from(clamped).unwrap_or(i64::MAX),
            nanos: u32::try_from(nanos.rem_euclid(per_second)).unwrap_or(0),
        }
    }

    /// Whole seconds, rounded down.
    pub const fn unix_seconds(self) -> i64 {
        self.seconds
    }

    pub const fn unix_nanos(self) -> i128 {
        self.seconds as i128 * NANOS_PER_SECOND as i128 + self.nanos as i128
    }

    /// Nanoseconds beyond [`Instant::unix_seconds`].
    pub const fn subsec_nanos(self) -> u32 {
        self.nanos
    }

    /// This instant and `span` more.
    #[must_use]
    pub const fn plus(self, span: Span) -> Instant {
        Instant::from_unix_parts(
            self.seconds.saturating_add(span.seconds),
            self.nanos + span.nanos,
        )
    }

    /// Time elapsed since `earlier`; zero when that is later.
    pub fn since(self, earlier: Instant) -> Span {
        if earlier >= self {
            return Span::ZERO;
        }
        Span::between((earlier.seconds, earlier.nanos), (self.seconds, self.nanos))
    }
}

/// UTC, as `2026-02-10T03:30:00Z`: for records and logs. People get their own zone.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        super::zone::utc().local(*self).fmt_without_offset(f)?;
        f.write_str("Z")
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Elapsed time, never negative. A day is always 24 hours: only dates, windows and 09:00 are
/// local.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    seconds: i64,
    nanos: u32,
}

impl Span {
    pub const ZERO: Span = Span {
        seconds: 0,
        nanos: 0,
    };

    pub const fn seconds(seconds: u32) -> Span {
        Span {
            seconds: seconds as i64,
            nanos: 0,
        }
    }

    pub const fn minutes(minutes: u32) -> Span {
        Span {
            seconds: minutes as i64 * 60,
            nanos: 0,
        }
    }

    pub const fn hours(hours: u32) -> Span {
        Span {
            seconds: hours as i64 * 3600,
            nanos: 0,
        }
    }

    pub const fn days(days: u32) -> Span {
        Span {
            seconds: days as i64 * 86_400,
            nanos: 0,
        }
    }

    /// Whole seconds, rounded down.
    pub const fn as_seconds(self) -> i64 {
        self.seconds
    }

    /// Whole hours, rounded down.
    pub const fn as_hours(self) -> i64 {
        self.seconds / 3600
    }

    pub const fn is_zero(self) -> bool {
        self.seconds == 0 && self.nanos == 0
    }

    #[must_use]
    pub const fn plus(self, other: Span) -> Span {
        let nanos = self.nanos + other.nanos;
        Span {
            seconds: self
                .seconds
                .saturating_add(other.seconds)
                .saturating_add((nanos / NANOS_PER_SECOND) as i64),
            nanos: nanos % NANOS_PER_SECOND,
        }
    }

    /// So many times as long.
    #[must_use]
    pub const fn times(self, count: u32) -> Span {
        let nanos = self.nanos as u64 * count as u64;
        let per_second = NANOS_PER_SECOND as u64;
        let seconds = self.seconds.saturating_mul(count as i64);
        Span {
            seconds: seconds.saturating_add((nanos / per_second) as i64),
            nanos: (nanos % per_second) as u32,
        }
    }

    /// What is left after `other`; zero when that is longer.
    #[must_use]
    pub fn minus(self, other: Span) -> Span {
        if other >= self {
            return Span::ZERO;
        }
        Span::between((other.seconds, other.nanos), (self.seconds, self.nanos))
    }

    /// From the smaller to the larger of two (seconds, nanoseconds).
    const fn between(from: (i64, u32), to: (i64, u32)) -> Span {
        let borrow = to.1 < from.1;
        let nanos = if borrow {
            to.1 + NANOS_PER_SECOND - from.1
        } else {
            to.1 - from.1
        };
        Span {
            seconds: to.0.saturating_sub(from.0).saturating_sub(borrow as i64),
            nanos,
        }
    }
}

/// The largest unit that says it exactly: "21 d", "72 h", "90 min", "5 s"; nanoseconds are cut.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = self.seconds;
        if s % 86_400 == 0 && s >= 7 * 86_400 {
            write!(f, "{} d", s / 86_400)
        } else if s % 3600 == 0 {
            write!(f, "{} h", s / 3600)
        } else if s % 60 == 0 {
            write!(f, "{} min", s / 60)
        } else {
            write!(f, "{s} s")
        }
    }
}
