//! The whole database row by row, for somebody who audits it with rules of their own.
//!
//! Pages by row number, so that a database of any size is read in flat memory. On purpose absent:
//! any judgement (that is `proof`), and personal data.

use fairlock_domain::calendar::Instant;
use fairlock_domain::ledger::{Account, Layer, PostingKind, Side};
use fairlock_domain::money::Money;
use fairlock_domain::payment::PaymentState;
use fairlock_domain::rules::Level;

use crate::books::{layer, side};
use crate::error::StoreError;
use crate::ids::LenderId;
use crate::sqlite::{Cells, statements};
use crate::store::Store;

statements! { "audit":
    PAYMENTS = "
        SELECT payment_id, contract_id, state, amount, currency FROM payments
        WHERE lender_id = ?1 AND payment_id > ?2 ORDER BY payment_id LIMIT ?3";
    LINES_OF = "
        SELECT line_no FROM payment_lines WHERE lender_id = ?1 AND payment_id = ?2
        ORDER BY line_no";
    LEGS = "
        SELECT p.posting_no, p.subject, p.kind, l.account, l.layer, l.side, l.amount, l.currency
        FROM postings AS p JOIN legs AS l ON l.posting_no = p.posting_no
        WHERE p.lender_id = ?1 AND p.posting_no > ?2 AND p.posting_no <= ?3
        ORDER BY p.posting_no, l.leg_no";
    LAST_POSTING = "SELECT coalesce(max(posting_no), 0) FROM postings WHERE lender_id = ?1";
    DECISIONS = "
        SELECT decision_no, contract_id, at, level FROM decisions
        WHERE lender_id = ?1 AND decision_no > ?2 ORDER BY decision_no LIMIT ?3";
}

/// A payment, and the numbers of the source lines that stand behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditPayment {
    pub id: String,
    /// `None` while in suspense.
    pub contract_id: Option<String>,
    pub state: PaymentState,
    pub amount: Money,
    pub lines: Vec<i64>,
}

/// One side of a posting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLeg {
    pub posting: i64,
    pub subject: String,
    pub kind: PostingKind,
    pub account: Account,
    pub layer: Layer,
    pub side: Side,
    pub amount: Money,
}

/// What was decided, without its record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditDecision {
    pub no: i64,
    pub contract_id: String,
    pub at: Instant,
    pub level: Level,
}

impl Store {
    /// Payments behind an id, by id; begin with an empty one.
    pub fn audit_payments(
        &self,
        lender: LenderId,
        after: &str,
        limit: u32,
    ) -> Result<Vec<AuditPayment>, StoreError> {
        self.read("audit_payments", |db| {
            let mut payments = db.all(PAYMENTS, (lender.0, after, limit), payment)?;
            for payment in &mut payments {
                payment.lines = db.all(LINES_OF, (lender.0, &payment.id), |c| c.get())?;
            }
            Ok(payments)
        })
    }

    /// The legs of postings with numbers behind `after`, up to and with `up_to`.
    pub fn audit_legs(
        &self,
        lender: LenderId,
        after: i64,
        up_to: i64,
    ) -> Result<Vec<AuditLeg>, StoreError> {
        self.read("audit_legs", |db| {
            db.all(LEGS, (lender.0, after, up_to), leg)
        })
    }

    /// The number of the newest posting; 0 when there is none.
    pub fn last_posting(&self, lender: LenderId) -> Result<i64, StoreError> {
        self.read("last_posting", |db| {
            db.one(LAST_POSTING, (lender.0,), |c| c.get())
        })
    }

    /// Decisions with numbers behind `after`, in the order in which they were made.
    pub fn audit_decisions(
        &self,
        lender: LenderId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<AuditDecision>, StoreError> {
        self.read("audit_decisions", |db| {
            db.all(DECISIONS, (lender.0, after, limit), decision)
        })
    }
}

fn payment(c: &mut Cells<'_>) -> Result<AuditPayment, StoreError> {
    Ok(AuditPayment {
        id: c.get()?,
        contract_id: c.get()?,
        state: c.word(PaymentState::from_name, "a state of a payment")?,
        amount: c.money_and_currency()?,
        lines: Vec::new(),
    })
}

fn leg(c: &mut Cells<'_>) -> Result<AuditLeg, StoreError> {
    Ok(AuditLeg {
        posting: c.get()?,
        subject: c.get()?,
        kind: c.word(PostingKind::from_name, "a kind of posting")?,
        account: c.word(Account::from_name, "an account of the chart")?,
        layer: c.word(layer, "a layer")?,
        side: c.word(side, "a side")?,
        amount: c.money_and_currency()?,
    })
}

fn decision(c: &mut Cells<'_>) -> Result<AuditDecision, StoreError> {
    Ok(AuditDecision {
        no: c.get()?,
        contract_id: c.get()?,
        at: c.instant()?,
        level: c.word(Level::from_name, "a level")?,
    })
}
