//! The grant: which level applies from which moment, under which conditions. Its shape and bytes;
//! what a phone makes of it is [`crate::verify`]'s and [`crate::in_force`]'s.
//!
//! Failure is [`Malformed`]. Absent on purpose: payees, channels, currencies and texts; those are
//! the charter's, so no grant can name where money goes.

use alloc::vec::Vec;

use crate::cbor::{Malformed, MapWriter, Reader, Writer};
use crate::level::Level;
use crate::wire::{self, Item, ascending};

/// Largest seq: below 2^53.
pub const SEQ_MAX: u64 = wire::NUMBER_MAX;
/// Largest Unix second: below 2^40.
pub const TIME_MAX: u64 = (1 << 40) - 1;
/// Largest amount in minor units, as money is bounded everywhere in Fairlock.
pub const AMOUNT_MAX: u64 = 1_000_000_000_000_000;
/// Largest day since 1970-01-01 (in the year 2243): keeps days within 3 bytes.
pub const DAY_MAX: u32 = 99_999;
/// Steps after `steps[0]`: remind, reduce and lock.
pub const LATER_MAX: u64 = 3;
/// Notices a grant carries: the longest sequence of any rule pack is 4; a pack may double it.
pub const NOTICES_MAX: u64 = 8;
/// Packs and rules a warrant names.
pub const PACKS_MAX: u64 = 8;
pub const RULES_MAX: u64 = 32;
const INSTANT: &str = "an instant below 2^40";
const AMOUNT: &str = "an amount of at most 10^15";

/// One signed plan for one phone. `steps[0]` is `[iat, level]`; what follows is `later`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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

/// `{1: v, 2: seq, 3: iat, 4: ksv, 5: steps, 6: notices, 7: pay, 8: warrant, 9: lapse, 10: end,
/// 11: base}`; `steps` begins with `[iat, level]`.
impl Item for Grant {
    fn put(&self, writer: &mut Writer) {
        let mut map = MapWriter::default();
        crate::field!(@v1 map);
        crate::field!(@put need map, 2, self.seq);
        crate::field!(@put need map, 3, self.iat);
        crate::field!(@put need map, 4, self.ksv);
        let steps = map.key(5);
        steps.array(1 + self.later.len() as u64);
        (self.iat, self.level).put(steps);
        self.later.iter().for_each(|step| step.put(steps));
        crate::field!(@put list map, 6, self.notices);
        crate::field!(@put some map, 7, self.pay);
        crate::field!(@put some map, 8, self.warrant);
        crate::field!(@put some map, 9, self.lapse);
        crate::field!(@put some map, 10, self.end);
        crate::field!(@put some map, 11, self.base);
        writer.raw(&map.finish());
    }

    fn take(r: &mut Reader<'_>) -> Result<Grant, Malformed> {
        let f = &mut r.fields("a grant: a map")?;
        crate::field!(@v1 r, f, "a grant");
        let seq = crate::field!(@take need r, f, 2, "key 2 of a grant: seq");
        let iat: u64 = crate::field!(@take need r, f, 3, "key 3 of a grant: iat");
        let ksv = crate::field!(@take need r, f, 4, "key 4 of a grant: ksv");
        r.need(f, 5, "key 5 of a grant: steps")?;
        let count = r.array(1, 1 + LATER_MAX, "1 to 4 steps")?;
        let (at, level): (u64, Level) = Item::take(r)?;
        if at != iat {
            return r.wrong("steps[0] at iat");
        }
        let mut grant = Grant::plain(seq, iat, ksv, level);
        for _ in 1..count {
            grant.later.push(Step::take(r)?);
        }
        grant.notices = crate::field!(@take list r, f, 6, "");
        grant.pay = crate::field!(@take some r, f, 7, "");
        grant.warrant = crate::field!(@take some r, f, 8, "");
        grant.lapse = crate::field!(@take some r, f, 9, "");
        grant.end = crate::field!(@take some r, f, 10, "");
        grant.base = crate::field!(@take some r, f, 11, "");
        r.end_fields(f)?;
        match grant.breach() {
            None => Ok(grant),
            Some(expected) => r.wrong(expected),
        }
    }
}

crate::signed_payload!(Grant);

impl Grant {
    /// A grant of one level and nothing else, as unlocks and releases are.
    pub fn plain(seq: u64, iat: u64, ksv: u64, level: Level) -> Grant {
        Grant {
            seq,
            iat,
            ksv,
            level,
            ..Grant::default()
        }
    }

    /// What the first rule expects that it doesn't keep.
    fn breach(&self) -> Option<&'static str> {
        let (mut last_at, mut last_level) = (self.iat, self.level.max(Level::Free));
        let rising = self.later.iter().all(|step| {
            let rises = step.at > last_at && step.level > last_level;
            (last_at, last_level) = (step.at, step.level);
            rises
        });
        let covered = self.warrant.as_ref().map_or(0, |warrant| warrant.covered);
        let alone = Grant {
            end: self.end,
            base: self.base,
            ..Grant::plain(self.seq, self.iat, self.ksv, self.level)
        };
        let pay = 1..=AMOUNT_MAX;
        let rules = [
            (self.iat.max(self.end.unwrap_or(0)) <= TIME_MAX, INSTANT),
            (
                self.ksv <= u64::from(u16::MAX),
                "a key set version below 2^16",
            ),
            (rising, "steps with at and level rising strictly"),
            (
                self.notices.len() as u64 <= NOTICES_MAX,
                "at most 8 notices",
            ),
            (
                ascending(&self.notices, |notice| notice.id),
                "notices with ids rising",
            ),
            (
                self.pay.is_none_or(|sum| pay.contains(&sum)),
                "no pay, or an amount",
            ),
            (
                usize::from(covered) <= self.later.len(),
                "a warrant that covers a step of this grant",
            ),
            (
                self.base.is_none_or(|base| base < self.seq),
                "a base below seq",
            ),
            (
                self.level != Level::Released || alone == *self,
                "released to stand alone",
            ),
        ];
        let broken = rules.into_iter().find(|(kept, _)| !kept);
        broken.map(|(_, expected)| expected)
    }

    pub fn notice(&self, id: u16) -> Option<&Notice> {
        self.notices.iter().find(|notice| notice.id == id)
    }

    /// Reads seq of a canonical map ahead of the schema, as the order of the checks wants; the four
    /// numbers must come first.
    pub fn peek_seq(payload: &[u8]) -> Result<u64, Malformed> {
        let mut r = Reader::new(payload);
        let mut fields = r.fields("a grant: a map")?;
        let mut numbers = [0; 4];
        for (key, number) in (1..).zip(&mut numbers) {
            r.need(&mut fields, key, "keys 1 to 4: v, seq, iat, ksv")?;
            *number = u64::take(&mut r)?;
        }
        Ok(numbers[1])
    }
}

/// A level that begins later, when its guards hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub at: u64,
    pub level: Level,
    pub guards: Guards,
}

impl Step {
    fn is_bare(&self) -> bool {
        self.guards == Guards::default()
    }
}

/// `[at, level]` or `[at, level, guards]`.
impl Item for Step {
    fn put(&self, writer: &mut Writer) {
        writer.array(if self.is_bare() { 2 } else { 3 });
        self.at.put(writer);
        self.level.put(writer);
        if !self.is_bare() {
            self.guards.put(writer);
        }
    }

    fn take(r: &mut Reader<'_>) -> Result<Step, Malformed> {
        let length = r.array(2, 3, "a step: [at, level, guards?]")?;
        let (at, level) = (r.uint(TIME_MAX, INSTANT)?, Level::take(r)?);
        let mut step = Step {
            at,
            level,
            guards: Guards::default(),
        };
        if length == 3 {
            step.guards = Guards::take(r)?;
            if step.is_bare() {
                return r.wrong("guards that aren't empty");
            }
        }
        Ok(step)
    }
}

crate::record! {
    /// Conditions for a step to begin; a missing one is the loosest.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Guards: "guards" {
        /// Ids of notices that were shown on this phone, ascending; empty means no such guard.
        1 list notices: u16,
        /// Hours of running time since the last of them was first shown.
        2 some lead_h: u16,
        /// Fresh contact within so many hours.
        3 some silence_h: u16,
        4 some window: Window,
        /// Hours for which the grant level hasn't changed.
        5 some dwell_h: u16,
        /// From this instant on neither this step nor a later one begins.
        6 some before: u64,
        |guards| {
            guards.notices.len() as u64 <= NOTICES_MAX => "at most 8 notice ids",
            ascending(&guards.notices, |id| *id) => "notice ids in ascending order",
            guards.before.is_none_or(|before| before <= TIME_MAX) => INSTANT,
        }
    }
}

crate::row! {
    /// Local minutes of certain weekdays, never over midnight.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Window: "a window" {
        /// Local time minus UTC, fixed by the signer for the date of the step's `at`.
        offset_min: i16,
        /// Included.
        from_min: u16,
        /// Excluded.
        to_min: u16,
        /// Bit 0 is Monday; never 0.
        days: u8,
        |window| {
            window.from_min < window.to_min && window.to_min <= 1440 => "a window within one day",
            (1..=127).contains(&window.days) => "weekdays, bit 0 is Monday",
        }
    }

    /// What must have been shown before a step that rests on it.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Notice: "a notice" {
        id: u16,
        /// The level that it announces.
        level: Level,
        /// Number of the rule.
        reason: u16,
        /// Arrears when it was served, minor units.
        amount: u64,
        /// Days since 1970-01-01 in the charter's zone.
        due_day: u32,
        /// From this instant on the phone shows it.
        show_from: u64,
        |notice| {
            notice.level >= Level::Remind => "a notice of remind, reduce or lock",
            notice.amount <= AMOUNT_MAX => AMOUNT,
            notice.due_day <= DAY_MAX => "a day since 1970-01-01",
            notice.show_from <= TIME_MAX => INSTANT,
        }
    }
}

crate::record! {
    /// Why a stricter level is lawful.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Warrant: "a warrant" {
        /// Pack number and version, ascending by number.
        1 need packs: Vec<(u16, u16)>,
        /// Rule numbers, ascending.
        2 need rules: Vec<u16>,
        /// First 16 bytes of SHA-256 of the decision record.
        3 need decision: [u8; 16],
        /// Index in `steps` of the highest step covered (0 is `steps[0]`).
        4 need covered: u8,
        |warrant| {
            (1..=PACKS_MAX).contains(&(warrant.packs.len() as u64)) => "1 to 8 packs",
            (1..=RULES_MAX).contains(&(warrant.rules.len() as u64)) => "1 to 32 rules",
            ascending(&warrant.packs, |pack| pack.0) => "packs in ascending order",
            ascending(&warrant.rules, |rule| *rule) => "rules in ascending order",
        }
    }
}

crate::row! {
    /// Without fresh contact for so many hours, nothing counts as more than this level.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub struct Lapse: "a lapse" {
        hours: u16,
        level: Level,
        |lapse| {
            lapse.level != Level::Released => "a lapse to free, remind, reduce or lock",
        }
    }
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
