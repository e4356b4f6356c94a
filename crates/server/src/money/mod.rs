//! The money side: from a message to money on a contract, and what time and law make of it.
//!
//! Reading order: [`inbox`], [`folder`] and [`routes`] (how messages come), [`news`], [`statements`],
//! `status_reports` and [`sources`] (what they say, [`tables`] by which mapping), [`recognise`], [`draft`], [`enter`] and [`returns`] (what that
//! changes), [`process`] (one message, one transaction), [`replan`] (what new facts mean),
//! [`feeds`] and [`sweep`] (what time alone brings), [`import`] (the same from the command line),
//! [`replay`] (kept messages once more), `api` and [`cash`] (our own ways in).
//!
//! Failure is money lost, counted twice or given to the wrong contract, and a message
//! acknowledged that a crash can lose. On purpose absent: sources other than files,
//! tables and the providers of [`sources`], matching by anything but the contract's reference, and reconciliation.

mod api;
pub mod cash;
mod changes;
pub mod desk;
pub mod draft;
mod enter;
pub mod feeds;
pub mod folder;
pub mod import;
pub mod inbox;
pub mod matching;
pub mod news;
pub mod process;
pub mod progress;
pub mod recognise;
pub mod reconcile;
pub mod replan;
pub mod replay;
mod returns;
mod routes;
pub mod sources;
mod state;
pub mod statements;
mod status_reports;
mod suspend;
pub mod sweep;
pub mod tables;
mod validation;
mod work;

pub use desk::Desk;
pub use draft::Summary;
pub use routes::routes;
pub use sources::ask::run as ask_providers;
pub use state::{MoneyError, State};
pub use work::{backlog, fresh, next_deadline, pass};
