//! The embedded engine: SQLite, bundled.
//!
//! One writer thread with group commit ([`writer`]), a pool of readers ([`readers`]), a thread
//! that checkpoints the log ([`checkpoint`]), migrations ([`migrate`]). Operations elsewhere in
//! this crate say what they read and write; only this folder knows how that becomes durable.

mod checkpoint;
mod db;
mod migrate;
mod open;
mod readers;
mod row;
#[cfg(test)]
mod tests;
mod writer;

pub(crate) use db::{Db, Sql, statements};
#[cfg(test)]
pub(crate) use migrate::migrated_in_memory;
pub(crate) use open::Engine;
pub use open::Options;
pub(crate) use row::{
    Cells, amount_cell, day_cell, instant_cell, instant_cell_or_none, unsigned_cell,
};
pub(crate) use writer::Tx;
