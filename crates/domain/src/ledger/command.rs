//! What can be asked of the ledger.

use alloc::string::String;
use alloc::vec::Vec;

use super::entry::{LoanChange, Moved};
use super::posting::{PostingKind, posting_id};
use crate::calendar::{Day, Instant};
use crate::money::{Currency, Money};

/// Whose money a payment is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    Contract(String),
    /// Nobody's yet.
    Suspense,
}

/// One piece of work on one subject at one instant. Subject and kind of work make its id: the
/// same again is answered `Exists`. Subjects are unique in a lender's books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The id of what it is about: a payment, a contract, an entry of a loan, a bank line.
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
///
/// A contract is kept in one of two ways. `Finance` makes a pool: what came in, as a sum, is set
/// against what is owed, as a sum. `Open` makes a loan: only `Loan` posts to it, with the portions
/// that the loan computed.
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
    /// A contract with a loan begins; the subject is the contract. Nothing counts before that day.
    Open { currency: Currency, signed_on: Day },
    /// A contract ends for good; the subject is the contract, and nothing is left on it.
    Close,
    /// Something happened to a loan: one posting with all that it moved, or nothing.
    Loan {
        contract: String,
        /// The day from which it counts.
        on: Day,
        change: LoanChange,
        moved: Vec<Moved>,
    },
    /// A refund that was owed left through a channel. The subject is the refund's.
    PayRefund { channel: String, amount: Money },
    /// A small difference between a channel and the bank is let go: the channel said too much by
    /// `credit`, else too little.
    Round {
        channel: String,
        credit: bool,
        amount: Money,
    },
    /// Booked money in suspense becomes a refund to its payer, whole. The subject is the payment's,
    /// and then the refund's.
    OwePayer { amount: Money },
    /// A refund that was paid out came back: the money is the contract's credit again, or in
    /// suspense. The subject is the refund's.
    FailRefund { channel: String, amount: Money },
    /// A provider or bank keeps, or charges, something for a payment.
    Charge { channel: String, amount: Money },
    /// Money is claimed back through a channel, and no contract owes it: it ended for good.
    Lose { channel: String, amount: Money },
    /// What was lost came back, whole. The subject is that of the loss.
    Regain { channel: String, amount: Money },
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
            Work::Open { .. } => PostingKind::Opened,
            Work::Close => PostingKind::Closed,
            Work::Loan { change, .. } => match change {
                LoanChange::Entry(entry) => PostingKind::Entry(entry.kind),
                LoanChange::Reversal { .. } => PostingKind::Undone,
                LoanChange::Reallocation => PostingKind::Reallocated,
            },
            Work::PayRefund { .. } => PostingKind::RefundPaid,
            Work::Round { .. } => PostingKind::Rounded,
            Work::OwePayer { .. } => PostingKind::PayerOwed,
            Work::FailRefund { .. } => PostingKind::RefundFailed,
            Work::Charge { .. } => PostingKind::Charged,
            Work::Lose { .. } => PostingKind::Lost,
            Work::Regain { .. } => PostingKind::Regained,
        }
    }
}
