//! Pages: each takes its view and gives HTML; live parts can be rendered alone.
//!
//! A page extends `templates/base.html`. The part that streams stands in `templates/live/` and
//! is included by its page, so that what comes with the page and what comes later is the same.
//!
//! Failure is an `askama::Error`, which only a broken writer causes.

mod contract;
mod error;
mod evidence;
mod feeds;
mod grant;
mod mapping;
mod phone;
mod plan;
mod portfolio;
mod reconciliation;
mod rules;
mod suspense;

pub use contract::{contract, contract_live};
pub use error::error;
pub use evidence::evidence;
pub use feeds::{feeds, feeds_csv};
pub use grant::grant;
pub use mapping::mapping;
pub use phone::{phone, phone_live};
pub use plan::plan;
pub use portfolio::{portfolio, portfolio_live};
pub use reconciliation::{reconciliation, reconciliation_csv};
pub use rules::{pack, rules};
pub use suspense::{suspense, suspense_address, suspense_item};

/// A page couldn't be written.
#[derive(Debug, thiserror::Error)]
#[error("page: {0}")]
pub struct RenderError(#[from] askama::Error);

/// The address of a contract's page. Ids are text; what isn't plain is percent-encoded.
pub fn contract_address(id: &str) -> String {
    format!("/contracts/{}", crate::view::encoded(id))
}
