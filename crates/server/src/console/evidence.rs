//! The evidence file of a contract: a page that says what is in it, and the file.
//!
//! Both are made anew each time, off the runtime, as `fairlock evidence` makes them: the same
//! instant gives the same bytes. Few are made at once, and each is bounded by the archive's own
//! limits, so that nobody fills the memory by asking often. Failure is a page that says why there
//! is none. On purpose absent: keeping a file, and handing one to anybody but who asks.

use std::sync::Arc;

use axum::extract::{Extension, Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use fairlock_domain::calendar::Instant;
use fairlock_protocol::sha256;
use fairlock_rulebook::time;
use fairlock_web::page;
use fairlock_web::view::Evidence;
use fairlock_web::view::evidence::{Item, Part, Section};
use serde::Deserialize;
use tokio::sync::Semaphore;

use super::answer::{Asked, Trouble, hex};
use super::{places, texts};
use crate::Shared;
use crate::evidence::collect::{CollectError, Wanted};
use crate::evidence::{self, Items, archive};

/// Files that are made at a time: each may take a hundred MiB of memory.
pub const FILES_MAX: usize = 2;

/// What wrote the file.
const PROGRAM: &str = concat!("fairlock ", env!("CARGO_PKG_VERSION"));

/// Permits for making files.
#[derive(Clone)]
pub struct Files(pub Arc<Semaphore>);

#[derive(Deserialize, Default)]
pub struct EvidenceQuery {
    at: Option<String>,
}

impl EvidenceQuery {
    fn asked(&self) -> Option<&str> {
        self.at.as_deref().filter(|text| !text.is_empty())
    }

    /// A form sends `+` as a space; no instant has one there.
    fn instant(&self) -> Option<Instant> {
        time::parse_instant(&self.asked()?.replace(' ', "+"))
    }
}

/// The page at `/contracts/{id}/evidence`.
pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(files): Extension<Files>,
    Path(id): Path<String>,
    Query(query): Query<EvidenceQuery>,
    asked: Asked,
) -> Response {
    let _permit = files.0.acquire().await;
    asked
        .page(shared, move |shared, asked| {
            let at = query.instant().unwrap_or(shared.clock.now());
            let items = items(shared, &id, at)?;
            let known = shared.store.contract(shared.lender, &id)?;
            let zone = known.map_or_else(String::new, |row| row.time_zone);
            let frame = asked.frame(shared, places::get(shared, &zone));
            let unread = query.asked().filter(|_| query.instant().is_none());
            let view = view(&id, at, unread, &items)?;
            Ok(page::evidence(&frame, &view, texts(shared))?)
        })
        .await
}

/// The archive at `/contracts/{id}/evidence.zip`.
pub async fn file(
    State(shared): State<Arc<Shared>>,
    Extension(files): Extension<Files>,
    Path(id): Path<String>,
    Query(query): Query<EvidenceQuery>,
    asked: Asked,
) -> Response {
    let _permit = files.0.acquire().await;
    let made = {
        let (shared, id) = (shared.clone(), id.clone());
        tokio::task::spawn_blocking(move || zip(&shared, &id, &query)).await
    };
    match made.unwrap_or(Err(Trouble::Cut)) {
        Ok(bytes) => as_file(&id, bytes),
        Err(trouble) => asked.trouble(&shared, trouble),
    }
}

fn zip(shared: &Shared, id: &str, query: &EvidenceQuery) -> Result<Vec<u8>, Trouble> {
    let at = match (query.asked(), query.instant()) {
        (None, _) => shared.clock.now(),
        (Some(_), Some(at)) => at,
        (Some(text), None) => {
            return Err(Trouble::Unreadable {
                thing: text.to_string(),
                expected: "an instant like 2026-06-20T11:00:00+03:00",
            });
        }
    };
    Ok(archive::to_zip(&items(shared, id, at)?)?)
}

fn items(shared: &Shared, id: &str, at: Instant) -> Result<Items, Trouble> {
    let wanted = Wanted {
        store: &shared.store,
        lender: shared.lender,
        rulebook: &shared.rulebook,
        contract_id: id,
        at,
        program: PROGRAM,
    };
    evidence::collect(&wanted).map_err(|error| match error {
        CollectError::UnknownContract(_) => Trouble::NotFound {
            thing: format!("/contracts/{id}/evidence"),
            expected: Some("a contract's id, as C-1001"),
        },
        error => Trouble::Evidence(error),
    })
}

/// A file to keep, and no copy of it anywhere else.
fn as_file(id: &str, bytes: Vec<u8>) -> Response {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || c == '-' {
            c
        } else {
            '_'
        }
    };
    let name: String = id.chars().map(plain).collect();
    let disposition = format!("attachment; filename=\"evidence-{name}.zip\"");
    let mut response = (StatusCode::OK, bytes).into_response();
    let headers = response.headers_mut();
    let fixed = [
        (header::CONTENT_TYPE, "application/zip"),
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in fairlock_web::csp::OTHERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

fn view(id: &str, at: Instant, unread: Option<&str>, items: &Items) -> Result<Evidence, Trouble> {
    let mut sections: Vec<Section> = Vec::new();
    let mut listed: Vec<(Part, Item)> = items
        .iter()
        .map(|(path, bytes)| {
            let item = Item {
                path: path.clone(),
                bytes: bytes.len() as u64,
                sha256: hex(&sha256(bytes)),
            };
            (part(path), item)
        })
        .collect();
    listed.sort_by_key(|(part, _)| *part);
    for (part, item) in listed {
        match sections.last_mut().filter(|section| section.part == part) {
            Some(section) => section.items.push(item),
            None => sections.push(Section {
                part,
                items: vec![item],
            }),
        }
    }
    Ok(Evidence {
        id: id.to_string(),
        at,
        unread: unread.map(str::to_string),
        hash: evidence::evidence_hash(items),
        bytes: archive::to_zip(items)?.len() as u64,
        sections,
    })
}

/// Where an item is read.
fn part(path: &str) -> Part {
    match path.split('/').next().unwrap_or_default() {
        "contract.json" | "scenario.json" => Part::Contract,
        "ledger.json" | "payments.json" => Part::Ledger,
        "notices.json" => Part::Notices,
        "decisions" | "decisions.json" | "duties.json" => Part::Decisions,
        "packs" | "earlier" => Part::Packs,
        "keys" | "charters" | "device.json" | "grants" | "grants.json" | "reports"
        | "reports.json" => Part::Phone,
        _ => Part::About,
    }
}
