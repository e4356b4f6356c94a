//! What can go wrong below every operation: "we are broken", never "this item is refused".
//!
//! Refusals are enums of the operations themselves; each holds a [`StoreError`] as its last case.
//! No type of the database engine stands here, so that another engine can answer with the same.

/// A failure of the store itself, in the order in which it can be met.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    #[error(
        "SQLite {found} is linked; expected {expected} or newer (older ones can corrupt a log)"
    )]
    EngineTooOld {
        found: &'static str,
        expected: &'static str,
    },
    #[error("{path}: can't write the database there ({cause}); expected a writable directory")]
    Unwritable { path: String, cause: String },
    #[error("{path}: not a Fairlock database ({cause}); expected one, or no file")]
    NotADatabase { path: String, cause: String },
    #[error(
        "migration {no} ({name}) isn't the one that ran on this database; expected it unchanged"
    )]
    MigrationChanged { no: u32, name: String },
    #[error(
        "the database has schema {found}; expected at most {known} (it was written by a newer version)"
    )]
    SchemaTooNew { found: u32, known: u32 },
    #[error(
        "the database is busy: another process holds it; expected it to be free within {waited_ms} ms"
    )]
    Busy { waited_ms: u64 },
    #[error("the disk is full; expected room for the database and its log")]
    DiskFull,
    #[error("{waiting} writes wait already; expected fewer (try again in a second)")]
    QueueFull { waiting: usize },
    #[error("the store is closed; expected it open")]
    Closed,
    #[error("{place} holds {found}; expected {expected}")]
    Row {
        place: String,
        found: String,
        expected: &'static str,
    },
    /// The one refusal here: a list is read on from a place that no page gave.
    #[error("page key {found:?}; expected {expected}")]
    PageKey {
        found: String,
        expected: &'static str,
    },
    #[error("{what} is {found}; expected a value that a 64-bit column holds")]
    Range { what: &'static str, found: String },
    #[error("{operation}: {cause}")]
    Engine { operation: String, cause: String },
}

impl StoreError {
    /// A stable word for metrics and logs.
    pub fn code(&self) -> &'static str {
        match self {
            StoreError::EngineTooOld { .. } => "engine_too_old",
            StoreError::Unwritable { .. } => "unwritable",
            StoreError::NotADatabase { .. } => "not_a_database",
            StoreError::MigrationChanged { .. } => "migration_changed",
            StoreError::SchemaTooNew { .. } => "schema_too_new",
            StoreError::Busy { .. } => "busy",
            StoreError::DiskFull => "disk_full",
            StoreError::QueueFull { .. } => "queue_full",
            StoreError::Closed => "closed",
            StoreError::Row { .. } => "row",
            StoreError::PageKey { .. } => "page_key",
            StoreError::Range { .. } => "range",
            StoreError::Engine { .. } => "engine",
        }
    }
}
