//! What can be asked of the ledger.

use alloc::string::String;

use super::books::{PostingKind, posting_id};
use crate::calendar::Instant;
use crate::money::Money;

/// Whose money a payment is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    Contract(String),
    /// Nobody's yet.
    Suspense,
}

/// One piece of work on one subject at one instant. Subject and kind of work make its id: the
/// same again is answered `Exists`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The id of what it is about: a payment, a contract, a waiver, a refund, a bank line.
    pub subject: String,
    /// When it became known. Two commands that differ only here are the same.
    pub at: Instant,
    pub work: Work,
}

impl Command {
    /// The id of the posting it makes.
    pub fn posting_id(&self) -> String {
        posting_id(&self.subject, self.work.kind())
    }
}

/// The kinds of work. Amounts are more than zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    /// A contract begins; the subject is the contract. `total` is the sum of its instalments.
    Finance { total: Money },
    /// Money was announced by a channel.
    Announce {
        owner: Owner,
        channel: String,
        amount: Money,
        expires_at: Instant,
    },
    /// Announced money won't come.
    Void,
    /// Announced money didn't come by its time.
    Expire,
    /// Money is there; it may have been announced before, then with any amount.
    Book {
        owner: Owner,
        channel: String,
        amount: Money,
    },
    /// Booked money was taken back, always whole.
    Reverse { amount: Money },
    /// Booked money in suspense is this contract's.
    Assign { contract: String },
    /// The lender gives up a part of what a contract owes.
    Waive { contract: String, amount: Money },
    /// A contract's credit becomes a refund to pay.
    OweRefund { contract: String, amount: Money },
    /// A bank statement shows money on a bank account, in by `credit`, else out.
    BankLine {
        bank_account: String,
        channel: String,
        credit: bool,
        amount: Money,
    },
}

impl Work {
    /// The kind of posting it makes.
    pub fn kind(&self) -> PostingKind {
        match self {
            Work::Finance { .. } => PostingKind::Financed,
            Work::Announce { .. } => PostingKind::Pending,
            Work::Void => PostingKind::Voided,
            Work::Expire => PostingKind::Expired,
            Work::Book { .. } => PostingKind::Booked,
            Work::Reverse { .. } => PostingKind::Reversed,
            Work::Assign { .. } => PostingKind::Assigned,
            Work::Waive { .. } => PostingKind::Waived,
            Work::OweRefund { .. } => PostingKind::RefundOwed,
            Work::BankLine { .. } => PostingKind::BankLine,
        }
    }
}
