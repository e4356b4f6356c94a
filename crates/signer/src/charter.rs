//! The charter: the limits that a phone enforces against its own server, from the contract and
//! the packs that apply to it.
//!
//! Each limit is the borrower-protective extreme of the packs and never beyond what is compiled
//! into the agent. A charter that takes another's place by itself is the softer of both in every
//! field ([`softened`]). Failure is a charter that no phone would take. On purpose absent:
//! restrictions beyond apps (safe boot, factory reset: none is asked for).

use fairlock_domain::calendar::{Day, Instant, Span, Zone};
use fairlock_domain::contract::Contract;
use fairlock_domain::plan;
use fairlock_domain::rules::{self, Pack, Rules};
use fairlock_domain::standing::Facts;
use fairlock_issuer::LAPSE_DEFAULT;
use fairlock_protocol::cbor::Malformed;
use fairlock_protocol::charter::{
    self, AppClass, Channel, Charter, CharterBreach, Currency, DAY_CLOSES_MIN, DAY_OPENS_MIN,
    DWELL_LOCK_H, FloorApp, FloorKind, Help, LAST_DAY_AFTER_DUE, LEAD_LOCK_H, LEAD_REDUCE_H,
    Limits, PASS_H_MIN, PASS_PERIOD_DAYS_MAX, Pass, SILENCE_H_MAX,
};
use fairlock_protocol::cose::{assemble_multi, to_be_signed_multi};
use fairlock_protocol::ids::Domain;
use fairlock_protocol::{Alg, Binding, Level};

use crate::keys::KeyRole;
use crate::ladder::{self, DAY_S, seconds};
use crate::sign::Signer;

/// A phone that never calls comes to `reduce` no sooner than a month: a holiday without network
/// must not look like flight.
const OFFLINE_DAYS: u16 = 30;
/// A typed code opens for at most a week: long enough to reach an office.
const CODE_DAYS: u16 = 7;
/// After a factory reset nothing begins for three days: whoever did it sees the notices first.
const RESET_LEAD_H: u16 = 72;
/// What `reduce` pauses; the rest of the closed list stays open.
const CLASSES: [AppClass; 3] = [AppClass::Games, AppClass::Video, AppClass::Social];
/// Apps that prove who one is elsewhere: losing them locks people out of bank and work.
const FLOOR: [(FloorKind, &str); 2] = [
    (FloorKind::Authenticator, "com.azure.authenticator"),
    (
        FloorKind::Authenticator,
        "com.google.android.apps.authenticator2",
    ),
];

/// What a charter is made of.
pub struct Terms<'a> {
    /// Counter of this device's charters, rising.
    pub n: u64,
    pub now: Instant,
    pub lender_name: &'a str,
    /// What is known of the contract now: its law permits by it.
    pub facts: &'a Facts,
    /// ISO 11649, as payers must write it.
    pub reference: &'a str,
    /// IANA name of the facts' zone.
    pub zone_name: &'a str,
    pub rules: &'a Rules,
    /// Where money may go; ids ascending.
    pub channels: Vec<Channel>,
    /// The lender first, then complaint bodies.
    pub help: Vec<Help>,
    /// Language tags, the contract's first.
    pub languages: Vec<String>,
}

/// Why there is no charter, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CharterError {
    #[error("the charter breaks a compiled limit: {0:?}")]
    Breach(CharterBreach),
    #[error("the charter can't be written: expected {}", .0.expected)]
    Malformed(Malformed),
}

/// The charter of a contract, within the compiled limits.
pub fn draft(terms: Terms<'_>) -> Result<Charter, CharterError> {
    let contract = &terms.facts.contract;
    let day = terms.facts.zone.day_of(terms.now);
    // A permission that comes later is for the engine alone: the borrower signs what is permitted
    // on the day of signing, and no more.
    let permitted = plan::highest_permitted(terms.facts, terms.rules, day);
    let packs = terms.rules.packs.iter();
    let packs = packs.filter(|pack| plan::permitted(terms.facts, pack, day).is_some());
    let packs: Vec<&Pack> = packs.collect();
    let limits = |level| limits(&packs, level).filter(|_| permitted >= level);
    let (reduce, lock) = (limits(rules::Level::Reduce), limits(rules::Level::Lock));
    let highest = match (&reduce, &lock) {
        (Some(_), Some(_)) => Level::Lock,
        (Some(_), None) => Level::Reduce,
        (None, _) => Level::Remind,
    };
    let last_due = contract.instalments.iter().map(|i| i.due).max();
    let last_due = last_due.map_or(0, unix_day);
    let last_day = last_due + LAST_DAY_AFTER_DUE;
    let charter = Charter {
        n: terms.n,
        iat: seconds(terms.now),
        lender: terms.lender_name.to_owned(),
        contract: contract.id.clone(),
        currency: currency(contract),
        reference: terms.reference.to_owned(),
        channels: terms.channels,
        highest,
        lock: lock.filter(|_| reduce.is_some()),
        reduce,
        floor: FLOOR
            .map(|(kind, app)| FloorApp {
                kind,
                app: app.to_owned(),
            })
            .to_vec(),
        classes: CLASSES.to_vec(),
        offline_days: OFFLINE_DAYS,
        silence_h: SILENCE_H_MAX,
        lapse: LAPSE_DEFAULT,
        pass: pass(terms.rules),
        code_days: CODE_DAYS,
        reset_lead_h: RESET_LEAD_H,
        restrictions: Vec::new(),
        last_due,
        last_day,
        zone: zone(&terms.facts.zone, terms.zone_name, terms.now, last_day + 1),
        help: terms.help,
        languages: terms.languages,
    };
    charter.check().map_err(CharterError::Breach)?;
    Ok(charter)
}

/// The softer of a charter in force and of today's in every field, under today's number. Where
/// money goes stays as it was: that takes ROOT. So does the zone's reading, which could move a
/// window either way.
pub fn softened(old: &Charter, today: &Charter) -> Charter {
    let reduce = softer_limits(old.reduce.as_ref(), today.reduce.as_ref());
    let lock = softer_limits(old.lock.as_ref(), today.lock.as_ref());
    let mut highest = old.highest.min(today.highest);
    if lock.is_none() {
        highest = highest.min(Level::Reduce);
    }
    if reduce.is_none() {
        highest = highest.min(Level::Remind);
    }
    Charter {
        n: today.n,
        iat: today.iat,
        highest,
        reduce: reduce.filter(|_| highest >= Level::Reduce),
        lock: lock.filter(|_| highest >= Level::Lock),
        floor: {
            let mut floor = both(&old.floor, &today.floor);
            floor.sort();
            floor
        },
        classes: common(&old.classes, &today.classes),
        offline_days: old.offline_days.max(today.offline_days),
        silence_h: old.silence_h.min(today.silence_h),
        lapse: old.lapse.lower(today.lapse),
        pass: Pass {
            hours: old.pass.hours.max(today.pass.hours),
            times: old.pass.times.max(today.pass.times),
            period_days: old.pass.period_days.min(today.pass.period_days),
        },
        code_days: old.code_days.max(today.code_days),
        reset_lead_h: old.reset_lead_h.max(today.reset_lead_h),
        restrictions: common(&old.restrictions, &today.restrictions),
        last_due: today.last_due,
        last_day: old.last_day.min(today.last_day),
        help: both(&old.help, &today.help),
        languages: both(&old.languages, &today.languages),
        ..old.clone()
    }
}

/// Do both say the same, whatever their numbers and dates?
pub fn says_the_same(one: &Charter, other: &Charter) -> bool {
    let bare = |charter: &Charter| Charter {
        n: 0,
        iat: 0,
        ..charter.clone()
    };
    bare(one) == bare(other)
}

fn softer_limits(old: Option<&Limits>, today: Option<&Limits>) -> Option<Limits> {
    let (old, today) = old.zip(today)?;
    let limits = Limits {
        lead_h: old.lead_h.max(today.lead_h),
        dwell_h: old.dwell_h.max(today.dwell_h),
        from_min: old.from_min.max(today.from_min),
        to_min: old.to_min.min(today.to_min),
        days: old.days & today.days,
    };
    (limits.from_min < limits.to_min && limits.days != 0).then_some(limits)
}

/// All of the old, then what is new.
fn both<T: Clone + PartialEq>(old: &[T], today: &[T]) -> Vec<T> {
    let new = today.iter().filter(|one| !old.contains(one));
    old.iter().chain(new).cloned().collect()
}

fn common<T: Clone + PartialEq>(old: &[T], today: &[T]) -> Vec<T> {
    let stays = old.iter().filter(|one| today.contains(one));
    stays.cloned().collect()
}

/// The tightest conditions of a level over all packs; `None` when a pack doesn't know it, or no
/// hour suits all of them.
fn limits(packs: &[&Pack], level: rules::Level) -> Option<Limits> {
    let (lead_h, dwell_h) = match level {
        rules::Level::Lock => (LEAD_LOCK_H, DWELL_LOCK_H),
        _ => (LEAD_REDUCE_H, 0),
    };
    let mut limits = Limits {
        lead_h,
        dwell_h,
        from_min: DAY_OPENS_MIN,
        to_min: DAY_CLOSES_MIN,
        days: rules::Weekdays::EVERY.0,
    };
    for pack in packs {
        let conditions = pack.conditions(level)?;
        let last = pack.notices.iter().rfind(|notice| notice.level <= level);
        let lead = last.map_or(0, |notice| hours_up(notice.terms.value.lead));
        let dwell = conditions.at_reduce_for.as_ref();
        limits.lead_h = limits.lead_h.max(lead);
        limits.dwell_h = limits
            .dwell_h
            .max(dwell.map_or(0, |dwell| hours_up(dwell.value)));
        if let Some(window) = pack.window(level).map(|window| window.value) {
            limits.from_min = limits.from_min.max(window.from_minute);
            limits.to_min = limits.to_min.min(window.to_minute);
            limits.days &= window.days.weekdays.0;
        }
    }
    (limits.from_min < limits.to_min && limits.days != 0).then_some(limits)
}

/// The longest pass of all packs, as often as the most generous of them.
fn pass(rules: &Rules) -> Pass {
    let passes = || rules.packs.iter().filter_map(|pack| pack.pass.as_ref());
    let hours = passes().map(|pass| hours_up(pass.value.lasts)).max();
    let days = passes()
        .map(|pass| pass.value.once_in.as_hours() / 24)
        .min();
    let days = days.and_then(|days| u16::try_from(days).ok());
    Pass {
        hours: hours.map_or(PASS_H_MIN, |hours| hours.max(PASS_H_MIN)),
        times: 1,
        period_days: days.map_or(PASS_PERIOD_DAYS_MAX, |d| d.clamp(1, PASS_PERIOD_DAYS_MAX)),
    }
}

fn currency(contract: &Contract) -> Currency {
    let mut code = [0; 3];
    let letters = contract.currency.code().as_bytes();
    code.iter_mut()
        .zip(letters)
        .for_each(|(to, from)| *to = *from);
    Currency {
        code,
        exponent: contract.currency.exponent(),
    }
}

/// The zone's changes from now up to the end of the charter's last day.
fn zone(zone: &Zone, name: &str, now: Instant, until: u32) -> charter::Zone {
    let offset = |at| ladder::offset(zone, at).unwrap_or(0);
    let (begin, end) = (seconds(now), (u64::from(until) + 1) * DAY_S);
    let mut transitions = Vec::new();
    let mut at = begin;
    while let Some(change) = ladder::next_change(zone, at, end) {
        transitions.push((change, offset(change)));
        at = change;
    }
    charter::Zone {
        name: name.to_owned(),
        offset_min: offset(begin),
        transitions,
    }
}

fn hours_up(span: Span) -> u16 {
    let whole = u16::try_from(span.as_hours()).unwrap_or(u16::MAX);
    let more = Span::hours(u32::from(whole)) < span;
    whole.saturating_add(u16::from(more))
}

fn unix_day(day: Day) -> u32 {
    u32::try_from(day.unix_days()).unwrap_or(0)
}

impl Signer {
    /// A charter as it is offered: signed by the lender alone, for the phone to sign too.
    /// `reported`: the key set that the phone last reported; none at its enrolment.
    pub fn sign_charter(
        &self,
        phone: &Binding,
        reported: Option<u64>,
        charter: &Charter,
    ) -> Result<Vec<u8>, CharterError> {
        let payload = charter.payload().map_err(CharterError::Malformed)?;
        let ksv = self.generation_for(KeyRole::Charter, reported);
        let kid = self.kid(KeyRole::Charter, ksv);
        let aad = phone.aad(Domain::Charter);
        let message = to_be_signed_multi(kid, Alg::Ed25519, &aad, &payload);
        let signature = self.ring(|keys| keys.sign(KeyRole::Charter, ksv, &message));
        Ok(assemble_multi(&payload, &[(kid, Alg::Ed25519, signature)]))
    }
}
