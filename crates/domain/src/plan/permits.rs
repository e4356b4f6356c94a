//! How high a pack's law lets a level be: status, court orders, who may limit, licence, maximum.
//!
//! A permission that can't be shown is missing, a ban that can't be ruled out holds. All of it
//! changes only at local midnights.

use alloc::string::String;
use alloc::vec::Vec;

use super::gates;
use crate::calendar::Day;
use crate::contract::RegulatorApproval;
use crate::rules::{CourtOrder, LegalStatus, Level, Licence, Pack, Rules};
use crate::standing::{Clearance, Facts};

/// The lowest of all caps.
pub fn cap(facts: &Facts, pack: &Pack, day: Day) -> Level {
    let max = pack.actuation.max_level.as_ref();
    let cap = legal_cap(facts, pack, day).min(max.map_or(Level::Lock, |rule| rule.value));
    let bound = |order: &CourtOrder| is_bound(facts, order, day);
    let stopped = !may_limit(facts, pack)
        || pack
            .court_orders
            .iter()
            .any(|order| bound(&order.rule.value))
        || pack.licence.as_ref().is_some_and(|rule| {
            needs_licence(facts, &rule.value) && !is_licensed(facts, pack, day)
        });
    if stopped { cap.min(Level::Remind) } else { cap }
}

/// How high a pack's law lets a level of this contract be on a day, whatever its conditions ask.
/// None for a pack that adds nothing: it is about other contracts, or over for good by that day.
pub fn permitted(facts: &Facts, pack: &Pack, day: Day) -> Option<Level> {
    let over = pack.effective_to.is_some_and(|last| last < day);
    let adds = !over && gates::applies(facts, pack);
    adds.then(|| cap(facts, pack, day).min(pack.highest_known()))
}

/// How high the law of every pack lets a level of this contract be on a day; `remind` where no
/// pack says anything.
pub fn highest_permitted(facts: &Facts, rules: &Rules, day: Day) -> Level {
    let packs = rules.packs.iter();
    let levels = packs.filter_map(|pack| permitted(facts, pack, day));
    levels.min().unwrap_or(Level::Remind)
}

/// How high the legal status lets a level be.
pub fn legal_cap(facts: &Facts, pack: &Pack, day: Day) -> Level {
    let permits = match pack.legal_status.value {
        LegalStatus::Permitted | LegalStatus::Conditional => true,
        LegalStatus::Counsel => is_cleared(facts, pack, day),
        LegalStatus::ModelOnly => is_about_its_goods(facts, pack),
        LegalStatus::Prohibited
        | LegalStatus::Pending
        | LegalStatus::Unclear
        | LegalStatus::NoticesOnly => false,
    };
    if permits { Level::Lock } else { Level::Remind }
}

fn is_cleared(facts: &Facts, pack: &Pack, day: Day) -> bool {
    let mut own = facts.clearances.iter().filter(|c| c.pack == pack.id);
    own.any(|c| covers(c, day))
}

pub fn covers(clearance: &Clearance, day: Day) -> bool {
    clearance.on <= day && day <= clearance.until
}

/// The contract is known to be about goods that the statute names: never a phone.
fn is_about_its_goods(facts: &Facts, pack: &Pack) -> bool {
    let named = pack.applies.as_ref().map(|rule| &rule.value.goods);
    let goods = facts.particulars.goods;
    named.is_some_and(|named| goods.is_some_and(|goods| named.contains(&goods)))
}

/// The creditor is one of those who may; true where the pack names nobody.
pub fn may_limit(facts: &Facts, pack: &Pack) -> bool {
    let Some(rule) = &pack.creditors else {
        return true;
    };
    let creditor = facts.particulars.creditor.as_ref();
    creditor.is_some_and(|creditor| rule.value.contains(&creditor.kind))
}

/// An order binds this contract on this day.
pub fn is_bound(facts: &Facts, order: &CourtOrder, day: Day) -> bool {
    let party = match &facts.particulars.creditor {
        None => true,
        Some(creditor) => {
            let own = plain(&creditor.name);
            order.parties.iter().any(|party| plain(party) == own)
        }
    };
    let product = order.products.is_empty() || order.products.contains(&facts.contract.product);
    party && product && order.from <= day && order.until.is_none_or(|until| day <= until)
}

/// Names are the same whatever their case and the space around them.
fn plain(name: &str) -> String {
    name.trim().to_lowercase()
}

pub fn needs_licence(facts: &Facts, licence: &Licence) -> bool {
    let creditor = facts.particulars.creditor.as_ref();
    licence.needed_by.is_empty()
        || creditor.is_none_or(|creditor| licence.needed_by.contains(&creditor.kind))
}

/// An approval of the pack's regulator covers the day.
pub fn is_licensed(facts: &Facts, pack: &Pack, day: Day) -> bool {
    approval(facts, pack, day).is_some()
}

/// The approval that covers the day.
pub fn approval<'f>(facts: &'f Facts, pack: &Pack, day: Day) -> Option<&'f RegulatorApproval> {
    let approvals = &facts.particulars.approvals;
    let mut own = approvals.iter().filter(|a| a.pack == pack.id);
    own.find(|a| a.on <= day && a.until.is_none_or(|until| day <= until))
}

/// The days on which any of this could change.
pub fn turning_days(facts: &Facts, pack: &Pack, days: &mut Vec<Day>) {
    if pack.legal_status.value == LegalStatus::Counsel {
        let own = facts.clearances.iter().filter(|c| c.pack == pack.id);
        days.extend(own.flat_map(|c| [c.on, c.until.plus_days(1)]));
    }
    for order in &pack.court_orders {
        days.push(order.rule.value.from);
        days.extend(order.rule.value.until.map(|day| day.plus_days(1)));
    }
    if pack.licence.is_some() {
        let approvals = &facts.particulars.approvals;
        let own = approvals.iter().filter(|a| a.pack == pack.id);
        for approval in own {
            days.push(approval.on);
            days.extend(approval.until.map(|day| day.plus_days(1)));
        }
    }
}
