//! Findings that only some packs have: court orders, licence, highest level, cases to answer,
//! collection contact.

use alloc::borrow::ToOwned;
use alloc::format;

use super::permission::{answered, stops};
use super::{Judge, met};
use crate::holds::HoldKind;
use crate::plan::{Verdict, permits};
use crate::rules::Level;
use crate::rules::duty::Case;
use crate::rules::listing::words::{self, list};
use crate::rules::listing::{self, permission};

/// What stands beside the legal status.
pub fn status(judge: &mut Judge) {
    let (facts, pack, day) = (judge.facts, judge.pack, judge.now.day);
    for note in &pack.litigation {
        let value = &note.rule.value;
        let saw = format!("{}: {}", value.state, value.says);
        let name = format!("litigation_{}", note.id);
        judge.say(&name, &note.rule, Verdict::NotApplicable, saw);
    }
    let creditor = match &facts.particulars.creditor {
        Some(creditor) => format!("{} ({})", creditor.name, creditor.kind),
        None => "creditor not known".to_owned(),
    };
    for order in &pack.court_orders {
        let binds = permits::is_bound(facts, &order.rule.value, day);
        let saw = format!("{creditor}; {}", permission::court_order(&order.rule.value));
        let name = format!("court_order_{}", order.id);
        judge.say(&name, &order.rule, stops(binds), saw);
    }
    if let Some(rule) = &pack.creditors {
        let may = permits::may_limit(facts, pack);
        let saw = format!("{creditor}; only {} may limit", list(&rule.value, "nobody"));
        judge.say("creditors", rule, stops(!may), saw);
    }
    if let Some(rule) = &pack.licence {
        let needs = permits::needs_licence(facts, &rule.value);
        let approval = permits::approval(facts, pack, day);
        let state = match (needs, approval) {
            (false, _) => "not needed".to_owned(),
            (true, Some(approval)) => {
                let until = approval.until.map(|until| format!(" to {until}"));
                let (reference, on) = (&approval.reference, approval.on);
                format!(
                    "on file ({reference} from {on}{})",
                    until.unwrap_or_default()
                )
            }
            (true, None) => "missing".to_owned(),
        };
        let by = list(&rule.value.needed_by, "every creditor");
        let regulator = &rule.value.regulator;
        let saw = format!("{creditor}; approval of {regulator} {state}, needed by {by}");
        judge.say("licence", rule, stops(needs && approval.is_none()), saw);
    }
}

/// What may be done to a phone at all.
pub fn phone(judge: &mut Judge) {
    let pack = judge.pack;
    if let Some(rule) = &pack.actuation.max_level {
        let saw = format!("no higher than {}", rule.value);
        judge.say("max_level", rule, stops(rule.value <= Level::Remind), saw);
    }
    if let Some(rule) = &pack.actuation.graduated {
        let saw = "level by level, none left out".to_owned();
        judge.say("graduated", rule, Verdict::Met, saw);
    }
    judge.show(listing::phone_rules(pack));
}

/// Cases to answer, each within its time, and how fresh the ledger must be.
pub fn answers(judge: &mut Judge) {
    let pack = judge.pack;
    for answer in &pack.answers {
        let value = answer.rule.value;
        let (verdict, saw) = answered(judge, hold_of(value.case), value.case.name(), value.within);
        judge.say(&format!("answer_{}", answer.id), &answer.rule, verdict, saw);
    }
    if let Some(rule) = &pack.recheck {
        let saw = format!("read again within {}", rule.value);
        judge.say("recheck", rule, Verdict::NotApplicable, saw);
    }
}

fn hold_of(case: Case) -> HoldKind {
    match case {
        Case::Complaint | Case::Grievance => HoldKind::Grievance,
        Case::Dispute => HoldKind::Dispute,
        Case::Hardship => HoldKind::Hardship,
        Case::WrongPerson => HoldKind::WrongPerson,
    }
}

/// Which hours are open now; the rest is shown.
pub fn collection(judge: &mut Judge) {
    let (pack, now) = (judge.pack, judge.now.at);
    let hours = &pack.collection.hours;
    for named in hours {
        let window = &named.rule.value;
        let open = judge.now.local.first_open(window, now) == Some(now);
        let place = if open { "in" } else { "outside" };
        let saw = format!("{} {place} {}", judge.local(now), words::window(window));
        let name = format!("collection_hours_{}", named.id);
        judge.say(&name, &named.rule, met(open), saw);
    }
    let mut rest = listing::collection_rules(pack);
    rest.drain(..hours.len());
    judge.show(rest);
}
