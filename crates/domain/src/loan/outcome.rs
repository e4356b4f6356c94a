//! What became of a command: one flat list, in the order of the checks.

use core::fmt;

use super::terms::TermsError;

/// Done, done before, or why not. Every refusal leaves the loan as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It counts now. What else changed by it is in [`super::Loan::changes`].
    Done,
    /// The same command was here before.
    Exists,
    /// Another command has this id.
    IdTaken,
    /// The loan is in another currency.
    WrongCurrency,
    /// An amount must be more than zero.
    NotPositive,
    /// An amount above the limit of any single figure.
    TooLarge,
    /// The loan has as many facts as it may have.
    TooMany,
    /// It counts from a day before the contract.
    BeforeContract,
    /// The contract is ended.
    Closed,
    /// The debt was given up: only recoveries and reversals are left.
    WrittenOff,
    /// Nothing was given out yet.
    NotDisbursed,
    /// Only after a write-off.
    NotWrittenOff,
    /// Nothing has that id.
    Unknown,
    /// What has that id is of another kind.
    WrongKind,
    /// It was reversed before.
    AlreadyReversed,
    /// Other facts rest on it: they must be reversed first.
    RestedOn,
    /// It would count from a day before what it is about.
    TooEarly,
    /// Interest follows what was paid: the loan can be rescheduled, not re-aged or re-amortised.
    InterestFollows,
    /// More than is left of that payment or charge.
    MoreThanLeft,
    /// More than the borrower's credit.
    MoreThanCredit,
    /// There is nothing left to give up.
    NothingOpen,
    /// No instalment to come, or none on that day.
    NoInstalment,
    /// An instalment count or a step of zero, or a day that isn't later.
    BadPlan,
    /// Pauses don't overlap and end after they begin.
    PauseOverlaps,
    /// No pause runs.
    NoPause,
    /// Debt or credit is left.
    NotSettled,
    /// The schedule can't be made of these terms.
    Terms(TermsError),
    /// A sum beyond what can be computed.
    Overflow,
    /// What was allocated isn't what came in. Never seen; checked after every command.
    NotConserved,
}

impl Outcome {
    /// Whether the loan is as asked after it.
    pub const fn is_done(self) -> bool {
        matches!(self, Outcome::Done | Outcome::Exists)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Outcome::Done => "done",
            Outcome::Exists => "this was recorded before; nothing changed",
            Outcome::IdTaken => "another fact has this id",
            Outcome::WrongCurrency => "the amount is in another currency than the loan",
            Outcome::NotPositive => "an amount must be more than zero",
            Outcome::TooLarge => "the amount is above the limit of any single figure",
            Outcome::TooMany => "the loan has as many facts as it may have",
            Outcome::BeforeContract => "the day is before the contract was signed",
            Outcome::Closed => "the contract is ended: nothing can be owed or paid any more",
            Outcome::WrittenOff => "the debt was written off: only recoveries are taken",
            Outcome::NotDisbursed => "nothing was given out yet",
            Outcome::NotWrittenOff => "a recovery needs a write-off first",
            Outcome::Unknown => "nothing has that id",
            Outcome::WrongKind => "what has that id is of another kind",
            Outcome::AlreadyReversed => "it was reversed before",
            Outcome::RestedOn => "other facts rest on it, which must be reversed first",
            Outcome::TooEarly => "the day is before that of what it is about",
            Outcome::InterestFollows => {
                "interest follows what was paid: such a loan is rescheduled, not re-aged"
            }
            Outcome::MoreThanLeft => "more than is left of it",
            Outcome::MoreThanCredit => "more than the borrower's credit",
            Outcome::NothingOpen => "nothing is left to give up",
            Outcome::NoInstalment => "there is no such instalment to come",
            Outcome::BadPlan => "at least one instalment, a step, and a later day are expected",
            Outcome::PauseOverlaps => "a pause must end after it begins and not overlap another",
            Outcome::NoPause => "no pause runs on that day",
            Outcome::NotSettled => "debt or credit is left",
            Outcome::Terms(error) => return fmt::Display::fmt(error, f),
            Outcome::Overflow => "a sum is beyond what can be computed",
            Outcome::NotConserved => "what was allocated is not what came in",
        })
    }
}
