//! The engine's result as one write: what a [`ChangeSet`] holds and why it may be refused.

use fairlock_domain::calendar::{Day, Instant};
use fairlock_domain::holds::HoldEntry;
use fairlock_domain::ledger::Posting;
use fairlock_domain::money::Money;
use fairlock_domain::payment::{Candidate, Key, SuspenseReason};
use fairlock_domain::pii::Pii;
use fairlock_domain::plan::Plan;
use fairlock_domain::rules::Level;
use fairlock_domain::standing::{Event, FeedState};

use crate::bank_statements::StatementRow;
use crate::cash::BagChange;
use crate::decisions::RestsOn;
use crate::enquiries::EnquiryChange;
use crate::error::StoreError;
use crate::feed_actions::FeedActionChange;
use crate::feeds::FeedRow;
use crate::ids::{DeviceId, Stamp};
use crate::inbox::{MessageNo, MessageState};
use crate::matching::StandingChange;
use crate::money_actions::NewAction;
use crate::notices::{NoticeClass, NoticeState};
use crate::payment_changes::ChangePut;
use crate::payments::PaymentRow;
use crate::reconciliation::{BreakClose, ReconLine};

/// Everything that one message, one sweep or one report changes. All of it is written, or none.
pub struct ChangeSet {
    /// When it was decided.
    pub stamp: Stamp,
    /// The message that is done with this.
    pub message: Option<MessageOutcome>,
    /// The processed message that was read once more: lines of it that are kept already are
    /// written over by what they say now.
    pub read_again: Option<ReadAgain>,
    pub lines: Vec<NewLine>,
    pub payments: Vec<PaymentChange>,
    /// As `Ledger::made` gives them, in order. A contract whose accounts they touch must be
    /// among `contracts`.
    pub postings: Vec<Posting>,
    pub suspense: Vec<SuspenseChange>,
    /// What happened to payments after they came.
    pub changes: Vec<ChangePut>,
    pub standing: Vec<StandingChange>,
    /// What people did.
    pub actions: Vec<NewAction>,
    pub feeds: Vec<FeedChange>,
    /// Pages of contracts that an action on a feed reached.
    pub feed_actions: Vec<FeedActionChange>,
    /// What a message tells of channels' days.
    pub recon_lines: Vec<ReconLine>,
    /// Breaks that end with these postings.
    pub breaks_closed: Vec<BreakClose>,
    /// Final statements of bank accounts that a message told.
    pub statements: Vec<StatementRow>,
    pub contracts: Vec<ContractChange>,
    /// Bags of cash that were told of, or seen in the bank.
    pub bags: Vec<BagChange>,
    /// Messages of the outbox that go on.
    pub notices: Vec<NoticeChange>,
    /// Questions to providers that arise, or end.
    pub enquiries: Vec<EnquiryChange>,
}

impl ChangeSet {
    /// One that changes nothing yet.
    pub fn new(stamp: Stamp) -> ChangeSet {
        ChangeSet {
            stamp,
            message: None,
            read_again: None,
            lines: Vec::new(),
            payments: Vec::new(),
            postings: Vec::new(),
            suspense: Vec::new(),
            changes: Vec::new(),
            standing: Vec::new(),
            actions: Vec::new(),
            feeds: Vec::new(),
            feed_actions: Vec::new(),
            recon_lines: Vec::new(),
            breaks_closed: Vec::new(),
            statements: Vec::new(),
            contracts: Vec::new(),
            bags: Vec::new(),
            notices: Vec::new(),
            enquiries: Vec::new(),
        }
    }
}

/// How a message ended. A message ends once: a second outcome is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageOutcome {
    pub no: MessageNo,
    /// `Processed` or `Parked`.
    pub state: MessageState,
    /// For people: what came of it, or what is wrong and where.
    pub note: String,
}

/// A processed message that was read once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadAgain {
    pub no: MessageNo,
    /// For people: what came of it.
    pub note: String,
}

/// A line of a message: an entry's transaction, a callback.
#[derive(Clone)]
pub struct NewLine {
    pub message: MessageNo,
    /// Where in the message: statement, entry and detail; once in each message.
    pub place: String,
    pub account: Option<String>,
    /// `payment`, `reversal`, `bank_line` or `information`.
    pub kind: String,
    /// As its source says: `booked`, `pending`, `failed`…
    pub state: String,
    pub amount: Money,
    pub booking_date: Option<Day>,
    pub value_date: Option<Day>,
    pub text: Option<Pii<String>>,
    /// The payer's name.
    pub name: Option<Pii<String>>,
    /// The payment it stands behind; one or none.
    pub payment_id: Option<String>,
}

/// A payment as it is now, and the keys it is known by from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentChange {
    /// Its `version` is the one that was read: 0 for a new payment.
    pub payment: PaymentRow,
    /// Keys to add; those it has already may be among them.
    pub keys: Vec<Key>,
}

/// Money that goes into suspense, or out of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SuspenseChange {
    Open {
        payment_id: String,
        reason: SuspenseReason,
        candidates: Vec<Candidate>,
    },
    Clear {
        payment_id: String,
        /// What or who cleared it, for people.
        by: String,
    },
    /// More is known: another reason, more candidates. It waits since when it did.
    Widen {
        payment_id: String,
        reason: SuspenseReason,
        candidates: Vec<Candidate>,
    },
    /// Its sum became another one.
    NextRound { payment_id: String },
    /// A person looked, and it stays.
    Keep { payment_id: String, by: String },
}

/// A feed as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedChange {
    pub feed: FeedRow,
    /// The event, when its state changed: it becomes a fact of every contract on the feed, and
    /// each is due for review at the set's instant.
    pub event: Option<FeedState>,
}

/// What changes on one contract.
pub struct ContractChange {
    pub contract_id: String,
    /// Of the facts that all of this was decided on.
    pub expected_version: u64,
    /// New facts, in order; none before the newest that is stored.
    pub events: Vec<Event>,
    /// The newest plan in short. Without one the contract is due for review at the set's instant.
    pub projection: Option<Projection>,
    pub decision: Option<NewDecision>,
    pub grant: Option<NewGrant>,
    pub notices: Vec<NewNotice>,
}

impl ContractChange {
    /// One that changes nothing yet.
    pub fn new(contract_id: &str, expected_version: u64) -> ContractChange {
        ContractChange {
            contract_id: contract_id.into(),
            expected_version,
            events: Vec::new(),
            projection: None,
            decision: None,
            grant: None,
            notices: Vec::new(),
        }
    }
}

/// A plan in the columns by which contracts are found and listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Projection {
    pub level: Level,
    /// Due day of the oldest instalment past due; `None` when current.
    pub past_due_since: Option<Day>,
    pub arrears: Money,
    pub restore: Money,
    pub payoff: Money,
    pub holds: Vec<HoldEntry>,
    pub review_at: Option<Instant>,
}

impl Projection {
    /// Of a plan made on that business date (the contract's zone).
    pub fn of(plan: &Plan, business_date: Day) -> Projection {
        let days = i32::try_from(plan.dpd).unwrap_or(i32::MAX);
        Projection {
            level: plan.level,
            past_due_since: (plan.dpd > 0).then(|| business_date.plus_days(-days)),
            arrears: plan.arrears,
            restore: plan.restore,
            payoff: plan.payoff,
            holds: plan.holds.clone(),
            review_at: plan.review_at,
        }
    }
}

/// A decision record; the same record twice is kept once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDecision {
    /// First 16 bytes of SHA-256 of the record.
    pub hash: [u8; 16],
    pub level: Level,
    pub record: Vec<u8>,
    pub rests_on: RestsOn,
}

/// A grant's body, not signed yet. It takes the device's next seq; older bodies of the device
/// that aren't signed are superseded by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGrant {
    pub device: DeviceId,
    /// Higher than every seq of the device before.
    pub seq: u64,
    /// Role of the key that is to sign it: 1 RESTRICT, 2 RELAX, 3 RELEASE.
    pub role: u8,
    pub tightening: bool,
    /// Of its first step.
    pub level: Level,
    pub payload: Vec<u8>,
    pub payload_sha256: [u8; 32],
    pub decision_hash: [u8; 16],
}

/// A message to send. The same one by the same channel for the same due instant is sent once a
/// round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotice {
    pub class: NoticeClass,
    /// `PACK/ID`; of a collection message what it is.
    pub notice: String,
    pub channel: String,
    pub due_at: Instant,
    /// From 1; the next one when the one before failed after it was sent.
    pub round: u32,
    pub not_before: Instant,
}

/// A message of the outbox that goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeChange {
    pub no: i64,
    /// The state that this was decided on.
    pub was: NoticeState,
    pub state: NoticeState,
    /// Why it failed or was withdrawn.
    pub note: Option<String>,
    /// `None` leaves what is known.
    pub provider_id: Option<String>,
    /// `None` leaves what is known.
    pub cost: Option<Money>,
    /// When its proof is to become a fact; `None` when it is one with this commit, or there is
    /// none.
    pub fact_at: Option<Instant>,
}

impl NoticeChange {
    /// Of one message to a state, and nothing else.
    pub fn to(no: i64, was: NoticeState, state: NoticeState) -> NoticeChange {
        NoticeChange {
            no,
            was,
            state,
            note: None,
            provider_id: None,
            cost: None,
            fact_at: None,
        }
    }
}

/// What a commit did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Committed {
    /// New versions of the contracts changed, in the order of the set.
    pub contracts: Vec<(String, u64)>,
    /// Contracts that a feed's change made due for review.
    pub reviews: u64,
}

/// Why a set wasn't written, in the order of the checks. Nothing of it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    #[error("message {} isn't there, or is done already; expected an unread one", .0.0)]
    MessageSettled(MessageNo),
    #[error("message {} isn't there, or was never processed; expected one that was", .0.0)]
    NotProcessed(MessageNo),
    #[error("contract {0}: no such contract; expected one that was imported")]
    UnknownContract(String),
    /// Facts changed since they were read: read again, decide again.
    #[error("contract {contract_id}: facts have version {found}; expected {expected}")]
    Conflict {
        contract_id: String,
        expected: u64,
        found: u64,
    },
    /// A decision that nobody could make again.
    #[error("contract {contract_id}: decided by a pack text that isn't kept; expected kept ones")]
    TextNotKept { contract_id: String },
    /// The payment changed since it was read: read again, decide again.
    #[error("payment {payment_id}: has version {found}; expected {expected}")]
    PaymentConflict {
        payment_id: String,
        expected: u64,
        found: u64,
    },
    /// The key became another payment's since it was looked up: read again, decide again.
    #[error("key {key}: belongs to payment {owner}; expected payment {payment_id}")]
    KeyTaken {
        key: String,
        payment_id: String,
        owner: String,
    },
    #[error("line {place} of message {}: is there already; expected each line once", .message.0)]
    LineExists { message: MessageNo, place: String },
    /// What a message says now is of another payment than what it said before: for a person.
    #[error("line {place} of message {}: stands behind payment {owner}; expected {payment_id}", .message.0)]
    LineOwned {
        message: MessageNo,
        place: String,
        owner: String,
        payment_id: String,
    },
    #[error("payment {payment_id}: no source line; expected at least one with a new payment")]
    NoSource { payment_id: String },
    #[error("posting {id}: is there already; expected each once")]
    PostingExists { id: String },
    #[error("posting {id}: debits don't equal credits; expected equal ones in each currency")]
    Unbalanced { id: String },
    #[error(
        "posting {id}: touches accounts of contract {contract_id}; expected that contract among the changes"
    )]
    Unguarded { id: String, contract_id: String },
    #[error(
        "contract {contract_id}: an event at {at} stands before the newest one; expected events in order"
    )]
    EventOutOfOrder { contract_id: String, at: Instant },
    #[error(
        "contract {contract_id}: payment {payment_id} is {state} there already; expected each state once"
    )]
    EventExists {
        contract_id: String,
        payment_id: String,
        state: String,
    },
    #[error("device {device}: is not contract {contract_id}'s; expected its own")]
    ForeignDevice {
        device: DeviceId,
        contract_id: String,
    },
    #[error("device {device}: seq {seq} is taken; expected more than {newest}")]
    SeqTaken {
        device: DeviceId,
        seq: u64,
        newest: u64,
    },
    #[error("payment {payment_id}: is in suspense already, or not there to be cleared")]
    Suspense { payment_id: String },
    /// It was told, or banked, since it was read: read again, decide again.
    #[error("bag {0}: was told or banked already; expected each once")]
    BagDone(String),
    /// It went on since it was read: read again, decide again.
    #[error("message {no}: isn't {expected} any more; expected it to be")]
    NoticeMoved { no: i64, expected: &'static str },
    /// It went on since its page was read: read again.
    #[error("action {no} on a feed: isn't where its page began any more; expected it to be")]
    FeedActionMoved { no: i64 },
    #[error("break {no}: is closed already; expected it open")]
    BreakClosed { no: i64 },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CommitError {
    /// Whether reading the facts again and deciding again can help.
    pub fn is_conflict(&self) -> bool {
        matches!(
            self,
            CommitError::Conflict { .. }
                | CommitError::PaymentConflict { .. }
                | CommitError::KeyTaken { .. }
                | CommitError::SeqTaken { .. }
                | CommitError::BagDone(_)
                | CommitError::NoticeMoved { .. }
                | CommitError::FeedActionMoved { .. }
        )
    }
}
