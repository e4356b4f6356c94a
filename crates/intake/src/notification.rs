//! What a provider's callback tells, whichever provider it is.
//!
//! One callback is one or several [`Notification`]s; each tells nothing that touches money, or
//! payments, changes of payments, fees and payouts, or that one must ask. Ids are the provider's
//! own and are compared within its feed; amounts are exact, in our minor units, whatever the
//! provider's are. On purpose absent: whose payment it is, and whether it was told before.

use fairlock_domain::calendar::Instant;
use fairlock_domain::money::Money;
use fairlock_domain::payment::Change;
use fairlock_domain::pii::Pii;

/// One event of a provider.
pub struct Notification {
    /// The provider's id of the event: the same event sent again has the same. `None` where the
    /// provider gives events no id of their own; then its bytes are compared.
    pub event: Option<String>,
    /// The event's type in the provider's own word.
    pub kind: String,
    /// When it happened, as the provider says.
    pub at: Option<Instant>,
    /// Whether real money is meant, where the provider says so.
    pub live: Option<bool>,
    /// Empty when it is only information.
    pub tells: Vec<Tells>,
}

/// One thing that an event tells.
pub enum Tells {
    Payment(Payment),
    Changed(Changed),
    Payout(Payout),
    Ask(Ask),
}

/// Money to the lender.
pub struct Payment {
    /// The provider's ids of it, each of which is this payment's alone; the first is the one that
    /// everything else names.
    pub ids: Vec<String>,
    pub state: State,
    /// More than zero.
    pub amount: Money,
    /// When the payer acted.
    pub acted: Option<Instant>,
    /// What the payer or the merchant wrote with it: references and free text.
    pub texts: Vec<Pii<String>>,
    pub payer: Option<Pii<String>>,
    /// The payer's phone number, as the provider writes it.
    pub phone: Option<Pii<String>>,
}

/// How far a payment is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Announced: shields, doesn't credit.
    Pending,
    /// The money is the lender's.
    Booked,
    /// It won't come by this attempt.
    Failed(Failure),
}

/// Why a payment failed. Codes are the provider's; the text is for the borrower.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub code: String,
    pub text: Option<String>,
}

impl Failure {
    /// One line for people.
    pub fn sentence(&self) -> String {
        match &self.text {
            Some(text) => format!("{}: {text}", self.code),
            None => self.code.clone(),
        }
    }
}

/// Something that happened to an earlier payment.
pub struct Changed {
    /// Ids of the payment, any of which is enough.
    pub of: Vec<String>,
    pub change: Change,
    pub at: Option<Instant>,
    pub reason: Option<String>,
    /// What the provider repeats of the payment's own texts, so that it may be matched when it
    /// is told here first.
    pub texts: Vec<Pii<String>>,
}

/// Money that the provider sends to the lender's bank account: the sum of many payments less
/// fees. The bank's statement shows it; until then it is only told.
pub struct Payout {
    pub id: String,
    pub amount: Money,
    pub state: PayoutState,
    /// When it should be on the account.
    pub arrives: Option<Instant>,
}

/// How far a payout is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayoutState {
    OnItsWay,
    Paid,
    /// It came back: the money is with the provider again.
    Failed,
}

/// A callback that says too little: the provider must be asked.
pub struct Ask {
    /// The id to ask about.
    pub about: String,
    pub why: Why,
}

/// Why the provider is asked, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The provider itself doesn't know how it ended.
    Ambiguous,
    /// It says that it is still under way.
    UnderWay,
    /// It ended, and the callback doesn't say with which amount.
    NoAmount,
    /// It isn't signed: what it says is believed when the provider repeats it.
    Unsigned,
    /// The provider kept a fee, and the call doesn't say how much.
    NoFee,
}
