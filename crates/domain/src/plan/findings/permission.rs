//! Findings about what may be at all: release, gates, status, holds, pass, policy.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Judge, met};
use crate::holds::{HoldEntry, HoldKind};
use crate::money::Money;
use crate::plan::Verdict;
use crate::plan::gates;
use crate::rules::{LegalStatus, Level};

/// A cap or hold that stops something, or nothing that does.
fn stops(stopped: bool) -> Verdict {
    if stopped {
        Verdict::Blocked
    } else {
        Verdict::Met
    }
}

pub fn released(judge: &mut Judge) {
    let payoff = judge.now.pool.payoff(judge.now.schedule);
    let payoff = Money::new(payoff, judge.terms.currency);
    let (rule, released) = (&judge.pack.release_at_payoff, judge.state.ground.released);
    let silent = core::mem::replace(&mut judge.silent, false);
    judge.say(
        "release_at_payoff",
        rule,
        met(released),
        format!("payoff {payoff}"),
    );
    judge.silent = silent;
    if let Some(rule) = &judge.pack.restoration {
        let then = match rule.value.compensation_an_hour {
            Some(sum) => format!(", then {sum} {} an hour", sum.currency()),
            None => String::new(),
        };
        let saw = format!("within {} of the payment{then}", rule.value.within);
        judge.say("restoration", rule, Verdict::NotApplicable, saw);
    }
}

pub fn gates(judge: &mut Judge) {
    let (facts, pack) = (judge.facts, judge.pack);
    let takes: Vec<&str> = pack.products.value.iter().map(|p| p.name()).collect();
    let takes = match takes.as_slice() {
        [] => "all".to_owned(),
        some => some.join(", "),
    };
    let saw = format!("{}; takes {takes}", facts.contract.product.name());
    let fits = gates::takes_product(facts, pack);
    judge.say("products", &pack.products, stops(!fits), saw);

    let given = gates::has_consent(facts, judge.now.day);
    let saw = match &facts.contract.consent {
        None => "not given".to_owned(),
        Some(consent) => {
            let word = |good, what| format!("{}{what}", if good { "" } else { "no " });
            format!(
                "{}, {}, on {}; today {}",
                word(consent.separate_signature, "separate signature"),
                word(consent.acknowledged_copy, "acknowledged copy"),
                consent.on,
                judge.now.day
            )
        }
    };
    judge.say("consent", &pack.consent, stops(!given), saw);

    let (verdict, saw) = match (facts.device, gates::device_is_linked(facts)) {
        (Some(device), Some(linked)) => {
            let charter = match device.charter_accepted {
                true => "charter accepted",
                false => "no accepted charter",
            };
            let own = match device.is_this_loans {
                true => "this loan's device",
                false => "another loan's device",
            };
            (stops(!linked), format!("{charter}, {own}"))
        }
        _ => (Verdict::NotApplicable, "no device".to_owned()),
    };
    judge.say("device_link", &pack.device_link, verdict, saw);
}

pub fn legal_status(judge: &mut Judge) {
    let (facts, rule) = (judge.facts, &judge.pack.legal_status);
    let capped = gates::status_cap(facts, judge.pack, judge.now.day) <= Level::Remind;
    let saw = match (rule.value, capped) {
        (LegalStatus::Counsel, false) => "counsel, cleared".to_owned(),
        (status, true) => format!("{}, at most remind", status.name()),
        (status, false) => status.name().to_owned(),
    };
    judge.say("legal_status", rule, stops(capped), saw);
}

pub fn holds(judge: &mut Judge) {
    let entries = judge.state.ground.holds.entries();
    let word = |entry: &HoldEntry| match entry.until {
        Some(until) => format!("{} until {}", entry.kind, judge.local(until)),
        None => format!("{}, open", entry.kind),
    };
    let saw = match entries.as_slice() {
        [] => "none".to_owned(),
        some => some.iter().map(word).collect::<Vec<_>>().join("; "),
    };
    judge.say("holds", &judge.pack.holds, stops(!entries.is_empty()), saw);

    let Some(rule) = &judge.pack.dispute_answer else {
        return;
    };
    let opened = judge.state.ground.holds.register.oldest(HoldKind::Dispute);
    let (verdict, saw) = match opened {
        None => (
            Verdict::NotApplicable,
            format!("no dispute; answer within {}", rule.value),
        ),
        Some(opened) => {
            let open_for = judge.now.at.since(opened);
            let in_time = open_for <= rule.value;
            let sign = if in_time { "<=" } else { ">" };
            let saw = format!(
                "open since {}, {} h {sign} {}",
                judge.local(opened),
                open_for.as_hours(),
                rule.value
            );
            (met(in_time), saw)
        }
    };
    judge.say("dispute_answer", rule, verdict, saw);
}

pub fn pass(judge: &mut Judge) {
    let Some(rule) = &judge.pack.pass else {
        return;
    };
    let last = match judge.climb.pass_started {
        Some(at) => format!("last from {}", judge.local(at)),
        None => "none".to_owned(),
    };
    let pass = rule.value;
    let saw = format!("{last}; lasts {}, once in {}", pass.lasts, pass.once_in);
    let caps = judge.climb.pass_hours_end.is_some();
    judge.say("emergency_pass", rule, stops(caps), saw);
}

pub fn policy(judge: &mut Judge) {
    let saw = "no policy".to_owned();
    judge.say("policy", &judge.pack.policy, Verdict::NotApplicable, saw);
}
