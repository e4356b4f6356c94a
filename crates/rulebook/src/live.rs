//! Which packs may stand over a real contract.
//!
//! Tests, replays and a test lender use any pack. A live lender's contract needs the law of a
//! place, and nothing made up, written for other goods, or that contradicts another. Failure is
//! the first [`NotLive`], in the order of the checks, with the rule that refuses.

use fairlock_domain::rules::{Confidence, LegalStatus, Pack, Rules, rules_of};

use crate::compose::{self, Contradiction};

/// Why packs can't stand over a real contract, in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotLive {
    #[error("expected at least one pack")]
    NoPack,
    #[error("{pack} {rule} ({name}) is made up; expected no made-up rules")]
    Fictional {
        pack: String,
        rule: u16,
        name: String,
    },
    #[error(
        "{pack} {rule} (legal_status) is a statute about other goods, a model only; expected a law about phones"
    )]
    ModelOnly { pack: String, rule: u16 },
    #[error("{packs}: jurisdiction \"none\"; expected a pack of a jurisdiction beside")]
    NoJurisdiction { packs: String },
    #[error("{0}; expected packs that can be kept together")]
    Contradiction(Contradiction),
}

/// Checks the packs of a real contract.
pub fn check(rules: &Rules) -> Result<(), NotLive> {
    let packs = &rules.packs;
    if packs.is_empty() {
        return Err(NotLive::NoPack);
    }
    if let Some(made_up) = packs.iter().find_map(made_up) {
        return Err(made_up);
    }
    let is_model = |pack: &&Pack| pack.legal_status.value == LegalStatus::ModelOnly;
    if let Some(pack) = packs.iter().find(is_model) {
        return Err(NotLive::ModelOnly {
            pack: pack.id.clone(),
            rule: pack.legal_status.number,
        });
    }
    if packs.iter().all(|pack| pack.jurisdiction == "none") {
        let ids: Vec<&str> = packs.iter().map(|pack| pack.id.as_str()).collect();
        let packs = ids.join(", ");
        return Err(NotLive::NoJurisdiction { packs });
    }
    let all: Vec<&Pack> = packs.iter().collect();
    match compose::contradictions(&all).into_iter().next() {
        Some(contradiction) => Err(NotLive::Contradiction(contradiction)),
        None => Ok(()),
    }
}

/// The first rule of a pack that is nobody's law, by its own word.
fn made_up(pack: &Pack) -> Option<NotLive> {
    let rules = rules_of(pack);
    let rule = rules
        .into_iter()
        .find(|rule| rule.citation.confidence == Confidence::Fictional)?;
    Some(NotLive::Fictional {
        pack: pack.id.clone(),
        rule: rule.number,
        name: rule.name,
    })
}
