//! Gates and legal status: what a pack permits at all, on a day.
//!
//! A gate fails to the borrower's side: what isn't known counts as closed, but for facts about
//! the device, which a caller without one leaves out. Both only change at local midnights, and
//! [`turns`] says what counts from which day on.

use alloc::vec::Vec;

use crate::calendar::Day;
use crate::contract::Consent;
use crate::rules::{LegalStatus, Level, Pack};
use crate::standing::Facts;

/// Whether a pack lets anything be climbed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    Open,
    /// The level is `free`.
    Closed,
    /// Not in force on this day: the pack adds nothing.
    Absent,
}

fn gate(facts: &Facts, pack: &Pack, day: Day) -> Gate {
    if !pack.in_force(day) {
        return Gate::Absent;
    }
    let open = day >= facts.contract.signed_on
        && takes_product(facts, pack)
        && has_consent(facts, day)
        && device_is_linked(facts) != Some(false);
    if open { Gate::Open } else { Gate::Closed }
}

pub fn takes_product(facts: &Facts, pack: &Pack) -> bool {
    let takes = &pack.products.value;
    takes.is_empty() || takes.contains(&facts.contract.product)
}

/// Separate signature, acknowledged copy, and not dated after the business date.
pub fn has_consent(facts: &Facts, day: Day) -> bool {
    let good = |c: &Consent| c.separate_signature && c.acknowledged_copy && c.on <= day;
    facts.contract.consent.as_ref().is_some_and(good)
}

/// None without a device.
pub fn device_is_linked(facts: &Facts) -> Option<bool> {
    let device = facts.device?;
    Some(device.charter_accepted && device.is_this_loans)
}

/// How high the legal status lets a level be.
pub fn status_cap(facts: &Facts, pack: &Pack, day: Day) -> Level {
    match pack.legal_status.value {
        LegalStatus::Permitted | LegalStatus::Conditional => Level::Lock,
        LegalStatus::Counsel if is_cleared(facts, pack, day) => Level::Lock,
        _ => Level::Remind,
    }
}

fn is_cleared(facts: &Facts, pack: &Pack, day: Day) -> bool {
    let clears = |c: &&crate::standing::Clearance| c.on <= day && day <= c.until;
    let own = facts.clearances.iter().filter(|c| c.pack == pack.id);
    own.clone().any(|c| clears(&c))
}

/// From this day on, until the next turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    from: Day,
    pub gate: Gate,
    /// As the legal status caps the level.
    pub cap: Level,
}

/// Gate and status over all days, rising; a turn may change nothing. The first counts from ever.
pub fn turns(facts: &Facts, pack: &Pack) -> Vec<Turn> {
    let mut days: Vec<Day> = Vec::with_capacity(5);
    days.push(Day::from_unix_days(i32::MIN));
    days.push(facts.contract.signed_on);
    days.extend(facts.contract.consent.map(|c| c.on));
    days.extend(pack.effective_from);
    days.extend(pack.effective_to.map(|day| day.plus_days(1)));
    if pack.legal_status.value == LegalStatus::Counsel {
        let own = facts.clearances.iter().filter(|c| c.pack == pack.id);
        days.extend(own.flat_map(|c| [c.on, c.until.plus_days(1)]));
    }
    days.sort_unstable();
    days.dedup();
    let turn = |from: Day| Turn {
        from,
        gate: gate(facts, pack, from),
        cap: status_cap(facts, pack, from),
    };
    days.into_iter().map(turn).collect()
}

/// The turn that counts on a day.
pub fn turn(turns: &[Turn], day: Day) -> Turn {
    turns[after(turns, day).saturating_sub(1)]
}

/// The first day after this one on which a gate or a status could change.
pub fn next_turn(turns: &[Turn], day: Day) -> Option<Day> {
    turns.get(after(turns, day)).map(|turn| turn.from)
}

/// The place of the first turn after a day: mostly none is left.
fn after(turns: &[Turn], day: Day) -> usize {
    match turns.last() {
        Some(last) if last.from > day => turns.partition_point(|turn| turn.from <= day),
        _ => turns.len(),
    }
}
