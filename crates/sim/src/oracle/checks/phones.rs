//! Phones obey: never stricter than what was signed for them, nor than what is wanted now.

use std::collections::BTreeMap;

use super::super::model::{Level, Seconds, show};
use super::super::trace::{Granted, Phone, Trace};
use super::{CheckResult, each_tick};

/// No phone is stricter than its newest grant's steps up to now and its charter; and a level that
/// rises does so inside the window and before the end of the step it begins.
pub fn never_stricter_than_grant_and_charter(trace: &Trace) -> CheckResult {
    let mut result =
        CheckResult::new("no phone was stricter than the newest grant it accepted, or its charter");
    let mut before: BTreeMap<&str, Level> = BTreeMap::new();
    for tick in &trace.ticks {
        for phone in &tick.phones {
            let last = before.insert(&phone.contract, phone.level);
            let against = against_grant(trace, phone, tick.at)
                .or_else(|| against_charter(trace, phone))
                .or_else(|| {
                    let rose = last.is_some_and(|last| phone.level > last);
                    rose.then(|| against_guards(trace, phone, tick.at))
                        .flatten()
                });
            result.judge(against.map(|w| format!("{} {}: {w}", show(tick.at), phone.contract)));
        }
    }
    result
}

fn granted<'a>(trace: &'a Trace, phone: &Phone) -> Option<&'a Granted> {
    trace.grants.get(phone.grant.as_ref()?)
}

fn against_grant(trace: &Trace, phone: &Phone, at: Seconds) -> Option<String> {
    let Some(name) = &phone.grant else {
        let word = phone.level.word();
        return (phone.level > Level::Free).then(|| format!("{word} without any grant"));
    };
    let Some(grant) = trace.grants.get(name) else {
        return Some(format!(
            "accepted grant {name}, which the server never signed"
        ));
    };
    let reached = grant.steps.iter().filter(|s| s.at <= at);
    let most = reached.map(|s| s.level).max().unwrap_or(Level::Free);
    let most = most.max(Level::Released);
    (phone.level > most).then(|| {
        let (is, most) = (phone.level.word(), most.word());
        format!("at {is}, its grant allows {most} at most by now")
    })
}

fn against_charter(trace: &Trace, phone: &Phone) -> Option<String> {
    match trace.charters.get(&phone.contract) {
        Some(highest) if phone.level > *highest => {
            let (is, most) = (phone.level.word(), highest.word());
            Some(format!("at {is}, its charter allows {most} at most"))
        }
        None if phone.level > Level::Free => Some("limited without a charter".to_string()),
        Some(_) | None => None,
    }
}

/// The step whose level the phone rose to must have been allowed to begin now.
fn against_guards(trace: &Trace, phone: &Phone, at: Seconds) -> Option<String> {
    let grant = granted(trace, phone)?;
    let step = grant.steps.iter().find(|s| s.level == phone.level)?;
    let outside = step.window.is_some_and(|window| !window.holds(at));
    let late = step.before.is_some_and(|before| at >= before);
    let word = phone.level.word();
    match (outside, late) {
        (true, _) => Some(format!("rose to {word} outside the window of that step")),
        (_, true) => Some(format!("rose to {word} after the last moment of that step")),
        _ => None,
    }
}

/// At the end of every tick, a phone in reach is at most where its plan wants it.
pub fn never_stricter_than_the_plan(trace: &Trace) -> CheckResult {
    let mut result =
        CheckResult::new("at the end of every tick no reachable phone was stricter than its plan");
    each_tick(trace, |tick, planned| {
        for phone in tick.phones.iter().filter(|p| p.reachable) {
            let wanted = planned.get(phone.contract.as_str()).copied();
            let wanted = wanted.unwrap_or(Level::Free);
            result.judge((phone.level > wanted).then(|| {
                let (is, wanted) = (phone.level.word(), wanted.word());
                format!(
                    "{} {}: at {is}, planned {wanted}",
                    show(tick.at),
                    phone.contract
                )
            }));
        }
    });
    result
}
