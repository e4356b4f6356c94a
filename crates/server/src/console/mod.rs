//! The console: pages that let a person watch, rule by rule and phone by phone.
//!
//! A handler reads the store off the runtime, fills a view of `web`, and answers with the page
//! and its security headers; live parts stream over one SSE connection a page. Failure is a page
//! that says what, where and what was expected; faults of ours carry a reference that the log
//! has too. Every read is bounded: lists are keyset pages, histories are cut at a written limit.
//!
//! On purpose absent: any tightening of a phone, a sign-in (the server listens on loopback only),
//! and words (they are `web`'s).

mod answer;
mod codes;
mod contract;
mod evidence;
mod feeds;
mod find;
mod grants;
mod list;
mod live;
mod mapping;
mod multipart;
mod payments;
mod phone;
mod places;
mod plan;
mod reads;
mod reconciliation;
mod rules;
mod settings;
mod suspense;
mod timeline;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Extension, Path, Query, State};
use axum::http::Uri;
use axum::response::Response;
use axum::routing::{get, post};
use fairlock_web::{Texts, page};
use tokio::sync::Semaphore;

use crate::Shared;
use answer::{Asked, Trouble};

/// A name as it may stand on a page or a phone.
pub use list::masked;

/// Live pages at a time; each holds one connection and asks the store at most four times a
/// second. A lender's floor has tens of people, not hundreds.
const LIVE_MAX: usize = 64;

/// Permits for live pages.
#[derive(Clone)]
struct LivePages(Arc<Semaphore>);

/// All routes of the console.
pub fn routes() -> Router<Arc<Shared>> {
    let live = LivePages(Arc::new(Semaphore::new(LIVE_MAX)));
    let files = evidence::Files(Arc::new(Semaphore::new(evidence::FILES_MAX)));
    Router::new()
        .route("/", get(portfolio))
        .route("/contracts", get(portfolio))
        .route("/contracts/{id}", get(contract_page))
        .route("/contracts/{id}/plan", get(plan_page))
        .route("/contracts/{id}/grants/{seq}", get(grant_page))
        .route("/contracts/{id}/phone", get(phone_page))
        .route("/contracts/{id}/evidence", get(evidence::page))
        .route("/contracts/{id}/evidence.zip", get(evidence::file))
        .route("/payments/feeds", get(feeds::page))
        .route("/payments/feeds.csv", get(feeds::csv))
        .route("/payments/feeds/give-time", post(feeds::give))
        .route("/payments/feeds/take-back", post(feeds::take_back))
        .route("/payments/feeds/decide", post(feeds::decide))
        .route("/payments/reconciliation", get(reconciliation::newest))
        .route(
            "/payments/reconciliation/{day}",
            get(reconciliation::page).post(reconciliation::act),
        )
        .route(
            "/payments/reconciliation/{day}/breaks.csv",
            get(reconciliation::csv),
        )
        .route("/payments/suspense", get(suspense::list))
        .route(
            "/payments/suspense/{id}",
            get(suspense::item).post(suspense::decide),
        )
        .route("/payments/mapping", mapping::route())
        .route("/rules", get(rules_page))
        .route("/rules/{pack}/{version}", get(pack_page))
        .route("/live/portfolio", get(live::portfolio))
        .route("/live/contracts/{id}", get(live::contract))
        .route("/live/contracts/{id}/phone", get(live::phone))
        .route("/assets/{hash}/{name}", get(answer::asset))
        .route("/find", post(find::find))
        .route("/settings/appearance", post(settings::appearance))
        .fallback(nothing_here)
        .layer(Extension(live))
        .layer(Extension(files))
        .layer(Extension(mapping::Tries::default()))
}

async fn portfolio(
    State(shared): State<Arc<Shared>>,
    Query(query): Query<list::ListQuery>,
    asked: Asked,
) -> Response {
    asked
        .page(shared, move |shared, asked| {
            let view = list::portfolio(shared, &query)?;
            let mut frame = asked.frame(shared, view.place);
            frame.live = Some("/live/portfolio".to_string());
            Ok(page::portfolio(&frame, &view.portfolio, texts(shared))?)
        })
        .await
}

async fn contract_page(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    Query(query): Query<timeline::TimelineQuery>,
    asked: Asked,
) -> Response {
    asked
        .page(shared, move |shared, asked| {
            let known = reads::known(shared, &id, shared.clock.now())?;
            let view = contract::page(shared, &known, &query)?;
            let mut frame = asked.frame(shared, known.place.clone());
            let address = page::contract_address(&known.row.contract_id);
            frame.live = Some(format!("/live{address}"));
            Ok(page::contract(&frame, &view, texts(shared))?)
        })
        .await
}

async fn plan_page(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    Query(query): Query<plan::PlanQuery>,
    asked: Asked,
) -> Response {
    asked
        .page(shared, move |shared, asked| {
            let (view, place) = plan::page(shared, &id, &query)?;
            let frame = asked.frame(shared, place);
            Ok(page::plan(&frame, &view, texts(shared))?)
        })
        .await
}

async fn grant_page(
    State(shared): State<Arc<Shared>>,
    Path((id, seq)): Path<(String, String)>,
    asked: Asked,
) -> Response {
    asked
        .page(shared, move |shared, asked| {
            let known = reads::known(shared, &id, shared.clock.now())?;
            let seq = seq.parse().map_err(|_| Trouble::NotFound {
                thing: asked.path.clone(),
                expected: Some("a grant's seq, as 41"),
            })?;
            let view = grants::page(shared, &known, seq, &asked.path)?;
            let frame = asked.frame(shared, known.place);
            Ok(page::grant(&frame, &view, texts(shared))?)
        })
        .await
}

async fn phone_page(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    Query(query): Query<phone::PhoneQuery>,
    asked: Asked,
) -> Response {
    asked
        .page(shared, move |shared, asked| {
            let known = reads::known(shared, &id, shared.clock.now())?;
            let view = phone::page(shared, &known, query.wants_reported())?;
            let mut frame = asked.frame(shared, known.place.clone());
            let address = page::contract_address(&known.row.contract_id);
            let view_query = if query.wants_reported() {
                "?view=reported"
            } else {
                ""
            };
            frame.live = Some(format!("/live{address}/phone{view_query}"));
            Ok(page::phone(&frame, &view, texts(shared))?)
        })
        .await
}

async fn rules_page(State(shared): State<Arc<Shared>>, asked: Asked) -> Response {
    asked
        .page(shared, |shared, asked| {
            let packs = rules::packs(shared);
            let frame = asked.frame(shared, places::utc());
            Ok(page::rules(&frame, &packs, texts(shared))?)
        })
        .await
}

async fn pack_page(
    State(shared): State<Arc<Shared>>,
    Path((pack, version)): Path<(String, String)>,
    asked: Asked,
) -> Response {
    asked
        .page(shared, move |shared, asked| {
            let view = rules::pack(shared, &pack, &version)?.ok_or_else(|| Trouble::NotFound {
                thing: asked.path.clone(),
                expected: Some("a pack and its version, as sandbox/1"),
            })?;
            let frame = asked.frame(shared, places::utc());
            Ok(page::pack(&frame, &view, texts(shared))?)
        })
        .await
}

async fn nothing_here(State(shared): State<Arc<Shared>>, uri: Uri, asked: Asked) -> Response {
    let trouble = Trouble::NotFound {
        thing: uri.path().to_string(),
        expected: None,
    };
    asked.trouble(&shared, trouble)
}

/// The words of all pages.
fn texts(shared: &Shared) -> &Texts {
    &shared.money.desk.texts
}
