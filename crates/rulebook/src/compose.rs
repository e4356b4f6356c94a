//! Several packs at once, for people: the merged value of every rule, and whose it is.
//!
//! Of numbers the borrower's extreme counts, what is protected is united, what is permitted is
//! what all permit. This is for display: the engine judges each pack by itself, and the lowest
//! level wins, which no merged table can say better. What packs can't mean together is a
//! [`Contradiction`], an error for counsel. On purpose absent: resolving one.

mod contradictions;
mod kinds;
mod merge;

use fairlock_domain::rules::Pack;

pub use contradictions::of as contradictions;
use merge::Merge;

/// What several packs say together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    /// Ids, in the order given.
    pub packs: Vec<String>,
    /// In the order of judgement.
    pub values: Vec<Value>,
    pub contradictions: Vec<Contradiction>,
}

/// One merged value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// As in findings, without a pack.
    pub name: String,
    pub says: String,
    /// Which of the packs' values it is.
    pub how: How,
    /// The rules that it comes from.
    pub from: Vec<Origin>,
    /// Rules of the same kind that it goes beyond.
    pub beyond: Vec<Origin>,
}

/// How a value comes from those of the packs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Highest,
    Lowest,
    /// What any of them protects or asks for.
    United,
    /// What all of them permit.
    Common,
    /// One that stands by itself.
    Each,
}

impl How {
    pub const fn name(self) -> &'static str {
        match self {
            How::Highest => "highest",
            How::Lowest => "lowest",
            How::United => "united",
            How::Common => "common",
            How::Each => "each",
        }
    }
}

/// A rule of a pack, with what it says by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    pub pack: String,
    pub number: u16,
    pub says: String,
}

/// Rules that can't all be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {what}", places(.rules))]
pub struct Contradiction {
    /// What can't be, for the end of a sentence.
    pub what: String,
    pub rules: Vec<Origin>,
}

fn places(rules: &[Origin]) -> String {
    let place = |rule: &Origin| format!("{} {}", rule.pack, rule.number);
    rules.iter().map(place).collect::<Vec<_>>().join(", ")
}

/// Merges packs.
pub fn compose(packs: &[&Pack]) -> Composed {
    let mut merge = Merge::of(packs);
    kinds::permission(&mut merge);
    kinds::cases(&mut merge);
    kinds::levels(&mut merge);
    kinds::contact(&mut merge);
    kinds::lender(&mut merge);
    Composed {
        packs: packs.iter().map(|pack| pack.id.clone()).collect(),
        contradictions: contradictions(packs),
        values: merge.values,
    }
}
