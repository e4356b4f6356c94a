//! Signed objects in words: the same bytes always give the same text, so that a reader can make
//! the text again and compare.
//!
//! On purpose absent: charters in words (their bytes are there), and any name that isn't in the
//! object itself; numbers of notices, rules and packs are those of the pack files.

use fairlock_protocol::cose::MultiSigned;
use fairlock_protocol::{Grant, Guards, KeySet, Report};
use serde_json::{Map, Value, json};

use super::hex;

/// A grant's payload.
pub fn grant(grant: &Grant) -> Value {
    let mut steps = vec![json!({"at": grant.iat, "level": grant.level.word()})];
    steps.extend(grant.later.iter().map(
        |step| json!({"at": step.at, "level": step.level.word(), "guards": guards(&step.guards)}),
    ));
    let notices = grant.notices.iter().map(|n| {
        json!({
            "id": n.id, "level": n.level.word(), "rule": n.reason, "amount_minor": n.amount,
            "due_day": day(n.due_day), "show_from": n.show_from,
        })
    });
    let warrant = grant.warrant.as_ref().map(|w| {
        let packs = w.packs.iter();
        let packs = packs.map(|(number, version)| json!({"number": number, "version": version}));
        json!({
            "packs": packs.collect::<Vec<_>>(), "rules": w.rules, "decision": hex(&w.decision),
            "covers_step": w.covered,
        })
    });
    let lapse = grant
        .lapse
        .map(|l| json!({"hours": l.hours, "level": l.level.word()}));
    known(json!({
        "seq": grant.seq, "issued_at": grant.iat, "key_set": grant.ksv, "steps": steps,
        "notices": notices.collect::<Vec<_>>(), "pay_minor": grant.pay, "warrant": warrant,
        "lapse": lapse, "end": grant.end, "base": grant.base,
    }))
}

fn guards(guards: &Guards) -> Value {
    let window = guards.window.map(|w| {
        json!({
            "offset_min": w.offset_min, "from_min": w.from_min, "to_min": w.to_min,
            "weekdays": w.days,
        })
    });
    known(json!({
        "notices_shown": guards.notices, "lead_h": guards.lead_h, "silence_h": guards.silence_h,
        "window": window, "dwell_h": guards.dwell_h, "before": guards.before,
    }))
}

/// A report's payload.
pub fn report(report: &Report) -> Value {
    let shown = report.shown.iter().map(|s| {
        known(json!({"id": s.id, "times": s.times, "seconds": s.seconds, "first": s.first}))
    });
    let rejects = report.rejects.iter();
    let rejects = rejects.map(|r| json!({"code": r.code, "seq": r.seq, "step": r.step}));
    let overlays = report.overlays.iter();
    let overlays = overlays.map(|o| json!({"kind": word(&o.kind), "left_s": o.left_s}));
    let waits = report.why.waits.iter().map(word);
    known(json!({
        "counter": report.counter,
        "contact_nonce": report.nonce.map(|nonce| hex(&nonce)),
        "highest_seq": report.seq,
        "payload_in_force": hex(&report.in_force),
        "grant_level": report.grant_level.word(),
        "level": report.level.word(),
        "why": {
            "cause": word(&report.why.cause), "step": report.why.step,
            "waits": waits.collect::<Vec<_>>(),
        },
        "overlays": overlays.collect::<Vec<_>>(),
        "notices_shown": shown.collect::<Vec<_>>(),
        "refused_or_cut": rejects.collect::<Vec<_>>(),
        "time_at_least": report.lower, "time_at_most": report.upper,
        "key_set": report.ksv, "charter": report.charter_n, "enrolments": report.enrolments,
        "agent": report.agent, "os_patch": report.os_patch, "backend": report.backend,
        "emergency_passes": report.passes,
    }))
}

/// A key set, with who signed it.
pub fn key_set(object: &MultiSigned<'_>, set: &KeySet) -> Value {
    let keys = set.keys.iter().map(|entry| {
        known(json!({
            "kid": hex(&entry.kid()), "role": word(&entry.role), "ed25519": hex(&entry.key),
            "not_after": entry.not_after,
        }))
    });
    let roots = set.roots.0.iter().map(|root| hex(root));
    let signed = object.signatures.iter().map(|signed| hex(&signed.kid));
    json!({
        "version": set.ksv, "floor": set.floor_ksv, "issued_at": set.iat,
        "keys": keys.collect::<Vec<_>>(), "roots": roots.collect::<Vec<_>>(),
        "roots_needed": set.roots.1, "signed_by": signed.collect::<Vec<_>>(),
        "mirrors": set.mirrors, "payload_sha256": hex(&fairlock_protocol::sha256(object.payload)),
    })
}

/// A closed word of the protocol, in lower case.
fn word(word: &impl std::fmt::Debug) -> String {
    format!("{word:?}").to_lowercase()
}

/// Days since 1970-01-01 as a date.
fn day(days: u32) -> String {
    let days = i32::try_from(days).unwrap_or(i32::MAX);
    fairlock_domain::calendar::Day::from_unix_days(days).to_string()
}

/// Without what isn't there.
fn known(value: Value) -> Value {
    let Value::Object(fields) = value else {
        return value;
    };
    let there = |value: &Value| !value.is_null() && value.as_array().is_none_or(|l| !l.is_empty());
    let fields: Map<String, Value> = fields.into_iter().filter(|(_, v)| there(v)).collect();
    Value::Object(fields)
}
