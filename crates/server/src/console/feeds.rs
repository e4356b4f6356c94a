//! Feeds: the page, its CSV, and the forms by which two people give all contracts of a feed time or
//! take it back.
//!
//! Names are typed until there is a sign-in; the two must differ. A form that is sent twice is taken
//! once: the second time the action is there already, or decided. On purpose absent: a button that
//! makes a phone stricter.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use fairlock_domain::calendar::zone::utc;
use fairlock_domain::calendar::{Day, Instant};
use fairlock_domain::standing::FeedState as Known;
use fairlock_storage::{
    FeedActionError, FeedActionKind, FeedActionRow, FeedActionState, FeedHealth, FeedTold,
};
use fairlock_web::page;
use fairlock_web::view::FeedState;
use fairlock_web::view::feeds as view;
use serde::Deserialize;

use super::answer::{Asked, Trouble};
use super::{places, texts};
use crate::Shared;
use crate::money::feeds::CALLBACK;
use crate::money::feeds::time::{self, TimeError};
use crate::running::Change;

/// Days of the strip.
const STRIP_DAYS: i32 = 28;

/// Actions that are over, on the page.
const PAST_MAX: u32 = 20;

/// What the page says above its title.
#[derive(Deserialize)]
pub struct FeedsQuery {
    #[serde(default)]
    said: String,
}

/// The page at `/payments/feeds`.
pub async fn page(
    State(shared): State<Arc<Shared>>,
    Query(query): Query<FeedsQuery>,
    asked: Asked,
) -> Response {
    let said = match query.said.as_str() {
        "proposed" => Some(view::Said::Proposed),
        "approved" => Some(view::Said::Approved),
        "refused" => Some(view::Said::Refused),
        _ => None,
    };
    show(shared, asked, said, view::Typed::default()).await
}

async fn show(
    shared: Arc<Shared>,
    asked: Asked,
    said: Option<view::Said>,
    typed: view::Typed,
) -> Response {
    asked
        .page(shared, move |shared, asked| {
            let view = view::Feeds {
                said,
                typed,
                ..read(shared)?
            };
            let frame = asked.frame(shared, places::utc());
            Ok(page::feeds(&frame, &view, texts(shared))?)
        })
        .await
}

/// The strips at `/payments/feeds.csv`.
pub async fn csv(State(shared): State<Arc<Shared>>, asked: Asked) -> Response {
    let read = {
        let shared = shared.clone();
        tokio::task::spawn_blocking(move || read(&shared)).await
    };
    match read.unwrap_or(Err(Trouble::Cut)) {
        Ok(view) => as_csv("feeds.csv", page::feeds_csv(&view)),
        Err(trouble) => asked.trouble(&shared, trouble),
    }
}

/// A table to keep.
pub fn as_csv(name: &str, csv: String) -> Response {
    let mut response = (StatusCode::OK, csv).into_response();
    let headers = response.headers_mut();
    let fixed = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in fairlock_web::csp::OTHERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

fn read(shared: &Shared) -> Result<view::Feeds, Trouble> {
    let (store, lender) = (&shared.store, shared.lender);
    let open = store.open_feed_actions(lender)?;
    let past = store.feed_actions(lender, None, PAST_MAX)?;
    let now = shared.clock.now();
    let over = |row: &&FeedActionRow| open.iter().all(|open| open.no != row.no);
    let mut rows = Vec::new();
    for health in store.feed_health(lender)? {
        let since = first_day(now);
        let history = store.feed_history(lender, &health.feed.feed, utc().instant_of(since, 0))?;
        let strip = strip(&history, since, now);
        let own = |row: &&FeedActionRow| row.feed == health.feed.feed;
        let open = open.iter().find(own).map(action);
        let given = lasting(&past, &health.feed.feed, now).map(action);
        rows.push(line(health, strip, open, given));
    }
    Ok(view::Feeds {
        rows,
        past: past.iter().filter(over).map(action).collect(),
        days_max: time::DAYS_MAX,
        said: None,
        typed: view::Typed::default(),
    })
}

/// Time that was given on a feed, lasts, and wasn't taken back.
fn lasting<'a>(past: &'a [FeedActionRow], feed: &str, now: Instant) -> Option<&'a FeedActionRow> {
    let done = |row: &&FeedActionRow| row.feed == feed && row.state == FeedActionState::Done;
    let taken_back = |no: i64| {
        let mut backs = past.iter().filter(done);
        backs.any(|row| row.of == Some(no))
    };
    past.iter()
        .filter(done)
        .find(|row| row.kind == FeedActionKind::GiveTime && row.until > now && !taken_back(row.no))
}

fn line(
    health: FeedHealth,
    strip: Vec<view::StripDay>,
    open: Option<view::FeedAction>,
    given: Option<view::FeedAction>,
) -> view::FeedLine {
    let row = health.feed;
    view::FeedLine {
        name: row.feed,
        calls: row.kind == CALLBACK,
        state: state(row.state),
        reason: row.reason.map(|reason| reason.name().to_owned()),
        why: row.why,
        since: row.unhealthy_since,
        heartbeat: row.heartbeat_at,
        period_s: u64::try_from(row.period.as_seconds()).unwrap_or(0),
        complete_to: row.complete_up_to,
        sequence: row.sequence.or(row.legal_sequence),
        contracts: health.contracts,
        strip,
        open,
        given,
    }
}

fn state(state: Known) -> FeedState {
    match state {
        Known::Healthy => FeedState::Healthy,
        Known::Stale => FeedState::Stale,
        Known::Gap => FeedState::Gap,
    }
}

fn action(row: &FeedActionRow) -> view::FeedAction {
    view::FeedAction {
        no: row.no,
        feed: row.feed.clone(),
        back: row.kind == FeedActionKind::TakeBack,
        reason: row.reason.clone(),
        until: row.until,
        contracts: row.contracts,
        done: row.done,
        proposed_by: row.proposed_by.clone(),
        proposed_at: row.proposed_at,
        lapses_at: row.lapses_at,
        state: row.state.name().to_owned(),
        decided_by: row.decided_by.clone(),
        decided_why: row.decided_why.clone(),
        decided_at: row.decided_at,
    }
}

fn first_day(now: Instant) -> Day {
    utc().day_of(now).plus_days(1 - STRIP_DAYS)
}

/// The worst state of each day, and the most contracts that stood still in it.
fn strip(history: &[FeedTold], first: Day, now: Instant) -> Vec<view::StripDay> {
    let zone = utc();
    let mut days: BTreeMap<Day, view::StripDay> = BTreeMap::new();
    for n in 0..STRIP_DAYS {
        let day = first.plus_days(n);
        days.insert(
            day,
            view::StripDay {
                day,
                state: None,
                contracts: 0,
            },
        );
    }
    let ends = history.iter().skip(1).map(|next| next.at).chain([now]);
    for (told, end) in history.iter().zip(ends) {
        let (from, to) = (zone.day_of(told.at).max(first), zone.day_of(end));
        for day in days.range_mut(from..=to.max(from)).map(|(_, day)| day) {
            // A state that ended at midnight isn't of the next day.
            let over = end < now && zone.instant_of(day.day, 0) >= end && day.day != from;
            if over {
                continue;
            }
            let worse = worst(day.state, state(told.state));
            if day.state != Some(worse) {
                day.state = Some(worse);
            }
            day.contracts = day.contracts.max(told.contracts);
        }
    }
    days.into_values().collect()
}

fn worst(one: Option<FeedState>, other: FeedState) -> FeedState {
    let rank = |state: FeedState| match state {
        FeedState::Healthy => 0,
        FeedState::Stale => 1,
        FeedState::Gap => 2,
    };
    match one {
        Some(one) if rank(one) > rank(other) => one,
        _ => other,
    }
}

/// The forms of the page.
#[derive(Deserialize)]
pub struct TimeForm {
    #[serde(default)]
    feed: String,
    #[serde(default)]
    no: i64,
    #[serde(default)]
    days: String,
    #[serde(default)]
    by: String,
    #[serde(default)]
    reason: String,
    #[serde(default, rename = "do")]
    deed: String,
}

/// `POST /payments/feeds/give-time`.
pub async fn give(
    State(shared): State<Arc<Shared>>,
    asked: Asked,
    Form(form): Form<TimeForm>,
) -> Response {
    let days = form.days.trim().parse().unwrap_or(0);
    taken(shared, asked, form, "proposed", move |shared, form| {
        let (desk, now) = (&shared.money.desk, shared.clock.now());
        time::propose(desk, &form.feed, days, &form.reason, &form.by, now).map(|_| ())
    })
    .await
}

/// `POST /payments/feeds/take-back`.
pub async fn take_back(
    State(shared): State<Arc<Shared>>,
    asked: Asked,
    Form(form): Form<TimeForm>,
) -> Response {
    taken(shared, asked, form, "proposed", |shared, form| {
        let (desk, now) = (&shared.money.desk, shared.clock.now());
        time::propose_back(desk, form.no, &form.reason, &form.by, now).map(|_| ())
    })
    .await
}

/// `POST /payments/feeds/decide`. The Enter key sends `look`: it only shows the page again.
pub async fn decide(
    State(shared): State<Arc<Shared>>,
    asked: Asked,
    Form(form): Form<TimeForm>,
) -> Response {
    let approve = match form.deed.as_str() {
        "approve" => true,
        "refuse" => false,
        _ => return to_page(""),
    };
    let word = if approve { "approved" } else { "refused" };
    taken(shared, asked, form, word, move |shared, form| {
        let (desk, now) = (&shared.money.desk, shared.clock.now());
        time::decide(desk, form.no, approve, &form.by, &form.reason, now).map(|_| ())
    })
    .await
}

/// Does what a form asks, then shows the page that says so, or what is wrong with what was typed.
async fn taken(
    shared: Arc<Shared>,
    asked: Asked,
    form: TimeForm,
    word: &'static str,
    work: impl FnOnce(&Shared, &TimeForm) -> Result<(), TimeError> + Send + 'static,
) -> Response {
    let typed = view::Typed {
        feed: form.feed.clone(),
        by: form.by.clone(),
        reason: form.reason.clone(),
        days: form.days.clone(),
    };
    let done = {
        let shared = shared.clone();
        tokio::task::spawn_blocking(move || work(&shared, &form)).await
    };
    match done {
        Ok(Ok(())) => {
            shared.wake();
            shared.announce(Change::Portfolio);
            to_page(word)
        }
        Ok(Err(TimeError::Action(FeedActionError::Store(error)))) => {
            asked.trouble(&shared, Trouble::Store(error))
        }
        Ok(Err(refused)) => {
            let said = view::Said::NotTaken(refused.to_string());
            let mut response = show(shared, asked, Some(said), typed).await;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            response
        }
        Err(_) => asked.trouble(&shared, Trouble::Cut),
    }
}

fn to_page(word: &str) -> Response {
    let address = match word {
        "" => "/payments/feeds".to_owned(),
        word => format!("/payments/feeds?said={word}"),
    };
    (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use fairlock_domain::calendar::Span;

    #[test]
    fn a_day_shows_the_worst_of_it_and_nothing_before_it_was_watched() {
        let first = Day::parse("2026-03-01").expect("a day");
        let at = |day: i32, hour: u32| {
            utc()
                .instant_of(first.plus_days(day), 0)
                .plus(Span::hours(hour))
        };
        let told = |at, state, contracts| FeedTold {
            at,
            state,
            reason: None,
            contracts,
        };
        let history = [
            told(at(2, 6), Known::Healthy, 0),
            told(at(4, 6), Known::Stale, 7),
            told(at(5, 0), Known::Healthy, 0),
            told(at(6, 6), Known::Stale, 9),
            told(at(6, 7), Known::Gap, 8),
        ];
        let strip = strip(&history, first, at(7, 1));
        let states: Vec<_> = strip
            .iter()
            .take(9)
            .map(|d| (d.state, d.contracts))
            .collect();
        use FeedState::{Gap, Healthy, Stale};
        let expected = [
            (None, 0),
            (None, 0),
            (Some(Healthy), 0),
            (Some(Healthy), 0),
            (Some(Stale), 7),
            (Some(Healthy), 0),
            (Some(Gap), 9),
            (Some(Gap), 8),
            (None, 0),
        ];
        assert_eq!(states, expected);
    }
}
