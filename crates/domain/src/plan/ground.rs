//! What stands whatever was climbed: the money and the holds of one contract at one instant.
//!
//! Levels, notices and passes never change what is owed or what is held, so this part of the
//! engine's knowledge can be lived by itself, and quickly: see `outlook`.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::calendar::{Day, Instant, Span};
use crate::holds::{HoldEntry, Holds};
use crate::standing::{Fact, Pool, Schedule};

#[derive(Debug, Clone)]
pub struct Ground {
    pub at: Instant,
    /// The business date.
    pub day: Day,
    /// Time since the first instant in which no hold lasted.
    pub free: Span,
    /// A hold lasts.
    pub holding: bool,
    pub pool: Pool,
    /// None while nothing is held and no hold of the past counts: most of the time.
    holds: Option<Box<Holds>>,
    /// Nothing was left to pay once; final.
    pub released: bool,
}

impl Ground {
    /// Before the first fact.
    pub fn new(at: Instant, day: Day) -> Ground {
        Ground {
            at,
            day,
            free: Span::ZERO,
            holding: false,
            pool: Pool::default(),
            holds: None,
            released: false,
        }
    }

    /// Lets time pass up to `at`, which lies on `day`, and ends the holds that are over then.
    /// Returns how much of it was free of holds.
    pub fn pass_to(&mut self, at: Instant, day: Day) -> Span {
        let free = match self.holding {
            true => Span::ZERO,
            false => at.since(self.at),
        };
        self.free = self.free.plus(free);
        self.move_to(at, day);
        free
    }

    /// The same without the free clock, where no ladder reads it.
    pub fn move_to(&mut self, at: Instant, day: Day) {
        self.at = at;
        self.day = day.max(self.day);
        if let Some(holds) = &mut self.holds {
            holds.expire(at);
        }
    }

    pub fn holds(&self) -> Option<&Holds> {
        self.holds.as_deref()
    }

    fn change_holds(&mut self, change: impl FnOnce(&mut Holds)) {
        let holds = self.holds.get_or_insert_default();
        change(holds);
        if holds.are_over() {
            self.holds = None;
        }
    }

    /// Takes what a fact of this instant says of money and holds.
    pub fn take(&mut self, schedule: &Schedule, fact: &Fact) {
        match *fact {
            Fact::Pending { payment, amount } => {
                let arrears = self.pool.arrears(schedule, self.day);
                let at = self.at;
                self.change_holds(|holds| holds.doubt.see(payment, amount, arrears, at));
            }
            Fact::Booked {
                payment, amount, ..
            } => {
                if self.holds.is_some() {
                    self.change_holds(|holds| holds.doubt.book(payment));
                }
                self.pool.add(schedule, amount);
            }
            Fact::Failed { payment } => {
                let at = self.at;
                self.change_holds(|holds| holds.doubt.fail(payment, at));
            }
            Fact::Reversed { amount } => self.pool.take_back(schedule, amount, self.day),
            Fact::Waived { amount } => self.pool.add(schedule, amount),
            Fact::Feed { healthy } => self.change_holds(|holds| holds.feed_unhealthy = !healthy),
            Fact::HoldOpened { hold, kind, until } => {
                let at = self.at;
                self.change_holds(|holds| holds.register.open(hold, kind, at, until));
            }
            Fact::HoldEnded { hold, kind, .. } => {
                self.change_holds(|holds| holds.register.end(hold, kind));
            }
            Fact::SuspenseOpened { amount } => {
                self.change_holds(|holds| holds.doubt.open_suspense(amount));
            }
            Fact::SuspenseCleared { amount } => {
                self.change_holds(|holds| holds.doubt.clear_suspense(amount));
            }
            Fact::Nothing | Fact::Notice { .. } | Fact::Reviewed(_) | Fact::EmergencyPass => {}
        }
    }

    /// What follows once all facts of this instant are taken.
    pub fn settle(&mut self, schedule: &Schedule) {
        self.released |= self.pool.covers_all(schedule);
        self.holding = self.holds().is_some_and(Holds::last);
    }

    pub fn arrears(&self, schedule: &Schedule) -> i128 {
        self.pool.arrears(schedule, self.day)
    }

    /// One entry a kind, sorted by kind; none when released.
    pub fn shown_holds(&self) -> Vec<HoldEntry> {
        let shown = self.holds().filter(|_| !self.released);
        shown.map_or(Vec::new(), Holds::entries)
    }

    /// The borrower may be asked for money.
    pub fn may_demand(&self) -> bool {
        !self.released && !self.holds().is_some_and(Holds::silence_demands)
    }

    /// Nothing is past due on `day` if no money comes or goes until then.
    pub fn rests_on(&self, schedule: &Schedule, day: Day) -> bool {
        let due = self.pool.earliest_due(schedule);
        self.released || due.is_none_or(|due| due >= day)
    }
}
