//! A live lender: its contracts are real, and only the law of a place stands over them.
//!
//! Every lender begins as one that tries things out, under any pack. One that is made live stays
//! so: from then on a contract whose packs can't stand over a real one is refused at import, and a
//! server doesn't start while such packs are in use, be it that the program's packs changed. Each
//! refusal names a contract and the rule. On purpose absent: the way back, and contracts that are
//! paid off (nothing is judged there any more).

use fairlock_domain::calendar::Instant;
use fairlock_rulebook::Rulebook;
use fairlock_rulebook::live::{self, NotLive};
use fairlock_storage::{LenderId, Store, StoreError};

/// Why packs can't stand over a contract, in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    #[error(
        "{0}: not among the packs of this program; expected packs that `fairlock rules list` names"
    )]
    Unknown(String),
    #[error(transparent)]
    NotLive(#[from] NotLive),
}

/// A real contract under packs that can't stand over it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub contract_id: String,
    /// Contracts under the same packs besides this one.
    pub others: u64,
    pub why: Why,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "contract {}", self.contract_id)?;
        if self.others > 0 {
            write!(f, " (and {} more)", self.others)?;
        }
        write!(f, ": {}", self.why)
    }
}

/// Why a lender can't be live, in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LiveError {
    #[error("{} over real contracts can't be: {}", lists(.0), first(.0))]
    Refused(Vec<Refused>),
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn lists(refused: &[Refused]) -> String {
    match refused.len() {
        1 => "a list of packs".to_owned(),
        many => format!("{many} lists of packs"),
    }
}

fn first(refused: &[Refused]) -> String {
    refused.first().map(ToString::to_string).unwrap_or_default()
}

/// Checks the packs of one contract.
pub fn check(rulebook: &Rulebook, packs: &[String]) -> Result<(), Why> {
    let ids: Vec<&str> = packs.iter().map(String::as_str).collect();
    let rules = rulebook.rules_for(&ids);
    let unknown = || {
        let unknown = ids.iter().filter(|id| rulebook.get(id).is_none());
        Why::Unknown(unknown.copied().collect::<Vec<_>>().join(", "))
    };
    Ok(live::check(&rules.ok_or_else(unknown)?)?)
}

/// Checks every list of packs that contracts of this lender stand under, when it is live.
pub fn check_stored(store: &Store, lender: LenderId, rulebook: &Rulebook) -> Result<(), LiveError> {
    match store.live_since(lender)? {
        Some(_) => check_all(store, lender, rulebook),
        None => Ok(()),
    }
}

/// Makes a lender live for good, unless a contract that it has stands under packs that can't be.
/// One that is live stays so.
pub fn make_live(
    store: &Store,
    lender: LenderId,
    rulebook: &Rulebook,
    at: Instant,
) -> Result<(), LiveError> {
    check_all(store, lender, rulebook)?;
    Ok(store.make_live(lender, at)?)
}

/// Checks them whether it is live or not.
pub fn check_all(store: &Store, lender: LenderId, rulebook: &Rulebook) -> Result<(), LiveError> {
    let in_use = store.packs_in_use(lender)?.into_iter();
    let refused = in_use.filter_map(|used| {
        let why = check(rulebook, &used.packs).err()?;
        Some(Refused {
            contract_id: used.contract_id,
            others: used.contracts - 1,
            why,
        })
    });
    let refused: Vec<Refused> = refused.collect();
    match refused.is_empty() {
        true => Ok(()),
        false => Err(LiveError::Refused(refused)),
    }
}
