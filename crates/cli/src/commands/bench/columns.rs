//! The yardstick of `replan`: stages from columns, as a lender's nightly job finds them.
//!
//! One column with the day on which the oldest unpaid instalment fell due, one with the product,
//! one with a flag that stops everything. No notice, no window, no hold that ends, no history:
//! what is measured beside it is the price of those.

use std::hint::black_box;

use fairlock_domain::calendar::Day;
use fairlock_domain::rules::{Level, Rules};
use fairlock_domain::standing::EventKind;

use super::portfolio::Case;
use super::rounds::{Nanos, timed};

/// One walk through the columns is too short to be timed well.
const WALKS: usize = 20;

/// A stage that a pack doesn't know begins on no day.
const NEVER: i32 = i32::MAX / 2;

pub struct Columns {
    today: i32,
    oldest_unpaid: Vec<i32>,
    rules: Vec<u8>,
    stopped: Vec<bool>,
    /// For each of the rules: days past due from which a stage begins.
    thresholds: Vec<[i32; 3]>,
}

impl Columns {
    pub const NAME: &str = "a stage machine over columns";

    pub fn new(today: Day, rules: &[Rules]) -> Columns {
        Columns {
            today: today.unix_days(),
            oldest_unpaid: Vec::new(),
            rules: Vec::new(),
            stopped: Vec::new(),
            thresholds: rules.iter().map(thresholds).collect(),
        }
    }

    pub fn push(&mut self, case: &Case) {
        let holds = |kind: &EventKind| {
            matches!(
                kind,
                EventKind::Hold { .. } | EventKind::Suspense { .. } | EventKind::Feed { .. }
            )
        };
        let stopped = case.facts.events.iter().any(|event| holds(&event.kind));
        self.oldest_unpaid.push(case.oldest_unpaid.unix_days());
        self.rules.push(u8::try_from(case.rules).unwrap_or(0));
        self.stopped.push(stopped);
    }

    /// The stage of each contract and the day of the next one.
    pub fn stages(&self) -> Nanos {
        timed(WALKS * self.oldest_unpaid.len(), || {
            for _ in 0..WALKS {
                black_box(self.walk());
            }
        })
    }

    /// Sums of stages and of days until the next.
    fn walk(&self) -> (i64, i64) {
        let (mut stages, mut ahead) = (0, 0);
        let columns = self
            .oldest_unpaid
            .iter()
            .zip(&self.rules)
            .zip(&self.stopped);
        for ((due, rules), stopped) in columns {
            let late = (self.today - due).max(0);
            let [remind, reduce, lock] = self.thresholds[usize::from(*rules)];
            let stage =
                i64::from(late >= remind) + i64::from(late >= reduce) + i64::from(late >= lock);
            let next = match stage {
                0 => remind,
                1 => reduce,
                _ => lock,
            };
            stages += if *stopped { stage.min(1) } else { stage };
            ahead += i64::from(next - late);
        }
        (stages, ahead)
    }
}

fn thresholds(rules: &Rules) -> [i32; 3] {
    let of = |level| {
        let pack = rules.packs.first()?;
        let days = pack.conditions(level)?.min_days_past_due.as_ref()?;
        i32::try_from(days.value).ok()
    };
    let remind = of(Level::Remind).unwrap_or(NEVER);
    let reduce = of(Level::Reduce).unwrap_or(NEVER);
    [remind, reduce, of(Level::Lock).unwrap_or(reduce)]
}
