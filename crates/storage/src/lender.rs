//! Whether a lender is live: its contracts are real, and real law stands over them.
//!
//! A lender tries things out until it is made live, and is live for ever after. On purpose absent:
//! which packs may stand over a real contract (the rulebook's), and making lenders.

use fairlock_domain::calendar::Instant;

use crate::contracts::packs;
use crate::error::StoreError;
use crate::ids::LenderId;
use crate::sqlite::{instant_cell, statements};
use crate::store::Store;

statements! { "lenders":
    LIVE_SINCE = "SELECT live_since FROM lenders WHERE lender_id = ?1";
    MAKE_LIVE = "
        INSERT INTO lenders (lender_id, live_since) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    PACKS = "
        SELECT packs, min(contract_id), count(*) FROM contracts
        WHERE lender_id = ?1 AND level <> 'released' GROUP BY packs ORDER BY packs";
}

/// Packs under which contracts stand that aren't paid off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PacksInUse {
    /// In the contracts' order.
    pub packs: Vec<String>,
    /// The first of these contracts by its id.
    pub contract_id: String,
    pub contracts: u64,
}

impl Store {
    /// Since when a lender is live; `None` for one that tries things out.
    pub fn live_since(&self, lender: LenderId) -> Result<Option<Instant>, StoreError> {
        self.read("live_since", |db| {
            db.first(LIVE_SINCE, (lender.0,), |c| c.instant())
        })
    }

    /// Makes a lender live; one that is stays so since then.
    pub fn make_live(&self, lender: LenderId, at: Instant) -> Result<(), StoreError> {
        self.write("make_live", move |tx| {
            tx.run(MAKE_LIVE, (lender.0, instant_cell(at)?)).map(|_| ())
        })
    }

    /// Every list of packs that contracts of a lender stand under; contracts that are paid off are
    /// judged no more and left out.
    pub fn packs_in_use(&self, lender: LenderId) -> Result<Vec<PacksInUse>, StoreError> {
        self.read("packs_in_use", |db| {
            db.all(PACKS, (lender.0,), |c| {
                Ok(PacksInUse {
                    packs: packs(&c.get::<String>()?),
                    contract_id: c.get()?,
                    contracts: c.unsigned()?,
                })
            })
        })
    }
}
