//! The events of a scenario, each type with its own fields.

use fairlock_domain::holds::HoldKind;
use fairlock_domain::money::Currency;
use fairlock_domain::payment::PaymentState;
use fairlock_domain::rules::Proof;
use fairlock_domain::standing::{
    Decision, Event, EventKind, FeedState, NoticeId, Outcome, SuspenseState,
};

use super::ScenarioError;
use super::reader::{At, Object};

/// Type, required and optional fields besides `at` and `type`, and how it is read.
struct EventType {
    name: &'static str,
    required: &'static [&'static str],
    optional: &'static [&'static str],
    read: fn(&Object, Currency) -> Result<EventKind, ScenarioError>,
}

const TYPES: &[EventType] = &[
    EventType {
        name: "payment",
        required: &["id", "state", "amount"],
        optional: &["paid_on"],
        read: payment,
    },
    EventType {
        name: "feed",
        required: &["feed", "state"],
        optional: &[],
        read: feed,
    },
    EventType {
        name: "notice",
        required: &["notice", "channel", "proof"],
        optional: &[],
        read: notice,
    },
    EventType {
        name: "hold",
        required: &["id", "kind"],
        optional: &["until"],
        read: hold,
    },
    EventType {
        name: "hold_end",
        required: &["id"],
        optional: &["outcome"],
        read: hold_end,
    },
    EventType {
        name: "suspense",
        required: &["id", "amount", "state"],
        optional: &[],
        read: suspense,
    },
    EventType {
        name: "review",
        required: &["by", "decision"],
        optional: &[],
        read: review,
    },
    EventType {
        name: "emergency_pass",
        required: &[],
        optional: &[],
        read: |_, _| Ok(EventKind::EmergencyPass),
    },
    EventType {
        name: "contact",
        required: &[],
        optional: &[],
        read: |_, _| Ok(EventKind::Contact),
    },
    EventType {
        name: "payoff_waived",
        required: &["amount"],
        optional: &[],
        read: payoff_waived,
    },
];

/// Reads one event; amounts are in the contract's currency.
pub fn read(at: &At, currency: Currency) -> Result<Event, ScenarioError> {
    let names: Vec<&str> = TYPES.iter().map(|t| t.name).collect();
    let find = |name: &str| TYPES.iter().find(|t| t.name == name);
    let of = at.field("type", |at| at.one_of(find, &names))?;
    let required = [&["at", "type"], of.required].concat();
    let object = at.object(&required, of.optional)?;
    Ok(Event {
        at: object.required("at", |at| at.instant())?,
        kind: (of.read)(&object, currency)?,
    })
}

/// A word of a closed list.
fn word<T>(object: &Object, key: &str, words: &[(&str, T)]) -> Result<T, ScenarioError>
where
    T: Copy,
{
    let names: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
    let find = |text: &str| words.iter().find(|(name, _)| *name == text).map(|w| w.1);
    object.required(key, |at| at.one_of(find, &names))
}

fn string(object: &Object, key: &str) -> Result<String, ScenarioError> {
    object.required(key, |at| at.text().map(str::to_string))
}

fn payment(object: &Object, currency: Currency) -> Result<EventKind, ScenarioError> {
    Ok(EventKind::Payment {
        id: string(object, "id")?,
        state: object.required("state", |at| {
            let names = PaymentState::ALL.map(PaymentState::name);
            at.one_of(PaymentState::from_name, &names)
        })?,
        amount: object.required("amount", |at| at.amount(currency))?,
        paid_on: object.maybe("paid_on", |at| at.day())?,
    })
}

fn feed(object: &Object, _: Currency) -> Result<EventKind, ScenarioError> {
    let states = [
        ("healthy", FeedState::Healthy),
        ("stale", FeedState::Stale),
        ("gap", FeedState::Gap),
    ];
    Ok(EventKind::Feed {
        feed: string(object, "feed")?,
        state: word(object, "state", &states)?,
    })
}

fn notice(object: &Object, _: Currency) -> Result<EventKind, ScenarioError> {
    Ok(EventKind::Notice {
        notice: object.required("notice", |at| {
            let parts = at.text()?.split_once('/');
            let (pack, notice) = parts.ok_or_else(|| at.expected("PACK/ID of a notice"))?;
            Ok(NoticeId {
                pack: pack.to_string(),
                notice: notice.to_string(),
            })
        })?,
        channel: string(object, "channel")?,
        proof: object.required("proof", |at| {
            at.one_of(Proof::from_name, &Proof::ALL.map(Proof::name))
        })?,
    })
}

fn hold(object: &Object, _: Currency) -> Result<EventKind, ScenarioError> {
    Ok(EventKind::Hold {
        id: string(object, "id")?,
        kind: object.required("kind", |at| {
            let declared = HoldKind::ALL.into_iter().filter(|k| k.is_declared());
            let names: Vec<&str> = declared.map(HoldKind::name).collect();
            let find = |name: &str| HoldKind::from_name(name).filter(|k| k.is_declared());
            at.one_of(find, &names)
        })?,
        until: object.maybe("until", |at| at.instant())?,
    })
}

fn hold_end(object: &Object, _: Currency) -> Result<EventKind, ScenarioError> {
    let outcomes = |name: &str| match name {
        "upheld" => Some(Outcome::Upheld),
        "rejected" => Some(Outcome::Rejected),
        _ => None,
    };
    Ok(EventKind::HoldEnd {
        id: string(object, "id")?,
        outcome: object.maybe("outcome", |at| at.one_of(outcomes, &["upheld", "rejected"]))?,
    })
}

fn suspense(object: &Object, currency: Currency) -> Result<EventKind, ScenarioError> {
    let states = [
        ("candidate", SuspenseState::Candidate),
        ("cleared", SuspenseState::Cleared),
    ];
    Ok(EventKind::Suspense {
        id: string(object, "id")?,
        amount: object.required("amount", |at| at.amount(currency))?,
        state: word(object, "state", &states)?,
    })
}

fn review(object: &Object, _: Currency) -> Result<EventKind, ScenarioError> {
    let decisions = [("approve", Decision::Approve), ("refuse", Decision::Refuse)];
    Ok(EventKind::Review {
        by: string(object, "by")?,
        decision: word(object, "decision", &decisions)?,
    })
}

fn payoff_waived(object: &Object, currency: Currency) -> Result<EventKind, ScenarioError> {
    Ok(EventKind::PayoffWaived {
        amount: object.required("amount", |at| at.amount(currency))?,
    })
}
