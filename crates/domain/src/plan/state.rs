//! Everything the engine knows of a contract at one instant, and how it goes on.
//!
//! An instant is lived in three strokes: [`State::begin`] lets time pass, [`State::apply`] takes
//! the facts of that instant in their order, [`State::settle`] draws the consequences: caps, then
//! falls, then notices, then rises. [`State::next`] names the next instant at which something
//! happens if no new fact comes. Replaying the past and predicting the future are the same walk.

use alloc::vec::Vec;

use super::climb::{Climb, Moment, Proven};
use super::days::LocalDays;
use super::gates::{self, Gate};
use crate::calendar::{Day, Instant, Span};
use crate::holds::{HoldKind, Holds};
use crate::rules::{Level, Pack, Proof, Rules};
use crate::standing::{Fact, Facts, Outcome, Pool, Schedule};

/// What never changes while a contract is looked at.
#[derive(Debug, Clone)]
pub struct Terms<'f> {
    pub facts: &'f Facts,
    pub rules: &'f Rules,
    pub local: LocalDays<'f>,
    pub schedule: Schedule,
    /// For each pack: days on which its gate or status could change.
    turns: Vec<Vec<Day>>,
}

impl<'f> Terms<'f> {
    pub fn new(facts: &'f Facts, rules: &'f Rules) -> Terms<'f> {
        let turns = |pack| gates::turns(facts, pack);
        Terms {
            facts,
            rules,
            local: LocalDays::new(&facts.zone, &facts.holidays),
            schedule: Schedule::of(&facts.contract),
            turns: rules.packs.iter().map(turns).collect(),
        }
    }

    /// How many days on which a gate or status could change there are in all.
    pub fn turns_count(&self) -> usize {
        self.turns.iter().map(Vec::len).sum()
    }

    /// Where climbing starts.
    pub fn start(&self) -> Instant {
        self.local.zone.instant_of(self.facts.contract.signed_on, 0)
    }
}

#[derive(Debug, Clone)]
pub struct State<'f> {
    pub at: Instant,
    /// The business date.
    pub day: Day,
    /// Time since the first instant in which no hold lasted.
    free: Span,
    holding: bool,
    pub pool: Pool,
    pub holds: Holds,
    pub released: bool,
    /// One a pack, in the order of the rules.
    pub climbs: Vec<Climb<'f>>,
    /// The level over all packs just before this instant: what a pass sees.
    level_before: Level,
    /// Proofs of this instant, which wait for the notices' turn.
    proofs: Vec<Proven<'f>>,
}

impl<'f> State<'f> {
    /// Before the first fact.
    pub fn new(terms: &Terms<'f>, at: Instant) -> State<'f> {
        State {
            at,
            day: terms.local.zone.day_of(at),
            free: Span::ZERO,
            holding: false,
            pool: Pool::default(),
            holds: Holds::default(),
            released: false,
            climbs: terms.rules.packs.iter().map(Climb::new).collect(),
            level_before: Level::Free,
            proofs: Vec::new(),
        }
    }

    /// The level over all packs: the lowest of all. A contract under no law at all stays free.
    pub fn level(&self) -> Level {
        if self.released {
            return Level::Released;
        }
        let wanted = self.climbs.iter().filter_map(Climb::wanted).min();
        wanted.unwrap_or(Level::Free)
    }

    /// What every pack sees now.
    pub fn moment<'a>(&'a self, terms: &'a Terms<'f>) -> Moment<'a> {
        Moment {
            at: self.at,
            day: self.day,
            free: self.free,
            holding: self.holding,
            pool: &self.pool,
            schedule: &terms.schedule,
            local: &terms.local,
            mode: terms.facts.notices,
        }
    }

    pub fn arrears(&self, terms: &Terms<'f>) -> i128 {
        self.pool.arrears(&terms.schedule, self.day)
    }

    /// Lets time pass up to `at`, and ends the holds that are over then.
    pub fn begin(&mut self, terms: &Terms<'f>, at: Instant) {
        let elapsed = at.since(self.at);
        if !self.holding {
            self.free = self.free.plus(elapsed);
            for climb in &mut self.climbs {
                climb.pass_time(elapsed);
            }
        }
        self.level_before = self.level();
        self.at = at;
        self.day = terms.local.zone.day_of(at).max(self.day);
        for climb in &mut self.climbs {
            climb.begin();
        }
        self.holds.expire(at);
    }

    /// Takes one fact of this instant.
    pub fn apply(&mut self, terms: &Terms<'f>, fact: Fact<'f>) {
        match fact {
            Fact::Nothing => {}
            Fact::Pending { payment, amount } => {
                let arrears = self.arrears(terms);
                self.holds.doubt.see(payment, amount, arrears, self.at);
            }
            Fact::Booked {
                payment,
                amount,
                acted,
            } => {
                self.holds.doubt.book(payment);
                self.pool.add(&terms.schedule, amount);
                for climb in &mut self.climbs {
                    if climb.ladder.is_voided_by(amount, acted) {
                        climb.restart();
                    }
                }
            }
            Fact::Failed { payment } => self.holds.doubt.fail(payment, self.at),
            Fact::Reversed { amount } => {
                self.pool.take_back(&terms.schedule, amount, self.day);
                self.restart_all();
            }
            Fact::Waived { amount } => self.pool.add(&terms.schedule, amount),
            Fact::Feed { healthy } => self.holds.feed_unhealthy = !healthy,
            Fact::Notice {
                pack,
                notice,
                channel,
                proof,
            } => self.take_notice(
                terms,
                Proven {
                    pack,
                    notice,
                    channel,
                },
                proof,
            ),
            Fact::HoldOpened { hold, kind, until } => {
                self.holds.register.open(hold, kind, self.at, until);
            }
            Fact::HoldEnded {
                hold,
                kind,
                outcome,
            } => {
                self.holds.register.end(hold, kind);
                if kind == HoldKind::Dispute && outcome == Some(Outcome::Upheld) {
                    self.restart_all();
                }
            }
            Fact::SuspenseOpened { amount } => self.holds.doubt.open_suspense(amount),
            Fact::SuspenseCleared { amount } => self.holds.doubt.clear_suspense(amount),
            Fact::Reviewed(decision) => {
                for (climb, pack) in self.climbs.iter_mut().zip(&terms.rules.packs) {
                    climb.review(pack, decision, self.at);
                }
            }
            Fact::EmergencyPass => self.press_pass(terms),
        }
    }

    fn restart_all(&mut self) {
        for climb in &mut self.climbs {
            climb.restart();
        }
    }

    /// `failed` acts at once; what proves something waits for the notices' turn.
    fn take_notice(&mut self, terms: &Terms<'f>, told: Proven<'f>, proof: Proof) {
        let pack = &terms.rules.packs[told.pack];
        if proof == Proof::Failed {
            let ladder = &mut self.climbs[told.pack].ladder;
            ladder.take_back(pack, told.notice, told.channel);
        } else if proof >= pack.notices[told.notice].terms.value.proof {
            self.proofs.push(told);
        }
    }

    /// An emergency pass counts when the level over all packs is `reduce` or more and a pack
    /// grants it now; one that counts is counted in every pack.
    fn press_pass(&mut self, terms: &Terms<'f>) {
        if self.level_before < Level::Reduce {
            return;
        }
        let at = self.at;
        let mut counts = false;
        for (climb, pack) in self.climbs.iter_mut().zip(&terms.rules.packs) {
            let Some(pass) = pack.pass.as_ref().map(|pass| pass.value) else {
                continue;
            };
            let last = climb.pass_started;
            if last.is_none_or(|last| at >= last.plus(pass.once_in)) {
                climb.pass_hours_end = Some(at.plus(pass.lasts));
                counts = true;
            }
        }
        if counts {
            for climb in &mut self.climbs {
                climb.pass_started = Some(at);
            }
        }
    }

    /// Draws the consequences of this instant.
    pub fn settle(&mut self, terms: &Terms<'f>) {
        let proofs = core::mem::take(&mut self.proofs);
        self.released |= self.pool.payoff(&terms.schedule) == 0;
        self.holding = self.holds.last();
        let mut climbs = core::mem::take(&mut self.climbs);
        let now = self.moment(terms);
        for (i, (climb, pack)) in climbs.iter_mut().zip(&terms.rules.packs).enumerate() {
            if self.released {
                climb.close();
                continue;
            }
            climb.gate = gates::gate(terms.facts, pack, self.day);
            climb.cap = gates::status_cap(terms.facts, pack, self.day);
            let own = proofs.iter().filter(|proof| proof.pack == i);
            climb.settle(pack, &now, &self.holds, own);
        }
        self.climbs = climbs;
    }

    /// The next instant at which something happens if no new fact comes.
    pub fn next(&self, terms: &Terms<'f>) -> Option<Instant> {
        if self.released {
            return None;
        }
        let now = self.moment(terms);
        let packs = self.climbs.iter().zip(&terms.rules.packs);
        let climbed = packs.filter_map(|(climb, pack)| climb.next(pack, &now));
        let turned = terms.turns.iter().filter_map(|days| {
            let next = days.partition_point(|day| *day <= self.day);
            let day = *days.get(next)?;
            Some(terms.local.zone.instant_of(day, 0))
        });
        let all = climbed.chain(turned).chain(self.holds.next_end());
        all.filter(|at| *at > self.at).min()
    }

    /// Lives the next instant; false when nothing happens any more.
    pub fn live_next(&mut self, terms: &Terms<'f>) -> bool {
        let Some(at) = self.next(terms) else {
            return false;
        };
        self.begin(terms, at);
        self.settle(terms);
        true
    }

    /// Packs in force, with where they stand.
    pub fn in_force<'a>(
        &'a self,
        terms: &'a Terms<'f>,
    ) -> impl Iterator<Item = (&'a Climb<'f>, &'a Pack)> {
        let packs = self.climbs.iter().zip(&terms.rules.packs);
        packs.filter(|(climb, _)| climb.gate != Gate::Absent)
    }
}
