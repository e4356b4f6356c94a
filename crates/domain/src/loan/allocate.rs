//! Giving one payment to the debts, in the contract's order.
//!
//! Each step is a [`Share`], so that every figure can be asked which payment filled it and why.
//! What no debt takes is left over. On purpose absent: what becomes of the rest, and days before
//! or after this payment.

use alloc::vec::Vec;

use super::line::Line;
use super::order::{Bucket, Component, Future, Order, Walk, When};
use crate::calendar::Day;
use crate::money::Rounding;

/// Part of a payment that one debt took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Index of the line.
    pub line: usize,
    pub bucket: Bucket,
    /// Minor units, more than zero.
    pub amount: i128,
}

/// What of a line's charges is due by the charges' own days, by component.
pub(super) type ChargesDue<'a> = &'a dyn Fn(usize, Component) -> i128;

/// One payment on its way.
pub(super) struct Allocation<'a> {
    pub lines: &'a mut [Line],
    pub order: &'a Order,
    /// Of equal parts.
    pub rounding: Rounding,
    pub charges_due: ChargesDue<'a>,
    pub on: Day,
    pub left: i128,
    pub shares: Vec<Share>,
}

impl Allocation<'_> {
    /// Gives what is left to the debts; afterwards `left` is what none took.
    pub fn run(&mut self) {
        match self.order.walk {
            Walk::ByInstalment => self.by_instalment(),
            Walk::ByBucket => self.by_bucket(),
        }
    }

    fn by_instalment(&mut self) {
        let order = self.order;
        for when in order.times() {
            let components: Vec<Component> = order.components(when).collect();
            if when != When::InAdvance {
                self.each_line(&self.open_lines(when), when, &components);
                continue;
            }
            if order.charges_by_own_day {
                self.charges_of_lines_ahead();
            }
            match order.future {
                Future::Spread => while self.spread_once(&components) {},
                Future::Next | Future::Last => {
                    self.each_line(&self.open_lines(when), when, &components);
                }
            }
        }
    }

    fn by_bucket(&mut self) {
        let order = self.order;
        for bucket in order.buckets {
            let one = [bucket.component];
            if bucket.when == When::InAdvance && order.future == Future::Spread {
                while self.spread_once(&one) {}
            } else {
                self.each_line(&self.open_lines(bucket.when), bucket.when, &one);
            }
        }
    }

    /// Lines of that time with something open, in the order in which they take money.
    fn open_lines(&self, when: When) -> Vec<usize> {
        if self.left == 0 {
            return Vec::new();
        }
        let of_time = |line: &Line| line.when(self.on) == when && line.is_open();
        let lines = self.lines.iter().enumerate();
        let mut open: Vec<usize> = lines.filter(|(_, l)| of_time(l)).map(|(i, _)| i).collect();
        if when == When::InAdvance && self.order.future == Future::Last {
            open.reverse();
        }
        open
    }

    fn each_line(&mut self, lines: &[usize], when: When, components: &[Component]) {
        for &line in lines {
            for &component in components {
                self.pay(line, Bucket { when, component }, self.left);
            }
        }
    }

    /// Charges that are due by their own day, in lines that aren't.
    fn charges_of_lines_ahead(&mut self) {
        let mut ahead = self.open_lines(When::InAdvance);
        ahead.sort_unstable();
        for line in ahead {
            for component in [Component::Penalty, Component::Fee] {
                let paid = self.lines[line].paid.get(component);
                let due = ((self.charges_due)(line, component) - paid).max(0);
                let when = When::Due;
                self.pay(line, Bucket { when, component }, due.min(self.left));
            }
        }
    }

    /// Equal parts to all lines ahead, a component after the other; whether anything was taken.
    fn spread_once(&mut self, components: &[Component]) -> bool {
        let lines = self.open_lines(When::InAdvance);
        let before = self.left;
        let Ok(count) = i128::try_from(lines.len()) else {
            return false;
        };
        for &component in components {
            if count == 0 || self.left == 0 {
                break;
            }
            let Some(even) = self.rounding.divide(self.left, count) else {
                return false;
            };
            let rest = self.left - even * count;
            for (at, &line) in lines.iter().enumerate() {
                let last = at + 1 == lines.len();
                let share = if last { even + rest } else { even };
                let when = When::InAdvance;
                self.pay(line, Bucket { when, component }, share.min(self.left));
            }
        }
        self.left < before
    }

    fn pay(&mut self, line: usize, bucket: Bucket, at_most: i128) {
        let taken = self.lines[line].pay(bucket.component, at_most, self.on);
        if taken == 0 {
            return;
        }
        self.left -= taken;
        self.shares.push(Share {
            line,
            bucket,
            amount: taken,
        });
    }
}
