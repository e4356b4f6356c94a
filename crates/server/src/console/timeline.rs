//! What happened to a contract, newest first, by local day.

use fairlock_domain::calendar::Instant;
use fairlock_domain::payment::PaymentState;
use fairlock_domain::standing::{Decision, EventKind, FeedState, Outcome, SuspenseState};
use fairlock_rulebook::time;
use fairlock_storage::TimelineEntry;
use fairlock_web::view::Level;
use fairlock_web::view::contract::{Event, Kind, Timeline, TimelineDay, What};
use serde::Deserialize;

use super::answer::{Trouble, hex};
use super::reads::Known;
use crate::Shared;

/// Events of one page (ui.md, timeline).
const PAGE_EVENTS: u32 = 50;

/// When one kind alone is asked for, at most so many pages are read to fill one.
const PAGES_MAX: usize = 8;

/// What the address may say of the timeline.
#[derive(Deserialize, Default)]
pub struct TimelineQuery {
    kind: Option<String>,
    before: Option<String>,
}

/// One page of what happened.
pub fn timeline(
    shared: &Shared,
    known: &Known,
    query: &TimelineQuery,
) -> Result<Timeline, Trouble> {
    let kind = query.kind.as_deref().and_then(Kind::from_name);
    let mut before = query.before.as_deref().and_then(time::parse_instant);
    let mut events: Vec<Event> = Vec::new();
    for _ in 0..PAGES_MAX {
        let page =
            shared
                .store
                .timeline(shared.lender, &known.row.contract_id, before, PAGE_EVENTS)?;
        let told = page.entries.iter().filter_map(|entry| event(entry, known));
        events.extend(told.filter(|e| kind.is_none_or(|k| e.what.kind() == k)));
        before = page.next;
        if before.is_none() || kind.is_none() || events.len() >= PAGE_EVENTS as usize {
            break;
        }
    }
    if kind.is_none() {
        quiet(&mut events);
    }
    Ok(Timeline {
        days: by_day(events, known),
        kind,
        older: before.map(|at| older(at, kind)),
    })
}

/// Leaves out levels and reports that say what the one before said: a contract is looked at, and
/// a phone reports, far more often than anything changes. Events come newest first.
fn quiet(events: &mut Vec<Event>) {
    let (mut wanted, mut reported) = (None, None);
    events.reverse();
    events.retain(|event| {
        let (last, level) = match &event.what {
            What::Level { level, .. } => (&mut wanted, *level),
            What::Reported { level, refused, .. } if refused.is_empty() => (&mut reported, *level),
            _ => return true,
        };
        last.replace(level) != Some(level)
    });
    events.reverse();
}

/// The query of the next page, in its fixed order.
fn older(at: Instant, kind: Option<Kind>) -> String {
    let at = time::format_instant(at, &fairlock_domain::calendar::zone::utc());
    let at = at.replace('+', "%2B");
    match kind {
        Some(kind) => format!("kind={}&before={at}", kind.name()),
        None => format!("before={at}"),
    }
}

fn by_day(events: Vec<Event>, known: &Known) -> Vec<TimelineDay> {
    let mut days: Vec<TimelineDay> = Vec::new();
    for event in events {
        let day = known.place.zone.local(event.at).date;
        match days.last_mut() {
            Some(last) if last.day == day => last.events.push(event),
            _ => days.push(TimelineDay {
                day,
                events: vec![event],
            }),
        }
    }
    days
}

/// An entry as the page tells it.
fn event(entry: &TimelineEntry, known: &Known) -> Option<Event> {
    let what = match entry {
        TimelineEntry::Event(event) => fact(&event.kind, known)?,
        TimelineEntry::Decision { hash, level, .. } => What::Level {
            level: Level::from(*level),
            hash: hex(hash),
        },
        TimelineEntry::Grant { seq, .. } => What::GrantSigned { seq: *seq },
        TimelineEntry::Report { level, .. } => What::Reported {
            level: Level::from(*level),
            seq: 0,
            refused: Vec::new(),
        },
    };
    Some(Event {
        at: entry.at(),
        what,
    })
}

fn fact(kind: &EventKind, known: &Known) -> Option<What> {
    Some(match kind {
        EventKind::Payment {
            id,
            state,
            amount,
            paid_on,
        } => {
            let (id, amount) = (id.clone(), *amount);
            match state {
                PaymentState::Pending => What::PaymentPending { id, amount },
                PaymentState::Booked => What::PaymentBooked {
                    id,
                    amount,
                    paid_on: *paid_on,
                },
                PaymentState::Failed => What::PaymentFailed { id, amount },
                PaymentState::Reversed => What::PaymentReversed { id, amount },
            }
        }
        EventKind::Feed { feed, state } => What::Feed {
            feed: feed.clone(),
            state: match state {
                FeedState::Healthy => "whole",
                FeedState::Stale => "silent",
                FeedState::Gap => "gap",
            }
            .to_string(),
        },
        EventKind::Notice {
            notice,
            channel,
            proof,
        } => What::Notice {
            notice: format!("{}/{}", notice.pack, notice.notice),
            channel: channel.clone(),
            proof: proof.name().to_string(),
        },
        EventKind::Hold { kind, until, .. } => What::HoldBegun {
            kind: kind.name().to_string(),
            until: *until,
        },
        EventKind::HoldEnd { id, outcome } => What::HoldEnded {
            kind: kind_of_hold(id, known)?,
            outcome: outcome.map(|outcome| {
                match outcome {
                    Outcome::Upheld => "upheld",
                    Outcome::Rejected => "rejected",
                }
                .to_string()
            }),
        },
        EventKind::Suspense { id, amount, state } => What::Suspense {
            id: id.clone(),
            amount: *amount,
            cleared: *state == SuspenseState::Cleared,
        },
        EventKind::Review { by, decision } => What::Review {
            by: by.clone(),
            approved: *decision == Decision::Approve,
        },
        EventKind::EmergencyPass => What::EmergencyPass,
        EventKind::Contact => What::Contact,
        EventKind::PayoffWaived { amount } => What::PayoffWaived { amount: *amount },
    })
}

/// The kind of the hold with that id, from the event that opened it.
fn kind_of_hold(wanted: &str, known: &Known) -> Option<String> {
    known
        .facts
        .events
        .iter()
        .find_map(|event| match &event.kind {
            EventKind::Hold { id, kind, .. } if id == wanted => Some(kind.name().to_string()),
            _ => None,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_repeats_the_one_before_is_left_out() {
        let event = |s: i64, what| Event {
            at: Instant::from_unix_seconds(s),
            what,
        };
        let level = |level| What::Level {
            level,
            hash: String::new(),
        };
        let report = |level| What::Reported {
            level,
            seq: 0,
            refused: Vec::new(),
        };
        // Newest first, as a page tells them.
        let mut events = vec![
            event(6, report(Level::Reduce)),
            event(5, report(Level::Reduce)),
            event(4, level(Level::Reduce)),
            event(3, What::EmergencyPass),
            event(2, level(Level::Remind)),
            event(1, level(Level::Remind)),
        ];
        quiet(&mut events);
        let kept: Vec<i64> = events.iter().map(|e| e.at.unix_seconds()).collect();
        assert_eq!(kept, [5, 4, 3, 1]);
    }
}
