//! The level function: what grants in force, time, contact and the borrower's pass make of a
//! phone's level. The same code enforces on the phone and predicts on the server.
//!
//! Pure and total. A grant gets in only through [`crate::verify::accept`]. Lowering happens in
//! [`InForce::settle`]; everything that makes a phone stricter happens in [`InForce::advance`]
//! alone. Absent on purpose: a way to raise a level without a step whose guards hold.

use alloc::vec::Vec;

use crate::charter::{Charter, PASS_TIMES_MAX};
use crate::compare::{Remaining, same_demand};
use crate::grant::{Grant, LATER_MAX, Lapse, NOTICES_MAX, Notice, Step, Window};
use crate::ids::{Kid, PayloadHash, short};
use crate::keyset::KeySet;
use crate::level::Level;
use crate::moment::Moment;
use crate::report::{Cause, Why};
use crate::verify::limits;
use crate::wire::ascending;

mod guards;
mod next;
mod overlay;
mod person;

/// A notice counts as shown after so many seconds in front of an unlocked, lit screen.
pub const SHOWN_S: u64 = 5;
/// The record of a notice shown lives at most so long.
pub const SHOWN_LIVES_S: u64 = 60 * 86_400;
/// `end` fires when the lower bound has been past it for so much running time.
pub const END_AFTER_S: u64 = 72 * 3600;
/// Hashes of accepted grants that a contact token is compared with: several may wait at once.
pub const RECENT_MAX: usize = 4;
const HOUR_S: u64 = 3600;
const DAY_S: u64 = 86_400;

crate::record! {
    /// Everything that grants, contact and the pass have left on one phone.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct InForce: "what is in force" {
        /// Highest seq accepted.
        1 need highest: u64,
        /// `base` of the newest accepted tightening: loosenings up to it are old.
        2 need base: u64,
        /// Name of the grant in force; zeros before the first.
        3 need hash: PayloadHash,
        /// Short names of the newest grants accepted, newest last.
        4 list recent: [u8; 8],
        /// The steps after `steps[0]` of the grant in force, after cuts.
        5 list later: Step,
        /// How many of them have begun.
        6 need begun_steps: u8,
        /// What has begun and still counts, of this grant and earlier ones; levels rise strictly.
        7 list begun: Begun,
        8 list notices: Notice,
        9 some pay: u64,
        /// Effective: the lower of grant and charter.
        10 need lapse: Lapse,
        /// The lapse has fired for the grant in force.
        11 need lapsed: bool,
        /// Effective instant of self-release.
        12 need end: u64,
        /// Running time at which the lower bound was first seen past `end`.
        13 some end_since: u64,
        14 some released: Cause,
        /// How each notice was shown; ids rising, as in `notices`.
        15 list shown: Showing,
        /// Free running time at which the grant level last changed.
        16 need dwell_since: u64,
        /// Running time at which the pass in use ends.
        17 some pass_until: u64,
        /// Running times at which passes of the period began.
        18 list pass_starts: u64,
        /// Passes used since enrolment.
        19 need passes: u64,
        /// Running time of the last settling.
        20 need at: u64,
        /// Seconds up to then in which an overlay was live: lead and dwell stood still.
        21 need paused: u64,
        /// `fresh` of the last contact token that counted.
        22 some fresh: u64,
        /// The same instant on the running clock; may lie before this phone's first boot.
        23 need fresh_mark: i64,
        /// The newest grant for this phone, as the last token names it.
        24 some newest: [u8; 8],
        /// Running time at which what typed codes opened ends.
        25 some code_until: u64,
        /// Live caps, levels rising: of each level the one that ends last.
        26 list caps: CapLive,
        /// The highest seq of each key, and `base` of its newest tightening; zeros stand for all
        /// keys that aren't listed any more.
        27 list seqs: SeqOf,
        |force| {
            usize::from(force.begun_steps) <= force.later.len() => "no more begun than there are",
            force.later.len() as u64 <= LATER_MAX => "at most 3 later steps",
            force.begun.len() as u64 <= LATER_MAX => "at most 3 begun steps",
            force.notices.len() as u64 <= NOTICES_MAX => "at most 8 notices",
            force.shown.len() == force.notices.len() => "a record of each notice",
            force.recent.len() <= RECENT_MAX => "at most 4 recent grants",
            force.pass_starts.len() <= usize::from(PASS_TIMES_MAX) => "at most 8 passes",
            ascending(&force.caps, |cap| cap.level) => "one cap of each level, rising",
            force.caps.iter().all(|cap| cap.level != Level::Released) => "caps at free or above",
        }
    }

    /// A step that has begun.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Begun: "a begun step" {
        /// Newer grants only ever lower it.
        1 need level: Level,
        /// It comes back after an overlay only inside this; never renewed or dropped.
        2 some window: Window,
        /// The lower bound alone judges its window: it had no `silence_h`.
        3 need by_lower: bool,
        4 some before: u64,
        /// An overlay has lowered it and is over: until its window lets it come back, it counts
        /// as at most this.
        5 some returning: Level,
    }
}

crate::row! {
    /// A cap of the whole lender that is live on this phone.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct CapLive: "a live cap" {
        /// `Lock` lowers nothing, but lets nothing new begin.
        level: Level,
        /// Unix seconds, excluded; the lower bound judges it.
        until: u64,
    }

    /// What one key has numbered.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct SeqOf: "the seqs of a key" {
        kid: Kid,
        highest: u64,
        base: u64,
    }
}

crate::record! {
    /// The record of one notice being shown.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub struct Showing: "a notice shown" {
        1 need id: u16,
        /// How often it was put before an unlocked, lit screen.
        2 need times: u64,
        /// Seconds in sum.
        3 need seconds: u64,
        4 some first: FirstShown,
    }
}

crate::row! {
    /// The moment at which a notice began to count as shown.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct FirstShown: "when it was shown" {
        running: u64,
        /// Running time less paused time: leads are measured on it.
        free: u64,
        /// Lower bound of the true time.
        lower: u64,
    }
}

/// The parts of a grant that survived its checks, ready to be put in force.
pub(crate) struct Taken {
    pub grant: Grant,
    pub kid: Kid,
    pub hash: PayloadHash,
    pub lapse: Lapse,
    pub end: u64,
    /// Set when a tightening survived.
    pub base: Option<u64>,
}

impl InForce {
    /// A phone that has just enrolled under this charter.
    pub fn enrolled(charter: &Charter, running: u64) -> InForce {
        InForce {
            lapse: charter.lapse,
            end: charter.end(),
            dwell_since: running,
            at: running,
            fresh_mark: i64::try_from(running).unwrap_or(i64::MAX),
            ..InForce::default()
        }
    }

    /// What a new grant is compared with.
    pub fn remaining(&self) -> Remaining<'_> {
        Remaining {
            later: self
                .later
                .get(usize::from(self.begun_steps)..)
                .unwrap_or_default(),
            cap: self.lapsed.then_some(self.lapse.level),
            notices: &self.notices,
            lapse: self.lapse,
            end: self.end,
        }
    }

    /// The level that grants and lapse give, overlays not counted.
    pub fn grant_level(&self) -> Level {
        self.highest_begun(Level::Lock, |begun| begun.level)
    }

    /// The level in force.
    pub fn level(&self) -> Level {
        let overlay = self.overlay().unwrap_or(Level::Lock);
        self.highest_begun(overlay, |begun| {
            begun.level.min(begun.returning.unwrap_or(Level::Lock))
        })
    }

    fn highest_begun(&self, cap: Level, counts: impl Fn(&Begun) -> Level) -> Level {
        if self.released.is_some() {
            return Level::Released;
        }
        let highest = self.begun.iter().map(counts).max().unwrap_or(Level::Free);
        highest.min(cap).min(self.lapse_cap())
    }

    /// What a fired lapse caps everything at.
    fn lapse_cap(&self) -> Level {
        match self.lapsed {
            true => self.lapse.level,
            false => Level::Lock,
        }
    }

    /// Running time that isn't paused by an overlay, up to the last settling.
    pub fn free_time(&self) -> u64 {
        self.at.saturating_sub(self.paused)
    }

    /// Puts a grant in force that has passed its checks.
    pub(crate) fn take(&mut self, taken: Taken) {
        let before = self.grant_level();
        let grant = taken.grant;
        if grant.level == Level::Released {
            self.release(Cause::Released);
        }
        self.cap_begun(grant.level.min(self.lapse_cap()));
        let notices = grant.notices.iter();
        self.shown = notices.map(|notice| self.showing_of(notice)).collect();
        self.later = grant.later;
        self.begun_steps = 0;
        self.notices = grant.notices;
        self.pay = grant.pay;
        self.lapse = taken.lapse;
        self.lapsed = false;
        self.end = taken.end;
        self.number(SeqOf {
            kid: taken.kid,
            highest: grant.seq,
            base: taken.base.unwrap_or(0),
        });
        self.hash = taken.hash;
        if self.recent.len() == RECENT_MAX {
            self.recent.remove(0);
        }
        self.recent.push(short(&taken.hash));
        self.level_changed(before);
    }

    fn cap_begun(&mut self, cap: Level) {
        for begun in &mut self.begun {
            begun.level = begun.level.min(cap);
        }
        self.begun.retain(|begun| begun.level > Level::Free);
        // Two steps capped to one level: the older one stays, so that no window is renewed.
        self.begun.dedup_by_key(|begun| begun.level);
    }

    /// Another charter takes the place of `old`: what it doesn't allow any more is lowered, or
    /// dropped with all that comes after.
    pub fn recharter(&mut self, old: &Charter, new: &Charter) {
        let before = self.grant_level();
        self.cap_begun(new.highest);
        let begun = usize::from(self.begun_steps);
        let mut left = self.later.iter().skip(begun);
        let kept = left.position(|step| !limits::allows(new, &self.notices, step, 0));
        self.later
            .truncate(kept.map_or(usize::MAX, |kept| begun + kept));
        self.lapse = self.lapse.lower(new.lapse);
        self.end = match self.end == old.end() {
            true => new.end(),
            false => self.end.min(new.end()),
        };
        self.level_changed(before);
    }

    fn number(&mut self, row: SeqOf) {
        match self.seqs.iter_mut().find(|one| one.kid == row.kid) {
            Some(one) => {
                one.highest = one.highest.max(row.highest);
                one.base = one.base.max(row.base);
            }
            None => self.seqs.push(row),
        }
        let rows = self.seqs.iter();
        self.highest = rows.clone().map(|row| row.highest).max().unwrap_or(0);
        self.base = rows.map(|row| row.base).max().unwrap_or(0);
    }

    /// A newer key set: what keys have numbered that aren't listed any more is forgotten when the
    /// floor rises, as after a theft; until then it counts.
    pub fn rekey(&mut self, keys: &KeySet, floor_rose: bool) {
        let unlisted = SeqOf {
            kid: [0; 4],
            highest: 0,
            base: 0,
        };
        for mut row in core::mem::replace(&mut self.seqs, alloc::vec![unlisted]) {
            let listed = keys.key(row.kid).is_some();
            if !listed {
                row.kid = unlisted.kid;
            }
            if listed || !floor_rose {
                self.number(row);
            }
        }
        self.number(unlisted);
    }

    /// The record of a notice lives on while every grant carries it unchanged, or cheaper.
    fn showing_of(&self, notice: &Notice) -> Showing {
        let mut old = self.notices.iter();
        let kept = old.any(|old| old.id == notice.id && same_demand(notice, old));
        let mut shown = self.shown.iter();
        let showing = shown.find(|showing| kept && showing.id == notice.id);
        showing.copied().unwrap_or(Showing {
            id: notice.id,
            ..Showing::default()
        })
    }

    fn level_changed(&mut self, before: Level) {
        if self.grant_level() != before {
            self.dwell_since = self.free_time();
        }
    }

    fn release(&mut self, cause: Cause) {
        self.released = Some(cause);
        self.begun.clear();
        (self.pass_until, self.code_until) = (None, None);
        self.caps.clear();
    }

    /// Everything that time lowers or lets expire: paused time, the contract's end, the lapse,
    /// the end of a pass (what it lowered stays low until [`InForce::advance`]), old records.
    pub fn settle(&mut self, moment: &Moment) {
        if self.released.is_some() || moment.running < self.at {
            return;
        }
        let live_until = match (self.caps.is_empty(), self.pass_until.max(self.code_until)) {
            (false, _) => moment.running,
            (true, until) => until.map_or(self.at, |until| until.min(moment.running)),
        };
        self.paused += live_until.saturating_sub(self.at);
        self.at = moment.running;
        if moment.lower >= self.end {
            let since = *self.end_since.get_or_insert(moment.running);
            if moment.running.saturating_sub(since) >= END_AFTER_S {
                return self.release(Cause::End);
            }
        }
        if !self.lapsed && self.lapse_due() <= i128::from(moment.running) {
            let before = self.grant_level();
            self.lapsed = true;
            self.level_changed(before);
        }
        self.end_overlays(moment);
        let last = moment.running.saturating_sub(SHOWN_LIVES_S);
        for showing in &mut self.shown {
            if showing.first.is_some_and(|first| first.running < last) {
                let id = showing.id;
                *showing = Showing {
                    id,
                    ..Showing::default()
                };
            }
        }
    }

    /// Running time at which the lapse fires without fresh contact.
    fn lapse_due(&self) -> i128 {
        i128::from(self.fresh_mark) + i128::from(self.lapse.hours) * i128::from(HOUR_S)
    }

    /// Settles, then lets lowered steps come back and steps begin, as their guards allow.
    pub fn advance(&mut self, moment: &Moment) {
        self.settle(moment);
        if self.released.is_some() || moment.running < self.at {
            return;
        }
        if self.overlay().is_none() {
            let back = |begun: &&mut Begun| begun.returning.is_some() && begun.comes_back(moment);
            self.begun
                .iter_mut()
                .filter(back)
                .for_each(|begun| begun.returning = None);
        }
        while let Some(step) = self.next_step()
            && self.waits(moment).is_empty()
        {
            let begun = Begun {
                level: step.level,
                window: step.guards.window,
                by_lower: step.guards.silence_h.is_none(),
                before: step.guards.before,
                returning: None,
            };
            let before = self.grant_level();
            self.begun.push(begun);
            self.begun_steps += 1;
            self.level_changed(before);
        }
    }

    /// The step that would begin next.
    pub fn next_step(&self) -> Option<&Step> {
        self.later.get(usize::from(self.begun_steps))
    }

    /// Fresh contact: how far the server's knowledge is complete, and which grant is the newest.
    /// `age_s` is how old `fresh` was when the nonce was sent, at running time `sent`.
    pub fn contact(&mut self, fresh: u64, age_s: u64, sent: u64, newest: [u8; 8]) {
        self.newest = Some(newest);
        if self.fresh.is_none_or(|before| fresh > before) {
            self.fresh = Some(fresh);
            let mark = i128::from(sent) - i128::from(age_s);
            let mark = i64::try_from(mark).unwrap_or(i64::MIN);
            self.fresh_mark = self.fresh_mark.max(mark);
        }
    }

    /// Why the level in force is what it is, and what the next step waits for.
    pub fn why(&self, moment: &Moment) -> Why {
        let capped = self
            .begun
            .iter()
            .any(|begun| begun.level > self.lapse.level);
        let by_grant = match self.lapsed && capped {
            true => Cause::Lapse,
            false => Cause::Grant,
        };
        let (cause, waits) = match self.released {
            Some(cause) => (cause, Vec::new()),
            None => (self.lowered_by().unwrap_or(by_grant), self.waits(moment)),
        };
        let step = self.begun_steps;
        Why { cause, step, waits }
    }
}
