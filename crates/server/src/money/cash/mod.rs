//! Cash that agents take for the lender.
//!
//! An agent's phone signs a receipt when it takes the cash, and later tells in which bag it went
//! to the bank. Until the bag is banked the payment is announced: it shields and doesn't credit,
//! because cash on its way can be lost. When a statement shows a deposit with the bag's reference
//! and its exact sum, or a person says that it is there, every receipt in it is booked, as of the
//! day on which the borrower paid.
//!
//! Reading order: [`signed`] (who says it), [`read`] (what it means), [`bank`] (what a statement
//! shows). Failure is a receipt nobody signed, one number for two payments, or a deposit that is
//! counted beside the receipts in it. On purpose absent: the agent's app, and what agents earn.

pub mod bank;
pub mod read;
pub mod signed;

/// The source of its messages in the inbox.
pub const SOURCE: &str = "cash";

/// The kinds of its messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An agent took cash.
    Receipt,
    /// An agent took a bag to the bank.
    Bag,
    /// A person says that a bag is in the bank.
    Banked,
}

impl Kind {
    const ALL: [Kind; 3] = [Kind::Receipt, Kind::Bag, Kind::Banked];

    /// Its name in the inbox.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Receipt => "cash receipt",
            Kind::Bag => "cash bag",
            Kind::Banked => "cash banked",
        }
    }

    pub fn named(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The channel of an agent's cash in the ledger.
pub fn channel(agent: &str) -> String {
    format!("cash/{agent}")
}
