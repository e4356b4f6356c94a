//! One pack's climb: the level reached, and what brings it up or down.
//!
//! A level lasts while its days past due and its notices hold; everything else is asked only when
//! it begins. Whether something happens now and when it will happen are the same question: each
//! `…_at` answers with the first instant from now on at which it happens if no new fact comes,
//! and it happens now when that instant is now.

use super::days::LocalDays;
use super::gates::{Gate, Turn};
use super::ladder::Ladder;
use super::moment::Moment;
use super::state::earlier;
use crate::calendar::{Instant, Span};
use crate::rules::{Level, Pack};
use crate::standing::{ChannelIndex, Decision, NoticeMode};

/// A `notice` event of this instant that proves something, waiting for the notices' turn.
#[derive(Debug, Clone, Copy)]
pub struct Proven {
    pub pack: usize,
    pub notice: usize,
    pub channel: ChannelIndex,
}

#[derive(Debug, Clone, Copy)]
struct Review {
    at: Instant,
    /// An approval given at `reduce`.
    approves: bool,
}

#[derive(Debug, Clone)]
pub struct Climb {
    /// What has been climbed, caps not counted.
    pub level: Level,
    /// The level just before this instant: what a review sees.
    before: Level,
    /// When `reduce` and `lock` were last reached.
    pub reduced_at: Option<Instant>,
    pub locked_at: Option<Instant>,
    /// Time at `reduce` since it was last reached, without holds and capped time.
    pub dwell: Span,
    pub ladder: Ladder,
    review: Option<Review>,
    /// Start of the last emergency pass that counted.
    pub pass_started: Option<Instant>,
    /// While a pass caps: the end of its hours, which the cap may outlast.
    pub pass_hours_end: Option<Instant>,
    pub gate: Gate,
    /// As the pack's law caps it.
    pub cap: Level,
    /// By hand only: the notice that is due, and since when.
    pub due: Option<(usize, Instant)>,
    due_before: Option<(usize, Instant)>,
    /// When the level moves next if no new fact comes.
    pub moves_at: Option<Instant>,
    /// From when on the next notice may be served, or be due by hand.
    ready_from: Option<Instant>,
    /// A notice went stale at this instant.
    pub lapsed: bool,
}

impl Climb {
    pub fn new(pack: &Pack) -> Climb {
        Climb {
            level: Level::Free,
            before: Level::Free,
            reduced_at: None,
            locked_at: None,
            dwell: Span::ZERO,
            ladder: Ladder::new(pack),
            review: None,
            pass_started: None,
            pass_hours_end: None,
            gate: Gate::Closed,
            cap: Level::Remind,
            due: None,
            due_before: None,
            moves_at: None,
            ready_from: None,
            lapsed: false,
        }
    }

    /// The level that this pack wants; None when it adds nothing.
    pub fn wanted(&self) -> Option<Level> {
        match self.gate {
            Gate::Absent => None,
            Gate::Closed => Some(Level::Free),
            Gate::Open if self.pass_hours_end.is_some() => Some(self.level.min(Level::Remind)),
            Gate::Open => Some(self.level),
        }
    }

    /// An instant begins, after so much time in which no hold lasted: what reviews see stands
    /// still.
    pub fn begin(&mut self, free: Span) {
        if self.level == Level::Reduce && self.pass_hours_end.is_none() {
            self.dwell = self.dwell.plus(free);
        }
        self.before = self.level;
        self.due_before = self.due;
    }

    /// This instant made another notice due, or none any more.
    pub fn due_changed(&self) -> bool {
        self.due != self.due_before
    }

    /// From the first notice again: approvals lapse, dwell is zero, `remind` at most.
    pub fn restart(&mut self) {
        self.ladder.restart();
        self.review = None;
        self.due = None;
        self.fall_to(Level::Remind);
    }

    /// Nothing is climbed: behind a closed gate, or when all is paid.
    pub fn close(&mut self) {
        self.restart();
        self.level = Level::Free;
        (self.moves_at, self.ready_from) = (None, None);
    }

    fn fall_to(&mut self, level: Level) {
        if self.level > level {
            self.level = level;
            self.dwell = Span::ZERO;
        }
    }

    pub fn review(&mut self, pack: &Pack, decision: Decision, at: Instant) {
        let asks = |level| pack.conditions(level).is_some_and(|c| c.approval.is_some());
        if !asks(Level::Lock) {
            return;
        }
        let approves = decision == Decision::Approve && self.before == Level::Reduce;
        self.review = Some(Review { at, approves });
        if decision == Decision::Refuse {
            self.fall_to(Level::Reduce);
        }
    }

    /// The end of the newest approval, if it is one that counts.
    pub fn approved_until(&self, pack: &Pack) -> Option<Instant> {
        let asked = pack.lock.as_ref()?.approval.as_ref()?;
        let review = self.review.filter(|r| r.approves)?;
        let counts = self.ladder.ended_before(review.at);
        counts.then(|| review.at.plus(asked.value.valid_for))
    }

    /// Caps, falls, notices, rises, in this order; then what comes next.
    pub fn settle<'a>(
        &mut self,
        pack: &Pack,
        turn: Turn,
        now: &Moment,
        proofs: impl Iterator<Item = &'a Proven>,
    ) {
        (self.gate, self.cap) = (turn.gate, turn.cap);
        if self.gate != Gate::Open {
            return self.close();
        }
        if self.cap <= Level::Remind {
            self.restart();
        }
        if now.lowers() {
            self.fall_to(Level::Remind);
        }
        self.end_pass(pack, now);
        if now.dpd == 0 {
            self.close();
        } else if self.ladder.is_settled(now.pool)
            || self.ladder.is_changed(pack, now.pool, now.schedule)
        {
            self.restart();
        }
        if self.level > Level::Free {
            self.fall_to(self.highest_that_holds(pack, now));
        }
        let stale = self.ladder.stale(pack, self.level, now.at);
        self.lapsed = stale.is_some();
        if let Some(stale) = stale {
            self.ladder.forget_from(stale);
        }
        self.ladder.mind_hold(pack, now);
        let mut ready = self.serve(pack, now, proofs);
        let mut rises = self.rise_at(pack, now);
        while rises == Some(now.at) {
            self.rise(now.at);
            (ready, rises) = (self.notice_ready(pack, now), self.rise_at(pack, now));
        }
        let ends = self.pass_end_at(pack, now).filter(|at| *at > now.at);
        let stale = self.ladder.stale_at(pack, self.level);
        self.moves_at = earlier(earlier(rises, ends), stale);
        // One that is due is so until something else happens.
        let waits = ready.filter(|_| self.due.is_none());
        self.ready_from = waits.map(|(_, from)| from);
    }

    /// When the next notice will be served, or be due by hand; None also when the level moves no
    /// later: what comes after that is found out then.
    pub fn serves_at(&self, pack: &Pack, local: &LocalDays, now: Instant) -> Option<Instant> {
        let from = self.ready_from?;
        if self.moves_at.is_some_and(|moves| moves <= from) {
            return None;
        }
        let at = local.first_nine(pack.contact.value.days, from)?;
        (at > now).then_some(at)
    }

    /// A pass's end is a rise: after its hours, when no hold lasts and the level beneath may begin.
    fn end_pass(&mut self, pack: &Pack, now: &Moment) {
        if self.pass_end_at(pack, now) == Some(now.at) {
            self.pass_hours_end = None;
        }
    }

    fn pass_end_at(&self, pack: &Pack, now: &Moment) -> Option<Instant> {
        let from = self.pass_hours_end?.max(now.at);
        if now.holding {
            return None;
        }
        match pack.window(self.level) {
            Some(window) => now.local.first_open(&window.value, from),
            None => Some(from),
        }
    }

    /// The highest level up to the one reached whose days past due and notices hold.
    fn highest_that_holds(&self, pack: &Pack, now: &Moment) -> Level {
        let holds = |level: Level| {
            let since = now.late_enough_from(pack, level);
            let left = self.ladder.lead_left_for(pack, level, now);
            since == Some(now.at) && left.is_some_and(Span::is_zero)
        };
        let ladder = [Level::Remind, Level::Reduce, Level::Lock];
        let reached = ladder.into_iter().take_while(|level| *level <= self.level);
        let held = reached.take_while(|level| holds(*level));
        held.last().unwrap_or(Level::Free)
    }

    fn rise(&mut self, at: Instant) {
        self.level = match self.level {
            Level::Released | Level::Free => Level::Remind,
            Level::Remind => {
                self.dwell = Span::ZERO;
                self.reduced_at = Some(at);
                Level::Reduce
            }
            Level::Reduce | Level::Lock => {
                self.locked_at = Some(at);
                Level::Lock
            }
        };
    }

    /// When the next level is reached.
    fn rise_at(&self, pack: &Pack, now: &Moment) -> Option<Instant> {
        let next = match self.level {
            Level::Released | Level::Lock => return None,
            Level::Free => Level::Remind,
            Level::Remind => Level::Reduce,
            Level::Reduce => Level::Lock,
        };
        let conditions = pack.conditions(next)?;
        if now.holding || next > self.cap {
            return None;
        }
        let lead_left = self.ladder.lead_left_for(pack, next, now)?;
        let mut from = now.late_enough_from(pack, next)?;
        if !lead_left.is_zero() {
            from = from.max(now.at.plus(lead_left));
        }
        if let Some(dwell) = &conditions.at_reduce_for {
            from = from.max(self.dwelt_from(dwell.value, now)?);
        }
        let open = match pack.window(next) {
            Some(window) => now.local.first_open(&window.value, from)?,
            None => from,
        };
        if conditions.approval.is_some() && self.approved_until(pack)? <= open {
            return None;
        }
        Some(open)
    }

    /// When the level will have been `reduce` for so long.
    fn dwelt_from(&self, long: Span, now: &Moment) -> Option<Instant> {
        let left = long.minus(self.dwell);
        let stands_still = self.pass_hours_end.is_some() && !left.is_zero();
        if self.level != Level::Reduce || stands_still {
            return None;
        }
        Some(now.at.plus(left))
    }

    /// From when on a notice's own conditions hold and the one before it has expired.
    fn ready_from(&self, pack: &Pack, notice: usize, now: &Moment) -> Option<Instant> {
        let terms = &pack.notices.get(notice)?.terms.value;
        if pack.notices[notice].level > self.cap {
            return None;
        }
        let mut from = now.at;
        if let Some(before) = notice.checked_sub(1) {
            let left = self.ladder.lead_left(pack, before, now)?;
            from = from.max(now.at.plus(left));
        }
        if let Some(days) = terms.min_days_past_due {
            from = from.max(now.past_due_from(days)?);
        }
        if let Some(dwell) = terms.at_reduce_for {
            from = from.max(self.dwelt_from(dwell, now)?);
        }
        Some(from)
    }

    /// The notice whose turn it is, and from when on it may be served.
    fn notice_ready(&self, pack: &Pack, now: &Moment) -> Option<(usize, Instant)> {
        if now.holding {
            return None;
        }
        let notice = self.ladder.next_unserved()?;
        Some((notice, self.ready_from(pack, notice, now)?))
    }

    /// A notice that is ready is served at 09:00 of a working day: is that now?
    fn is_its_hour(&self, pack: &Pack, from: Instant, now: &Moment) -> bool {
        let days = pack.contact.value.days;
        from == now.at && now.local.first_nine(days, from) == Some(from)
    }

    /// Serves what is to be served now; returns the notice that comes next.
    fn serve<'a>(
        &mut self,
        pack: &Pack,
        now: &Moment,
        proofs: impl Iterator<Item = &'a Proven>,
    ) -> Option<(usize, Instant)> {
        if now.mode == NoticeMode::Manual {
            for proof in proofs {
                self.prove(pack, now, proof);
            }
            return self.mark_due(pack, now);
        }
        loop {
            let (notice, from) = self.notice_ready(pack, now)?;
            if !self.is_its_hour(pack, from, now) {
                return Some((notice, from));
            }
            self.ladder.serve(notice, now.service());
        }
    }

    /// A proof counts only if the conditions, the sequence, the contact hours and the absence of
    /// holds allow it now.
    fn prove(&mut self, pack: &Pack, now: &Moment, proof: &Proven) {
        let ready = self.ready_from(pack, proof.notice, now) == Some(now.at);
        let contact = now.local.first_open(&pack.contact.value, now.at) == Some(now.at);
        if now.holding || !ready || !contact {
            return;
        }
        if self.ladder.prove(pack, proof.notice, proof.channel) {
            self.ladder.serve(proof.notice, now.service());
        }
    }

    /// By hand a notice is due from the moment at which it would serve itself, until it is served
    /// or its conditions hold no more.
    fn mark_due(&mut self, pack: &Pack, now: &Moment) -> Option<(usize, Instant)> {
        let ready = self.notice_ready(pack, now);
        let (notice, from) = match ready {
            Some(ready) => ready,
            None => {
                self.due = None;
                return None;
            }
        };
        let still = self.due.is_some_and(|(due, _)| due == notice) && from == now.at;
        if !still {
            let fresh = self.is_its_hour(pack, from, now);
            self.due = fresh.then_some((notice, from));
        }
        ready
    }
}
