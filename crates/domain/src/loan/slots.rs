//! When instalments are due, and what may be part of each, before any amount is known.
//!
//! Without variations a slot is computed when it is asked for, so that a schedule needs no list of
//! them. What fails: a date beyond the years that dates have, business days that aren't there or
//! make two due days one, and a variation from a day on which nothing is due.

use alloc::vec::Vec;

use super::terms::{COUNT_MAX, Terms, TermsError};
use super::variation::Variation;
use crate::calendar::Day;
use crate::calendar::step::Dates;
use crate::money::Rate;

/// One instalment to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    pub due: Day,
    /// It is one step after the one before.
    pub whole: bool,
    pub no_principal: bool,
    /// Its interest is paid later.
    pub interest_later: bool,
    /// No interest arises.
    pub free: bool,
    /// It is due at the end of a fixed length.
    pub ends: bool,
    /// What is left is spread anew from here.
    pub anew: bool,
}

/// A slot with what is known when its amounts are computed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    slot: Slot,
    ahead: Ahead,
    /// Another yearly rate from here.
    rate: Option<Rate>,
}

/// What an amount is spread over that is computed anew at a slot: it and those after it, as they
/// were known then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ahead {
    /// The number of all slots.
    pub end: u16,
    /// How many may have principal.
    pub with_principal: u16,
    /// How many are without interest.
    pub free: u16,
    /// How many pay interest.
    pub paying: u16,
}

/// All instalments of a schedule.
pub(super) enum Slots<'a> {
    Agreed(Grid<'a>),
    Varied { start: Day, slots: Vec<Known> },
}

/// Due days as agreed: steps from a day.
pub(super) struct Grid<'a> {
    terms: &'a Terms,
    start: Day,
    dates: Dates,
    /// The slot that is due on the date of which all others are steps away; -1 where that is the
    /// day from which steps are counted.
    zeroth: i64,
}

impl<'a> Slots<'a> {
    pub fn new(
        terms: &'a Terms,
        start: Day,
        variations: &[Variation],
    ) -> Result<Slots<'a>, TermsError> {
        let grid = Grid::new(terms, start);
        if variations.is_empty() {
            return Ok(Slots::Agreed(grid));
        }
        let slots = varied(grid, variations)?;
        Ok(Slots::Varied { start, slots })
    }

    /// The day on which the first period begins: that from which steps are counted, or the start
    /// where it is earlier.
    pub fn begin(terms: &Terms, start: Day) -> Day {
        match (terms.first_due, terms.counted_from) {
            (None, Some(counted_from)) => counted_from.min(start),
            _ => start,
        }
    }

    pub fn count(&self) -> u16 {
        match self {
            Slots::Agreed(grid) => grid.terms.count,
            Slots::Varied { slots, .. } => u16::try_from(slots.len()).unwrap_or(u16::MAX),
        }
    }

    /// Every slot is one step after the one before, as agreed.
    pub fn are_plain(&self) -> bool {
        match self {
            Slots::Agreed(Grid { terms, .. }) => {
                let from_step = terms.first_due.is_none() && terms.counted_from.is_none();
                from_step && terms.fixed_length_days.is_none()
            }
            Slots::Varied { .. } => false,
        }
    }

    /// The nth from 0; `previous` is the due day before, or the start.
    pub fn get(&self, nth: u16, previous: Day) -> Result<Slot, TermsError> {
        let (slot, start) = match self {
            Slots::Agreed(grid) => (grid.slot(nth)?, grid.start),
            Slots::Varied { start, slots } => {
                let slot = slots.get(usize::from(nth));
                (slot.ok_or(TermsError::NoSuchInstalment)?.slot, *start)
            }
        };
        if slot.due < start {
            return Err(TermsError::DueBeforeStart);
        }
        // At the end of a fixed length several may be due together.
        let together = slot.ends && slot.due == previous;
        if nth > 0 && slot.due <= previous && !together {
            return Err(TermsError::DueDaysCollide);
        }
        Ok(slot)
    }

    /// The yearly rate that changes with the nth.
    pub fn new_rate(&self, nth: u16) -> Option<Rate> {
        match self {
            Slots::Agreed(_) => None,
            Slots::Varied { slots, .. } => slots.get(usize::from(nth))?.rate,
        }
    }

    /// What there is from the nth on.
    pub fn ahead(&self, nth: u16) -> Ahead {
        match self {
            Slots::Agreed(Grid { terms, .. }) => {
                let (count, grace) = (terms.count, terms.grace);
                let unpaid = nth.max(grace.charging.max(grace.interest));
                Ahead {
                    end: count,
                    with_principal: count.saturating_sub(nth.max(grace.principal)),
                    free: grace.charging.saturating_sub(nth),
                    paying: count.saturating_sub(unpaid),
                }
            }
            Slots::Varied { slots, .. } => {
                let slot = slots.get(usize::from(nth)).or(slots.last());
                slot.map_or(Ahead::NOTHING, |known| known.ahead)
            }
        }
    }
}

impl Known {
    const fn plain(slot: Slot) -> Known {
        Known {
            slot,
            ahead: Ahead::NOTHING,
            rate: None,
        }
    }
}

impl Ahead {
    const NOTHING: Ahead = Ahead {
        end: 0,
        with_principal: 0,
        free: 0,
        paying: 0,
    };

    fn of(slots: &[Known], nth: usize) -> Ahead {
        let count = |which: fn(&Slot) -> bool| {
            let count = slots[nth..]
                .iter()
                .filter(|known| which(&known.slot))
                .count();
            u16::try_from(count).unwrap_or(u16::MAX)
        };
        Ahead {
            end: u16::try_from(slots.len()).unwrap_or(u16::MAX),
            with_principal: count(|slot| !slot.no_principal),
            free: count(|slot| slot.free),
            paying: count(|slot| !slot.free && !slot.interest_later),
        }
    }
}

impl<'a> Grid<'a> {
    fn new(terms: &'a Terms, start: Day) -> Grid<'a> {
        let (anchor, zeroth) = match (terms.first_due, terms.counted_from) {
            (Some(first), _) => (first, 0),
            (None, Some(counted_from)) => (counted_from, -1),
            (None, None) => (start, -1),
        };
        Grid {
            terms,
            start,
            dates: terms.step.from(anchor),
            zeroth,
        }
    }

    fn slot(&self, nth: u16) -> Result<Slot, TermsError> {
        let stepped = self.stepped(i64::from(nth))?;
        let nominal = match self.terms.fixed_length_days {
            None => stepped,
            Some(days) if nth + 1 == self.terms.count => self.fixed_end(days)?,
            Some(days) => stepped.min(self.fixed_end(days)?),
        };
        let whole = nominal == stepped && (nth > 0 || self.begins_whole(stepped));
        let grace = self.terms.grace;
        Ok(Slot {
            due: adjusted(self.terms, nominal)?,
            whole,
            no_principal: nth < grace.principal,
            interest_later: nth < grace.interest,
            free: nth < grace.charging,
            ends: self.terms.fixed_length_days.is_some() && nominal <= stepped,
            anew: false,
        })
    }

    /// The nth due day by steps alone.
    fn stepped(&self, nth: i64) -> Result<Day, TermsError> {
        let steps = u32::try_from(nth - self.zeroth).map_err(|_| TermsError::DateOutOfRange)?;
        self.dates.nth(steps).ok_or(TermsError::DateOutOfRange)
    }

    fn fixed_end(&self, days: u32) -> Result<Day, TermsError> {
        let days = i32::try_from(days).map_err(|_| TermsError::DateOutOfRange)?;
        Ok(self.start.plus_days(days))
    }

    /// Whether the first due day is one step after the beginning of the first period.
    fn begins_whole(&self, first: Day) -> bool {
        match self.terms.first_due {
            None => true,
            Some(_) => self.terms.step.nth(self.start, 1) == Some(first),
        }
    }
}

fn adjusted(terms: &Terms, day: Day) -> Result<Day, TermsError> {
    match &terms.calendar {
        None => Ok(day),
        Some(calendar) => {
            let moved = terms.adjust.adjust(day, calendar);
            moved.ok_or(TermsError::NoBusinessDay)
        }
    }
}

/// Every variation applied to the schedule that those before it left.
fn varied(mut grid: Grid, variations: &[Variation]) -> Result<Vec<Known>, TermsError> {
    let slots = (0..grid.terms.count).map(|nth| grid.slot(nth).map(Known::plain));
    let mut slots = slots.collect::<Result<Vec<_>, TermsError>>()?;
    look_ahead(&mut slots, 0);
    for variation in variations {
        let at = slots
            .iter()
            .position(|known| known.slot.due == variation.from);
        let at = at.ok_or(TermsError::NoSuchInstalment)?;
        if let Some(due) = variation.due {
            grid.dates = grid.terms.step.from(due);
            grid.zeroth = i64::try_from(at).unwrap_or(i64::MAX);
            redate(&grid, &mut slots, at)?;
            slots[at].slot.whole = false;
        }
        extend(&grid, &mut slots, variation)?;
        for (nth, Known { slot, .. }) in slots.iter_mut().skip(at).enumerate() {
            slot.no_principal |= nth < usize::from(variation.grace_principal);
            slot.interest_later |= nth < usize::from(variation.grace_interest);
        }
        if variation.changes_amounts() {
            slots[at].slot.anew = true;
            slots[at].rate = variation.rate.or(slots[at].rate);
            look_ahead(&mut slots, at);
        }
    }
    Ok(slots)
}

/// From slot `at` on, what is ahead is what is known now.
fn look_ahead(slots: &mut [Known], at: usize) {
    for nth in at..slots.len() {
        slots[nth].ahead = Ahead::of(slots, nth);
    }
}

/// Due days by steps alone, from slot `at` on.
fn redate(grid: &Grid, slots: &mut [Known], at: usize) -> Result<(), TermsError> {
    for (nth, Known { slot, .. }) in slots.iter_mut().enumerate().skip(at) {
        let nth = i64::try_from(nth).unwrap_or(i64::MAX);
        slot.due = adjusted(grid.terms, grid.stepped(nth)?)?;
        slot.whole = true;
        slot.ends = false;
    }
    Ok(())
}

/// More slots at the end. A term of fixed length isn't one any more.
fn extend(grid: &Grid, slots: &mut Vec<Known>, variation: &Variation) -> Result<(), TermsError> {
    let extra = usize::from(variation.extra) + usize::from(variation.grace_principal);
    let (Some(last), true) = (slots.last().map(|known| known.slot), extra > 0) else {
        return Ok(());
    };
    let end = slots.len() - 1;
    if end + 1 + extra > usize::from(COUNT_MAX) {
        return Err(TermsError::TooManyInstalments);
    }
    let plain = Slot {
        no_principal: false,
        interest_later: false,
        free: false,
        anew: false,
        ..last
    };
    slots.resize(end + 1 + extra, Known::plain(plain));
    let from = if grid.terms.fixed_length_days.is_some() {
        end
    } else {
        end + 1
    };
    redate(grid, slots, from)
}
