//! Suspense: money that is nobody's yet, and one item of it with what a person may decide.

use fairlock_domain::calendar::Instant;
use fairlock_domain::money::Money;

use super::Level;

/// The list, oldest first.
pub struct Suspense {
    pub rows: Vec<SuspenseRow>,
    /// More than the list holds.
    pub more: bool,
    /// Reversals, refunds and disputes whose payment isn't there, or that a person must look at.
    pub changes: Vec<OpenChange>,
}

/// Money that waits.
pub struct SuspenseRow {
    pub id: String,
    pub amount: Money,
    pub source: String,
    /// Announced, and not there yet.
    pub pending: bool,
    pub since: Instant,
    /// By its name in the closed list.
    pub reason: String,
    /// Contracts that it shields.
    pub candidates: Vec<String>,
    pub kept: bool,
}

/// Something that happened to a payment that isn't known.
pub struct OpenChange {
    pub kind: String,
    pub id: String,
    pub amount: Money,
    pub source: String,
    pub since: Instant,
    /// It waits for its payment; else a person must look.
    pub waits: bool,
    /// It waits longer than its source takes to tell everything again.
    pub late: bool,
    pub note: Option<String>,
}

/// One payment as a person decides over it.
pub struct SuspenseItem {
    pub id: String,
    /// Of the payment, as this page saw it: a decision on another is not taken.
    pub version: u64,
    pub amount: Money,
    pub source: String,
    pub pending: bool,
    /// Why it waits, and since when; `None` when it doesn't.
    pub waits: Option<(String, Instant)>,
    pub kept: Option<(String, Instant)>,
    /// Whose it is.
    pub contract: Option<String>,
    pub refund: Refund,
    pub received: Vec<Received>,
    pub candidates: Vec<SuspenseCandidate>,
    /// Something of the payer is known by which their next payments can be recognised.
    pub payer_known: bool,
    pub trail: Vec<TrailRow>,
    pub said: Option<Said>,
    /// As typed, when a decision wasn't taken.
    pub typed: Typed,
}

/// How far its way back to the payer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refund {
    None,
    Owed,
    Left,
}

/// A message as it was received.
pub struct Received {
    pub source: String,
    pub at: Instant,
    pub state: String,
    pub text: Option<String>,
    pub name: Option<String>,
}

/// A contract that it could be for.
pub struct SuspenseCandidate {
    pub id: String,
    /// Masked.
    pub borrower: String,
    pub score: u8,
    /// Names of the closed list, strongest first.
    pub evidence: Vec<String>,
    pub level: Level,
    /// What a match would make of it; `None` where it can't be said.
    pub would_be: Option<Level>,
    pub restore: Money,
    /// In the payment's currency, so that it can be matched and is shielded.
    pub same_currency: bool,
}

/// What a person did.
pub struct TrailRow {
    pub at: Instant,
    pub actor: String,
    pub action: String,
    pub reason: String,
    pub before: String,
    pub after: String,
}

/// What became of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// It was taken, and this is so now.
    Done(String),
    /// Something changed under it: it wasn't taken.
    Changed,
    /// It isn't possible, and why.
    Refused(String),
}

/// The fields of the form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    pub by: String,
    pub reason: String,
    pub contract: String,
}
