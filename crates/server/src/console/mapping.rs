//! A mapping tried on a table: a person gives both and sees the first entries, the sums, and every
//! cell that can't be read. Nothing is kept, neither of the table nor of the mapping.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Extension, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, get};
use fairlock_domain::money::{Currency, Money};
use fairlock_domain::pii::Pii;
use fairlock_intake::statement::{Balance, Direction, Entry, EntryStatus, StatementHead};
use fairlock_intake::{INPUT_MAX_BYTES, Mapping, sheet};
use fairlock_web::page;
use fairlock_web::view::mapping as view;
use tokio::sync::Semaphore;

use super::answer::Asked;
use super::multipart::{self, Field};
use super::{places, texts};
use crate::Shared;
use crate::money::tables;

/// Entries that are shown.
const ROWS_MAX: usize = 20;
/// What a form may have beside its table: a mapping and the names of its fields.
const FORM_MAX_BYTES: usize = 256 * 1024;
/// Tables that are tried at a time: each is whole in memory.
const TRIES_MAX: usize = 2;

/// Permits for trying tables.
#[derive(Clone)]
pub struct Tries(Arc<Semaphore>);

impl Default for Tries {
    fn default() -> Tries {
        Tries(Arc::new(Semaphore::new(TRIES_MAX)))
    }
}

pub fn route() -> MethodRouter<Arc<Shared>> {
    let limit = DefaultBodyLimit::max(INPUT_MAX_BYTES as usize + FORM_MAX_BYTES);
    get(empty).post(tried).layer(limit)
}

/// The page at `/payments/mapping`.
async fn empty(State(shared): State<Arc<Shared>>, asked: Asked) -> Response {
    shown(shared, asked, |_| (String::new(), None)).await
}

async fn tried(
    State(shared): State<Arc<Shared>>,
    Extension(tries): Extension<Tries>,
    asked: Asked,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Ok(_permit) = tries.0.try_acquire_owned() else {
        let after = [(header::RETRY_AFTER, "5")];
        return (StatusCode::SERVICE_UNAVAILABLE, after).into_response();
    };
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.to_owned();
    shown(shared, asked, move |shared| {
        match multipart::fields(&kind, &body) {
            Some(fields) => outcome(shared, &fields),
            None => {
                let line = "a form that can't be read; expected a table and a mapping".to_owned();
                (String::new(), Some(view::Outcome::NoMapping(vec![line])))
            }
        }
    })
    .await
}

async fn shown(
    shared: Arc<Shared>,
    asked: Asked,
    outcome: impl FnOnce(&Shared) -> (String, Option<view::Outcome>) + Send + 'static,
) -> Response {
    asked
        .page(shared, move |shared, asked| {
            let (chosen, outcome) = outcome(shared);
            let known = shared.money.desk.mappings.iter();
            let view = view::MappingTry {
                known: known.map(|m| (m.name.clone(), m.title.clone())).collect(),
                chosen,
                outcome,
            };
            let frame = asked.frame(shared, places::utc());
            Ok(page::mapping(&frame, &view, texts(shared))?)
        })
        .await
}

/// What was chosen, and what comes of it.
fn outcome(shared: &Shared, fields: &[Field<'_>]) -> (String, Option<view::Outcome>) {
    let field = |name: &str| fields.iter().find(|field| field.name == name);
    let value = |name: &str| field(name).map_or(&b""[..], |field| field.value);
    let chosen = String::from_utf8_lossy(value("mapping")).into_owned();
    let table = value("table");
    let known = &shared.money.desk.mappings;
    let own = field("own").filter(|own| !own.value.is_empty());
    let mapping = match own {
        Some(own) => parsed(own),
        None if chosen.is_empty() => tables::recognised(known, table)
            .cloned()
            .map_err(|e| vec![e]),
        None => tables::named(known, &chosen).cloned().map_err(|e| vec![e]),
    };
    let outcome = match mapping {
        Ok(mapping) => read(&mapping, table),
        Err(lines) => view::Outcome::NoMapping(lines),
    };
    (chosen, Some(outcome))
}

fn parsed(own: &Field<'_>) -> Result<Mapping, Vec<String>> {
    let text = std::str::from_utf8(own.value);
    let text = text.map_err(|_| vec!["a mapping that isn't UTF-8; expected TOML".to_owned()])?;
    let file = own
        .file
        .filter(|file| !file.is_empty())
        .unwrap_or("mapping.toml");
    let zones = &fairlock_rulebook::zone::load;
    let parsed = Mapping::parse(file, text, zones);
    parsed.map_err(|errors| errors.iter().map(ToString::to_string).collect())
}

fn read(mapping: &Mapping, mut table: &[u8]) -> view::Outcome {
    let mut rows = Vec::new();
    let mut sums: Vec<Sums> = Vec::new();
    let contents = sheet::read(&mut table, mapping, &mut |statement, entry| {
        sums.resize_with(sums.len().max(statement + 1), Sums::default);
        sums[statement].add(&entry);
        if rows.len() < ROWS_MAX {
            rows.extend(row(&entry));
        }
    });
    let name = mapping.name.clone();
    match contents {
        Ok(contents) => {
            sums.resize_with(contents.statements.len(), Sums::default);
            let statements: Vec<view::Statement> = contents
                .statements
                .iter()
                .zip(sums)
                .map(statement)
                .collect();
            view::Outcome::Read(view::Read {
                mapping: name,
                entries: statements.iter().map(|one| one.entries).sum(),
                statements,
                rows,
            })
        }
        Err(mut errors) => {
            let cut = errors
                .last()
                .is_some_and(|last| last.found == "more errors");
            if cut {
                errors.pop();
            }
            let fault = |error: fairlock_intake::ReadError| view::Fault {
                place: error.place.to_string(),
                found: error.found,
                expected: error.expected,
            };
            view::Outcome::Wrong {
                mapping: name,
                faults: errors.into_iter().map(fault).collect(),
                more: cut,
            }
        }
    }
}

/// What was booked of one statement, in minor units by currency.
#[derive(Default)]
struct Sums {
    credits: BTreeMap<String, i128>,
    debits: BTreeMap<String, i128>,
}

impl Sums {
    fn add(&mut self, entry: &Entry) {
        let Some(money) = money(entry).filter(|_| entry.status == EntryStatus::Booked) else {
            return;
        };
        let side = match entry.direction {
            Direction::Credit => &mut self.credits,
            Direction::Debit => &mut self.debits,
        };
        // A million amounts of at most 10^15.
        *side.entry(money.currency().code().to_owned()).or_default() += money.minor();
    }
}

fn money(entry: &Entry) -> Option<Money> {
    let currency = Currency::from_code(&entry.amount.currency)?;
    entry.amount.value.to_money(currency)
}

fn statement((head, sums): (&StatementHead, Sums)) -> view::Statement {
    let balance = |balance: &Option<Balance>| {
        let balance = balance.as_ref()?;
        let currency = Currency::from_code(&balance.currency)?;
        let amount = balance.amount.to_money(currency)?;
        Some(match balance.direction {
            Direction::Credit => amount,
            Direction::Debit => Money::new(-amount.minor(), currency),
        })
    };
    let all = |sums: BTreeMap<String, i128>| -> Vec<Money> {
        let money =
            |(code, minor): (String, i128)| Some(Money::new(minor, Currency::from_code(&code)?));
        sums.into_iter().filter_map(money).collect()
    };
    view::Statement {
        account: head.account.clone(),
        entries: u64::from(head.entries),
        opening: balance(&head.opening),
        closing: balance(&head.closing),
        chains: head.balances_chain,
        credits: all(sums.credits),
        debits: all(sums.debits),
    }
}

fn row(entry: &Entry) -> Option<view::Row> {
    let detail = entry.only_detail();
    let references = entry.references.iter();
    let of_detail = detail.iter().flat_map(|detail| detail.references.iter());
    let open = |text: &Option<Pii<String>>| text.as_ref().map(|text| text.expose().clone());
    let day = entry.booking.or(entry.value);
    Some(view::Row {
        booked: day.map(|stamp| stamp.day),
        is_credit: entry.direction == Direction::Credit,
        amount: money(entry)?,
        status: entry.status.name(),
        references: references
            .chain(of_detail)
            .map(|(n, v)| (n, v.to_owned()))
            .collect(),
        remittance: detail.and_then(|detail| open(&detail.remittance)),
        counterparty: detail.and_then(|detail| open(&detail.counterparty)),
    })
}
