//! The evidence of one contract: what is in the file, and the one hash that names it.

use fairlock_domain::calendar::Instant;

/// The page at `/contracts/{id}/evidence`.
#[derive(Debug, Clone)]
pub struct Evidence {
    pub id: String,
    /// What became known later isn't in it.
    pub at: Instant,
    /// What stood in `?at=` and couldn't be read.
    pub unread: Option<String>,
    /// SHA-256 of the list of items, 64 hexadecimal digits.
    pub hash: String,
    /// Of the archive.
    pub bytes: u64,
    /// Every item once, in the order of the reading.
    pub sections: Vec<Section>,
}

#[derive(Debug, Clone)]
pub struct Section {
    pub part: Part,
    pub items: Vec<Item>,
}

/// What a stranger reads one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Contract,
    Ledger,
    Notices,
    Decisions,
    Packs,
    Phone,
    About,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub path: String,
    pub bytes: u64,
    /// 64 hexadecimal digits.
    pub sha256: String,
}
