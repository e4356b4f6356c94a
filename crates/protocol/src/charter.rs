//! The charter: the limits that lender and borrower signed at enrolment. The phone enforces them
//! against its own server, and the compiled limits below against the charter itself.
//!
//! Failure is [`Malformed`] (bytes) or [`CharterBreach`] (limits), in the order of the checks.
//! How one takes another's place is [`Replacement`]'s.

use alloc::string::String;
use alloc::vec::Vec;

use crate::grant::{DAY_MAX, Lapse, TIME_MAX};
use crate::level::Level;
use crate::wire::ascending;

mod replace;

pub use replace::{PAYEES_SHOWN_S, Replacement};

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
/// A pass is remembered start by start; more in one period isn't worth the room.
pub const PASS_TIMES_MAX: u8 = 8;

crate::record! {
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Charter: "a charter" v1 {
        /// Counter, rising with each charter of this device.
        2 need n: u64,
        3 need iat: u64,
        /// The lender's name, as people read it.
        4 need lender: String,
        /// The contract's number.
        5 need contract: String,
        6 need currency: Currency,
        /// What to name when paying (ISO 11649).
        7 need reference: String,
        /// Where money may go; ids ascending.
        8 need channels: Vec<Channel>,
        /// The strictest level this phone may ever have: remind, reduce or lock.
        9 need highest: Level,
        /// Limits of steps to `reduce`; absent below that highest level.
        10 some reduce: Limits,
        /// Limits of steps to `lock`.
        11 some lock: Limits,
        /// Apps that stay whatever the level, ascending.
        12 list floor: FloorApp,
        /// Classes that `reduce` pauses, ascending.
        13 list classes: AppClass,
        /// Days after which a phone that never calls may come to `reduce`.
        14 need offline_days: u16,
        /// Longest `silence_h` that a grant may have.
        15 need silence_h: u16,
        16 need lapse: Lapse,
        17 need pass: Pass,
        /// How far ahead typed codes may open, in days.
        18 need code_days: u16,
        /// Hours of lead after a factory reset and new enrolment.
        19 need reset_lead_h: u16,
        /// What may be restricted beyond apps, ascending; usually nothing.
        20 list restrictions: Restriction,
        /// Day of the last instalment.
        21 need last_due: u32,
        /// The last day on which anything may be limited.
        22 need last_day: u32,
        23 need zone: Zone,
        /// Lender first, then complaint bodies and free advice, in the order in which to call.
        24 need help: Vec<Help>,
        /// Language tags in order of preference; the contract's first.
        25 need languages: Vec<String>,
        |charter| {
            charter.iat <= TIME_MAX => "an instant below 2^40",
            !charter.channels.is_empty() => "a way to pay",
            ascending(&charter.channels, |channel| channel.id) => "channels with ids rising",
            charter.highest >= Level::Remind => "a highest level of remind, reduce or lock",
            ascending(&charter.floor, |app| app.clone()) => "floor apps in ascending order",
            ascending(&charter.classes, |class| *class) => "classes in ascending order",
            ascending(&charter.restrictions, |one| *one) => "restrictions in ascending order",
            charter.last_due.max(charter.last_day) <= DAY_MAX => "a day since 1970-01-01",
            !charter.languages.is_empty() => "a language",
        }
    }
}

crate::signed_payload!(Charter, CHARTER_MAX, "at most 1,536 bytes");

crate::row! {
    /// What the phone needs to write an amount.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Currency: "a currency" {
        /// ISO 4217 letters.
        code: [u8; 3],
        /// ISO 4217 decimals.
        exponent: u8,
        |currency| {
            currency.code.iter().all(u8::is_ascii_uppercase) => "3 letters of ISO 4217",
            currency.exponent <= 4 => "0 to 4 decimals",
        }
    }

    /// A way to pay.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Channel: "a channel" {
        id: u16,
        kind: ChannelKind,
        /// Name of the account's holder.
        payee: String,
        /// Account, till or paybill number.
        account: String,
    }
}

crate::codes! {
    pub enum ChannelKind: "a kind of channel: 1 to 4" {
        Bank = 1,
        MobileMoney = 2,
        Card = 3,
        Cash = 4,
    }
}

crate::row! {
    /// Least conditions of a step.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Limits: "limits" {
        lead_h: u16,
        /// 0 where no dwell is asked.
        dwell_h: u16,
        /// Local minutes, from included, to excluded.
        from_min: u16,
        to_min: u16,
        /// Bit 0 is Monday.
        days: u8,
    }

    /// An app that no level takes away.
    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub struct FloorApp: "a floor app" {
        kind: FloorKind,
        /// Package name.
        app: String,
    }
}

crate::codes! {
    pub enum FloorKind: "a kind of floor app: 1 to 6" {
        Payment = 1,
        Banking = 2,
        MobileMoney = 3,
        Authenticator = 4,
        Health = 5,
        GovernmentId = 6,
    }

    /// The closed list of product.md.
    pub enum AppClass: "a class of apps: 1 to 6" {
        Games = 1,
        Video = 2,
        Music = 3,
        Social = 4,
        News = 5,
        Shopping = 6,
    }

    pub enum Restriction: "a restriction: 1 to 4" {
        SafeBoot = 1,
        FactoryReset = 2,
        Debugging = 3,
        UnknownSources = 4,
    }
}

crate::row! {
    /// The borrower's own key to an open phone: no proof, no network.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Pass: "a pass" {
        hours: u16,
        /// So many times in a period.
        times: u8,
        period_days: u16,
        |pass| {
            pass.times <= PASS_TIMES_MAX => "at most 8 passes a period",
        }
    }

    /// Local time as a list, so that no phone needs a time-zone database.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Zone: "a zone" {
        /// IANA name, for people.
        name: String,
        /// Offset before the first transition, minutes east of UTC.
        offset_min: i16,
        /// From this instant on this offset; instants ascending.
        transitions: Vec<(u64, i16)>,
        |zone| {
            ascending(&zone.transitions, |(from, _)| *from) => "transitions in ascending order",
            zone.transitions.iter().all(|(from, _)| *from <= TIME_MAX) => "an instant below 2^40",
        }
    }

    /// Whom to call.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Help: "a contact" {
        kind: HelpKind,
        name: String,
        /// Telephone number or address.
        contact: String,
    }
}

crate::codes! {
    pub enum HelpKind: "a kind of contact: 1 to 3" {
        Lender = 1,
        Complaint = 2,
        Advice = 3,
    }
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
            .begin_of(self.last_day.min(DAY_MAX) + 1)
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
        use CharterBreach as Breach;
        let asked = (self.highest >= Level::Reduce, self.highest >= Level::Lock);
        let limited = (self.reduce.is_some(), self.lock.is_some());
        let short = |limits: Limits, least: u16| limits.lead_h < least;
        let wide = |limits: &Limits| {
            limits.from_min < DAY_OPENS_MIN
                || limits.to_min > DAY_CLOSES_MIN
                || limits.from_min >= limits.to_min
        };
        let pass = self.pass;
        let small =
            pass.hours < PASS_H_MIN || pass.times == 0 || pass.period_days > PASS_PERIOD_DAYS_MAX;
        let somebody = |kind| self.help.iter().any(|help| help.kind == kind);
        let breaches = [
            (limited != asked, Breach::LimitsMissing),
            (
                self.reduce
                    .is_some_and(|limits| short(limits, LEAD_REDUCE_H))
                    || self.lock.is_some_and(|limits| short(limits, LEAD_LOCK_H)),
                Breach::LeadTooShort,
            ),
            (
                self.lock
                    .is_some_and(|limits| limits.dwell_h < DWELL_LOCK_H),
                Breach::DwellTooShort,
            ),
            (
                self.reduce.iter().chain(&self.lock).any(wide),
                Breach::WindowTooWide,
            ),
            (self.silence_h > SILENCE_H_MAX, Breach::SilenceTooLong),
            (
                self.lapse.lower(LAPSE_MAX) != self.lapse,
                Breach::LapseTooLong,
            ),
            (small, Breach::PassTooSmall),
            (self.offline_days < OFFLINE_DAYS_MIN, Breach::OfflineTooSoon),
            (
                self.last_day > self.last_due.saturating_add(LAST_DAY_AFTER_DUE),
                Breach::LastDayTooLate,
            ),
            (
                !somebody(HelpKind::Lender) || !somebody(HelpKind::Complaint),
                Breach::NobodyToCall,
            ),
        ];
        let broken = breaches.into_iter().find(|(broken, _)| *broken);
        broken.map_or(Ok(()), |(_, breach)| Err(breach))
    }
}
