//! Totals that are rolled up once a group: accounts, and contracts by level.

use crate::error::StoreError;
use crate::sqlite::Tx;

/// What commands of a group add to totals.
#[derive(Default)]
pub(crate) struct Totals {}

impl Totals {
    pub(crate) fn add(&mut self, _other: Totals) {}

    pub(crate) fn store(&self, _tx: &Tx<'_>) -> Result<(), StoreError> {
        Ok(())
    }
}
