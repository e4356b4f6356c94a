//! The rulebook: every pack that this program knows.

use fairlock_domain::rules::{Pack, Rules};

use crate::pack::{self, PackError};

/// The packs that are part of the program, by folder: file, text.
macro_rules! packs {
    ($($id:literal),* $(,)?) => {
        [$((
            concat!("packs/", $id, "/pack.toml"),
            include_str!(concat!("../packs/", $id, "/pack.toml")),
        )),*]
    };
}

/// One line a pack. Their order here means nothing: packs stand by their numbers.
const BUILTIN: &[(&str, &str)] = &packs! {
    "sandbox",
    "strict-default",
    "in",
    "nz",
    "gb",
    "us-ct",
    "us-co",
    "de",
    "za",
    "br",
    "model-us-ca",
    "model-us-nv",
    "model-us-nj",
    "co",
    "mx",
    "ph",
    "vn",
    "id",
    "bd",
    "us",
    "us-ny",
    "platform-android",
    "gh",
    "tz",
    "ke",
    "ng",
};

/// Packs by id.
#[derive(Debug, Clone, Default)]
pub struct Rulebook {
    packs: Vec<Pack>,
    /// Of each pack, in the same order, word for word.
    texts: Vec<String>,
}

impl Rulebook {
    /// From (file, text) pairs. Fails on the first pack that can't be used, alone or beside the
    /// others.
    pub fn from_texts<'a>(
        texts: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Rulebook, PackError> {
        let texts: Vec<(&str, &str)> = texts.into_iter().collect();
        match pack::read_all(&texts) {
            Ok(read) => {
                let (packs, texts): (Vec<Pack>, Vec<&str>) = read.into_iter().unzip();
                let texts = texts.into_iter().map(str::to_string).collect();
                Ok(Rulebook { packs, texts })
            }
            Err(errors) => Err(errors.into_iter().next().unwrap_or_else(|| PackError {
                file: String::new(),
                line: 0,
                expected: "packs".to_string(),
            })),
        }
    }

    /// By id.
    pub fn get(&self, id: &str) -> Option<&Pack> {
        self.packs.iter().find(|pack| pack.id == id)
    }

    /// All packs, by their numbers.
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// Each pack with its text, word for word; by their numbers.
    pub fn texts(&self) -> impl Iterator<Item = (&Pack, &str)> {
        self.packs.iter().zip(self.texts.iter().map(String::as_str))
    }

    /// The rules of these packs in this order; None when one isn't known.
    pub fn rules_for(&self, ids: &[&str]) -> Option<Rules> {
        let packs = ids.iter().map(|id| self.get(id).cloned());
        Some(Rules {
            packs: packs.collect::<Option<Vec<Pack>>>()?,
        })
    }
}

/// The texts of the packs that are part of the program: file, text.
pub fn builtin_texts() -> &'static [(&'static str, &'static str)] {
    BUILTIN
}

/// The packs that are part of the program. Fails only if one was built in broken, which a test
/// rules out.
pub fn load_builtin() -> Result<Rulebook, PackError> {
    Rulebook::from_texts(BUILTIN.iter().copied())
}
