//! Everything the engine knows of a contract at one instant, and how it goes on.
//!
//! An instant is lived in three strokes: [`State::begin`] lets time pass, [`State::apply`] takes
//! the facts of that instant in their order, [`State::settle`] draws the consequences: caps, then
//! falls, then notices, then rises. [`State::next`] names the next instant at which something
//! happens if no new fact comes. Replaying the past and predicting the future are the same walk.

use alloc::vec::Vec;

use super::climb::{Climb, Proven};
use super::gates::{self, Gate};
use super::ground::Ground;
use super::moment::Moment;
use super::prepared::Terms;
use crate::calendar::Instant;
use crate::holds::{HoldKind, Holds};
use crate::rules::{Level, Pack, Proof};
use crate::standing::{Fact, Outcome, Told};

#[derive(Debug, Clone)]
pub struct State {
    pub ground: Ground,
    /// One a pack, in the order of the rules.
    pub climbs: Vec<Climb>,
    /// The level over all packs just before this instant: what a pass sees.
    level_before: Level,
    /// Proofs of this instant, which wait for the notices' turn.
    proofs: Vec<Proven>,
}

impl State {
    /// On this ground nothing was climbed yet.
    pub fn new(terms: &Terms, ground: Ground) -> State {
        State {
            ground,
            climbs: terms.rules.packs.iter().map(Climb::new).collect(),
            level_before: Level::Free,
            proofs: Vec::new(),
        }
    }

    /// The level over all packs: the lowest of all. A contract under no law at all stays free.
    pub fn level(&self) -> Level {
        if self.ground.released {
            return Level::Released;
        }
        let wanted = self.climbs.iter().filter_map(Climb::wanted).min();
        wanted.unwrap_or(Level::Free)
    }

    pub fn arrears(&self, terms: &Terms) -> i128 {
        self.ground.arrears(terms.schedule)
    }

    /// Lets time pass up to `at`, and ends the holds that are over then.
    pub fn begin(&mut self, terms: &Terms, at: Instant) {
        self.level_before = self.level();
        let free = self.ground.pass_to(at, terms.local.day_of(at));
        for climb in &mut self.climbs {
            climb.begin(free);
        }
    }

    /// Takes one fact of this instant.
    pub fn apply(&mut self, terms: &Terms, fact: &Fact) {
        self.ground.take(terms.schedule, fact);
        match *fact {
            Fact::Booked { amount, acted, .. } => {
                for climb in &mut self.climbs {
                    if climb.ladder.is_voided_by(amount, acted) {
                        climb.restart();
                    }
                }
            }
            Fact::Reversed { .. } => self.restart_all(),
            Fact::HoldEnded { kind, outcome, .. }
                if kind == HoldKind::Dispute && outcome == Some(Outcome::Upheld) =>
            {
                self.restart_all();
            }
            Fact::Notice {
                pack,
                notice,
                channel,
                proof,
            } => {
                let told = Proven {
                    pack,
                    notice,
                    channel,
                };
                self.take_notice(terms, told, proof);
            }
            Fact::Reviewed(decision) => {
                for (climb, pack) in self.climbs.iter_mut().zip(&terms.rules.packs) {
                    climb.review(pack, decision, self.ground.at);
                }
            }
            Fact::EmergencyPass => self.press_pass(terms),
            _ => {}
        }
    }

    fn restart_all(&mut self) {
        for climb in &mut self.climbs {
            climb.restart();
        }
    }

    /// `failed` acts at once; what proves something waits for the notices' turn.
    fn take_notice(&mut self, terms: &Terms, told: Proven, proof: Proof) {
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
    fn press_pass(&mut self, terms: &Terms) {
        if self.level_before < Level::Reduce {
            return;
        }
        let at = self.ground.at;
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
    pub fn settle(&mut self, terms: &Terms) {
        self.ground.settle(terms.schedule);
        if self.ground.released {
            self.proofs.clear();
            self.climbs.iter_mut().for_each(Climb::close);
            return;
        }
        let now = Moment::new(&self.ground, terms);
        for (i, climb) in self.climbs.iter_mut().enumerate() {
            let turn = gates::turn(terms.turns, i, now.day);
            let own = self.proofs.iter().filter(|proof| proof.pack == i);
            climb.settle(&terms.rules.packs[i], turn, &now, own);
        }
        self.proofs.clear();
    }

    /// The next instant at which something happens if no new fact comes; without `notices` only
    /// what can move a level.
    fn next(&self, terms: &Terms, notices: bool) -> Option<Instant> {
        if self.ground.released {
            return None;
        }
        let mut next = self.ground.holds().and_then(Holds::next_end);
        let mut sooner = |at: Option<Instant>| next = earlier(next, at);
        for (i, climb) in self.climbs.iter().enumerate() {
            sooner(climb.moves_at);
            if notices {
                let pack = &terms.rules.packs[i];
                sooner(climb.serves_at(pack, &terms.local, self.ground.at));
            }
            let turned = gates::next_turn(terms.turns, i, self.ground.day);
            sooner(turned.map(|day| terms.local.instant_of(day, 0)));
        }
        next
    }

    /// Lives the next instant; false when nothing happens any more.
    pub fn live_next(&mut self, terms: &Terms, notices: bool) -> bool {
        let Some(at) = self.next(terms, notices) else {
            return false;
        };
        self.begin(terms, at);
        self.settle(terms);
        true
    }

    /// Lives everything up to `now`: what happens by itself and the facts from `told[*next]` on.
    /// The state must be settled, and lie before all of them.
    pub fn live_until(&mut self, terms: &Terms, told: &[Told], next: &mut usize, now: Instant) {
        loop {
            let fact = told.get(*next).map(|told| told.at);
            let at = [fact, self.next(terms, true)].into_iter().flatten().min();
            match at.filter(|at| *at <= now) {
                Some(at) => self.live(terms, told, next, at),
                None => return,
            }
        }
    }

    /// Lives one instant with all its facts.
    pub fn live(&mut self, terms: &Terms, told: &[Told], next: &mut usize, at: Instant) {
        self.begin(terms, at);
        while let Some(told) = told.get(*next).filter(|told| told.at == at) {
            self.apply(terms, &told.fact);
            *next += 1;
        }
        self.settle(terms);
    }

    /// Lives `now` itself, if nothing lies between.
    pub fn reach(&mut self, terms: &Terms, now: Instant) {
        if self.ground.at < now {
            self.begin(terms, now);
            self.settle(terms);
        }
    }

    /// How many notices of running sequences are served, over all packs.
    pub fn served_count(&self) -> usize {
        self.climbs.iter().map(|c| c.ladder.served_count()).sum()
    }

    /// Packs in force, with where they stand.
    pub fn in_force<'a>(&'a self, terms: &'a Terms) -> impl Iterator<Item = (&'a Climb, &'a Pack)> {
        let packs = self.climbs.iter().zip(&terms.rules.packs);
        packs.filter(|(climb, _)| climb.gate != Gate::Absent)
    }
}

/// The earlier of two instants; None is never.
pub fn earlier(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
