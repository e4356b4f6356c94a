//! Public and bank holidays as data that is edited in versions.
//!
//! A list is never changed: each edit makes the next version, and any two versions can be
//! compared. Decrees come late and lunar dates move by a day, so a due date can move after it was
//! announced; `business::moved` shows which do. A day after the last that is listed is a business
//! day as far as anybody knows. On purpose absent: computing holidays, and loading them from files.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::Day;

/// The most days that one list may have: a century with twice the busiest country's holidays.
pub const HOLIDAYS_MAX: usize = 5_000;

/// The days on which banks of one country, or one channel, are closed beside their weekend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holidays {
    id: String,
    version: u32,
    /// By day, each once.
    days: Vec<(Day, String)>,
}

/// Why a list of holidays was refused, in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HolidaysError {
    /// More than [`HOLIDAYS_MAX`] days.
    TooMany,
    /// The day already is a holiday.
    Twice { day: Day, name: String },
    /// The day to remove isn't a holiday.
    NotListed { day: Day },
    /// The version can't be counted further.
    LastVersion,
}

impl fmt::Display for HolidaysError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HolidaysError::TooMany => write!(f, "at most {HOLIDAYS_MAX} holidays"),
            HolidaysError::Twice { day, name } => {
                write!(f, "each day once: {day} is already {name:?}")
            }
            HolidaysError::NotListed { day } => {
                write!(f, "a day that is listed: {day} isn't a holiday")
            }
            HolidaysError::LastVersion => f.write_str("a version below the largest number"),
        }
    }
}

impl core::error::Error for HolidaysError {}

/// One difference between two versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HolidayChange {
    Added { day: Day, name: String },
    Removed { day: Day, name: String },
    Renamed { day: Day, from: String, to: String },
}

impl HolidayChange {
    pub const fn day(&self) -> Day {
        match self {
            HolidayChange::Added { day, .. }
            | HolidayChange::Removed { day, .. }
            | HolidayChange::Renamed { day, .. } => *day,
        }
    }
}

impl Holidays {
    /// Version `version` of the list `id` (a country code, a channel), from days in any order.
    pub fn new(
        id: String,
        version: u32,
        mut days: Vec<(Day, String)>,
    ) -> Result<Holidays, HolidaysError> {
        if days.len() > HOLIDAYS_MAX {
            return Err(HolidaysError::TooMany);
        }
        days.sort_by_key(|(day, _)| *day);
        if let Some(twice) = days.windows(2).find(|two| two[0].0 == two[1].0) {
            let (day, name) = twice[0].clone();
            return Err(HolidaysError::Twice { day, name });
        }
        Ok(Holidays { id, version, days })
    }

    pub fn id(&self) -> &str {
        &self.id
    }

    pub const fn version(&self) -> u32 {
        self.version
    }

    /// All days with their names, by day.
    pub fn days(&self) -> &[(Day, String)] {
        &self.days
    }

    /// What the day is called, when it is a holiday.
    pub fn name(&self, day: Day) -> Option<&str> {
        let at = self.days.binary_search_by_key(&day, |(d, _)| *d).ok()?;
        Some(&self.days[at].1)
    }

    /// The holidays from `from` to `to`, both included.
    pub fn between(&self, from: Day, to: Day) -> &[(Day, String)] {
        let first = self.days.partition_point(|(day, _)| *day < from);
        let count = self.days[first..].partition_point(|(day, _)| *day <= to);
        &self.days[first..first + count]
    }

    /// The next version, with one more day.
    pub fn with(&self, day: Day, name: String) -> Result<Holidays, HolidaysError> {
        let mut days = self.days.clone();
        days.push((day, name));
        Holidays::new(self.id.clone(), self.next_version()?, days)
    }

    /// The next version, with one day less.
    pub fn without(&self, day: Day) -> Result<Holidays, HolidaysError> {
        let at = self.days.binary_search_by_key(&day, |(d, _)| *d);
        let mut days = self.days.clone();
        days.remove(at.map_err(|_| HolidaysError::NotListed { day })?);
        Holidays::new(self.id.clone(), self.next_version()?, days)
    }

    fn next_version(&self) -> Result<u32, HolidaysError> {
        self.version
            .checked_add(1)
            .ok_or(HolidaysError::LastVersion)
    }

    /// What another version of the list has otherwise, by day.
    pub fn changes_to(&self, newer: &Holidays) -> Vec<HolidayChange> {
        let gone = self.days.iter().filter_map(|(day, name)| {
            let (day, from) = (*day, name.clone());
            match newer.name(day) {
                None => Some(HolidayChange::Removed { day, name: from }),
                Some(to) if to == from => None,
                Some(to) => Some(HolidayChange::Renamed {
                    day,
                    from,
                    to: to.into(),
                }),
            }
        });
        let come = newer.days.iter().filter_map(|(day, name)| {
            let (day, name) = (*day, name.clone());
            self.name(day)
                .is_none()
                .then_some(HolidayChange::Added { day, name })
        });
        let mut changes: Vec<HolidayChange> = gone.chain(come).collect();
        changes.sort_by_key(HolidayChange::day);
        changes
    }
}
