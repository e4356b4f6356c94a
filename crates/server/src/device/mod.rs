//! The device side: phones enrol, connect, report, and get what is signed for them.
//!
//! Reading order: [`bundle`] and [`enrol`] (how a phone comes to be known), [`channel`] (one
//! connection), [`report`] (what a phone says), [`delivery`] and [`news`] (what it is handed),
//! [`offers`] (another charter), [`hub`] (who is there).
//!
//! Failure is a grant that its connected phone doesn't get, a report believed that isn't the
//! phone's, and a token that calls fresh what isn't. On purpose absent: push services, polling
//! without a socket, and any command: a phone does what its newest grant says.

pub mod bundle;
pub mod cases;
mod channel;
pub mod charters;
mod delivery;
mod display;
mod enrol;
mod hub;
mod news;
mod offers;
mod report;
mod terms;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use fairlock_domain::calendar::Instant;
use fairlock_protocol::Binding;
use fairlock_protocol::enrol::BODY_MAX;
use fairlock_storage::{DeviceRow, StoreError};
use tokio::sync::broadcast::error::TryRecvError;

use crate::running::Change;
use crate::{Backlog, Shared};

pub use hub::Hub;

/// What can end a pass of the device side.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("a worker ended early: {0}")]
    Worker(#[from] tokio::task::JoinError),
}

/// The addresses of phones.
pub fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/v1/enrolments", post(enrol::request))
        .route("/v1/enrolments/{device}/accept", post(enrol::accept))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .route("/v1/devices/{device}/channel", get(channel::open))
}

/// Signs what is unsigned, hands out what is new. Called once a pass, after money.
pub async fn pass(shared: &Arc<Shared>) -> Result<(), DeviceError> {
    blocking(shared, |shared| {
        // The newest key set first: it says by which keys the rest is signed.
        news::look(shared)?;
        delivery::sign(shared)?;
        show_changes(shared)
    })
    .await
}

/// The device side's share: unsigned bodies, and connected phones that didn't answer yet.
pub async fn backlog(shared: &Arc<Shared>) -> Result<Backlog, DeviceError> {
    blocking(shared, |shared| {
        let now = shared.clock.now();
        Ok(Backlog {
            unsigned: shared.store.unsigned_count(shared.lender, now)?,
            undelivered: shared.hub.unanswered(),
            ..Backlog::default()
        })
    })
    .await
}

/// The next instant at which a body that waits may be signed.
pub async fn next_deadline(shared: &Arc<Shared>) -> Result<Option<Instant>, DeviceError> {
    blocking(shared, |shared| shared.store.next_held(shared.lender)).await
}

async fn blocking<T: Send + 'static>(
    shared: &Arc<Shared>,
    work: impl FnOnce(&Shared) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, DeviceError> {
    let shared = shared.clone();
    Ok(tokio::task::spawn_blocking(move || work(&shared)).await??)
}

/// Shows connected phones what changed on their contracts since the last pass.
fn show_changes(shared: &Shared) -> Result<(), StoreError> {
    let mut changed = std::collections::BTreeSet::new();
    let mut all = false;
    {
        let mut changes = shared.hub.changes();
        let changes = changes.get_or_insert_with(|| shared.changes());
        loop {
            match changes.try_recv() {
                Ok(Change::Contract(id)) => {
                    changed.insert(id);
                }
                Ok(Change::Portfolio) => {}
                Err(TryRecvError::Lagged(_)) => all = true,
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
    }
    let phones = shared.hub.of_contracts(|id| all || changed.contains(id));
    for (device, contract_id) in phones {
        display::show(shared, device, &contract_id)?;
    }
    Ok(())
}

/// Whom objects for a phone are bound to.
fn binding_of(shared: &Shared, device: &DeviceRow) -> Binding {
    Binding {
        lender: shared.lender.0,
        device: device.device.0,
        spki_hash: device.spki_sha256,
    }
}
