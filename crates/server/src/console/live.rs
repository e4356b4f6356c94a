//! Live parts: one SSE connection a page, which sends the part anew when it may have changed.
//!
//! A part goes out at once (what changed between the page and the connection isn't lost), then
//! after each change of its contract or of the portfolio, never more often than [`EVERY`]. A
//! reader that falls behind misses nothing: each part is whole. The connection ends with the
//! server. On purpose absent: fragments that tell htmx what to do; they carry text and badges.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Extension, Path, Query, State};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use fairlock_web::page;
use futures_util::stream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::answer::{Asked, Trouble};
use super::phone::PhoneQuery;
use super::{LivePages, contract, list, phone, reads, texts};
use crate::Shared;
use crate::running::Change;

/// At most four parts a second: faster than that nobody reads.
const EVERY: Duration = Duration::from_millis(250);

/// Makes the part; blocking.
type Make = Arc<dyn Fn(&Shared) -> Result<String, Trouble> + Send + Sync>;

/// Counts, exceptions and feeds of the portfolio.
pub async fn portfolio(
    State(shared): State<Arc<Shared>>,
    Extension(pages): Extension<LivePages>,
    asked: Asked,
) -> Response {
    let make: Make = Arc::new(move |shared| {
        let (summary, place) = list::live(shared)?;
        let frame = asked.frame(shared, place);
        Ok(page::portfolio_live(&frame, &summary, texts(shared))?)
    });
    stream_of(shared, pages, None, make)
}

/// The facts of one contract.
pub async fn contract(
    State(shared): State<Arc<Shared>>,
    Extension(pages): Extension<LivePages>,
    Path(id): Path<String>,
    asked: Asked,
) -> Response {
    let own = id.clone();
    let make: Make = Arc::new(move |shared| {
        let known = reads::known(shared, &id, shared.clock.now())?;
        let live = contract::live(shared, &known)?;
        let frame = asked.frame(shared, known.place);
        Ok(page::contract_live(&frame, &live, texts(shared))?)
    });
    stream_of(shared, pages, Some(own), make)
}

/// The phone of one contract.
pub async fn phone(
    State(shared): State<Arc<Shared>>,
    Extension(pages): Extension<LivePages>,
    Path(id): Path<String>,
    Query(query): Query<PhoneQuery>,
    asked: Asked,
) -> Response {
    let own = id.clone();
    let make: Make = Arc::new(move |shared| {
        let known = reads::known(shared, &id, shared.clock.now())?;
        let live = phone::live(shared, &known, query.wants_reported())?;
        let frame = asked.frame(shared, known.place);
        Ok(page::phone_live(&frame, &live, texts(shared))?)
    });
    stream_of(shared, pages, Some(own), make)
}

/// What one live page holds while it is open.
struct Watch {
    shared: Arc<Shared>,
    changes: Receiver<Change>,
    /// The contract that the page shows; None for the portfolio.
    contract: Option<String>,
    make: Make,
    sent_any: bool,
    _permit: OwnedSemaphorePermit,
}

fn stream_of(
    shared: Arc<Shared>,
    pages: LivePages,
    contract: Option<String>,
    make: Make,
) -> Response {
    let Ok(permit) = pages.0.try_acquire_owned() else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let watch = Watch {
        changes: shared.changes(),
        shared,
        contract,
        make,
        sent_any: false,
        _permit: permit,
    };
    let parts = stream::unfold(watch, |mut watch| async move {
        let part = watch.next().await?;
        Some((Ok::<Event, Infallible>(Event::default().data(part)), watch))
    });
    Sse::new(parts)
        .keep_alive(KeepAlive::default())
        .into_response()
}

impl Watch {
    /// The next part; None when the server stops or the thing is gone.
    async fn next(&mut self) -> Option<String> {
        let shared = self.shared.clone();
        if self.sent_any {
            tokio::select! {
                () = shared.stopping() => return None,
                changed = self.changed() => changed?,
            }
            tokio::select! {
                () = shared.stopping() => return None,
                () = tokio::time::sleep(EVERY) => {}
            }
        }
        // Changes from here on are newer than what is read now.
        self.changes = self.changes.resubscribe();
        self.sent_any = true;
        let make = self.make.clone();
        let made = tokio::task::spawn_blocking(move || make(&shared)).await;
        match made.unwrap_or(Err(Trouble::Cut)) {
            Ok(part) => Some(part),
            Err(trouble) => {
                tracing::warn!(error = %trouble, "a live page ended");
                None
            }
        }
    }

    /// Resolves at the next change that this page shows; None when there will be none.
    async fn changed(&mut self) -> Option<()> {
        loop {
            match self.changes.recv().await {
                Ok(change) if self.shows(&change) => return Some(()),
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => return Some(()),
                Err(RecvError::Closed) => return None,
            }
        }
    }

    fn shows(&self, change: &Change) -> bool {
        match (&self.contract, change) {
            // Counts follow from contracts, so the portfolio shows every change.
            (None, _) => true,
            (Some(own), Change::Contract(id)) => own == id,
            // A feed's health stands behind holds.
            (Some(_), Change::Portfolio) => true,
        }
    }
}
