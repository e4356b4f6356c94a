//! Postings, which are never changed, and their legs.

use alloc::string::String;
use alloc::vec::Vec;

use super::account::Account;
use super::command::Command;
use super::entry::EntryKind;
use crate::money::Money;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    Debit,
    Credit,
}

/// Whether a leg is money that is there, or money announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    Posted,
    Pending,
}

/// One line of a posting; the amount is more than zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leg {
    pub account: Account,
    pub layer: Layer,
    pub side: Side,
    pub amount: Money,
}

impl Leg {
    pub(super) fn posted(account: Account, side: Side, amount: Money) -> Leg {
        let layer = Layer::Posted;
        Leg {
            account,
            layer,
            side,
            amount,
        }
    }

    pub(super) fn pending(account: Account, side: Side, amount: Money) -> Leg {
        let layer = Layer::Pending;
        Leg {
            account,
            layer,
            side,
            amount,
        }
    }

    /// The same with the other side.
    pub(super) fn opposite(&self) -> Leg {
        let side = match self.side {
            Side::Debit => Side::Credit,
            Side::Credit => Side::Debit,
        };
        Leg {
            side,
            ..self.clone()
        }
    }
}

/// What a posting is about. A subject has at most one posting of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PostingKind {
    /// A contract begins: its instalments are owed.
    Financed,
    /// Money was announced; expires by itself.
    Pending,
    /// Announced money won't come.
    Voided,
    /// Announced money didn't come in time.
    Expired,
    /// Money is there.
    Booked,
    /// Money was taken back, whole.
    Reversed,
    /// Money in suspense was given to its contract.
    Assigned,
    /// A debt was given up.
    Waived,
    /// Credit of a borrower became a refund to pay.
    RefundOwed,
    /// A bank statement shows money that came to or left the bank account.
    BankLine,
    /// A contract with a loan begins.
    Opened,
    /// A contract ended for good.
    Closed,
    /// An entry of a loan.
    Entry(EntryKind),
    /// An entry of a loan was reversed.
    Undone,
    /// Entries of a loan moved between debts, and nothing else.
    Reallocated,
    /// A refund left.
    RefundPaid,
    /// A small difference was let go.
    Rounded,
    /// Money in suspense became a refund to its payer.
    PayerOwed,
    /// A refund that left came back.
    RefundFailed,
    /// A provider or bank charged for a payment.
    Charged,
    /// Money was claimed back that no contract owes.
    Lost,
    /// What was lost came back.
    Regained,
}

impl PostingKind {
    /// Every kind, in order.
    pub fn all() -> impl Iterator<Item = PostingKind> {
        let first = [
            PostingKind::Financed,
            PostingKind::Pending,
            PostingKind::Voided,
            PostingKind::Expired,
            PostingKind::Booked,
            PostingKind::Reversed,
            PostingKind::Assigned,
            PostingKind::Waived,
            PostingKind::RefundOwed,
            PostingKind::BankLine,
            PostingKind::Opened,
            PostingKind::Closed,
        ];
        let last = [
            PostingKind::Undone,
            PostingKind::Reallocated,
            PostingKind::RefundPaid,
            PostingKind::Rounded,
            PostingKind::PayerOwed,
            PostingKind::RefundFailed,
            PostingKind::Charged,
            PostingKind::Lost,
            PostingKind::Regained,
        ];
        let entries = EntryKind::ALL.into_iter().map(PostingKind::Entry);
        first.into_iter().chain(entries).chain(last)
    }

    /// The name that stands in ids, rows and pages.
    pub fn name(self) -> &'static str {
        match self {
            PostingKind::Financed => "financed",
            PostingKind::Pending => "pending",
            PostingKind::Voided => "voided",
            PostingKind::Expired => "expired",
            PostingKind::Booked => "booked",
            PostingKind::Reversed => "reversed",
            PostingKind::Assigned => "assigned",
            PostingKind::Waived => "waived",
            PostingKind::RefundOwed => "refund_owed",
            PostingKind::BankLine => "bank_line",
            PostingKind::Opened => "opened",
            PostingKind::Closed => "closed",
            PostingKind::Entry(kind) => kind.name(),
            PostingKind::Undone => "undone",
            PostingKind::Reallocated => "reallocated",
            PostingKind::RefundPaid => "refund_paid",
            PostingKind::Rounded => "rounded",
            PostingKind::PayerOwed => "payer_owed",
            PostingKind::RefundFailed => "refund_failed",
            PostingKind::Charged => "provider_charged",
            PostingKind::Lost => "lost",
            PostingKind::Regained => "regained",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<PostingKind> {
        Self::all().find(|kind| kind.name() == name)
    }
}

/// One entry of the journal: what was asked, and the legs it made. Debits equal credits in each
/// layer and currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    pub command: Command,
    pub legs: Vec<Leg>,
}

impl Posting {
    /// Subject and kind: `P-00d1…/booked`, `C-1001/financed`. No two postings share it.
    pub fn id(&self) -> String {
        self.command.posting_id()
    }

    pub fn kind(&self) -> PostingKind {
        self.command.work.kind()
    }
}

/// A posting's id: one for each subject and kind.
pub(super) fn posting_id(subject: &str, kind: PostingKind) -> String {
    let mut id = String::from(subject);
    id.push('/');
    id.push_str(kind.name());
    id
}
