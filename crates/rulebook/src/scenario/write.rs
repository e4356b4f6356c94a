//! A scenario as its document again: what stored facts are handed on as, and what anybody can
//! replay. Reading what is written gives the same scenario.
//!
//! Nothing here fails. On purpose absent: the device, which the format can't carry.

use fairlock_domain::calendar::{Instant, Zone};
use fairlock_domain::contract::{Contract, Creditor, Particulars};
use fairlock_domain::standing::{
    Clearance, Decision, Event, EventKind, FeedState, NoticeMode, Outcome, SuspenseState,
};
use serde_json::{Map, Value, json};

use super::{FORMAT, Scenario};
use crate::time::format_instant;

/// The document, two spaces deep, with a line feed at its end. `time_zone` is the IANA name of
/// the facts' zone; instants of events carry its offset.
pub fn write(scenario: &Scenario, time_zone: &str) -> String {
    let facts = &scenario.facts;
    let packs = scenario.rules.packs.iter().map(|pack| pack.id.as_str());
    let zone = &facts.zone;
    let document = json!({
        "format": FORMAT,
        "packs": packs.collect::<Vec<_>>(),
        "time_zone": time_zone,
        "contract": contract(&facts.contract, &facts.particulars),
        "clearances": facts.clearances.iter().map(clearance).collect::<Vec<_>>(),
        "approvals": approvals(&facts.particulars),
        "holidays": facts.holidays.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "policy": {},
        "notices": match facts.notices {
            NoticeMode::Auto => "auto",
            NoticeMode::Manual => "manual",
        },
        "events": facts.events.iter().map(|e| event(e, zone)).collect::<Vec<_>>(),
        "ask": scenario.ask.iter().map(|(asked, _)| asked.as_str()).collect::<Vec<_>>(),
    });
    // Writing a tree of strings can't fail.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn contract(contract: &Contract, particulars: &Particulars) -> Value {
    let lines = contract.instalments.iter();
    let lines = lines.map(|i| json!({"due": i.due.to_string(), "amount": i.amount.to_string()}));
    let mut object = json!({
        "id": contract.id,
        "product": contract.product.name(),
        "currency": contract.currency.code(),
        "signed_on": contract.signed_on.to_string(),
        "instalments": lines.collect::<Vec<_>>(),
    });
    let mut add = |key: &str, value: Option<Value>| {
        if let (Some(value), Some(fields)) = (value, object.as_object_mut()) {
            fields.insert(key.to_string(), value);
        }
    };
    let consent = contract.consent.map(|c| {
        json!({
            "separate_signature": c.separate_signature,
            "acknowledged_copy": c.acknowledged_copy,
            "on": c.on.to_string(),
        })
    });
    add("consent", consent);
    add("feed", contract.feed.as_ref().map(|feed| json!(feed)));
    add("creditor", particulars.creditor.as_ref().map(creditor));
    add("borrower", particulars.borrower.map(|b| json!(b.name())));
    add("goods", particulars.goods.map(|g| json!(g.name())));
    let frequency = particulars.frequency.map(|f| json!(f.name()));
    add("payment_frequency", frequency);
    let grace = particulars.days_of_grace;
    add("grace", (grace > 0).then(|| json!(format!("{grace} days"))));
    object
}

fn creditor(creditor: &Creditor) -> Value {
    json!({"name": creditor.name, "kind": creditor.kind.name()})
}

fn clearance(clearance: &Clearance) -> Value {
    let digits = clearance.opinion_sha256.iter();
    json!({
        "pack": clearance.pack,
        "by": clearance.by,
        "on": clearance.on.to_string(),
        "until": clearance.until.to_string(),
        "opinion_sha256": digits.map(|byte| format!("{byte:02x}")).collect::<String>(),
    })
}

fn approvals(particulars: &Particulars) -> Vec<Value> {
    let approvals = particulars.approvals.iter();
    let written = approvals.map(|approval| {
        let mut object = json!({
            "pack": approval.pack,
            "reference": approval.reference,
            "on": approval.on.to_string(),
        });
        if let (Some(until), Some(fields)) = (approval.until, object.as_object_mut()) {
            fields.insert("until".to_string(), json!(until.to_string()));
        }
        object
    });
    written.collect()
}

fn event(event: &Event, zone: &Zone) -> Value {
    let local = |at: Instant| json!(format_instant(at, zone));
    let mut fields = Map::new();
    let (name, rest) = kind(&event.kind, &local);
    fields.insert("at".to_string(), local(event.at));
    fields.insert("type".to_string(), json!(name));
    for (key, value) in rest {
        if !value.is_null() {
            fields.insert(key.to_string(), value);
        }
    }
    Value::Object(fields)
}

type Fields = Vec<(&'static str, Value)>;

/// A type with its own fields; null for one that is absent.
fn kind(kind: &EventKind, local: &dyn Fn(Instant) -> Value) -> (&'static str, Fields) {
    match kind {
        EventKind::Payment {
            id,
            state,
            amount,
            paid_on,
        } => {
            let fields = vec![
                ("id", json!(id)),
                ("state", json!(state.name())),
                ("amount", json!(amount.to_string())),
                ("paid_on", json!(paid_on.map(|day| day.to_string()))),
            ];
            ("payment", fields)
        }
        EventKind::Feed { feed, state } => {
            let state = match state {
                FeedState::Healthy => "healthy",
                FeedState::Stale => "stale",
                FeedState::Gap => "gap",
            };
            ("feed", vec![("feed", json!(feed)), ("state", json!(state))])
        }
        EventKind::Notice {
            notice,
            channel,
            proof,
        } => {
            let fields = vec![
                (
                    "notice",
                    json!(format!("{}/{}", notice.pack, notice.notice)),
                ),
                ("channel", json!(channel)),
                ("proof", json!(proof.name())),
            ];
            ("notice", fields)
        }
        EventKind::Hold { id, kind, until } => {
            let fields = vec![
                ("id", json!(id)),
                ("kind", json!(kind.name())),
                ("until", until.map_or(Value::Null, local)),
            ];
            ("hold", fields)
        }
        EventKind::HoldEnd { id, outcome } => {
            let outcome = outcome.map(|outcome| match outcome {
                Outcome::Upheld => "upheld",
                Outcome::Rejected => "rejected",
            });
            let fields = vec![("id", json!(id)), ("outcome", json!(outcome))];
            ("hold_end", fields)
        }
        EventKind::Suspense { id, amount, state } => {
            let state = match state {
                SuspenseState::Candidate => "candidate",
                SuspenseState::Cleared => "cleared",
            };
            let fields = vec![
                ("id", json!(id)),
                ("amount", json!(amount.to_string())),
                ("state", json!(state)),
            ];
            ("suspense", fields)
        }
        EventKind::Review { by, decision } => {
            let decision = match decision {
                Decision::Approve => "approve",
                Decision::Refuse => "refuse",
            };
            (
                "review",
                vec![("by", json!(by)), ("decision", json!(decision))],
            )
        }
        EventKind::EmergencyPass => ("emergency_pass", Vec::new()),
        EventKind::Contact => ("contact", Vec::new()),
        EventKind::PayoffWaived { amount } => {
            ("payoff_waived", vec![("amount", json!(amount.to_string()))])
        }
    }
}
