//! Whose money a payment is: a contract's, or in suspense with the reason and the candidates.
//!
//! Only exact evidence matches. A wrong automatic match is the worst fault here, because it
//! frees one phone with another borrower's money; so that every doubt goes to suspense, and
//! every contract that the money could be for is named there, because it shields each.
//!
//! On purpose absent: amounts (a part payment is a payment), names and phone masks (they only
//! propose, and come with their own issue), splitting one payment over two contracts.

use alloc::string::String;
use alloc::vec::Vec;

use super::reference::{self, Mention, Reference, Slip};
use crate::money::Currency;

/// A contract that exists, by one of the references looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownContract {
    pub reference: Reference,
    pub contract_id: String,
    pub currency: Currency,
}

/// By what money was found to be a contract's, or may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// The contract's reference with right check digits stands in the payment.
    Reference,
    /// A reference one slip away stands there; proposes only.
    Near(Slip),
}

impl Evidence {
    /// The name that stands in rows and pages.
    pub fn name(self) -> &'static str {
        match self {
            Evidence::Reference => "reference",
            Evidence::Near(Slip::Punctuated) => "reference_punctuated",
            Evidence::Near(Slip::NoPrefix) => "reference_without_prefix",
            Evidence::Near(Slip::Swapped) => "reference_neighbours_swapped",
            Evidence::Near(Slip::OneCharacter) => "reference_one_character",
            Evidence::Near(Slip::NoCheckDigits) => "reference_without_check_digits",
        }
    }

    /// How strong it is, of 100; for the order of proposals only.
    pub fn score(self) -> u8 {
        match self {
            Evidence::Reference => 100,
            Evidence::Near(Slip::Punctuated) => 95,
            Evidence::Near(Slip::NoPrefix) => 90,
            Evidence::Near(Slip::Swapped) => 80,
            Evidence::Near(Slip::OneCharacter) => 70,
            Evidence::Near(Slip::NoCheckDigits) => 60,
        }
    }
}

/// A contract that suspense money could be for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub contract_id: String,
    pub evidence: Evidence,
}

/// Why money waits in suspense, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SuspenseReason {
    /// Its keys belong to two payments that are known already.
    TwoIdentities,
    /// Two different valid references stand in it.
    TwoReferences,
    /// Its one valid reference is no contract's.
    UnknownReference,
    /// Its contract is in another currency.
    OtherCurrency,
    /// No valid reference stands in it.
    NoReference,
}

impl SuspenseReason {
    /// Every reason, in order.
    pub const ALL: [SuspenseReason; 5] = [
        SuspenseReason::TwoIdentities,
        SuspenseReason::TwoReferences,
        SuspenseReason::UnknownReference,
        SuspenseReason::OtherCurrency,
        SuspenseReason::NoReference,
    ];

    /// The name that stands in rows and pages.
    pub fn name(self) -> &'static str {
        match self {
            SuspenseReason::TwoIdentities => "two_identities",
            SuspenseReason::TwoReferences => "two_references",
            SuspenseReason::UnknownReference => "unknown_reference",
            SuspenseReason::OtherCurrency => "other_currency",
            SuspenseReason::NoReference => "no_reference",
        }
    }

    /// The reason of that name.
    pub fn from_name(name: &str) -> Option<SuspenseReason> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

/// Where the money goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    Contract {
        contract_id: String,
        evidence: Evidence,
    },
    Suspense {
        reason: SuspenseReason,
        /// Strongest first, then by contract; each once.
        candidates: Vec<Candidate>,
    },
}

/// What must be looked up to match a payment with these texts.
pub struct Wanted {
    mentions: Vec<Mention>,
    near: Vec<(Reference, Slip)>,
}

impl Wanted {
    /// Reads the payment's texts: structured references and free text alike.
    pub fn of(texts: &[&str]) -> Wanted {
        Wanted {
            mentions: reference::find(texts.iter().copied()),
            near: reference::near(texts.iter().copied()),
        }
    }

    /// The references to look up; most are nobody's.
    pub fn references(&self) -> Vec<Reference> {
        let exact = self.mentions.iter().flat_map(|m| &m.readings);
        let near = self.near.iter().map(|(reference, _)| reference);
        let mut all: Vec<Reference> = exact.chain(near).cloned().collect();
        all.sort();
        all.dedup();
        all
    }

    /// Matches, given every contract that [`Wanted::references`] found.
    pub fn decide(&self, known: &[KnownContract], currency: Currency) -> Match {
        let of = |reference: &Reference| known.iter().find(|k| k.reference == *reference);
        let mut exact: Vec<&KnownContract> = Vec::new();
        let mut nobodys = 0;
        for mention in &self.mentions {
            let found: Vec<_> = mention.readings.iter().filter_map(of).collect();
            nobodys += usize::from(found.is_empty());
            for contract in found {
                if !exact.iter().any(|e| e.contract_id == contract.contract_id) {
                    exact.push(contract);
                }
            }
        }
        let reason = match (exact.as_slice(), nobodys) {
            ([one], 0) if one.currency == currency => {
                return Match::Contract {
                    contract_id: one.contract_id.clone(),
                    evidence: Evidence::Reference,
                };
            }
            ([_], 0) => SuspenseReason::OtherCurrency,
            ([], 0) => SuspenseReason::NoReference,
            ([], 1) => SuspenseReason::UnknownReference,
            _ => SuspenseReason::TwoReferences,
        };
        let exact = exact.into_iter().map(|k| (k, Evidence::Reference));
        let near = self.near.iter();
        let near = near.filter_map(|(r, slip)| Some((of(r)?, Evidence::Near(*slip))));
        Match::Suspense {
            reason,
            candidates: candidates(exact.chain(near)),
        }
    }
}

/// Each contract once, with its strongest evidence, strongest first.
fn candidates<'a>(found: impl Iterator<Item = (&'a KnownContract, Evidence)>) -> Vec<Candidate> {
    let mut list: Vec<Candidate> = Vec::new();
    for (contract, evidence) in found {
        match list
            .iter_mut()
            .find(|c| c.contract_id == contract.contract_id)
        {
            Some(known) => known.evidence = known.evidence.min(evidence),
            None => list.push(Candidate {
                contract_id: contract.contract_id.clone(),
                evidence,
            }),
        }
    }
    list.sort_by(|a, b| {
        let strength = (a.evidence).cmp(&b.evidence);
        strength.then_with(|| a.contract_id.cmp(&b.contract_id))
    });
    list
}
