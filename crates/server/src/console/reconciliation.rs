//! Reconciliation of a day: the page, its CSV, and what people do about breaks.
//!
//! The page shows what the daily run found; asking for it changes nothing. On purpose absent: the
//! proof itself, which reads the whole database: `fairlock proof` makes it, and the page says when
//! it last held.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use fairlock_domain::calendar::Day;
use fairlock_domain::calendar::zone::utc;
use fairlock_storage::{BreakRow, BreakState, StoreError};
use fairlock_web::page;
use fairlock_web::view::reconciliation as view;
use serde::Deserialize;

use super::answer::{Asked, Trouble};
use super::feeds::as_csv;
use super::{places, texts};
use crate::Shared;
use crate::money::reconcile::close::{self, Act, CloseError};

/// Breaks shown of the day, and of the days before it.
const SHOWN: usize = 50;

/// Open breaks that are counted by age.
const COUNTED: u32 = 10_000;

/// `/payments/reconciliation`: the newest day that is over.
pub async fn newest(State(shared): State<Arc<Shared>>) -> Response {
    to_day(last_day(&shared))
}

fn to_day(day: Day) -> Response {
    let address = format!("/payments/reconciliation/{day}");
    (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response()
}

fn last_day(shared: &Shared) -> Day {
    utc().day_of(shared.clock.now()).plus_days(-1)
}

/// The page at `/payments/reconciliation/{day}`.
pub async fn page(
    State(shared): State<Arc<Shared>>,
    Path(day): Path<String>,
    asked: Asked,
) -> Response {
    show(shared, asked, day, None).await
}

async fn show(
    shared: Arc<Shared>,
    asked: Asked,
    day: String,
    said: Option<view::Said>,
) -> Response {
    asked
        .page(shared, move |shared, asked| {
            let view = view::Reconciliation {
                said,
                ..read(shared, parse(&day)?)?
            };
            let frame = asked.frame(shared, places::utc());
            Ok(page::reconciliation(&frame, &view, texts(shared))?)
        })
        .await
}

/// The breaks at `/payments/reconciliation/{day}/breaks.csv`.
pub async fn csv(
    State(shared): State<Arc<Shared>>,
    Path(day): Path<String>,
    asked: Asked,
) -> Response {
    let read = {
        let (shared, day) = (shared.clone(), day.clone());
        tokio::task::spawn_blocking(move || {
            let rows = shared.store.breaks_of_day(shared.lender, parse(&day)?)?;
            let today = utc().day_of(shared.clock.now());
            let lines: Vec<view::BreakLine> = rows.into_iter().map(|b| line(b, today)).collect();
            Ok(page::reconciliation_csv(&lines))
        })
        .await
    };
    match read.unwrap_or(Err(Trouble::Cut)) {
        Ok(csv) => as_csv(&format!("breaks-{day}.csv"), csv),
        Err(trouble) => asked.trouble(&shared, trouble),
    }
}

fn parse(day: &str) -> Result<Day, Trouble> {
    Day::parse(day).map_err(|_| Trouble::Unreadable {
        thing: day.to_owned(),
        expected: "a day like 2026-06-18",
    })
}

fn read(shared: &Shared, day: Day) -> Result<view::Reconciliation, StoreError> {
    let (store, lender) = (&shared.store, shared.lender);
    let today = utc().day_of(shared.clock.now());
    let rows = store.recon_day(lender, day)?.into_iter();
    let mut breaks = store.breaks_of_day(lender, day)?;
    breaks.sort_by_key(|row| row.state == BreakState::Closed);
    let open = store.open_breaks(lender, day, COUNTED)?;
    let mut ages: Vec<(view::AgeBand, u64)> = Vec::new();
    for band in view::AgeBand::ALL {
        let own = |row: &&BreakRow| view::AgeBand::of(age(row, today)) == band;
        let count = open.iter().filter(own).count() as u64;
        ages.extend((count > 0).then_some((band, count)));
    }
    let older = open.into_iter().filter(|row| row.day < day).take(SHOWN);
    Ok(view::Reconciliation {
        day,
        previous: day.plus_days(-1),
        next: (day < last_day(shared)).then(|| day.plus_days(1)),
        rows: rows
            .map(|row| view::ReconRow {
                channel: row.channel,
                report: row.report,
                clearing: row.clearing,
                bank: row.bank,
                ran_at: row.ran_at,
            })
            .collect(),
        breaks: breaks
            .into_iter()
            .take(SHOWN)
            .map(|b| line(b, today))
            .collect(),
        older: older.map(|row| line(row, today)).collect(),
        ages,
        proved: store.proved(lender)?,
        said: None,
    })
}

fn age(row: &BreakRow, today: Day) -> i32 {
    today.unix_days() - row.day.unix_days()
}

fn line(row: BreakRow, today: Day) -> view::BreakLine {
    let days = age(&row, today);
    let closed = row.reason.zip(row.closed_by).zip(row.why);
    view::BreakLine {
        no: row.no,
        day: row.day,
        channel: row.channel,
        side: row.side.name().to_owned(),
        kind: row.kind,
        mark: row.mark,
        amount: row.amount,
        days_old: u64::try_from(days).unwrap_or(0),
        owner: row.owner,
        state: row.state.name().to_owned(),
        proposed_by: row.proposed_by,
        closed: closed
            .filter(|_| row.state == BreakState::Closed)
            .map(|((reason, by), why)| (reason, by, why)),
    }
}

/// The form at each break.
#[derive(Deserialize)]
pub struct BreakForm {
    #[serde(default)]
    no: i64,
    #[serde(default)]
    by: String,
    #[serde(default)]
    reason: String,
    #[serde(default, rename = "do")]
    deed: String,
}

/// `POST /payments/reconciliation/{day}`. The Enter key takes a break, which moves no money.
pub async fn act(
    State(shared): State<Arc<Shared>>,
    Path(day): Path<String>,
    asked: Asked,
    Form(form): Form<BreakForm>,
) -> Response {
    let deed = match form.deed.as_str() {
        "explain" => Act::Explain,
        "propose" => Act::ProposeWriteOff,
        "write_off" => Act::WriteOff,
        _ => Act::Own,
    };
    let done = {
        let shared = shared.clone();
        let work = move || {
            let words = (form.by.as_str(), form.reason.as_str());
            let (store, lender) = (&shared.store, shared.lender);
            close::act(store, lender, form.no, deed, words, shared.stamp())
        };
        tokio::task::spawn_blocking(work).await
    };
    match done {
        Ok(Ok(())) => show(shared, asked, day, Some(view::Said::Done)).await,
        Ok(Err(CloseError::Store(error))) => asked.trouble(&shared, Trouble::Store(error)),
        Ok(Err(refused)) => {
            let said = view::Said::NotTaken(refused.to_string());
            let mut response = show(shared, asked, day, Some(said)).await;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            response
        }
        Err(_) => asked.trouble(&shared, Trouble::Cut),
    }
}
