//! What points from a payment to a contract, and how strongly.
//!
//! Four kinds are exact and may post ([`Evidence::is_exact`]); all others only propose. A score is
//! for the order in which a person reads proposals: whole numbers, the same on every machine, and
//! never a reason to post. On purpose absent: looking anything up.

use alloc::string::String;
use alloc::vec::Vec;

use super::reference::Slip;

/// By what money was found to be a contract's, or may be. The order is that of strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// The contract's reference with right check digits stands in the payment.
    Reference,
    /// The contract's own virtual account number stands in the payment, or was paid into.
    VirtualAccount,
    /// The payer's account, or number, was registered for the contract by the borrower or by a
    /// match that a person confirmed.
    Standing,
    /// The payer's number is registered for this one open contract alone, and the amount is what
    /// it owes.
    Phone,
    /// A reference one slip away stands there; proposes only, as all that follows.
    Near(Slip),
    /// The payer's number is registered for the contract, and more isn't known.
    PhoneNumber,
    /// The same payer paid for this contract before.
    SamePayer,
    /// The amount is what is due, what restores, or an instalment.
    SameAmount,
    /// The payer's number, as far as it is shown, could be one that is registered.
    PhoneMask,
    /// The payer's name is like the borrower's.
    Name,
    /// A person said so.
    Person,
}

impl Evidence {
    /// Every kind, in order.
    pub const ALL: [Evidence; 15] = [
        Evidence::Reference,
        Evidence::VirtualAccount,
        Evidence::Standing,
        Evidence::Phone,
        Evidence::Near(Slip::Punctuated),
        Evidence::Near(Slip::NoPrefix),
        Evidence::Near(Slip::Swapped),
        Evidence::Near(Slip::OneCharacter),
        Evidence::Near(Slip::NoCheckDigits),
        Evidence::PhoneNumber,
        Evidence::SamePayer,
        Evidence::SameAmount,
        Evidence::PhoneMask,
        Evidence::Name,
        Evidence::Person,
    ];

    /// The name that stands in rows and pages.
    pub fn name(self) -> &'static str {
        match self {
            Evidence::Reference => "reference",
            Evidence::VirtualAccount => "virtual_account",
            Evidence::Standing => "standing_instruction",
            Evidence::Phone => "phone_and_amount",
            Evidence::Near(Slip::Punctuated) => "reference_punctuated",
            Evidence::Near(Slip::NoPrefix) => "reference_without_prefix",
            Evidence::Near(Slip::Swapped) => "reference_neighbours_swapped",
            Evidence::Near(Slip::OneCharacter) => "reference_one_character",
            Evidence::Near(Slip::NoCheckDigits) => "reference_without_check_digits",
            Evidence::PhoneNumber => "phone_number",
            Evidence::SamePayer => "same_payer",
            Evidence::SameAmount => "same_amount",
            Evidence::PhoneMask => "phone_mask",
            Evidence::Name => "name",
            Evidence::Person => "person",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Evidence> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether it may post by itself; the rules of each are in [`super::matching`].
    pub fn is_exact(self) -> bool {
        matches!(
            self,
            Evidence::Reference | Evidence::VirtualAccount | Evidence::Standing | Evidence::Phone
        )
    }

    /// Whether the payer wrote it, so that it outranks who paid.
    pub fn is_written(self) -> bool {
        matches!(self, Evidence::Reference | Evidence::VirtualAccount)
    }

    /// How strong it is alone, of 100. Chosen, not measured: a slip of a reference says most,
    /// an amount or a name is shared by many.
    pub fn weight(self) -> u8 {
        match self {
            Evidence::Reference | Evidence::VirtualAccount | Evidence::Person => 100,
            Evidence::Standing | Evidence::Phone => 98,
            Evidence::Near(Slip::Punctuated) => 95,
            Evidence::Near(Slip::NoPrefix) => 90,
            Evidence::Near(Slip::Swapped) => 80,
            Evidence::Near(Slip::OneCharacter) => 70,
            Evidence::Near(Slip::NoCheckDigits) => 60,
            Evidence::PhoneNumber => 60,
            Evidence::SamePayer => 50,
            Evidence::SameAmount => 40,
            Evidence::PhoneMask => 25,
            Evidence::Name => 20,
        }
    }
}

/// A contract that money could be for, and all that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub contract_id: String,
    /// Strongest first, each once; at least one.
    pub evidence: Vec<Evidence>,
}

impl Candidate {
    pub fn new(contract_id: &str, evidence: Evidence) -> Candidate {
        Candidate {
            contract_id: contract_id.into(),
            evidence: Vec::from([evidence]),
        }
    }

    /// Adds what else points there.
    pub fn add(&mut self, evidence: Evidence) {
        if let Err(place) = self.evidence.binary_search(&evidence) {
            self.evidence.insert(place, evidence);
        }
    }

    /// Of 100: what each evidence leaves open, multiplied, as if they were independent. In whole
    /// numbers, in the order of the kinds, so that it is the same everywhere.
    pub fn score(&self) -> u8 {
        let open = self.evidence.iter().fold(10_000_u32, |open, evidence| {
            open * (100 - u32::from(evidence.weight())) / 100
        });
        u8::try_from(100 - open.div_ceil(100)).unwrap_or(0)
    }
}
