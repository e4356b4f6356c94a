//! Events as rows and back.
//!
//! One table holds the events of contracts and of feeds, so that both share one order.

use fairlock_domain::calendar::Instant;
use fairlock_domain::holds::HoldKind;
use fairlock_domain::money::{Currency, Money};
use fairlock_domain::payment::PaymentState;
use fairlock_domain::rules::Proof;
use fairlock_domain::standing::{
    Decision, Event, EventKind, FeedState, NoticeId, Outcome, SuspenseState,
};

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::sqlite::{
    Cells, Db, amount_cell, day_cell, instant_cell, instant_cell_or_none, statements,
};

statements! { "events":
    INSERT = "
        INSERT INTO events (lender_id, contract_id, feed, at, kind, ref, word, channel, amount,
                            day, until_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
        ON CONFLICT DO NOTHING";
    NEWEST_AT = "
        SELECT at FROM events WHERE lender_id = ?1 AND contract_id = ?2
        ORDER BY at DESC, event_no DESC LIMIT 1";
    OF_CONTRACT = "
        SELECT event_no, at, kind, ref, word, channel, amount, day, until_at FROM events
        WHERE lender_id = ?1 AND contract_id = ?2 AND at >= ?3 AND at < ?4
        ORDER BY at, event_no";
    OF_FEED = "
        SELECT event_no, at, kind, ref, word, channel, amount, day, until_at FROM events
        WHERE lender_id = ?1 AND feed = ?2 AND at >= ?3 AND at < ?4
        ORDER BY at, event_no";
}

/// Whose events are read: a contract's own and its feed's.
pub(crate) struct Subject<'a> {
    pub(crate) lender: LenderId,
    pub(crate) contract_id: &'a str,
    pub(crate) feed: Option<&'a str>,
    pub(crate) currency: Currency,
}

/// An event's columns.
#[derive(Default)]
struct Columns<'a> {
    kind: &'static str,
    reference: Option<std::borrow::Cow<'a, str>>,
    word: Option<&'static str>,
    channel: Option<&'a str>,
    amount: Option<i64>,
    day: Option<i32>,
    until_at: Option<i64>,
}

/// Stores an event of a contract; false when that payment has that state there already.
pub(crate) fn insert_of_contract(
    db: &Db<'_>,
    lender: LenderId,
    contract_id: &str,
    event: &Event,
) -> Result<bool, StoreError> {
    insert(db, lender, Some(contract_id), None, event)
}

/// Stores a change of a feed's state.
pub(crate) fn insert_of_feed(
    db: &Db<'_>,
    lender: LenderId,
    feed: &str,
    state: FeedState,
    at: Instant,
) -> Result<(), StoreError> {
    let feed_name = feed.to_owned();
    let kind = EventKind::Feed {
        feed: feed_name,
        state,
    };
    insert(db, lender, None, Some(feed), &Event { at, kind }).map(|_| ())
}

fn insert(
    db: &Db<'_>,
    lender: LenderId,
    contract_id: Option<&str>,
    feed: Option<&str>,
    event: &Event,
) -> Result<bool, StoreError> {
    let c = columns(&event.kind)?;
    let rows = db.run(
        INSERT,
        (
            lender.0,
            contract_id,
            feed,
            instant_cell(event.at)?,
            c.kind,
            c.reference.as_deref(),
            c.word,
            c.channel,
            c.amount,
            c.day,
            c.until_at,
        ),
    )?;
    Ok(rows == 1)
}

/// The instant of a contract's newest own event.
pub(crate) fn newest_at(
    db: &Db<'_>,
    lender: LenderId,
    contract_id: &str,
) -> Result<Option<Instant>, StoreError> {
    db.first(NEWEST_AT, (lender.0, contract_id), |c| c.instant())
}

/// A contract's events and its feed's, in the order in which they became known, within
/// [from, before).
pub(crate) fn read(
    db: &Db<'_>,
    subject: &Subject<'_>,
    from: Option<Instant>,
    before: Option<Instant>,
) -> Result<Vec<Event>, StoreError> {
    let lender = subject.lender.0;
    let from = instant_cell_or_none(from)?.unwrap_or(i64::MIN);
    let before = instant_cell_or_none(before)?.unwrap_or(i64::MAX);
    let numbered = |cells: &mut Cells<'_>| {
        let no: i64 = cells.get()?;
        Ok((no, event(cells, subject)?))
    };
    let own = (lender, subject.contract_id, from, before);
    let mut events = db.all(OF_CONTRACT, own, numbered)?;
    if let Some(feed) = subject.feed {
        events.extend(db.all(OF_FEED, (lender, feed, from, before), numbered)?);
        events.sort_by_key(|(no, event)| (event.at, *no));
    }
    Ok(events.into_iter().map(|(_, event)| event).collect())
}

fn columns(kind: &EventKind) -> Result<Columns<'_>, StoreError> {
    let amount = |money: &Money| amount_cell(money.minor()).map(Some);
    Ok(match kind {
        EventKind::Payment {
            id,
            state,
            amount: money,
            paid_on,
        } => Columns {
            kind: "payment",
            reference: Some(id.into()),
            word: Some(state.name()),
            amount: amount(money)?,
            day: day_cell(*paid_on),
            ..Columns::default()
        },
        EventKind::Feed { feed, state } => Columns {
            kind: "feed",
            reference: Some(feed.into()),
            word: Some(feed_state_name(*state)),
            ..Columns::default()
        },
        EventKind::Notice {
            notice,
            channel,
            proof,
        } => Columns {
            kind: "notice",
            reference: Some(format!("{}/{}", notice.pack, notice.notice).into()),
            word: Some(proof.name()),
            channel: Some(channel),
            ..Columns::default()
        },
        EventKind::Hold { id, kind, until } => Columns {
            kind: "hold",
            reference: Some(id.into()),
            word: Some(kind.name()),
            until_at: instant_cell_or_none(*until)?,
            ..Columns::default()
        },
        EventKind::HoldEnd { id, outcome } => Columns {
            kind: "hold_end",
            reference: Some(id.into()),
            word: outcome.map(outcome_name),
            ..Columns::default()
        },
        EventKind::Suspense {
            id,
            amount: money,
            state,
        } => Columns {
            kind: "suspense",
            reference: Some(id.into()),
            word: Some(suspense_state_name(*state)),
            amount: amount(money)?,
            ..Columns::default()
        },
        EventKind::Review { by, decision } => Columns {
            kind: "review",
            reference: Some(by.into()),
            word: Some(decision_name(*decision)),
            ..Columns::default()
        },
        EventKind::EmergencyPass => Columns {
            kind: "emergency_pass",
            ..Columns::default()
        },
        EventKind::Contact => Columns {
            kind: "contact",
            ..Columns::default()
        },
        EventKind::PayoffWaived { amount: money } => Columns {
            kind: "payoff_waived",
            amount: amount(money)?,
            ..Columns::default()
        },
    })
}

fn event(cells: &mut Cells<'_>, subject: &Subject<'_>) -> Result<Event, StoreError> {
    let at = cells.instant()?;
    let kind: String = cells.get()?;
    let reference: Option<String> = cells.get()?;
    let word: Option<String> = cells.get()?;
    let channel: Option<String> = cells.get()?;
    let amount: Option<i64> = cells.get()?;
    let paid_on = cells.day_or_none()?;
    let until = cells.instant_or_none()?;
    let word = word.as_deref();
    let amount = amount.map(|minor| Money::new(minor.into(), subject.currency));
    let id = || reference.clone();
    let known = match kind.as_str() {
        "payment" => state_of(word, PaymentState::from_name)
            .zip(amount)
            .zip(id())
            .map(|((state, amount), id)| EventKind::Payment {
                id,
                state,
                amount,
                paid_on,
            }),
        "feed" => state_of(word, feed_state)
            .zip(id())
            .map(|(state, feed)| EventKind::Feed { feed, state }),
        "notice" => state_of(word, Proof::from_name)
            .zip(channel)
            .zip(id().as_deref().and_then(notice_id))
            .map(|((proof, channel), notice)| EventKind::Notice {
                notice,
                channel,
                proof,
            }),
        "hold" => state_of(word, HoldKind::from_name)
            .zip(id())
            .map(|(kind, id)| EventKind::Hold { id, kind, until }),
        "hold_end" => id().map(|id| EventKind::HoldEnd {
            id,
            outcome: state_of(word, outcome),
        }),
        "suspense" => state_of(word, suspense_state)
            .zip(amount)
            .zip(id())
            .map(|((state, amount), id)| EventKind::Suspense { id, amount, state }),
        "review" => state_of(word, decision)
            .zip(id())
            .map(|(decision, by)| EventKind::Review { by, decision }),
        "emergency_pass" => Some(EventKind::EmergencyPass),
        "contact" => Some(EventKind::Contact),
        "payoff_waived" => amount.map(|amount| EventKind::PayoffWaived { amount }),
        _ => None,
    };
    let kind = known.ok_or_else(|| StoreError::Row {
        place: format!("events of contract {}", subject.contract_id),
        found: format!("{kind} {word:?} at {at}"),
        expected: "a kind of event with its columns",
    })?;
    Ok(Event { at, kind })
}

fn state_of<T>(word: Option<&str>, read: impl Fn(&str) -> Option<T>) -> Option<T> {
    word.and_then(read)
}

fn notice_id(text: &str) -> Option<NoticeId> {
    let (pack, notice) = text.split_once('/')?;
    Some(NoticeId {
        pack: pack.into(),
        notice: notice.into(),
    })
}

pub(crate) fn feed_state_name(state: FeedState) -> &'static str {
    match state {
        FeedState::Healthy => "healthy",
        FeedState::Stale => "stale",
        FeedState::Gap => "gap",
    }
}

pub(crate) fn feed_state(name: &str) -> Option<FeedState> {
    let all = [FeedState::Healthy, FeedState::Stale, FeedState::Gap];
    all.into_iter().find(|s| feed_state_name(*s) == name)
}

fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Upheld => "upheld",
        Outcome::Rejected => "rejected",
    }
}

fn outcome(name: &str) -> Option<Outcome> {
    let all = [Outcome::Upheld, Outcome::Rejected];
    all.into_iter().find(|o| outcome_name(*o) == name)
}

fn suspense_state_name(state: SuspenseState) -> &'static str {
    match state {
        SuspenseState::Candidate => "candidate",
        SuspenseState::Cleared => "cleared",
    }
}

fn suspense_state(name: &str) -> Option<SuspenseState> {
    let all = [SuspenseState::Candidate, SuspenseState::Cleared];
    all.into_iter().find(|s| suspense_state_name(*s) == name)
}

fn decision_name(decision: Decision) -> &'static str {
    match decision {
        Decision::Approve => "approve",
        Decision::Refuse => "refuse",
    }
}

fn decision(name: &str) -> Option<Decision> {
    let all = [Decision::Approve, Decision::Refuse];
    all.into_iter().find(|d| decision_name(*d) == name)
}
