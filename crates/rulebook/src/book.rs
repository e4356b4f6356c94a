//! The rulebook: every pack that this program knows.

use fairlock_domain::rules::{Pack, Rules};

use crate::pack::{self, PackError};

/// The packs that are part of the program: file, text.
const BUILTIN: [(&str, &str); 3] = [
    (
        "packs/sandbox/pack.toml",
        include_str!("../packs/sandbox/pack.toml"),
    ),
    (
        "packs/strict-default/pack.toml",
        include_str!("../packs/strict-default/pack.toml"),
    ),
    ("packs/in/pack.toml", include_str!("../packs/in/pack.toml")),
];

/// Packs by id.
#[derive(Debug, Clone, Default)]
pub struct Rulebook {
    packs: Vec<Pack>,
}

impl Rulebook {
    /// From (file, text) pairs. Fails on the first pack that can't be used, alone or beside the
    /// others.
    pub fn from_texts<'a>(
        texts: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Rulebook, PackError> {
        let read = texts.into_iter().map(|(file, text)| pack::read(file, text));
        let packs = read.collect::<Result<Vec<Pack>, PackError>>()?;
        match pack::check_book(&packs).into_iter().next() {
            Some(error) => Err(error),
            None => Ok(Rulebook { packs }),
        }
    }

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

/// The packs that are part of the program. Fails only if one was built in broken, which a test
/// rules out.
pub fn load_builtin() -> Result<Rulebook, PackError> {
    Rulebook::from_texts(BUILTIN)
}
