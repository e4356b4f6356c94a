//! Business days, and what happens to a due date that isn't one.
//!
//! A [`Calendar`] is a weekend and a list of holidays, both data. Every search has a bound: a
//! calendar without a business day is a mistake in the data, answered with None, never with a
//! loop. On purpose absent: half days and opening hours (a channel's [`CutOff`] says until when a
//! day counts).

use alloc::vec::Vec;
use core::fmt;

use super::{Day, Holidays, Instant, Weekday, Zone};

/// How far a business day is looked for. In the public lists of 24 countries the longest closing
/// is of six days; a year without a single business day can only be wrong data.
const SEARCH_MAX_DAYS: i32 = 366;

/// The weekdays on which banks are closed: Saturday and Sunday, Friday and Saturday, Sunday alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Weekend(u8);

impl Weekend {
    pub const NONE: Weekend = Weekend::of(&[]);
    pub const SATURDAY_SUNDAY: Weekend = Weekend::of(&[Weekday::Saturday, Weekday::Sunday]);
    pub const FRIDAY_SATURDAY: Weekend = Weekend::of(&[Weekday::Friday, Weekday::Saturday]);

    pub const fn of(days: &[Weekday]) -> Weekend {
        let (mut bits, mut i) = (0, 0);
        while i < days.len() {
            bits |= 1 << days[i].index();
            i += 1;
        }
        Weekend(bits)
    }

    pub const fn contains(self, day: Weekday) -> bool {
        self.0 >> day.index() & 1 == 1
    }
}

/// Which days are business days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    pub weekend: Weekend,
    pub holidays: Holidays,
}

impl Calendar {
    pub fn is_business_day(&self, day: Day) -> bool {
        !self.weekend.contains(day.weekday()) && self.holidays.name(day).is_none()
    }

    /// The first business day after `day`; None when there is none within a year.
    pub fn next_business_day(&self, day: Day) -> Option<Day> {
        self.search(day.plus_days(1), 1)
    }

    /// The last business day before `day`; None when there is none within a year.
    pub fn previous_business_day(&self, day: Day) -> Option<Day> {
        self.search(day.plus_days(-1), -1)
    }

    /// `count` business days after `day`: "n bank days later". 0 is the day itself, as it is.
    pub fn plus_business_days(&self, day: Day, count: u16) -> Option<Day> {
        (0..count).try_fold(day, |day, _| self.next_business_day(day))
    }

    /// How many business days come after `from` until `to`, which counts too; negative when `to`
    /// is the earlier. So `business_days_between(day, plus_business_days(day, n))` is n.
    pub fn business_days_between(&self, from: Day, to: Day) -> i64 {
        if to < from {
            return -self.business_days_between(to, from);
        }
        let (first, days) = (
            from.plus_days(1),
            i64::from(to.unix_days()) - i64::from(from.unix_days()),
        );
        let weekday = |nth: i64| {
            let index = (i64::from(first.weekday().index()) + nth) % 7;
            Weekday::ALL[usize::try_from(index).unwrap_or(0)]
        };
        let open = |count: i64| {
            let open = (0..count).filter(|nth| !self.weekend.contains(weekday(*nth)));
            i64::try_from(open.count()).unwrap_or(0)
        };
        let open_weekdays = days / 7 * open(7) + open(days % 7);
        let closed = self.holidays.between(first, to).iter();
        let closed = closed.filter(|(day, _)| !self.weekend.contains(day.weekday()));
        open_weekdays - i64::try_from(closed.count()).unwrap_or(0)
    }

    /// The first business day from `day` on in steps of `step` days (1 or -1).
    fn search(&self, day: Day, step: i32) -> Option<Day> {
        (0..SEARCH_MAX_DAYS)
            .map(|n| day.plus_days(n * step))
            .find(|day| self.is_business_day(*day))
    }
}

/// What a due date that isn't a business day becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Adjust {
    /// Itself.
    None,
    /// The next business day.
    Following,
    /// The next business day, unless that is in another month: then the one before.
    ModifiedFollowing,
    /// The business day before.
    Preceding,
}

impl Adjust {
    pub const ALL: [Adjust; 4] = [
        Adjust::None,
        Adjust::Following,
        Adjust::ModifiedFollowing,
        Adjust::Preceding,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Adjust::None => "none",
            Adjust::Following => "following",
            Adjust::ModifiedFollowing => "modified-following",
            Adjust::Preceding => "preceding",
        }
    }

    pub fn from_name(name: &str) -> Option<Adjust> {
        Adjust::ALL.into_iter().find(|a| a.name() == name)
    }

    /// The date that counts. None when the calendar has no business day within a year, or, for
    /// modified following, within the month: it never leaves the month.
    pub fn adjust(self, day: Day, calendar: &Calendar) -> Option<Day> {
        match self {
            Adjust::None => Some(day),
            Adjust::Following => calendar.search(day, 1),
            Adjust::Preceding => calendar.search(day, -1),
            Adjust::ModifiedFollowing => {
                let same_month = |found: &Day| month(*found) == month(day);
                let following = calendar.search(day, 1).filter(same_month);
                following.or_else(|| calendar.search(day, -1).filter(same_month))
            }
        }
    }
}

fn month(day: Day) -> (i32, u8) {
    let (year, month, _) = day.ymd();
    (year, month)
}

impl fmt::Display for Adjust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A date that another version of a calendar moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// The date before any adjustment.
    pub nominal: Day,
    /// None where that calendar has no business day to move it to.
    pub before: Option<Day>,
    pub after: Option<Day>,
}

/// Which of these dates fall otherwise with `newer` than with `older`, in the order given.
pub fn moved(dates: &[Day], adjust: Adjust, older: &Calendar, newer: &Calendar) -> Vec<Moved> {
    let both = dates.iter().map(|date| Moved {
        nominal: *date,
        before: adjust.adjust(*date, older),
        after: adjust.adjust(*date, newer),
    });
    both.filter(|date| date.before != date.after).collect()
}

/// Until when a channel takes money for the same bank day: a local time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CutOff {
    minute_of_day: u16,
}

impl CutOff {
    /// The whole day counts.
    pub const MIDNIGHT: CutOff = CutOff {
        minute_of_day: 24 * 60,
    };

    /// Minutes from local midnight, at most 1440; None beyond.
    pub const fn new(minute_of_day: u16) -> Option<CutOff> {
        if minute_of_day > CutOff::MIDNIGHT.minute_of_day {
            return None;
        }
        Some(CutOff { minute_of_day })
    }

    pub const fn minute_of_day(self) -> u16 {
        self.minute_of_day
    }

    /// The bank day that something counts for that happened at `at`: the local day, or the next
    /// business day when that is none or the cut-off has passed. At the very instant of the
    /// cut-off it is still in time. None when no business day comes within a year.
    pub fn business_date(self, at: Instant, zone: &Zone, calendar: &Calendar) -> Option<Day> {
        let day = zone.day_of(at);
        if at <= zone.instant_of(day, u32::from(self.minute_of_day)) {
            Adjust::Following.adjust(day, calendar)
        } else {
            calendar.next_business_day(day)
        }
    }
}
