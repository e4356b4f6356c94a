//! Gates: whether a pack lets anything be climbed, on a day.
//!
//! A gate fails to the borrower's side: what isn't known counts as closed, but for facts about
//! the device, which a caller without one leaves out. Gates and caps only change at local
//! midnights, and [`turns`] says what counts from which day on.

use alloc::vec::Vec;

use super::permits;
use crate::calendar::Day;
use crate::contract::Consent;
use crate::rules::scope::ConsentTiming;
use crate::rules::{Applies, Cited, Level, Pack, Rules};
use crate::standing::Facts;

/// Whether a pack lets anything be climbed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    Open,
    /// The level is `free`.
    Closed,
    /// Not in force on this day, or not about this contract: the pack adds nothing. Nor does a
    /// policy or a platform where every law is absent: it stands beside a law, and is none.
    Absent,
}

fn gate(facts: &Facts, rules: &Rules, pack: &Pack, day: Day) -> Gate {
    if !judges(facts, pack, day) || !has_a_law(facts, rules, pack, day) {
        return Gate::Absent;
    }
    let open = day >= facts.contract.signed_on
        && takes_product(facts, pack)
        && has_consent(facts, pack, day)
        && device_is_linked(facts) != Some(false);
    if open { Gate::Open } else { Gate::Closed }
}

fn judges(facts: &Facts, pack: &Pack, day: Day) -> bool {
    pack.in_force(day) && applies(facts, pack)
}

/// A policy needs a law, or a platform that is tried alone; a platform a law, unless it is tried
/// without any.
fn has_a_law(facts: &Facts, rules: &Rules, pack: &Pack, day: Day) -> bool {
    let laws = || rules.packs.iter().filter(|pack| pack.is_law());
    let tried_alone = |pack: &Pack| pack.is_platform() && laws().next().is_none();
    let one = |one: &Pack| (one.is_law() || tried_alone(one)) && judges(facts, one, day);
    pack.is_law() || rules.packs.iter().any(one)
}

pub fn takes_product(facts: &Facts, pack: &Pack) -> bool {
    let takes = &pack.products.value;
    takes.is_empty() || takes.contains(&facts.contract.product)
}

/// The contract is one that the pack is about, as far as is known.
pub fn applies(facts: &Facts, pack: &Pack) -> bool {
    let signed_on = facts.contract.signed_on;
    let takes = |rule: &Cited<Applies>| rule.value.takes(&facts.particulars, signed_on);
    pack.applies.as_ref().is_none_or(takes)
}

/// Separate signature, acknowledged copy, not dated after the business date, and as early as the
/// pack asks.
pub fn has_consent(facts: &Facts, pack: &Pack, day: Day) -> bool {
    let signed_on = facts.contract.signed_on;
    let in_time = |c: &Consent| match pack.consent.value.timing {
        None => true,
        Some(ConsentTiming::BySignature) => c.on <= signed_on,
        Some(ConsentTiming::BeforeSignature) => c.on < signed_on,
    };
    let signed = |c: &Consent| c.separate_signature && c.acknowledged_copy && c.on <= day;
    let consent = facts.contract.consent.as_ref();
    consent.is_some_and(|c| signed(c) && in_time(c))
}

/// None without a device.
pub fn device_is_linked(facts: &Facts) -> Option<bool> {
    let device = facts.device?;
    Some(device.charter_accepted && device.is_this_loans)
}

/// From this day on, until the next turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// Of which pack, by its place in the rules.
    pack: usize,
    from: Day,
    pub gate: Gate,
    /// As the pack's law caps the level.
    pub cap: Level,
}

/// Gate and status of each pack over all days, by pack and day; a turn may change nothing. The
/// first of a pack counts from ever.
pub fn turns(facts: &Facts, rules: &Rules) -> Vec<Turn> {
    let mut turns = Vec::new();
    for (place, pack) in rules.packs.iter().enumerate() {
        turns.extend(turns_of(facts, rules, pack, place));
    }
    turns
}

fn turns_of(facts: &Facts, rules: &Rules, pack: &Pack, place: usize) -> impl Iterator<Item = Turn> {
    let mut days: Vec<Day> = Vec::with_capacity(5);
    days.push(Day::from_unix_days(i32::MIN));
    days.push(facts.contract.signed_on);
    days.extend(facts.contract.consent.map(|c| c.on));
    // A policy and a platform come and go with the laws beside them.
    let coming = rules
        .packs
        .iter()
        .filter(|p| !pack.is_law() || p.id == pack.id);
    for pack in coming {
        days.extend(pack.effective_from);
        days.extend(pack.effective_to.map(|day| day.plus_days(1)));
    }
    permits::turning_days(facts, pack, &mut days);
    days.sort_unstable();
    days.dedup();
    let turn = move |from: Day| Turn {
        pack: place,
        from,
        gate: gate(facts, rules, pack, from),
        cap: permits::cap(facts, pack, from),
    };
    days.into_iter().map(turn)
}

/// The turn of a pack that counts on a day.
pub fn turn(turns: &[Turn], pack: usize, day: Day) -> Turn {
    turns[after(turns, pack, day).saturating_sub(1)]
}

/// The first day after this one on which the gate or the status of a pack could change.
pub fn next_turn(turns: &[Turn], pack: usize, day: Day) -> Option<Day> {
    let next = turns.get(after(turns, pack, day));
    next.filter(|turn| turn.pack == pack).map(|turn| turn.from)
}

/// The place after the turn that counts on a day: mostly it is the last.
fn after(turns: &[Turn], pack: usize, day: Day) -> usize {
    match turns.last() {
        Some(last) if last.pack == pack && last.from <= day => turns.len(),
        _ => turns.partition_point(|turn| (turn.pack, turn.from) <= (pack, day)),
    }
}
