//! The ladder of notices of one pack: what was served, what has expired, what starts it again.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::moment::Moment;
use crate::calendar::{Day, Instant, Span};
use crate::rules::{Level, Pack};
use crate::standing::{ChannelIndex, Pool, Schedule};

/// A booked payment of at least this part (one fifth) of what a notice demanded makes the notice
/// void when the borrower had acted before it was served.
const VOID_PART: i128 = 5;

/// A service that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Served {
    pub at: Instant,
    pub day: Day,
    /// The free clock's reading at that instant: lead and cure time are measured on it.
    pub free: Span,
    /// Minor units.
    pub arrears: i128,
    /// Earliest effective due day of what was unpaid.
    pub due_day: Day,
    /// It demanded the instalments before this index.
    pub demanded: usize,
    /// What was uncovered of them, in minor units.
    pub owed: i128,
}

/// Days on which a hold lasted.
#[derive(Debug, Clone, Copy)]
struct Held {
    from: Day,
    /// Included; None while it lasts.
    until: Option<Day>,
}

#[derive(Debug, Clone, Default)]
struct Slot {
    served: Option<Served>,
    /// Channels with proof enough; only where notices are served by hand.
    channels: BTreeSet<ChannelIndex>,
}

#[derive(Debug, Clone)]
pub struct Ladder {
    /// How many notices the sequence has.
    count: usize,
    /// Of the first notices, as far as something is known of one.
    slots: Vec<Slot>,
    /// When every instalment before this index is covered, the ladder starts again: they are
    /// those that were past due when the first notice was served.
    first_demanded: Option<usize>,
    /// Since the first service, in order; only where a lead counts business days.
    held: Vec<Held>,
}

impl Ladder {
    pub fn new(pack: &Pack) -> Ladder {
        Ladder {
            count: pack.notices.len(),
            slots: Vec::new(),
            first_demanded: None,
            held: Vec::new(),
        }
    }

    /// From the first notice again.
    pub fn restart(&mut self) {
        self.forget_from(0);
    }

    /// From this notice again.
    pub fn forget_from(&mut self, notice: usize) {
        self.slots.truncate(notice);
        if notice == 0 {
            self.first_demanded = None;
            self.held.clear();
        }
    }

    pub fn served(&self, notice: usize) -> Option<&Served> {
        self.slots.get(notice)?.served.as_ref()
    }

    /// The notice whose turn it is.
    pub fn next_unserved(&self) -> Option<usize> {
        let known = self.slots.iter().position(|slot| slot.served.is_none());
        let next = known.unwrap_or(self.slots.len());
        (next < self.count).then_some(next)
    }

    /// How many count as served.
    pub fn served_count(&self) -> usize {
        self.slots.iter().filter(|s| s.served.is_some()).count()
    }

    /// Free time until a served notice expires; zero once it has; None when it isn't served.
    pub fn lead_left(&self, pack: &Pack, notice: usize, now: &Moment) -> Option<Span> {
        let served = self.served(notice)?;
        let terms = &pack.notices.get(notice)?.terms.value;
        let lead = terms.lead_for(now.frequency);
        let left = served.free.plus(lead).minus(now.free);
        match terms.lead_business_days {
            None => Some(left),
            Some(count) => {
                let expires = self.business_expiry(served.day, count, pack, now)?;
                Some(left.max(expires.since(now.at)))
            }
        }
    }

    /// Free time until all notices up to a level have expired; None when one isn't served.
    pub fn lead_left_for(&self, pack: &Pack, level: Level, now: &Moment) -> Option<Span> {
        let mut left = Span::ZERO;
        for (i, notice) in pack.notices.iter().enumerate() {
            if notice.level <= level {
                self.served(i)?;
                left = left.max(self.lead_left(pack, i, now)?);
            }
        }
        Some(left)
    }

    /// The midnight after so many business days without a hold, the day of service not counted.
    fn business_expiry(
        &self,
        served: Day,
        count: u16,
        pack: &Pack,
        now: &Moment,
    ) -> Option<Instant> {
        let days = pack.days_of_business();
        let (mut day, mut counted) = (served, 0);
        while counted < count {
            day = now.local.allowed_after(days, day)?;
            match self.held_until(day, now.day) {
                Some(last) => day = last,
                None => counted += 1,
            }
        }
        Some(now.local.instant_of(day.plus_days(1), 0))
    }

    /// The last day, as known today, of the hold that lasted on this day.
    fn held_until(&self, day: Day, today: Day) -> Option<Day> {
        let begun = self.held.partition_point(|held| held.from <= day);
        let held = self.held.get(begun.checked_sub(1)?)?;
        let until = held.until.unwrap_or(today);
        (day <= until).then_some(until)
    }

    /// Remembers the days on which a hold lasts, once something is served.
    pub fn mind_hold(&mut self, pack: &Pack, now: &Moment) {
        let nothing = self.slots.is_empty() && self.held.is_empty();
        if nothing || !pack.counts_business_leads() {
            return;
        }
        if self.served_count() == 0 {
            return self.held.clear();
        }
        let last = self.held.last_mut();
        match (now.holding, last) {
            (false, Some(last)) if last.until.is_none() => last.until = Some(now.day),
            (true, Some(last)) if last.until.is_none() => {}
            // A hold that follows on the same day goes on: days are what is counted.
            (true, Some(last)) if last.until == Some(now.day) => last.until = None,
            (true, _) => self.held.push(Held {
                from: now.day,
                until: None,
            }),
            (false, _) => {}
        }
    }

    /// The first notice whose level hasn't begun while it counted.
    pub fn stale(&self, pack: &Pack, level: Level, at: Instant) -> Option<usize> {
        (0..self.slots.len()).find(|i| {
            self.goes_stale(pack, *i, level)
                .is_some_and(|end| end <= at)
        })
    }

    /// When the next of them goes stale if its level doesn't begin before.
    pub fn stale_at(&self, pack: &Pack, level: Level) -> Option<Instant> {
        let ends = (0..self.slots.len()).filter_map(|i| self.goes_stale(pack, i, level));
        ends.min()
    }

    fn goes_stale(&self, pack: &Pack, notice: usize, level: Level) -> Option<Instant> {
        let rule = pack.notices.get(notice)?;
        let valid_for = rule.terms.value.valid_for?;
        let served = self.served(notice)?;
        (rule.level > level).then(|| served.at.plus(valid_for))
    }

    /// A notice that minds it demanded something else than what is owed of it now.
    pub fn is_changed(&self, pack: &Pack, pool: &Pool, schedule: &Schedule) -> bool {
        let slots = self.slots.iter().zip(&pack.notices);
        let mut minded = slots.filter(|(_, rule)| rule.terms.value.resets_on_changed_amount);
        minded.any(|(slot, _)| {
            let served = slot.served.as_ref();
            served.is_some_and(|s| pool.owed_before(schedule, s.demanded) != s.owed)
        })
    }

    /// The last notice of the sequence was served before `at`; true when there is none.
    pub fn ended_before(&self, at: Instant) -> bool {
        match self.count.checked_sub(1) {
            Some(last) => self.served(last).is_some_and(|served| served.at < at),
            None => true,
        }
    }

    fn slot(&mut self, notice: usize) -> &mut Slot {
        if self.slots.len() <= notice {
            self.slots.resize_with(notice + 1, Slot::default);
        }
        &mut self.slots[notice]
    }

    pub fn serve(&mut self, notice: usize, served: Served) {
        self.slot(notice).served = Some(served);
        if notice == 0 {
            self.first_demanded = Some(served.demanded);
        }
    }

    /// A channel proved a notice. True when that completes its service.
    pub fn prove(&mut self, pack: &Pack, notice: usize, channel: ChannelIndex) -> bool {
        let needed = usize::from(pack.notices[notice].terms.value.channels);
        let slot = self.slot(notice);
        slot.channels.insert(channel);
        slot.served.is_none() && slot.channels.len() >= needed
    }

    /// A channel's proof is taken back. With too few channels left the notice isn't served any
    /// more; the later ones keep their service and their time.
    pub fn take_back(&mut self, pack: &Pack, notice: usize, channel: ChannelIndex) {
        let needed = usize::from(pack.notices[notice].terms.value.channels);
        let Some(slot) = self.slots.get_mut(notice) else {
            return;
        };
        slot.channels.remove(&channel);
        if slot.channels.len() >= needed || slot.served.is_none() {
            return;
        }
        slot.served = None;
        if notice == 0 {
            self.first_demanded = None;
        }
    }

    /// Money booked now that the borrower had paid before a notice was served, and that is no
    /// trifle against what the notice demanded.
    pub fn is_voided_by(&self, amount: i128, acted: Day) -> bool {
        self.slots
            .iter()
            .filter_map(|slot| slot.served)
            .any(|served| acted < served.day && amount.saturating_mul(VOID_PART) >= served.arrears)
    }

    /// Everything that the first notice demanded is covered.
    pub fn is_settled(&self, pool: &Pool) -> bool {
        self.first_demanded.is_some_and(|end| pool.covers(end))
    }
}
