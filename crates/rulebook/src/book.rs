//! The rulebook: every pack that this program knows.

use fairlock_domain::rules::{Pack, Rules};

/// Packs by id.
#[derive(Debug, Clone, Default)]
pub struct Rulebook {
    packs: Vec<Pack>,
}

/// A pack that can't be used: file, line and what was expected there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: expected {expected}")]
pub struct PackError {
    pub file: String,
    pub line: usize,
    pub expected: String,
}

impl Rulebook {
    /// By id.
    pub fn get(&self, id: &str) -> Option<&Pack> {
        self.packs.iter().find(|pack| pack.id == id)
    }

    /// All packs, in a fixed order.
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// The rules of these packs in this order; None when one isn't known.
    pub fn rules_for(&self, ids: &[&str]) -> Option<Rules> {
        let packs = ids.iter().map(|id| self.get(id).cloned());
        Some(Rules {
            packs: packs.collect::<Option<Vec<Pack>>>()?,
        })
    }
}

/// The packs that are part of the program.
pub fn load_builtin() -> Result<Rulebook, PackError> {
    todo!("packs")
}
