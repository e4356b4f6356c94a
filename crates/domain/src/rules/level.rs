//! Levels, and what must hold for one to be reached.

use core::fmt;

use super::Cited;
use crate::calendar::{Span, Weekday};
use crate::contract::Frequency;

/// How far a phone is limited. In rising order; `Released` is below all, and final.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Released,
    Free,
    Remind,
    Reduce,
    Lock,
}

impl Level {
    pub const ALL: [Level; 5] = [
        Level::Released,
        Level::Free,
        Level::Remind,
        Level::Reduce,
        Level::Lock,
    ];

    /// As written everywhere.
    pub const fn name(self) -> &'static str {
        match self {
            Level::Released => "released",
            Level::Free => "free",
            Level::Remind => "remind",
            Level::Reduce => "reduce",
            Level::Lock => "lock",
        }
    }

    pub fn from_name(name: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|l| l.name() == name)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of weekdays; bit 0 is Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weekdays(pub u8);

impl Weekdays {
    pub const EVERY: Weekdays = Weekdays(0b111_1111);

    pub const fn contains(self, day: Weekday) -> bool {
        self.0 & (1 << day.index()) != 0
    }
}

/// Days of a pack: which weekdays, and how it minds holidays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    pub weekdays: Weekdays,
    pub not_on_holidays: bool,
    pub not_before_holidays: bool,
}

/// Local hours on some days: begin counts, end doesn't.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub from_minute: u16,
    /// At most 1440, more than `from_minute`.
    pub to_minute: u16,
    pub days: Days,
}

impl Window {
    /// Never open while the other is closed.
    pub const fn is_within(&self, outer: &Window) -> bool {
        let (own, other) = (self.days, outer.days);
        self.from_minute >= outer.from_minute
            && self.to_minute <= outer.to_minute
            && own.weekdays.0 & !other.weekdays.0 == 0
            && (own.not_on_holidays || !other.not_on_holidays)
            && (own.not_before_holidays || !other.not_before_holidays)
    }
}

/// A person must agree before the level begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approval {
    /// An `approve` counts for less than this.
    pub valid_for: Span,
}

/// How long a contract must have been in default, which begins with the end of its own grace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DaysInDefault {
    pub days: u32,
    /// Instead of `days` for a contract that pays weekly.
    pub weekly_days: Option<u32>,
    /// Only the pack's business days count.
    pub business: bool,
}

impl DaysInDefault {
    /// The days for a contract; where its frequency isn't known, the longer ones.
    pub fn for_frequency(self, frequency: Option<Frequency>) -> u32 {
        for_frequency(self.days, self.weekly_days, frequency)
    }
}

/// Of a value and the one for weekly payers: the contract's, and where that isn't known the
/// higher.
pub(super) fn for_frequency<T: Copy + Ord>(
    other: T,
    weekly: Option<T>,
    frequency: Option<Frequency>,
) -> T {
    match (weekly, frequency) {
        (None, _) | (_, Some(Frequency::Other)) => other,
        (Some(weekly), Some(Frequency::Weekly)) => weekly,
        (Some(weekly), None) => weekly.max(other),
    }
}

/// What must hold for a level to be reached, besides what the levels beneath it ask for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Conditions {
    /// Calendar days from the due day.
    pub min_days_past_due: Option<Cited<u32>>,
    pub min_days_in_default: Option<Cited<DaysInDefault>>,
    pub window: Option<Cited<Window>>,
    /// So long at `reduce`, without holds and capped time.
    pub at_reduce_for: Option<Cited<Span>>,
    pub approval: Option<Cited<Approval>>,
}
