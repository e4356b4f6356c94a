//! The money side of the server (MONEY owns this folder).

use std::sync::Arc;

use axum::Router;
use fairlock_domain::calendar::Instant;

use crate::{Backlog, Config, Parts, Shared};

#[derive(Debug, thiserror::Error)]
pub enum MoneyError {}

/// Feed health, counters.
pub struct State {}

impl State {
    pub fn open(_config: &Config, _parts: &Parts) -> Result<State, MoneyError> {
        todo!()
    }
}

pub fn routes() -> Router<Arc<Shared>> {
    todo!()
}

/// Files -> inbox -> payments -> plans; sweep; feed health; notices. Called once a pass.
pub async fn pass(_shared: &Arc<Shared>) -> Result<(), MoneyError> {
    todo!()
}

/// The money side's share (files, messages, reviews, notices).
pub async fn backlog(_shared: &Arc<Shared>) -> Result<Backlog, MoneyError> {
    todo!()
}

/// The next instant at which something falls due with no new fact.
pub async fn next_deadline(_shared: &Arc<Shared>) -> Result<Option<Instant>, MoneyError> {
    todo!()
}
