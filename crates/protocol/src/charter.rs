//! The charter: the limits that lender and borrower signed at enrolment. The phone enforces them
//! against its own server, and the compiled limits below against the charter itself.
//!
//! Failure is [`Malformed`] (bytes) or [`CharterBreach`] (limits), in the order of the checks.
//! Later, not here: replacing a charter by a softer one, or by a stricter one that the borrower
//! accepts.

use alloc::string::String;
use alloc::vec::Vec;

use crate::grant::{DAY_MAX, Lapse, TIME_MAX};
use crate::level::Level;

mod codec;

/// Largest charter payload: the phone keeps it in its state of at most 4 KiB.
pub const CHARTER_MAX: usize = 1536;

/// No charter can go below these leads, in hours.
pub const LEAD_REDUCE_H: u16 = 24;
pub const LEAD_LOCK_H: u16 = 48;
/// Nor below this dwell before `lock`.
pub const DWELL_LOCK_H: u16 = 24;
/// Nor beyond this silence.
pub const SILENCE_H_MAX: u16 = 72;
/// Nor beyond this lapse.
pub const LAPSE_MAX: Lapse = Lapse {
    hours: 168,
    level: Level::Reduce,
};
/// A pass of at least 24 h, at least once in 30 days.
pub const PASS_H_MIN: u16 = 24;
pub const PASS_PERIOD_DAYS_MAX: u16 = 30;
/// Windows lie within 07:00-21:00 local.
pub const DAY_OPENS_MIN: u16 = 7 * 60;
pub const DAY_CLOSES_MIN: u16 = 21 * 60;
/// The charter's last day is at most so many days after the last due day.
pub const LAST_DAY_AFTER_DUE: u32 = 180;
/// An offline `reduce` comes no sooner than this.
pub const OFFLINE_DAYS_MIN: u16 = 14;
/// A step's `before` is at most so long after its `at`.
pub const BEFORE_LOCK_S: u64 = 7 * 86_400;
pub const BEFORE_REDUCE_S: u64 = 60 * 86_400;
/// The lapse of a charter that names none better.
pub const LAPSE_DEFAULT: Lapse = Lapse {
    hours: 72,
    level: Level::Reduce,
};
/// A pass is remembered start by start; more in one period isn't worth the room.
pub const PASS_TIMES_MAX: u8 = 8;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charter {
    /// Counter, rising with each charter of this device.
    pub n: u64,
    pub iat: u64,
    /// The lender's name, as people read it.
    pub lender: String,
    /// The contract's number.
    pub contract: String,
    pub currency: Currency,
    /// What to name when paying (ISO 11649).
    pub reference: String,
    /// Where money may go; ids ascending.
    pub channels: Vec<Channel>,
    /// The strictest level this phone may ever have: remind, reduce or lock.
    pub highest: Level,
    /// Limits of steps to `reduce`; `None` below that highest level.
    pub reduce: Option<Limits>,
    /// Limits of steps to `lock`.
    pub lock: Option<Limits>,
    /// Apps that stay whatever the level, ascending.
    pub floor: Vec<FloorApp>,
    /// Classes that `reduce` pauses, ascending.
    pub classes: Vec<AppClass>,
    /// Days after which a phone that never calls may come to `reduce`.
    pub offline_days: u16,
    /// Longest `silence_h` that a grant may have.
    pub silence_h: u16,
    pub lapse: Lapse,
    pub pass: Pass,
    /// How far ahead typed codes may open, in days.
    pub code_days: u16,
    /// Hours of lead after a factory reset and new enrolment.
    pub reset_lead_h: u16,
    /// What may be restricted beyond apps, ascending; usually nothing.
    pub restrictions: Vec<Restriction>,
    /// Day of the last instalment.
    pub last_due: u32,
    /// The last day on which anything may be limited.
    pub last_day: u32,
    pub zone: Zone,
    /// Lender first, then complaint bodies and free advice, in the order in which to call.
    pub help: Vec<Help>,
    /// Language tags in order of preference; the contract's first.
    pub languages: Vec<String>,
}

/// What the phone needs to write an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Currency {
    /// ISO 4217 letters.
    pub code: [u8; 3],
    /// ISO 4217 decimals.
    pub exponent: u8,
}

/// A way to pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    pub id: u16,
    pub kind: ChannelKind,
    /// Name of the account's holder.
    pub payee: String,
    /// Account, till or paybill number.
    pub account: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelKind {
    Bank,
    MobileMoney,
    Card,
    Cash,
}

/// Least conditions of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub lead_h: u16,
    /// 0 where no dwell is asked.
    pub dwell_h: u16,
    /// Local minutes, from included, to excluded.
    pub from_min: u16,
    pub to_min: u16,
    /// Bit 0 is Monday.
    pub days: u8,
}

/// An app that no level takes away.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FloorApp {
    pub kind: FloorKind,
    /// Package name.
    pub app: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FloorKind {
    Payment,
    Banking,
    MobileMoney,
    Authenticator,
    Health,
    GovernmentId,
}

/// The closed list of product.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AppClass {
    Games,
    Video,
    Music,
    Social,
    News,
    Shopping,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Restriction {
    SafeBoot,
    FactoryReset,
    Debugging,
    UnknownSources,
}

/// The borrower's own key to an open phone: no proof, no network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pass {
    pub hours: u16,
    /// So many times in a period.
    pub times: u8,
    pub period_days: u16,
}

/// Local time as a list, so that no phone needs a time-zone database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// IANA name, for people.
    pub name: String,
    /// Offset before the first transition, minutes east of UTC.
    pub offset_min: i16,
    /// From this instant on this offset; instants ascending.
    pub transitions: Vec<(u64, i16)>,
}

/// Whom to call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Help {
    pub kind: HelpKind,
    pub name: String,
    /// Telephone number or address.
    pub contact: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HelpKind {
    Lender,
    Complaint,
    Advice,
}

/// What a charter may not say, in the order of the checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CharterBreach {
    /// Limits must stand exactly for the levels up to the highest.
    LimitsMissing,
    LeadTooShort,
    DwellTooShort,
    WindowTooWide,
    SilenceTooLong,
    LapseTooLong,
    PassTooSmall,
    OfflineTooSoon,
    LastDayTooLate,
    /// No lender or no complaint body to call.
    NobodyToCall,
}

impl Zone {
    /// Minutes east of UTC at an instant.
    pub fn offset_at(&self, at: u64) -> i16 {
        let reached = self.transitions.iter().rev().find(|(from, _)| *from <= at);
        reached.map_or(self.offset_min, |(_, offset)| *offset)
    }

    /// The first instant of a local day; around a change of the clocks the earlier reading.
    pub fn begin_of(&self, day: u32) -> u64 {
        let midnight = u64::from(day) * 86_400;
        let by = |offset: i16| midnight.saturating_add_signed(-i64::from(offset) * 60);
        let guess = by(self.offset_at(midnight));
        guess.min(by(self.offset_at(guess)))
    }
}

impl Charter {
    /// The instant from which nothing may be limited any more: the end of the last day.
    pub fn end(&self) -> u64 {
        self.zone
            .begin_of(self.last_day.min(DAY_MAX as u32 - 1) + 1)
            .min(TIME_MAX)
    }

    /// The limits of steps to a level.
    pub fn limits(&self, level: Level) -> Option<&Limits> {
        match level {
            Level::Reduce => self.reduce.as_ref(),
            Level::Lock => self.lock.as_ref(),
            _ => None,
        }
    }

    /// Holds the charter itself against the compiled limits.
    pub fn check(&self) -> Result<(), CharterBreach> {
        let asked = (self.highest >= Level::Reduce, self.highest >= Level::Lock);
        if (self.reduce.is_some(), self.lock.is_some()) != asked {
            return Err(CharterBreach::LimitsMissing);
        }
        let short = |limits: &Option<Limits>, least| {
            limits.as_ref().is_some_and(|limits| limits.lead_h < least)
        };
        if short(&self.reduce, LEAD_REDUCE_H) || short(&self.lock, LEAD_LOCK_H) {
            return Err(CharterBreach::LeadTooShort);
        }
        if self
            .lock
            .is_some_and(|limits| limits.dwell_h < DWELL_LOCK_H)
        {
            return Err(CharterBreach::DwellTooShort);
        }
        let wide = |limits: &Limits| {
            limits.from_min < DAY_OPENS_MIN
                || limits.to_min > DAY_CLOSES_MIN
                || limits.from_min >= limits.to_min
        };
        if self.reduce.iter().chain(&self.lock).any(wide) {
            return Err(CharterBreach::WindowTooWide);
        }
        if self.silence_h > SILENCE_H_MAX {
            return Err(CharterBreach::SilenceTooLong);
        }
        if self.lapse.hours > LAPSE_MAX.hours || self.lapse.level > LAPSE_MAX.level {
            return Err(CharterBreach::LapseTooLong);
        }
        let pass = self.pass;
        if pass.hours < PASS_H_MIN || pass.times == 0 || pass.period_days > PASS_PERIOD_DAYS_MAX {
            return Err(CharterBreach::PassTooSmall);
        }
        if self.offline_days < OFFLINE_DAYS_MIN {
            return Err(CharterBreach::OfflineTooSoon);
        }
        if self.last_day > self.last_due.saturating_add(LAST_DAY_AFTER_DUE) {
            return Err(CharterBreach::LastDayTooLate);
        }
        let somebody = |kind| self.help.iter().any(|help| help.kind == kind);
        if !somebody(HelpKind::Lender) || !somebody(HelpKind::Complaint) {
            return Err(CharterBreach::NobodyToCall);
        }
        Ok(())
    }
}
