//! The store's handle.

use std::path::Path;
use std::sync::Arc;

use crate::error::StoreError;
use crate::sqlite::{Db, Engine, Options, Tx};

/// An open database. Clones share it; the last one dropped ends its threads.
#[derive(Clone)]
pub struct Store {
    engine: Arc<Engine>,
}

impl Store {
    /// Opens the embedded database in a file, making it (never its directory) when it isn't
    /// there, and brings its schema up to date.
    pub fn open(path: &Path) -> Result<Store, StoreError> {
        Store::open_with(path, Options::default())
    }

    /// The same with other waits and readers.
    pub fn open_with(path: &Path, options: Options) -> Result<Store, StoreError> {
        let engine = Arc::new(Engine::open(path, options)?);
        Ok(Store { engine })
    }

    pub(crate) fn write<T, E>(
        &self,
        operation: &'static str,
        body: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.engine.write(operation, body)
    }

    pub(crate) fn read<T>(
        &self,
        operation: &'static str,
        body: impl FnOnce(&Db<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.engine.read(operation, body)
    }
}
