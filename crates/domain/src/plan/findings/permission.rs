//! Findings about what may be at all: release, gates, status, holds, pass, policy.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Judge, met};
use crate::calendar::Span;
use crate::holds::{HoldEntry, HoldKind, Holds};
use crate::money::Money;
use crate::plan::Verdict;
use crate::plan::{gates, permits};
use crate::rules::listing::permission as words;
use crate::rules::listing::words::list;
use crate::rules::{ConsentTerms, LegalStatus, Level, Release};
use crate::standing::Clearance;

/// A cap or hold that stops something, or nothing that does.
pub fn stops(stopped: bool) -> Verdict {
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
    let mut saw = format!("payoff {payoff}");
    if rule.value != Release::default() {
        saw += &format!("; {}", words::release(&rule.value));
    }
    judge.say("release_at_payoff", rule, met(released), saw);
    judge.silent = silent;
    if let Some(rule) = &judge.pack.restoration {
        let mut saw = format!("within {} of the payment", rule.value.within);
        if let Some(sum) = rule.value.compensation_an_hour {
            saw += &format!(", then {sum} {} an hour", sum.currency());
        }
        if let Some(suffices) = rule.value.suffices {
            saw += &format!("; {suffices} suffice");
        }
        if rule.value.offline_code {
            saw += "; also by an offline code";
        }
        judge.say("restoration", rule, Verdict::NotApplicable, saw);
    }
}

pub fn gates(judge: &mut Judge) {
    let (facts, pack) = (judge.facts, judge.pack);
    if let Some(rule) = &pack.applies {
        let takes = gates::applies(facts, pack);
        judge.say("applies", rule, met(takes), words::applies(&rule.value));
    }
    let takes: Vec<&str> = pack.products.value.iter().map(|p| p.name()).collect();
    let takes = match takes.as_slice() {
        [] => "all".to_owned(),
        some => some.join(", "),
    };
    let saw = format!("{}; takes {takes}", facts.contract.product.name());
    let fits = gates::takes_product(facts, pack);
    judge.say("products", &pack.products, stops(!fits), saw);

    let given = gates::has_consent(facts, judge.pack, judge.now.day);
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
    let saw = match pack.consent.value == ConsentTerms::default() {
        true => saw,
        false => format!("{saw}; asks for {}", words::consent(&pack.consent.value)),
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
    let not_for = &pack.device_link.value;
    let saw = match not_for.is_empty() {
        true => saw,
        false => format!("{saw}; not for {}", list(not_for, "")),
    };
    judge.say("device_link", &pack.device_link, verdict, saw);
}

pub fn legal_status(judge: &mut Judge) {
    let (facts, rule) = (judge.facts, &judge.pack.legal_status);
    let capped = permits::legal_cap(facts, judge.pack, judge.now.day) <= Level::Remind;
    let saw = match (rule.value, capped) {
        (LegalStatus::Counsel, _) => counsel(judge, capped),
        (LegalStatus::ModelOnly, false) => "model_only, of its own goods".to_owned(),
        (status, true) => format!("{}, at most remind", status.name()),
        (status, false) => status.name().to_owned(),
    };
    judge.say("legal_status", rule, stops(capped), saw);
}

/// What lawyers said of a pack: the clearance that counts today, else the newest there is.
fn counsel(judge: &Judge, capped: bool) -> String {
    let (facts, pack, day) = (judge.facts, judge.pack, judge.now.day);
    let own = || facts.clearances.iter().filter(|c| c.pack == pack.id);
    let said = |clearance: &Clearance| {
        let Clearance { by, on, until, .. } = clearance;
        let opinion: String = clearance.opinion_sha256[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("by {by} from {on} to {until}, opinion {opinion}")
    };
    let counts = own().find(|c| permits::covers(c, day));
    match (counts, own().max_by_key(|c| c.until)) {
        (Some(clearance), _) if !capped => format!("counsel, cleared {}", said(clearance)),
        (_, Some(newest)) => format!(
            "counsel, at most remind; cleared {}, not on {day}",
            said(newest)
        ),
        _ => "counsel, at most remind; no clearance".to_owned(),
    }
}

pub fn holds(judge: &mut Judge) {
    let held = judge.state.ground.holds();
    let entries = held.map_or(Vec::new(), Holds::entries);
    let word = |entry: &HoldEntry| match entry.until {
        Some(until) => format!("{} until {}", entry.kind, judge.local(until)),
        None => format!("{}, open", entry.kind),
    };
    let saw = match entries.as_slice() {
        [] => "none".to_owned(),
        some => some.iter().map(word).collect::<Vec<_>>().join("; "),
    };
    let guards = &judge.pack.holds.value;
    let saw = match guards.is_empty() {
        true => saw,
        false => format!("{saw}; its law names {}", list(guards, "")),
    };
    judge.say("holds", &judge.pack.holds, stops(!entries.is_empty()), saw);

    let Some(rule) = &judge.pack.dispute_answer else {
        return;
    };
    let (verdict, saw) = answered(judge, HoldKind::Dispute, "dispute", rule.value);
    judge.say("dispute_answer", rule, verdict, saw);
}

/// Whether the oldest open case of a kind is still within the time to answer it.
pub fn answered(judge: &Judge, kind: HoldKind, name: &str, within: Span) -> (Verdict, String) {
    let opened = judge
        .state
        .ground
        .holds()
        .and_then(|holds| holds.register.oldest(kind));
    match opened {
        None => {
            let saw = format!("no {name}; answer within {within}");
            (Verdict::NotApplicable, saw)
        }
        Some(opened) => {
            let open_for = judge.now.at.since(opened);
            let in_time = open_for <= within;
            let sign = if in_time { "<=" } else { ">" };
            let (since, hours) = (judge.local(opened), open_for.as_hours());
            let saw = format!("open since {since}, {hours} h {sign} {within}");
            (met(in_time), saw)
        }
    }
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
    let mut saw = format!("{last}; lasts {}, once in {}", pass.lasts, pass.once_in);
    if let Some(starts) = pass.starts {
        saw += &format!(", from the {starts}");
    }
    let caps = judge.climb.pass_hours_end.is_some();
    judge.say("emergency_pass", rule, stops(caps), saw);
}

pub fn policy(judge: &mut Judge) {
    let saw = "no policy".to_owned();
    judge.say("policy", &judge.pack.policy, Verdict::NotApplicable, saw);
}
