//! Agents who take cash for the lender, and the bags in which they bring it to the bank.
//!
//! A receipt is a payment like any other, known by its number; what stands here is who may write
//! one, and which receipts a bag holds. A bag is told once and banked once. On purpose absent:
//! where bags are, and what an agent is owed.

use fairlock_domain::calendar::Instant;
use fairlock_domain::money::Money;
use fairlock_domain::pii::Pii;

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::inbox::MessageNo;
use crate::sqlite::{Cells, Tx, amount_cell, instant_cell, statements};
use crate::store::Store;

statements! { "cash":
    ADD_AGENT = "
        INSERT INTO cash_agents (lender_id, agent, name, spki, added_at)
        VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
    CLOSE_AGENT = "
        UPDATE cash_agents SET closed_at = ?3
        WHERE lender_id = ?1 AND agent = ?2 AND closed_at IS NULL";
    AGENT = "
        SELECT agent, name, spki, added_at, closed_at FROM cash_agents
        WHERE lender_id = ?1 AND agent = ?2";
    AGENTS = "
        SELECT agent, name, spki, added_at, closed_at FROM cash_agents
        WHERE lender_id = ?1 ORDER BY agent";
    TELL_BAG = "
        INSERT INTO cash_bags (lender_id, bag, agent, reference, currency, amount, receipts,
                               message_no, told_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING";
    BANK_BAG = "
        UPDATE cash_bags SET banked_at = ?3, banked_by = ?4
        WHERE lender_id = ?1 AND bag = ?2 AND banked_at IS NULL";
    BAG = "
        SELECT bag, agent, reference, currency, amount, receipts, message_no, told_at, banked_at,
               banked_by
        FROM cash_bags WHERE lender_id = ?1 AND bag = ?2";
    BAG_OF_REFERENCE = "
        SELECT bag, agent, reference, currency, amount, receipts, message_no, told_at, banked_at,
               banked_by
        FROM cash_bags WHERE lender_id = ?1 AND reference = ?2";
    OPEN_BAGS = "
        SELECT bag, agent, reference, currency, amount, receipts, message_no, told_at, banked_at,
               banked_by
        FROM cash_bags WHERE lender_id = ?1 AND agent = ?2 AND banked_at IS NULL ORDER BY bag";
    ANY_BAGS = "SELECT EXISTS (SELECT 1 FROM cash_bags WHERE lender_id = ?1)";
    BAGS = "
        SELECT bag, agent, reference, currency, amount, receipts, message_no, told_at, banked_at,
               banked_by
        FROM cash_bags WHERE lender_id = ?1 AND bag > ?2 ORDER BY bag LIMIT ?3";
}

/// An agent who takes cash.
#[derive(Clone)]
pub struct CashAgent {
    /// What every receipt number of theirs begins with.
    pub agent: String,
    pub name: Pii<String>,
    /// The SubjectPublicKeyInfo of their phone's key: P-256, in DER.
    pub spki: Vec<u8>,
    pub added_at: Instant,
    pub closed_at: Option<Instant>,
}

/// A bag of cash on its way to the bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bag {
    pub bag: String,
    pub agent: String,
    /// What stands on the deposit slip, with check digits.
    pub reference: String,
    pub amount: Money,
    /// Numbers of the receipts whose cash it holds.
    pub receipts: Vec<String>,
    /// The message that told of it.
    pub message: MessageNo,
    pub told_at: Instant,
    /// When and by what it was seen in the bank.
    pub banked: Option<(Instant, String)>,
}

/// What a message changes about bags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BagChange {
    /// An agent told of it.
    Told(Bag),
    Banked {
        bag: String,
        /// The statement's line, or who said so.
        by: String,
    },
}

impl Store {
    /// Adds an agent; false when the id is taken.
    pub fn add_cash_agent(&self, lender: LenderId, agent: CashAgent) -> Result<bool, StoreError> {
        self.write("add_cash_agent", move |tx| {
            let added_at = instant_cell(agent.added_at)?;
            let name = agent.name.expose();
            let row = (lender.0, &agent.agent, name, &agent.spki, added_at);
            Ok(tx.run(ADD_AGENT, row)? == 1)
        })
    }

    /// Takes nothing of an agent's any more; false when there is no such open one.
    pub fn close_cash_agent(
        &self,
        lender: LenderId,
        agent: &str,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let agent = agent.to_owned();
        self.write("close_cash_agent", move |tx| {
            Ok(tx.run(CLOSE_AGENT, (lender.0, &agent, instant_cell(at)?))? == 1)
        })
    }

    pub fn cash_agent(
        &self,
        lender: LenderId,
        agent: &str,
    ) -> Result<Option<CashAgent>, StoreError> {
        self.read("cash_agent", |db| {
            db.first(AGENT, (lender.0, agent), cash_agent)
        })
    }

    pub fn cash_agents(&self, lender: LenderId) -> Result<Vec<CashAgent>, StoreError> {
        self.read("cash_agents", |db| db.all(AGENTS, (lender.0,), cash_agent))
    }

    pub fn cash_bag(&self, lender: LenderId, bag: &str) -> Result<Option<Bag>, StoreError> {
        self.read("cash_bag", |db| db.first(BAG, (lender.0, bag), self::bag))
    }

    /// The bag whose deposit slip has this reference.
    pub fn cash_bag_of(
        &self,
        lender: LenderId,
        reference: &str,
    ) -> Result<Option<Bag>, StoreError> {
        self.read("cash_bag_of", |db| {
            db.first(BAG_OF_REFERENCE, (lender.0, reference), bag)
        })
    }

    /// Bags of an agent that weren't seen in the bank.
    pub fn open_cash_bags(&self, lender: LenderId, agent: &str) -> Result<Vec<Bag>, StoreError> {
        self.read("open_cash_bags", |db| {
            db.all(OPEN_BAGS, (lender.0, agent), bag)
        })
    }

    /// Whether any bag was ever told of.
    pub fn has_cash_bags(&self, lender: LenderId) -> Result<bool, StoreError> {
        self.read("has_cash_bags", |db| {
            db.one(ANY_BAGS, (lender.0,), |c| c.get())
        })
    }

    /// Bags behind `after`, by id.
    pub fn cash_bags(
        &self,
        lender: LenderId,
        after: &str,
        limit: u32,
    ) -> Result<Vec<Bag>, StoreError> {
        self.read("cash_bags", |db| {
            db.all(BAGS, (lender.0, after, limit), bag)
        })
    }
}

/// Writes a change of a bag; false when it was told, or banked, before.
pub(crate) fn change(
    tx: &Tx<'_>,
    lender: LenderId,
    change: &BagChange,
    at: Instant,
) -> Result<bool, StoreError> {
    match change {
        BagChange::Told(bag) => {
            let row = (
                lender.0,
                &bag.bag,
                &bag.agent,
                &bag.reference,
                bag.amount.currency().code(),
                amount_cell(bag.amount.minor())?,
                bag.receipts.join("\n"),
                bag.message.0,
                instant_cell(bag.told_at)?,
            );
            Ok(tx.run(TELL_BAG, row)? == 1)
        }
        BagChange::Banked { bag, by } => {
            Ok(tx.run(BANK_BAG, (lender.0, bag, instant_cell(at)?, by))? == 1)
        }
    }
}

fn cash_agent(c: &mut Cells<'_>) -> Result<CashAgent, StoreError> {
    Ok(CashAgent {
        agent: c.get()?,
        name: Pii::new(c.get()?),
        spki: c.get()?,
        added_at: c.instant()?,
        closed_at: c.instant_or_none()?,
    })
}

fn bag(c: &mut Cells<'_>) -> Result<Bag, StoreError> {
    let (bag, agent, reference) = (c.get()?, c.get()?, c.get()?);
    let currency = c.currency()?;
    let amount = c.money(currency)?;
    let receipts: String = c.get()?;
    let (message, told_at) = (MessageNo(c.get()?), c.instant()?);
    let banked_at = c.instant_or_none()?;
    let banked_by: Option<String> = c.get()?;
    Ok(Bag {
        bag,
        agent,
        reference,
        amount,
        receipts: receipts.lines().map(str::to_owned).collect(),
        message,
        told_at,
        banked: banked_at.zip(banked_by),
    })
}
