//! The pool of money and what it covers: arrears, days past due, payoff.
//!
//! Booked money is one pool that covers instalments by due day, oldest first. So what is covered
//! is a prefix of the sorted schedule, and every figure is a search in prefix sums: no question
//! costs time in proportion to the history. A reversal gives the instalments that it uncovers a
//! later effective due day; those form a stack of stretches that begin at the first uncovered one.

use alloc::vec::Vec;

use crate::calendar::Day;
use crate::contract::Contract;

/// The instalments in the order in which money covers them. Never changes.
#[derive(Debug, Clone)]
pub struct Schedule {
    due: Vec<Day>,
    /// `sums[i]` covers the first `i` instalments, in minor units; rising strictly.
    sums: Vec<i128>,
    /// The last of them.
    total: i128,
}

/// The money so far. All day arguments must never go back.
#[derive(Debug, Clone, Default)]
pub struct Pool {
    money: i128,
    /// How many instalments are fully covered.
    covered: usize,
    /// The last one begins at `covered`; each goes on where the one above it ends.
    stretches: Vec<Stretch>,
}

/// Uncovered instalments up to `end` (excluded) that a reversal on `day` uncovered.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    end: usize,
    day: Day,
    /// Earliest effective due day of everything from `end` on.
    beyond: Option<Day>,
}

impl Schedule {
    /// Sorted by due day; equal ones stay in document order.
    pub fn of(contract: &Contract) -> Schedule {
        let mut lines: Vec<(Day, i128)> = contract
            .instalments
            .iter()
            .map(|i| (i.due, i.amount.minor()))
            .collect();
        lines.sort_by_key(|(due, _)| *due);
        let mut sums = Vec::with_capacity(lines.len() + 1);
        let mut sum = 0_i128;
        sums.push(sum);
        for (_, amount) in &lines {
            sum = sum.saturating_add(*amount);
            sums.push(sum);
        }
        Schedule {
            due: lines.into_iter().map(|(due, _)| due).collect(),
            sums,
            total: sum,
        }
    }

    /// How many instalments `money` covers fully.
    fn covered_by(&self, money: i128) -> usize {
        self.sums.partition_point(|sum| *sum <= money) - 1
    }

    /// How many instalments from `covered` on more `money` covers fully: mostly one.
    fn covered_more(&self, covered: usize, money: i128) -> usize {
        let next = &self.sums[covered + 1..];
        match next.get(1) {
            Some(two) if *two <= money => next.partition_point(|sum| *sum <= money),
            _ => usize::from(next.first().is_some_and(|one| *one <= money)),
        }
    }

    /// How many instalments have a due day before `day`.
    fn due_before(&self, day: Day) -> usize {
        self.due.partition_point(|due| *due < day)
    }
}

impl Pool {
    /// Booked or waived money.
    pub fn add(&mut self, schedule: &Schedule, amount: i128) {
        self.money = self.money.saturating_add(amount);
        self.covered += schedule.covered_more(self.covered, self.money);
        while self.top().is_some_and(|top| top.end <= self.covered) {
            self.stretches.pop();
        }
    }

    /// Takes reversed money out; what that uncovers is due on `day` at the earliest.
    pub fn take_back(&mut self, schedule: &Schedule, amount: i128, day: Day) {
        let beyond = self.earliest_due(schedule);
        let end = self.covered;
        self.money = self.money.saturating_sub(amount).max(0);
        self.covered = schedule.covered_by(self.money);
        let same_day = self.top().is_some_and(|top| top.day == day);
        if self.covered < end && !same_day {
            self.stretches.push(Stretch { end, day, beyond });
        }
    }

    fn top(&self) -> Option<&Stretch> {
        self.stretches.last()
    }

    /// Earliest effective due day of what isn't fully covered; None when all is.
    pub fn earliest_due(&self, schedule: &Schedule) -> Option<Day> {
        let next = *schedule.due.get(self.covered)?;
        Some(match self.top() {
            None => next,
            Some(top) => {
                let own = next.max(top.day);
                top.beyond.map_or(own, |beyond| beyond.min(own))
            }
        })
    }

    /// Days past due on `day`, never negative.
    pub fn dpd(&self, schedule: &Schedule, day: Day) -> u32 {
        let earliest = self.earliest_due(schedule);
        earliest.map_or(0, |due| u32::try_from(day.days_since(due)).unwrap_or(0))
    }

    /// The first instalment that could be in arrears on `day`: those uncovered by a reversal of
    /// that same day aren't.
    fn arrears_from(&self, day: Day) -> usize {
        match self.top() {
            Some(top) if top.day >= day => top.end,
            _ => self.covered,
        }
    }

    /// What is uncovered of instalments whose effective due day is before `day`.
    pub fn arrears(&self, schedule: &Schedule, day: Day) -> i128 {
        if self.earliest_due(schedule).is_none_or(|due| due >= day) {
            return 0;
        }
        let end = schedule.due_before(day);
        let from = self.arrears_from(day).min(end);
        (schedule.sums[end] - self.money.max(schedule.sums[from])).max(0)
    }

    /// One past the last instalment in arrears on `day`, by index.
    pub fn arrears_end(&self, schedule: &Schedule, day: Day) -> usize {
        schedule.due_before(day)
    }

    /// Whether the first `end` instalments are all covered.
    pub fn covers(&self, end: usize) -> bool {
        self.covered >= end
    }

    /// What is uncovered of the first `end` instalments.
    pub fn owed_before(&self, schedule: &Schedule, end: usize) -> i128 {
        let sum = schedule.sums.get(end).copied().unwrap_or_default();
        sum.saturating_sub(self.money).max(0)
    }

    /// Nothing is left to pay.
    pub fn covers_all(&self, schedule: &Schedule) -> bool {
        self.covered == schedule.due.len()
    }

    /// The next day on which arrears are others than on `day`, if no money comes.
    pub fn next_arrears_change(&self, schedule: &Schedule, day: Day) -> Option<Day> {
        if self.top().is_some_and(|top| top.day >= day) {
            let tomorrow = day.plus_days(1);
            let spared_today = self.arrears_from(day).min(schedule.due_before(tomorrow));
            if spared_today > self.covered {
                return Some(tomorrow);
            }
        }
        let next = match schedule.due.get(self.covered) {
            Some(due) if *due < day => schedule.due_before(day),
            _ => self.covered,
        };
        schedule.due.get(next).map(|due| due.plus_days(1))
    }

    /// All that is uncovered.
    pub fn payoff(&self, schedule: &Schedule) -> i128 {
        (schedule.total - self.money).max(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Instalment, Product};
    use crate::money::{Currency, Money};
    use alloc::string::ToString;

    fn day(n: i32) -> Day {
        Day::from_unix_days(n)
    }

    /// Instalments of 10 each, due on these days.
    fn schedule(due: &[i32]) -> Schedule {
        let currency = Currency::from_code("JPY").expect("yen");
        Schedule::of(&Contract {
            id: "C-1".to_string(),
            product: Product::PurchaseLoan,
            currency,
            signed_on: day(0),
            consent: None,
            instalments: due
                .iter()
                .map(|d| Instalment {
                    due: day(*d),
                    amount: Money::new(10, currency),
                })
                .collect(),
            feed: None,
        })
    }

    /// What the text says, computed the slow way: every instalment with its own effective due day.
    struct Plain {
        due: Vec<Day>,
        effective: Vec<Day>,
        money: i128,
    }

    impl Plain {
        fn covered(&self) -> usize {
            usize::try_from(self.money / 10)
                .expect("small")
                .min(self.due.len())
        }

        fn take_back(&mut self, amount: i128, on: Day) {
            let before = self.covered();
            self.money -= amount;
            for i in self.covered()..before {
                self.effective[i] = self.due[i].max(on);
            }
        }

        fn arrears(&self, on: Day) -> i128 {
            let lines = (0..self.due.len()).filter(|i| self.effective[*i] < on);
            lines
                .map(|i| (10 * (i as i128 + 1) - self.money).clamp(0, 10))
                .sum()
        }

        fn earliest(&self) -> Option<Day> {
            self.effective[self.covered()..].iter().min().copied()
        }
    }

    #[test]
    fn the_stack_of_stretches_says_what_the_plain_text_says() {
        let due = [3, 3, 7, 9, 9, 9, 14, 20, 21, 30];
        let lines = schedule(&due);
        // A small generator of our own, so that the cases are the same everywhere.
        let mut seed = 7_u64;
        let mut random = |below: u64| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        for _ in 0..2_000 {
            let mut pool = Pool::default();
            let mut plain = Plain {
                due: due.iter().map(|d| day(*d)).collect(),
                effective: due.iter().map(|d| day(*d)).collect(),
                money: 0,
            };
            let mut today = 0;
            for _ in 0..25 {
                today += i32::try_from(random(3)).expect("small");
                if random(2) == 0 {
                    let amount = i128::from(random(45)) + 1;
                    pool.add(&lines, amount);
                    plain.money += amount;
                } else if plain.money > 0 {
                    let amount = i128::from(random(u64::try_from(plain.money).expect("small"))) + 1;
                    pool.take_back(&lines, amount, day(today));
                    plain.take_back(amount, day(today));
                }
                for on in today..today + 3 {
                    assert_eq!(pool.arrears(&lines, day(on)), plain.arrears(day(on)));
                }
                assert_eq!(pool.earliest_due(&lines), plain.earliest());
                let change =
                    (today + 1..60).find(|d| plain.arrears(day(*d)) != plain.arrears(day(today)));
                assert_eq!(
                    pool.next_arrears_change(&lines, day(today)),
                    change.map(day)
                );
            }
        }
    }
}
