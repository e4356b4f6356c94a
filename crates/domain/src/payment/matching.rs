//! Whose money a payment is: a contract's, or in suspense with the reason and the candidates.
//!
//! Only exact evidence matches. A wrong automatic match is the worst fault here, because it
//! frees one phone with another borrower's money; so that every doubt goes to suspense, and
//! every contract that the money could be for is named there, because it shields each.
//!
//! The rules of what posts, in this order:
//! 1. What the payer wrote: a contract reference or a virtual account number, all of them one
//!    contract's, and none that is nobody's. Nothing else is asked then.
//! 2. Nothing of the kind was written, and the payer is registered (a standing instruction) for
//!    exactly one contract, which is open.
//! 3. Likewise, and the payer's hashed number is registered for exactly one open contract of this
//!    lender, and the amount is what is due, what restores, an instalment, or at most the payoff.
//!
//! 2 and 3 don't post when they contradict each other, or when the payer tried to write a
//! reference that isn't one slip away from that contract's. Whatever it is, the currency is the
//! contract's.
//!
//! On purpose absent: splitting one payment over two contracts.

use alloc::string::String;
use alloc::vec::Vec;

use super::evidence::{Candidate, Evidence};
use super::reference::{self, Mention, Reference, Slip};
use super::virtual_account::{self, Shape};
use crate::money::{Currency, Money};

/// Candidates kept, strongest first. Each is shielded and read by a person; a payment that could
/// be more contracts' than this says nothing of any of them.
pub const CANDIDATES_MAX: usize = 16;

/// A contract that exists, by one of the references looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownContract {
    pub reference: Reference,
    pub contract_id: String,
    pub currency: Currency,
}

/// A contract that exists, by one of the virtual account numbers looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VirtualContract {
    pub number: String,
    pub contract_id: String,
    pub currency: Currency,
}

/// Contracts that the payer, and not what they wrote, points to; by id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Leads {
    /// The payer's number or account is registered for them.
    pub standing: Vec<String>,
    /// The payer's hashed number is registered for them.
    pub phone: Vec<String>,
    /// Their numbers fit what is shown of the payer's.
    pub mask: Vec<String>,
    /// The same payer paid for them before.
    pub earlier: Vec<String>,
}

impl Leads {
    /// Every contract, in order, each once.
    pub fn contracts(&self) -> Vec<&str> {
        let lists = [&self.standing, &self.phone, &self.mask, &self.earlier];
        let mut ids: Vec<&str> = lists.into_iter().flatten().map(String::as_str).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

/// What a contract that something points to owes, as its newest plan says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owing {
    pub contract_id: String,
    pub currency: Currency,
    /// Not released, and something is owed.
    pub open: bool,
    /// Minor units, like all that follows: past due, and due today.
    pub due: i128,
    pub restore: i128,
    pub payoff: i128,
    pub instalments: Vec<i128>,
    /// The payer's name is like the borrower's.
    pub name_alike: bool,
}

impl Owing {
    /// The sum is one that this contract owes: due, restore, or an instalment.
    fn is_same(&self, amount: i128) -> bool {
        let sums = [self.due, self.restore];
        amount > 0 && (sums.contains(&amount) || self.instalments.contains(&amount))
    }

    /// The amount rule of a phone number.
    fn takes(&self, amount: i128) -> bool {
        self.open && (self.is_same(amount) || amount <= self.payoff)
    }
}

/// Why money waits in suspense, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SuspenseReason {
    /// Its keys belong to two payments that are known already.
    TwoIdentities,
    /// Two different valid references, or virtual accounts, stand in it.
    TwoReferences,
    /// Its one valid reference, or virtual account, is no contract's.
    UnknownReference,
    /// Its contract is in another currency.
    OtherCurrency,
    /// What was written and who paid point to different contracts.
    Disagrees,
    /// The payer is registered for several contracts.
    SeveralContracts,
    /// The payer is registered for one contract, which is ended or doesn't owe this sum.
    AmountRule,
    /// No valid reference stands in it, and nothing else is exact.
    NoReference,
    /// A person took it off the contract it was on.
    Unmatched,
}

impl SuspenseReason {
    /// Every reason, in order.
    pub const ALL: [SuspenseReason; 9] = [
        SuspenseReason::TwoIdentities,
        SuspenseReason::TwoReferences,
        SuspenseReason::UnknownReference,
        SuspenseReason::OtherCurrency,
        SuspenseReason::Disagrees,
        SuspenseReason::SeveralContracts,
        SuspenseReason::AmountRule,
        SuspenseReason::NoReference,
        SuspenseReason::Unmatched,
    ];

    /// Whether what was written is the reason, so that who paid can't settle it.
    pub fn is_written(self) -> bool {
        matches!(
            self,
            SuspenseReason::TwoReferences
                | SuspenseReason::UnknownReference
                | SuspenseReason::OtherCurrency
                | SuspenseReason::Disagrees
        )
    }

    /// The name that stands in rows and pages.
    pub fn name(self) -> &'static str {
        match self {
            SuspenseReason::TwoIdentities => "two_identities",
            SuspenseReason::TwoReferences => "two_references",
            SuspenseReason::UnknownReference => "unknown_reference",
            SuspenseReason::OtherCurrency => "other_currency",
            SuspenseReason::Disagrees => "disagrees",
            SuspenseReason::SeveralContracts => "several_contracts",
            SuspenseReason::AmountRule => "amount_rule",
            SuspenseReason::NoReference => "no_reference",
            SuspenseReason::Unmatched => "unmatched",
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
    /// Something begins like a reference.
    tried: bool,
    virtual_accounts: Vec<String>,
    /// A virtual account number that is nobody's is known to be one.
    shaped: bool,
}

impl Wanted {
    /// Reads the payment's texts: structured references and free text alike.
    pub fn of(texts: &[&str]) -> Wanted {
        Wanted::with_accounts(texts, None)
    }

    /// The same with the lender's virtual account numbers; `None` where it has said no shape, and
    /// then any long enough number is looked up, and one that is nobody's means nothing.
    pub fn with_accounts(texts: &[&str], shape: Option<&Shape>) -> Wanted {
        Wanted {
            mentions: reference::find(texts.iter().copied()),
            near: reference::near(texts.iter().copied()),
            tried: reference::is_tried(texts.iter().copied()),
            virtual_accounts: virtual_account::find(texts.iter().copied(), shape),
            shaped: shape.is_some(),
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

    /// The virtual account numbers to look up; without a shape most are nobody's.
    pub fn virtual_accounts(&self) -> &[String] {
        &self.virtual_accounts
    }

    /// The contract that the payer named, when what they wrote is all that need be asked.
    pub fn certain(
        &self,
        known: &[KnownContract],
        accounts: &[VirtualContract],
        currency: Currency,
    ) -> Option<Match> {
        let named = self.named(known, accounts);
        match (named.contracts.as_slice(), named.nobodys) {
            ([one], 0) if one.currency == currency => Some(Match::Contract {
                contract_id: one.contract_id.clone(),
                evidence: one.evidence,
            }),
            _ => None,
        }
    }

    /// Matches, given everything that was looked up: contracts of [`Wanted::references`] and
    /// [`Wanted::virtual_accounts`], whom the payer points to, and what each of all these owes.
    pub fn decide(
        &self,
        known: &[KnownContract],
        accounts: &[VirtualContract],
        leads: &Leads,
        owing: &[Owing],
        amount: Money,
    ) -> Match {
        if let Some(certain) = self.certain(known, accounts, amount.currency()) {
            return certain;
        }
        let named = self.named(known, accounts);
        let near = self.near.iter().filter_map(|(reference, slip)| {
            let contract = known.iter().find(|k| k.reference == *reference)?;
            Some((contract.contract_id.as_str(), Evidence::Near(*slip)))
        });
        let near: Vec<(&str, Evidence)> = near.collect();
        let reason = match (named.contracts.as_slice(), named.nobodys) {
            ([], 0) => match self.by_payer(&near, leads, owing, amount) {
                Ok(matched) => return matched,
                Err(reason) => reason,
            },
            ([_], 0) => SuspenseReason::OtherCurrency,
            ([], 1) => SuspenseReason::UnknownReference,
            _ => SuspenseReason::TwoReferences,
        };
        let exact = named.contracts.iter();
        let exact = exact.map(|n| (n.contract_id.as_str(), n.evidence));
        let found = exact.chain(near.iter().copied()).chain(of_leads(leads));
        Match::Suspense {
            reason,
            candidates: candidates(found, owing, amount),
        }
    }

    /// Whom the texts name exactly, and how many names are nobody's.
    fn named(&self, known: &[KnownContract], accounts: &[VirtualContract]) -> Named {
        let mut named = Named::default();
        for mention in &self.mentions {
            let of = |reference: &Reference| known.iter().find(|k| k.reference == *reference);
            let found: Vec<_> = mention.readings.iter().filter_map(of).collect();
            named.nobodys += usize::from(found.is_empty());
            for contract in found {
                named.add(
                    &contract.contract_id,
                    contract.currency,
                    Evidence::Reference,
                );
            }
        }
        for number in &self.virtual_accounts {
            match accounts.iter().find(|a| a.number == *number) {
                Some(contract) => named.add(
                    &contract.contract_id,
                    contract.currency,
                    Evidence::VirtualAccount,
                ),
                None => named.nobodys += usize::from(self.shaped),
            }
        }
        named
    }

    /// Rules 2 and 3: nothing was written, and the payer is known.
    fn by_payer(
        &self,
        near: &[(&str, Evidence)],
        leads: &Leads,
        owing: &[Owing],
        amount: Money,
    ) -> Result<Match, SuspenseReason> {
        let of = |id: &str| owing.iter().find(|o| o.contract_id == id);
        let is_open = |id: &&String| of(id).is_some_and(|o| o.open);
        let phone: Vec<&String> = leads.phone.iter().filter(is_open).collect();
        let (contract_id, evidence) = match (leads.standing.as_slice(), phone.as_slice()) {
            ([one], []) => (one, Evidence::Standing),
            ([one], [same]) if *same == one => (one, Evidence::Standing),
            ([_], [_]) => return Err(SuspenseReason::Disagrees),
            ([_, _, ..], _) | (_, [_, _, ..]) => return Err(SuspenseReason::SeveralContracts),
            ([], [one]) => (*one, Evidence::Phone),
            ([], []) if leads.phone.is_empty() => return Err(SuspenseReason::NoReference),
            ([], []) => return Err(SuspenseReason::AmountRule),
        };
        let others = near.iter().any(|(id, _)| *id != contract_id.as_str());
        let theirs = near.iter().any(|(id, _)| *id == contract_id.as_str());
        if others || (self.tried && !theirs) {
            return Err(SuspenseReason::Disagrees);
        }
        let Some(owed) = of(contract_id) else {
            return Err(SuspenseReason::NoReference);
        };
        if owed.currency != amount.currency() {
            return Err(SuspenseReason::OtherCurrency);
        }
        let takes = match evidence {
            Evidence::Standing => owed.open,
            _ => owed.takes(amount.minor()),
        };
        match takes {
            true => Ok(Match::Contract {
                contract_id: contract_id.clone(),
                evidence,
            }),
            false => Err(SuspenseReason::AmountRule),
        }
    }
}

/// Contracts that the payer named.
#[derive(Default)]
struct Named {
    contracts: Vec<NamedContract>,
    nobodys: usize,
}

struct NamedContract {
    contract_id: String,
    currency: Currency,
    evidence: Evidence,
}

impl Named {
    fn add(&mut self, contract_id: &str, currency: Currency, evidence: Evidence) {
        if self.contracts.iter().all(|c| c.contract_id != contract_id) {
            self.contracts.push(NamedContract {
                contract_id: contract_id.into(),
                currency,
                evidence,
            });
        }
    }
}

/// What the payer, and not their words, points to.
fn of_leads(leads: &Leads) -> impl Iterator<Item = (&str, Evidence)> {
    let lists = [
        (&leads.standing, Evidence::Standing),
        (&leads.phone, Evidence::PhoneNumber),
        (&leads.earlier, Evidence::SamePayer),
        (&leads.mask, Evidence::PhoneMask),
    ];
    lists.into_iter().flat_map(|(ids, evidence)| {
        let ids = ids.iter().map(String::as_str);
        ids.map(move |id| (id, evidence))
    })
}

/// Each contract once, with all its evidence, strongest first. A sum or a name that is alike is
/// no lead of its own, for many share it: it only strengthens what something else points to.
fn candidates<'a>(
    found: impl Iterator<Item = (&'a str, Evidence)>,
    owing: &[Owing],
    amount: Money,
) -> Vec<Candidate> {
    let mut list: Vec<Candidate> = Vec::new();
    for (contract_id, evidence) in found {
        match list.iter_mut().find(|c| c.contract_id == contract_id) {
            Some(known) => known.add(evidence),
            None => list.push(Candidate::new(contract_id, evidence)),
        }
    }
    for candidate in &mut list {
        let Some(owed) = owing
            .iter()
            .find(|o| o.contract_id == candidate.contract_id)
        else {
            continue;
        };
        if owed.currency == amount.currency() && owed.is_same(amount.minor()) {
            candidate.add(Evidence::SameAmount);
        }
        if owed.name_alike {
            candidate.add(Evidence::Name);
        }
    }
    list.sort_by(|a, b| {
        let strength = b.score().cmp(&a.score());
        strength.then_with(|| a.contract_id.cmp(&b.contract_id))
    });
    list.truncate(CANDIDATES_MAX);
    list
}

/// Whether two people's names could be one person's: two words of them are the same, whatever
/// their order and case. One word alone is shared by thousands.
pub fn names_alike(one: &str, other: &str) -> bool {
    let words = |name: &str| {
        let words = name.split(|c: char| !c.is_alphanumeric());
        let words = words.filter(|w| w.chars().count() > 1);
        let mut words: Vec<String> = words.map(str::to_lowercase).collect();
        words.sort();
        words.dedup();
        words
    };
    let other = words(other);
    let same = words(one).into_iter().filter(|w| other.contains(w));
    same.count() >= 2
}
