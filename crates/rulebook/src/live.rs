//! Which packs may stand over a real contract.
//!
//! Tests, replays and a test lender use any pack. A live lender's contract needs the law of a
//! place, and nothing made up, written for other goods, or that contradicts another. Failure is
//! the first [`NotLive`], in the order of the checks.

use fairlock_domain::rules::{LegalStatus, Pack, Rules};

use crate::compose::{self, Contradiction};

/// Why packs can't stand over a real contract, in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotLive {
    #[error("expected at least one pack")]
    NoPack,
    #[error("expected no pack of made-up rules for a real contract, not {0}")]
    Fictional(String),
    #[error("expected a law about phones: {0} is a statute about other goods, a model only")]
    ModelOnly(String),
    #[error("expected a pack of a jurisdiction beside {0}")]
    NoJurisdiction(String),
    #[error("expected packs that can be kept together: {0}")]
    Contradiction(Contradiction),
}

/// Checks the packs of a real contract.
pub fn check(rules: &Rules) -> Result<(), NotLive> {
    let packs = &rules.packs;
    let first = packs.first().ok_or(NotLive::NoPack)?;
    if let Some(pack) = packs.iter().find(|pack| is_fictional(pack)) {
        return Err(NotLive::Fictional(pack.id.clone()));
    }
    let model = |pack: &&Pack| pack.legal_status.value == LegalStatus::ModelOnly;
    if let Some(pack) = packs.iter().find(model) {
        return Err(NotLive::ModelOnly(pack.id.clone()));
    }
    if packs.iter().all(|pack| pack.jurisdiction == "none") {
        return Err(NotLive::NoJurisdiction(first.id.clone()));
    }
    let all: Vec<&Pack> = packs.iter().collect();
    match compose::contradictions(&all).into_iter().next() {
        Some(contradiction) => Err(NotLive::Contradiction(contradiction)),
        None => Ok(()),
    }
}

/// Nobody's law, by its own word.
fn is_fictional(pack: &Pack) -> bool {
    use fairlock_domain::rules::Confidence::Fictional;
    pack.legal_status.citation.confidence == Fictional
}
