//! The console's routes (WEB owns this folder).

use std::sync::Arc;

use axum::Router;

use crate::Shared;

pub fn routes() -> Router<Arc<Shared>> {
    todo!()
}
