//! What became of a command: one flat list, in the order of the checks.

use core::fmt;

/// The answer to a command. The order is the order of the checks: a command that fails several
/// is answered by the first. All but [`Outcome::Posted`] leave the books as they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Done; the posting is the newest of [`super::Ledger::made`].
    Posted,
    /// Done before, with the same content; nothing changed.
    Exists,
    /// This subject has a posting of this kind, or another entry, with other content.
    OtherContent,
    /// The amount is zero or less.
    AmountNotPositive,
    /// The amount is above 10^15 minor units (what a loan adds up itself: 9 * 10^18).
    AmountTooLarge,
    /// A portion is below zero.
    PortionNegative,
    /// A portion that an entry of its kind can't have, like the principal of a fee.
    WrongPortion,
    /// The portions aren't the amount.
    PortionsDiffer,
    /// An entry of its kind can't take its money from there, or needs a source and has none.
    WrongSource,
    /// No such contract in these books.
    UnknownContract,
    /// Nothing was announced, booked or owed back under this subject.
    UnknownPayment,
    /// No entry of this contract has that id.
    UnknownEntry,
    /// The contract, or the payment, is in another currency.
    OtherCurrency,
    /// The contract is ended: it takes no posting any more.
    ContractClosed,
    /// The contract was financed as a whole and has no loan.
    NoLoan,
    /// The contract, or the payment, is a loan's, whose entries alone change it.
    OnLoan,
    /// It counts from a day before the contract.
    BeforeContract,
    /// The payment is booked already.
    AlreadyBooked,
    /// The announcement was voided already.
    AlreadyVoided,
    /// The announcement expired already.
    AlreadyExpired,
    /// The payment, or the entry, was reversed already.
    AlreadyReversed,
    /// The refund was paid out already.
    AlreadyPaidOut,
    /// The announcement's time isn't over.
    NotYetExpired,
    /// The payment isn't in suspense.
    NotInSuspense,
    /// Of a booked payment always the whole amount is taken, and this isn't it.
    AmountDiffers,
    /// An entry that moved isn't in the books as the command says it was.
    StaleEntry,
    /// Debt, credit or announced money is left.
    NotSettled,
    /// A counter can't hold the sum.
    Overflow,
    /// More principal, fee or penalty is covered than the contract owes.
    MoreThanOwed,
    /// More is taken from the contract's credit than there is.
    MoreThanCredit,
    /// Debits and credits wouldn't be equal: a fault of ours, and nothing was posted.
    NotConserved,
}

impl Outcome {
    /// What it means, as a sentence for people.
    pub fn sentence(self) -> &'static str {
        match self {
            Outcome::Posted => "posted",
            Outcome::Exists => "posted before, with the same content",
            Outcome::OtherContent => "posted before with other content; expected the same",
            Outcome::AmountNotPositive => "amount is not above zero; expected more than zero",
            Outcome::AmountTooLarge => "amount is above 10^15 minor units; expected at most that",
            Outcome::PortionNegative => "a portion is below zero; expected zero or more",
            Outcome::WrongPortion => "an entry of this kind has no such portion",
            Outcome::PortionsDiffer => "the portions do not add up to the amount",
            Outcome::WrongSource => "an entry of this kind takes no money from there",
            Outcome::UnknownContract => "no such contract; expected one that is in the books",
            Outcome::UnknownPayment => "no such payment; expected one that was seen before",
            Outcome::UnknownEntry => "no such entry; expected one of this contract",
            Outcome::OtherCurrency => "other currency; expected the contract's",
            Outcome::ContractClosed => "the contract is ended; nothing is posted to it any more",
            Outcome::NoLoan => "the contract has no loan; expected one that was opened",
            Outcome::OnLoan => "it is a loan's; expected an entry of that loan",
            Outcome::BeforeContract => "the day is before the contract was signed",
            Outcome::AlreadyBooked => "the payment is booked already",
            Outcome::AlreadyVoided => "the announced payment was voided already",
            Outcome::AlreadyExpired => "the announced payment expired already",
            Outcome::AlreadyReversed => "it was reversed already",
            Outcome::AlreadyPaidOut => "the refund was paid out already",
            Outcome::NotYetExpired => "the announced payment has not expired yet",
            Outcome::NotInSuspense => "the payment is not in suspense",
            Outcome::AmountDiffers => "another amount than was booked; expected the whole",
            Outcome::StaleEntry => "an entry stands otherwise in the books; expected as it stands",
            Outcome::NotSettled => "debt, credit or announced money is left; expected none",
            Outcome::Overflow => "the account's total would overflow",
            Outcome::MoreThanOwed => "more is covered than is owed; expected at most that",
            Outcome::MoreThanCredit => "more is taken than the credit; expected at most that",
            Outcome::NotConserved => "debits would not equal credits; nothing was posted",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sentence())
    }
}
