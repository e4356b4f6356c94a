//! Local days and hours: which days a pack minds, when a window opens, when notices go out.
//!
//! Every question is "the first instant from here on at which": so that what happens and what is
//! predicted come from the same answer. None means never: the search is bounded by the holidays.

use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use crate::calendar::{Day, Instant, Steady, Zone};
use crate::rules::{Days, Window};

/// Notices that serve themselves do so at 09:00 local: within every pack's contact hours, and
/// with the whole day to call back.
const NOTICES_AT_MINUTE: u32 = 9 * 60;

/// Working days without holidays come at least once a week.
const SEARCH_DAYS: u32 = 8;

/// Today may be over and a zone may skip a day; a window that clocks keep shut for so many of its
/// days never opens.
const PICKS_MAX: usize = 8;

#[derive(Debug, Clone)]
pub struct LocalDays<'f> {
    pub zone: &'f Zone,
    /// Sorted, each once.
    holidays: &'f [Day],
    /// The last search of each kind of days: years full of holidays are walked through once, not
    /// at every event. It changes no answer.
    searched: RefCell<Vec<Searched>>,
    /// Around the last answer: most questions about one contract lie between two changes of its
    /// clocks. It changes no answer.
    steady: Cell<Steady>,
}

/// From `from` on, `first` is the first allowed day.
#[derive(Debug, Clone, Copy)]
struct Searched {
    days: Days,
    from: Day,
    first: Option<Day>,
}

impl<'f> LocalDays<'f> {
    /// `holidays` must be sorted; `steady` is where most questions will lie.
    pub fn new(zone: &'f Zone, holidays: &'f [Day], steady: Steady) -> LocalDays<'f> {
        LocalDays {
            zone,
            holidays,
            searched: RefCell::new(Vec::new()),
            steady: Cell::new(steady),
        }
    }

    /// The business date.
    pub fn day_of(&self, at: Instant) -> Day {
        self.steady.get().day_of(at).unwrap_or_else(|| {
            self.steady.set(self.zone.steady_around(at));
            self.zone.day_of(at)
        })
    }

    /// The instant of a local time.
    pub fn instant_of(&self, day: Day, minute: u32) -> Instant {
        self.steady
            .get()
            .instant_of(day, minute)
            .unwrap_or_else(|| {
                let at = self.zone.instant_of(day, minute);
                self.steady.set(self.zone.steady_around(at));
                at
            })
    }

    fn is_holiday(&self, day: Day) -> bool {
        self.holidays.binary_search(&day).is_ok()
    }

    /// Whether a pack's days take this one.
    pub fn allows(&self, days: Days, day: Day) -> bool {
        days.weekdays.contains(day.weekday()) && !self.forbids(days, day)
    }

    /// Forbidden as a holiday or as the day before one.
    fn forbids(&self, days: Days, day: Day) -> bool {
        (days.not_on_holidays && self.is_holiday(day))
            || (days.not_before_holidays && self.is_holiday(day.plus_days(1)))
    }

    /// The first day from `from` on that is forbidden as a holiday or as the day before one.
    pub fn next_forbidden(&self, days: Days, from: Day) -> Option<Day> {
        let mut next = self.holidays[self.holidays.partition_point(|h| *h < from)..].iter();
        match (days.not_on_holidays, days.not_before_holidays) {
            (false, false) => None,
            (true, false) => next.next().copied(),
            (false, true) => {
                let after = next.find(|h| **h > from);
                after.map(|h| h.plus_days(-1))
            }
            (true, true) => next.next().map(|h| h.plus_days(-1).max(from)),
        }
    }

    /// The first allowed day from `from` on.
    fn next_allowed(&self, days: Days, from: Day) -> Option<Day> {
        if self.allows(days, from) {
            return Some(from);
        }
        let mut searched = self.searched.borrow_mut();
        let known = searched.iter().find(|known| known.days == days);
        if let Some(known) = known
            && known.from <= from
            && known.first.is_none_or(|first| from <= first)
        {
            return known.first;
        }
        // Each holiday forbids at most itself and the day before it.
        let holidays = u32::try_from(self.holidays.len()).unwrap_or(u32::MAX);
        let bound = SEARCH_DAYS.saturating_mul(holidays.saturating_mul(2).saturating_add(1));
        let bound = i32::try_from(bound).unwrap_or(i32::MAX);
        let first = (0..bound)
            .map(|n| from.plus_days(n))
            .find(|day| self.allows(days, *day));
        searched.retain(|known| known.days != days);
        searched.push(Searched { days, from, first });
        first
    }

    /// The first allowed day after this one.
    pub fn allowed_after(&self, days: Days, day: Day) -> Option<Day> {
        self.next_allowed(days, day.plus_days(1))
    }

    /// The `count`-th allowed day after this one.
    pub fn nth_allowed_after(&self, days: Days, day: Day, count: u32) -> Option<Day> {
        (0..count).try_fold(day, |day, _| self.allowed_after(days, day))
    }

    /// The first allowed day from `from` on for which `pick` finds an instant. `pick` refuses the
    /// first day when its hours are over, and a day that the clocks skipped; no more in a row.
    fn search(
        &self,
        days: Days,
        from: Day,
        pick: impl Fn(Day) -> Option<Instant>,
    ) -> Option<Instant> {
        let mut day = from;
        for _ in 0..PICKS_MAX {
            day = self.next_allowed(days, day)?;
            if let Some(at) = pick(day) {
                return Some(at);
            }
            day = day.plus_days(1);
        }
        None
    }

    /// The first instant from `from` on inside the window; `from` itself when it is open then.
    pub fn first_open(&self, window: &Window, from: Instant) -> Option<Instant> {
        self.search(window.days, self.day_of(from), |day| {
            let opens = self.instant_of(day, u32::from(window.from_minute));
            let closes = self.instant_of(day, u32::from(window.to_minute));
            let at = opens.max(from);
            (opens < closes && at < closes).then_some(at)
        })
    }

    /// The first 09:00 of an allowed day, from `from` on.
    pub fn first_nine(&self, days: Days, from: Instant) -> Option<Instant> {
        self.search(days, self.day_of(from), |day| {
            let nine = self.instant_of(day, NOTICES_AT_MINUTE);
            // A day that a zone skipped has no 09:00.
            (nine >= from && self.day_of(nine) == day).then_some(nine)
        })
    }
}
