//! The holds that were opened, and which of them last now.

use alloc::collections::{BTreeMap, BTreeSet};

use super::HoldKind;
use crate::calendar::Instant;

/// A hold's place among the holds of its contract.
pub type HoldIndex = u32;

#[derive(Debug, Clone, Default)]
pub struct Register {
    /// Start and end of each that lasts; None for those with no end of their own.
    times: BTreeMap<HoldIndex, (Instant, Option<Instant>)>,
    /// Those that last, oldest first within a kind.
    by_age: BTreeSet<(HoldKind, Instant, HoldIndex)>,
    /// Those that end by themselves, by end.
    ending: BTreeSet<(Instant, HoldIndex, HoldKind)>,
    /// How many of each kind last; a kind of which none lasts isn't there.
    kinds: BTreeMap<HoldKind, Count>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Count {
    all: u32,
    /// Those with no end of their own.
    open: u32,
}

impl Register {
    /// Opens a hold. It ends by itself at its `until` or after its kind's longest time, whichever
    /// comes first; one that would last no time isn't opened.
    pub fn open(&mut self, hold: HoldIndex, kind: HoldKind, at: Instant, until: Option<Instant>) {
        let longest = kind.longest().map(|span| at.plus(span));
        let ends = [until, longest].into_iter().flatten().min();
        if ends.is_some_and(|ends| ends <= at) {
            return;
        }
        let count = self.kinds.entry(kind).or_default();
        count.all += 1;
        match ends {
            Some(ends) => {
                self.ending.insert((ends, hold, kind));
            }
            None => count.open += 1,
        }
        self.times.insert(hold, (at, ends));
        self.by_age.insert((kind, at, hold));
    }

    /// Ends a hold by word; nothing happens when its time ran out before.
    pub fn end(&mut self, hold: HoldIndex, kind: HoldKind) {
        let Some((since, ends)) = self.times.remove(&hold) else {
            return;
        };
        self.by_age.remove(&(kind, since, hold));
        let count = self.kinds.entry(kind).or_default();
        count.all = count.all.saturating_sub(1);
        match ends {
            Some(ends) => {
                self.ending.remove(&(ends, hold, kind));
            }
            None => count.open = count.open.saturating_sub(1),
        }
        if count.all == 0 {
            self.kinds.remove(&kind);
        }
    }

    pub fn expire(&mut self, at: Instant) {
        while let Some(&(_, hold, kind)) = self.ending.first().filter(|(ends, _, _)| *ends <= at) {
            self.end(hold, kind);
        }
    }

    /// Since when the oldest hold of a kind lasts.
    pub fn oldest(&self, kind: HoldKind) -> Option<Instant> {
        let first = Instant::from_unix_seconds(i64::MIN);
        let oldest = self.by_age.range((kind, first, 0)..).next();
        oldest.filter(|(k, _, _)| *k == kind).map(|(_, at, _)| *at)
    }

    pub fn lasts(&self, kind: HoldKind) -> bool {
        self.kinds.contains_key(&kind)
    }

    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    pub fn any(&self, of: impl FnMut(HoldKind) -> bool) -> bool {
        self.kinds.keys().copied().any(of)
    }

    /// The latest end of a kind; None when one of them is open.
    pub fn until(&self, kind: HoldKind) -> Option<Instant> {
        if self.kinds.get(&kind).is_some_and(|count| count.open > 0) {
            return None;
        }
        let of_kind = self.ending.iter().rev().find(|(_, _, k)| *k == kind);
        of_kind.map(|(ends, _, _)| *ends)
    }

    /// How many will end by themselves.
    pub fn count(&self) -> usize {
        self.ending.len()
    }

    pub fn next_end(&self) -> Option<Instant> {
        self.ending.first().map(|(ends, _, _)| *ends)
    }
}
