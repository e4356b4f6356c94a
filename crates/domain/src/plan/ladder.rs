//! The ladder of notices of one pack: what was served, what has expired, what starts it again.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use crate::calendar::{Day, Instant, Span};
use crate::rules::{Level, Pack};
use crate::standing::{ChannelIndex, Pool};

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
}

#[derive(Debug, Clone, Default)]
struct Slot {
    served: Option<Served>,
    /// Channels with proof enough; only where notices are served by hand.
    channels: BTreeSet<ChannelIndex>,
}

#[derive(Debug, Clone)]
pub struct Ladder {
    slots: Vec<Slot>,
    /// When every instalment before this index is covered, the ladder starts again: they are
    /// those that were past due when the first notice was served.
    first_demanded: Option<usize>,
}

impl Ladder {
    pub fn new(pack: &Pack) -> Ladder {
        Ladder {
            slots: pack.notices.iter().map(|_| Slot::default()).collect(),
            first_demanded: None,
        }
    }

    /// From the first notice again.
    pub fn restart(&mut self) {
        for slot in &mut self.slots {
            slot.served = None;
            slot.channels.clear();
        }
        self.first_demanded = None;
    }

    pub fn served(&self, notice: usize) -> Option<&Served> {
        self.slots.get(notice)?.served.as_ref()
    }

    /// The notice whose turn it is.
    pub fn next_unserved(&self) -> Option<usize> {
        self.slots.iter().position(|slot| slot.served.is_none())
    }

    /// Free time until a served notice expires; zero once it has; None when it isn't served.
    pub fn lead_left(&self, pack: &Pack, notice: usize, free: Span) -> Option<Span> {
        let served = self.served(notice)?;
        let lead = pack.notices.get(notice)?.terms.value.lead;
        Some(served.free.plus(lead).minus(free))
    }

    /// Free time until all notices up to a level have expired; None when one isn't served.
    pub fn lead_left_for(&self, pack: &Pack, level: Level, free: Span) -> Option<Span> {
        let mut left = Span::ZERO;
        for (i, notice) in pack.notices.iter().enumerate() {
            if notice.level <= level {
                left = left.max(self.lead_left(pack, i, free)?);
            }
        }
        Some(left)
    }

    /// The last notice of the sequence was served before `at`; true when there is none.
    pub fn ended_before(&self, at: Instant) -> bool {
        self.slots
            .last()
            .is_none_or(|slot| slot.served.is_some_and(|served| served.at < at))
    }

    pub fn serve(&mut self, notice: usize, served: Served, past_due_end: usize) {
        if let Some(slot) = self.slots.get_mut(notice) {
            slot.served = Some(served);
        }
        if notice == 0 {
            self.first_demanded = Some(past_due_end);
        }
    }

    /// A channel proved a notice. True when that completes its service.
    pub fn prove(&mut self, pack: &Pack, notice: usize, channel: ChannelIndex) -> bool {
        let needed = usize::from(pack.notices[notice].terms.value.channels);
        let Some(slot) = self.slots.get_mut(notice) else {
            return false;
        };
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
