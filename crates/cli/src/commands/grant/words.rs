//! A grant in sentences, and as one JSON object.

use fairlock_protocol::enrol::hex;
use fairlock_protocol::{Grant, Guards, Step};
use fairlock_web::ui::Ui;
use fairlock_web::view::grant::Guard;
use serde_json::{Value, json};

use super::read::{Carried, Opened};
use crate::phone::words::{Words, instant};

/// Line by line: who, what from when, on which grounds.
pub fn lines(carried: &Carried, opened: &Opened, words: &Words) -> Vec<String> {
    let grant = &opened.body;
    let mut lines = vec![format!(
        "Grant {}, issued {}, for key set {}, signed by key {} (verify says whether it holds)",
        grant.seq,
        words.instant(grant.iat),
        grant.ksv,
        hex(&opened.kid)
    )];
    let sets = carried.key_sets.len();
    if sets > 0 {
        lines.push(format!("With {sets} key sets before it"));
    }
    lines.push(format!("  1 now: {}", grant.level.word()));
    for (i, step) in grant.later.iter().enumerate() {
        lines.push(format!("  {} {}", i + 2, step_line(step, words)));
    }
    lines.extend(grant.notices.iter().map(|notice| {
        format!(
            "  notice {} for {}, rule {}: {} due {}, shown from {}",
            notice.id,
            notice.level.word(),
            notice.reason,
            words.money(notice.amount),
            words.day(notice.due_day),
            words.instant(notice.show_from)
        )
    }));
    lines.push(match grant.pay {
        Some(minor) => format!("  opens for: {}", words.money(minor)),
        None => "  opens for: no amount is asked for".to_string(),
    });
    lines.push(match grant.lapse {
        Some(lapse) => format!(
            "  without contact for {} h: {} at most",
            lapse.hours,
            lapse.level.word()
        ),
        None => "  without contact: as the charter says".to_string(),
    });
    lines.push(match grant.end {
        Some(end) => format!("  releases itself: {}", words.instant(end)),
        None => "  releases itself: as the charter says".to_string(),
    });
    lines.extend(warrant(grant));
    lines.push(format!("  payload SHA-256 {}", hex(&opened.hash)));
    let proof = if opened.proven {
        ", with a proof of the log"
    } else {
        ""
    };
    lines.push(format!("  {} bytes{proof}", carried.grant.len()));
    let plain = |line: String| line.replace('\u{a0}', " ");
    lines.into_iter().map(plain).collect()
}

fn step_line(step: &Step, words: &Words) -> String {
    let ui = Ui::new(words.texts, &words.place, instant(step.at));
    let plain = |text: String| text.replace(['\u{2068}', '\u{2069}'], "");
    let guards: Vec<String> = guards(&step.guards)
        .iter()
        .map(|guard| plain(ui.guard(guard)))
        .collect();
    let from = words.deadline(step.at);
    let only = match guards.is_empty() {
        true => String::new(),
        false => format!(", if {}", guards.join("; ")),
    };
    format!("from {from}: {}{only}", step.level.word())
}

/// As the pages word them.
fn guards(guards: &Guards) -> Vec<Guard> {
    let hours = |h: Option<u16>| h.map(u64::from);
    let shown: Vec<String> = guards.notices.iter().map(ToString::to_string).collect();
    let window = guards.window.map(|w| Guard::Window {
        from_min: w.from_min,
        to_min: w.to_min,
        days: w.days,
        offset_min: i32::from(w.offset_min),
    });
    let all = [
        (!shown.is_empty()).then_some(Guard::Shown(shown)),
        hours(guards.lead_h).map(Guard::LeadHours),
        hours(guards.silence_h).map(Guard::ContactHours),
        window,
        hours(guards.dwell_h).map(Guard::DwellHours),
        guards.before.map(|at| Guard::Before(instant(at))),
    ];
    all.into_iter().flatten().collect()
}

fn warrant(grant: &Grant) -> Vec<String> {
    let Some(warrant) = &grant.warrant else {
        return vec!["  warrant: none, it makes nothing stricter".to_string()];
    };
    let base = match grant.base {
        Some(base) => format!(", rests on facts up to grant {base}"),
        None => String::new(),
    };
    vec![format!(
        "  warrant: rules {:?}, decision {}, covers steps up to {}{base}",
        warrant.rules,
        hex(&warrant.decision),
        u64::from(warrant.covered) + 1
    )]
}

/// The same as one object; instants are Unix seconds, amounts minor units.
pub fn json(carried: &Carried, opened: &Opened) -> Value {
    let grant = &opened.body;
    let later = grant.later.iter().map(|step| {
        let guards = &step.guards;
        let window = guards.window.map(|w| {
            json!({"offset_min": w.offset_min, "from_min": w.from_min, "to_min": w.to_min,
                "days": w.days})
        });
        json!({"at": step.at, "level": step.level.word(), "notices": guards.notices,
            "lead_h": guards.lead_h, "silence_h": guards.silence_h, "window": window,
            "dwell_h": guards.dwell_h, "before": guards.before})
    });
    let first = json!({"at": grant.iat, "level": grant.level.word()});
    let steps: Vec<Value> = std::iter::once(first).chain(later).collect();
    let notices: Vec<Value> = grant
        .notices
        .iter()
        .map(|notice| {
            json!({"id": notice.id, "level": notice.level.word(), "reason": notice.reason,
                "amount": notice.amount, "due_day": notice.due_day,
                "show_from": notice.show_from})
        })
        .collect();
    let warrant = grant.warrant.as_ref().map(|warrant| {
        json!({"packs": warrant.packs, "rules": warrant.rules,
            "decision": hex(&warrant.decision), "covered": warrant.covered})
    });
    let lapse = grant
        .lapse
        .map(|lapse| json!([lapse.hours, lapse.level.word()]));
    json!({"seq": grant.seq, "iat": grant.iat, "ksv": grant.ksv, "steps": steps,
        "notices": notices, "pay": grant.pay, "warrant": warrant, "lapse": lapse,
        "end": grant.end, "base": grant.base, "kid": hex(&opened.kid),
        "payload_sha256": hex(&opened.hash), "bytes": carried.grant.len(),
        "proof": opened.proven, "key_sets": carried.key_sets.len()})
}
