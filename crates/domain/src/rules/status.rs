//! What a pack's law says of locking at all: status, litigation, court orders, licences.

use alloc::string::String;
use alloc::vec::Vec;

use crate::calendar::Day;
use crate::contract::{CreditorKind, Product};
use crate::words::words;

/// What a pack's law says of locking. Only the first two can ever permit more than `remind`,
/// `Counsel` while a clearance lasts, and `ModelOnly` for the goods that the statute is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LegalStatus {
    Permitted,
    /// Permitted once the pack's own conditions hold.
    Conditional,
    Prohibited,
    /// Announced, not in force.
    Pending,
    Unclear,
    /// Encoded, off until a named lawyer clears it.
    Counsel,
    /// Good for its contact rules only.
    NoticesOnly,
    /// A statute about other goods: for tests and teaching.
    ModelOnly,
}

impl LegalStatus {
    pub const ALL: [LegalStatus; 8] = [
        LegalStatus::Permitted,
        LegalStatus::Conditional,
        LegalStatus::Prohibited,
        LegalStatus::Pending,
        LegalStatus::Unclear,
        LegalStatus::Counsel,
        LegalStatus::NoticesOnly,
        LegalStatus::ModelOnly,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            LegalStatus::Permitted => "permitted",
            LegalStatus::Conditional => "conditional",
            LegalStatus::Prohibited => "prohibited",
            LegalStatus::Pending => "pending",
            LegalStatus::Unclear => "unclear",
            LegalStatus::Counsel => "counsel",
            LegalStatus::NoticesOnly => "notices_only",
            LegalStatus::ModelOnly => "model_only",
        }
    }

    pub fn from_name(name: &str) -> Option<LegalStatus> {
        LegalStatus::ALL.into_iter().find(|s| s.name() == name)
    }
}

words! {
    /// Where a dispute about the law stands.
    pub enum LitigationState {
        /// A bill that isn't law.
        Bill = "bill",
        Filed = "filed",
        /// Decided, and open to appeal.
        Decided = "decided",
        Appealed = "appealed",
        Final = "final",
        /// A law or an order that a court has suspended.
        Suspended = "suspended",
    }
}

/// What is being fought over: a note for people, which decides nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Litigation {
    pub says: String,
    pub state: LitigationState,
}

/// A court's order that binds some creditors: while it lasts these limit nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CourtOrder {
    pub court: String,
    /// Registered names as the order has them, compared without regard to case; a creditor that
    /// isn't known counts as bound.
    pub parties: Vec<String>,
    /// Empty: all products.
    pub products: Vec<Product>,
    /// Both days are included; None: until it is lifted.
    pub from: Day,
    pub until: Option<Day>,
}

/// A regulator's approval without which nothing is limited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Licence {
    pub regulator: String,
    /// Empty: every creditor needs it; one that isn't known needs it too.
    pub needed_by: Vec<CreditorKind>,
}
