//! What somebody at the lender does about money: match it, take it off again, keep it open, pay it
//! back. Each is a command with an actor and a reason, and one transaction with its audit row.
//!
//! Nothing is undone in place: money that is taken off a contract is reversed there and lives on
//! under its next number, the contract's law is judged anew from this instant, and the ladder
//! starts again; a phone is never locked again for it in silence. On purpose absent: roles (they
//! come with the sign-in), and splitting money.

use fairlock_domain::ledger::Work;
use fairlock_domain::payment::{Evidence, PaymentState, SuspenseReason};
use fairlock_storage::{
    ChangeSet, CommitError, MessageNo, NewAction, PaymentRow, Stamp, StandingChange, StoreError,
    SuspenseChange,
};

use super::super::desk::Desk;
use super::super::draft::{Draft, DraftError};
use super::super::process;
use super::super::replan;

/// A draft that meets a conflict is made again so often.
const ATTEMPTS_MAX: u32 = 16;

/// The longest actor and reason that are kept: a line each.
const TEXT_CHARS_MAX: usize = 500;

/// What is to be done to a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// It is this contract's. Money that is another's is taken off there first. With `standing`,
    /// so is all that this payer sends without naming a contract.
    Match { contract_id: String, standing: bool },
    /// It isn't its contract's: back to suspense.
    Unmatch,
    /// Somebody looked, and it stays in suspense.
    Keep,
    /// It goes back to its payer; it leaves with `RefundPaid`.
    Refund,
    /// The refund left, through this channel. Not by the one who decided it.
    RefundPaid { channel: String },
    /// The refund came back.
    RefundFailed { channel: String },
}

impl Deed {
    /// The word that stands in the audit row.
    pub fn word(&self) -> &'static str {
        match self {
            Deed::Match { .. } => "match",
            Deed::Unmatch => "unmatch",
            Deed::Keep => "keep",
            Deed::Refund => "refund",
            Deed::RefundPaid { .. } => "refund_paid",
            Deed::RefundFailed { .. } => "refund_failed",
        }
    }
}

/// Who wants it, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub actor: String,
    pub reason: String,
}

/// What it came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    pub before: String,
    pub after: String,
    /// Contracts that were judged anew.
    pub contracts: Vec<String>,
}

/// Why it isn't done, in the order of the checks. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    #[error("{what}: {found} characters; expected 1 to {TEXT_CHARS_MAX}")]
    Text { what: &'static str, found: usize },
    #[error("payment {0} isn't there; expected one that Fairlock has seen")]
    NoPayment(String),
    #[error("contract {0} isn't there; expected one that was imported")]
    NoContract(String),
    #[error("payment {id} is {found}; expected {expected}")]
    State {
        id: String,
        found: String,
        expected: &'static str,
    },
    #[error(
        "payment {id} is in {found}, contract {contract_id} in {expected}; expected one currency"
    )]
    Currency {
        id: String,
        found: &'static str,
        contract_id: String,
        expected: &'static str,
    },
    #[error("{actor} decided the refund; expected another person to send it")]
    SamePerson { actor: String },
    #[error("{0}")]
    Books(String),
    #[error(transparent)]
    Draft(#[from] DraftError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Commit(#[from] CommitError),
}

impl ActError {
    /// Whether the call was wrong, and not something outside.
    pub fn is_refusal(&self) -> bool {
        !matches!(
            self,
            ActError::Draft(_) | ActError::Store(_) | ActError::Commit(_)
        )
    }
}

/// Does it, with its audit row, or nothing.
pub fn act(
    desk: &Desk,
    payment_id: &str,
    deed: &Deed,
    order: &Order,
    now: Stamp,
) -> Result<Done, ActError> {
    for (what, text) in [("actor", &order.actor), ("reason", &order.reason)] {
        let found = text.trim().chars().count();
        if !(1..=TEXT_CHARS_MAX).contains(&found) {
            return Err(ActError::Text { what, found });
        }
    }
    let mut attempt = 1;
    loop {
        match once(desk, payment_id, deed, order, now) {
            Err(ActError::Commit(error)) if error.is_conflict() && attempt < ATTEMPTS_MAX => {
                attempt += 1;
            }
            ended => return ended,
        }
    }
}

fn once(
    desk: &Desk,
    payment_id: &str,
    deed: &Deed,
    order: &Order,
    now: Stamp,
) -> Result<Done, ActError> {
    let mut draft = Draft::new(desk, MessageNo(0), now, now);
    let row = draft.registry.payment(payment_id)?.cloned();
    let mut row = row.ok_or_else(|| ActError::NoPayment(payment_id.to_owned()))?;
    let before = words(desk, &row)?;
    let mut hand = Hand {
        draft: &mut draft,
        order,
        standing: Vec::new(),
    };
    match deed {
        Deed::Match {
            contract_id,
            standing,
        } => hand.match_to(&mut row, contract_id, *standing)?,
        Deed::Unmatch => hand.unmatch(&mut row)?,
        Deed::Keep => hand.keep(&row)?,
        Deed::Refund => hand.refund(&mut row)?,
        Deed::RefundPaid { channel } => hand.refund_paid(&mut row, channel)?,
        Deed::RefundFailed { channel } => hand.refund_failed(&mut row, channel)?,
    }
    let standing = hand.standing;
    let contract_id = match deed {
        Deed::Match { contract_id, .. } => Some(contract_id.clone()),
        _ => row.contract_id.clone(),
    };
    let after = said(deed, &row);
    draft.registry.put(row);
    let drafted = draft.finish();
    let postings = process::post(desk, &drafted)?.map_err(ActError::Books)?;
    let mut set = ChangeSet::new(now);
    let mut events = drafted.events;
    let contracts = drafted.summary.contracts.clone();
    for (id, (facts, zone)) in drafted.facts {
        let new = events.remove(&id).unwrap_or_default();
        let change = replan::change_or_later(desk, &facts, zone, new, now.at)?;
        set.contracts.push(change);
    }
    set.payments = drafted.payments;
    set.postings = postings;
    set.suspense = drafted.suspense;
    set.standing = standing;
    set.actions.push(NewAction {
        actor: order.actor.trim().to_owned(),
        action: deed.word(),
        payment_id: Some(payment_id.to_owned()),
        contract_id,
        reason: order.reason.trim().to_owned(),
        before: before.clone(),
        after: after.clone(),
    });
    desk.store.commit(desk.lender, set)?;
    Ok(Done {
        before,
        after,
        contracts,
    })
}

/// One person's hand on one payment.
struct Hand<'h, 'd> {
    draft: &'h mut Draft<'d>,
    order: &'h Order,
    standing: Vec<StandingChange>,
}

impl Hand<'_, '_> {
    fn match_to(
        &mut self,
        row: &mut PaymentRow,
        contract_id: &str,
        standing: bool,
    ) -> Result<(), ActError> {
        let desk = self.draft.desk;
        let contract = desk.store.contract(desk.lender, contract_id)?;
        let contract = contract.ok_or_else(|| ActError::NoContract(contract_id.to_owned()))?;
        let (found, expected) = (row.amount.currency(), contract.currency);
        if found != expected {
            return Err(ActError::Currency {
                id: row.id.clone(),
                found: found.code(),
                contract_id: contract_id.to_owned(),
                expected: expected.code(),
            });
        }
        match &row.contract_id {
            Some(same) if same == contract_id => {
                return Err(state(row, "on another contract, or in suspense"));
            }
            Some(_) => self.unmatch(row)?,
            None => {}
        }
        self.in_suspense(row)?;
        let by = format!("a match by {}", self.order.actor.trim());
        self.draft.clear_suspense(row, &by)?;
        self.draft
            .own(row, contract_id.to_owned(), Evidence::Person, None)?;
        if row.state == PaymentState::Booked {
            let contract = contract_id.to_owned();
            self.draft.command(row.subject(), Work::Assign { contract });
        }
        self.draft.payment_event(row)?;
        if let Some(payer) = row.payer.filter(|_| standing) {
            self.standing.push(StandingChange::Made {
                payer,
                contract_id: contract_id.to_owned(),
                made_by: "match",
                actor: self.order.actor.trim().to_owned(),
            });
        }
        Ok(())
    }

    fn unmatch(&mut self, row: &mut PaymentRow) -> Result<(), ActError> {
        let Some(contract_id) = row.contract_id.clone() else {
            return Err(state(row, "one that is on a contract"));
        };
        if matches!(row.state, PaymentState::Failed | PaymentState::Reversed) {
            return Err(state(row, "one that is announced or booked"));
        }
        if let Some(payer) = row.payer {
            self.standing.push(StandingChange::Revoked {
                payer,
                contract_id,
                actor: self.order.actor.trim().to_owned(),
            });
        }
        self.draft.take_off(row)?;
        self.draft.settle_life(row)?;
        self.draft
            .open_suspense(row, SuspenseReason::Unmatched, Vec::new())?;
        Ok(())
    }

    fn keep(&mut self, row: &PaymentRow) -> Result<(), ActError> {
        self.in_suspense(row)?;
        self.draft.suspense.push(SuspenseChange::Keep {
            payment_id: row.id.clone(),
            by: self.order.actor.trim().to_owned(),
        });
        Ok(())
    }

    fn refund(&mut self, row: &mut PaymentRow) -> Result<(), ActError> {
        self.in_suspense(row)?;
        if row.state != PaymentState::Booked {
            return Err(state(row, "money that is booked"));
        }
        let by = format!("a refund by {}", self.order.actor.trim());
        self.draft.clear_suspense(row, &by)?;
        let amount = row.amount;
        self.draft.command(row.subject(), Work::OwePayer { amount });
        row.failure = Some(REFUND_OWED.to_owned());
        Ok(())
    }

    fn refund_paid(&mut self, row: &mut PaymentRow, channel: &str) -> Result<(), ActError> {
        if row.failure.as_deref() != Some(REFUND_OWED) {
            return Err(state(row, "one whose refund is decided and hasn't left"));
        }
        let desk = self.draft.desk;
        let actions = desk.store.actions_on(desk.lender, &row.id)?;
        let decided = actions.iter().rfind(|a| a.action == Deed::Refund.word());
        let actor = self.order.actor.trim();
        if decided.is_some_and(|a| a.actor.eq_ignore_ascii_case(actor)) {
            let actor = actor.to_owned();
            return Err(ActError::SamePerson { actor });
        }
        let (channel, amount) = (channel.to_owned(), row.amount);
        self.draft
            .command(row.subject(), Work::PayRefund { channel, amount });
        row.failure = Some(REFUNDED.to_owned());
        row.state = PaymentState::Reversed;
        row.reversed_at = Some(self.draft.now.at);
        Ok(())
    }

    fn refund_failed(&mut self, row: &mut PaymentRow, channel: &str) -> Result<(), ActError> {
        if row.failure.as_deref() != Some(REFUNDED) {
            return Err(state(row, "one whose refund left"));
        }
        let (channel, amount) = (channel.to_owned(), row.amount);
        self.draft
            .command(row.subject(), Work::FailRefund { channel, amount });
        // The next try is a refund of its own.
        self.draft.command(row.subject(), Work::Reverse { amount });
        row.life += 1;
        row.state = PaymentState::Booked;
        row.reversed_at = None;
        row.failure = None;
        self.draft.post_money(row);
        self.draft
            .open_suspense(row, SuspenseReason::Unmatched, Vec::new())?;
        Ok(())
    }

    fn in_suspense(&self, row: &PaymentRow) -> Result<(), ActError> {
        match self.draft.waiting(&row.id)? {
            Some(_) => Ok(()),
            None => Err(state(row, "one in suspense")),
        }
    }
}

/// What stands as `failure` of a payment that goes back to its payer: no failure of the payment.
pub const REFUND_OWED: &str = "refund_owed";
pub const REFUNDED: &str = "refunded";

/// Whether it was decided that a payment goes back to its payer, or it went.
pub fn is_going_back(row: &PaymentRow) -> bool {
    let failure = row.failure.as_deref();
    failure.is_some_and(|word| [REFUND_OWED, REFUNDED].contains(&word))
}

fn state(row: &PaymentRow, expected: &'static str) -> ActError {
    ActError::State {
        id: row.id.clone(),
        found: stands(row),
        expected,
    }
}

fn stands(row: &PaymentRow) -> String {
    match &row.contract_id {
        Some(contract) => format!("{} on contract {contract}", row.state.name()),
        None => format!("{}, on no contract", row.state.name()),
    }
}

/// How it stands, for the audit row.
fn words(desk: &Desk, row: &PaymentRow) -> Result<String, StoreError> {
    let suspense = desk.store.suspense_of(desk.lender, &row.id)?;
    let open = suspense.filter(|s| s.cleared_at.is_none());
    let (sum, stands) = (sum(row), stands(row));
    Ok(match open {
        Some(open) => format!("{sum} {stands}, in suspense: {}", open.reason.name()),
        None => format!("{sum} {stands}"),
    })
}

fn sum(row: &PaymentRow) -> String {
    format!("{} {}", row.amount.currency().code(), row.amount)
}

fn said(deed: &Deed, row: &PaymentRow) -> String {
    let (sum, stands) = (sum(row), stands(row));
    match deed {
        Deed::Match { .. } => format!("{sum} {stands}"),
        Deed::Unmatch => format!("{sum} {stands}, in suspense"),
        Deed::Keep => format!("{sum} {stands}, in suspense as before"),
        Deed::Refund => format!("{sum} owed back to its payer"),
        Deed::RefundPaid { channel } => format!("{sum} paid back through {channel}"),
        Deed::RefundFailed { channel } => format!("{sum} came back through {channel}, in suspense"),
    }
}
