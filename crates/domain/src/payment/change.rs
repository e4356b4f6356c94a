//! What can happen to a payment after its money came: taken back, given back, charged for.
//!
//! Every source says it in its own words (a reversal, a returned direct debit, a dispute, a
//! refund); here it is one [`Change`] with an id of its own, so that the same one told twice is
//! one. What is left of a payment is what was booked less every taking that isn't undone: a sum,
//! so that the order in which changes become known doesn't matter.
//!
//! On purpose absent: which payment is meant (its keys say so, beside the change), and postings.

use alloc::string::String;

use crate::money::Money;

/// One thing that happened to an earlier payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub kind: ChangeKind,
    /// The source's own id of what happened: of the reversal, refund, dispute or fee. An undoing
    /// has the id of what it undoes. Unique with its kind's group in its channel.
    pub id: String,
    /// Taken or given back, more than zero; of a fee the fee itself.
    pub amount: Money,
    /// What bank or provider charges the lender for it, beside the amount.
    pub charges: Option<Money>,
}

/// The kinds of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// The provider took the payment back (M-Pesa's reversal, MoMo's, Airtel's `TR`).
    Reversal,
    /// The payer's bank returned it (a direct debit that bounced).
    Return,
    /// The payer disputes it and the provider took it back for the time being.
    Chargeback,
    /// The dispute was won: the money is here again.
    ChargebackWon,
    /// It was paid back to the payer, in whole or part, through its own channel.
    Refund,
    /// That refund didn't arrive: the money is here again.
    RefundFailed,
    /// The provider kept a fee for the payment; the payer's money counts in full.
    Fee,
}

impl ChangeKind {
    /// Every kind, in order.
    pub const ALL: [ChangeKind; 7] = [
        ChangeKind::Reversal,
        ChangeKind::Return,
        ChangeKind::Chargeback,
        ChangeKind::ChargebackWon,
        ChangeKind::Refund,
        ChangeKind::RefundFailed,
        ChangeKind::Fee,
    ];

    /// The name that stands in rows and pages.
    pub fn name(self) -> &'static str {
        match self {
            ChangeKind::Reversal => "reversal",
            ChangeKind::Return => "return",
            ChangeKind::Chargeback => "chargeback",
            ChangeKind::ChargebackWon => "chargeback_won",
            ChangeKind::Refund => "refund",
            ChangeKind::RefundFailed => "refund_failed",
            ChangeKind::Fee => "fee",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<ChangeKind> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What it does to the payment's money.
    pub fn effect(self) -> Effect {
        match self {
            ChangeKind::Reversal
            | ChangeKind::Return
            | ChangeKind::Chargeback
            | ChangeKind::Refund => Effect::Takes,
            ChangeKind::ChargebackWon => Effect::Undoes(ChangeKind::Chargeback),
            ChangeKind::RefundFailed => Effect::Undoes(ChangeKind::Refund),
            ChangeKind::Fee => Effect::Nothing,
        }
    }
}

/// What a change does to the money of its payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Its amount is gone.
    Takes,
    /// The taking of that kind with its id is as if it hadn't been.
    Undoes(ChangeKind),
    /// The payer's money is as it was.
    Nothing,
}

/// What is left of a booked payment after these changes, in any order; each counts once, by kind
/// and id. `None` when more is taken than was booked, or in another currency: then something is
/// wrong, and a person looks.
pub fn left(booked: Money, changes: &[Change]) -> Option<Money> {
    let mut left = booked;
    for (i, change) in changes.iter().enumerate() {
        let same = |c: &Change, kind| c.kind == kind && c.id == change.id;
        let told_before = changes[..i].iter().any(|c| same(c, change.kind));
        let undone = changes
            .iter()
            .any(|c| c.id == change.id && c.kind.effect() == Effect::Undoes(change.kind));
        if change.kind.effect() == Effect::Takes && !told_before && !undone {
            left = left.checked_sub(change.amount).ok()?;
        }
    }
    (left.minor() >= 0).then_some(left)
}
