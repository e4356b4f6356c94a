//! The device side of the server (DEVICE owns this folder).

use std::sync::Arc;

use axum::Router;

use crate::{Backlog, Shared};

#[derive(Debug, thiserror::Error)]
pub enum DeviceError {}

/// Phones that are connected now.
#[derive(Default)]
pub struct Hub {}

pub fn routes() -> Router<Arc<Shared>> {
    todo!()
}

/// Signs what is unsigned, hands out what is undelivered. Called once a pass, after money.
pub async fn pass(_shared: &Arc<Shared>) -> Result<(), DeviceError> {
    todo!()
}

/// The device side's share (unsigned, undelivered).
pub async fn backlog(_shared: &Arc<Shared>) -> Result<Backlog, DeviceError> {
    todo!()
}
