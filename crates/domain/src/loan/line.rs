//! An instalment as it stands: what is due, and what became of it.

use super::order::{Component, When};
use super::portions::Portions;
use crate::calendar::Day;

/// Why a line is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineKind {
    /// Paid on the day of the disbursement.
    DownPayment,
    Instalment,
    /// After the last instalment: debt that arose later (a charge, a chargeback).
    Extra,
    /// Made by a re-ageing.
    ReAged,
}

/// One line of the schedule over time. All amounts are minor units, never negative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub kind: LineKind,
    /// The day after which it runs: the due day before, or the disbursement.
    pub from: Day,
    pub due_on: Day,
    pub due: Portions,
    pub paid: Portions,
    pub waived: Portions,
    pub written_off: Portions,
    /// Of `paid`: before the due day.
    pub in_advance: i128,
    /// Of `paid`: after the due day.
    pub late: i128,
    /// Of `due` principal: debt that came back by chargebacks and refunds of credit.
    pub credited: i128,
    /// The day on which nothing was left; None while something is.
    pub settled_on: Option<Day>,
}

impl Line {
    pub fn new(kind: LineKind, from: Day, due_on: Day, due: Portions) -> Line {
        Line {
            kind,
            from,
            due_on,
            due,
            paid: Portions::NONE,
            waived: Portions::NONE,
            written_off: Portions::NONE,
            in_advance: 0,
            late: 0,
            credited: 0,
            settled_on: None,
        }
    }

    pub fn when(&self, on: Day) -> When {
        When::of(self.due_on, on)
    }

    pub fn open(&self, component: Component) -> i128 {
        self.due.get(component)
            - self.paid.get(component)
            - self.waived.get(component)
            - self.written_off.get(component)
    }

    /// All that is still owed of it.
    pub fn outstanding(&self) -> i128 {
        Component::ALL.into_iter().map(|c| self.open(c)).sum()
    }

    /// The same by component.
    pub fn all_open(&self) -> Portions {
        let mut open = Portions::NONE;
        for component in Component::ALL {
            open.add(component, self.open(component));
        }
        open
    }

    pub fn is_open(&self) -> bool {
        Component::ALL.into_iter().any(|c| self.open(c) > 0)
    }

    /// Takes at most `amount` for one component on a day; the answer is what it took.
    pub fn pay(&mut self, component: Component, amount: i128, on: Day) -> i128 {
        let taken = amount.min(self.open(component)).max(0);
        if taken == 0 {
            return 0;
        }
        self.paid.add(component, taken);
        match self.when(on) {
            When::InAdvance => self.in_advance += taken,
            When::PastDue => self.late += taken,
            When::Due => {}
        }
        self.settle(on);
        taken
    }

    /// Gives back at most `amount` of what was paid; the answer is what it gave.
    pub fn unpay(&mut self, component: Component, amount: i128) -> i128 {
        let given = amount.min(self.paid.get(component)).max(0);
        self.paid.add(component, -given);
        let late = given.min(self.late);
        self.late -= late;
        self.in_advance -= (given - late).min(self.in_advance);
        if self.is_open() {
            self.settled_on = None;
        }
        given
    }

    /// Gives up at most `amount`; the answer is what was given up.
    pub fn waive(&mut self, component: Component, amount: i128, on: Day) -> i128 {
        let taken = amount.min(self.open(component)).max(0);
        if taken > 0 {
            self.waived.add(component, taken);
            self.settle(on);
        }
        taken
    }

    /// Gives up all that is open; the answer is what it was.
    pub fn write_off(&mut self, on: Day) -> Portions {
        let mut given_up = Portions::NONE;
        for component in Component::ALL {
            let open = self.open(component);
            self.written_off.add(component, open);
            given_up.add(component, open);
        }
        self.settle(on);
        given_up
    }

    /// More is owed. A settled line is open again.
    pub fn owe(&mut self, component: Component, amount: i128) {
        self.due.add(component, amount);
        if self.is_open() {
            self.settled_on = None;
        }
    }

    /// Notes the day when nothing is left.
    pub fn settle(&mut self, on: Day) {
        if self.settled_on.is_none() && !self.is_open() {
            self.settled_on = Some(on);
        }
    }
}
