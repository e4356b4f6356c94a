//! The grant: which level applies from which moment, under which conditions. Its shape and bytes;
//! what a phone makes of it is [`crate::verify`]'s and [`crate::in_force`]'s.
//!
//! Failure is [`Malformed`]. Absent on purpose: payees, channels, currencies and texts; those are
//! the charter's, so no grant can name where money goes.

use alloc::vec::Vec;

use crate::cbor::{Fields, Malformed, MapWriter, Reader, Writer};
use crate::level::Level;

/// Largest seq, exclusive of nothing: below 2^53, so that no reader needs more than a double.
pub const SEQ_MAX: u64 = (1 << 53) - 1;
/// Largest Unix second: below 2^40.
pub const TIME_MAX: u64 = (1 << 40) - 1;
/// Largest amount in minor units, as money is bounded everywhere in Fairlock.
pub const AMOUNT_MAX: u64 = 1_000_000_000_000_000;
/// Largest day since 1970-01-01 (year 2243 and some): keeps days within 3 bytes.
pub const DAY_MAX: u64 = 99_999;
/// Steps after `steps[0]`: remind, reduce and lock.
pub const LATER_MAX: u64 = 3;
/// Notices a grant carries: the longest sequence of any rule pack is 4; a pack may double it.
pub const NOTICES_MAX: u64 = 8;
/// Packs and rules a warrant names.
pub const PACKS_MAX: u64 = 8;
pub const RULES_MAX: u64 = 32;
/// Ids and hours are 16 bits.
const U16: u64 = u16::MAX as u64;

/// One signed plan for one phone. `steps[0]` is `[iat, level]`; what follows is `later`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub seq: u64,
    /// Issued at, Unix seconds; only compared, it raises nothing.
    pub iat: u64,
    /// The key set that the signer believes the phone has.
    pub ksv: u64,
    /// In force from acceptance, as an upper bound.
    pub level: Level,
    /// At most 3, `at` and levels rising strictly.
    pub later: Vec<Step>,
    /// Ids rising.
    pub notices: Vec<Notice>,
    /// What restores now, minor units of the charter's currency.
    pub pay: Option<u64>,
    pub warrant: Option<Warrant>,
    pub lapse: Option<Lapse>,
    /// Instant of self-release; `None` means the charter's.
    pub end: Option<u64>,
    /// The highest seq that the signer knew when it read the facts; set by RESTRICT.
    pub base: Option<u64>,
}

/// What orders a grant, before its schema is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peek {
    pub seq: u64,
    pub ksv: u64,
}

/// A level that begins later, when its guards hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub at: u64,
    pub level: Level,
    pub guards: Guards,
}

/// Conditions for a step to begin; a missing one is the loosest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guards {
    /// Ids of notices that were shown on this phone, ascending; empty means no such guard.
    pub notices: Vec<u16>,
    /// Hours of running time since the last of them was first shown.
    pub lead_h: Option<u16>,
    /// Fresh contact within so many hours.
    pub silence_h: Option<u16>,
    pub window: Option<Window>,
    /// Hours for which the grant level hasn't changed.
    pub dwell_h: Option<u16>,
    /// From this instant on neither this step nor a later one begins.
    pub before: Option<u64>,
}

/// Local minutes of certain weekdays, never over midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Local time minus UTC, fixed by the signer for the date of the step's `at`.
    pub offset_min: i16,
    /// Included.
    pub from_min: u16,
    /// Excluded.
    pub to_min: u16,
    /// Bit 0 is Monday; never 0.
    pub days: u8,
}

/// What must have been shown before a step that rests on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    pub id: u16,
    /// The level that it announces.
    pub level: Level,
    /// Number of the rule.
    pub reason: u16,
    /// Arrears when it was served, minor units.
    pub amount: u64,
    /// Days since 1970-01-01 in the charter's zone.
    pub due_day: u32,
    /// From this instant on the phone shows it.
    pub show_from: u64,
}

/// Why a stricter level is lawful.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warrant {
    /// Pack number and version, ascending by number.
    pub packs: Vec<(u16, u16)>,
    /// Rule numbers, ascending.
    pub rules: Vec<u16>,
    /// First 16 bytes of SHA-256 of the decision record.
    pub decision: [u8; 16],
    /// Index in `steps` of the highest step covered (0 is `steps[0]`).
    pub covered: u8,
}

/// Without fresh contact for so many hours, nothing counts as more than this level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lapse {
    pub hours: u16,
    pub level: Level,
}

impl Lapse {
    /// The lower of both in each part.
    pub fn lower(self, other: Lapse) -> Lapse {
        Lapse {
            hours: self.hours.min(other.hours),
            level: self.level.min(other.level),
        }
    }
}

impl Grant {
    /// A grant of one level and nothing else, as unlocks and releases are.
    pub fn plain(seq: u64, iat: u64, ksv: u64, level: Level) -> Grant {
        Grant {
            seq,
            iat,
            ksv,
            level,
            later: Vec::new(),
            notices: Vec::new(),
            pay: None,
            warrant: None,
            lapse: None,
            end: None,
            base: None,
        }
    }

    pub fn notice(&self, id: u16) -> Option<&Notice> {
        self.notices.iter().find(|notice| notice.id == id)
    }

    /// The payload to be signed; refuses a grant that no phone would read.
    pub fn payload(&self) -> Result<Vec<u8>, Malformed> {
        let mut map = MapWriter::default();
        map.key(1).uint(1);
        map.key(2).uint(self.seq);
        map.key(3).uint(self.iat);
        map.key(4).uint(self.ksv);
        self.write_steps(map.key(5));
        if !self.notices.is_empty() {
            let writer = map.key(6);
            writer.array(self.notices.len() as u64);
            self.notices.iter().for_each(|notice| notice.write(writer));
        }
        if let Some(pay) = self.pay {
            map.key(7).uint(pay);
        }
        if let Some(warrant) = &self.warrant {
            warrant.write(map.key(8));
        }
        if let Some(lapse) = self.lapse {
            lapse.write(map.key(9));
        }
        if let Some(end) = self.end {
            map.key(10).uint(end);
        }
        if let Some(base) = self.base {
            map.key(11).uint(base);
        }
        let payload = map.finish();
        match Grant::read(&payload)? == *self {
            true => Ok(payload),
            false => Err(Malformed {
                at: 0,
                expected: "a grant that reads back as it was",
            }),
        }
    }

    fn write_steps(&self, writer: &mut Writer) {
        writer.array(1 + self.later.len() as u64);
        writer.array(2);
        writer.uint(self.iat);
        writer.uint(self.level.code());
        self.later.iter().for_each(|step| step.write(writer));
    }

    /// Reads a canonical payload by the closed schema.
    pub fn read(payload: &[u8]) -> Result<Grant, Malformed> {
        let mut r = Reader::new(payload);
        let mut fields = r.fields("a grant: a map")?;
        r.need(&mut fields, 1, "key 1, the version")?;
        if r.uint(1, "version 1")? != 1 {
            return r.wrong("version 1");
        }
        r.need(&mut fields, 2, "key 2, seq")?;
        let seq = r.uint(SEQ_MAX, "a seq below 2^53")?;
        r.need(&mut fields, 3, "key 3, iat")?;
        let iat = r.uint(TIME_MAX, "an instant below 2^40")?;
        r.need(&mut fields, 4, "key 4, ksv")?;
        let ksv = r.uint(U16, "a key set version below 2^16")?;
        r.need(&mut fields, 5, "key 5, steps")?;
        let (level, later) = read_steps(&mut r, iat)?;
        let mut grant = Grant {
            later,
            ..Grant::plain(seq, iat, ksv, level)
        };
        grant.read_rest(&mut r, &mut fields)?;
        r.end_fields(&fields)?;
        r.end()?;
        grant.fits_together(&r)?;
        Ok(grant)
    }

    /// Reads ksv and seq of a canonical map ahead of the schema, as the order of the checks wants.
    pub fn peek(payload: &[u8]) -> Result<Peek, Malformed> {
        let mut r = Reader::new(payload);
        let mut fields = r.fields("a grant: a map")?;
        let mut numbers = [0; 4];
        for (key, number) in (1..).zip(&mut numbers) {
            r.need(&mut fields, key, "keys 1 to 4: v, seq, iat, ksv")?;
            *number = r.uint(SEQ_MAX, "a number below 2^53")?;
        }
        let [_, seq, _, ksv] = numbers;
        Ok(Peek { seq, ksv })
    }

    fn read_rest(&mut self, r: &mut Reader<'_>, fields: &mut Fields) -> Result<(), Malformed> {
        if r.has(fields, 6)? {
            let count = r.array(1, NOTICES_MAX, "1 to 8 notices")?;
            for _ in 0..count {
                self.notices.push(Notice::read(r)?);
            }
            if !self.notices.is_sorted_by(|a, b| a.id < b.id) {
                return r.wrong("notices with ids rising");
            }
        }
        if r.has(fields, 7)? {
            self.pay = Some(r.uint(AMOUNT_MAX, "an amount of at most 10^15")?);
        }
        if r.has(fields, 8)? {
            self.warrant = Some(Warrant::read(r)?);
        }
        if r.has(fields, 9)? {
            self.lapse = Some(Lapse::read(r)?);
        }
        if r.has(fields, 10)? {
            self.end = Some(r.uint(TIME_MAX, "an instant below 2^40")?);
        }
        if r.has(fields, 11)? {
            self.base = Some(r.uint(SEQ_MAX, "a seq below 2^53")?);
        }
        Ok(())
    }

    /// What the parts of one grant owe each other.
    fn fits_together(&self, r: &Reader<'_>) -> Result<(), Malformed> {
        if self.pay == Some(0) {
            return r.wrong("no pay when nothing is owed");
        }
        if self.base.is_some_and(|base| base >= self.seq) {
            return r.wrong("a base below seq");
        }
        if let Some(warrant) = &self.warrant
            && usize::from(warrant.covered) > self.later.len()
        {
            return r.wrong("a warrant that covers a step of this grant");
        }
        let alone = self.later.is_empty()
            && self.notices.is_empty()
            && self.pay.is_none()
            && self.warrant.is_none()
            && self.lapse.is_none();
        if self.level == Level::Released && !alone {
            return r.wrong("released to stand alone");
        }
        Ok(())
    }
}

fn read_steps(r: &mut Reader<'_>, iat: u64) -> Result<(Level, Vec<Step>), Malformed> {
    let count = r.array(1, 1 + LATER_MAX, "1 to 4 steps")?;
    r.array(2, 2, "steps[0] without guards")?;
    if r.uint(TIME_MAX, "steps[0] at iat")? != iat {
        return r.wrong("steps[0] at iat");
    }
    let level = Level::read(r)?;
    let mut later: Vec<Step> = Vec::new();
    let (mut last_at, mut last_level) = (iat, level);
    for _ in 1..count {
        let step = Step::read(r)?;
        if step.at <= last_at || step.level <= last_level || step.level < Level::Remind {
            return r.wrong("steps with at and level rising strictly");
        }
        (last_at, last_level) = (step.at, step.level);
        later.push(step);
    }
    Ok((level, later))
}

impl Step {
    /// `[at, level]` or `[at, level, guards]`.
    pub fn write(&self, writer: &mut Writer) {
        let guarded = self.guards != Guards::default();
        writer.array(if guarded { 3 } else { 2 });
        writer.uint(self.at);
        writer.uint(self.level.code());
        if guarded {
            self.guards.write(writer);
        }
    }

    pub fn read(r: &mut Reader<'_>) -> Result<Step, Malformed> {
        let length = r.array(2, 3, "a step: [at, level, guards?]")?;
        let at = r.uint(TIME_MAX, "an instant below 2^40")?;
        let level = Level::read(r)?;
        let guards = if length == 3 {
            Guards::read(r)?
        } else {
            Guards::default()
        };
        if length == 3 && guards == Guards::default() {
            return r.wrong("guards that aren't empty");
        }
        Ok(Step { at, level, guards })
    }
}

impl Guards {
    fn write(&self, writer: &mut Writer) {
        let mut map = MapWriter::default();
        if !self.notices.is_empty() {
            let ids = map.key(1);
            ids.array(self.notices.len() as u64);
            self.notices.iter().for_each(|id| ids.uint(u64::from(*id)));
        }
        if let Some(hours) = self.lead_h {
            map.key(2).uint(u64::from(hours));
        }
        if let Some(hours) = self.silence_h {
            map.key(3).uint(u64::from(hours));
        }
        if let Some(window) = self.window {
            window.write(map.key(4));
        }
        if let Some(hours) = self.dwell_h {
            map.key(5).uint(u64::from(hours));
        }
        if let Some(before) = self.before {
            map.key(6).uint(before);
        }
        writer.raw(&map.finish());
    }

    fn read(r: &mut Reader<'_>) -> Result<Guards, Malformed> {
        let mut fields = r.fields("guards: a map")?;
        let mut guards = Guards::default();
        if r.has(&mut fields, 1)? {
            let count = r.array(1, NOTICES_MAX, "1 to 8 notice ids")?;
            for _ in 0..count {
                guards.notices.push(read_u16(r, "a notice id")?);
            }
            if !guards.notices.is_sorted_by(|a, b| a < b) {
                return r.wrong("notice ids in ascending order");
            }
        }
        if r.has(&mut fields, 2)? {
            guards.lead_h = Some(read_u16(r, "hours")?);
        }
        if r.has(&mut fields, 3)? {
            guards.silence_h = Some(read_u16(r, "hours")?);
        }
        if r.has(&mut fields, 4)? {
            guards.window = Some(Window::read(r)?);
        }
        if r.has(&mut fields, 5)? {
            guards.dwell_h = Some(read_u16(r, "hours")?);
        }
        if r.has(&mut fields, 6)? {
            guards.before = Some(r.uint(TIME_MAX, "an instant below 2^40")?);
        }
        r.end_fields(&fields)?;
        Ok(guards)
    }
}

impl Window {
    pub fn write(&self, writer: &mut Writer) {
        writer.array(4);
        writer.int(i64::from(self.offset_min));
        writer.uint(u64::from(self.from_min));
        writer.uint(u64::from(self.to_min));
        writer.uint(u64::from(self.days));
    }

    pub fn read(r: &mut Reader<'_>) -> Result<Window, Malformed> {
        r.array(4, 4, "a window: [offset_min, from_min, to_min, days]")?;
        let offset_min = r.int(-1080, 1080, "an offset within 18 hours")? as i16;
        let from_min = r.uint(1439, "a minute of the day")? as u16;
        let to_min = r.uint(1440, "a minute of the day, or its end")? as u16;
        let days = r.uint(127, "weekdays, bit 0 is Monday")? as u8;
        if from_min >= to_min || days == 0 {
            return r.wrong("a window that opens, within one day");
        }
        Ok(Window {
            offset_min,
            from_min,
            to_min,
            days,
        })
    }
}

impl Notice {
    pub fn write(&self, writer: &mut Writer) {
        writer.array(6);
        writer.uint(u64::from(self.id));
        writer.uint(self.level.code());
        writer.uint(u64::from(self.reason));
        writer.uint(self.amount);
        writer.uint(u64::from(self.due_day));
        writer.uint(self.show_from);
    }

    pub fn read(r: &mut Reader<'_>) -> Result<Notice, Malformed> {
        r.array(
            6,
            6,
            "a notice: [id, level, reason, amount, due_day, show_from]",
        )?;
        let id = read_u16(r, "a notice id")?;
        let level = Level::read(r)?;
        if !(Level::Remind..=Level::Lock).contains(&level) {
            return r.wrong("a notice of remind, reduce or lock");
        }
        Ok(Notice {
            id,
            level,
            reason: read_u16(r, "a rule number")?,
            amount: r.uint(AMOUNT_MAX, "an amount of at most 10^15")?,
            due_day: r.uint(DAY_MAX, "a day since 1970-01-01")? as u32,
            show_from: r.uint(TIME_MAX, "an instant below 2^40")?,
        })
    }
}

impl Warrant {
    fn write(&self, writer: &mut Writer) {
        writer.map(4);
        writer.uint(1);
        writer.array(self.packs.len() as u64);
        for (pack, version) in &self.packs {
            writer.array(2);
            writer.uint(u64::from(*pack));
            writer.uint(u64::from(*version));
        }
        writer.uint(2);
        writer.array(self.rules.len() as u64);
        self.rules
            .iter()
            .for_each(|rule| writer.uint(u64::from(*rule)));
        writer.uint(3);
        writer.bytes(&self.decision);
        writer.uint(4);
        writer.uint(u64::from(self.covered));
    }

    fn read(r: &mut Reader<'_>) -> Result<Warrant, Malformed> {
        let mut fields = r.fields("a warrant: a map")?;
        r.need(&mut fields, 1, "packs of the warrant")?;
        let count = r.array(1, PACKS_MAX, "1 to 8 packs")?;
        let mut packs = Vec::new();
        for _ in 0..count {
            r.array(2, 2, "[pack, version]")?;
            packs.push((
                read_u16(r, "a pack number")?,
                read_u16(r, "a pack version")?,
            ));
        }
        r.need(&mut fields, 2, "rules of the warrant")?;
        let count = r.array(1, RULES_MAX, "1 to 32 rules")?;
        let mut rules = Vec::new();
        for _ in 0..count {
            rules.push(read_u16(r, "a rule number")?);
        }
        if !packs.is_sorted_by(|a, b| a.0 < b.0) || !rules.is_sorted_by(|a, b| a < b) {
            return r.wrong("packs and rules in ascending order");
        }
        r.need(&mut fields, 3, "the decision's hash")?;
        let decision = r.fixed("a decision hash of 16 bytes")?;
        r.need(&mut fields, 4, "the highest step covered")?;
        let covered = r.uint(LATER_MAX, "an index of a step")? as u8;
        r.end_fields(&fields)?;
        Ok(Warrant {
            packs,
            rules,
            decision,
            covered,
        })
    }
}

impl Lapse {
    pub fn write(&self, writer: &mut Writer) {
        writer.array(2);
        writer.uint(u64::from(self.hours));
        writer.uint(self.level.code());
    }

    pub fn read(r: &mut Reader<'_>) -> Result<Lapse, Malformed> {
        r.array(2, 2, "a lapse: [hours, level]")?;
        let hours = read_u16(r, "hours")?;
        let level = Level::read(r)?;
        if level == Level::Released {
            return r.wrong("a lapse to free, remind, reduce or lock");
        }
        Ok(Lapse { hours, level })
    }
}

/// Ids and hours.
pub(crate) fn read_u16(r: &mut Reader<'_>, expected: &'static str) -> Result<u16, Malformed> {
    Ok(r.uint(U16, expected)? as u16)
}
