//! The books: every posting balances, and the money of the events is the money of the ledger.

use std::collections::BTreeMap;

use fairlock_domain::money::{Currency, Money};
use fairlock_domain::payment::PaymentState;
use fairlock_domain::rules::Proof;
use fairlock_domain::standing::EventKind;

use super::input::{Input, instant};
use super::{Check, Tally};
use crate::evidence::tables::{Leg, Posting};
use crate::notices::Channel;

pub fn check(input: &Input<'_>, tally: &mut Tally) {
    for posting in &input.ledger {
        let subject = format!("ledger.json, {} {}", posting.kind, posting.subject);
        match net(posting) {
            None => tally.broken(
                Check::Ledger,
                subject,
                "other amounts",
                "amounts of a currency",
            ),
            Some(off) => {
                let found = format!("off by {off:?}");
                tally.judge(
                    Check::Ledger,
                    &subject,
                    off.is_empty(),
                    &found,
                    "debits = credits",
                );
            }
        }
    }
    events(input, tally);
}

/// What each layer and currency is off by, in minor units; None for amounts that aren't any.
fn net(posting: &Posting) -> Option<Vec<i128>> {
    let mut nets: BTreeMap<(&str, &str), i128> = BTreeMap::new();
    for leg in &posting.legs {
        let minor = amount(leg)?.minor();
        let signed = match leg.side.as_str() {
            "debit" => minor,
            "credit" => -minor,
            _ => return None,
        };
        let net = nets.entry((&leg.layer, &leg.currency)).or_default();
        *net = net.checked_add(signed)?;
    }
    Some(nets.into_values().filter(|net| *net != 0).collect())
}

fn amount(leg: &Leg) -> Option<Money> {
    Money::parse(&leg.amount, Currency::from_code(&leg.currency)?).ok()
}

/// Events of money and of messages against the tables.
fn events(input: &Input<'_>, tally: &mut Tally) {
    if input.scenario.is_none() {
        return;
    }
    for event in input.events() {
        match &event.kind {
            EventKind::Payment {
                id, state, amount, ..
            } => payment(input, id, *state, *amount, tally),
            EventKind::Notice {
                notice,
                channel,
                proof,
            } if Channel::from_name(channel).is_some() && *proof != Proof::Failed => {
                let name = format!("{}/{}", notice.pack, notice.notice);
                let at = event.at;
                let sent = input.notices.iter().any(|row| {
                    let taken = row.accepted_at.as_deref().and_then(instant);
                    let taken = taken.is_some_and(|taken| taken <= at);
                    row.notice == name && row.channel == *channel && taken
                });
                let subject = format!("scenario.json, notice {name} at {at}");
                let expected = "a row of notices.json that its carrier had taken by then";
                tally.judge(Check::Notices, &subject, sent, "none", expected);
            }
            _ => {}
        }
    }
    let known = |id: &str| {
        input.events().any(|event| {
            matches!(&event.kind, EventKind::Payment { id: own, state, .. }
                if own == id && *state == PaymentState::Booked)
        })
    };
    let booked = ["booked", "assigned"];
    for posting in &input.ledger {
        if booked.contains(&posting.kind.as_str()) && !known(&posting.subject) {
            let subject = format!("ledger.json, {} {}", posting.kind, posting.subject);
            tally.broken(
                Check::Ledger,
                subject,
                "no such event",
                "an event: payment booked",
            );
        }
    }
}

/// A payment's event has its posting and its row.
fn payment(input: &Input<'_>, id: &str, state: PaymentState, money: Money, tally: &mut Tally) {
    let kinds: &[&str] = match state {
        PaymentState::Booked => &["booked", "assigned"],
        PaymentState::Reversed => &["reversed"],
        PaymentState::Pending | PaymentState::Failed => &[],
    };
    let subject = format!("scenario.json, payment {id} {}", state.name());
    let posted = input
        .ledger
        .iter()
        .find(|posting| posting.subject == id && kinds.contains(&posting.kind.as_str()));
    let debits = posted.map(|posting| {
        let debits = posting.legs.iter().filter(|leg| leg.side == "debit");
        let debits = debits
            .filter(|leg| leg.layer == "posted")
            .filter_map(amount);
        debits.map(Money::minor).fold(0, i128::saturating_add)
    });
    let agrees = kinds.is_empty() || debits == Some(money.minor());
    let found = debits.map_or("no posting".to_string(), |minor| {
        Money::new(minor, money.currency()).to_string()
    });
    let expected = format!("a posting of {money}");
    tally.judge(Check::Ledger, &subject, agrees, &found, &expected);
    // A payment that was taken off, or of which a part went, lives on as `P-1.2`; its row is one.
    let row = id.split_once('.').map_or(id, |(row, _)| row);
    if !input.payments.iter().any(|known| known.id == row) {
        tally.broken(Check::Ledger, subject, "no row", "a row of payments.json");
    }
}
