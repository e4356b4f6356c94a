//! What every pack sees at one instant: the day, the money, the holds, and how late it is.

use super::days::LocalDays;
use super::ground::Ground;
use super::ladder::Served;
use super::prepared::Terms;
use crate::calendar::{Day, Instant, Span};
use crate::contract::Frequency;
use crate::holds::Holds;
use crate::rules::{DaysInDefault, Level, Pack};
use crate::standing::{NoticeMode, Pool, Schedule};

/// What every pack sees at one instant.
#[derive(Clone, Copy)]
pub struct Moment<'a> {
    pub at: Instant,
    /// The business date.
    pub day: Day,
    /// The free clock: time since the first fact in which no hold lasted.
    pub free: Span,
    /// A hold lasts.
    pub holding: bool,
    pub pool: &'a Pool,
    holds: Option<&'a Holds>,
    pub schedule: &'a Schedule,
    /// Earliest effective due day of what is unpaid.
    due: Option<Day>,
    /// Days past due.
    pub dpd: u32,
    /// How often the contract asks for money; None: not known.
    pub frequency: Option<Frequency>,
    days_of_grace: u16,
    pub local: &'a LocalDays<'a>,
    pub mode: NoticeMode,
}

impl<'a> Moment<'a> {
    pub fn new(ground: &'a Ground, terms: &'a Terms) -> Moment<'a> {
        let due = ground.pool.earliest_due(terms.schedule);
        let late = due.map_or(0, |due| ground.day.days_since(due));
        Moment {
            at: ground.at,
            day: ground.day,
            free: ground.free,
            holding: ground.holding,
            pool: &ground.pool,
            holds: ground.holds(),
            schedule: terms.schedule,
            due,
            dpd: u32::try_from(late).unwrap_or(0),
            frequency: terms.frequency,
            days_of_grace: terms.days_of_grace,
            local: &terms.local,
            mode: terms.mode,
        }
    }

    /// The first instant from which so many days are past due; None when nothing is owed.
    pub fn past_due_from(&self, days: u32) -> Option<Instant> {
        let due = self.due?;
        let first = due.plus_days(i32::try_from(days).unwrap_or(i32::MAX));
        if days == 0 || self.day >= first {
            return Some(self.at);
        }
        Some(self.local.instant_of(first, 0))
    }

    /// The first instant from now on at which days past due and in default are enough for a
    /// level; None when nothing is owed or the pack doesn't know it.
    pub fn late_enough_from(&self, pack: &Pack, level: Level) -> Option<Instant> {
        let conditions = pack.conditions(level)?;
        let mut from = self.at;
        if let Some(days) = &conditions.min_days_past_due {
            from = from.max(self.past_due_from(days.value)?);
        }
        if let Some(terms) = &conditions.min_days_in_default {
            let first = self.in_default_from(pack, terms.value)?;
            if self.day < first {
                from = from.max(self.local.instant_of(first, 0));
            }
        }
        Some(from)
    }

    /// The day on which default begins; None when nothing is owed.
    pub fn default_day(&self) -> Option<Day> {
        Some(self.due?.plus_days(i32::from(self.days_of_grace)))
    }

    /// The first day that is so long in default.
    pub fn in_default_from(&self, pack: &Pack, terms: DaysInDefault) -> Option<Day> {
        let (begins, count) = (self.default_day()?, terms.for_frequency(self.frequency));
        match terms.business {
            true => {
                let days = pack.days_of_business();
                self.local.nth_allowed_after(days, begins, count)
            }
            false => Some(begins.plus_days(i32::try_from(count).unwrap_or(i32::MAX))),
        }
    }

    pub fn service(&self) -> Served {
        let demanded = self.pool.arrears_end(self.schedule, self.day);
        Served {
            at: self.at,
            day: self.day,
            free: self.free,
            arrears: self.arrears(),
            due_day: self.due.unwrap_or(self.day),
            demanded,
            owed: self.pool.owed_before(self.schedule, demanded),
        }
    }

    /// Minor units.
    pub fn arrears(&self) -> i128 {
        self.pool.arrears(self.schedule, self.day)
    }

    /// A hold lasts that lowers.
    pub fn lowers(&self) -> bool {
        let holds = self.holds;
        holds.is_some_and(|holds| holds.lower(|| self.arrears()))
    }
}
